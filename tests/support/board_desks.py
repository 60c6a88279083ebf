"""A desk made by hand for the board's tests: its list, an item, and forms of every kind of field.

``world`` is what ``board_desk_host.js`` plays the kernel with. What the real desks say is tested
where they are made.
"""

from __future__ import annotations

from typing import Any

import board_payloads
from board_panels import Json, panel, reason, said

ROWS, LIMIT = 137, 50
DEPARTMENTS = ("统计局", "经济和信息化局", "住房和城乡建设局", "市场监督管理局", "税务局")
STATES = (
    ("under_review", "审核中", "Under review", ""),
    ("returned", "已退回补正", "Returned", "due"),
    ("active", "已生效", "In force", "good"),
    ("rectifying", "限期整改，已逾期 3 日", "To be rectified, 3 days late", "late"),
    ("ended", "已终止", "Ended", "off"),
)
COLUMNS = 60
LONG = (
    "因承担全州规模以上工业企业增值税留抵退税政策落实情况的月度监测，"
    "需要逐户核对纳税申报与产值报表。"
) * 6


def cell(text: str, tone: str = "", hint: str = "", share: float | None = None) -> Json:
    return {"text": text, "tone": tone, "hint": hint, "share": share}


def field(name: str, label: str, kind: str = "text", value: Any = "", **given: Any) -> Json:
    bare = {"hint": "", "required": False, "options": [], "most": 0}
    return {"name": name, "label": label, "kind": kind, "value": value, **bare, **given}


def form(event: str, label: str, fields: list[Json], **given: Any) -> Json:
    bare = {"tone": "", "what": "", "submit": label, "slow": False, "seen": 3}
    return {"event": event, "label": label, "fields": fields, **bare, **given}


def row(i: int, language: str) -> Json:
    """The i-th case of the world; every eleventh has a text of 300 letters."""
    state, zh, en, tone = STATES[i % 5]
    purpose = said(language, "核对产值与申报是否一致", "Comparing output with tax returns")
    share = (i * 37 % 101) / 100
    return {
        "id": f"C-2026-{i + 1:04d}",
        "version": 3,
        "tone": tone if tone == "late" else "",
        "cells": {
            "case": cell(f"C-2026-{i + 1:04d}", hint=said(language, "产值月报", "Monthly output")),
            "state": {**cell(said(language, zh, en), tone), "state": state},
            "department": cell(f"阿坝州{DEPARTMENTS[i % len(DEPARTMENTS)]}"),
            "resource": cell(("output_monthly", "vat_return", "enterprise_register")[i % 3]),
            "purpose": cell(LONG[:300] if i % 11 == 3 else purpose),
            "due": cell(f"2026-12-{i % 28 + 1:02d}", "due" if i % 5 == 0 else ""),
            "used": cell(f"{share:.0%}", "", "", share),
            "queries": cell(f"{i * 7919 % 10_000:,}"),
        },
    }


def columns_field(language: str, count: int = COLUMNS) -> Json:
    uses = [
        {"value": use, "label": said(language, zh, en)}
        for use, zh, en in (
            ("value", "取值", "the value"),
            ("statistics", "仅统计", "in statistics"),
            ("compare", "仅比对", "to compare"),
        )
    ]
    value = [
        {
            "name": f"column_{i + 1:02d}",
            "label": said(language, f"第 {i + 1} 号数据项", f"Column number {i + 1}"),
            "note": said(language, "场景用途未列出此项", "the purpose does not list it")
            if i % 7 == 2
            else "",
            "chosen": i < 3,
            "use": "value",
            "uses": uses if i % 9 != 8 else [],
            "argument": "",
            "argued": i % 7 == 2,
        }
        for i in range(count)
    ]
    label = said(language, "数据项", "Columns")
    hint = said(language, "只申请履职必需的数据项。", "The least that the duty needs.")
    return field("columns", label, "columns", value, required=True, hint=hint)


def fields(language: str, count: int = COLUMNS) -> list[Json]:
    """One of each kind."""

    def t(zh: str, en: str) -> str:
        return said(language, zh, en)

    modes = [
        {"value": "obtain", "label": t("获取", "obtain")},
        {"value": "statistics", "label": t("统计结果", "statistics")},
    ]
    return [
        field("title", t("名称", "Title"), required=True, most=40),
        field("mode", t("共享方式", "Sharing mode"), "choice", required=True, options=modes),
        field("until", t("截止日期", "Until"), "day", "2027-06-30", required=True),
        field("days", t("工作日数", "Working days"), "number", 10),
        field(
            "reason",
            t("申请理由", "Reason"),
            "lines",
            required=True,
            most=200,
            hint=t(
                "写明履行哪一项职责、需要核对什么，以及不用这些数据为何办不到。",
                "Which duty it is for, what is compared, and why it cannot be done without.",
            ),
        ),
        field("rows", t("行范围", "Rows"), "code", '[{"column": "county",\n  "op": "="}]'),
        columns_field(language, count),
    ]


def actions(language: str) -> list[Json]:
    """Eight steps of an item; the last two are not to be taken lightly."""

    def t(zh: str, en: str) -> str:
        return said(language, zh, en)

    why = field("reason", t("理由", "Reason"), "lines", required=True, most=4000)
    basis = field("basis", t("依据", "Basis"), hint=t("法规条款或文件", "An article or document"))
    plain = [
        ("supply", t("确认已供数", "Supplied")),
        ("narrow", t("缩小授权范围", "Make it smaller")),
        ("notify", t("要求限期整改", "Order rectification")),
        ("escalate", t("提请上级裁定", "Bring it one step up")),
        ("uniqueness", t("测算可识别程度", "Count how far they can be told apart")),
    ]
    return [
        form("approve", t("批准", "Approve"), fields(language), tone="primary"),
        *(form(event, label, [why, basis], slow=event == "uniqueness") for event, label in plain),
        form("suspend", t("暂停授权", "Suspend"), [why], tone="danger"),
        form(
            "revoke",
            t("撤销授权", "Revoke"),
            [why, basis],
            tone="danger",
            what=t(
                "依据该授权的查询立即停止，且不能恢复。",
                "Queries under this grant stop at once, and for good.",
            ),
        ),
    ]


def item(language: str) -> Json:
    """What the host shows of every row; its id, title and version it sets itself."""

    def t(zh: str, en: str) -> str:
        return said(language, zh, en)

    facts = [
        (t("申请部门", "Applies"), t("阿坝州统计局（officer01）", "Statistics (officer01)"), ""),
        (t("提供部门", "Provides"), t("阿坝州税务局", "Tax office"), ""),
        (t("应用场景", "Scenario"), "industry_watch", ""),
        (t("办结期限", "Due"), "2026-12-03", t("第十九条，还有 3 个工作日", "article 19")),
        (t("共享方式", "Sharing mode"), t("统计结果", "statistics"), ""),
        (t("申请理由", "What for"), LONG[:300], ""),
    ]
    asked = [
        {
            "name": cell(f"column_{i + 1:02d}"),
            "asked": cell(t("取值", "the value")),
            "granted": cell(t("仅统计", "in statistics"), "good")
            if i % 3
            else cell(t("不予", "no"), "off"),
            "remark": cell(t("用途未列出", "not in the purpose"), "due") if i == 2 else cell(""),
        }
        for i in range(6)
    ]
    steps = [
        {
            "when": cell("2026-11-20 09:12"),
            "what": cell(t("提出申请", "Applied")),
            "who": cell("officer01"),
            "why": cell(LONG[:120]),
        },
        {
            "when": cell("2026-11-21 15:40"),
            "what": cell(t("退回补正", "Returned"), "due"),
            "who": cell(t("税务局 reviewer02", "Tax office, reviewer02")),
            "why": cell(t("请写明履职依据。", "State the duty that it rests on.")),
        },
        {
            "when": cell("2026-11-23 10:05"),
            "what": cell(t("重新提交", "Brought forward again"), "good"),
            "who": cell("officer01"),
            "why": cell(""),
        },
    ]
    keys = ("name", "asked", "granted", "remark")
    heads = (
        t("数据项", "Column"),
        t("申请", "Asked for"),
        t("批准", "Granted"),
        t("备注", "Remark"),
    )
    blocks = [
        {
            "title": t("数据项", "Columns"),
            "note": t("弱于申请的使用方式已建议。", "A weaker use that would do is proposed."),
            "kind": "table",
            "columns": [
                {"key": key, "label": label} for key, label in zip(keys, heads, strict=True)
            ],
            "rows": asked,
        },
        {
            "title": t("行范围", "Rows"),
            "note": "",
            "kind": "lines",
            "columns": [{"key": "text", "label": ""}],
            "rows": [{"text": cell("county = 茂县")}, {"text": cell("month >= 2026-01")}],
        },
        {
            "title": t("办理经过", "Steps"),
            "note": "",
            "kind": "steps",
            "columns": [],
            "rows": steps,
        },
    ]
    return {
        "title": "",
        "state": cell(t("审核中", "Under review"), "due"),
        "facts": [{"label": a, "value": b, "hint": c} for a, b, c in facts],
        "blocks": blocks,
        "actions": actions(language),
    }


def desk(language: str, rows: list[Json]) -> Json:
    """The first page of a list of ``rows``."""

    def t(zh: str, en: str) -> str:
        return said(language, zh, en)

    columns = [
        ("case", t("案件", "Case"), "text"),
        ("state", t("状态", "State"), "text"),
        ("department", t("申请部门", "Applies"), "text"),
        ("resource", t("资源", "Resource"), "text"),
        ("purpose", t("用途", "What for"), "text"),
        ("due", t("期限", "Due"), "text"),
        ("used", t("使用率", "Used"), "bar"),
        ("queries", t("查询次数", "Queries"), "number"),
    ]
    states = [{"value": state, "label": t(zh, en)} for state, zh, en, _ in STATES]
    orders = [
        {"value": "new", "label": t("最近优先", "Newest first")},
        {"value": "due", "label": t("期限优先", "Due first")},
    ]
    none = {"options": []}
    start = form(
        "start",
        t("申请共享数据", "Apply for data"),
        [field("resource", t("资源", "Resource"), required=True)],
        tone="primary",
        submit=t("起草", "Draft"),
        seen=0,
    )
    return {
        "figures": [
            {"label": t("待办", "Open"), "value": "28", "tone": ""},
            {"label": t("2 日内到期", "Due in 2 days"), "value": "5", "tone": "due"},
            {"label": t("已逾期", "Overdue"), "value": "3", "tone": "late"},
            {"label": t("已生效", "In force"), "value": "41", "tone": "good"},
        ],
        "filters": [
            {"key": "state", "label": t("状态", "State"), "kind": "choice", "value": ""}
            | {"options": states},
            {"key": "order", "label": t("排序", "Order"), "kind": "choice", "value": "new"}
            | {"options": orders},
            {"key": "who", "label": t("部门含", "Department"), "kind": "text", "value": ""} | none,
            {"key": "since", "label": t("自", "From"), "kind": "day", "value": ""} | none,
        ],
        "columns": [{"key": key, "label": label, "kind": kind} for key, label, kind in columns],
        "rows": rows[:LIMIT],
        "total": len(rows),
        "offset": 0,
        "limit": LIMIT,
        "actions": [start],
        "empty": t("没有符合条件的案件。", "No case stands here."),
    }


def world(language: str, count: int = ROWS) -> Json:
    """All that the host answers with, in one language."""
    rows = [row(i, language) for i in range(count)]
    draft = form(
        "apply",
        said(language, "申请书", "The application"),
        fields(language),
        tone="primary",
        submit=said(language, "提交申请", "Apply"),
        what=said(language, "由本部门经办人提交。", "An officer of your department applies."),
        seen=0,
    )
    told = said(language, "已办理，记入账本第 57 号", "Done, entry 57 of the ledger")
    codes = ("not_granted", "expired", "invalid_request")
    return {
        "desk": desk(language, rows),
        "rows": rows,
        "item": item(language),
        "draft": draft,
        "told": told,
        "reasons": [reason(language, code=code) for code in codes],
    }


def page(language: str = "zh", count: int = ROWS, **given: Any) -> Json:
    """A page of one desk, ``p0``; ``given`` are keys of the desk."""
    made = panel("p0", said(language, "共享申请", "Cases"), "desk", "full", language)
    bare = {"png": False, "csv": False, "why": ""}
    shown = {**made, "desk": {**world(language, count)["desk"], **given}, "export": bare}
    return board_payloads.page(
        language,
        [("", [shown])],
        name="board_desk",
        title=said(language, "共享办理台", "The sharing desk"),
        audience=said(language, "供各部门经办人使用", "For the officers of departments"),
        filters=[],
    )
