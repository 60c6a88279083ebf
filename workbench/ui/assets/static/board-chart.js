// One Plotly chart in a panel: drawn when it can be seen and has a width, then kept to its size.
(function (board) {
  "use strict";
  const { h } = board.dom;
  const NEAR = "240px"; // charts this close to the window are drawn first

  // Charts that wait, in the order of the page. One is drawn at a time, so that the page scrolls
  // and answers between two of them; those out of sight wait for an idle moment.
  const waiting = new Set();
  let pumping = false;

  const idle = window.requestIdleCallback
    ? (act) => requestIdleCallback(act, { timeout: 400 })
    : (act) => setTimeout(act, 60);

  function pump() {
    const ready = [...waiting].filter((chart) => chart.drawable());
    const next = ready.find((chart) => chart.near) || ready[0];
    if (!next) {
      pumping = false;
      if (!waiting.size) board.mark("all");
      return;
    }
    waiting.delete(next);
    next.draw().finally(() => {
      const more = [...waiting].some((chart) => chart.near && chart.drawable());
      (more ? (act) => setTimeout(act, 0) : idle)(pump);
    });
  }

  function enqueue(chart) {
    waiting.add(chart);
    if (pumping) return;
    pumping = true;
    // Observers report before this runs, so the first chart drawn is one that is seen.
    setTimeout(pump, 0);
  }

  /** Room for figures beside the bars: they are as wide as the theme's letters, which nobody who
   * made the figure could know. Answers the ranges that give it to them. */
  function roomier(plot) {
    const { xaxis, yaxis, _size: size } = plot._fullLayout;
    const frame = plot.getBoundingClientRect();
    // A bar without a figure may have a text all the same, which is not drawn at any place of a bar.
    const texts = [...plot.querySelectorAll(".bars .bartext")].filter((text) => Number.isFinite(text.parentNode.__data__?.s));
    const boxes = texts.map((text) => text.getBoundingClientRect());
    const most = (pixels) => Math.max(0, ...boxes.map(pixels));
    const widened = {};
    const widen = (axis, below, above, length) => {
      if (!axis || axis.type !== "linear" || below + above <= 0) return;
      const [from, to] = axis.range;
      const each = (to - from) / Math.max(length - below - above, 1);
      widened[`${axis._name}.range`] = [from - below * each, to + above * each];
    };
    // Above: not out of the frame. Below: not over the names at the axis.
    widen(xaxis, most((box) => frame.left + size.l + 2 - box.left), most((box) => box.right + 2 - frame.right), size.w);
    widen(yaxis, most((box) => box.bottom + 2 - frame.top - size.t - size.h), most((box) => frame.top + 2 - box.top), size.h);
    return widened;
  }

  /** Names of points that would stand over each other, or out of the frame, are left out; all are
   * said when pointed at. */
  function thinned(plot) {
    const frame = plot.getBoundingClientRect();
    const kept = [];
    for (const text of plot.querySelectorAll(".scatterlayer .textpoint text")) {
      const box = text.getBoundingClientRect();
      const out = box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom;
      const meets = (other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;
      const hidden = out || kept.some(meets);
      text.style.visibility = hidden ? "hidden" : "";
      if (!hidden) kept.push(box);
    }
  }

  class Chart {
    /** `hooks`: {language(), theme(), label, chosen(), choose(value), say, failed(error)} */
    constructor(id, hooks) {
      this.id = id;
      this.hooks = hooks;
      this.near = false;
      this.at = -1;
      this.full = false;
      this.drawn = 0;
      this.plot = h("div", { class: "wb-plot" });
      this.readout = h("div", { class: "wb-readout", "aria-live": "polite", hidden: true });
      this.element = h("div", { class: "wb-chart", tabindex: "0", role: "application",
        onkeydown: (event) => this.walk(event), onblur: () => this.rest() }, this.plot, this.readout);
      this.sizes = new ResizeObserver(() => this.resized());
      this.sizes.observe(this.plot);
      this.sight = new IntersectionObserver((entries) => this.seen(entries), { rootMargin: NEAR });
      this.sight.observe(this.plot);
    }

    /** Take a figure; it is drawn when its turn comes. */
    set(figure, picks, summary) {
      Object.assign(this, { figure, picks });
      this.points = null;
      const height = figure.layout && figure.layout.height;
      if (height) this.element.style.setProperty("--wb-height", `${height}px`);
      else this.element.style.removeProperty("--wb-height");
      this.element.setAttribute("aria-label", board.points.sentence(this.hooks.label(), summary, this.tongue()));
      this.element.setAttribute("aria-roledescription", this.hooks.say("chart"));
      this.element.setAttribute("aria-description", this.hooks.say("Arrow keys walk the figures, Enter chooses, Escape leaves"));
      this.plot.classList.toggle("wb-picks", Boolean(picks));
      enqueue(this);
    }

    again() {
      if (this.figure) enqueue(this);
    }

    drawable() {
      return this.plot.isConnected && this.plot.clientWidth > 0 && this.plot.clientHeight > 0;
    }

    seen(entries) {
      this.near = entries[entries.length - 1].isIntersecting;
      if (this.near && waiting.has(this)) enqueue(this);
    }

    resized() {
      if (waiting.has(this)) enqueue(this);
      else if (this.drawn && this.drawable() && this.size() !== this.drawnSize) enqueue(this);
    }

    size() {
      return `${this.plot.clientWidth}x${this.plot.clientHeight}`;
    }

    /** {data, layout, config} in the theme of the moment; the same for the screen and the picture. */
    async styled(width = this.plot.clientWidth) {
      return this.dressed(await board.theme.themes(), width);
    }

    dressed(themes, width = this.plot.clientWidth) {
      const { theme, language, chosen } = this.hooks;
      const settings = { width, full: this.full, language: language(), id: this.id };
      const figure = board.theme.styled(themes, theme(), this.figure, settings);
      board.points.highlight(figure.data, this.figure, this.picks, chosen(), themes[theme()].tokens.text);
      return figure;
    }

    async draw() {
      try {
        const plotly = await board.theme.plotly();
        const { data, layout, config } = await this.styled();
        this.drawnSize = this.size();
        await plotly.react(this.plot, data, layout, config);
        const ranges = roomier(this.plot);
        if (Object.keys(ranges).length) await plotly.relayout(this.plot, ranges);
        this.tidy();
        if (!this.drawn) this.listen();
        this.drawn += 1;
        this.element.dataset.drawn = this.drawn;
        board.mark(`chart-${this.id}`);
        this.resized(); // its panel may have changed meanwhile
      } catch (error) {
        console.error(error);
        this.hooks.failed(error);
      }
    }

    /** Draw for the paper, now. What has not come by now is not printed. */
    print() {
      const themes = board.theme.loaded();
      if (!window.Plotly || !themes || !this.figure || !this.drawable()) return;
      const { data, layout, config } = this.dressed(themes);
      this.drawnSize = this.size();
      window.Plotly.react(this.plot, data, layout, config);
      const ranges = roomier(this.plot);
      if (Object.keys(ranges).length) window.Plotly.relayout(this.plot, ranges);
      this.tidy();
    }

    tidy() {
      if ((this.figure.data || []).some((trace) => trace.mode === "markers+text")) thinned(this.plot);
    }

    listen() {
      this.plot.on("plotly_click", ({ points }) => {
        const point = points && points[0];
        if (point) this.choose(point.curveNumber ?? 0, point.pointNumber ?? point.pointIndex);
      });
    }

    choose(curve, point) {
      const value = board.points.picked(this.figure, this.picks, curve, point);
      if (value !== null) this.hooks.choose(value);
    }

    // The keyboard ------------------------------------------------------------------------------

    walk(event) {
      const all = (this.points = this.points || board.points.points(this.figure, this.tongue()));
      if (/^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(event.key)) {
        event.preventDefault();
        this.at = board.points.step(all, this.at, event.key, this.down());
        if (this.at >= 0) this.tell(all[this.at]);
      } else if ((event.key === "Enter" || event.key === " ") && all[this.at]) {
        event.preventDefault();
        this.choose(all[this.at].curve, all[this.at].point);
      } else if (event.key === "Escape" && !this.readout.hidden) {
        event.stopPropagation();
        this.rest();
      }
    }

    tongue() {
      return this.hooks.language() === "zh" ? "zh-CN" : "en";
    }

    /** The key that leads to the next of lying bars: they begin below unless the axis is turned. */
    down() {
      const [first, last] = (this.drawn && this.plot._fullLayout.yaxis?.range) || [1, 0];
      return first > last ? "ArrowDown" : "ArrowUp";
    }

    tell(point) {
      this.readout.hidden = false;
      this.readout.textContent = point.text;
      if (point.flow || point.area || !this.drawn) return;
      window.Plotly.Fx.hover(this.plot, [{ curveNumber: point.curve, pointNumber: point.point }]);
    }

    rest() {
      this.readout.hidden = true;
      this.at = -1;
      if (this.drawn && this.plot._fullLayout._has("cartesian")) window.Plotly.Fx.unhover(this.plot);
    }

    expand(full) {
      this.full = full;
      if (this.figure) enqueue(this);
    }

    leave() {
      waiting.delete(this);
      this.sizes.disconnect();
      this.sight.disconnect();
      if (this.drawn) window.Plotly.purge(this.plot);
    }
  }

  board.chart = { Chart };
})(window.workbenchBoard);
