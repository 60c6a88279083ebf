// Themes: which one holds, and a figure in its colours. The colours are data (themes.json); the
// variables of board.css are made from the same file.
(function (board) {
  "use strict";
  const NAMES = ["light", "dark", "wall"];
  const BAR = 34; // px above a chart in full screen, for Plotly's buttons
  const KEPT = "workbench-theme";
  const CJK = '"Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "Noto Sans SC"';
  const LATIN = '"Segoe UI", "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial';
  const FONTS = { zh: `${CJK}, sans-serif`, en: `${LATIN}, ${CJK}, sans-serif` }; // as in board.css
  const CHINESE = {
    moduleType: "locale",
    name: "zh-CN",
    dictionary: {
      "Zoom in": "放大", "Zoom out": "缩小", "Reset axes": "还原坐标轴", Autoscale: "自动缩放",
      Pan: "平移", Zoom: "缩放", "Click to enter": "",
    },
    format: {
      days: ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"],
      shortDays: ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
      months: Array.from({ length: 12 }, (_, i) => `${i + 1}月`),
      shortMonths: Array.from({ length: 12 }, (_, i) => `${i + 1}月`),
      date: "%Y-%m-%d", year: "%Y年", month: "%Y年%-m月", dayMonth: "%-m月%-d日",
      dayMonthYear: "%Y年%-m月%-d日",
    },
  };

  let loading = null;
  let known = null;
  /** themes.json, fetched once. */
  const themes = () => (loading = loading || fetch(board.asset("themes.json")).then((answer) => answer.json()).then((all) => (known = all)));
  /** themes.json where it has come already, for what cannot wait. */
  const loaded = () => known;

  function kept() {
    try {
      return localStorage.getItem(KEPT);
    } catch {
      return null; // storage is switched off: the theme lasts as long as the page
    }
  }

  /** The address says first, then what the reader chose before, the page, JupyterLab, the machine. */
  function current() {
    const { voila, jpThemeLight } = document.body.dataset;
    const lab = voila ? null : jpThemeLight; // Voila's body says "light" whatever the reader likes
    const said = [
      new URLSearchParams(location.search).get("theme"),
      kept(),
      document.documentElement.dataset.theme,
      lab === "true" ? "light" : lab === "false" ? "dark" : null,
    ].find((name) => NAMES.includes(name));
    return said || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  }

  /** Call `act` when JupyterLab changes its theme and the reader has chosen none here. Answers how
   * to stop. */
  function follow(act) {
    const asked = new URLSearchParams(location.search).get("theme");
    const look = new MutationObserver(() => [asked, kept()].some((name) => NAMES.includes(name)) || act(current()));
    if (!document.body.dataset.voila) look.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
    return () => look.disconnect();
  }

  function keep(name) {
    try {
      localStorage.setItem(KEPT, name);
    } catch {
      // as above
    }
    const address = new URL(location.href);
    if (address.searchParams.has("theme")) {
      address.searchParams.set("theme", name);
      history.replaceState(history.state, "", address);
    }
    if (document.documentElement.dataset.theme) document.documentElement.dataset.theme = name;
  }

  /** A deep copy in which "@accent" and its like are the colours of the theme. */
  function resolved(value, tokens) {
    if (typeof value === "string") return value[0] === "@" && value.slice(1) in tokens ? tokens[value.slice(1)] : value;
    if (Array.isArray(value)) return value.map((item) => resolved(item, tokens));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, tokens)]));
    }
    return value;
  }

  const timed = (value, factor) => (Array.isArray(value) ? value.map((one) => timed(one, factor)) : typeof value === "number" ? Math.round(value * factor) : value);

  /** What is measured in pixels of its own grows with the letters of the theme: letters, points,
   * margins, and how far labels are moved apart. Changes `value`. */
  function grown(value, factor) {
    if (!value || typeof value !== "object") return;
    for (const [key, item] of Object.entries(value)) {
      if (/(font|^marker)$/.test(key) && item?.size !== undefined) item.size = timed(item.size, factor);
      else if (key === "margin") for (const side of ["l", "r", "t", "b"]) item[side] = timed(item[side], factor);
      else if (/^[xy]shift$/.test(key)) value[key] = timed(item, factor);
      else grown(item, factor);
    }
  }

  const cut = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

  /** Long names of categories are cut where they would take the room of the chart. */
  function aliases(data, axis, length) {
    const found = {};
    for (const trace of data) {
      for (const name of Array.isArray(trace[axis]) ? trace[axis] : []) {
        if (typeof name === "string" && name.length > length && !/^[\d\s:T.+-]+$/.test(name)) found[name] = cut(name, length);
      }
    }
    return Object.keys(found).length ? found : null;
  }

  function axes(layout, data, width, full, size) {
    const lengths = { x: Math.max(5, Math.round(width / 60)), y: Math.max(6, Math.round((width * 0.34) / size)) };
    for (const letter of ["x", "y"]) {
      const names = Object.keys(layout).filter((key) => key.startsWith(`${letter}axis`));
      if (!names.includes(`${letter}axis`)) names.push(`${letter}axis`);
      const labelalias = aliases(data, letter, lengths[letter]);
      for (const name of names) {
        layout[name] = { ...layout[name], fixedrange: !full };
        if (labelalias && !layout[name].ticktext) layout[name].labelalias = { ...labelalias, ...layout[name].labelalias };
      }
    }
  }

  /** The figure as Plotly is to draw it: colours, fonts, template, sizes. `figure` stays as it is. */
  function styled(all, name, figure, { width, full, language, id }) {
    const theme = all[name];
    const data = resolved(figure.data || [], theme.tokens);
    const template = resolved(all.template, theme.tokens);
    const layout = resolved(figure.layout || {}, theme.tokens);
    const size = full && name !== "wall" ? theme.font + 2 : width < 480 && name !== "wall" ? Math.min(theme.font, 12) : theme.font;
    if (theme.font !== all.light.font) [data, layout].forEach((part) => grown(part, theme.font / all.light.font));
    template.layout.font = { family: FONTS[language], size, color: theme.tokens.text };
    template.layout.hoverlabel.font = { ...template.layout.hoverlabel.font, family: FONTS[language], size: size + 1 };
    for (const axis of ["xaxis", "yaxis"]) template.layout[axis].title.font.size = size;
    delete layout.width;
    delete layout.height;
    Object.assign(layout, { template, autosize: true, uirevision: id, dragmode: full ? "zoom" : false });
    if (full) layout.margin = { ...layout.margin, t: (layout.margin?.t ?? template.layout.margin.t) + BAR };
    if (data.some((trace) => trace.type !== "sankey")) axes(layout, data, width, full, size);
    const config = {
      displaylogo: false, displayModeBar: full, scrollZoom: false, showTips: false, responsive: false,
      doubleClick: full ? "reset" : false, locale: language === "zh" ? "zh-CN" : "en",
      modeBarButtons: [["zoomIn2d", "zoomOut2d", "resetScale2d"]],
    };
    return { data, layout, config };
  }

  let drawing = null;
  /** plotly.js, once: the one that the page's head is fetching, or ours. */
  function plotly() {
    if (!drawing) {
      const fetched = window.Plotly
        ? Promise.resolve(window.Plotly)
        : window.workbenchPlotly || board.script(board.asset("plotly-qiku.min.js")).then(() => window.Plotly);
      drawing = Promise.resolve(fetched).then((found) => {
        found.register(CHINESE);
        return found;
      });
      drawing.catch(() => (drawing = null)); // asked for again by the next chart
    }
    return drawing;
  }

  themes();
  board.theme = { NAMES, FONTS, themes, loaded, current, follow, keep, resolved, styled, plotly };
})(window.workbenchBoard);
