// The choices of a page in its address, so that a reload and a link that is sent keep them. Only what
// differs from the page's defaults stands there; the kernel reads it when the page opens (setting.py).
(function (board) {
  "use strict";
  const CHOICE = "f.";
  const DESK = "d.";

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

  /** What a link of another page wants of the filters of a desk: {key: value}. */
  const desk = (keys) => Object.fromEntries(keys.map((key) => [key, new URL(location.href).searchParams.get(DESK + key)]).filter(([, value]) => value));

  /** The address of another page: {name, filters}, in the same language. */
  function of({ name, filters }) {
    const address = new URL(`${encodeURIComponent(name)}.ipynb`, location.href);
    const language = new URL(location.href).searchParams.get("lang");
    if (language) address.searchParams.set("lang", language);
    for (const [key, value] of Object.entries(filters || {})) address.searchParams.set(DESK + key, value);
    return address.href;
  }

  board.address = { keep, holds, desk, of };
})(window.workbenchBoard);
