// A desk: a list, the item that is open, and the steps that can be taken. The board knows nothing of
// what they are about; the kernel describes all of it.
(function (board) {
  "use strict";
  const { h } = board.dom;
  const NEAR = 0.6; // of the window's height; a drawer that begins below is brought up
  let requests = 0;

  /** Where a list is: {offset, filters: {key: value}}, with the filters that are set. */
  const placeOf = ({ offset, filters }) => ({ offset, filters: Object.fromEntries(filters.filter((one) => one.value).map(({ key, value }) => [key, value])) });
  const same = (one, other) => [one, other].map(({ offset, filters }) => JSON.stringify([offset, Object.entries(filters).sort()])).every((text, _, all) => text === all[0]);

  class Desk {
    /** `panel` is the frame around it: page, id, panel.title. `wanted` is the place of the list that
     * the reader has asked for, `desk` what is shown, `opened` what stands in the drawer. */
    constructor(panel) {
      const { page, id } = panel;
      Object.assign(this, { panel, page, id, desk: null, wanted: null, opened: null, asked: new Map(), latest: {}, owed: {} });
      this.number = `${page.number}-${id}`;
      this.steps = new board.steps.Steps(this);
      this.list = new board.list.List(this, () => this.panel.panel.title);
      this.drawer = new board.item.Drawer(this, this.number);
      this.away = h("div", { class: "wb-away", hidden: true });
      this.told = h("p", { class: "wb-told", role: "status" });
      // JupyterLab's own keys (two d delete a cell) do not hold where somebody works at a desk.
      this.element = h("div", { class: "wb-desk", "data-lm-suppress-shortcuts": "true", onkeydown: (event) => this.pressed(event), "onwb-go": ({ detail }) => this.open(detail.id, detail.title) },
        this.away, this.list.strip, this.list.bar, this.told, h("div", { class: "wb-deskplace" }, this.list.element, this.drawer.element));
    }

    // The list ----------------------------------------------------------------------------------

    /** What the page has come with. Where it is of another place than the reader's, theirs is asked
     * for again, so that a page that looks for news turns nobody back to the first rows. */
    set(desk) {
      const spoken = Boolean(this.language) && this.language !== this.page.language;
      this.language = this.page.language;
      this.afar(null);
      if (!this.wanted) this.begin(desk);
      else if (same(placeOf(desk), this.wanted)) this.adopt(desk);
      else this.reask();
      if (!spoken) return;
      if (this.opened?.id) this.askItem();
      this.steps.respeak(desk.actions);
      this.paint();
    }

    /** At first what the page's address wants, where a link of another page led here. */
    begin(desk) {
      this.adopt(desk);
      const wanted = board.address.desk(desk.filters.map(({ key }) => key));
      if (Object.keys(wanted).length) this.want({ offset: 0, filters: { ...this.wanted.filters, ...wanted } });
    }

    adopt(desk) {
      this.wanted = placeOf(desk);
      this.desk = desk;
      this.list.show(desk);
      const row = desk.rows.find((one) => one.id === this.opened?.id);
      if (row && this.opened.item) this.opened.newer = row.version > this.opened.item.version;
      this.paint();
    }

    /** The reader filters or turns a page: {offset, filters}, or one of them. */
    want(change) {
      this.wanted = { ...this.wanted, ...change };
      this.list.show(this.desk);
      this.reask();
      if (this.owed.list) this.page.voice.toast(this.page.say("Done as soon as the page is connected"), "plain");
    }

    filter(key, value) {
      const { [key]: before = "", ...others } = this.wanted.filters;
      if (before !== value) this.want({ offset: 0, filters: value ? { ...others, [key]: value } : others });
    }

    reask() {
      const filters = Object.fromEntries(this.desk.filters.map(({ key }) => [key, this.wanted.filters[key] || ""]));
      this.latest.list = this.ask({ do: "desk_list", offset: this.wanted.offset, filters }, "list");
      this.owed.list = !this.latest.list;
      this.list.busy(true);
    }

    listed({ request, ok, desk, reasons }) {
      if (request !== this.latest.list) return; // of a choice that is over
      this.list.busy(false);
      const turned = ok && desk && desk.offset !== this.desk.offset;
      this.adopt(ok && desk ? desk : this.desk);
      if (turned) this.list.top();
      if (!ok) this.page.voice.refusal(this.page.say("This could not be done"), reasons || []);
    }

    // The item ----------------------------------------------------------------------------------

    open(id, title = this.list.name(id)) {
      if (this.opened?.id !== id) {
        this.show({ id, title });
        this.askItem();
      }
      this.drawer.title.focus({ preventScroll: true });
      this.reach();
    }

    /** Put something into the drawer: an item, or with the id null a form of the desk. `from`: the
     * step of the desk that led to it. */
    show({ id, title = "", item = null, form = null, told = "", from = "" }) {
      this.steps.putAway();
      this.opened = { id, title, item, form, told, from, reasons: [], newer: false };
      this.tell("");
      this.paint();
    }

    /** Bring the drawer into sight, where it is not; `whole` to its end, as a form's buttons stand there. */
    reach(whole = false) {
      const { element } = this.drawer;
      const { top, bottom } = element.getBoundingClientRect();
      const beyond = this.page.kind === "wide" && !whole ? top > innerHeight * NEAR : bottom > innerHeight;
      if (top < 0 || beyond) element.scrollIntoView({ block: "start" });
    }

    askItem() {
      this.latest.item = this.ask({ do: "desk_item", id: this.opened.id }, "item");
      this.owed.item = !this.latest.item;
      if (this.owed.item) this.page.voice.toast(this.page.say("Done as soon as the page is connected"), "plain");
    }

    itemCame({ request, ok, item, reasons }) {
      if (request !== this.latest.item || !this.opened) return; // of an item that is closed
      if (ok && item) this.fresh(item);
      else {
        this.opened.reasons = reasons || [];
        this.paint();
      }
    }

    /** The item as it is now. */
    fresh(item) {
      Object.assign(this.opened, { item, reasons: [], newer: false });
      this.steps.fresh(item);
      this.paint();
    }

    /** Back to the row, or to the step of the desk, that was opened. */
    close() {
      const { id, form, from } = this.opened;
      this.steps.putAway();
      this.opened = null;
      this.paint();
      this.list.focus(id, form?.definition.event || from);
    }

    // Talking -----------------------------------------------------------------------------------

    /** Send, where there is a kernel. Answers the number of the request, or nothing. */
    ask(message, about) {
      if (this.page.state !== "live") return null;
      const request = `d${(requests += 1)}`;
      this.asked.set(request, about);
      this.page.host.send({ panel: this.id, request, ...message });
      return request;
    }

    receive(message) {
      const about = this.asked.get(message.request);
      this.asked.delete(message.request);
      if (about === "list") this.listed(message);
      else if (about === "item") this.itemCame(message);
      else if (about) this.steps.answered(message, about);
    }

    /** Lists and items are asked for again where their answer will not come; a step never is. */
    connection(state) {
      if (state === "live") {
        if (this.owed.list) this.reask();
        if (this.owed.item && this.opened?.id) this.askItem();
        return;
      }
      const waiting = [...this.asked.values()];
      for (const what of ["list", "item"]) this.owed[what] = this.owed[what] || waiting.includes(what);
      this.steps.broken();
    }

    // Drawing -----------------------------------------------------------------------------------

    paint() {
      this.element.classList.toggle("wb-opened", Boolean(this.opened));
      this.drawer.paint(this.opened);
      this.acting();
      this.list.current();
    }

    /** What can be done, at the item and at the desk. */
    acting() {
      if (this.opened) this.drawer.acting(this.opened);
      if (this.desk) this.list.acting();
    }

    tell(text) {
      this.told.textContent = text;
    }

    /** The list cannot be had for the moment: what is open stays, with a word above it. */
    afar(notice) {
      this.away.hidden = !notice;
      this.away.replaceChildren(...(notice ? [notice] : []));
    }

    /** Escape closes the form, then the item; not while an input method is composing. */
    pressed(event) {
      if (event.key !== "Escape" || event.isComposing || !this.opened) return;
      event.preventDefault();
      const { form } = this.opened;
      if (form && form.element.contains(event.target)) this.steps.closed(form);
      else this.close();
    }

    leave() {
      this.steps.leave();
    }
  }

  board.desk = { Desk };
})(window.workbenchBoard);
