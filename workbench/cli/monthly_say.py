"""What was done of the month and how it stands: as tables, and as data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from workbench.cli.common import language, out, said
from workbench.cli.findings import folded_table
from workbench.cli.monthly_plan import Look, Standing
from workbench.cli.monthly_run import Made, Outcome
from workbench.cli.monthly_steps import Missing
from workbench.errors import Text

STANDINGS = {
    Standing.done: Text("已完成", "done"),
    Standing.ready: Text("可以办理", "can be done"),
    Standing.lacking: Text("等数据", "waits for data"),
    Standing.not_begun: Text("尚未开始", "not begun"),
    Standing.not_yet: Text("未到日期", "not due yet"),
}


def print_outcome(found: Outcome) -> None:
    """What was done, then how each step stands, then the deliveries that are waited for."""
    for made in found.made:
        out().print(_made(made))
    heads = said("步骤 状态 数据到 等待的月份 缺", "step standing reached waits-for lacks").split()
    table = folded_table(*heads)
    for look in found.looks:
        table.add_row(
            look.step.name, STANDINGS[look.standing].said(language()), _month(look.reached),
            _month(look.waits), " ".join(look.lacks),
        )  # fmt: skip
    out().print(table)
    if any(look.standing is Standing.not_begun for look in found.looks):
        out().print(_begin())
    for one in found.missing:
        out().print(_missing(one))


def as_data(found: Outcome) -> dict[str, Any]:
    """The same for a program."""
    return {
        "made": [_made_data(made) for made in found.made],
        "steps": [_look_data(look) for look in found.looks],
        "missing": [
            {
                "resource": one.resource,
                "provider": one.provider,
                "reaches": _day(one.reaches),
                "due": _day(one.due),
                "late_since": _day(one.late),
            }
            for one in found.missing
        ],
    }


def _made_data(made: Made) -> dict[str, Any]:
    return {
        "step": made.step.name,
        "months": _months(made.months),
        "case": made.case,
        "opened": made.opened,
        "climbed": made.climbed,
        "refused": [one.to_dict() for one in made.refused],
    }


def _look_data(look: Look) -> dict[str, Any]:
    return {
        "step": look.step.name,
        "standing": look.standing.value,
        "reached": _day(look.reached),
        "months": _months(look.months),
        "waits": _month(look.waits) or None,
        "lacks": list(look.lacks),
    }


def _made(made: Made) -> str:
    what = [", ".join(_months(made.months))] if made.months else []
    if made.opened or made.climbed:
        what.append(
            said(
                f"新立事项 {made.opened}，期限提前 {made.climbed}",
                f"{made.opened} procedures opened, {made.climbed} deadlines nearer",
            )
        )
    what += [made.case] if made.case else []
    what += [reason.what.said(language()) for reason in made.refused]
    return f"  {made.step.name}: {'; '.join(what)}"


def _missing(one: Missing) -> str:
    reaches = _day(one.reaches) or said("从未交付", "nothing")
    late = one.late is not None
    return said(
        f"  缺 {one.resource}（{one.provider}）：现有数据到 {reaches}"
        + (f"，应于 {_day(one.due)} 前交付" if one.due else "")
        + (f"，自 {_day(one.late)} 起逾期" if late else ""),
        f"  {one.resource} ({one.provider}) is missing: there is {reaches}"
        + (f", due by {_day(one.due)}" if one.due else "")
        + (f", late since {_day(one.late)}" if late else ""),
    )


def _begin() -> str:
    return said(
        "尚未开始的步骤不会自动开始：先手工运行一次（libraries run、analysis run、warnings run），"
        "或者在 monthly_run.yaml 写明 first。",
        "What is not begun does not begin by itself: run it by hand once (libraries run, analysis "
        "run, warnings run), or set `first` in monthly_run.yaml.",
    )


def _months(found: Iterable[date]) -> list[str]:
    return [f"{month:%Y-%m}" for month in found]


def _month(found: date | None) -> str:
    return "" if found is None else f"{found:%Y-%m}"


def _day(found: date | None) -> str | None:
    return None if found is None else found.isoformat()
