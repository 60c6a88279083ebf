// The page around the panels: filters, sections, the grid, and the talk with the kernel.
(function (board) {
  "use strict";
  const { h, Parts, sayer, fullScreen } = board.dom;
  // Widths of the board, in letters: the wall's are larger.
  const WIDE = 84; // twelve columns, 1176 px at a desk
  const MIDDLE = 51; // two columns; below, one
  const SPANS = {
    wide: { third: 4, half: 6, full: 12 },
    middle: { third: 6, half: 6, full: 12 },
    narrow: { third: 12, half: 12, full: 12 },
  };
  const EMPTY = {
    title: "", unit: "", note: "", chart: "", span: "half", state: "waiting", marks: [], reasons: [], asked: "", figure: null, cards: null,
    signals: null, sentences: null, table: null, desk: null, picks: null, summary: "", data: null, provenance: { rows: [], caption: "" }, export: {}, approval: "",
  };
  let numbers = 0;

  /** Columns of each panel, in order: what a row leaves over is shared out, so no hole stays. */
  function pack(spans) {
    const made = [];
    let row = [];
    const close = () => {
      const sum = row.reduce((all, span) => all + span, 0);
      let over = 12 - sum;
      row.forEach((span, i) => {
        const more = Math.round(over / (row.length - i));
        over -= more;
        made.push(span + more);
      });
      row = [];
    };
    for (const span of spans) {
      if (row.reduce((all, one) => all + one, 0) + span > 12) close();
      row.push(span);
    }
    close();
    return made;
  }

  class View extends Parts {
    constructor(host) {
      super();
      Object.assign(this, { host, state: "connecting", panels: new Map(), queue: new Map(), choices: new Map(), requests: 0, answered: 0 });
      this.number = numbers += 1;
      this.payload = { words: {}, panels: {}, sections: [], filters: [] };
      this.say = sayer({});
      this.theme = board.theme.current();
      this.skip = h("a", { class: "wb-skip", href: "#", onclick: (event) => { event.preventDefault(); this.main.focus(); } });
      this.head = new board.head.Head(this);
      this.filters = new board.filters.Filters(this);
      this.whole = h("div", { class: "wb-whole", role: "alert", hidden: true });
      this.main = h("main", { class: "wb-main", tabindex: "-1" });
      this.element = h("div", { class: "wb-board", "data-theme": this.theme },
        this.skip, ...this.head.elements, this.filters.element, this.whole, this.main);
      this.voice = new board.voice.Voice(this);
      this.paper = new board.paper.Paper(this);
      this.unfollow = board.theme.follow((name) => this.wear(name));
      this.sizes = new ResizeObserver(() => this.arrange());
      this.sizes.observe(this.element);
    }

    get language() {
      return this.payload.language === "en" ? "en" : "zh";
    }

    // Showing -----------------------------------------------------------------------------------

    /** Show this payload; whatever is as before stays as it stands. */
    update(payload) {
      this.payload = payload;
      this.settle();
      this.say = sayer(payload.words);
      const { language, title, audience, note, standing, synthetic, filters, sections } = payload;
      this.element.lang = language === "zh" ? "zh-CN" : "en";
      if (document.body.dataset.voila) {
        document.title = title;
        document.documentElement.lang = this.element.lang;
      }
      this.changed("header", [language, title, audience, note, standing, synthetic, this.theme], () => this.head.show());
      this.updating = false;
      this.head.signs();
      this.element.classList.toggle("wb-bare", Boolean(payload.bare));
      this.changed("refusal", [language, payload.refusal], () => this.refusing(payload.refusal));
      this.changed("filters", [language, filters, Boolean(payload.refusal)], () => this.filtering());
      this.changed("sections", sections, () => this.sectioning());
      const told = payload.refusal ? { reasons: [], note: "" } : {}; // above, once for all panels
      for (const [id, panel] of this.panels) panel.update({ ...EMPTY, ...payload.panels[id], ...told, id });
      this.changed("spans", [...this.panels.values()].map((panel) => panel.panel.span), () => this.arrange(true));
      for (const panel of this.panels.values()) panel.rechosen();
      if (!payload.early) board.address.keep(filters);
    }

    /** One reason for the whole page, in place of the same in each panel. */
    refusing(refusal) {
      this.whole.hidden = !refusal;
      this.whole.replaceChildren(...(refusal ? [board.body.notDrawn(refusal, this.say, null)] : []));
    }

    dress(name) {
      board.theme.keep(name);
      this.wear(name);
    }

    wear(name) {
      this.theme = name;
      this.element.dataset.theme = name;
      this.kept.header = "";
      this.head.show();
      this.head.signs();
      this.arrange();
      for (const { chart, table } of this.panels.values()) {
        if (chart) chart.again();
        if (table) table.paint();
      }
    }

    expand() {
      if (this.full) this.full();
      else this.full = fullScreen(this.element, (on) => { if (!on) this.full = null; });
    }

    // Filters -----------------------------------------------------------------------------------

    /** What the kernel has come to is no longer a choice of ours. One that it has not come to stays
     * as chosen, whatever is shown of those before it. */
    settle() {
      for (const [id, { request }] of this.choices) if (request <= this.answered) this.choices.delete(id);
    }

    chosen(id) {
      if (this.choices.has(id)) return this.choices.get(id).value;
      const found = this.payload.filters.find((filter) => filter.id === id);
      return found ? found.value : null;
    }

    /** Set a filter; `toggle` clears it where it is set to this already (a click on a mark). */
    choose(id, value, toggle = false) {
      const filter = this.payload.filters.find((one) => one.id === id);
      const clears = toggle && this.chosen(id) === value;
      if (!filter || (clears && filter.any === null)) return;
      const next = clears ? null : value;
      const request = (this.requests += 1);
      this.choices.set(id, { value: next, request });
      if (toggle) {
        const label = filter.options.find((one) => one.value === next)?.label ?? next;
        this.voice.speak(next === null ? this.say("Choice cleared") : this.say("Chosen: {value}. Choose again to clear", { value: label }));
      }
      this.filtering();
      for (const panel of this.panels.values()) panel.rechosen();
      this.ask({ do: "filter", filter: id, value: next, request });
    }

    filtering() {
      const { filters, refusal } = this.payload;
      this.filters.show(refusal ? filters.filter((one) => !one.reason) : filters);
    }

    // Sections ----------------------------------------------------------------------------------

    sectioning() {
      const before = this.panels;
      this.panels = new Map();
      this.main.replaceChildren(...this.payload.sections.map(({ title, note, panels }) => {
        const made = panels.map((id) => {
          this.panels.set(id, before.get(id) || new board.panel.Panel(this, id));
          return this.panels.get(id).element;
        });
        return h("section", { class: "wb-section", "aria-label": title || null },
          title ? h("h2", {}, title) : null, note ? h("p", { class: "wb-sectionnote" }, note) : null, h("div", { class: "wb-grid" }, made));
      }));
      for (const [id, panel] of before) if (!this.panels.has(id)) panel.leave();
    }

    /** Bring a panel into view, and let it be seen which one was meant. */
    point(id) {
      const panel = this.panels.get(id);
      if (!panel) return;
      panel.element.scrollIntoView({ block: "center" });
      panel.element.classList.remove("wb-pointed");
      void panel.element.offsetWidth; // so that the mark runs anew
      panel.element.classList.add("wb-pointed");
    }

    /** Give each panel its columns, for the width that the board has. */
    arrange(anew = false) {
      const width = this.element.clientWidth / (parseFloat(getComputedStyle(this.element).fontSize) || 14);
      const kind = width >= WIDE ? "wide" : width >= MIDDLE ? "middle" : "narrow";
      if (!width || (kind === this.kind && !anew)) return;
      this.kind = kind;
      this.element.dataset.width = kind;
      for (const { panels } of this.payload.sections) {
        const shown = panels.map((id) => this.panels.get(id)).filter((panel) => panel?.panel);
        const columns = pack(shown.map((panel) => SPANS[kind][panel.panel.span] || 6));
        shown.forEach((panel, i) => panel.element.style.setProperty("--wb-span", columns[i]));
      }
    }

    // Talking with the kernel -------------------------------------------------------------------

    /** Send, or keep until the page is connected; what is asked twice is kept once. */
    ask(message) {
      if (this.state === "live") {
        this.host.send(message);
        return;
      }
      this.queue.set(`${message.do} ${message.filter || message.panel || ""}`, message);
      this.voice.toast(this.say("Done as soon as the page is connected"), "plain");
    }

    /** Ask for rows of a table. Answers the number of the request; none where there is no kernel:
     * the table asks again when there is. */
    askRows(wanted) {
      if (this.state !== "live") return null;
      const request = `r${(this.requests += 1)}`;
      this.host.send({ do: "rows", request, ...wanted });
      return request;
    }

    receive(message) {
      if (message.did === "busy") {
        for (const id of message.panels || []) this.panels.get(id)?.busy(true);
        this.answered = Math.max(this.answered, message.request || 0);
        this.busy(true);
      } else if (message.did === "export") board.export.answered(this, message);
      else {
        this.panels.get(message.panel)?.receive(message);
        if (String(message.did).startsWith("desk_")) return; // a desk says itself what was refused
        if (message.ok === false || (message.did === "told" && message.reasons?.length)) this.refused(message);
      }
    }

    busy(on) {
      this.updating = on;
      this.head.signs();
    }

    refused({ did, reasons, request }) {
      this.busy(false);
      for (const panel of this.panels.values()) panel.busy(false);
      if (did === "filter") {
        this.answered = Math.max(this.answered, request || 0);
        this.settle();
        this.filtering();
      }
      this.voice.refusal(this.say("This could not be done"), reasons || []);
    }

    /** "connecting", "live", "lost" or "never"; what waited is sent as soon as there is a kernel. */
    connection(state) {
      if (state === this.state) return;
      this.state = state;
      this.head.signs();
      for (const { desk } of this.panels.values()) if (desk && state !== "live") desk.connection(state);
      if (state !== "live") return;
      this.host.send({ do: "hello" });
      for (const message of this.queue.values()) this.host.send(message);
      this.queue.clear();
      for (const { table, desk } of this.panels.values()) {
        if (table) table.connected();
        if (desk) desk.connection(state);
      }
    }

    leave() {
      this.sizes.disconnect();
      this.paper.leave();
      this.unfollow();
      for (const panel of this.panels.values()) panel.leave();
      this.element.remove();
    }
  }

  board.page = { View, pack };
})(window.workbenchBoard);
