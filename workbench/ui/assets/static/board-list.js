// The list of a desk: its figures, its filters, a page of rows, and the steps of the desk itself.
// The kernel filters and counts; what is typed and where the reader stands is kept here.
(function (board) {
  "use strict";
  const { h, Parts, icon, debounced } = board.dom;
  const { line, head, figures, toned } = board.cells;
  const WAIT = 500; // ms after the last letter of a filter
  const NAMED = 3; // cells of a row by which it is called
  const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

  /** These children, in this order. What is in its place is not moved, so that neither the focus nor
   * what is in sight moves. */
  function settle(parent, elements) {
    const wanted = new Set(elements);
    for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
    elements.forEach((element, i) => {
      if (parent.children[i] !== element) parent.insertBefore(element, parent.children[i] || null);
    });
  }

  class List extends Parts {
    /** `desk` is the desk: page, number, wanted, opened, steps, want(change), filter(key, value), open(id). */
    constructor(desk, label) {
      super();
      Object.assign(this, { desk, rows: new Map(), usual: {}, label, composing: false });
      this.strip = h("div");
      this.filters = h("div", { class: "wb-deskfilters", role: "group" });
      this.actions = h("div", { class: "wb-actions", role: "group" });
      this.bar = h("div", { class: "wb-deskbar" }, this.filters, this.actions);
      this.head = h("div"); // stands in for the table's head until there is one
      this.body = h("tbody", { role: "rowgroup" });
      this.table = h("table", { class: "wb-cells", role: "table" }, this.body);
      this.empty = h("p", { class: "wb-none" });
      this.scroll = h("div", { class: "wb-cellscroll", tabindex: "0", role: "region", onkeydown: (event) => this.walk(event) }, this.table, this.empty);
      this.pages = h("nav", { class: "wb-pages" });
      this.element = h("div", { class: "wb-list" }, this.scroll, this.pages);
    }

    /** Show this page of the list; rows that are as before are not touched. */
    show(desk) {
      const { page, wanted } = this.desk;
      const { language } = page;
      this.data = desk;
      for (const { key, value } of desk.filters) this.usual[key] = this.usual[key] ?? value ?? "";
      this.changed("strip", desk.figures, () => this.strip.replaceChildren(...(desk.figures.length ? [figures(desk.figures)] : [])));
      if (!this.composing) this.changed("filters", [language, desk.filters, wanted.filters], () => this.filtering());
      this.acting();
      this.changed("columns", [language, desk.columns], () => this.columns());
      this.changed("rows", [language, desk.rows, desk.empty], () => this.fill());
      this.changed("pages", [language, desk.total, desk.more, desk.offset, desk.limit, desk.rows.length], () => this.paging());
    }

    busy(on) {
      this.element.classList.toggle("wb-asking", on);
      this.scroll.setAttribute("aria-busy", on);
    }

    // Filters -----------------------------------------------------------------------------------

    /** What was chosen last, whether or not the kernel has come to it. Not drawn anew while an input
     * method is composing: that would end it. */
    filtering() {
      const { page, wanted } = this.desk;
      const focused = this.filters.contains(document.activeElement) ? document.activeElement : null;
      const place = focused && { key: focused.dataset.key, value: focused.value, start: focused.selectionStart };
      const usual = Object.fromEntries(Object.entries(this.usual).filter(([, value]) => value));
      const clear = this.data.filters.some(({ key }) => this.set(key))
        ? h("button", { type: "button", class: "wb-linkbutton", onclick: () => this.desk.want({ offset: 0, filters: usual }) }, icon("close"), page.say("Clear all filters"))
        : null;
      this.filters.setAttribute("aria-label", page.say("Filters"));
      this.filters.replaceChildren(...this.data.filters.map((one) => this.filter(one)), ...(clear ? [clear] : []));
      if (!place) return;
      const again = this.filters.querySelector(`[data-key="${CSS.escape(place.key || "")}"]`);
      again?.focus({ preventScroll: true });
      if (again?.type !== "text") return;
      again.value = place.value; // whoever types goes on
      again.setSelectionRange(place.start, place.start);
    }

    /** Whether a filter is not as it was at first. */
    set(key) {
      return (this.desk.wanted.filters[key] || "") !== this.usual[key];
    }

    filter(one) {
      const { key, label, kind } = one;
      const value = this.desk.wanted.filters[key] || "";
      const id = `wb-${this.desk.number}-filter-${key}`;
      const send = (field) => this.desk.filter(key, field.value.trim());
      const field = kind === "choice" ? this.choice(one, value, id, send) : this.typed(one, value, id, send);
      const said = one.options?.find((option) => option.value === value)?.label || value || this.desk.page.say("All");
      return h("div", { class: `wb-filter${this.set(key) ? " wb-set" : ""}` }, h("label", { for: id }, label), field, h("span", { class: "wb-filtertext" }, said));
    }

    choice({ key, options }, value, id, send) {
      const all = this.usual[key] || options.some((one) => one.value === "") ? null : h("option", { value: "", selected: !value }, this.desk.page.say("All"));
      const odd = value && !options.some((one) => one.value === value) ? h("option", { value, selected: true }, value) : null;
      return h("select", { id, "data-key": key, onchange: (event) => send(event.target) }, all, odd,
        options.map((one) => h("option", { value: one.value, selected: one.value === value }, one.label)));
    }

    typed({ key, kind }, value, id, send) {
      const day = kind === "day";
      const later = debounced((field) => this.composing || send(field), WAIT);
      const composes = (on) => (event) => {
        this.composing = on;
        if (!on) later(event.target);
      };
      return h("input", { id, "data-key": key, type: day ? "date" : "text", value, autocomplete: "off", onchange: (event) => send(event.target),
        oninput: day ? null : (event) => later(event.target), oncompositionstart: composes(true), oncompositionend: composes(false) });
    }

    // Steps of the desk -------------------------------------------------------------------------

    acting() {
      const { page, steps } = this.desk;
      const drawn = steps.of(null, this.data.actions);
      this.changed("actions", [page.language, drawn], () => board.item.buttons(this.actions, drawn, page.say, (event) => steps.pick(null, event)));
      this.bar.hidden = !this.data.filters.length && !drawn.length;
    }

    step(event) {
      return board.item.stepOf(this.actions, event);
    }

    // Rows --------------------------------------------------------------------------------------

    columns() {
      const made = head(this.data.columns);
      this.head.remove();
      this.head = made;
      this.table.prepend(made);
      for (const one of [this.table, this.scroll]) one.setAttribute("aria-label", this.label());
      this.rows.clear();
      this.kept.rows = "";
    }

    fill() {
      const { rows, empty } = this.data;
      const focused = this.body.contains(document.activeElement) ? document.activeElement.closest("tr") : null;
      const at = focused ? [...this.body.children].indexOf(focused) : -1;
      const before = this.rows;
      this.rows = new Map(rows.map((row) => {
        const text = JSON.stringify(row);
        const known = before.get(row.id);
        return [row.id, known && known.text === text ? known : { text, row, element: this.row(row) }];
      }));
      settle(this.body, [...this.rows.values()].map((one) => one.element));
      this.table.hidden = !rows.length;
      this.empty.hidden = rows.length > 0;
      this.empty.textContent = empty || this.desk.page.say("No row fits");
      this.current();
      if (at >= 0 && !focused.isConnected) this.refocus(focused.dataset.row, at);
    }

    /** Whoever stood in a row goes on standing there, or in its place. */
    refocus(id, at) {
      const again = this.rows.get(id)?.element || this.body.children[Math.min(at, this.body.children.length - 1)];
      (again?.querySelector(".wb-open") || this.scroll).focus({ preventScroll: true });
    }

    row(row) {
      const first = (cell) => board.cells.cell(cell || { text: row.id }, (parts) => h("button", { type: "button", class: "wb-open", "aria-label": this.called(row) }, h("span", { class: "wb-celltext" }, parts)));
      const element = h("tr", { role: "row", "data-row": row.id, class: toned(row.tone).trim() || null, onclick: (event) => {
        const marked = !getSelection().isCollapsed && getSelection().containsNode(element, true); // to copy it
        if (!marked || event.target.closest(".wb-open")) this.desk.open(row.id);
      } }, line(this.data.columns, row.cells, first));
      return element;
    }

    /** The row of the open item stands out. */
    current() {
      const id = this.desk.opened?.id;
      for (const [key, { element }] of this.rows) {
        if (key === id) element.setAttribute("aria-current", "true");
        else element.removeAttribute("aria-current");
      }
    }

    walk(event) {
      const way = STEPS[event.key];
      const row = event.target.closest?.("tr[data-row]");
      if (!way || !row) return;
      event.preventDefault();
      const rows = [...this.body.children];
      const to = Math.min(rows.length - 1, Math.max(0, rows.indexOf(row) + way));
      rows[to].querySelector(".wb-open").focus();
    }

    /** To the row of an item, or to the step that led to it. */
    focus(id, event) {
      const found = this.rows.get(id)?.element.querySelector(".wb-open") || this.step(event) || this.scroll;
      found.focus({ preventScroll: true });
      found.scrollIntoView({ block: "nearest" });
    }

    /** From the end of one page of the list to the beginning of the next. */
    top() {
      if (this.element.getBoundingClientRect().top < 0) this.element.scrollIntoView({ block: "start" });
    }

    /** What a row is called until its item says so: its first cells. */
    name(id) {
      const row = this.rows.get(id)?.row;
      return row ? this.called(row) : id;
    }

    called({ id, cells }) {
      const first = this.data.columns.slice(0, NAMED).map(({ key }) => cells[key]?.text);
      return first.filter(Boolean).join(this.desk.page.say(", ")) || id;
    }

    // Pages -------------------------------------------------------------------------------------

    paging() {
      const { page } = this.desk;
      const { total, more, offset, limit, rows } = this.data;
      const ends = more === undefined ? offset + rows.length >= total : !more;
      const whole = !offset && ends;
      const said = this.counted(new Intl.NumberFormat(page.element.lang), whole);
      const turn = (label, name, to, over) => h("button", { type: "button", class: "wb-textbutton", "data-turn": name, "aria-disabled": String(over), onclick: () => over || this.desk.want({ offset: to }) },
        name === "earlier" ? icon(name) : null, label, name === "later" ? icon(name) : null);
      const turned = this.pages.contains(document.activeElement) ? document.activeElement.dataset.turn : null;
      this.pages.setAttribute("aria-label", this.label());
      this.pages.hidden = whole && !rows.length;
      this.pages.replaceChildren(h("span", { class: "wb-pagesaid", role: "status" }, said), ...(whole ? [] : [
        turn(page.say("Previous page"), "earlier", Math.max(0, offset - limit), offset <= 0),
        turn(page.say("Next page"), "later", offset + limit, ends),
      ]));
      if (turned) this.pages.querySelector(`[data-turn="${turned}"]`)?.focus({ preventScroll: true });
    }

    /** Which rows these are; of how many, where somebody counted. */
    counted(number, whole) {
      const { say } = this.desk.page;
      const { total, offset, rows } = this.data;
      if (whole) return say("{total} rows", { total: number.format(rows.length) });
      const first = number.format(rows.length ? offset + 1 : 0);
      const last = number.format(offset + rows.length);
      if (total === null || total === undefined) return say("Rows {first} to {last}", { first, last });
      return say("Rows {first} to {last} of {total}", { first, last, total: number.format(total) });
    }
  }

  board.list = { List };
})(window.workbenchBoard);
