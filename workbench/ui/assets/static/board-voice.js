// What the page says besides its panels: a drawer for what is long, a note in passing for what is
// short, and words for the ear alone.
(function (board) {
  "use strict";
  const { h, button } = board.dom;
  const PASSING = { plain: 5_000, good: 9_000, warn: 14_000 }; // ms that a note stays

  class Voice {
    /** `page` is the view; its element holds what is said, also while a panel fills the screen. */
    constructor(page) {
      this.page = page;
      this.toasts = h("div", { class: "wb-toasts", role: "status", "aria-live": "polite" });
      this.ear = h("div", { class: "wb-hidden", "aria-live": "polite" });
      this.dialog = h("dialog", { class: "wb-drawer", onclick: (event) => event.target === this.dialog && this.dialog.close() });
      page.element.append(this.toasts, this.ear, this.dialog);
    }

    /** Into what is seen: an element that fills the screen hides all beside it. */
    seen(element) {
      const full = document.fullscreenElement;
      const place = full && this.page.element.contains(full) ? full : this.page.element;
      if (element.parentNode !== place) place.append(element);
    }

    speak(text) {
      this.ear.textContent = text;
    }

    drawer(title, parts) {
      const close = button(this.page.say("Close"), "close", () => this.dialog.close());
      this.dialog.setAttribute("aria-label", title);
      this.dialog.replaceChildren(h("div", { class: "wb-drawerhead" }, h("h2", {}, title), close), h("div", { class: "wb-drawerbody", tabindex: "0" }, parts));
      this.seen(this.dialog);
      if (!this.dialog.open) this.dialog.showModal();
    }

    refusal(title, reasons) {
      if (reasons.length) this.drawer(title, board.body.reasons(reasons, this.page.say));
      else this.toast("", "warn", title);
    }

    /** `tone`: "plain" (one at a time, gone soon), "good" or "warn". */
    toast(text, tone, title = "") {
      this.seen(this.toasts);
      const gone = () => made.remove();
      const made = h("div", { class: `wb-toast wb-toast-${tone}` }, h("div", {}, title ? h("b", {}, title) : null, text ? h("p", {}, text) : null),
        button(this.page.say("Close"), "close", gone));
      if (this.passing) this.passing.remove();
      this.passing = tone === "plain" ? made : null;
      this.toasts.append(made);
      setTimeout(gone, PASSING[tone]);
    }
  }

  board.voice = { Voice };
})(window.workbenchBoard);
