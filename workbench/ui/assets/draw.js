({ figures, language }) => {
  // plotly.js comes from the server of this page and is fetched once, whoever asks first.
  const page = document.getElementById("jupyter-config-data");
  const base = (page && JSON.parse(page.textContent).baseUrl) || "/";
  const folder = document.body.dataset.voila ? "voila/templates/" : "lab/extensions/";
  const fetchPlotly = () => new Promise((resolve, reject) => {
    if (window.Plotly) { resolve(window.Plotly); return; }
    const script = document.createElement("script");
    script.src = base + folder + "workbench/static/plotly.min.js";
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("plotly.js"));
    document.head.appendChild(script);
  });
  window.workbenchPlotly = window.workbenchPlotly || fetchPlotly();

  // The page is hidden while it loads, and a chart drawn without a width keeps none.
  const visible = (element) => new Promise((resolve) => {
    if (element.clientWidth > 0) { resolve(); return; }
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) { observer.disconnect(); resolve(); }
    });
    observer.observe(element);
  });

  const failed = language === "zh"
    ? "图表未能绘制：请从 workbench up 启动的 JupyterLab 或 Voila 打开。"
    : "The chart could not be drawn: open it in the JupyterLab or Voila of workbench up.";
  for (const [name, figure] of Object.entries(figures)) {
    const element = document.getElementById(name);
    if (!element) continue;
    Promise.all([window.workbenchPlotly, visible(element)])
      .then(([plotly]) => plotly.newPlot(element, figure.data, figure.layout,
        { responsive: true, displaylogo: false, modeBarButtonsToRemove: ["sendDataToCloud"] }))
      .catch((error) => { console.error(error); element.textContent = failed; });
  }
}
