"""The series of a chart with several: which rows are one, and how each is told from the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.ui.numbers import MISSING
from workbench.ui.panels.along import NONE, Along, Key, once
from workbench.ui.panels.fields import Field
from workbench.ui.panels.labels import lines
from workbench.ui.panels.layout import SERIES, colour
from workbench.ui.panels.parts import Json, Task
from workbench.ui.panels.picking import customdata, picked, picked_column
from workbench.ui.panels.said import names_of
from workbench.ui.panels.status import FINAL, row_statuses


@dataclass(frozen=True)
class Series:
    """``rows`` of one column that belong together. ``muted``: beyond those that have a colour."""

    name: str
    value: Field
    rows: list[int]
    colour: str
    muted: bool = False


@dataclass(frozen=True)
class Points:
    """One series on its axis; ``rows`` None is a gap."""

    keys: list[Key]
    rows: list[int | None]


def series(task: Task) -> list[Series]:
    """By the column of series, and by the columns of values; at most eight in colours, the picked
    one among them."""
    groups = _groups(task)
    several = len(task.panel.value) > 1
    units = len({value.unit for value in task.values}) > 1
    found = [
        (_name(key, label, value.titled if units else value.label, several), value, rows, key)
        for key, (label, rows) in groups.items()
        for value in task.values
    ]
    chosen = picked(task) if picked_column(task) == task.panel.series else None
    first = [i for i, each in enumerate(found) if chosen is not None and each[3] == chosen]
    order = [*first, *(i for i in range(len(found)) if i not in first)]
    place = {i: position for position, i in enumerate(order)}
    return [
        Series(name, value, rows, _colour(place[i], i in first), place[i] >= SERIES)
        for i, (name, value, rows, _) in enumerate(found)
    ]


def points(task: Task, one: Series, along: Along) -> Points:
    """Its rows in the order of the axis, with a gap for each place that is missing between its
    first and its last. Rows without a place are left out."""
    rows = [row for row in one.rows if along.keys[row] is not None]
    once(task, [along.keys[r] for r in rows], [along.names[r] for r in rows])
    at = {along.keys[row]: row for row in rows}
    if along.whole is None:
        keys = sorted(key for key in at if key is not None)
        return Points(list(keys), [at[key] for key in keys])
    places = [i for i, key in enumerate(along.whole) if key in at]
    keys = along.whole[places[0] : places[-1] + 1] if places else []
    return Points(list(keys), [at.get(key) for key in keys])


def values_of(one: Series, found: Points) -> list[float | None]:
    return [None if row is None else one.value.floats[row] for row in found.rows]


def hover(task: Task, one: Series, found: Points, along: Along, named: bool) -> list[str]:
    """Per point: series, place, value in full, and how final it is."""
    status = row_statuses(task)
    return [
        ""
        if row is None
        else lines(
            along.names[row],
            _labelled(task, one, row, named),
            "" if status[row] == FINAL else status_word(task, status[row]),
        )
        for row in found.rows
    ]


def status_word(task: Task, status: str) -> str:
    _ = task.speech._
    return {"preliminary": _("preliminary"), "awaiting_sign_off": _("awaiting sign-off")}[status]


def withheld_trace(
    task: Task, drawn: Sequence[Series], along: Along, base: float, *, lying: bool = False
) -> list[Json]:
    """Marks on the base line where a figure is withheld, with the reason on hover: a gap alone
    could be taken for nothing there."""
    found = [(one, row) for one in drawn for row in one.rows if one.value.why[row] is not None]
    if not found:
        return []
    places = [along.keys[row] for _, row in found]
    bases = [base] * len(found)
    x, y = (bases, places) if lying else (places, bases)
    text = task.speech._("withheld")
    said = [lines(one.name, along.names[row], one.value.said(row)) for one, row in found]
    few = len(found) <= 6
    return [
        {
            "type": "scatter",
            "mode": "markers+text" if few else "markers",
            "x": x,
            "y": y,
            "text": [text] * len(found) if few else None,
            "textposition": "middle right" if lying else "top center",
            "textfont": {"color": "@muted"},
            "marker": {"symbol": "x-thin-open", "size": 8, "color": "@muted"},
            "hoverinfo": "text",
            "hovertext": said,
            "showlegend": False,
            "cliponaxis": False,
            "meta": "withheld",
            **customdata(task, [row for _, row in found]),
        }
    ]


def no_figure_trace(
    one: Series, along: Along, shown: frozenset[Key], *, lying: bool = False
) -> list[Json]:
    """A dash where a bar would be and there is no figure: it is not a zero."""
    rows = [
        row
        for row in one.rows
        if one.value.floats[row] is None and one.value.why[row] is None and along.keys[row] in shown
    ]
    if not rows:
        return []
    places, bases = [along.keys[row] for row in rows], [0.0] * len(rows)
    return [
        {
            "type": "scatter",
            "mode": "text",
            "x": bases if lying else places,
            "y": places if lying else bases,
            "text": [MISSING] * len(rows),
            "textposition": "middle right" if lying else "top center",
            "textfont": {"color": "@muted"},
            "hoverinfo": "skip",
            "showlegend": False,
            "cliponaxis": False,
            "meta": "missing",
        }
    ]


def muted_note(task: Task, drawn: Sequence[Series]) -> tuple[str, ...]:
    number = sum(one.muted for one in drawn)
    if not number:
        return ()
    return (
        task.speech._(
            "{shown} of {all} series are in colour, {number} in grey.",
            shown=len(drawn) - number,
            all=len(drawn),
            number=number,
        ),
    )


def _groups(task: Task) -> dict[str | None, tuple[str, list[int]]]:
    if not task.panel.series:
        return {None: ("", list(range(task.rows)))}
    field = task.field(task.panel.series)
    out: dict[str | None, tuple[str, list[int]]] = {}
    for row, (key, name) in enumerate(zip(field.exact, names_of(field), strict=True)):
        out.setdefault(NONE if key is None else key, (name, []))[1].append(row)
    return out


def _name(key: str | None, label: str, value: str, several: bool) -> str:
    if key is None:
        return value
    return f"{label} · {value}" if several else label


def _colour(place: int, chosen: bool) -> str:
    return "@accent" if chosen else colour(place)


def _labelled(task: Task, one: Series, row: int, named: bool) -> str:
    said = one.value.said(row)
    return f"{one.name}{task.speech._(': ')}{said}" if named else said
