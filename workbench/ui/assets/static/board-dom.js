// Elements, icons, words and files: the small tools of the board. Texts become text nodes, never
// markup, so that no value of a table can act.
(function (board) {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";

  // Drawn on 16 × 16, one stroke.
  const ICONS = {
    source: "M4 1.5h5.5L13 5v9.5H4zM9.5 1.5V5H13M6 8.5h5M6 11h5",
    table: "M1.5 2.5h13v11h-13zM1.5 6h13M1.5 9.75h13M6 6v7.5",
    chart: "M2 1.5V14h12.5M5 11V8M8.3 11V4.5M11.6 11V6.5",
    full: "M6 2H2v4M10 2h4v4M6 14H2v-4M10 14h4v-4",
    less: "M2 6h4V2M14 6h-4V2M2 10h4v4M14 10h-4v4",
    picture: "M1.5 2.5h13v11h-13zM1.5 11.5l4-4 3 3 2-2 4 4M10.6 5.4h.8",
    csv: "M8 1.5v8.2M4.6 6.6 8 10l3.4-3.4M2 11.5v3h12v-3",
    info: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M8 7.2v4M8 4.6v.4",
    close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
    retry: "M13.5 8a5.5 5.5 0 1 1-1.8-4.1M13.5 1.5v3.2h-3.2",
    copy: "M5.5 5.5h8v9h-8zM10.5 5.5v-4h-8v9h3",
    earlier: "M10 3 5 8l5 5",
    later: "M6 3l5 5-5 5",
    light: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
    dark: "M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1z",
    wall: "M1.5 2.5h13v8.5h-13zM5 14h6M8 11v3",
  };

  /** An element. `on…` attributes are listeners; null, false and undefined attributes are left out. */
  function h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  }

  /** Names beside their texts, a pair in each row: [[name, text]]. */
  const pairs = (rows) =>
    h("dl", { class: "wb-pairs" }, rows.map(([name, text]) => h("div", {}, h("dt", {}, name), h("dd", {}, text))));

  function svg(attributes, paths) {
    const element = document.createElementNS(SVG, "svg");
    for (const [name, value] of Object.entries({ "aria-hidden": "true", ...attributes })) {
      element.setAttribute(name, value);
    }
    for (const one of paths) {
      const path = document.createElementNS(SVG, "path");
      for (const [name, value] of Object.entries(one)) path.setAttribute(name, value);
      element.append(path);
    }
    return element;
  }

  const icon = (name) => svg({ viewBox: "0 0 16 16", class: "wb-icon" }, [{ d: ICONS[name] }]);

  /** A button with an icon; its name is spoken and shown when pointed at. */
  function button(label, name, act, attributes = {}) {
    return h("button", { type: "button", class: "wb-button", "aria-label": label, title: label, onclick: act, ...attributes }, icon(name));
  }

  /** say(message, {name: value}) in the language of the payload; unknown words stay English. */
  function sayer(words) {
    return (message, values = {}) =>
      ((words && words[message]) || message).replace(/\{(\w+)\}/g, (all, key) => (key in values ? values[key] : all));
  }

  /** "2026-11-22T19:03:11+08:00" as "2026-11-22 19:03", in the time zone it was written in. */
  const clock = (moment) => String(moment || "").slice(0, 16).replace("T", " ");

  function debounced(act, milliseconds) {
    let timer = 0;
    return (...values) => {
      clearTimeout(timer);
      timer = setTimeout(() => act(...values), milliseconds);
    };
  }

  /** Offer base64 content as a file. */
  function download(name, type, content) {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const address = URL.createObjectURL(new Blob([bytes], { type }));
    const link = h("a", { href: address, download: name, hidden: true });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  /** Full screen where the browser has it, else over the page. Answers how to leave it. */
  function fullScreen(element, changed) {
    const native = Boolean(element.requestFullscreen) && document.fullscreenEnabled;
    const leave = () => {
      document.removeEventListener("fullscreenchange", watch);
      document.removeEventListener("keydown", escape, true);
      if (document.fullscreenElement === element) document.exitFullscreen();
      element.classList.remove("wb-full");
      changed(false);
    };
    const watch = () => document.fullscreenElement !== element && leave();
    const escape = (event) => event.key === "Escape" && !document.querySelector("dialog[open]") && leave();
    const enter = () => {
      element.classList.add("wb-full");
      document.addEventListener("keydown", escape, true);
      changed(true);
    };
    if (!native) enter();
    else {
      element.requestFullscreen().then(() => document.addEventListener("fullscreenchange", watch), () => {});
      enter();
    }
    return leave;
  }

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  /** What is drawn in parts, each drawn anew only where what it shows has changed. */
  class Parts {
    constructor() {
      this.kept = {};
    }

    changed(part, content, act) {
      const text = JSON.stringify(content);
      if (this.kept[part] === text) return;
      this.kept[part] = text;
      act();
    }
  }

  board.dom = { h, pairs, svg, icon, button, Parts, sayer, clock, debounced, download, fullScreen, calm };
})(window.workbenchBoard);
