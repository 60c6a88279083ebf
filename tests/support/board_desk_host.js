// Plays the kernel of a desk: lists, items and steps of `world` (board_desks.py), by language. A
// command is done once for its key. `desk.away` keeps answers back until `desk.answer()`,
// `desk.refuses` refuses steps, `desk.touch(id)` is somebody else who changes an item meanwhile.
window.playDesk = (worlds, language) => {
  const versions = {};
  const waiting = [];
  const desk = { language, away: false, refuses: false, conflict: false, done: {} };
  const world = () => worlds[desk.language];
  const versionOf = (id) => versions[id] || 3;
  const rowsOf = () => world().rows.map((row) => ({ ...row, version: versionOf(row.id) }));
  const fits = ({ cells }, { state, who }) =>
    (!state || cells.state.state === state) && (!who || cells.department.text.includes(who));
  const item = (id) => {
    const version = versionOf(id);
    const actions = world().item.actions.map((form) => ({ ...form, seen: version }));
    return { ...world().item, id, version, title: `${id} · v${version}`, actions };
  };
  desk.list = ({ offset = 0, filters = {} } = {}) => {
    const found = rowsOf().filter((row) => fits(row, filters));
    const { limit, filters: declared } = world().desk;
    const valued = declared.map((one) => ({ ...one, value: filters[one.key] || (one.key === "order" ? "new" : "") }));
    return { ...world().desk, filters: valued, rows: found.slice(offset, offset + limit), total: found.length, offset };
  };
  desk.touch = (id) => { versions[id] = versionOf(id) + 1; };
  const no = (reasons, more = {}) => ({ ok: false, reasons, ...more });
  const act = ({ id, event, seen, values, key }) => {
    if (desk.refuses) return no(world().reasons);
    if (event === "start") return { ok: true, told: "", item: null, desk: desk.list(), form: world().draft, download: null };
    if (id && seen !== versionOf(id)) return no(world().reasons.slice(0, 1), { item: item(id) });
    const made = id || "C-2026-0001";
    if (!desk.done[key]) desk.touch(made);
    desk.done[key] = values;
    const download = event === "uniqueness" ? { name: "count.csv", type: "text/csv", content: btoa("a,b") } : null;
    return { ok: true, told: world().told, item: item(made), desk: desk.list(), form: null, download };
  };
  const does = {
    desk_list: (message) => ({ ok: true, desk: desk.list(message) }),
    desk_item: ({ id }) => (id === "gone" ? no(world().reasons.slice(0, 1)) : { ok: true, item: item(id) }),
    desk_act: act,
  };
  host.send = (message) => {
    host.sent.push(message);
    if (!does[message.do]) return;
    const tell = () => host.view.receive({ did: message.do, panel: message.panel, request: message.request, reasons: [], ...does[message.do](message) });
    if (desk.away) waiting.push(tell);
    else setTimeout(tell, 10);
  };
  desk.answer = () => { desk.away = false; waiting.splice(0).forEach((tell) => tell()); };
  desk.waiting = () => waiting.length;
  desk.lose = () => waiting.splice(0).map((tell) => tell);
  window.desk = desk;
};
