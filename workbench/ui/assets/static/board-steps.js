// The steps that a reader takes at a desk: the forms that are open or were begun, what is sent of
// them, and what comes of it. What was typed is kept until it is done or thrown away.
(function (board) {
  "use strict";
  const { download } = board.dom;

  /** Ask before the page is left while something is typed that was not sent. */
  const typing = new Set();
  const stay = (event) => event.preventDefault();
  function guard(steps, on) {
    if (on) typing.add(steps);
    else typing.delete(steps);
    if (typing.size) window.addEventListener("beforeunload", stay);
    else window.removeEventListener("beforeunload", stay);
  }

  const named = (id, event) => JSON.stringify([id, event]);

  class Steps {
    /** `desk` is the desk: page, desk, opened, list, drawer, ask, set, show, fresh, close, paint, tell. */
    constructor(desk) {
      Object.assign(this, { desk, page: desk.page, forms: new Map() });
    }

    /** The steps of an item, or with null of the desk: as its buttons say. Among them stands what the
     * reader would lose else: a form that the kernel made for an answer, and what was typed for a
     * step that is not possible any more. */
    of(id, actions) {
      const { opened } = this.desk;
      const own = [...this.forms.values()].filter((form) => form.id === id && (form.given || (form.gone && form.dirty))).map((form) => form.definition);
      const others = own.filter(({ event }) => !actions.some((one) => one.event === event));
      return [...actions, ...others].map(({ event, label, tone }) => {
        const form = this.forms.get(named(id, event));
        return { event, label, tone, begun: Boolean(form && (form.dirty || form.given)), open: Boolean(form) && opened?.form === form };
      });
    }

    // Opening and closing -----------------------------------------------------------------------

    /** Open a form, or close the one that is open. */
    pick(id, event) {
      const { desk, opened } = this.desk;
      const actions = id === null ? desk.actions : opened.item.actions;
      const definition = actions.find((one) => one.event === event);
      const form = this.forms.get(named(id, event)) || this.keep(new board.form.Form(this, id, definition));
      if (opened?.form === form) {
        this.closed(form);
        return;
      }
      if (!form.given) form.define(definition);
      this.place(form);
    }

    keep(form) {
      this.forms.set(named(form.id, form.definition.event), form);
      return form;
    }

    place(form, told = "") {
      const { desk } = this;
      if (form.id === null) desk.show({ id: null, title: form.definition.label, form, told });
      else {
        this.putAway();
        Object.assign(desk.opened, { form, told });
        desk.paint();
      }
      desk.reach(true);
      form.focus();
    }

    /** The reader closes a form; what was typed is there when it is opened again. */
    closed(form) {
      const { desk } = this;
      if (form.id === null) {
        desk.close();
        return;
      }
      this.putAway();
      desk.paint();
      (desk.drawer.step(form.definition.event) || desk.drawer.title).focus({ preventScroll: true });
    }

    /** Take the open form out of sight; one that nothing was typed into is forgotten. */
    putAway() {
      const { opened } = this.desk;
      const form = opened?.form;
      if (!form) return;
      opened.form = null;
      if (!form.dirty && !form.sending && !form.given) this.forget(form);
    }

    forget(form) {
      form.leave();
      this.forms.delete(named(form.id, form.definition.event));
      this.changed();
    }

    /** Something was typed, or thrown away. */
    changed() {
      guard(this, [...this.forms.values()].some((form) => form.dirty));
      this.desk.acting();
    }

    // Newer descriptions ------------------------------------------------------------------------

    /** The item as it is now: its forms are described anew around what was typed. */
    fresh(item) {
      for (const form of this.forms.values()) {
        if (form.id === item.id && !form.given) form.define(item.actions.find((one) => one.event === form.definition.event));
      }
    }

    /** In another language. What the kernel does not describe again keeps its words. */
    respeak(actions) {
      const { opened } = this.desk;
      for (const form of this.forms.values()) {
        const found = form.id === null && !form.given ? actions.find((one) => one.event === form.definition.event) : null;
        form.define(found || (form.gone ? null : form.definition));
      }
      if (opened?.id === null && opened.form) opened.title = opened.form.definition.label;
    }

    // Sending -----------------------------------------------------------------------------------

    act(form, { id, event, seen, values, key }) {
      return this.desk.ask({ do: "desk_act", id, event, seen, values, key }, form);
    }

    answered(answer, form) {
      if (form.done) return; // sent again after a broken connection, and answered twice
      if (!answer.ok) {
        this.refused(answer, form);
        return;
      }
      const here = this.desk.opened?.form === form;
      form.done = true;
      if (here) this.desk.opened.form = null;
      this.forget(form);
      if (answer.download) download(answer.download.name, answer.download.type, answer.download.content);
      if (here) this.goOn(answer, form);
      else this.done(answer);
      if (answer.desk) this.desk.set(answer.desk);
    }

    /** A step whose form was closed before the answer came. */
    done({ item, told }) {
      if (item && item.id === this.desk.opened?.id) this.desk.fresh(item);
      this.page.voice.toast(told || "", "good");
    }

    /** After a step: a next form, the item as it has become, or back to the list. */
    goOn({ item, form: next, told }, { id, definition }) {
      const { desk } = this;
      const now = item || (id !== null && next ? desk.opened.item : null);
      const from = id === null ? definition.event : desk.opened.from;
      if (now) desk.show({ id: now.id, item: now, told, from });
      if (next) this.place(this.keep(new board.form.Form(this, now ? now.id : null, next, true)), told);
      else if (now) {
        desk.drawer.title.focus({ preventScroll: true });
        desk.reach();
      } else {
        desk.close();
        desk.tell(told || "");
      }
    }

    refused({ reasons, item }, form) {
      const { desk, page } = this;
      if (item && item.id === desk.opened?.id) desk.fresh(item);
      form.refused(reasons || []);
      if (desk.opened?.form !== form) page.voice.refusal(page.say("This could not be done"), reasons || []);
    }

    /** The connection is gone: what was being sent may be sent again. */
    broken() {
      for (const form of this.forms.values()) form.broken();
    }

    leave() {
      for (const form of this.forms.values()) form.leave();
      guard(this, false);
    }
  }

  board.steps = { Steps };
})(window.workbenchBoard);
