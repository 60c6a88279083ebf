// What stands inside a frame without Plotly: cards, signal lights, plain tables, reasons.
(function (board) {
  "use strict";
  const { h, pairs, svg, icon } = board.dom;

  // Cards -----------------------------------------------------------------------------------------

  // On 10 × 10. Drawn, not written: fonts have these letters in all sizes or not at all.
  const ARROWS = { up: "M5 1 9.5 9h-9z", down: "M5 9 .5 1h9z", flat: "M0 4.2h10v1.6H0z" };
  const WAYS = { up: "up", down: "down", flat: "unchanged" };

  function spark(values) {
    const known = values.filter((value) => value !== null);
    if (known.length < 2) return null;
    const low = Math.min(...known);
    const range = Math.max(...known) - low || 1;
    const at = (value, i) => `${((i * 100) / (values.length - 1)).toFixed(2)},${(27 - ((value - low) / range) * 24).toFixed(2)}`;
    let line = "";
    let pen = "M";
    values.forEach((value, i) => {
      if (value === null) pen = "M";
      else {
        line += `${pen}${at(value, i)}`;
        pen = "L";
      }
    });
    const last = values.length - 1 - [...values].reverse().findIndex((value) => value !== null);
    const area = values.includes(null) ? "" : `${line}L100,30L0,30Z`;
    return svg({ viewBox: "0 0 100 30", class: "wb-spark", preserveAspectRatio: "none" }, [
      { d: area, class: "wb-spark-area" },
      { d: line, class: "wb-spark-line" },
      { d: `M${at(values[last], last)}h0.01`, class: "wb-spark-dot" },
    ]);
  }

  function change({ text, direction, good, against }, say) {
    const tone = good === true ? "wb-good" : good === false ? "wb-bad" : "wb-even";
    return h("div", { class: "wb-delta" },
      h("span", { class: tone }, svg({ viewBox: "0 0 10 10", class: "wb-arrow" }, [{ d: ARROWS[direction] || ARROWS.flat }]),
        h("span", { class: "wb-hidden" }, say(WAYS[direction] || "unchanged")), text),
      against ? h("span", { class: "wb-against" }, against) : null);
  }

  function card(one, say) {
    const drawn = one.state === "drawn";
    const value = drawn ? one.value : one.state === "withheld" ? say("Withheld") : "—";
    const figure = h("div", { class: `wb-value${drawn ? "" : " wb-absent"}`, title: one.exact ? say("Exact figure: {exact}", { exact: one.exact }) : null },
      h("b", {}, value), drawn && one.unit ? h("span", { class: "wb-valueunit" }, one.unit) : null,
      one.state === "missing" ? h("span", { class: "wb-hidden" }, say("no figure")) : null);
    return h("div", { class: "wb-card" },
      h("div", { class: "wb-label" }, one.label), figure,
      one.delta ? change(one.delta, say) : null,
      !drawn && one.why ? h("div", { class: "wb-why" }, one.why) : null,
      one.spark ? spark(one.spark) : null);
  }

  const cards = (all, say) => h("div", { class: "wb-cards", style: `--wb-count: ${all.length}` }, all.map((one) => card(one, say)));

  // Signal lights ---------------------------------------------------------------------------------

  // A shape for each level: no level is told by colour alone.
  const DISC = "M5 .6a4.4 4.4 0 1 0 0 8.8 4.4 4.4 0 0 0 0-8.8z";
  const LIGHTS = {
    green: [DISC, "green"],
    yellow: ["M5 .5 9.8 9.2H.2z", "yellow"],
    red: ["M1 1h8v8H1z", "red"],
    blue: ["M5 .2 9.8 5 5 9.8.2 5z", "blue"],
    light_blue: ["M.2 .8h9.6L5 9.5z", "light blue"],
    grey: [DISC, "no signal"],
  };

  function light({ level, text }, say) {
    const [shape, word] = LIGHTS[level] || LIGHTS.grey;
    return h("td", { class: `wb-light wb-${level}` },
      svg({ viewBox: "-0.6 -0.6 11.2 11.2", class: "wb-shape", "data-level": level }, [{ d: shape }]), h("span", { class: "wb-hidden" }, say(word)), h("span", {}, text));
  }

  function signals({ columns, rows }, label, say) {
    return h("div", { class: "wb-plain wb-signals", tabindex: "0", role: "region", "aria-label": label },
      h("table", {},
        h("thead", {}, h("tr", {}, h("td"), columns.map((column) => h("th", { scope: "col" }, column)))),
        h("tbody", {}, rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.label), row.cells.map((cell) => light(cell, say)))))));
  }

  // Sentences -------------------------------------------------------------------------------------

  /** A figure leads to the panel that it is in, and says its ledger entry; `point` shows a panel. */
  function piece({ text, panel, entry }, say, point) {
    if (panel === undefined) return text;
    const told = entry ? say("Ledger entry {entry}", { entry }) : null;
    if (!panel) return h("b", { title: told }, text);
    return h("button", { type: "button", class: "wb-figurelink", title: told, onclick: () => point(panel) }, text);
  }

  const sentences = (all, say, point) => h("ol", { class: "wb-sentences" }, all.map((one) => h("li", {}, one.map((part) => piece(part, say, point)))));

  // The figures as a table ------------------------------------------------------------------------

  const isNumber = (text) => /^[-+−]?[\d,.]+\s*[%‰]?$/.test(text);

  function dataTable({ columns, rows }, label) {
    const numbers = columns.map((_, i) => rows.some((row) => row[i]) && rows.every((row) => !row[i] || isNumber(row[i])));
    const cell = (text, i) => h("td", { class: numbers[i] ? "wb-number" : null }, text ?? "—");
    return h("div", { class: "wb-plain wb-data", tabindex: "0", role: "region", "aria-label": label },
      h("table", {},
        h("thead", {}, h("tr", {}, columns.map((column, i) => h("th", { scope: "col", class: numbers[i] ? "wb-number" : null }, column)))),
        h("tbody", {}, rows.map((row) => h("tr", {}, row.map(cell))))));
  }

  // Panels that are not drawn ---------------------------------------------------------------------

  const STATES = {
    refused: "Not granted",
    withheld: "Withheld",
    expired: "Expired",
    unavailable: "For the moment unavailable",
    wrong: "This panel has a mistake",
  };

  function draft(text, say) {
    const copy = h("button", { type: "button", class: "wb-textbutton", onclick: async () => {
      await navigator.clipboard.writeText(text);
      copy.lastChild.textContent = say("Copied");
    } }, icon("copy"), h("span", {}, say("Copy")));
    return h("details", { class: "wb-draft" }, h("summary", {}, say("Draft of an application")),
      h("pre", { tabindex: "0" }, text), navigator.clipboard ? copy : null);
  }

  function reason(one, say) {
    const rows = [["why", "Why"], ["rule", "Rule"], ["next", "Next step"]].filter(([key]) => one[key]);
    return h("div", { class: "wb-reason" },
      h("p", { class: "wb-what" }, one.what),
      rows.length ? pairs(rows.map(([key, word]) => [say(word), one[key]])) : null,
      one.draft ? draft(one.draft, say) : null,
      one.code ? h("p", { class: "wb-code" }, one.code) : null);
  }

  const reasons = (all, say) => all.map((one) => reason(one, say));

  /** `asked`: the choices under which there was nothing, in words. */
  const empty = (asked, say) => [h("p", {}, say(asked ? "No data for this choice" : "No data")), asked ? h("p", { class: "wb-asked" }, asked) : null];

  function notDrawn({ state, reasons: all, asked }, say, retry) {
    if (state === "waiting") return h("div", { class: "wb-waiting", role: "status" }, h("span", {}), h("span", {}), h("span", {}), say("Being asked for …"));
    if (state === "empty") return h("div", { class: "wb-empty" }, all.length ? reasons(all, say) : empty(asked, say));
    const again = state === "unavailable" && retry
      ? h("button", { type: "button", class: "wb-textbutton wb-retry", onclick: retry }, icon("retry"), say("Try again"))
      : null;
    return h("div", { class: `wb-notdrawn wb-is-${state}` }, h("div", { class: "wb-state" }, h("span", { "aria-hidden": "true" }), say(STATES[state] || STATES.wrong)),
      reasons(all, say), again);
  }

  board.body = { cards, signals, sentences, dataTable, notDrawn, reasons };
})(window.workbenchBoard);
