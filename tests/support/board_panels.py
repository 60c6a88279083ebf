"""Panels made by hand, one of each kind, for the board's tests.

Figures are simple ones; what the kit really draws is tested where it is made. Numbers come from
fixed formulas, so that pictures can be compared from one run to the next.
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
