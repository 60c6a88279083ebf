// The board of a page: everything a reader sees and does. This file is its entry and loads the
// others; it is plain JavaScript without a framework and without a build step.
//
//   workbenchBoard.early()                 draw the payload that came with the page (#workbench-early)
//   workbenchBoard.mount(element, host)    a living page; answers a promise of its view
//   workbenchBoard.ready                   a promise: all parts are loaded
//
// A host is {payload, send(message)}; a view has update(payload), receive(message),
// connection("connecting" | "live" | "lost") and leave(). See workbench/ui/assets/widget.js.
(function () {
  "use strict";
  const board = (window.workbenchBoard = window.workbenchBoard || {});
  if (board.ready) return;

  // Every word that a reader can see. The English is the key; payload.words holds the translation.
  const _ = (message) => message;
  const WORDS = [
    _("Connecting …"),
    _("Connected"),
    _("The connection is lost; the figures stand as of {time}"),
    _("No connection could be made; the figures are of {time}"),
    _("Reload"),
    _("Figures of {time}"),
    _("Being updated …"),
    _("Done as soon as the page is connected"),
    _("Skip to the content"),
    _("About this page"),
    _("Language"),
    _("Theme"),
    _("Light"),
    _("Dark"),
    _("Wall"),
    _("Full screen"),
    _("Leave full screen"),
    _("Close"),
    _("Filters"),
    _("Clear all filters"),
    _("Earlier"),
    _("Later"),
    _("The choices of this filter could not be asked for: {reason}"),
    _("Synthetic data: the figures of this page are made up and describe no real place or person"),
    _("Unit: {unit}"),
    _("Source"),
    _("Source of “{title}”"),
    _("Show as table"),
    _("Show as chart"),
    _("Save as picture"),
    _("Save as CSV"),
    _("Try again"),
    _("Copy"),
    _("Copied"),
    _("Draft of an application"),
    _("Why"),
    _("Rule"),
    _("Next step"),
    _("No data for this choice"),
    _("No data"),
    _("Not granted"),
    _("Withheld"),
    _("Expired"),
    _("For the moment unavailable"),
    _("This panel has a mistake"),
    _("Being asked for …"),
    _("Some figures are withheld"),
    _("no figure"),
    _("up"),
    _("down"),
    _("unchanged"),
    _("Exact figure: {exact}"),
    _("green"),
    _("yellow"),
    _("red"),
    _("blue"),
    _("light blue"),
    _("no signal"),
    _("Ledger entry {entry}"),
    _("Search"),
    _("{total} rows"),
    _("No row fits"),
    _("Rows {first} to {last} of {total}"),
    _("Sort by {column}"),
    _("chart"),
    _("Arrow keys walk the figures, Enter chooses, Escape leaves"),
    _("Chosen: {value}. Choose again to clear"),
    _("Choice cleared"),
    _("The charts could not be loaded; the figures stand in the table"),
    _("Saved: {name}"),
    _("Saving …"),
    _("Not saved"),
    _("This could not be done"),
    _("not allowed here"),
    _("All"),
    _(", "),
    _("Rows {first} to {last}"),
    _("Previous page"),
    _("Next page"),
    _("Back to the list"),
    _("What can be done"),
    _("Typed text is kept here"),
    _("This was changed meanwhile by somebody else"),
    _("Show it as it is now"),
    _("Close the form"),
    _("Discard what was typed"),
    _("required"),
    _("Choose …"),
    _("To be filled in"),
    _("Not written in full"),
    _("At most {most} characters; there are {count}"),
    _("Not sent yet. Look at: {names}"),
    _("Being sent …"),
    _("Being sent; this may take a while …"),
    _("There is no connection at present. What you typed stays here; send it once the page is connected again"),
    _("The connection broke before an answer came. What you typed stays here; sent again unchanged, it is done only once"),
    _("No answer has come yet. Sent again unchanged, it is done only once"),
    _("This step is not possible any more. What you typed stays here, to be copied"),
    _("Find a column"),
    _("Use"),
    _("Why it is needed"),
    _("Choose all"),
    _("Choose none"),
    _("{chosen} of {total} chosen"),
    _("The digest is being worked out …"),
    _("The file could not be read"),
  ];

  const PARTS = [
    ...["dom", "theme", "points", "chart", "table", "body", "outlook", "cells", "columns", "digest", "file", "field", "form", "item", "list"],
    ...["steps", "desk", "panel", "export", "voice", "filters", "address", "head", "paper", "page", "life"],
  ];
  const here = document.currentScript ? document.currentScript.src : "";
  const VISIT_MARKS = "workbench-board";

  /** The address of a file beside this one, with the same version. */
  board.asset = (name) => here.replace(/board\.js(?=$|\?)/, name);
  board.words = WORDS;
  board.mark = (name) => performance.mark(`${VISIT_MARKS}-${name}`);

  /** Add a script once; the order of calls is the order of running. */
  board.script = (address) =>
    new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.src = address;
      element.async = false;
      element.charset = "utf-8";
      element.onload = resolve;
      element.onerror = () => reject(new Error(address));
      document.head.append(element);
    });

  function style(name) {
    const links = [...document.querySelectorAll("link[rel=stylesheet]")];
    if (links.some((link) => link.href.split("?")[0].endsWith(`/${name}`))) return Promise.resolve();
    return new Promise((resolve) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = board.asset(name);
      link.onload = link.onerror = resolve;
      document.head.append(link);
    });
  }

  // A template may have put the parts into the page already: what is there is not loaded again.
  const part = (name) => (board[name] ? null : board.script(board.asset(`board-${name}.js`)));

  board.ready = Promise.all([...["board.css", "board-desk.css"].map(style), ...PARTS.map(part)]);
  board.early = () => board.ready.then(() => board.life.early());
  board.mount = (element, host) => board.ready.then(() => board.life.mount(element, host));
  board.open = (host) => board.ready.then(() => board.life.open(host));
})();
