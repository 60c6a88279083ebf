"""A ranking: sorted bars, each with its value, the picked one accented."""

from __future__ import annotations

from itertools import pairwise

from workbench.ui.panels.along import NONE, once
from workbench.ui.panels.bars import MOST_BARS, picked_marks
from workbench.ui.panels.fields import Field
from workbench.ui.panels.labels import lines, plain, wrapped
from workbench.ui.panels.layout import (
    base,
    named_axis,
    reference,
    room_beside,
    sparse,
    tall,
    value_axis,
)
from workbench.ui.panels.parts import Content, Json, Task
from workbench.ui.panels.picking import customdata, picked, picked_column
from workbench.ui.panels.said import names_of, summary
from workbench.ui.panels.status import FINAL, row_statuses

_LABEL_COLUMNS = 24


def ranked(task: Task) -> Content:
    """Rows without a figure stand at the end, without a rank. Where more than sixty are drawn, the
    picked one is kept among them."""
    field, value = task.field(task.panel.by), task.values[0]
    names = names_of(field)
    keys = [NONE if text is None else text for text in field.exact]
    once(task, keys, names)
    order = _order(value)
    shown = _shown(task, order)
    trace: Json = {
        "type": "bar",
        "orientation": "h",
        "x": [value.floats[row] for row in shown],
        "y": [keys[row] for row in shown],
        "text": ["" if value.floats[row] is None else plain(value.text(row)) for row in shown],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "text",
        "hovertext": [_hover(task, names[row], value, row, order) for row in shown],
        "marker": _marker(task, shown),
        **customdata(task, list(shown)),
    }
    said = [wrapped(names[row], _LABEL_COLUMNS, 1) for row in shown]
    axis = named_axis([keys[row] for row in shown], said, range=[len(shown) - 0.5, -0.5])
    room = room_beside(value.text(row) for row in shown)
    layout = base(
        bargap=0.28,
        xaxis=sparse(value_axis(task, [value], zero=True, room=room)),
        yaxis=axis,
        **reference(task, lying=True),
        **tall(len(shown)),
    )
    missing = [row for row in shown if value.floats[row] is None]
    return Content(
        figure={"data": [trace, *_missing(task, value, keys, missing)], "layout": layout},
        summary=summary(task, names),
        notes=_note(task, shown),
    )


def _order(value: Field) -> list[int]:
    """As the rows came where they are in an order, up or down; else from the most to the least.
    By exact value; equal ones as they came; missing ones last."""
    there = [row for row, each in enumerate(value.decimal) if each is not None]
    came = [value.decimal[row] or 0 for row in there]
    if not all(a <= b for a, b in pairwise(came)):
        there.sort(key=lambda row: -(value.decimal[row] or 0))
    return [*there, *(row for row in range(len(value.decimal)) if value.decimal[row] is None)]


def _shown(task: Task, order: list[int]) -> list[int]:
    if len(order) <= MOST_BARS:
        return order
    chosen, column = picked(task), picked_column(task)
    kept = order[:MOST_BARS]
    if chosen is None:
        return kept
    values = task.field(column).exact
    return kept + [row for row in order[MOST_BARS:] if values[row] == chosen]


def _hover(task: Task, name: str, value: Field, row: int, order: list[int]) -> str:
    if value.floats[row] is None:
        return lines(name, value.said(row))
    rank = order.index(row)
    while rank and value.decimal[order[rank - 1]] == value.decimal[row]:
        rank -= 1  # equal figures share the better rank
    there = sum(each is not None for each in value.decimal)
    said = task.speech._("No. {rank} of {all}", rank=rank + 1, all=there)
    return lines(name, value.said(row), said)


def _marker(task: Task, shown: list[int]) -> Json:
    chosen, status = picked(task), row_statuses(task)
    marker: Json = {"color": "@series0"}
    if chosen is not None:
        marker = picked_marks(task, list(shown), chosen)
    shapes = ["" if status[row] == FINAL else "/" for row in shown]
    if any(shapes):
        marker["pattern"] = {"shape": shapes, "fillmode": "overlay", "solidity": 0.35}
    return marker


def _missing(task: Task, value: Field, keys: list[str], rows: list[int]) -> list[Json]:
    """A word where a bar would be: withheld, or no figure."""
    if not rows:
        return []
    return [
        {
            "type": "scatter",
            "mode": "text",
            "x": [0.0] * len(rows),
            "y": [keys[row] for row in rows],
            "text": [plain(f" {value.text(row)}") for row in rows],
            "textposition": "middle right",
            "textfont": {"color": "@muted"},
            "hoverinfo": "text",
            "hovertext": [plain(value.said(row)) for row in rows],
            "showlegend": False,
            "cliponaxis": False,
            "meta": "withheld",
            **customdata(task, list(rows)),
        }
    ]


def _note(task: Task, shown: list[int]) -> tuple[str, ...]:
    if len(shown) == task.rows:
        return ()
    return (
        task.speech._("The first {shown} of {all} are drawn.", shown=len(shown), all=task.rows),
    )
