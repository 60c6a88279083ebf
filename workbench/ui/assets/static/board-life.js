// How a board begins and goes on: drawn early from the payload in the page, taken over by the living
// kernel, and left standing with a sign when the kernel is gone.
(function (board) {
  "use strict";
  const PATIENCE = 90_000; // ms until a page that was never connected says so

  const place = () => document.getElementById("workbench-board");
  let early = null; // the view that waits for its kernel
  let living = false; // a kernel has taken a page over, or made one
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

  /** Show a living page: in place of the early one where that is of the same page. */
  function mount(element, host) {
    if (early && early.payload.name === host.payload.name) return alive(takeOver(host));
    if (early) {
      early.leave();
      early = held = null;
    }
    const view = new board.page.View(host);
    view.update(host.payload);
    if (place() && !(held && held.element.isConnected)) {
      place().replaceChildren();
      held = put(view, place());
    } else put(view, element);
    return alive(view);
  }

  function alive(view) {
    living = true;
    view.connection("live");
    return view;
  }

  board.life = { early: drawEarly, mount, lives: () => living };
})(window.workbenchBoard);
