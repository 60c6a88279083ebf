// Saving what a panel shows: the picture is composed here with its source printed below, the CSV is
// written by the kernel. Both are recorded before anything is handed over.
(function (board) {
  "use strict";
  const { h, download } = board.dom;
  const SCALE = 2;
  const EDGE = 24; // px around the picture
  const LEAST = 720; // px of width, so that a phone's picture can be read elsewhere

  const pending = new Map(); // request -> {panel, picture}
  let requests = 0;

  /** Lines of at most `width` px. Chinese may break anywhere, Latin words stay whole. */
  function wrapped(context, text, width) {
    const lines = [];
    for (const paragraph of String(text).split("\n")) {
      let line = "";
      for (const piece of paragraph.match(/[\x21-\u2e7f]+|\s+|[^\x21-\u2e7f\s]/g) || []) {
        if (line && context.measureText(line + piece).width > width) {
          lines.push(line.trimEnd());
          line = piece.trimStart();
        } else line += piece;
      }
      lines.push(line);
    }
    return lines;
  }

  const loaded = (address) =>
    new Promise((resolve, reject) => {
      const image = new Image();
      image.onload = () => resolve(image);
      image.onerror = () => reject(new Error("picture"));
      image.src = address;
    });

  /** What is written around the chart: [{text, size, weight, colour}] above and below. */
  function texts(page, panel, css) {
    const { title, unit, marks, note, approval, provenance } = panel;
    const said = [page.payload.title, unit ? page.say("Unit: {unit}", { unit }) : ""].filter(Boolean).join("　");
    const above = [{ text: title, size: 20, weight: 600, colour: css.text }, { text: said, size: 13, colour: css.muted }];
    if (marks.length) above.push({ text: marks.map((mark) => mark.text).join(" · "), size: 13, weight: 600, colour: css.warn });
    const ribbon = page.payload.synthetic ? page.say("Synthetic data: the figures of this page are made up and describe no real place or person") : "";
    const below = [ribbon, note, approval, provenance.caption].filter(Boolean).map((text) => ({ text, size: 12, colour: css.muted }));
    return { above, below };
  }

  function laid(context, blocks, width, family) {
    return blocks.flatMap(({ text, size, weight = 400, colour }) => {
      const font = `${weight} ${size}px ${family}`;
      context.font = font;
      return wrapped(context, text, width).map((line) => ({ line, font, colour, height: Math.round(size * 1.55) }));
    });
  }

  const heightOf = (lines) => lines.reduce((sum, { height }) => sum + height, 0);

  /** A canvas, at twice the size, of the panel's chart with its title and its source. */
  async function compose(page, view) {
    const [plotly, themes] = await Promise.all([board.theme.plotly(), board.theme.themes()]);
    const css = themes[page.theme].css;
    const width = Math.max(LEAST, Math.round(view.chart.plot.clientWidth));
    const height = Math.round(view.chart.plot.clientHeight);
    const { data, layout } = await view.chart.styled(width);
    const address = await plotly.toImage({ data, layout: { ...layout, width, height } }, { format: "png", width, height, scale: SCALE });
    const image = await loaded(address);

    const family = board.theme.FONTS[page.language];
    const canvas = h("canvas");
    const context = canvas.getContext("2d");
    const { above, below } = texts(page, view.panel, css);
    const top = laid(context, above, width, family);
    const bottom = laid(context, below, width, family);
    canvas.width = (width + 2 * EDGE) * SCALE;
    canvas.height = (heightOf(top) + heightOf(bottom) + height + 3 * EDGE) * SCALE;
    context.scale(SCALE, SCALE);
    context.fillStyle = css.panel;
    context.fillRect(0, 0, canvas.width, canvas.height);
    let y = write(context, top, EDGE);
    context.drawImage(image, EDGE, y + EDGE / 2, width, height);
    y += height + EDGE;
    context.fillStyle = css.line;
    context.fillRect(EDGE, y - 1, width, 1);
    write(context, bottom, y + EDGE / 3);
    return canvas;
  }

  function write(context, lines, from) {
    context.textBaseline = "middle";
    return lines.reduce((y, { line, font, colour, height }) => {
      Object.assign(context, { font, fillStyle: colour });
      context.fillText(line, EDGE, y + height / 2);
      return y + height;
    }, from);
  }

  /** Ask for the file of a panel, or say why there is none. */
  async function save(page, view, form) {
    const { panel } = view;
    if (!panel.export[form]) {
      page.voice.toast(panel.export.why || page.say("not allowed here"), "warn", page.say("Not saved"));
      return;
    }
    const request = `e${(requests += 1)}`;
    const message = { do: "export", panel: panel.id, request, form };
    page.voice.toast(page.say("Saving …"), "plain");
    try {
      if (form === "png") message.picture = (await compose(page, view)).toDataURL("image/png").split(",")[1];
    } catch (error) {
      console.error(error);
      page.voice.toast(page.say("The charts could not be loaded; the figures stand in the table"), "warn", page.say("Not saved"));
      return;
    }
    pending.set(request, message.picture);
    page.ask(message);
  }

  /** The kernel's answer: the file with what was recorded, or the reasons. */
  function answered(page, { request, ok, name, type, content, told, reasons }) {
    const picture = pending.get(request);
    pending.delete(request);
    if (!ok) {
      page.voice.refusal(page.say("Not saved"), reasons || []);
      return;
    }
    download(name, type, content || picture);
    page.voice.toast(told || "", "good", page.say("Saved: {name}", { name }));
  }

  board.export = { save, answered, compose, wrapped };
})(window.workbenchBoard);
