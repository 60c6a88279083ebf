// The field in which columns of a table are chosen: each with how it is used, and why it is needed.
(function (board) {
  "use strict";
  const { h } = board.dom;
  const MANY = 12; // columns; beyond, they can be looked for

  const plain = (text) => text.toLocaleLowerCase();

  /** One line: {name, element, state(), value(), chosen(), choose(on), fits(text)}. */
  function line(column, state, id, { say, changed }) {
    const { name, label, note, uses, argued } = column;
    const now = { chosen: column.chosen, use: column.use, argument: column.argument, ...state };
    const box = h("input", { type: "checkbox", id, checked: Boolean(now.chosen) });
    const use = uses.length
      ? h("select", { "aria-label": `${name}: ${say("Use")}` }, uses.map((one) => h("option", { value: one.value, selected: one.value === now.use }, one.label)))
      : null;
    const why = argued
      ? h("input", { type: "text", value: now.argument || "", placeholder: say("Why it is needed"), "aria-label": `${name}: ${say("Why it is needed")}`, autocomplete: "off" })
      : null;
    const element = h("li", { class: "wb-column" },
      h("label", { class: "wb-columnname", for: id }, box, h("span", {}, h("b", {}, name), label && label !== name ? h("span", {}, label) : null)),
      use || h("span"), why || h("span"), note ? h("p", { class: "wb-columnnote" }, note) : null);
    const shown = () => {
      element.classList.toggle("wb-chosen", box.checked);
      for (const one of [use, why]) if (one) one.disabled = !box.checked;
    };
    box.addEventListener("input", () => {
      shown();
      changed();
    });
    for (const one of [use, why]) if (one) one.addEventListener("input", changed);
    shown();
    const value = () => ({ use: use ? use.value : now.use || "", argument: why ? why.value : now.argument || "" });
    return {
      name,
      element,
      value,
      state: () => ({ chosen: box.checked, ...value() }),
      chosen: () => box.checked,
      choose(on) {
        box.checked = on;
        shown();
      },
      fits: (text) => plain(`${name} ${label}`).includes(text),
      focus: () => box.focus(),
    };
  }

  /** Looking for columns, and choosing all that are seen, or none. */
  function tools(lines, say, changed) {
    const search = h("input", { type: "search", class: "wb-columnsearch", placeholder: say("Find a column"), "aria-label": say("Find a column"), oninput: () => {
      const text = plain(search.value.trim());
      for (const one of lines) one.element.hidden = !one.fits(text);
    }, onkeydown: (event) => event.key === "Enter" && event.preventDefault() }); // it is no answer to the form
    const all = (on) => () => {
      for (const one of lines) if (!on || !one.element.hidden) one.choose(on);
      changed();
    };
    const count = h("span", { class: "wb-columncount", "aria-live": "polite" });
    const button = (text, act) => h("button", { type: "button", class: "wb-linkbutton", onclick: act }, text);
    const element = h("div", { class: "wb-columntools" }, lines.length > MANY ? search : null, count,
      button(say("Choose all"), all(true)), button(say("Choose none"), all(false)));
    const counted = () => {
      count.textContent = say("{chosen} of {total} chosen", { chosen: lines.filter((one) => one.chosen()).length, total: lines.length });
    };
    return { element, counted };
  }

  function field(definition, state, id, given) {
    const { name, label, required: must } = definition;
    const { say } = given;
    const { hint, wrong, said } = given.described(id, definition, null);
    const changed = () => {
      bar.counted();
      made.tell("");
      given.changed(name);
    };
    const lines = (definition.value || []).map((column, i) => line(column, state?.[column.name], `${id}-${i}`, { say, changed }));
    const bar = tools(lines, say, changed);
    const chosen = () => lines.filter((one) => one.chosen());
    const group = h("div", { class: "wb-field wb-field-columns", role: "group", "aria-labelledby": `${id}-name`, "aria-describedby": said },
      h("div", { class: "wb-fieldname" }, h("span", { id: `${id}-name` }, label), given.required(definition, say)), hint, bar.element,
      h("ul", { class: "wb-columns" }, lines.map((one) => one.element)), wrong);
    bar.counted();
    const made = {
      name,
      label,
      element: group,
      state: () => Object.fromEntries(lines.map((one) => [one.name, one.state()])),
      value: () => Object.fromEntries(chosen().map((one) => [one.name, one.value()])),
      problem: () => (must && !chosen().length ? say("To be filled in") : ""),
      tell(text) {
        wrong.textContent = text;
        wrong.hidden = !text;
      },
      focus: () => lines[0]?.focus(),
    };
    return made;
  }

  board.columns = { field };
})(window.workbenchBoard);
