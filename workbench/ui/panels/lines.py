"""Lines and areas over time, numbers or categories. A missing period is a gap, never bridged."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from workbench.ui.panels.along import Along, along
from workbench.ui.panels.labels import shortened, width_of
from workbench.ui.panels.layout import base, legend, reference, value_axis
from workbench.ui.panels.parts import Content, Json, Task, unfit
from workbench.ui.panels.picking import customdata
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

MOST_POINTS = 30_000
"""Points that a browser still draws at once (our default)."""
_FEW_POINTS = 24
"""Up to here each point has a mark of its own (our default)."""
_DIRECT = 4
"""Lines that are named at their end; more have a legend."""
_END_COLUMNS = 12
_LINE_PIXELS, _DRAWN_PIXELS = 19, 230
"""Height of a label, and of a panel's drawing, by which labels are kept apart (our defaults)."""


def line(task: Task) -> Content:
    return _content(task, filled=False)


def area(task: Task) -> Content:
    """Filled to zero, each series on its own: stacked, a gap would count as nothing."""
    return _content(task, filled=True)


def _content(task: Task, *, filled: bool) -> Content:
    if task.rows * len(task.panel.value) > MOST_POINTS:
        raise unfit(
            both("{number} points are too many for one chart.", number=f"{task.rows:,}"),
            both("At most {most} are drawn.", most=f"{MOST_POINTS:,}"),
            both("Group them by a longer period in the panel's query."),
        )
    axis, drawn = along(task), series(task)
    values = value_axis(task, task.values, _bounds(task), zero=filled)
    spread = [points(task, one, axis) for one in drawn]
    named = len(drawn) > 1
    traces = [
        trace
        for one, found in sorted(
            zip(drawn, spread, strict=True), key=lambda pair: not pair[0].muted
        )
        for trace in _traces(task, one, found, axis, filled=filled, named=named)
    ]
    for one, found in zip(drawn, spread, strict=True):
        traces = [*_interval(task, one, found), *traces]
    layout = base(xaxis=axis.axis, yaxis=values, **reference(task))
    if named and len(drawn) <= _DIRECT and not filled:
        _name_ends(layout, drawn, spread)
    elif named:
        layout |= legend()
    traces += withheld_trace(task, drawn, axis, values["range"][0])
    return Content(
        figure={"data": traces, "layout": layout},
        summary=summary(task, _places(drawn, axis, task)),
        notes=muted_note(task, drawn),
    )


def _bounds(task: Task) -> list[float]:
    """What the axis has to reach beside the figures."""
    names = [name for name in (task.panel.start, task.panel.end) if name]
    return [value for name in names for value in task.number(name).present]


def _interval(task: Task, one: Series, found: Points) -> list[Json]:
    """From ``start`` to ``end`` of each point that has both: a band behind the lines, for a single
    point an upright line."""
    if not (task.panel.start and task.panel.end):
        return []
    low, high = task.number(task.panel.start).floats, task.number(task.panel.end).floats
    both = [
        (key, low[row], high[row])
        for key, row in zip(found.keys, found.rows, strict=True)
        if row is not None and low[row] is not None and high[row] is not None
    ]
    keys = [key for key, _, _ in both]
    if not both:
        return []
    band: Json = {
        "type": "scatter",
        "mode": "lines",
        "x": [*keys, *reversed(keys)],
        "y": [*(least for _, least, _ in both), *(most for _, _, most in reversed(both))],
        "hoverinfo": "skip",
        "showlegend": False,
        "meta": "interval",
    }
    if len(both) == 1:
        return [{**band, "line": {"color": one.colour, "width": 4}, "opacity": 0.45}]
    return [{**band, "fill": "toself", "fillcolor": "@flow", "line": {"width": 0}}]


def _traces(
    task: Task, one: Series, found: Points, axis: Along, *, filled: bool, named: bool
) -> list[Json]:
    """One trace; an area has one for each stretch without a gap, for Plotly fills across gaps."""
    if not filled:
        return [_trace(task, one, found, axis, named, filled)]
    ys = values_of(one, found)
    out: list[Json] = []
    for there, run in groupby(range(len(ys)), key=lambda i: ys[i] is not None):
        if there:
            places = list(run)
            part = Points([found.keys[i] for i in places], [found.rows[i] for i in places])
            more = {"fill": "tozeroy", "legendgroup": one.name, "showlegend": named and not out}
            out.append(_trace(task, one, part, axis, named, filled) | more)
    return out


def _trace(task: Task, one: Series, found: Points, axis: Along, named: bool, filled: bool) -> Json:
    ys = values_of(one, found)
    return {
        "type": "scatter",
        "name": shortened(one.name, 24),
        "x": found.keys,
        "y": ys,
        "connectgaps": False,
        "cliponaxis": False,
        "hoverinfo": "text",
        "hovertext": hover(task, one, found, axis, named),
        "line": {"color": one.colour, "width": 1 if one.muted else 2},
        "opacity": 0.45 if one.muted else 1,
        "showlegend": not one.muted,
        **_markers(task, one, found, ys, filled),
        **customdata(task, found.rows),
    }


def _markers(
    task: Task, one: Series, found: Points, ys: Sequence[float | None], filled: bool
) -> Json:
    """Marks for few points, for a point without neighbours (a line would not show it), and hollow
    ones for what is not final."""
    status = row_statuses(task)
    hollow = [row is not None and status[row] != FINAL for row in found.rows]
    alone = [_alone(ys, i) for i in range(len(ys))]
    few = len(one.rows) <= _FEW_POINTS and not one.muted and not filled
    if not few and not any(hollow) and not any(alone):
        return {"mode": "lines"}
    sizes = [6 if few or h or a else 0 for h, a in zip(hollow, alone, strict=True)]
    symbols = ["circle-open" if each else "circle" for each in hollow]
    return {
        "mode": "lines+markers",
        "marker": {
            "color": one.colour,
            "size": sizes if len(set(sizes)) > 1 else (sizes or [6])[0],
            "symbol": symbols if any(hollow) else "circle",
        },
    }


def _alone(ys: Sequence[float | None], i: int) -> bool:
    before = ys[i - 1] if i else None
    after = ys[i + 1] if i + 1 < len(ys) else None
    return ys[i] is not None and before is None and after is None


def _name_ends(layout: Json, drawn: Sequence[Series], spread: Sequence[Points]) -> None:
    """Each line's name at its last point, moved apart where they would touch."""
    low, high = layout["yaxis"]["range"]
    ends = []
    for one, found in zip(drawn, spread, strict=True):
        pairs = zip(found.keys, values_of(one, found), strict=True)
        ends += [(value, key, one) for key, value in pairs if value is not None][-1:]
    ends.sort(key=lambda end: end[0])
    shifted, floor = [], float("-inf")
    for value, key, one in ends:
        pixel = (value - low) / (high - low) * _DRAWN_PIXELS
        placed = max(pixel, floor)
        floor = placed + _LINE_PIXELS
        shifted.append(_end(one, key, value, placed - pixel))
    layout["annotations"] = [*layout.get("annotations", []), *shifted]
    widest = max((min(width_of(one.name), _END_COLUMNS) for _, _, one in ends), default=0)
    layout["margin"] = {**layout["margin"], "r": 14 + 8 * widest}
    if layout["xaxis"].get("type") == "category":
        layout["xaxis"]["range"] = [-0.3, len(layout["xaxis"]["categoryarray"]) - 0.7]


def _end(one: Series, key: object, value: float, up: float) -> Json:
    return {
        "x": key,
        "y": value,
        "text": shortened(one.name, _END_COLUMNS),
        "showarrow": False,
        "xanchor": "left",
        "xshift": 7,
        "yshift": round(up, 1),
        "font": {"color": one.colour},
        "hovertext": shortened(one.name, 80),
    }


def _places(drawn: Sequence[Series], axis: Along, task: Task) -> list[str]:
    """What a row is called in the summary: its place, and its series where there are several."""
    if not task.panel.series:
        return axis.names
    out, named = list(axis.names), task.field(task.panel.series)
    for one in drawn:
        for row in one.rows:
            out[row] = f"{named.read(named.exact[row])} {axis.names[row]}".strip()
    return out
