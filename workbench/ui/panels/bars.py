"""Bars beside each other or stacked: upright where labels are short and few, else lying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.ui.panels.along import Along, Key, by_name
from workbench.ui.panels.labels import BREAK, plain, shortened, width_of
from workbench.ui.panels.layout import (
    ROOM,
    ROW_PIXELS,
    base,
    legend,
    reference,
    room_beside,
    sparse,
    tall,
    value_axis,
)
from workbench.ui.panels.open_ends import OpenEnd, open_ends, open_note, open_trace
from workbench.ui.panels.parts import Content, Json, Task, unfit
from workbench.ui.panels.periods import periods
from workbench.ui.panels.picking import customdata, picked, picked_column
from workbench.ui.panels.said import summary
from workbench.ui.panels.series import (
    Points,
    Series,
    hover,
    muted_note,
    no_figure_trace,
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
_FEW_LYING = 30
"""The same for lying bars, each of which has a line of its own."""
_UPRIGHT, _UPRIGHT_COLUMNS = 8, 12
"""Categories, and columns of a label, that still stand under upright bars (our defaults)."""
_BACK = 0.35
"""Opacity of what is not picked (our default)."""
_TABLE_COLUMNS = 24
_TWO_LINES, _TWO_LINES_PIXELS = 16, 38
"""Lying bars whose labels may have two lines, and the height that those need."""


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
    drawn = series(task)
    axis = by_name(task, *_label_size(task, lying))
    spread = [points(task, one, axis) for one in drawn]
    whole = axis.whole or [] if _in_time(task) else _largest(axis.whole or [], drawn, spread)
    shown = frozenset(whole)
    spread = [_only(found, shown) for found in spread]
    bars = len(whole) * (1 if stacked else len(drawn))
    labelled = bars <= (_FEW_LYING if lying else _FEW_BARS)
    tops = _tops(drawn, spread) if stacked else {}
    open_ = open_ends(task, drawn, axis, tops) if stacked else []
    room = _room(task, lying) if labelled and not stacked else 0.0
    ends = [*tops.values(), *_reach(open_, tops)]
    values = value_axis(task, task.values, ends, zero=True, room=room)
    traces = [
        _trace(task, one, found, axis, lying=lying, labelled=labelled, stacked=stacked)
        for one, found in zip(drawn, spread, strict=True)
    ]
    traces += (
        open_trace(task, open_, lying=lying)
        if stacked
        else withheld_trace(task, drawn, axis, 0.0, lying=lying)
    )
    if labelled and len(drawn) == 1:
        traces += no_figure_trace(drawn[0], axis, shown, lying=lying)
    named = _named(axis.axis, whole, lying)
    layout = base(
        barmode="stack" if stacked else "group",
        bargap=0.3,
        **(
            {"xaxis": sparse(values), "yaxis": named}
            if lying
            else {"xaxis": named, "yaxis": values}
        ),
        **reference(task, lying=lying),
        **(_height(axis, len(whole), 1 if stacked else len(drawn)) if lying else {}),
    )
    if len(drawn) > 1 or open_:
        layout |= legend()
    return Content(
        figure={"data": traces, "layout": layout},
        summary=summary(task, axis.names),
        notes=(
            *open_note(task, open_),
            *muted_note(task, drawn),
            *_left_out(task, axis, whole),
        ),
    )


def stands(task: Task) -> bool:
    """Periods always run from left to right."""
    if _in_time(task):
        return True
    field = task.field(task.panel.by)
    names = dict.fromkeys(field.read(text) for text in field.exact)
    return len(names) <= _UPRIGHT and all(width_of(n) <= _UPRIGHT_COLUMNS for n in names)


def _in_time(task: Task) -> bool:
    return periods(task.field(task.panel.by).exact) is not None


def _label_size(task: Task, lying: bool) -> tuple[int, int]:
    """Columns and lines of a label: two lines where there is the height for them."""
    few = len(set(task.field(task.panel.by).exact)) <= _TWO_LINES
    return (_TABLE_COLUMNS, 2 if few else 1) if lying else (_UPRIGHT_COLUMNS, 2)


def _height(axis: Along, categories: int, bars: int) -> Json:
    wraps = any(BREAK in text for text in axis.axis["ticktext"])
    return tall(categories, max(ROW_PIXELS * bars, _TWO_LINES_PIXELS if wraps else 0))


def _room(task: Task, lying: bool) -> float:
    if not lying:
        return ROOM
    return room_beside(f.text(row) for f in task.values for row in range(task.rows))


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
    """Hatched where not final; with a pick, the others step back."""
    status = row_statuses(task)
    shapes = ["" if row is None or status[row] == FINAL else "/" for row in found.rows]
    chosen = picked(task)
    by = chosen is not None and picked_column(task) == task.panel.by
    marker: Json = {"color": one.colour}
    if by:
        marker = picked_marks(task, found.rows, chosen or "")
    if any(shapes):
        marker["pattern"] = {"shape": shapes, "fillmode": "overlay", "solidity": 0.35}
    return marker


def picked_marks(task: Task, rows: Sequence[int | None], chosen: str) -> Json:
    """The picked bar in the accent, the others stepped back."""
    values = task.field(picked_column(task)).exact
    on = [row is not None and values[row] == chosen for row in rows]
    return {
        "color": ["@accent" if each else "@series0" for each in on],
        "opacity": [1 if each or not any(on) else _BACK for each in on],
    }


def _largest(whole: Sequence[Key], drawn: Sequence[Series], spread: Sequence[Points]) -> list[Key]:
    """Where there are more than can be drawn: the largest, in the order in which they came."""
    sizes = dict.fromkeys(whole, 0.0)
    for one, found in zip(drawn, spread, strict=True):
        for key, value in zip(found.keys, values_of(one, found), strict=True):
            sizes[key] += abs(value or 0.0)
    kept = set(sorted(whole, key=lambda key: -sizes[key])[:MOST_BARS])
    return [key for key in whole if key in kept]


def _reach(open_: Sequence[OpenEnd], tops: Mapping[Key, float]) -> list[float]:
    return [tops.get(each.key, 0.0) + each.length for each in open_]


def _tops(drawn: Sequence[Series], spread: Sequence[Points]) -> dict[Key, float]:
    """How high each stack is."""
    tops: dict[Key, float] = {}
    for one, found in zip(drawn, spread, strict=True):
        for key, value in zip(found.keys, values_of(one, found), strict=True):
            tops[key] = tops.get(key, 0.0) + (value or 0.0)
    return tops


def _left_out(task: Task, axis: Along, whole: Sequence[object]) -> tuple[str, ...]:
    number = len(axis.whole or []) - len(whole)
    if number <= 0:
        return ()
    return (
        task.speech._(
            "The {shown} largest of {all} are drawn.", shown=len(whole), all=len(axis.whole or [])
        ),
    )
