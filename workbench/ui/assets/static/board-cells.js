// What a desk is written with: texts that may have a tone, in lists, in facts, in blocks of an item.
// A tone is a colour and a shape; the text says it too.
(function (board) {
  "use strict";
  const { h, svg } = board.dom;

  const DISC = "M5 .6a4.4 4.4 0 1 0 0 8.8 4.4 4.4 0 0 0 0-8.8z";
  const SHAPES = { good: DISC, due: "M5 .5 9.8 9.2H.2z", late: "M1 1h8v8H1z", off: DISC }; // on 10 × 10
  const LONG = 24; // characters; of these a pointer is told the whole
  const WORD = /^[\x20-\x7e·]{1,18}$/; // a day, a number, a code: not to be broken
  const WIDE = 48; // characters; a fact of these has a line of its own
  const NOTHING = { text: "", tone: "", hint: "", share: null, heat: null, dots: null, opens: "", page: null };

  const toned = (tone) => (SHAPES[tone] ? ` wb-tone-${tone}` : "");

  const mark = (tone) =>
    SHAPES[tone] ? svg({ viewBox: "-0.6 -0.6 11.2 11.2", class: "wb-shape" }, [{ d: SHAPES[tone] }]) : null;

  /** A share of the whole as a bar: 0 to 1. */
  function bar(share) {
    const filled = h("span");
    filled.style.setProperty("inline-size", `${Math.min(1, Math.max(0, share)) * 100}%`);
    return h("span", { class: "wb-share", "aria-hidden": "true" }, filled);
  }

  /** Something at its place on a scale of 0 to 100. */
  function at(name, value, to = null) {
    const made = h("i", { class: name });
    made.style.setProperty("inset-inline-start", `${Math.min(value, to ?? value)}%`);
    if (to !== null) made.style.setProperty("inline-size", `${Math.abs(to - value)}%`);
    return made;
  }

  /** A value with its interval, or with where it comes from: {value, low, high, from, marks, tie}.
   * `tie`: first, middle or last of rows that are joined. The text beside it says it too. */
  function dots({ value, low = null, high = null, from = null, marks = [], tie = "" }) {
    return h("span", { class: `wb-dots${tie ? ` wb-tie wb-tie-${tie}` : ""}`, "aria-hidden": "true" },
      h("span", {}, marks.map((one) => at("wb-dotmark", one)),
        low === null || high === null ? null : at("wb-dotrange", low, high),
        from === null ? null : [at("wb-dotrange", from, value), at("wb-dot wb-dotfrom", from)],
        at("wb-dot", value)));
  }

  /** What a text is written in: plain, a button that opens another item, or a link to a page. Pages
   * stand beside each other where Voila serves them, and nowhere else. */
  function holder({ opens, page, text }) {
    if (opens) {
      const go = (event) => event.currentTarget.dispatchEvent(new CustomEvent("wb-go", { bubbles: true, detail: { id: opens, title: text } }));
      return (parts) => h("button", { type: "button", class: "wb-golink", onclick: go }, parts);
    }
    if (page && document.body.dataset.voila) return (parts) => h("a", { class: "wb-golink", href: board.address.of(page) }, parts);
    return (parts) => h("span", { class: "wb-celltext" }, parts);
  }

  /** `within(parts)` makes the element that holds the text, such as a button. */
  function cell(given, within = null) {
    const all = { ...NOTHING, ...given };
    const { text, tone, hint, share, heat } = all;
    const more = text.includes(hint) ? "" : hint; // what the text says already is not said again
    const whole = [text.length > LONG ? text : "", more].filter(Boolean).join("\n");
    const drawn = typeof share === "number" || all.dots ? " wb-barred" : text ? "" : " wb-blank";
    const made = h("div", { class: `wb-cell${toned(tone)}${drawn}${typeof heat === "number" ? " wb-heat" : ""}`, title: whole || null },
      (within || holder(all))(WORD.test(text) ? [h("span", { class: "wb-word" }, mark(tone), text)] : [mark(tone), text || "—"]),
      typeof share === "number" ? bar(share) : null,
      all.dots ? dots(all.dots) : null,
      more ? h("span", { class: "wb-cellhint" }, more) : null);
    if (typeof heat === "number") made.style.setProperty("--wb-heat", `${Math.round(heat / 2)}%`);
    return made;
  }

  // Tables ----------------------------------------------------------------------------------------

  const numeric = ({ kind }) => (kind === "number" ? "wb-number" : null);

  // The roles are written out: on a phone rows are laid out as cards, which would take them away.
  const head = (columns) =>
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" },
      columns.map((column) => h("th", { scope: "col", role: "columnheader", class: numeric(column) }, column.label))));

  /** The cells of a row; the first may be made by `first(cell)`. */
  const line = (columns, cells, first = cell) =>
    columns.map((column, i) =>
      h("td", { role: "cell", class: numeric(column), "data-label": column.label }, i ? cell(cells[column.key]) : first(cells[column.key])));

  function table(columns, rows, label) {
    return h("div", { class: "wb-cellscroll", tabindex: "0", role: "region", "aria-label": label },
      h("table", { class: "wb-cells", role: "table", "aria-label": label }, head(columns),
        h("tbody", { role: "rowgroup" }, rows.map((row) => h("tr", { role: "row" }, line(columns, row))))));
  }

  // Blocks of an item -----------------------------------------------------------------------------

  function step({ when, what, who, why, did }) {
    const { tone } = { ...NOTHING, ...what };
    return h("li", { class: `wb-step${toned(tone)}` },
      h("div", { class: "wb-stephead" }, h("span", { class: "wb-when" }, when?.text), cell(what), who?.text ? h("span", { class: "wb-who" }, who.text, who.hint ? h("span", { class: "wb-cellhint" }, who.hint) : null) : null),
      why?.text ? h("p", { class: "wb-stepwhy" }, why.text) : null, did?.text ? h("p", { class: "wb-stepwhy" }, cell(did)) : null);
  }

  const KINDS = {
    table: ({ title, columns, rows }) => table(columns, rows, title),
    steps: ({ rows }) => h("ol", { class: "wb-steps" }, rows.map(step)),
    course: ({ chart }) => board.outlook.course(chart),
    intervals: ({ chart }) => board.outlook.intervals(chart),
    lines: ({ rows }) => h("ul", { class: "wb-lines" }, rows.map((row) => h("li", {}, Object.values(row).map((one) => cell(one))))),
  };

  const block = (one) =>
    h("section", { class: "wb-block", "aria-label": one.title },
      h("h5", {}, one.title), one.note ? h("p", { class: "wb-blocknote" }, one.note) : null,
      one.rows.length || one.chart ? (KINDS[one.kind] || KINDS.table)(one) : h("p", { class: "wb-none" }, "—"));

  function fact({ label, value, hint }) {
    const text = String(value ?? "");
    const more = text.includes(hint) ? "" : hint;
    return h("div", { class: text.length > WIDE ? "wb-wide" : null }, h("dt", {}, label),
      h("dd", {}, text || "—", more ? h("span", { class: "wb-cellhint" }, more) : null));
  }

  const facts = (all) => h("dl", { class: "wb-facts" }, all.map(fact));

  /** The figures over a list. */
  const figures = (all) =>
    h("dl", { class: "wb-strip" }, all.map(({ label, value, tone }) =>
      h("div", { class: toned(tone).trim() || null }, h("dt", {}, label), h("dd", {}, mark(tone), h("span", {}, value)))));

  board.cells = { cell, mark, toned, head, line, block, facts, figures };
})(window.workbenchBoard);
