// The header of a page: its title, the time of its figures, language, theme, and the sign of life.
(function (board) {
  "use strict";
  const { h, button, icon, clock } = board.dom;
  const A_YEAR = 31_536_000; // seconds

  /** The reader's language holds for the next page too: what the server reads is written here. */
  function keepLanguage(language) {
    if (!document.body.dataset.voila) return; // in JupyterLab the notebook says
    document.cookie = `workbench-lang=${language}; path=/; max-age=${A_YEAR}; samesite=lax`;
    const address = new URL(location.href);
    if (!address.searchParams.has("lang")) return;
    address.searchParams.set("lang", language);
    history.replaceState(history.state, "", address);
  }

  class Head {
    /** `page` is the view: payload, say, language, theme, state, ask, dress, expand, voice. */
    constructor(page) {
      this.page = page;
      this.ribbon = h("div", { class: "wb-ribbon", role: "note", hidden: true });
      this.header = h("header", { class: "wb-header" });
      this.bar = h("div", { class: "wb-bar", role: "alert", hidden: true });
      this.elements = [this.ribbon, this.header, this.bar];
    }

    /** Draw the header anew; whoever has the focus in it keeps it. */
    show() {
      const { page } = this;
      const { say } = page;
      const { title, audience, note, standing, synthetic } = page.payload;
      page.skip.textContent = say("Skip to the content");
      this.ribbon.textContent = say("Synthetic data: the figures of this page are made up and describe no real place or person");
      this.ribbon.hidden = !synthetic;
      const about = standing || note
        ? button(say("About this page"), "info", () => page.voice.drawer(say("About this page"), [note, standing].filter(Boolean).map((text) => h("p", {}, text))), { "aria-haspopup": "dialog" })
        : null;
      this.time = h("span", { class: "wb-time" });
      this.sign = h("span", { class: "wb-sign", role: "status" });
      const focused = this.header.contains(document.activeElement) && document.activeElement.dataset.key;
      this.header.replaceChildren(
        h("div", { class: "wb-titles" }, h("div", { class: "wb-h1" }, h("h1", {}, title), about), audience ? h("p", { class: "wb-audience" }, audience) : null),
        h("div", { class: "wb-controls" }, h("div", { class: "wb-signs" }, this.time, this.sign), this.languages(), this.themes(),
          button(say("Full screen"), "full", () => page.expand(), { "data-key": "full" })));
      if (focused) this.header.querySelector(`[data-key="${focused}"]`)?.focus();
    }

    languages() {
      const other = this.page.language === "zh" ? "en" : "zh";
      const act = () => {
        keepLanguage(other);
        this.page.ask({ do: "language", language: other });
      };
      return h("button", { type: "button", class: "wb-button wb-language", "data-key": "language", lang: other === "zh" ? "zh-CN" : "en", title: this.page.say("Language"), onclick: act },
        other === "zh" ? "中文" : "English");
    }

    themes() {
      const labels = { light: this.page.say("Light"), dark: this.page.say("Dark"), wall: this.page.say("Wall") };
      const one = (name) => button(labels[name], name, () => this.page.dress(name), { "aria-pressed": String(name === this.page.theme), "data-key": name });
      return h("div", { class: "wb-themes", role: "group", "aria-label": this.page.say("Theme") }, board.theme.NAMES.map(one));
    }

    /** When the figures are of, and whether the page lives. */
    signs() {
      const { page } = this;
      const time = clock(page.payload.released_at);
      this.time.textContent = time ? page.say("Figures of {time}", { time }) : "";
      const live = page.state === "live";
      this.sign.textContent = live ? page.say(page.updating ? "Being updated …" : "Connected") : page.state === "connecting" ? page.say("Connecting …") : "";
      this.sign.dataset.state = page.state;
      page.element.dataset.connection = page.state;
      const lost = { lost: "The connection is lost; the figures stand as of {time}", never: "No connection could be made; the figures are of {time}" }[page.state];
      this.bar.hidden = !lost;
      if (lost) {
        this.bar.replaceChildren(h("span", {}, page.say(lost, { time })),
          h("button", { type: "button", class: "wb-textbutton", onclick: () => location.reload() }, icon("retry"), page.say("Reload")));
      }
    }
  }

  board.head = { Head };
})(window.workbenchBoard);
