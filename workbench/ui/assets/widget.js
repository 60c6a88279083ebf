// The widget of a page: binds the kernel's model to the board, and says when the kernel is gone.
// The board and plotly.js come from the server of the page; this file stays small, because anywidget
// waits two seconds for it.
const LOST_AFTER = 2500; // ms; a socket that comes back sooner is not worth a word
const ASK_EVERY = 15000; // ms; a kernel that was ended leaves its socket open and says nothing

function folder() {
  const config = document.getElementById("jupyter-config-data");
  const base = (config && JSON.parse(config.textContent || "{}").baseUrl) || "/";
  const voila = document.body.dataset.voila || document.getElementById("workbench-board");
  return `${base}${voila ? "voila/templates/" : "lab/extensions/"}workbench/static/`;
}

/** The board: in Voila the page's head brings it; in JupyterLab it is added here, once. All wait for
 * one promise, so that pages go on in the order in which they came: the first has the page's place. */
function boardLoaded() {
  window.workbenchBoardAsked = window.workbenchBoardAsked || boardAsked().catch((error) => {
    window.workbenchBoardAsked = null; // the next widget tries again
    throw error;
  });
  return window.workbenchBoardAsked;
}

function boardAsked() {
  if (window.workbenchBoard && window.workbenchBoard.ready) return window.workbenchBoard.ready;
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${folder()}board.js`;
    script.onload = () => window.workbenchBoard.ready.then(resolve, reject);
    script.onerror = () => reject(new Error(script.src));
    document.head.append(script);
  });
}

/** Half of a character, as input methods may leave one, is no text to the server: it would end the
 * page's connection. */
function wellFormed(message) {
  return JSON.parse(JSON.stringify(message, (_, value) => (typeof value === "string" ? value.toWellFormed() : value)));
}

function payload(model) {
  const panels = {};
  for (let i = 0; i < model.get("count"); i += 1) {
    const panel = model.get(`panel_${i}`);
    panels[panel.id || `p${i}`] = panel;
  }
  return { ...model.get("page"), panels };
}

/** Whether the server still has the kernel. What cannot be asked is no answer: the socket will tell. */
async function isThere(kernel) {
  const base = (kernel.serverSettings && kernel.serverSettings.baseUrl) || "/";
  try {
    const answer = await fetch(`${base}api/kernels/${kernel.id}`, { credentials: "same-origin", cache: "no-store" });
    return answer.status !== 404;
  } catch {
    return true;
  }
}

/** Tell `said` "live" or "lost". The kernel's connection knows first; `comm_live` and a closed comm
 * tell of a restart, after which this model is answered by nobody. Answers how to stop. */
function watch(model, said) {
  const kernel = model.widget_manager && model.widget_manager.kernel;
  let timer = 0;
  let ended = false;
  const look = () => {
    clearTimeout(timer);
    const gone = ended || (kernel && (kernel.isDisposed || ["dead", "restarting", "autorestarting", "terminating"].includes(kernel.status)));
    const away = gone || (kernel && kernel.connectionStatus !== "connected");
    if (!away) said("live");
    else timer = setTimeout(() => said("lost"), gone ? 0 : LOST_AFTER);
  };
  const end = () => {
    ended = true;
    look();
  };
  const signals = kernel ? [kernel.connectionStatusChanged, kernel.statusChanged, kernel.disposed].filter(Boolean) : [];
  signals.forEach((signal) => signal.connect(look));
  model.on("comm:close", end);
  model.on("comm_live_update", end); // after the beginning, only a restart triggers it
  const ask = async () => {
    if (!ended && kernel && !document.hidden && !(await isThere(kernel))) end();
  };
  const asking = setInterval(ask, ASK_EVERY);
  document.addEventListener("visibilitychange", ask);
  look();
  return () => {
    clearTimeout(timer);
    clearInterval(asking);
    document.removeEventListener("visibilitychange", ask);
    signals.forEach((signal) => signal.disconnect(look));
  };
}

function failed(el, error) {
  console.error(error);
  const told = document.createElement("div");
  told.setAttribute("role", "alert");
  told.style.cssText = "padding:12px 16px;border:1px solid #b3261e;border-radius:4px;line-height:1.6";
  told.textContent =
    "页面的程序文件未能取得，因此无法显示。请从 workbench up 启动的 JupyterLab 或页面服务打开，或重新加载。" +
    "The files that draw this page could not be fetched. Open it in the JupyterLab or the page server of workbench up, or reload.";
  el.replaceChildren(told);
}

/** Bind `model` to a view that `shown(host)` answers, until the answer is called. Answers null where
 * there is no view. */
async function bound(model, shown) {
  await boardLoaded();
  const host = { payload: payload(model), send: (message) => model.send(wellFormed(message)) };
  const view = await shown(host);
  if (!view) return null;

  let planned = false;
  const changed = () => {
    if (planned) return; // several traits arrive together
    planned = true;
    queueMicrotask(() => {
      planned = false;
      view.update(payload(model));
    });
  };
  model.on("change", changed);
  model.on("msg:custom", (message) => view.receive(message));
  const stop = watch(model, (state) => view.connection(state));
  return () => {
    stop();
    view.leave();
  };
}

/** A page of Voila opens as soon as its model is there. A view comes later or, on a busy machine, not
 * at all: the renderer of ipywidgets gives a model two seconds and then says for good that it was not
 * found, and anywidget gives as many before it draws. */
export default () => {
  let opened = Promise.resolve(null);
  return {
    initialize({ model }) {
      if (!document.body.dataset.voila) return undefined;
      opened = bound(model, (host) => window.workbenchBoard.open(host));
      opened.catch(() => {}); // told by the view, which has a place for it
      return () => opened.then((leave) => leave && leave());
    },

    async render({ model, el }) {
      // ipywidgets' Layout wipes styles of `el` itself: the board has an element of its own.
      const inner = document.createElement("div");
      el.append(inner);
      try {
        if (await opened) return undefined;
        return await bound(model, (host) => window.workbenchBoard.mount(inner, host));
      } catch (error) {
        failed(inner, error);
        return undefined;
      }
    },
  };
};
