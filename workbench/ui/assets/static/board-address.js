// The choices of a page in its address, so that a reload and a link that is sent keep them. Only what
// differs from the page's defaults stands there; the kernel reads it when the page opens (setting.py).
(function (board) {
  "use strict";
  const CHOICE = "f.";

  const named = (address) => [...new Set(address.searchParams.keys())].filter((name) => name.startsWith(CHOICE));

  /** Write what is chosen, without a step for the browser's way back. In JupyterLab the address is
   * not the page's. */
  function keep(filters) {
    if (!document.body.dataset.voila) return;
    const address = new URL(location.href);
    named(address).forEach((name) => address.searchParams.delete(name));
    for (const { id, value, default: usual } of filters) {
      if (value !== (usual ?? null)) address.searchParams.set(CHOICE + id, value ?? "");
    }
    if (address.search !== location.search) history.replaceState(history.state, "", address);
  }

  /** Whether the page was opened under choices of its address. */
  const holds = () => named(new URL(location.href)).length > 0;

  board.address = { keep, holds };
})(window.workbenchBoard);
