"""Findings as tables and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table

from workbench.cli.common import language, out, said, visible
from workbench.sharing.anomalies.closing import Right
from workbench.sharing.anomalies.rules import Rule
from workbench.sharing.anomalies.say import STATES, told
from workbench.store.anomalies import Finding


def facts(finding: Finding, rule: Rule | None) -> dict[str, Any]:
    """JSON values, with what it says in both languages."""
    values = {name: _plain(value) for name, value in finding.__dict__.items()}
    text = told(finding, rule)
    severity = rule.severity if rule is not None else None
    return {**values, "severity": severity, "told": {"zh": text.zh, "en": text.en}}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def print_list(found: Iterable[Finding], rules: Mapping[str, Rule]) -> None:
    table = Table(box=None)
    for title in (
        said("编号", "id"), said("状态", "state"), said("规则", "rule"),
        said("发现", "what was found"), said("案件", "case"), said("条目", "entries"),
    ):  # fmt: skip
        table.add_column(title, overflow="fold")
    for one in found:
        rule = rules.get(one.rule)
        title = one.rule if rule is None else rule.title.said(language())
        text = told(one, rule).said(language())
        seqs = ", ".join(map(str, one.evidence))
        state = STATES[one.state].said(language())
        cells = (one.id, state, title, text, one.case_id, seqs)
        table.add_row(*(visible(cell) for cell in cells))
    out().print(table)


def print_finding(one: Finding, rule: Rule | None) -> None:
    none = "—"
    lines = (
        (said("异常", "finding"), one.id),
        (said("发现", "found"), told(one, rule).said(language())),
        (said("窗口", "window"), f"{one.since} – {one.until}"),
        (said("依据（账本条目）", "evidence (entries)"), ", ".join(map(str, one.evidence)) or none),
        (said("授权", "grant"), one.grant_id or none),
        (said("案件", "case"), one.case_id or none),
        (said("整改通知", "rectification"), _ordered(one)),
        (said("状态", "state"), STATES[one.state].said(language())),
        (said("办结", "closed"), f"{one.closed_by} {one.reason}".strip() or none),
    )
    for name, value in lines:
        out().print(visible(f"{name}: {value}"))


def _ordered(one: Finding) -> str:
    if one.ordered:
        return said(f"案件第 {one.ordered} 步", f"step {one.ordered} of the case")
    return said("未通知", "not ordered")


def print_precision(found: Iterable[Right]) -> None:
    table = Table(box=None)
    for title in (
        said("规则", "rule"), said("月份", "month"), said("发现", "found"),
        said("确认", "confirmed"), said("已说明", "explained"), said("准确率", "precision"),
    ):  # fmt: skip
        table.add_column(title)
    for one in found:
        month = one.month or said("全部", "all")
        share = said("不适用", "n/a") if one.precision is None else f"{one.precision:.0%}"
        known = "" if one.month else str(one.found)
        table.add_row(one.rule, month, known, str(one.confirmed), str(one.explained), share)
    out().print(table)
