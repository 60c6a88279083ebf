"""Two figures of each thing against each other; the outermost things are named."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot, sqrt
from statistics import median

from workbench.ui.panels.fields import Field, with_unit
from workbench.ui.panels.labels import lines, plain, shortened
from workbench.ui.panels.layout import base, colour, legend, number_axis, reference, value_axis
from workbench.ui.panels.parts import Content, Json, Task, unfit
from workbench.ui.panels.picking import customdata, picked, picked_column
from workbench.ui.panels.said import names_of, summary
from workbench.ui.words import both

MOST_POINTS = 5000
_NAMED = 6
"""Points that are named: those furthest from the middle (our default)."""
_APART = (0.16, 0.09)
"""Parts of the span of each axis within which two names would meet (our default)."""
_LARGEST = 34
"""Diameter of the largest point where a column gives sizes, in pixels."""
_DOTS = ((300, 9, 0.75, 1), (1500, 6, 0.6, 0), (MOST_POINTS, 4, 0.45, 0))
"""Up to how many points: diameter, opacity and rim. Rims of many points would hide them all."""
_LEFT, _RIGHT, _TOP = 0.3, 0.7, 0.9
"""Parts of an axis beyond which a name stands on the inner side of its point (our defaults)."""


def scatter(task: Task) -> Content:
    x, y = task.number(task.panel.by), task.values[0]
    rows = [row for row in range(task.rows) if _there(x, y, row)]
    if len(rows) > MOST_POINTS:
        raise unfit(
            both("{number} points are too many for one chart.", number=f"{len(rows):,}"),
            both("At most {most} are drawn.", most=f"{MOST_POINTS:,}"),
            both("Group the panel's query, or draw a sample."),
        )
    sizes = _sizes(task)
    names = _names(task)
    named = _outermost(task, x, y, rows)
    groups = _groups(task, rows)
    traces = [
        _trace(task, group, i, (x, y), names, named, sizes)
        for i, group in enumerate(groups.items())
    ]
    _named_inwards(traces, x, y, rows)
    bottom = number_axis(task, x, min(x.present or [0.0]), max(x.present or [0.0]))
    layout = base(
        xaxis={**bottom, "title": {"text": plain(x.titled), "standoff": 6}},
        yaxis={
            **value_axis(task, [y], zero=False),
            "title": {"text": plain(y.titled), "standoff": 6},
        },
        **reference(task),
    )
    if task.panel.series:
        layout |= legend()
    return Content(
        figure={"data": traces, "layout": layout},
        summary=summary(task, names, [x, y]),
        notes=_notes(task, len(rows)),
    )


def _there(x: Field, y: Field, row: int) -> bool:
    return x.floats[row] is not None and y.floats[row] is not None


def _names(task: Task) -> list[str]:
    for role in (task.panel.label, task.panel.series):
        if role:
            return names_of(task.field(role))
    return [""] * task.rows


def _groups(task: Task, rows: list[int]) -> dict[str, list[int]]:
    if not task.panel.series:
        return {"": rows}
    names = names_of(task.field(task.panel.series))
    out: dict[str, list[int]] = {}
    for row in rows:
        out.setdefault(names[row], []).append(row)
    return out


def _sizes(task: Task) -> list[float] | None:
    """Diameters by area. Raises InvalidInput for a size below zero; no size is the smallest."""
    if not task.panel.size:
        return None
    field = task.number(task.panel.size)
    if min(field.present, default=0.0) < 0:
        raise unfit(
            both("Column {column} has values below zero.", column=field.name),
            both("They are drawn as areas, and no area is below zero."),
            both("Name another column for the size."),
            field.name,
        )
    return [_diameter(value, max(field.present, default=1.0)) for value in field.floats]


def _diameter(value: float | None, most: float) -> float:
    return round(max(5.0, _LARGEST * sqrt((value or 0.0) / (most or 1.0))), 1)


def _outermost(task: Task, x: Field, y: Field, rows: list[int]) -> frozenset[int]:
    """The rows furthest from the medians whose names do not meet; the picked one too."""
    if not task.panel.label or not rows:
        return frozenset()
    at = list(zip(_scaled(x, rows), _scaled(y, rows), strict=True))
    chosen, column = picked(task), picked_column(task)
    values = task.field(column).exact if chosen is not None and column else None
    order = sorted(
        range(len(rows)),
        key=lambda i: (values is None or values[rows[i]] != chosen, -hypot(*at[i])),
    )
    kept: list[int] = []
    for i in order:
        near = any(
            abs(at[i][0] - at[j][0]) < _APART[0] and abs(at[i][1] - at[j][1]) < _APART[1]
            for j in kept
        )
        if not near:
            kept.append(i)
        if len(kept) == _NAMED:
            break
    return frozenset(rows[i] for i in kept)


def _scaled(field: Field, rows: list[int]) -> list[float]:
    """Distances from the median in parts of the span."""
    values = [field.floats[row] or 0.0 for row in rows]
    middle, span = median(values), (max(values) - min(values)) or 1.0
    return [(value - middle) / span for value in values]


def _trace(
    task: Task,
    group: tuple[str, list[int]],
    place: int,
    axes: tuple[Field, Field],
    names: list[str],
    named: frozenset[int],
    sizes: list[float] | None,
) -> Json:
    (label, rows), (x, y) = group, axes
    texts = [shortened(names[row], 14) if row in named else "" for row in rows]
    _, dot, opacity, rim = next(each for each in _DOTS if task.rows <= each[0] or each is _DOTS[-1])
    return {
        "type": "scatter",
        "mode": "markers+text" if any(texts) else "markers",
        "name": shortened(label, 24),
        "x": [x.floats[row] for row in rows],
        "y": [y.floats[row] for row in rows],
        "text": texts,
        "cliponaxis": False,
        "hoverinfo": "text",
        "hovertext": [_hover(task, row, x, y, names) for row in rows],
        "marker": {
            "color": colour(place),
            "opacity": opacity,
            "size": dot if sizes is None else [sizes[row] for row in rows],
            "line": {"width": rim, "color": "@ground"},
        },
        **customdata(task, list(rows)),
    }


def _named_inwards(traces: list[Json], x: Field, y: Field, rows: list[int]) -> None:
    """Names near an edge of the drawing stand on the inner side, where they are not cut."""
    along = _parts([x.floats[row] or 0.0 for row in rows])
    up = _parts([y.floats[row] or 0.0 for row in rows])
    for trace in traces:
        trace["textposition"] = [
            f"{'bottom' if up(b) > _TOP else 'top'} {_side(along(a))}"
            for a, b in zip(trace["x"], trace["y"], strict=True)
        ]


def _side(part: float) -> str:
    return "right" if part < _LEFT else "left" if part > _RIGHT else "center"


def _parts(values: list[float]) -> Callable[[float], float]:
    """A value's place between the least and the most of them, from 0 to 1."""
    least, most = min(values, default=0.0), max(values, default=0.0)
    return lambda value: (value - least) / ((most - least) or 1.0)


def _hover(task: Task, row: int, x: Field, y: Field, names: list[str]) -> str:
    fields = [x, y] + ([task.number(task.panel.size)] if task.panel.size else [])
    colon = task.speech._(": ")
    return lines(names[row], *(f"{f.label}{colon}{f.said(row)}" for f in fields))


def _notes(task: Task, drawn: int) -> tuple[str, ...]:
    """What the areas mean, in words: circles beside the drawing would not fit a phone."""
    notes = []
    if task.panel.size:
        field = task.number(task.panel.size)
        most = max(range(task.rows), key=lambda row: field.floats[row] or 0.0)
        notes.append(
            task.speech._(
                "The area of a circle is its {label}; the largest is {value}.",
                label=field.label,
                value=with_unit(field.text(most), field.unit, task.speech),
            )
        )
    if drawn < task.rows:
        notes.append(
            task.speech._(
                "{number} of {all} have no figures to be drawn.",
                number=task.rows - drawn,
                all=task.rows,
            )
        )
    return tuple(notes)
