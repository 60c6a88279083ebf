// The open item of a desk, beside its list: how it stands, what can be done, what is known of it.
// A form of the desk itself, such as a new application, stands in the same place.
(function (board) {
  "use strict";
  const { h, Parts, icon } = board.dom;

  class Drawer extends Parts {
    /** `desk` is the desk: page, steps, close(), askItem(). */
    constructor(desk, number) {
      super();
      Object.assign(this, { desk, form: null });
      this.title = h("h4", { id: `wb-item-${number}`, tabindex: "-1" });
      this.state = h("div", { class: "wb-itemstate" });
      this.shut = h("button", { type: "button", class: "wb-textbutton wb-shut", onclick: () => desk.close() });
      this.told = h("p", { class: "wb-told", role: "status" });
      this.newer = h("div", { class: "wb-newer", role: "status" });
      this.actions = h("div", { class: "wb-actions", role: "group" });
      this.slot = h("div", { class: "wb-slot" });
      this.rest = h("div", { class: "wb-itemrest" });
      this.element = h("section", { class: "wb-item", "aria-labelledby": this.title.id, tabindex: "-1", hidden: true },
        h("div", { class: "wb-itemhead" }, h("div", { class: "wb-itemtitle" }, this.title, this.state), this.shut),
        this.told, this.newer, this.actions, this.slot, this.rest);
    }

    /** `opened`: {title, item, reasons, form, newer, told}, or nothing where none is open. */
    paint(opened) {
      const { page } = this.desk;
      this.element.hidden = !opened;
      if (!opened) {
        this.put(null);
        this.kept = {};
        return;
      }
      const { item, reasons, newer, told } = opened;
      this.changed("head", [page.language, item?.title, item?.state, opened.title], () => this.head(opened));
      this.changed("told", told || "", () => { this.told.textContent = told || ""; });
      this.changed("newer", [page.language, Boolean(newer)], () => this.changes(newer));
      this.acting(opened);
      this.put(opened.form);
      this.changed("rest", [page.language, item?.facts, item?.blocks, reasons, Boolean(item), opened.id], () => this.fill(opened));
    }

    head({ item, title }) {
      const { say } = this.desk.page;
      this.title.textContent = item ? item.title : title;
      this.state.replaceChildren(...(item?.state?.text ? [board.cells.cell(item.state)] : []));
      this.shut.replaceChildren(h("span", { class: "wb-shutwide" }, icon("close"), say("Close")), h("span", { class: "wb-shutnarrow" }, icon("earlier"), say("Back to the list")));
    }

    changes(newer) {
      const { say } = this.desk.page;
      this.newer.replaceChildren(...(newer
        ? [h("span", {}, say("This was changed meanwhile by somebody else")), h("button", { type: "button", class: "wb-textbutton", onclick: () => this.desk.askItem() }, icon("retry"), say("Show it as it is now"))]
        : []));
    }

    /** The steps that are possible. */
    acting({ item, id }) {
      const { page, steps } = this.desk;
      const drawn = id === null || !item ? [] : steps.of(id, item.actions);
      this.changed("actions", [page.language, id, drawn], () => buttons(this.actions, drawn, page.say, (event) => steps.pick(id, event)));
    }

    step(event) {
      return stepOf(this.actions, event);
    }

    put(form) {
      if (this.form === form && (!form || form.element.parentNode === this.slot)) return;
      this.form = form;
      this.slot.replaceChildren(...(form ? [form.element] : []));
    }

    fill({ item, reasons, id }) {
      const { say } = this.desk.page;
      const parts = [];
      if (reasons.length) parts.push(h("div", { class: "wb-notdrawn wb-is-refused", role: "alert" }, board.body.reasons(reasons, say)));
      else if (item) parts.push(item.facts.length ? board.cells.facts(item.facts) : null, ...item.blocks.map(board.cells.block));
      else if (id !== null) parts.push(board.body.notDrawn({ state: "waiting", reasons: [] }, say, null));
      this.rest.replaceChildren(...parts.filter(Boolean));
    }
  }

  const stepOf = (place, event) => place.querySelector(`[data-event="${CSS.escape(event)}"]`);

  /** A button that opens a form; one that was begun says so. */
  function button({ event, label, tone, begun, open }, say, act) {
    const kept = say("Typed text is kept here");
    return h("button", { type: "button", class: `wb-textbutton${tone ? ` wb-${tone}` : ""}`, "data-event": event, "aria-expanded": String(open), onclick: act },
      label, begun && !open ? h("span", { class: "wb-begun", title: kept }, h("span", { class: "wb-hidden" }, kept)) : null);
  }

  /** Draw the steps anew; whoever has the focus in them keeps it. */
  function buttons(place, drawn, say, pick) {
    const focused = place.contains(document.activeElement) ? document.activeElement.dataset.event : null;
    place.setAttribute("aria-label", say("What can be done"));
    place.replaceChildren(...drawn.map((one) => button(one, say, () => pick(one.event))));
    place.hidden = !drawn.length;
    if (focused) stepOf(place, focused)?.focus({ preventScroll: true });
  }

  board.item = { Drawer, buttons, stepOf };
})(window.workbenchBoard);
