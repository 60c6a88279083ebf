"""From one total to another, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from workbench.ui.panels.along import by_name, once
from workbench.ui.panels.bars import stands
from workbench.ui.panels.fields import Field
from workbench.ui.panels.labels import lines, plain
from workbench.ui.panels.layout import ROOM, base, number_axis, reference, room_beside, sparse, tall
from workbench.ui.panels.parts import Content, Json, Task, unfit
from workbench.ui.panels.picking import customdata
from workbench.ui.panels.said import summary
from workbench.ui.view import State
from workbench.ui.words import both

_KINDS: Mapping[str, str] = {
    "relative": "relative",
    "增减": "relative",
    "变动": "relative",
    "total": "total",
    "合计": "total",
    "总计": "total",
}


def waterfall(task: Task) -> Content:
    """Steps and totals in the order of the rows. Totals stand as the result gives them; where they
    are not the sum of the steps before them, the panel says so."""
    value, kinds = task.values[0], _kinds(task)
    if value.withheld:
        told = task.speech._("A step is withheld: the steps and totals around it would show it.")
        return Content(State.withheld, summary=told)
    _complete(value)
    lying = not stands(task)
    axis = by_name(task, 24 if lying else 10)
    once(task, axis.keys, axis.names)
    tops, off = _course(value, kinds)
    along, across = ("x", "y") if lying else ("y", "x")
    trace: Json = {
        "type": "waterfall",
        "orientation": "h" if lying else "v",
        along: value.floats,
        across: axis.keys,
        "measure": ["absolute" if kind == "total" else "relative" for kind in kinds],
        "text": [plain(_text(value, kind, row)) for row, kind in enumerate(kinds)],
        "textposition": "outside",
        "textangle": 0,
        "cliponaxis": False,
        "hoverinfo": "text",
        "hovertext": [lines(axis.names[row], value.said(row)) for row in range(task.rows)],
        **customdata(task, list(range(task.rows))),
    }
    low, high = min(0.0, *map(float, tops)), max(0.0, *map(float, tops))
    room = room_beside(trace["text"]) if lying else ROOM
    numbers = number_axis(task, value, low, high, room=room, zero=True)
    count = len(axis.whole or [])
    names = {**axis.axis, "range": [count - 0.5, -0.5] if lying else [-0.5, count - 0.5]}
    layout = base(
        **(
            {"xaxis": sparse(numbers), "yaxis": names}
            if lying
            else {"xaxis": names, "yaxis": numbers}
        ),
        **reference(task, lying=lying),
        **(tall(count) if lying else {}),
    )
    return Content(
        figure={"data": [trace], "layout": layout},
        summary=summary(task, axis.names),
        notes=_notes(task, axis.names, off, value),
    )


def _kinds(task: Task) -> list[str]:
    """Without a column of kinds all rows are steps."""
    if not task.panel.kind:
        return ["relative"] * task.rows
    return [_kind(text, task) for text in task.field(task.panel.kind).exact]


def _kind(text: str | None, task: Task) -> str:
    found = _KINDS.get((text or "").strip().casefold())
    if found is None:
        raise unfit(
            both("{word} is no kind of a step.", word=text),
            None,
            both("Write relative or total in column {column}.", column=task.panel.kind),
            task.panel.kind,
        )
    return found


def _complete(value: Field) -> None:
    for row, each in enumerate(value.decimal):
        if each is None:
            raise unfit(
                both("Row {number} has no figure.", number=row + 1),
                both("A step that is missing would make all totals after it wrong."),
                both("Give it a value in the panel's query, or leave the row out."),
                value.name,
            )


def _course(value: Field, kinds: list[str]) -> tuple[list[Decimal], list[tuple[int, Decimal]]]:
    """Where each bar ends, and the totals that are not the sum before them (by how much)."""
    run, tops, off = Decimal(0), list[Decimal](), list[tuple[int, Decimal]]()
    for row, kind in enumerate(kinds):
        step = value.decimal[row] or Decimal(0)
        if kind == "relative":
            run += step
        else:
            if row and abs(step - run) > _tolerance(value):
                off.append((row, step - run))
            run = step
        tops.append(run)
    return tops, off


def _tolerance(value: Field) -> Decimal:
    """Half a unit of the last digit for each row: steps that were rounded one by one."""
    digits = max((-int(v.as_tuple().exponent) for v in value.decimal if v is not None), default=0)
    return Decimal(len(value.decimal)) * Decimal(5).scaleb(-max(0, min(digits, 9)) - 1)


def _text(value: Field, kind: str, row: int) -> str:
    return value.text(row) if kind == "total" else value.short(value.exact[row], signed=True)


def _notes(
    task: Task, names: list[str], off: list[tuple[int, Decimal]], value: Field
) -> tuple[str, ...]:
    return tuple(
        task.speech._(
            "{name} is not the sum of the steps before it: it differs by {value}.",
            name=names[row],
            value=value.short(by, signed=True),
        )
        for row, by in off
    )
