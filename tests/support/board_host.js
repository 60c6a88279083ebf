// Plays the kernel in the board's tests: `row` of board_panels.py, and answers to messages.
const COUNTIES = [
  "马尔康市", "汶川县", "理县", "茂县", "松潘县", "九寨沟县", "金川县", "小金县", "黑水县", "壤塘县", "阿坝县",
  "若尔盖县", "红原县",
];
window.hostRow = (i) => [
  (i + 1).toLocaleString("en"), `${COUNTIES[i % 13]}第${i + 1}号数据资源目录条目`,
  COUNTIES[i % 7] + "统计局", ["每日", "每月", "每季", "每年"][i % 4],
  i % 11 === 0 ? null : `2026-${String(i % 12 + 1).padStart(2, "0")}-${String(i % 28 + 1).padStart(2, "0")}`,
  ((i * 7919) % 100000).toLocaleString("en"),
];
// Plays the kernel: answers rows and exports a little later, and remembers what it was asked.
window.makeHost = (payload) => {
  const host = { payload, sent: [], view: null };
  const rows = ({ panel, request, offset, limit, sort, search }) => {
    const found = search ? 7 : payload.panels[panel].table.total;
    const at = (i) => (sort && sort[1] === "desc" ? found - 1 - i : i);
    const last = Math.min(found, offset + limit);
    return { did: "rows", panel, request, ok: true, total: found,
      rows: Array.from({ length: Math.max(0, last - offset) }, (_, i) => window.hostRow(at(offset + i))) };
  };
  const exported = ({ panel, request, form }) => ({
    did: "export", panel, request, ok: true, name: `${panel}.${form}`, type: form === "png" ? "image/png" : "text/csv",
    content: form === "png" ? null : btoa("a,b"), told: "已记入账本第 57 号", reasons: [] });
  host.send = (message) => {
    host.sent.push(message);
    const answer = { rows, export: exported }[message.do];
    if (answer) setTimeout(() => host.view.receive(answer(message)), 15);
  };
  return host;
};
// A model as anywidget hands it over, with the kernel that its widget manager holds.
window.makeModel = (payload) => {
  const { panels, ...page } = payload;
  const traits = { page, count: Object.keys(panels).length };
  Object.values(panels).forEach((panel, i) => { traits[`panel_${i}`] = panel; });
  const heard = {};
  const signal = () => {
    const slots = new Set();
    return { connect: (f) => slots.add(f), disconnect: (f) => slots.delete(f), emit: () => slots.forEach((f) => f()) };
  };
  const kernel = { id: "1", status: "idle", connectionStatus: "connected", serverSettings: { baseUrl: "/" },
    connectionStatusChanged: signal(), statusChanged: signal(), disposed: signal() };
  return { sent: [], kernel, widget_manager: { kernel }, get: (name) => traits[name],
    send(message) { this.sent.push(message); },
    on(name, act) { (heard[name] = heard[name] || []).push(act); },
    tell(name, ...values) { (heard[name] || []).forEach((act) => act(...values)); },
    change(changes) { Object.assign(traits, changes); this.tell("change"); } };
};
