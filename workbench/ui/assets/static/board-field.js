// One field of a form: its name, its control, its hint, and what is wrong with what it holds.
// A field has {name, label, element, state(), value(), problem(), tell(text), focus()}: `state` is
// what is kept where the form is drawn anew, `value` what is sent.
(function (board) {
  "use strict";
  const { h } = board.dom;
  const TALL = { lines: 4, code: 10 }; // rows at first; they grow with what is typed
  const SHORT = 80; // characters; a text of no more has half the width

  const letters = (text) => [...text].length; // as the kernel counts them

  function described(id, definition, counter) {
    const hint = definition.hint ? h("p", { class: "wb-fieldhint", id: `${id}-hint` }, definition.hint) : null;
    const wrong = h("p", { class: "wb-fieldwrong", id: `${id}-wrong`, hidden: true });
    const said = [hint ? hint.id : "", counter ? counter.id : "", wrong.id].filter(Boolean).join(" ");
    return { hint, wrong, said };
  }

  const required = (definition, say) =>
    definition.required ? h("span", { class: "wb-required" }, say("required")) : null;

  // Controls --------------------------------------------------------------------------------------

  function chooser({ required: must, options, value }, attributes, say) {
    const known = options.some((one) => one.value === value);
    const none = options.some((one) => one.value === "") ? null : h("option", { value: "", selected: !value }, must ? say("Choose …") : "—");
    const odd = value && !known ? h("option", { value, selected: true }, value) : null;
    return h("select", attributes, none, odd, options.map((one) => h("option", { value: one.value, selected: one.value === value }, one.label)));
  }

  function written(kind, value, attributes) {
    const area = h("textarea", { ...attributes, rows: TALL[kind], spellcheck: kind === "code" ? "false" : null, wrap: kind === "code" ? "off" : null });
    area.value = value;
    return area;
  }

  function control(definition, value, attributes, say) {
    const { kind } = definition;
    if (kind === "choice") return chooser({ ...definition, value }, attributes, say);
    if (kind in TALL) return written(kind, value, attributes);
    const type = { day: "date", number: "number", range: "range" }[kind] || "text";
    const ends = type === "range" ? { min: definition.low, max: definition.high, step: definition.step } : { step: type === "number" ? "any" : null };
    return h("input", { ...attributes, type, ...ends, value, autocomplete: "off" });
  }

  /** What a slider stands at, with its unit: seen beside it, and spoken as its value. */
  function reading({ kind, unit, signed = true }, input) {
    if (kind !== "range") return { place: null, read() {} };
    const place = h("output", { class: "wb-reading", for: input.id });
    const read = () => {
      place.textContent = `${signed && Number(input.value) > 0 ? "+" : ""}${input.value} ${unit}`;
      input.setAttribute("aria-valuetext", place.textContent);
    };
    read();
    return { place, read };
  }

  /** A field of one value. */
  function single(definition, state, id, { say, changed }) {
    const { name, label, kind, most, required: must } = definition;
    const counter = most ? h("span", { class: "wb-fieldcount", id: `${id}-count` }) : null;
    const { hint, wrong, said } = described(id, definition, counter);
    const input = control(definition, String(state ?? ""), { id, name, "aria-describedby": said, "aria-required": must ? "true" : null }, say);
    const stands = reading(definition, input);
    const count = () => {
      stands.read();
      if (!counter) return;
      counter.textContent = `${letters(input.value)} / ${most}`;
      counter.classList.toggle("wb-over", letters(input.value) > most);
    };
    input.addEventListener("input", () => {
      count();
      made.tell("");
      changed(name);
    });
    count();
    const half = kind === "day" || kind === "number" || kind === "range" || kind === "choice" || (kind === "text" && most && most <= SHORT);
    const made = {
      name,
      label,
      element: h("div", { class: `wb-field wb-field-${kind}${half ? " wb-half" : ""}` },
        h("div", { class: "wb-fieldname" }, h("label", { for: id }, label), required(definition, say), stands.place, counter), hint, input, wrong),
      state: () => input.value,
      value: () => input.value,
      problem() {
        if (input.validity.badInput) return say("Not written in full");
        if (must && !input.value.trim()) return say("To be filled in");
        return most && letters(input.value) > most ? say("At most {most} characters; there are {count}", { most, count: letters(input.value) }) : "";
      },
      tell(text) {
        wrong.textContent = text;
        wrong.hidden = !text;
        if (text) input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
      },
      focus: () => input.focus(),
    };
    return made;
  }

  /** A field as the kernel describes it. `state`: what was typed before, or nothing. */
  function field(definition, state, id, given) {
    if (definition.kind === "columns") return board.columns.field(definition, state, id, { ...given, described, required });
    if (definition.kind === "file") return board.file.field(definition, state, id, { ...given, described, required });
    return single(definition, state === undefined ? definition.value : state, id, given);
  }

  board.field = { field };
})(window.workbenchBoard);
