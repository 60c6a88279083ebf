// How a board begins and goes on: drawn early from the payload in the page, taken over by the living
// kernel, and left standing with a sign when the kernel is gone.
(function (board) {
  "use strict";
  const PATIENCE = 90_000; // ms until a page that was never connected says so

  const place = () => document.getElementById("workbench-board");
  let early = null; // the view that waits for its kernel
  let held = null; // the view in the page's own place

  const disconnected = { send() {} };

  function put(view, element) {
    element.append(view.element);
    view.arrange(true);
    board.mark("shown");
    return view;
  }

  /** Draw the payload that came with the page. Answers the view, or null where there is none, or
   * where the address holds choices: the payload was asked for under none. */
  function drawEarly() {
    const script = document.getElementById("workbench-early");
    if (!script || !place() || held || board.address.holds()) return held;
    const view = new board.page.View(disconnected);
    view.update(JSON.parse(script.textContent));
    early = held = put(view, place());
    setTimeout(() => early === view && view.connection("never"), PATIENCE);
    return view;
  }

  function takeOver(host) {
    const view = early;
    early = null;
    view.host = host;
    view.update(host.payload);
    return view;
  }

  /** Show a living page in the page's own place. Answers null where that is not free: in JupyterLab,
   * and for a second page of the same notebook. */
  function open(host) {
    if (early && early.payload.name === host.payload.name) return alive(takeOver(host));
    if (early) {
      early.leave();
      early = held = null;
    }
    if (!place() || (held && held.element.isConnected)) return null;
    place().replaceChildren();
    held = put(made(host), place());
    return alive(held);
  }

  /** Show a living page: in the page's own place, or else in `element`. */
  function mount(element, host) {
    return open(host) || alive(put(made(host), element));
  }

  function made(host) {
    const view = new board.page.View(host);
    view.update(host.payload);
    return view;
  }

  function alive(view) {
    view.connection("live");
    return view;
  }

  board.life = { early: drawEarly, open, mount };
})(window.workbenchBoard);
