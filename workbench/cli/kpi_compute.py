"""What ``workbench kpi compute`` asks of the gateway, and how it shows the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from workbench.cli.common import language, out, said
from workbench.cli.findings import folded_table
from workbench.client.connection import Connection
from workbench.declared.findings import suggest
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.kpi import statements
from workbench.kpi.definition import Figure, Form, Kpi


@dataclass(frozen=True)
class Wanted:
    """``by``: groups; ``items``: what is behind the figure in its place; ``as_of`` None: all that
    was delivered; ``every``: no KPI was named, so that one whose data never came is told as left
    out and keeps the others from nobody."""

    by: tuple[str, ...] = ()
    items: bool = False
    as_of: date | None = None
    every: bool = False


def computed(kpi: Kpi, why: Text | None, wanted: Wanted, connection: Connection) -> dict[str, Any]:
    """The KPI with its rows; none of one that is left out. Raises as any statement does."""
    told: dict[str, Any] = {
        "kpi": kpi.id,
        "title": kpi.title.model_dump(),
        "form": kpi.form.value,
        "unit": kpi.unit.model_dump(),
        "left_out": {"zh": why.zh, "en": why.en} if why is not None else None,
        "rows": [],
    }
    if why is not None:
        return told
    _known_groups(kpi, wanted)
    sql = (
        statements.drill(kpi, wanted.as_of)
        if wanted.items
        else statements.figure(kpi, wanted.as_of, wanted.by)
    )
    try:
        answer = connection.sql(sql, scenario=kpi.scenario).arrow().to_pylist()
    except WorkbenchError as error:
        if not wanted.every or error.code is not Code.extract_missing:
            raise
        told_why = error.reasons[0].what
        return told | {"left_out": {"zh": told_why.zh, "en": told_why.en}}
    rows = [{name: _plain(value) for name, value in row.items()} for row in answer]
    if not wanted.items:
        for row in rows:
            row["applicable"] = _applies(kpi, row)
    return told | {"rows": rows}


def _known_groups(kpi: Kpi, wanted: Wanted) -> None:
    """Raises InvalidInput for a group that the KPI does not have."""
    known = ("department", "day", *kpi.groups)
    for name in wanted.by:
        if name not in known:
            raise simple(
                Code.invalid_request,
                f"指标 {kpi.id} 不能按 {name} 分组。",
                f"The KPI {kpi.id} has no group {name}.",
                next=suggest(name, known),
                subject=kpi.id,
            )


def print_computed(found: Sequence[Mapping[str, Any]]) -> None:
    table = folded_table(said("指标", "KPI"), said("分组", "group"), said("数", "figure"))
    for one in found:
        title = one["title"][language()]
        if one["left_out"]:
            table.add_row(title, "", one["left_out"][language()])
        for row in one["rows"]:
            group = ", ".join(str(row[name]) for name in row if name not in _FIGURES)
            table.add_row(title, group, _shown(one, row) if "value" in row else "")
    out().print(table)


def _applies(kpi: Kpi, row: Mapping[str, Any]) -> bool:
    """A total of nothing is none; a ratio or a median of nothing does not apply. What stood on a
    day is known of the delivered day alone."""
    return row["value"] is not None and (kpi.figure is not Figure.total or row["count"] > 0)


def _shown(one: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    if not row["applicable"]:
        return said("不适用", "not applicable")
    value = row["value"]
    if one["form"] == Form.share.value:
        return f"{value * 100:.1f} %"
    unit = one["unit"][language()]
    return f"{value:,.0f} {unit}" if one["form"] == Form.count.value else f"{value:,.1f} {unit}"


_FIGURES = frozenset({"numerator", "denominator", "value", "count", "applicable", "amount"})


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
