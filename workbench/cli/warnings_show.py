"""Alerts as tables: where they stand, on whom they are, how often rules were right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from workbench.cli.common import State, language, out, said, visible
from workbench.cli.findings import folded_table
from workbench.client.connection import Connection
from workbench.client.teaching import reason_parts
from workbench.errors import Language
from workbench.gateway.ruled import city_now

if TYPE_CHECKING:
    from workbench.warnings.life import Right

Json = dict[str, Any]


def right(state: State) -> list[Right]:
    """Of all alerts that are kept."""
    import polars as pl

    from workbench.cli.ingest_desk import Desk
    from workbench.cli.warnings_run import plan
    from workbench.warnings.kept import AREAS, ENTERPRISES, rows_of
    from workbench.warnings.life import outcomes, precision

    made = plan(state.layout.root, city_now(state))
    extracts, makes = Desk(state, made.city).extracts, made.setting.makes
    columns = ("alert_id", "rule", "raised")
    alerts = pl.concat(
        rows_of(extracts, name, schema).select(columns)
        for name, schema in ((makes.enterprises, ENTERPRISES), (makes.areas, AREAS))
    )
    became = dict(outcomes(state.store.procedures.all(), made.setting.procedure))
    return list(precision(alerts, became))


def print_precision(found: Iterable[Right]) -> None:
    heads = said(
        "规则 月份 预警 办结 属实 已说明 误报 准确率",
        "rule month raised closed confirmed explained false precision",
    )
    table = folded_table(*heads.split())
    for one in found:
        share = said("不适用", "n/a") if one.precision is None else f"{one.precision:.0%}"
        counts = (one.raised, one.closed, one.confirmed, one.harmless, one.false_alarms)
        month = one.month or said("全部", "all")
        table.add_row(one.rule, month, *map(str, counts), share)
    out().print(table)


def print_list(rows: Iterable[Json], spoken: Language) -> None:
    heads = said("编号 等级 规则 月份 处置部门 状态 期限", "id level rule month handler state due")
    table = folded_table(*heads.split())
    for row in rows:
        sealed = said("（密封）", "(sealed)")
        cells = (row["id"], row["level"], row["rule"] or sealed, row["month"], row["handler"])
        table.add_row(*cells, row["told"][spoken], str(row["due"] or "—"))
    out().print(table)


def one_alert(connection: Connection, alert: str) -> Json:
    """Its procedure, and on whom and why: ``rows``, the latest month first, or why not."""
    from workbench.ui.desks.alerts import looked_up

    procedure = dict(connection.procedures.get(alert))
    evidence = looked_up(connection, procedure)
    return {
        "procedure": procedure,
        "about": evidence.about,
        "rows": [dict(row) for row in evidence.rows],
        "refused": reason_parts(evidence.refused, language()) if evidence.refused else [],
        **({"watermark": evidence.watermark} if evidence.watermark else {}),
    }


def print_alert(found: Json, spoken: Language) -> None:
    """Where it stands, the alert month by month, and the records of the latest month."""
    from workbench.cli.procedure_show import print_procedure

    print_procedure(found["procedure"], spoken)
    for reason in found["refused"]:
        for text in reason.values():
            if text:
                out().print(visible(str(text)))
    for row in found["rows"]:
        out().print(visible("  ".join(f"{k}: {v}" for k, v in row.items() if k != "evidence")))
    if found["rows"]:
        _print_evidence(found["rows"][0])
    if found.get("watermark"):
        out().print(visible(str(found["watermark"])))


def _print_evidence(row: Mapping[str, Any]) -> None:
    from workbench.ui.desks.alert_evidence import read

    heads = said("依据 月份 数值 通常水平 预警起点", "record month value usual alert-below").split()
    table = folded_table(*heads)
    for course in read(row):
        for line in zip(course.months, course.values, course.usual, course.alarm, strict=True):
            month, *numbers = line
            table.add_row(course.name, month, *map(_plain, numbers))
    out().print(table)


def _plain(number: float | None) -> str:
    """Whole from a thousand on."""
    if number is None:
        return "—"
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"
