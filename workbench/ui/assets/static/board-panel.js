// A panel: its frame, its marks, its buttons, and a body that is changed only where it changed.
(function (board) {
  "use strict";
  const { h, Parts, pairs, button, icon, fullScreen } = board.dom;
  const { cards, signals, sentences, dataTable, notDrawn, reasons } = board.body;

  const BODY = ["state", "figure", "cards", "signals", "sentences", "table", "desk", "picks", "data", "summary", "asked", "turns"];
  const PASSING = ["waiting", "unavailable"]; // states in which a desk stays as it stands

  class Panel extends Parts {
    /** `page` is the view that holds the panel: ask, choose, chosen, drawer, say, language, theme. */
    constructor(page, id) {
      super();
      Object.assign(this, { page, id, asTable: false });
      this.chart = null;
      this.table = null;
      this.desk = null;
      this.full = null;
      this.title = h("h3", { id: `wb-${page.number}-${id}` });
      this.unit = h("span", { class: "wb-unit" });
      this.marks = h("ul", { class: "wb-marks" });
      this.body = h("div", { class: "wb-body" });
      this.foot = h("div", { class: "wb-foot" });
      this.tools = h("div", { class: "wb-tools", role: "group" });
      this.element = h("section", { class: "wb-panel", "aria-labelledby": this.title.id, "data-panel": id },
        h("div", { class: "wb-head" }, h("div", { class: "wb-title" }, this.title, this.unit, this.marks)),
        this.tools, this.body, this.foot);
    }

    /** Show this content. What is as before is not touched: no flash, no jump. */
    update(panel) {
      this.panel = panel;
      const { say } = this.page;
      const language = this.page.language;
      Object.assign(this.element.dataset, { chart: panel.chart, state: panel.state, span: panel.span });
      this.changed("head", [panel.title, panel.unit, panel.marks, language], () => this.head(say));
      this.changed("body", [...BODY.map((key) => panel[key]), language, panel.state === "drawn" ? 0 : panel.reasons], () => this.fill(say));
      this.changed("watermark", panel.watermark || "", () => this.mark());
      this.changed("foot", [panel.note, panel.approval, panel.reasons, panel.state, panel.provenance.caption, language], () => this.bottom(say));
      this.changed("tools", [panel.export, panel.state, Boolean(panel.data), panel.provenance.rows.length, panel.chart, panel.title, language], () => this.toolbar(say));
      this.busy(false);
    }

    busy(on) {
      this.element.classList.toggle("wb-busy", on);
      this.body.setAttribute("aria-busy", on);
    }

    head(say) {
      const { title, unit, marks } = this.panel;
      this.title.textContent = title;
      this.title.hidden = !title;
      this.unit.hidden = !unit;
      this.unit.textContent = unit ? say("Unit: {unit}", { unit }) : "";
      this.marks.replaceChildren(...marks.map(({ kind, text }) => h("li", { class: `wb-mark wb-mark-${kind}` }, text)));
      this.marks.hidden = !marks.length;
    }

    /** Who looked, over what may only be looked at: a picture that came with the panel. */
    mark() {
      const { watermark } = this.panel;
      this.body.classList.toggle("wb-watermarked", Boolean(watermark));
      this.body.style.setProperty("--wb-watermark", watermark ? `url("${watermark}")` : "none");
    }

    // The body ----------------------------------------------------------------------------------

    fill(say) {
      const { panel } = this;
      const drawn = panel.state === "drawn";
      if (!panel.data) this.asTable = false;
      if (drawn && this.asTable) return this.put(dataTable(panel.data, panel.title));
      if (drawn && panel.figure) return this.draw();
      if (drawn && panel.table) return this.list(say);
      if (drawn && panel.cards) return this.put(cards(panel.cards, say));
      if (drawn && panel.signals) return this.put(signals(panel.signals, panel.title, say));
      if (drawn && panel.sentences) return this.put(sentences(panel.sentences, say, (id) => this.page.point(id)));
      if (drawn && panel.desk) return this.office();
      const why = notDrawn(panel, say, () => this.page.ask({ do: "retry", panel: this.id }));
      if (this.desk && PASSING.includes(panel.state)) return this.desk.afar(why);
      return this.put(why);
    }

    /** A desk lives as long as its panel: what is typed there is kept, whatever is shown meanwhile. */
    office() {
      this.desk = this.desk || new board.desk.Desk(this);
      this.put(this.desk.element);
      this.desk.set(this.panel.desk);
    }

    /** Replace the body, ending what lived in it. */
    put(element) {
      if (this.chart && element !== this.chart.element) {
        this.chart.leave();
        this.chart = null;
      }
      if (this.table && element !== this.table.element && element !== this.looked) {
        this.table.leave();
        this.table = null;
      }
      if (this.body.firstChild !== element || this.body.childNodes.length !== 1) this.body.replaceChildren(element);
    }

    draw() {
      if (!this.chart) {
        const { page } = this;
        this.chart = new board.chart.Chart(this.id, {
          say: (...words) => page.say(...words),
          language: () => page.language,
          theme: () => page.theme,
          label: () => this.panel.title,
          chosen: () => this.chosen(),
          choose: (value) => page.choose(this.panel.picks.filter, value, true),
          failed: () => this.undrawable(),
        });
      }
      this.put(this.chart.element);
      this.shownChoice = this.chosen();
      this.chart.set(this.panel.figure, this.panel.picks, this.panel.summary);
    }

    /** plotly.js could not be had, or does not take the figure: the figures stand as a table. */
    undrawable() {
      const { panel } = this;
      const { say } = this.page;
      const told = h("p", { class: "wb-what" }, say("The charts could not be loaded; the figures stand in the table"));
      this.put(h("div", { class: "wb-undrawable" }, told, panel.data ? dataTable(panel.data, panel.title) : null));
    }

    list(say) {
      if (!this.table || this.tableLanguage !== this.page.language) {
        this.tableLanguage = this.page.language;
        const ask = (wanted) => this.page.askRows({ panel: this.id, ...wanted });
        this.table = new board.table.Table({ ask, say, label: this.panel.title });
      }
      this.put(this.panel.turns ? this.turning(say) : this.table.element);
      this.table.set(this.panel.table);
    }

    /** A page of what is looked up, with buttons to the next: whoever presses one is charged. */
    turning(say) {
      const { turns, table } = this.panel;
      const number = new Intl.NumberFormat(this.page.element.lang);
      const turn = (label, name, page, over) => h("button", { type: "button", class: "wb-textbutton", "data-turn": name, "aria-disabled": String(over),
        onclick: () => over || this.page.ask({ do: "turn", panel: this.id, page }) }, label);
      const last = number.format(turns.first + table.total - 1);
      const said = say("Rows {first} to {last}", { first: number.format(table.total ? turns.first : 0), last });
      const turned = this.pages?.contains(document.activeElement) ? document.activeElement.dataset.turn : null;
      this.pages = h("nav", { class: "wb-pages", "aria-label": this.panel.title }, h("span", { class: "wb-pagesaid", role: "status" }, said),
        turn(say("Previous page"), "earlier", turns.page - 1, turns.page <= 1), turn(say("Next page"), "later", turns.page + 1, !turns.more));
      this.looked = this.looked || h("div", { class: "wb-looked" });
      this.looked.replaceChildren(this.table.element, this.pages);
      if (turned) queueMicrotask(() => this.pages.querySelector(`[data-turn="${turned}"]`)?.focus({ preventScroll: true }));
      return this.looked;
    }

    chosen() {
      const { picks } = this.panel;
      return picks ? this.page.chosen(picks.filter) : null;
    }

    /** A filter has changed: the chosen mark stands out, even before new figures come. */
    rechosen() {
      if (this.chart && this.chosen() !== this.shownChoice) {
        this.shownChoice = this.chosen();
        this.chart.again();
      }
    }

    // The foot and the buttons ------------------------------------------------------------------

    bottom(say) {
      const { note, approval, reasons: all, state, provenance } = this.panel;
      const partly = state === "drawn" && all.length
        ? h("details", { class: "wb-partly" }, h("summary", {}, say("Some figures are withheld")), reasons(all, say))
        : null;
      const parts = [note ? h("p", { class: "wb-note" }, note) : null, approval ? h("p", { class: "wb-approval" }, approval) : null, partly];
      const source = state === "drawn" && provenance.caption ? h("p", { class: "wb-source" }, provenance.caption) : null;
      this.foot.replaceChildren(...[...parts, source].filter(Boolean));
      this.foot.hidden = !this.foot.childNodes.length;
      this.foot.classList.toggle("wb-onpaper", !parts.some(Boolean));
    }

    toolbar(say) {
      const { panel } = this;
      const drawn = panel.state === "drawn";
      const made = [];
      if (panel.provenance.rows.length) {
        made.push(button(say("Source"), "source", () => this.source(), { "data-tool": "source", "aria-haspopup": "dialog" }));
      }
      if (drawn && panel.data && panel.chart !== "table") made.push(this.switcher(say));
      if (drawn) {
        made.push(button(say("Full screen"), "full", () => this.expand(), { "data-tool": "full", "aria-pressed": "false" }));
        if (panel.figure) made.push(this.exporter(say("Save as picture"), "picture", "png"));
        if (!panel.desk) made.push(this.exporter(say("Save as CSV"), "csv", "csv"));
      }
      this.tools.setAttribute("aria-label", panel.title);
      this.tools.replaceChildren(...made);
      this.tools.hidden = !made.length;
    }

    switcher(say) {
      const label = say(this.asTable ? "Show as chart" : "Show as table");
      return button(label, this.asTable ? "chart" : "table", () => {
        this.asTable = !this.asTable;
        this.fill(say);
        this.toolbar(say);
        this.tools.querySelector("[data-tool=table]").focus();
      }, { "data-tool": "table" });
    }

    /** A button that says why where saving is not allowed, rather than one that is not there. */
    exporter(label, name, form) {
      const may = this.panel.export[form];
      return button(label, name, () => board.export.save(this.page, this, form), { "data-tool": form, "aria-disabled": may ? null : "true" });
    }

    source() {
      const { title, provenance } = this.panel;
      const caption = provenance.caption ? h("p", { class: "wb-caption" }, provenance.caption) : null;
      this.page.voice.drawer(this.page.say("Source of “{title}”", { title }), [pairs(provenance.rows), caption]);
    }

    expand() {
      if (this.full) {
        this.full();
        return;
      }
      const tool = () => this.tools.querySelector("[data-tool=full]");
      this.full = fullScreen(this.element, (on) => {
        if (!on) this.full = null;
        const label = this.page.say(on ? "Leave full screen" : "Full screen");
        if (this.chart) this.chart.expand(on);
        if (!tool()) return;
        tool().replaceChildren(icon(on ? "less" : "full"));
        for (const name of ["aria-label", "title"]) tool().setAttribute(name, label);
        tool().setAttribute("aria-pressed", on);
      });
    }

    receive(message) {
      if (message.did === "rows" && this.table) this.table.receive(message);
      if (this.desk) this.desk.receive(message);
    }

    leave() {
      if (this.desk) this.desk.leave();
      this.put(h("div"));
    }
  }

  board.panel = { Panel };
})(window.workbenchBoard);
