// A form that the kernel described: what is typed into it stays until it is done or thrown away,
// whatever becomes of the list, the language or the connection.
(function (board) {
  "use strict";
  const { h } = board.dom;
  const PATIENCE = { usual: 60_000, slow: 600_000 }; // ms until a form without an answer may be sent again
  let numbers = 0;

  /** A name for a command, so that it is done once; randomUUID is not there without https. */
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  class Form {
    /** `steps` holds the forms of a desk: page, act(form, message), closed(form), changed(). `id`: of
     * the item, or null. `given`: the kernel made it for an answer, it stands in no list of steps. */
    constructor(steps, id, definition, given = false) {
      Object.assign(this, { steps, id, given, key: newKey(), sentAs: null, touched: new Map(), fields: [], sending: false, gone: false, done: false, timer: 0 });
      this.number = numbers += 1;
      this.problems = h("div", { class: "wb-problems", tabindex: "-1", role: "alert", hidden: true });
      this.what = h("p", { class: "wb-formwhat" });
      this.place = h("div", { class: "wb-fields" });
      this.submit = h("button", { type: "submit", class: "wb-textbutton wb-submit" });
      this.close = h("button", { type: "button", class: "wb-linkbutton", onclick: () => this.steps.closed(this) });
      this.discard = h("button", { type: "button", class: "wb-linkbutton", onclick: () => this.anew() });
      this.said = h("span", { class: "wb-formsaid", role: "status" });
      this.title = h("h5", { id: `wb-form-${this.number}` });
      this.element = h("form", { class: "wb-form", novalidate: true, "aria-labelledby": this.title.id, autocomplete: "off", onsubmit: (event) => this.send(event),
        onkeydown: (event) => this.pressed(event) },
      this.title, this.what, this.problems, this.place, h("div", { class: "wb-formfoot" }, this.submit, this.close, this.discard, this.said));
      this.define(definition);
    }

    get say() {
      return (...words) => this.steps.page.say(...words);
    }

    get dirty() {
      return this.touched.size > 0;
    }

    /** A newer description, or the same in another language; none where the step is not possible any
     * more. What was typed stays, and so does the place of whoever types. */
    define(definition) {
      this.gone = !definition;
      this.definition = definition || this.definition;
      const { label, what, tone, submit } = this.definition;
      const drawn = JSON.stringify([{ ...this.definition, seen: 0 }, this.steps.page.language, this.gone]);
      if (drawn === this.drawn) return;
      this.drawn = drawn;
      this.element.dataset.tone = tone || "";
      this.element.dataset.event = this.definition.event;
      this.title.textContent = label;
      this.title.hidden = this.id === null; // the drawer says it
      this.what.textContent = what;
      this.what.hidden = !what;
      const foot = this.submit.parentNode;
      if (tone === "danger") foot.prepend(this.what); // beside the button
      else this.title.after(this.what);
      this.submit.classList.toggle("wb-danger", tone === "danger");
      this.submit.textContent = submit || label;
      this.close.textContent = this.say("Close the form");
      this.discard.textContent = this.say("Discard what was typed");
      this.redraw();
      this.standing();
    }

    redraw() {
      const focused = this.place.contains(document.activeElement) ? document.activeElement : null;
      const kept = focused && { id: focused.id, start: focused.selectionStart, end: focused.selectionEnd };
      const given = { say: this.say, changed: (name) => this.changed(name) };
      const state = (one) => this.touched.get(one.name);
      this.fields = this.definition.fields.map((one, i) => board.field.field(one, state(one), `wb-form-${this.number}-${i}`, given));
      this.place.replaceChildren(...this.fields.map((one) => one.element));
      this.place.hidden = !this.fields.length;
      const again = kept && kept.id ? document.getElementById(kept.id) : null;
      if (!again) return;
      again.focus({ preventScroll: true });
      if (typeof kept.start === "number") again.setSelectionRange(kept.start, kept.end);
    }

    changed(name) {
      this.touched.set(name, this.fields.find((one) => one.name === name).state());
      this.standing();
      this.steps.changed();
    }

    /** Throw away what was typed: as the kernel gave it. */
    anew() {
      this.touched.clear();
      this.told([]);
      this.redraw();
      this.standing();
      this.steps.changed();
      this.focus();
    }

    /** What the buttons are, now. */
    standing() {
      const off = this.sending || this.gone;
      this.element.classList.toggle("wb-sending", this.sending);
      this.element.setAttribute("aria-busy", this.sending);
      this.place.inert = this.sending;
      this.submit.setAttribute("aria-disabled", off);
      this.discard.hidden = !this.dirty || this.sending;
      const said = this.sending
        ? this.say(this.definition.slow ? "Being sent; this may take a while …" : "Being sent …")
        : this.gone ? this.say("This step is not possible any more. What you typed stays here, to be copied") : "";
      if (this.said.textContent !== said) this.said.textContent = said;
    }

    pressed(event) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) this.send(event);
    }

    focus() {
      const first = this.fields[0];
      if (first) first.focus();
      else this.submit.focus();
    }

    // Sending -----------------------------------------------------------------------------------

    send(event) {
      event.preventDefault();
      if (this.sending || this.gone || this.done) return;
      const wrong = this.fields.map((one) => [one, one.problem()]);
      for (const [one, text] of wrong) one.tell(text);
      const bad = wrong.filter(([, text]) => text).map(([one]) => one);
      if (bad.length) {
        this.told([h("p", { class: "wb-what" }, this.say("Not sent yet. Look at: {names}", { names: bad.map((one) => one.label).join(this.say(", ")) }))]);
        bad[0].focus();
        return;
      }
      const values = Object.fromEntries(this.fields.map((one) => [one.name, one.value()]));
      const written = JSON.stringify(values);
      if (this.sentAs !== null && this.sentAs !== written) this.key = newKey();
      const { event: name, seen, slow } = this.definition;
      if (!this.steps.act(this, { id: this.id, event: name, seen, values, key: this.key })) {
        this.unsent("There is no connection at present. What you typed stays here; send it once the page is connected again");
        return;
      }
      this.sentAs = written;
      this.told([]);
      this.sends(true);
      this.submit.focus({ preventScroll: true }); // the fields cannot hold it meanwhile
      this.timer = setTimeout(() => this.unsent("No answer has come yet. Sent again unchanged, it is done only once"), slow ? PATIENCE.slow : PATIENCE.usual);
    }

    sends(on) {
      clearTimeout(this.timer);
      this.sending = on;
      this.standing();
    }

    /** The connection broke while an answer was awaited: it may have been done or not. */
    broken() {
      if (this.sending) this.unsent("The connection broke before an answer came. What you typed stays here; sent again unchanged, it is done only once");
    }

    unsent(message) {
      this.sends(false);
      this.told([h("p", { class: "wb-what" }, this.say(message))]);
    }

    /** The kernel says no: why, and what next. */
    refused(reasons) {
      this.sends(false);
      this.told([h("p", { class: "wb-problemhead" }, this.say("This could not be done")), ...board.body.reasons(reasons, this.say)]);
      if (!this.element.isConnected) return;
      this.problems.focus({ preventScroll: true });
      this.problems.scrollIntoView({ block: this.steps.page.kind === "wide" ? "nearest" : "start" });
    }

    told(parts) {
      this.problems.replaceChildren(...parts);
      this.problems.hidden = !parts.length;
    }

    leave() {
      clearTimeout(this.timer);
    }
  }

  board.form = { Form, newKey };
})(window.workbenchBoard);
