"""Payloads of pages made by hand: every chart, every state, both languages. For the board's tests.

Figures are simple ones; what the kit really draws is tested where it is made. Numbers are made up
from fixed formulas, so that pictures can be compared from one run to the next.
"""

from __future__ import annotations

import math
from typing import Any

Json = dict[str, Any]

COUNTIES = (
    *("马尔康市", "汶川县", "理县", "茂县", "松潘县", "九寨沟县", "金川县", "小金县"),
    *("黑水县", "壤塘县", "阿坝县", "若尔盖县", "红原县"),
)
MONTHS = tuple(f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13))[:22]
ROWS = 100_000

ZH = {
    "Connecting …": "正在连接…",
    "Connected": "已连接",
    "The connection is lost; the figures stand as of {time}": "连接已断开，数据停留在 {time}",
    "No connection could be made; the figures are of {time}": "未能建立连接，数据为 {time} 的结果",
    "Reload": "重新加载",
    "Figures of {time}": "数据时间 {time}",
    "Being updated …": "正在更新…",
    "Done as soon as the page is connected": "连接建立后即执行",
    "Skip to the content": "跳到正文",
    "About this page": "本页说明",
    "Language": "语言",
    "Theme": "主题",
    "Light": "浅色",
    "Dark": "深色",
    "Wall": "大屏",
    "Full screen": "全屏",
    "Leave full screen": "退出全屏",
    "Close": "关闭",
    "Filters": "筛选",
    "Clear all filters": "清除筛选",
    "Earlier": "上一期",
    "Later": "下一期",
    "The choices of this filter could not be asked for: {reason}": "此筛选的选项未能取得：{reason}",
    "Synthetic data: the figures of this page are made up and describe no real place or person": (
        "合成数据：本页数字为演示而生成，不反映任何真实地区或个人"
    ),
    "Unit: {unit}": "单位：{unit}",
    "Source": "数据来源",
    "Source of “{title}”": "“{title}”的数据来源",
    "Show as table": "显示为表格",
    "Show as chart": "显示为图",
    "Save as picture": "保存为图片",
    "Save as CSV": "保存为 CSV",
    "Try again": "重试",
    "Copy": "复制",
    "Copied": "已复制",
    "Draft of an application": "申请草稿",
    "Why": "原因",
    "Rule": "依据",
    "Next step": "下一步",
    "No data for this choice": "所选范围没有数据",
    "Not granted": "未获授权",
    "Withheld": "不予公布",
    "Expired": "授权已到期",
    "For the moment unavailable": "暂时无法取数",
    "This panel has a mistake": "此图表框的定义有误",
    "Being asked for …": "正在取数…",
    "Some figures are withheld": "部分数值不予公布",
    "no figure": "没有数值",
    "up": "上升",
    "down": "下降",
    "unchanged": "持平",
    "Exact figure: {exact}": "精确值：{exact}",
    "green": "绿灯",
    "yellow": "黄灯",
    "red": "红灯",
    "no signal": "无信号",
    "Search": "搜索",
    "{total} rows": "共 {total} 行",
    "No row fits": "没有符合的行",
    "Rows {first} to {last} of {total}": "第 {first} 至 {last} 行，共 {total} 行",
    "Sort by {column}": "按{column}排序",
    "chart": "图表",
    "Arrow keys walk the figures, Enter chooses, Escape leaves": (
        "方向键逐点读数，回车键选定，Esc 键退出"
    ),
    "Chosen: {value}. Choose again to clear": "已选定：{value}。再选一次即取消",
    "Choice cleared": "已取消选定",
    "The charts could not be loaded; the figures stand in the table": (
        "图表程序未能加载，数值见下表"
    ),
    "Saved: {name}": "已保存：{name}",
    "Saving …": "正在保存…",
    "Not saved": "未保存",
    "This could not be done": "未能完成",
    "not allowed here": "此处不允许",
}
"""The board's words in Chinese: each message of board.js, as a test checks."""

EMPTY: Json = {
    "unit": "",
    "note": "",
    "marks": [],
    "reasons": [],
    "figure": None,
    "cards": None,
    "signals": None,
    "table": None,
    "picks": None,
    "summary": "",
    "data": None,
    "approval": "",
    "export": {"png": True, "csv": True, "why": ""},
}


def said(language: str, zh: str, en: str) -> str:
    return zh if language == "zh" else en


def provenance(language: str) -> Json:
    rows = (
        [
            ["提供单位", "阿坝州经济和信息化局、阿坝州统计局"],
            ["资源", "规模以上工业产值月报（output_monthly，第 3 版）"],
            ["数据日期", "2025-01 至 2026-10"],
            ["取得日期", "2026-11-20"],
            ["提取版本", "v17"],
            ["共享方式", "统计结果"],
            ["授权有效期", "2027-06-30"],
        ]
        if language == "zh"
        else [
            ["Providers", "Bureau of Economy and IT of Aba, Bureau of Statistics of Aba"],
            ["Resource", "Monthly output of larger industry (output_monthly, version 3)"],
            ["Data of", "2025-01 to 2026-10"],
            ["Obtained", "2026-11-20"],
            ["Extract version", "v17"],
            ["Sharing mode", "statistics"],
            ["Grant until", "2027-06-30"],
        ]
    )
    colon, stop = said(language, "：", ": "), said(language, "；", "; ")
    return {"rows": rows, "caption": stop.join(f"{label}{colon}{text}" for label, text in rows)}


def panel(identity: str, title: str, chart: str, span: str, language: str, **given: Any) -> Json:
    head = {"id": identity, "title": title, "chart": chart, "span": span, "state": "drawn"}
    return {**EMPTY, **head, "provenance": provenance(language), **given}


def reason(language: str, **given: str) -> Json:
    texts = {
        "what": said(
            language,
            "本页没有读取“规模以上工业产值月报”中“企业名称”一列的授权。",
            "This page has no grant to read the column “company” of the monthly output.",
        ),
        "why": said(
            language,
            "该列为有条件共享，授权 G-2026-014 不包括它。",
            "The column is shared on conditions, and grant G-2026-014 does not hold it.",
        ),
        "rule": said(
            language,
            "《政务数据共享条例》第十六条",
            "Regulations on Government Data Sharing, article 16",
        ),
        "next": said(
            language,
            "由页面负责人向州经济和信息化局申请，或从页面定义中去掉此列。",
            "The page's owner applies to the bureau, or takes the column out of the page.",
        ),
        "code": "not_granted",
        "draft": "",
    }
    return {**texts, **given}


def wave(i: int, base: float, swing: float, period: float = 6.0) -> float:
    return round(base + swing * math.sin(i / period * math.pi) + 0.4 * i, 1)


# Panels ------------------------------------------------------------------------------------------


def cards(language: str) -> Json:
    def t(zh: str, en: str) -> str:
        return said(language, zh, en)

    def one(label: str, value: str, unit: str, delta: Json | None, **given: Any) -> Json:
        spark = [wave(i, 40, 6) for i in range(22)]
        shown = {"label": label, "value": value, "unit": unit, "exact": "", "state": "drawn"}
        return {**shown, "why": "", "delta": delta, "spark": spark, **given}

    def delta(text: str, way: str, good: bool | None) -> Json:
        against = t("较上月", "on the month")
        return {"text": text, "direction": way, "good": good, "against": against}

    made = [
        one(
            t("目录条目", "Catalogue entries"),
            "12,486",
            t("条", ""),
            delta("+3.2%", "up", True),
        ),
        one(
            t("工业产值", "Industrial output"),
            t("86.4", "8,640"),
            t("亿元", "million yuan"),
            delta("−1.8%", "down", False),
            exact=t("8,640,215,300 元", "8,640,215,300 yuan"),
        ),
        one(
            t("按时更新率", "Updated on time"),
            "93.7%",
            "",
            delta("0.0", "flat", None),
            spark=[wave(i, 90, 2) if i not in (7, 8) else None for i in range(22)],
        ),
        one(
            t("企业平均工资", "Average wage"),
            "",
            "",
            None,
            state="withheld",
            spark=None,
            why=t("不足 3 家企业", "fewer than 3 companies"),
        ),
        one(
            t("用电量", "Electricity used"),
            "",
            "",
            None,
            state="missing",
            spark=None,
            why=t("10 月数据尚未报送", "October is not reported yet"),
        ),
    ]
    return panel("p0", t("总体情况", "At a glance"), "card", "full", language, cards=made)


def line(identity: str, language: str) -> Json:
    names = (
        ("工业", "建筑业", "服务业") if language == "zh" else ("Industry", "Building", "Services")
    )
    data = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": [f"{month}-01" for month in MONTHS],
            "y": [wave(i, 30 + 9 * k, 4 + k) for i in range(len(MONTHS))],
        }
        for k, name in enumerate(names)
    ]
    columns = [said(language, "月份", "Month"), *names]
    rows = [[m, *(f"{trace['y'][i]}" for trace in data)] for i, m in enumerate(MONTHS)]
    return panel(
        identity,
        said(language, "分行业产值走势", "Output by sector"),
        "line",
        "half",
        language,
        unit=said(language, "亿元", "100 million yuan"),
        figure={"data": data, "layout": {"xaxis": {"type": "date"}}},
        data={"columns": columns, "rows": rows},
        summary=said(language, "三个行业 22 个月的产值。", "Three sectors over 22 months."),
        marks=[
            {"kind": "preliminary", "text": said(language, "2026 年为初步数", "2026 preliminary")}
        ],
        note=said(language, "规模以上口径。", "Enterprises above the designated size."),
    )


def area(identity: str, language: str) -> Json:
    made = line(identity, language)
    for trace in made["figure"]["data"]:
        trace |= {"stackgroup": "one"}
    return {**made, "title": said(language, "产值构成", "Output, stacked"), "chart": "area"}


def bar(identity: str, language: str, *, stacked: bool = False, span: str = "half") -> Json:
    kinds = ("无条件", "有条件", "不予") if language == "zh" else ("open", "on request", "closed")
    departments = tuple(f"{name}局" for name in ("统计", "经信", "住建", "农业", "文旅", "交通"))
    values = [[round(40 + 17 * math.cos(i + k)) for i in range(6)] for k in range(3)]
    shown = range(3) if stacked else range(1)
    data = [
        {"type": "bar", "name": kinds[k], "x": list(departments), "y": values[k]} for k in shown
    ]
    if not stacked:
        data[0] |= {"text": [str(v) for v in values[0]], "textposition": "outside"}
        data[0] |= {"marker": {"color": "@accent"}}
    layout: Json = {"barmode": "stack" if stacked else "group", "showlegend": stacked}
    rows = [[d, *(str(values[k][i]) for k in shown)] for i, d in enumerate(departments)]
    return panel(
        identity,
        said(language, "各部门目录条目", "Entries by department"),
        "stacked_bar" if stacked else "bar",
        span,
        language,
        unit=said(language, "条", "entries"),
        figure={"data": data, "layout": layout},
        data={
            "columns": [said(language, "部门", "Department"), *(kinds[k] for k in shown)],
            "rows": rows,
        },
        summary=said(language, "六个部门。", "Six departments."),
        picks=None if stacked else {"filter": "department", "values": list(departments)},
    )


def ranked(identity: str, language: str) -> Json:
    values = sorted((round(wave(i, 20, 11, 3.1), 1) for i in range(len(COUNTIES))), reverse=True)
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": list(COUNTIES),
        "x": values,
        "text": [f"{value}" for value in values],
        "textposition": "outside",
        "marker": {"color": "@accent"},
    }
    layout = {"height": 24 * len(COUNTIES) + 60, "yaxis": {"autorange": "reversed"}}
    return panel(
        identity,
        said(language, "各县（市）产值排名", "Ranking of the counties"),
        "ranked_bar",
        "third",
        language,
        unit=said(language, "亿元", "100 million yuan"),
        figure={"data": [trace], "layout": layout},
        data={
            "columns": ["县", "产值"],
            "rows": [[c, str(v)] for c, v in zip(COUNTIES, values, strict=True)],
        },
        summary=said(language, "最高马尔康市。", "Most: Barkam."),
        picks={"filter": "county", "values": list(COUNTIES)},
    )


def heat(identity: str, language: str) -> Json:
    months = list(MONTHS[-12:])
    z = [[wave(i * 3 + j, 50, 20, 5) for j in range(12)] for i in range(len(COUNTIES))]
    z[4][3] = None  # type: ignore[call-overload]  # one figure is missing
    trace = {
        "type": "heatmap",
        "x": months,
        "y": list(COUNTIES),
        "z": z,
        "colorscale": "@sequential",
    }
    layout = {"xaxis": {"type": "category"}, "yaxis": {"autorange": "reversed"}, "height": 400}
    return panel(
        identity,
        said(language, "各县逐月更新率", "Updates by county and month"),
        "heat_map",
        "half",
        language,
        unit="%",
        figure={"data": [trace], "layout": layout},
        summary=said(language, "十三个县，十二个月。", "Thirteen counties, twelve months."),
    )


def scatter(identity: str, language: str) -> Json:
    x = [wave(i, 20, 12, 2.3) for i in range(13)]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": [round(v * 1.7 + 8 * math.sin(v), 1) for v in x],
        "hovertext": list(COUNTIES),
        "customdata": list(COUNTIES),
        "marker": {"size": 11, "color": "@series1"},
    }
    titles = {
        "xaxis": {"title": {"text": said(language, "投资（亿元）", "Investment")}},
        "yaxis": {"title": {"text": said(language, "产值（亿元）", "Output")}},
    }
    return panel(
        identity,
        said(language, "投资与产值", "Investment and output"),
        "scatter",
        "third",
        language,
        figure={"data": [trace], "layout": titles},
        summary=said(language, "十三个县。", "Thirteen counties."),
        picks={"filter": "county", "values": "customdata"},
    )


def waterfall(identity: str, language: str) -> Json:
    steps = ("上年", "工业", "建筑业", "服务业", "农业", "本年")
    trace = {
        "type": "waterfall",
        "x": list(steps),
        "measure": ["absolute", *["relative"] * 4, "total"],
        "y": [812, 64, -21, 38, 9, 0],
        "text": ["812", "+64", "−21", "+38", "+9", "902"],
        "textposition": "outside",
    }
    return panel(
        identity,
        said(language, "产值变动构成", "What changed"),
        "waterfall",
        "third",
        language,
        unit=said(language, "亿元", "100 million yuan"),
        figure={"data": [trace], "layout": {"showlegend": False}},
        summary=said(language, "由 812 至 902。", "From 812 to 902."),
    )


def progress(identity: str, language: str) -> Json:
    names = list(COUNTIES[:7])
    done = [88, 76, 71, 64, 61, 52, 47]
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "y": names,
            "x": [100] * 7,
            "marker": {"color": "@grid"},
            "hoverinfo": "skip",
        },
        {
            "type": "bar",
            "orientation": "h",
            "y": names,
            "x": done,
            "text": [f"{v}%" for v in done],
            "textposition": "inside",
            "marker": {"color": ["@accent" if v >= 60 else "@series1" for v in done]},
        },
    ]
    layout = {
        "barmode": "overlay",
        "showlegend": False,
        "yaxis": {"autorange": "reversed"},
        "xaxis": {"ticksuffix": "%"},
        "shapes": [
            {"type": "line", "x0": 60, "x1": 60, "y0": 0, "y1": 1, "yref": "paper"}
            | {"line": {"color": "@text", "width": 2, "dash": "dot"}}
        ],
    }
    return panel(
        identity,
        said(language, "项目进度（虚线为时间进度）", "Progress against schedule"),
        "progress",
        "third",
        language,
        figure={"data": data, "layout": layout},
        summary=said(language, "七个县。", "Seven counties."),
    )


def county_map(identity: str, language: str) -> Json:
    data: list[Json] = []
    for i, county in enumerate(COUNTIES):
        x, y = (i % 5) * 1.1 + (i // 5) * 0.3, -(i // 5) * 1.05
        shade = ("#b5d0ec", "#6fa3d8", "#2f6fb7")[i % 3]
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "fill": "toself",
                "name": county,
                "x": [x, x + 0.9, x + 1.1, x + 0.6, x + 0.1, x],
                "y": [y, y - 0.1, y + 0.6, y + 0.9, y + 0.7, y],
                "fillcolor": shade,
                "line": {"color": "@ground", "width": 1},
                "hoveron": "fills",
                "text": f"{county}：{10 + 3 * i} 亿元",
                "hoverinfo": "text",
                "customdata": [county],
            }
        )
    bare = {"visible": False}
    layout = {"xaxis": bare, "yaxis": {**bare, "scaleanchor": "x"}, "showlegend": False}
    return panel(
        identity,
        said(language, "各县产值分布", "Output by county"),
        "map",
        "half",
        language,
        figure={"data": data, "layout": layout},
        summary=said(language, "十三个县。", "Thirteen counties."),
        picks={"filter": "county", "values": "customdata"},
        approval=said(
            language,
            "示意图，不作为划界依据（样例边界，无审图号）",
            "Illustration, no evidence of any boundary (sample outline without a map number)",
        ),
        marks=[{"kind": "illustration", "text": said(language, "示意图", "illustration")}],
    )


def sankey(identity: str, language: str) -> Json:
    labels = ["统计局", "经信局", "住建局", "发改委", "财政局", "大数据局"]
    link = {
        "source": [0, 0, 1, 2, 2, 1],
        "target": [3, 4, 3, 5, 4, 5],
        "value": [12, 6, 9, 4, 7, 3],
    }
    trace = {"type": "sankey", "node": {"label": labels}, "link": link}
    return panel(
        identity,
        said(language, "部门间共享", "Who shares with whom"),
        "sankey",
        "half",
        language,
        unit=said(language, "项", "resources"),
        figure={"data": [trace], "layout": {}},
        summary=said(language, "六个部门。", "Six departments."),
    )


def timeline(identity: str, language: str) -> Json:
    days = ["2026-03-02", "2026-05-18", "2026-07-01", "2026-09-15", "2026-11-20"]
    texts = ["申请", "受理", "批准", "首次取数", "续期"]
    trace = {
        "type": "scatter",
        "mode": "markers+text",
        "x": days,
        "y": [0] * 5,
        "text": texts,
        "textposition": "top center",
        "marker": {"size": 13, "color": "@accent"},
    }
    return panel(
        identity,
        said(language, "授权办理过程", "Life of the grant"),
        "timeline",
        "full",
        language,
        figure={"data": [trace], "layout": {"yaxis": {"visible": False}, "height": 150}},
        summary=said(language, "五个节点。", "Five events."),
    )


def signals(identity: str, language: str) -> Json:
    columns = ["工业", "投资", "消费", "用电", "就业", "财政"]
    levels = ("green", "yellow", "green", "red", "grey", "green", "yellow")
    words = {"green": "正常", "yellow": "关注", "red": "预警", "grey": "无数据"}
    rows = [
        {
            "label": county,
            "cells": [
                {"level": (level := levels[(i * 3 + j * 2) % 7]), "text": words[level]}
                for j in range(len(columns))
            ],
        }
        for i, county in enumerate(COUNTIES[:8])
    ]
    return panel(
        identity,
        said(language, "运行监测信号灯", "Signal lights"),
        "signals",
        "half",
        language,
        signals={"columns": columns, "rows": rows},
        summary=said(language, "八个县。", "Eight counties."),
    )


COLUMNS = (
    ("id", "编号", True),
    ("title", "目录名称", False),
    ("department", "提供部门", False),
    ("frequency", "更新频率", False),
    ("updated", "最近更新", False),
    ("size", "数据量", True),
)


def table(identity: str, language: str, total: int = ROWS) -> Json:
    columns = [{"name": n, "label": label, "number": number} for n, label, number in COLUMNS]
    rows = [row(i) for i in range(min(60, total))]
    return panel(
        identity,
        said(language, "目录清单", "All entries"),
        "table",
        "full",
        language,
        table={"columns": columns, "total": total, "rows": rows, "search": True},
        summary=said(language, f"共 {total:,} 条。", f"{total:,} entries."),
    )


def row(i: int) -> list[str | None]:
    """Row ``i`` of the long table; ``HOST`` says the same in JavaScript."""
    return [
        f"{i + 1:,}",
        f"{COUNTIES[i % 13]}第{i + 1}号数据资源目录条目",
        COUNTIES[i % 7] + "统计局",
        ("每日", "每月", "每季", "每年")[i % 4],
        None if i % 11 == 0 else f"2026-{i % 12 + 1:02d}-{i % 28 + 1:02d}",
        f"{(i * 7919) % 100000:,}",
    ]


HOST = """
window.COUNTIES = %s;
window.hostRow = (i) => [
  (i + 1).toLocaleString("en"), `${COUNTIES[i %% 13]}第${i + 1}号数据资源目录条目`,
  COUNTIES[i %% 7] + "统计局", ["每日", "每月", "每季", "每年"][i %% 4],
  i %% 11 === 0 ? null : `2026-${String(i %% 12 + 1).padStart(2, "0")}-${String(i %% 28 + 1).padStart(2, "0")}`,
  ((i * 7919) %% 100000).toLocaleString("en"),
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
"""


def host_script() -> str:
    names = ", ".join(f'"{county}"' for county in COUNTIES)
    return HOST % f"[{names}]"


# Panels that are not drawn -------------------------------------------------------------------------


def not_drawn(identity: str, state: str, title: str, language: str, **given: Any) -> Json:
    bare = {
        "provenance": {"rows": [], "caption": ""},
        "export": {"png": False, "csv": False, "why": ""},
    }
    made = panel(identity, title, "bar", "third", language, state=state, reasons=[], **bare)
    return {**made, **given}


def states(language: str) -> list[Json]:
    def t(zh: str, en: str) -> str:
        return said(language, zh, en)

    draft = (
        "apply:\n  scenario: industry_watch\n  resource: output_monthly\n  columns: [company]\n"
        "  purpose: 按企业核对产值异常\n  until: 2027-06-30\n"
    )
    expired = reason(
        language,
        what=t("授权 G-2026-009 已于 2026-11-01 到期。", "Grant G-2026-009 ended on 2026-11-01."),
        why="",
        code="expired",
    )
    unavailable = reason(
        language,
        what=t("数据网关暂时没有应答。", "The gateway does not answer for the moment."),
        why=t("网关正在重新启动。", "It is being restarted."),
        rule="",
        next=t("稍后会自动重试；也可以点“重试”。", "It is asked again soon; or press “Try again”."),
        code="unavailable",
    )
    withheld = reason(
        language,
        what=t("结果涉及不足 3 家企业，全部不予公布。", "Fewer than 3 companies: all is withheld."),
        code="withheld",
    )
    wrong = reason(
        language,
        what=t(
            "页面文件 aba.yaml 第 31 行：没有 output2 一列。",
            "aba.yaml line 31: no column output2.",
        ),
        why="",
        rule="",
        next=t("请页面负责人改为 output。", "The page's owner writes output."),
        code="invalid_request",
    )
    return [
        not_drawn(
            "p0",
            "refused",
            t("企业明细", "Companies"),
            language,
            reasons=[reason(language, draft=draft)],
        ),
        not_drawn("p1", "withheld", t("小县工资", "Wages"), language, reasons=[withheld]),
        not_drawn("p2", "expired", t("用电量", "Electricity"), language, reasons=[expired]),
        not_drawn("p3", "unavailable", t("财政收入", "Revenue"), language, reasons=[unavailable]),
        not_drawn("p4", "wrong", t("产值对比", "Output"), language, reasons=[wrong]),
        not_drawn("p5", "empty", t("本月新增", "New this month"), language),
        not_drawn("p6", "waiting", t("投资进度", "Investment"), language),
        {
            **bar("p7", language, span="third"),
            "reasons": [withheld],
            "export": {
                "png": False,
                "csv": False,
                "why": t("共享方式为“查阅”，不允许导出。", "The mode is “view”: no export."),
            },
            "marks": [
                {"kind": "partly_withheld", "text": t("部分不予公布", "partly withheld")},
                {"kind": "stale", "text": t("数据已过期 12 天", "12 days late")},
                {"kind": "awaiting_sign_off", "text": t("待核签", "awaiting sign-off")},
            ],
            "picks": None,
        },
    ]


# Pages -------------------------------------------------------------------------------------------


def filters(language: str) -> list[Json]:
    def choice(identity: str, label: str, names: tuple[str, ...], **given: Any) -> Json:
        options = [{"value": name, "label": name} for name in names]
        made = {"id": identity, "label": label, "kind": "choice", "value": None}
        return {
            **made,
            "any": said(language, "全部", "All"),
            "options": options,
            "reason": None,
            **given,
        }

    departments = tuple(f"{name}局" for name in ("统计", "经信", "住建", "农业", "文旅", "交通"))
    return [
        choice("county", said(language, "县（市）", "County"), COUNTIES),
        choice("month", said(language, "月份", "Month"), MONTHS, kind="months", value="2026-10"),
        choice("department", said(language, "部门", "Department"), departments),
        choice("title", said(language, "名称含", "Title holds"), (), kind="text"),
    ]


def page(language: str, sections: list[tuple[str, list[Json]]], **given: Any) -> Json:
    """A payload; panels are numbered in the order of the sections."""
    panels: dict[str, Json] = {}
    listed = []
    for title, members in sections:
        ids = []
        for made in members:
            identity = f"p{len(panels)}"
            panels[identity] = {**made, "id": identity}
            ids.append(identity)
        listed.append({"title": title, "note": "", "panels": ids})
    head = {
        "language": language,
        "name": "board_all",
        "title": said(language, "阿坝州经济运行监测", "The economy of Aba"),
        "audience": said(
            language, "供州政府领导及各部门负责人使用", "For the leaders of the prefecture"
        ),
        "note": said(language, "每月 20 日更新。", "Updated on the 20th of each month."),
        "standing": said(
            language,
            "本页以 page:board_all 的授权取数：场景 industry_watch，共享方式统计结果，有效期至 2027-06-30。"
            "查看者 leader01 记入账本。",
            "This page asks with the grants of page:board_all: scenario industry_watch, mode statistics, "
            "valid until 2027-06-30. The viewer, leader01, stands in the ledger.",
        ),
        "synthetic": True,
        "released_at": "2026-11-22T19:03:11+08:00",
        "early": False,
        "words": ZH if language == "zh" else {},
        "filters": filters(language),
        "sections": listed,
        "panels": panels,
    }
    return {**head, **given}


def everything(language: str = "zh") -> Json:
    """All charts and the long table."""
    first = [line("", language), area("", language), county_map("", language), ranked("", language)]
    second = [scatter("", language), waterfall("", language), progress("", language)]
    third = [
        bar("", language),
        bar("", language, stacked=True),
        heat("", language),
        sankey("", language),
    ]
    sections = [
        ("", [cards(language)]),
        (
            said(language, "运行", "Running"),
            [*first[:3], signals("", language), first[3], *second[:2]],
        ),
        (
            said(language, "目录与共享", "Catalogue and sharing"),
            [*third, second[2], timeline("", language)],
        ),
        (said(language, "明细", "Details"), [table("", language)]),
    ]
    return page(language, sections)


def all_states(language: str = "zh") -> Json:
    return page(
        language, [("", states(language))], name="board_states", synthetic=False, filters=[]
    )
