"""Areas of the city coloured by a figure, in five classes of about as many areas each."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians
from statistics import quantiles

from workbench.ui.panels.along import NONE, once
from workbench.ui.panels.boundaries import Area, Boundaries
from workbench.ui.panels.fields import Field
from workbench.ui.panels.labels import lines, plain, shortened
from workbench.ui.panels.layout import base, legend
from workbench.ui.panels.parts import Content, Json, Task, unfit
from workbench.ui.panels.picking import pick_values
from workbench.ui.panels.said import first, joined, names_of, summary
from workbench.ui.words import both

CLASSES = 5
_DARK = ("@class3", "@class4")
"""Classes on which a name is written in the colour of the ground."""
_NAMED = 30
"""Up to here each area has its name on it."""


@dataclass(frozen=True)
class _Class:
    """One colour: the least and the most of its figures, as texts."""

    colour: str
    said: str


def county_map(task: Task) -> Content:
    """Areas are found by code or by name; those without a row, and rows without one, are told."""
    boundaries = task.context.boundaries(task.panel.boundaries)
    value, field = task.values[0], task.field(task.panel.by)
    keys = [NONE if text is None else text.strip() for text in field.exact]
    names = names_of(field)
    once(task, keys, names)
    at = _rows_of(boundaries, keys)
    if not at:
        raise unfit(
            both("No row belongs to an area of the map {map}.", map=boundaries.name),
            both("Areas are found by their code or their name."),
            both("Its areas: {areas}", areas=first([area.name for area in boundaries.areas])),
            task.panel.by,
        )
    breaks = _breaks(value, list(at.values()))
    classes = _classes(value, list(at.values()), breaks)
    values, seen = pick_values(task), set[str]()
    traces = []
    for area in boundaries.areas:
        row = at.get(area.code)
        found = _class_of(value, row, breaks, classes)
        traces.append(_area(task, area, row, value, found, values, seen))
    traces.sort(key=lambda trace: trace["legendrank"])
    dark = {trace["meta"] for trace in traces if trace.get("fillcolor") in _DARK}
    return Content(
        figure={"data": [*traces, *_labels(boundaries, dark)], "layout": _layout(boundaries)},
        summary=summary(task, names),
        approval=_approval(task, boundaries),
        illustration=not boundaries.approval,
        notes=_notes(task, boundaries, at, names, keys),
    )


def _rows_of(boundaries: Boundaries, keys: list[str]) -> dict[str, int]:
    """By the area's code: its row."""
    rows = {key: row for row, key in enumerate(keys)}
    found = {area.code: rows.get(area.code, rows.get(area.name)) for area in boundaries.areas}
    return {code: row for code, row in found.items() if row is not None}


# ---- classes


def _breaks(value: Field, rows: list[int]) -> list[float]:
    present = sorted(v for row in rows if (v := value.floats[row]) is not None)
    if len(set(present)) <= CLASSES:
        return sorted(set(present))[:-1]
    return sorted(set(quantiles(present, n=CLASSES, method="inclusive")))


def _classes(value: Field, rows: list[int], breaks: list[float]) -> list[_Class]:
    members: list[list[int]] = [[] for _ in range(len(breaks) + 1)]
    for row in rows:
        found = value.floats[row]
        if found is not None:
            members[bisect_left(breaks, found)].append(row)
    last = max(1, len(members) - 1)
    return [
        _Class(f"@class{round(i * (CLASSES - 1) / last)}", _bounds(value, group))
        for i, group in enumerate(members)
    ]


def _bounds(value: Field, rows: list[int]) -> str:
    if not rows:
        return ""
    low = min(rows, key=lambda row: value.floats[row] or 0.0)
    high = max(rows, key=lambda row: value.floats[row] or 0.0)
    texts = (value.text(low), value.text(high))
    return texts[0] if texts[0] == texts[1] else " – ".join(texts)


def _class_of(
    value: Field, row: int | None, breaks: list[float], classes: list[_Class]
) -> tuple[int, _Class] | None:
    found = None if row is None else value.floats[row]
    if found is None:
        return None
    place = bisect_left(breaks, found)
    return place, classes[place]


# ---- drawing


def _area(
    task: Task,
    area: Area,
    row: int | None,
    value: Field,
    found: tuple[int, _Class] | None,
    values: list[str | None] | None,
    seen: set[str],
) -> Json:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for ring in area.rings:
        xs += [*(p[0] for p in ring), None]
        ys += [*(p[1] for p in ring), None]
    withheld = row is not None and value.why[row] is not None
    name = _class_name(task, found, withheld)
    first = name not in seen
    seen.add(name)
    trace: Json = {
        "type": "scatter",
        "mode": "lines",
        "x": xs[:-1],
        "y": ys[:-1],
        "fill": "toself",
        "line": {"color": "@line", "width": 0.8},
        "hoveron": "fills",
        "hoverinfo": "text",
        "text": lines(area.name, _said(task, value, row)),
        "hovertext": lines(area.name, _said(task, value, row)),
        "name": plain(name),
        "legendgroup": name,
        "legendrank": found[0] if found else CLASSES + (not withheld),
        "showlegend": first,
        "meta": area.code,
        **_fill(found, withheld),
    }
    if values is not None:
        trace["customdata"] = [None if row is None else values[row]]
    return trace


def _class_name(task: Task, found: tuple[int, _Class] | None, withheld: bool) -> str:
    if found is not None:
        return found[1].said
    return task.speech._("withheld") if withheld else task.speech._("no data")


def _fill(found: tuple[int, _Class] | None, withheld: bool) -> Json:
    """Hatched where there is no figure, crosshatched where there is one that is withheld."""
    if found is not None:
        return {"fillcolor": found[1].colour}
    return {
        "fillcolor": "@ground",
        "fillpattern": {
            "shape": "x" if withheld else "/",
            "fgcolor": "@muted",
            "bgcolor": "@ground",
            "size": 6,
            "solidity": 0.2,
        },
    }


def _said(task: Task, value: Field, row: int | None) -> str:
    return task.speech._("no data") if row is None else value.said(row)


def _labels(boundaries: Boundaries, dark: set[str]) -> list[Json]:
    if len(boundaries.areas) > _NAMED:
        return []
    places = [_middle(area) for area in boundaries.areas]
    return [
        {
            "type": "scatter",
            "mode": "text",
            "x": [x for x, _ in places],
            "y": [y for _, y in places],
            "text": [shortened(area.name, 10) for area in boundaries.areas],
            "textfont": {
                "size": 11,
                "color": ["@ground" if a.code in dark else "@text" for a in boundaries.areas],
            },
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]


def _middle(area: Area) -> tuple[float, float]:
    """The centroid of its largest ring."""
    ring = max(area.rings, key=lambda r: abs(_double_area(r)))
    double = _double_area(ring)
    if not double:
        return ring[0]
    x = y = 0.0
    for a, b in pairwise(ring):
        cross = a[0] * b[1] - b[0] * a[1]
        x += (a[0] + b[0]) * cross
        y += (a[1] + b[1]) * cross
    return round(x / (3 * double), 4), round(y / (3 * double), 4)


def _double_area(ring: tuple[tuple[float, float], ...]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def _layout(boundaries: Boundaries) -> Json:
    """Equirectangular: a degree of longitude is cos(latitude) of one of latitude."""
    points = [p for area in boundaries.areas for ring in area.rings for p in ring]
    middle = (min(p[1] for p in points) + max(p[1] for p in points)) / 2
    bare = {"visible": False, "fixedrange": True, "zeroline": False, "showgrid": False}
    return base(
        xaxis=bare,
        yaxis={**bare, "scaleanchor": "x", "scaleratio": round(1 / cos(radians(middle)), 5)},
        height=440,
        **legend(),
    )


def _approval(task: Task, boundaries: Boundaries) -> str:
    note = boundaries.note.said(task.language)
    if not boundaries.approval:
        return note
    number = task.speech._("Approval number of the map: {number}.", number=boundaries.approval)
    return joined([number, note], task.speech)


def _notes(
    task: Task, boundaries: Boundaries, at: dict[str, int], names: list[str], keys: list[str]
) -> tuple[str, ...]:
    _ = task.speech._
    bare = [area.name for area in boundaries.areas if area.code not in at]
    placed = set(at.values())
    strange = [names[row] for row in range(len(keys)) if row not in placed]
    notes = []
    if bare:
        notes.append(_("No data for: {areas}", areas=first(bare)))
    if strange:
        notes.append(_("Not on the map: {areas}", areas=first(strange)))
    return tuple(notes)
