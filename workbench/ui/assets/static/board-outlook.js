// Drawings within an item: a course with what is expected of it, and estimates with their intervals.
// The kernel gives numbers and every text; what is drawn stands in a table beside it too.
(function (board) {
  "use strict";
  const { h } = board.dom;
  const SVG = "http://www.w3.org/2000/svg";
  const TALL = 220; // pixels of a course
  const ROW = 46; // pixels of an estimate
  const LEFT = 64; // pixels for the texts of an axis

  function shape(tag, attributes, text = "") {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = text;
    return element;
  }

  /** Numbers to pixels. */
  const scale = (low, high, from, to) => (value) => from + ((value - low) / (high - low || 1)) * (to - from);

  /** Draw anew at each width that the place comes to have. */
  function drawn(label, draw) {
    const place = h("div", { class: "wb-outlook", role: "img", "aria-label": label });
    let width = 0;
    new ResizeObserver(() => {
      if (!place.clientWidth || place.clientWidth === width) return;
      width = place.clientWidth;
      place.replaceChildren(draw(width));
    }).observe(place);
    return place;
  }

  const picture = (width, height) => shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" });

  /** A path through the points that are there; a missing one leaves a gap. */
  function through(values, x, y) {
    let pen = "M";
    return values.map((value, i) => {
      if (value === null) {
        pen = "M";
        return "";
      }
      const step = `${pen}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
      pen = "L";
      return step;
    }).join("");
  }

  /** The bands between two series, one for each stretch in which both are known. */
  function bands(low, high, x, y) {
    const stretches = [[]];
    low.forEach((value, i) => (value === null || high[i] === null ? stretches.push([]) : stretches[stretches.length - 1].push(i)));
    return stretches.filter((one) => one.length).map((one) => {
      const there = one.map((i) => `${x(i).toFixed(1)} ${y(high[i]).toFixed(1)}`);
      const back = [...one].reverse().map((i) => `${x(i).toFixed(1)} ${y(low[i]).toFixed(1)}`);
      return `M${[...there, ...back].join("L")}Z`;
    }).join("");
  }

  const LINES = ["known", "baseline", "value"];

  function key({ names }) {
    const all = [...LINES, "band"].filter((name) => names[name]);
    return h("div", { class: "wb-outlookkey" }, all.map((name) => h("span", { class: `wb-key-${name}` }, names[name])));
  }

  /** {months, known, baseline, value, low, high, ticks: [{at, text}], names, label, marks: [{at, text}]} */
  function course(chart) {
    const { months, low, high, ticks, marks = [] } = chart;
    const draw = (width) => {
      const plot = picture(width, TALL);
      const x = scale(0, Math.max(months.length - 1, 1), LEFT, width - 10);
      const y = scale(ticks[0].at, ticks[ticks.length - 1].at, TALL - 26, 12);
      for (const { at, text } of ticks) {
        plot.append(shape("line", { x1: LEFT, x2: width - 10, y1: y(at), y2: y(at), class: "wb-grid" }), shape("text", { x: LEFT - 8, y: y(at) + 4, "text-anchor": "end" }, text));
      }
      const every = Math.ceil(months.length / Math.max(2, Math.floor((width - LEFT) / 80)));
      months.forEach((month, i) => i % every === 0 && plot.append(shape("text", { x: x(i), y: TALL - 6, "text-anchor": i ? "middle" : "start" }, month)));
      for (const { at, text } of marks) {
        const end = x(at) > width / 2;
        plot.append(shape("line", { x1: x(at), x2: x(at), y1: 12, y2: TALL - 26, class: "wb-mark" }), shape("text", { x: x(at) + (end ? -4 : 4), y: marks.length > 1 && at === marks[1].at ? 38 : 22, "text-anchor": end ? "end" : "start", class: "wb-marked" }, text));
      }
      plot.append(shape("path", { d: bands(low, high, x, y), class: "wb-band" }));
      for (const name of LINES) plot.append(shape("path", { d: through(chart[name], x, y), class: `wb-line-${name}` }));
      return plot;
    };
    return h("div", {}, drawn(chart.label, draw), key(chart));
  }

  /** {lines: [{name, low, value, high, text}], ticks: [{at, text}], label} */
  function intervals({ lines, ticks, label }) {
    const draw = (width) => {
      const height = lines.length * ROW + 24;
      const plot = picture(width, height);
      const x = scale(ticks[0].at, ticks[ticks.length - 1].at, 12, width - 12);
      for (const { at, text } of ticks) {
        plot.append(shape("line", { x1: x(at), x2: x(at), y1: 0, y2: height - 20, class: at === 0 ? "wb-zero" : "wb-grid" }), shape("text", { x: x(at), y: height - 5, "text-anchor": "middle" }, text));
      }
      lines.forEach(({ name, low, value, high, text }, i) => {
        const y = i * ROW + 30;
        plot.append(shape("text", { x: 12, y: y - 13, class: "wb-name" }, `${name}  ${text}`));
        plot.append(shape("line", { x1: x(low), x2: x(high), y1: y, y2: y, class: "wb-whisker" }), shape("circle", { cx: x(value), cy: y, r: 5, class: "wb-point" }));
      });
      return plot;
    };
    return drawn(label, draw);
  }

  board.outlook = { course, intervals };
})(window.workbenchBoard);
