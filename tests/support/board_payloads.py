"""Payloads of whole pages made by hand: every chart, every state, both languages."""

from __future__ import annotations

from typing import Any

import board_panels as made
from board_panels import COUNTIES, MONTHS, Json, panel, reason, said

from workbench.ui.words import board_words

# Panels that are not drawn ----------------------------------------------------------------------


def not_drawn(identity: str, state: str, title: str, language: str, **given: Any) -> Json:
    bare = {
        "provenance": {"rows": [], "caption": ""},
        "export": {"png": False, "csv": False, "why": ""},
    }
    empty = panel(identity, title, "bar", "third", language, state=state, **bare)
    return {**empty, **given}


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
            **made.bar("p7", language, span="third"),
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
            "default": given.get("value"),
            "told": None,
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
        for member in members:
            identity = f"p{len(panels)}"
            panels[identity] = {**member, "id": identity}
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
            "本页以 page:board_all 的授权取数：场景 industry_watch，共享方式统计结果，"
            "有效期至 2027-06-30。"
            "查看者 leader01 记入账本。",
            "This page asks with the grants of page:board_all: scenario industry_watch, "
            "sharing mode statistics, valid until 2027-06-30. "
            "The viewer, leader01, stands in the ledger.",
        ),
        "synthetic": True,
        "released_at": "2026-11-22T19:03:11+08:00",
        "early": False,
        "words": board_words("zh" if language == "zh" else "en"),
        "filters": filters(language),
        "sections": listed,
        "panels": panels,
    }
    return {**head, **given}


def everything(language: str = "zh") -> Json:
    """All charts and the long table."""
    first = [
        made.line("", language),
        made.area("", language),
        made.county_map("", language),
        made.ranked("", language),
    ]
    second = [made.scatter("", language), made.waterfall("", language), made.progress("", language)]
    third = [
        made.bar("", language),
        made.bar("", language, stacked=True),
        made.heat("", language),
        made.sankey("", language),
    ]
    sections = [
        ("", [made.cards(language)]),
        (
            said(language, "运行", "Running"),
            [*first[:3], made.signals("", language), first[3], *second[:2]],
        ),
        (
            said(language, "目录与共享", "Catalogue and sharing"),
            [*third, second[2], made.timeline("", language)],
        ),
        (said(language, "明细", "Details"), [made.table("", language)]),
    ]
    return page(language, sections)


def all_states(language: str = "zh") -> Json:
    return page(
        language, [("", states(language))], name="board_states", synthetic=False, filters=[]
    )


def only(*ids: str, language: str = "zh") -> Json:
    """``everything`` with these panels alone, under the ids that they have there."""
    whole = everything(language)
    sections = [
        {**section, "panels": [one for one in section["panels"] if one in ids]}
        for section in whole["sections"]
    ]
    return {
        **whole,
        "sections": [section for section in sections if section["panels"]],
        "panels": {one: whole["panels"][one] for one in ids},
    }
