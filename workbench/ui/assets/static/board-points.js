// The points of a figure one by one, for the keyboard and the ear, and what a click on one chooses.
(function (board) {
  "use strict";

  const STEPPED_BACK = 0.5; // opacity of marks that are not chosen
  const MEANT = { lt: "<", gt: ">", amp: "&", quot: '"', "#39": "'" };
  const list = (value) => (Array.isArray(value) ? value : []);
  const isArea = (trace) => (trace.type || "scatter") === "scatter" && trace.fill === "toself";

  /** The marks between what is said, as the language writes them. */
  const marks = (language) => (language === "zh-CN" ? { comma: "，", colon: "：", stop: "。" } : { comma: ", ", colon: ": ", stop: ". " });

  /** The name of a chart and its summary, which may begin with that name. */
  function sentence(label, summary, language) {
    return !label || (summary || "").startsWith(label) ? summary || "" : `${label}${marks(language).stop}${summary || ""}`.trim();
  }

  function said(value, language) {
    if (value === null || value === undefined) return "—";
    if (typeof value === "number") return new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(value);
    const text = String(value).replace(/<br\s*\/?>/g, marks(language).comma).replace(/<[^>]*>/g, "");
    return text.replace(/&(lt|gt|amp|quot|#39);/g, (_, name) => MEANT[name]);
  }

  const spoken = (trace, i, language) => {
    const own = [list(trace.hovertext)[i], typeof trace.hovertext === "string" ? trace.hovertext : null];
    const found = own.find((text) => text);
    return found ? said(found, language) : null;
  };

  function ofCartesian(trace, curve, language) {
    const lying = trace.orientation === "h";
    const names = list(lying ? trace.y : trace.x);
    const values = list(lying ? trace.x : trace.y);
    return names.map((name, i) => {
      const text = list(trace.text)[i];
      const value = typeof text === "string" && text ? said(text, language) : said(values[i], language);
      const series = trace.name ? `${trace.name}${marks(language).comma}` : "";
      return { curve, point: i, row: curve, column: i, lying, text: spoken(trace, i, language) || `${series}${said(name, language)}${marks(language).colon}${value}` };
    });
  }

  function ofHeat(trace, curve, language) {
    return list(trace.z).flatMap((row, j) =>
      list(row).map((value, i) => {
        const own = list(list(trace.hovertext)[j])[i];
        if (own) return { curve, point: [j, i], row: j, column: i, text: said(own, language) };
        const text = list(list(trace.text)[j])[i];
        const shown = typeof text === "string" && text ? text : said(value, language);
        return { curve, point: [j, i], row: j, column: i, text: `${said(list(trace.y)[j], language)}${marks(language).comma}${said(list(trace.x)[i], language)}${marks(language).colon}${shown}` };
      }),
    );
  }

  function ofFlow(trace, curve, language) {
    const label = (i) => said(list(trace.node && trace.node.label)[i], language);
    const link = trace.link || {};
    return list(link.source).map((from, i) => {
      const own = list(link.customdata)[i]; // what is shown when the flow is pointed at
      const place = { curve, point: i, row: 0, column: i, flow: true };
      if (typeof own === "string") return { ...place, text: said(own, language) };
      const value = list(link.label)[i] || said(list(link.value)[i], language);
      return { ...place, text: `${label(from)} → ${label(list(link.target)[i])}${marks(language).colon}${value}` };
    });
  }

  function ofArea(trace, curve, column, language) {
    const text = typeof trace.text === "string" ? trace.text : list(trace.text)[0];
    const own = spoken(trace, 0, language); // names the area; the trace's name is that of its class
    const shown = own || (text ? said(text, language) : "");
    const name = own ? "" : trace.name || "";
    return { curve, point: undefined, row: 0, column, area: true, text: shown.includes(name) ? shown : `${name}${marks(language).colon}${shown}` };
  }

  /** [{curve, point, row, column, text}] of everything that has a value. */
  function points(figure, language) {
    const found = [];
    list(figure.data).forEach((trace, curve) => {
      if (trace.hoverinfo === "skip" || trace.visible === false) return;
      if (trace.type === "heatmap") found.push(...ofHeat(trace, curve, language));
      else if (trace.type === "sankey") found.push(...ofFlow(trace, curve, language));
      else if (isArea(trace)) found.push(ofArea(trace, curve, found.length, language));
      else found.push(...ofCartesian(trace, curve, language));
    });
    return found;
  }

  /** Where an arrow key leads from point number `at`: to the sides along a row, up and down rows.
   * One row of lying bars is walked up and down too; `down` is the key that leads to the next. */
  function step(all, at, key, down = "ArrowDown") {
    if (!all.length) return -1;
    if (at < 0) return 0;
    if (key === "Home") return 0;
    if (key === "End") return all.length - 1;
    if (key === "ArrowRight") return Math.min(at + 1, all.length - 1);
    if (key === "ArrowLeft") return Math.max(at - 1, 0);
    const rows = [...new Set(all.map((point) => point.row))].sort((a, b) => a - b);
    const row = rows[rows.indexOf(all[at].row) + (key === "ArrowDown" ? 1 : -1)];
    if (row === undefined && all[at].lying) return Math.min(Math.max(at + (key === down ? 1 : -1), 0), all.length - 1);
    const there = all.findIndex((point) => point.row === row && point.column === all[at].column);
    return row === undefined ? at : there >= 0 ? there : all.findIndex((point) => point.row === row);
  }

  /** What a choice of this point sets the filter to, or null. */
  function picked(figure, picks, curve, point) {
    if (!picks) return null;
    if (Array.isArray(picks.values)) return picks.values[Array.isArray(point) ? point[1] : point ?? curve] ?? null;
    const custom = (figure.data[curve] || {}).customdata;
    let value = Array.isArray(point) ? list(list(custom)[point[0]])[point[1]] : list(custom)[point ?? 0];
    if (Array.isArray(value)) value = value[0];
    return value === undefined || value === null ? null : String(value);
  }

  /** Numbers of the points of a trace that stand for the chosen value; null where it has none. */
  function chosenOf(figure, picks, trace, curve, chosen) {
    if (isArea(trace)) return picked(figure, picks, curve, undefined) === chosen ? [0] : [];
    const size = Math.max(list(trace.x).length, list(trace.y).length);
    if (trace.type === "heatmap" || trace.type === "sankey" || !size) return null;
    return Array.from({ length: size }, (_, i) => i).filter((i) => picked(figure, picks, curve, i) === chosen);
  }

  /** The figure with all marks but the chosen ones stepped back. Changes `data`, a copy. A figure
   * that has no such mark stays as it is. Areas keep their colours, which names stand on and the
   * legend explains: the chosen one is outlined in `colour`. */
  function highlight(data, figure, picks, chosen, colour) {
    if (!picks || chosen === null || chosen === undefined) return;
    const found = data.map((trace, curve) => chosenOf(figure, picks, trace, curve, chosen));
    if (!found.some((points) => points && points.length)) return;
    data.forEach((trace, curve) => {
      const points = found[curve];
      if (!points) return;
      if (isArea(trace)) {
        if (points.length) trace.line = { ...trace.line, width: 3, color: colour };
      } else if (trace.type === "bar" || trace.type === "scatter" || !trace.type) {
        trace.selectedpoints = points;
        trace.selected = { marker: { opacity: 1 } };
        trace.unselected = { marker: { opacity: STEPPED_BACK } };
        if (!points.length && /lines/.test(trace.mode || "")) trace.opacity = STEPPED_BACK;
      }
    });
  }

  board.points = { points, sentence, step, picked, highlight };
})(window.workbenchBoard);
