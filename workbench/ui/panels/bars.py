"""Bars beside each other or stacked: upright where labels are short and few, else lying."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.ui.panels.along import Along, by_name
from workbench.ui.panels.labels import plain, shortened, width_of
from workbench.ui.panels.layout import base, legend, reference, tall, value_axis
from workbench.ui.panels.parts import Content, Json, Task, unfit
from workbench.ui.panels.periods import periods
from workbench.ui.panels.picking import customdata, picked, picked_column
from workbench.ui.panels.said import summary
from workbench.ui.panels.series import (
    Points,
    Series,
    hover,
    muted_note,
    points,
    series,
    values_of,
    withheld_trace,
)
from workbench.ui.panels.status import FINAL, row_statuses
from workbench.ui.words import both

MOST_BARS = 60
"""Categories that are drawn (our default); the rest stands in the table."""
_FEW_BARS = 12
"""Up to here bars carry their values (our default)."""
_UPRIGHT, _UPRIGHT_COLUMNS = 8, 12
"""Categories, and columns of a label, that still stand under upright bars (our defaults)."""
_TABLE_COLUMNS = 24


def bar(task: Task) -> Content:
    return _content(task, stacked=False)


def stacked(task: Task) -> Content:
    """Parts of a whole: raises InvalidInput for a part below zero."""
    for field in task.values:
        for row, value in enumerate(field.floats):
            if value is not None and value < 0:
                raise unfit(
                    both("{value} cannot be stacked.", value=field.text(row)),
                    both("Parts of a whole are not below zero; a stack would show a wrong sum."),
                    both("Choose the chart bar, or a waterfall for changes up and down."),
                    field.name,
                )
    return _content(task, stacked=True)


def _content(task: Task, *, stacked: bool) -> Content:
    lying = not stands(task)
    axis = by_name(task, _TABLE_COLUMNS if lying else _UPRIGHT_COLUMNS)
    drawn = series(task)
    spread = [points(task, one, axis) for one in drawn]
    whole = (axis.whole or [])[: None if _in_time(task) else MOST_BARS]
    shown = frozenset(whole)
    spread = [_only(found, shown) for found in spread]
    labelled = len(whole) * (1 if stacked else len(drawn)) <= _FEW_BARS
    tops = _tops(drawn, spread) if stacked else []
    values = value_axis(task, task.values, tops, zero=True, room=labelled)
    traces = [
        _trace(task, one, found, axis, lying=lying, labelled=labelled, stacked=stacked)
        for one, found in zip(drawn, spread, strict=True)
    ]
    traces += withheld_trace(task, drawn, axis, 0.0, lying=lying)
    named = _named(axis.axis, whole, lying)
    layout = base(
        barmode="stack" if stacked else "group",
        bargap=0.3,
        **({"xaxis": values, "yaxis": named} if lying else {"xaxis": named, "yaxis": values}),
        **reference(task, lying=lying),
        **(tall(len(whole) * (1 if stacked else len(drawn))) if lying else {}),
    )
    if len(drawn) > 1:
        layout |= legend()
    return Content(
        figure={"data": traces, "layout": layout},
        summary=summary(task, axis.names),
        notes=(*muted_note(task, drawn), *_left_out(task, axis, whole)),
    )


def stands(task: Task) -> bool:
    """Periods always run from left to right."""
    if _in_time(task):
        return True
    names = dict.fromkeys(text or "" for text in task.field(task.panel.by).exact)
    return len(names) <= _UPRIGHT and all(width_of(n) <= _UPRIGHT_COLUMNS for n in names)


def _in_time(task: Task) -> bool:
    return periods(task.field(task.panel.by).exact) is not None


def _only(found: Points, shown: frozenset[object]) -> Points:
    kept = [(key, row) for key, row in zip(found.keys, found.rows, strict=True) if key in shown]
    return Points([key for key, _ in kept], [row for _, row in kept])


def _named(axis: Json, whole: Sequence[object], lying: bool) -> Json:
    shown = frozenset(whole)
    pairs = [(v, t) for v, t in zip(axis["tickvals"], axis["ticktext"], strict=True) if v in shown]
    return {
        **axis,
        "categoryarray": list(whole),
        "tickvals": [value for value, _ in pairs],
        "ticktext": [text for _, text in pairs],
        "range": [len(whole) - 0.5, -0.5] if lying else [-0.5, len(whole) - 0.5],
    }


def _trace(
    task: Task,
    one: Series,
    found: Points,
    axis: Along,
    *,
    lying: bool,
    labelled: bool,
    stacked: bool,
) -> Json:
    ys = values_of(one, found)
    across, along = ("y", "x") if lying else ("x", "y")
    return {
        "type": "bar",
        "orientation": "h" if lying else "v",
        "name": shortened(one.name, 24),
        across: found.keys,
        along: ys,
        "hoverinfo": "text",
        "hovertext": hover(task, one, found, axis, bool(task.panel.series) or len(task.values) > 1),
        "marker": _marker(task, one, found),
        "cliponaxis": False,
        **(_texts(one, found, inside=stacked) if labelled else {}),
        **customdata(task, found.rows),
    }


def _texts(one: Series, found: Points, *, inside: bool) -> Json:
    texts = [
        "" if row is None or one.value.floats[row] is None else plain(one.value.text(row))
        for row in found.rows
    ]
    place = "inside" if inside else "outside"
    more = {"insidetextanchor": "middle"} if inside else {}
    return {"text": texts, "textposition": place, "textangle": 0, "constraintext": "none", **more}


def _marker(task: Task, one: Series, found: Points) -> Json:
    """Hatched where not final; with a pick, the picked bar in the accent and the others muted."""
    status = row_statuses(task)
    shapes = ["" if row is None or status[row] == FINAL else "/" for row in found.rows]
    marker: Json = {"color": _colours(task, one, found)}
    if any(shapes):
        marker["pattern"] = {"shape": shapes, "fillmode": "overlay", "solidity": 0.35}
    return marker


def _colours(task: Task, one: Series, found: Points) -> str | list[str]:
    chosen = picked(task)
    if chosen is None or picked_column(task) != task.panel.by:
        return one.colour
    return picked_colours(task, found.rows, chosen)


def picked_colours(task: Task, rows: Sequence[int | None], chosen: str) -> list[str]:
    values = task.field(picked_column(task)).exact
    return ["@accent" if row is not None and values[row] == chosen else "@muted" for row in rows]


def _tops(drawn: Sequence[Series], spread: Sequence[Points]) -> list[float]:
    """How high each stack is."""
    tops: dict[object, float] = {}
    for one, found in zip(drawn, spread, strict=True):
        for key, value in zip(found.keys, values_of(one, found), strict=True):
            tops[key] = tops.get(key, 0.0) + (value or 0.0)
    return list(tops.values())


def _left_out(task: Task, axis: Along, whole: Sequence[object]) -> tuple[str, ...]:
    number = len(axis.whole or []) - len(whole)
    if number <= 0:
        return ()
    return (
        task.speech._(
            "The first {shown} of {all} are drawn.", shown=len(whole), all=len(axis.whole or [])
        ),
    )
