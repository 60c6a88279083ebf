// The field in which a file is chosen: its digest is worked out here and sent, the file is not.
(function (board) {
  "use strict";
  const { h } = board.dom;

  /** `held` is kept where the form is drawn anew: {name, digest, failed, work}. */
  function field(definition, held, id, given) {
    const { name, label, required: must } = definition;
    const { say } = given;
    const { hint, wrong, said } = given.described(id, definition, null);
    const now = held || { name: "", digest: "", failed: false, work: null };
    const input = h("input", { type: "file", id, name, "aria-describedby": `${said} ${id}-digest`, "aria-required": must ? "true" : null });
    const told = h("p", { class: "wb-digest", id: `${id}-digest`, role: "status" });
    const show = () => {
      told.textContent = now.work ? say("The digest is being worked out …")
        : now.failed ? say("The file could not be read")
          : now.digest ? `${now.name} · SHA-256 ${now.digest}` : "";
      told.hidden = !told.textContent;
    };
    const watch = () => now.work?.then(show);
    const take = (file) => {
      Object.assign(now, { name: file?.name || "", digest: "", failed: false });
      const work = file ? board.digest.digest(file).then((digest) => ({ digest }), () => ({ failed: true })) : null;
      // A file that was chosen later counts, whichever is done first.
      now.work = work && work.then((done) => {
        if (now.latest === work) Object.assign(now, done, { work: null });
      });
      now.latest = work;
      show();
      watch();
    };
    input.addEventListener("change", () => {
      take(input.files[0]);
      made.tell("");
      given.changed(name);
    });
    show();
    watch();
    const made = {
      name,
      label,
      element: h("div", { class: "wb-field wb-field-file" },
        h("div", { class: "wb-fieldname" }, h("label", { for: id }, label), given.required(definition, say)), hint, input, told, wrong),
      state: () => now,
      value: () => now.digest,
      problem() {
        if (now.work) return say("The digest is being worked out …");
        if (now.failed) return say("The file could not be read");
        return must && !now.digest ? say("To be filled in") : "";
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

  board.file = { field };
})(window.workbenchBoard);
