// A table of any length: only the rows in sight are in the document, the rest is asked for in
// windows. Sorting and searching are the kernel's work.
(function (board) {
  "use strict";
  const { h, debounced } = board.dom;
  const WINDOW = 100; // rows asked for at once
  const KEPT = 40; // windows remembered
  const BEYOND = 6; // rows drawn above and below what is seen
  const HIGHEST = 8_000_000; // px; browsers cut elements off at 17 to 33 million
  const SHORT = 16; // letters; a column of these is as wide as its longest
  const EDGES = 1.5; // em; room at both sides of a cell
  const SHOWN = { usual: 13, least: 4 }; // rows of a panel's height

  const widthOf = (text) => [...String(text ?? "")].reduce((sum, letter) => sum + (letter > "\u2e80" ? 2 : 1.06), 0);

  class Table {
    /** `ask({offset, limit, sort, search})` gives the number of the request that `receive` will
     * answer, or nothing where there is no kernel; `say` speaks. */
    constructor({ ask, say, label }) {
      Object.assign(this, { ask, say, sort: null, search: "", requested: new Map(), windows: new Map(), printed: 0 });
      this.search_ = h("input", { type: "search", class: "wb-search", placeholder: say("Search"), "aria-label": say("Search"),
        oninput: debounced(() => this.reask({ search: this.search_.value.trim() }), 300) });
      this.count = h("span", { class: "wb-count" });
      this.head = h("div", { class: "wb-row wb-thead", role: "row", "aria-rowindex": "1" });
      this.rows = h("div", { class: "wb-rows", role: "rowgroup" });
      this.space = h("div", { class: "wb-space" }, this.rows);
      this.scroll = h("div", { class: "wb-scroll", tabindex: "0", role: "table", "aria-label": label, onscroll: () => this.scrolled() },
        h("div", { role: "rowgroup", class: "wb-theadgroup" }, this.head), this.space);
      this.element = h("div", { class: "wb-table" }, h("div", { class: "wb-tablebar" }, this.search_, this.count), this.scroll);
      this.sizes = new ResizeObserver(() => this.paint());
      this.sizes.observe(this.scroll);
      this.later = debounced(() => this.want(), 70);
    }

    /** New contents; the place stays where the columns are the same. */
    set(table) {
      const same = this.table && JSON.stringify(this.table.columns) === JSON.stringify(table.columns);
      this.table = table;
      this.windows.clear();
      this.requested.clear();
      if (!same) Object.assign(this, { sort: null, search: "" });
      this.search_.hidden = !table.search;
      if (!same) this.search_.value = "";
      this.heads();
      this.total = table.total;
      if (this.sort || this.search) this.reask({});
      else {
        this.keep(0, table.rows);
        this.paint();
      }
    }

    // What is asked for -------------------------------------------------------------------------

    reask(change) {
      Object.assign(this, change);
      this.windows.clear();
      this.requested.clear();
      this.scroll.scrollTop = 0;
      this.element.classList.add("wb-asking");
      this.request(0);
      this.heads();
    }

    request(offset) {
      if ([...this.requested.values()].includes(offset)) return;
      const request = this.ask({ offset, limit: WINDOW, sort: this.sort, search: this.search });
      if (request) this.requested.set(request, offset);
    }

    /** A kernel is there (again): what was asked for before it came is asked for now. */
    connected() {
      this.requested.clear();
      if (this.sort || this.search) this.reask({});
      else this.want();
    }

    receive({ request, ok, total, rows }) {
      const offset = this.requested.get(request);
      if (offset === undefined) return; // of a sorting or a search that is over
      this.requested.delete(request);
      this.element.classList.remove("wb-asking");
      if (ok === false || !rows) return;
      this.total = total;
      this.windows.delete(offset);
      this.windows.set(offset, rows);
      while (this.windows.size > KEPT) this.windows.delete(this.windows.keys().next().value);
      this.paint();
    }

    keep(offset, rows) {
      for (let i = 0; i < rows.length; i += WINDOW) this.windows.set(offset + i, rows.slice(i, i + WINDOW));
    }

    row(i) {
      const found = this.windows.get(i - (i % WINDOW));
      return found && found[i % WINDOW];
    }

    /** Ask for the windows of what is seen, where they are not known whole. */
    want() {
      const { first, last } = this.seen();
      for (let offset = first - (first % WINDOW); offset <= last; offset += WINDOW) {
        const known = this.windows.get(offset);
        if (!known || known.length < Math.min(WINDOW, this.total - offset)) this.request(offset);
      }
    }

    // What is drawn -----------------------------------------------------------------------------

    heads() {
      const { columns, rows } = this.table;
      const widths = columns.map(({ label }, i) => {
        const cells = rows.slice(0, 60).map((row) => widthOf(row[i])).sort((a, b) => a - b);
        const longest = cells[cells.length - 1] || 0;
        const usual = longest <= SHORT ? longest : cells[Math.floor(cells.length * 0.9)];
        return Math.min(44, Math.max(widthOf(label) + 4, usual + 1, 6));
      });
      const least = widths.map((width) => Math.min(width, 22) * 0.54 + EDGES); // em
      const track = (column, i) => `minmax(${least[i]}em, ${column.number ? widths[i] * 0.6 : widths[i]}fr)`;
      this.scroll.style.setProperty("--wb-columns", columns.map(track).join(" "));
      this.scroll.style.setProperty("--wb-wide", `${least.reduce((sum, width) => sum + width, 0)}em`);
      this.scroll.setAttribute("aria-colcount", columns.length);
      const focused = this.head.contains(document.activeElement) ? [...this.head.children].findIndex((c) => c.contains(document.activeElement)) : -1;
      this.head.replaceChildren(...columns.map((column) => this.headCell(column)));
      if (focused >= 0) this.head.children[focused].firstChild.focus();
    }

    headCell({ name, label, number }) {
      const way = this.sort && this.sort[0] === name ? this.sort[1] : null;
      const said = { asc: "ascending", desc: "descending" }[way] || "none";
      const act = () => this.reask({ sort: way === null ? [name, "asc"] : way === "asc" ? [name, "desc"] : null });
      return h("div", { role: "columnheader", "aria-sort": said, class: number ? "wb-number" : null },
        h("button", { type: "button", class: "wb-sort", title: this.say("Sort by {column}", { column: label }), onclick: act },
          h("span", {}, label), way ? h("span", { class: "wb-way", "aria-hidden": "true" }, { asc: "▲", desc: "▼" }[way]) : null));
    }

    height() {
      return this.rowHeight || (this.rowHeight = parseFloat(getComputedStyle(this.scroll).getPropertyValue("--wb-row")) || 32);
    }

    /** Rows in sight, and the offset of the first in the scrolled element. */
    seen() {
      const row = this.height();
      const view = Math.max(this.scroll.clientHeight - row, row);
      const whole = this.total * row;
      const tall = Math.min(whole, HIGHEST);
      const ratio = whole > tall ? (whole - view) / (tall - view) : 1;
      const top = Math.min(this.scroll.scrollTop, Math.max(0, tall - view)) * ratio;
      const first = Math.max(0, Math.floor(top / row) - BEYOND);
      const last = Math.min(this.total - 1, Math.ceil((top + view) / row) + BEYOND);
      return { first, last, tall, row, shift: this.scroll.scrollTop - (top - first * row), top, view };
    }

    scrolled() {
      if (this.painting) return;
      this.painting = requestAnimationFrame(() => {
        this.painting = 0;
        this.paint();
      });
    }

    /** On paper: the rows that are known from the first on, as nobody can scroll there. */
    print(on) {
      if (on) this.place = this.scroll.scrollTop;
      this.printed = on ? (this.windows.get(0) || []).length : 0;
      this.paint();
      this.scroll.scrollTop = on ? 0 : this.place;
      this.paint();
    }

    paint() {
      if (!this.table || !this.scroll.isConnected) return;
      this.rowHeight = 0;
      const most = Math.max(SHOWN.least, Math.min(Math.max(SHOWN.usual, this.printed), this.total));
      this.scroll.style.setProperty("--wb-shown", most);
      const { first, last, tall, row, shift, top, view } = this.seen();
      this.space.style.height = `${Math.max(tall, row)}px`;
      this.scroll.setAttribute("aria-rowcount", this.total + 1);
      this.rows.style.transform = `translateY(${shift}px)`;
      const drawn = [];
      const end = this.printed ? Math.min(last, this.printed - 1) : last;
      for (let i = first; i <= end; i += 1) drawn.push(this.line(i));
      if (!this.total) drawn.push(h("div", { class: "wb-norow" }, this.say("No row fits")));
      this.rows.replaceChildren(...drawn);
      this.counted(top, view, row);
      this.later();
    }

    line(i) {
      const cells = this.row(i);
      const made = this.table.columns.map((column, j) => {
        const text = cells ? cells[j] ?? "—" : "";
        return h("div", { role: "cell", class: column.number ? "wb-number" : null, title: String(text).length > 12 ? text : null }, text);
      });
      return h("div", { role: "row", class: `wb-row${i % 2 ? " wb-odd" : ""}${cells ? "" : " wb-unknown"}`, "aria-rowindex": i + 2 }, made);
    }

    counted(top, view, row) {
      const number = new Intl.NumberFormat(this.element.closest("[lang]")?.lang);
      const first = Math.min(this.total, Math.floor(top / row) + 1);
      const last = Math.min(this.total, Math.floor((top + view) / row));
      const text = last - first + 1 >= this.total
        ? this.say("{total} rows", { total: number.format(this.total) })
        : this.say("Rows {first} to {last} of {total}", { first: number.format(first), last: number.format(last), total: number.format(this.total) });
      if (this.count.textContent !== text) this.count.textContent = text;
    }

    leave() {
      this.sizes.disconnect();
    }
  }

  board.table = { Table, WINDOW, HIGHEST };
})(window.workbenchBoard);
