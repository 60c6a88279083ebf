// The page on paper: laid out for an A4 sheet in the light theme while it is printed, with what was
// chosen and the sources below the frames (board.css), and put back afterwards.
(function (board) {
  "use strict";

  class Paper {
    /** `page` is the view: element, theme, panels, arrange. */
    constructor(page) {
      Object.assign(this, { page, shown: null });
      this.hears = { beforeprint: () => this.print(), afterprint: () => this.done() };
      for (const [name, act] of Object.entries(this.hears)) window.addEventListener(name, act);
    }

    /** Browsers print as soon as this is over: nothing in here may wait. */
    print() {
      const { page } = this;
      if (this.shown || !page.element.isConnected) return;
      this.shown = page.theme;
      this.lay("light", true);
      for (const { chart, table } of page.panels.values()) {
        if (table) table.print(true);
        if (chart) chart.print();
      }
    }

    done() {
      if (!this.shown) return;
      this.lay(this.shown, false);
      this.shown = null;
      for (const { chart, table } of this.page.panels.values()) {
        if (table) table.print(false);
        if (chart) chart.again();
      }
    }

    lay(theme, on) {
      const { page } = this;
      page.theme = theme;
      page.element.dataset.theme = theme;
      page.element.classList.toggle("wb-paper", on);
      page.arrange(true);
    }

    leave() {
      for (const [name, act] of Object.entries(this.hears)) window.removeEventListener(name, act);
    }
  }

  board.paper = { Paper };
})(window.workbenchBoard);
