// The bar of filters: what can be chosen, what is chosen, and one button to clear it all.
(function (board) {
  "use strict";
  const { h, button, icon, debounced } = board.dom;

  class Filters {
    /** `page` is the view: say, number, chosen(id), choose(id, value). */
    constructor(page) {
      this.page = page;
      this.element = h("div", { class: "wb-filters", role: "group" });
    }

    /** Draw the filters anew; whoever is typing or choosing keeps the place. */
    show(filters) {
      const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.key : null;
      const typed = focused && document.activeElement.value;
      this.element.setAttribute("aria-label", this.page.say("Filters"));
      this.element.hidden = !filters.length;
      const set = filters.filter((one) => one.any !== null && this.page.chosen(one.id) !== null);
      const clear = set.length
        ? h("button", { type: "button", class: "wb-textbutton wb-clear", onclick: () => set.forEach((one) => this.page.choose(one.id, null)) }, icon("close"), this.page.say("Clear all filters"))
        : null;
      this.element.replaceChildren(...filters.map((one) => this.filter(one)), ...(clear ? [clear] : []));
      if (!focused) return;
      const again = this.element.querySelector(`[data-key="${CSS.escape(focused)}"]`);
      again?.focus();
      if (again?.type === "text") again.value = typed;
    }

    filter(one) {
      const value = this.page.chosen(one.id);
      const name = `wb-${this.page.number}-filter-${one.id}`;
      const label = one.options.find((option) => option.value === value)?.label ?? value ?? one.any ?? "";
      const field = one.kind === "text" ? this.typed(one, value, name) : this.picked(one, value, name);
      const why = one.reason ? h("span", { class: "wb-filterwhy", role: "note" }, this.page.say("The choices of this filter could not be asked for: {reason}", { reason: one.reason })) : null;
      const told = one.told ? h("span", { class: "wb-filterwhy", role: "note" }, one.told) : null;
      return h("div", { class: `wb-filter wb-filter-${one.kind}${value === null ? "" : " wb-set"}` }, h("label", { for: name }, one.label), field,
        h("span", { class: "wb-filtertext" }, label), why, told);
    }

    typed(one, value, name) {
      const send = debounced(() => this.page.choose(one.id, field.value.trim() || null), 500);
      const field = h("input", { id: name, type: "text", "data-key": one.id, value: value ?? "", placeholder: one.any ?? "", oninput: send });
      return field;
    }

    picked(one, value, name) {
      const known = one.options.some((option) => option.value === value);
      const options = [
        one.any !== null ? h("option", { value: "", selected: value === null }, one.any) : null,
        value !== null && !known ? h("option", { value, selected: true }, value) : null,
        ...one.options.map((option) => h("option", { value: option.value, selected: option.value === value }, option.label)),
      ];
      const field = h("select", { id: name, "data-key": one.id, disabled: Boolean(one.reason) && !one.options.length,
        onchange: () => this.page.choose(one.id, field.value === "" && one.any !== null ? null : field.value) }, options);
      return one.kind === "months" ? h("span", { class: "wb-months" }, this.stepper(one, value, -1), field, this.stepper(one, value, 1)) : field;
    }

    stepper(one, value, way) {
      const sorted = one.options.map((option) => option.value).sort();
      const at = value === null ? (way < 0 ? sorted.length : -1) : sorted.indexOf(value);
      const next = value === null && way > 0 ? undefined : sorted[at + way];
      return button(this.page.say(way < 0 ? "Earlier" : "Later"), way < 0 ? "earlier" : "later", () => this.page.choose(one.id, next),
        { disabled: next === undefined, "data-key": `${one.id} ${way}` });
    }
  }

  board.filters = { Filters };
})(window.workbenchBoard);
