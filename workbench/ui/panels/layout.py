"""The parts of a figure's layout that charts share. The theme brings fonts and grounds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal

from workbench.ui.numbers import ticks
from workbench.ui.page import Chart
from workbench.ui.panels.fields import Field
from workbench.ui.panels.labels import plain, width_of
from workbench.ui.panels.parts import Json, Task, unfit
from workbench.ui.words import both

SERIES = 8
"""Colours that are told apart; the ninth series and on are muted."""
ROW_PIXELS = 26
"""Height of a row of lying bars (our default); a panel with many of them is taller."""
PANEL_PIXELS = 300
ROOM = 0.08
"""Of an upright axis: room for a label above the highest bar."""
_EDGE = 0.02
"""Of an axis: room beyond its outermost ticks, where points and their labels would be cut."""
_COLUMN_PIXELS, _NARROW = 7, 300
"""Width of a column of text, and of the drawing of a narrow panel, in pixels (our defaults)."""


def base(**more: object) -> Json:
    return {
        "margin": {"l": 8, "r": 14, "t": 10, "b": 8, "pad": 2},
        "hovermode": "closest",
        "showlegend": False,
        "dragmode": False,
        **more,
    }


def legend() -> Json:
    """Above the drawing, in rows."""
    return {
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            "traceorder": "normal",
        },
    }


def tall(rows: int, pixels: int = ROW_PIXELS) -> Json:
    """A height where rows need more than a panel has; else none, and the panel decides."""
    needed = 60 + rows * pixels
    return {"height": needed} if needed > PANEL_PIXELS else {}


def colour(position: int) -> str:
    return f"@series{position}" if position < SERIES else "@muted"


def value_axis(
    task: Task,
    fields: Sequence[Field],
    more: Sequence[float] = (),
    *,
    zero: bool,
    room: float = 0.0,
) -> Json:
    """An axis with round ticks for these columns. ``zero``: bars begin there. ``room``: the
    part of the axis that labels beyond the bars need."""
    found = [*(value for field in fields for value in field.present), *more]
    reference = task.panel.reference
    if reference is not None:
        found.append(reference.value)
    found += [0.0] if zero or not found else []
    return number_axis(task, fields[0], min(found), max(found), room=room, zero=zero)


def number_axis(
    task: Task, field: Field, low: float, high: float, *, room: float = 0.0, zero: bool = False
) -> Json:
    if not (math.isfinite(low) and math.isfinite(high)):
        raise unfit(
            both("The figures add up to more than can be drawn."),
            None,
            both("Divide them in the panel's query, and name the unit."),
            field.name,
        )
    if zero and low == high:
        high = low + 1
    values, said = ticks(_decimal(low), _decimal(high), field.form, task.language, field.unit)
    span = values[-1] - values[0]
    edge = span * _EDGE
    down = 0.0 if zero and values[0] >= 0 else max(edge, span * room if low < 0 else 0.0)
    up = 0.0 if zero and values[-1] <= 0 else max(edge, span * room if high > 0 else 0.0)
    if not math.isfinite(span + down + up + values[-1]):  # wider than a double can say
        down = up = 0.0
    return {
        "tickmode": "array",
        "tickvals": values,
        "ticktext": [plain(text) for text in said],
        "range": [values[0] - down, values[-1] + up],
        "automargin": True,
        "fixedrange": True,
        "gridcolor": "@grid",
        "zeroline": values[0] < 0 < values[-1],
        "zerolinecolor": "@line",
    }


def room_beside(texts: Iterable[str]) -> float:
    """The part of a lying axis that the widest of these labels needs."""
    widest = max(map(width_of, texts), default=0)
    return min(0.35, (widest + 1) * _COLUMN_PIXELS / _NARROW)


def sparse(axis: Json) -> Json:
    """Of a value axis that lies below its bars: every second tick named, so that a phone has room
    for the names."""
    texts, values = axis["ticktext"], axis["tickvals"]
    if len(texts) <= 4:
        return axis
    named = values.index(0.0) % 2 if 0.0 in values else 0
    return {**axis, "ticktext": [t if i % 2 == named else "" for i, t in enumerate(texts)]}


def named_axis(names: Sequence[str], said: Sequence[str], **more: object) -> Json:
    """An axis of categories in this order: ``names`` tell them apart, ``said`` stand there
    (escaped already)."""
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": list(names),
        "tickmode": "array",
        "tickvals": list(names),
        "ticktext": list(said),
        "automargin": True,
        "fixedrange": True,
        "showgrid": False,
        **more,
    }


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value))


def reference(task: Task, *, lying: bool = False) -> Json:
    """The level that the page draws across, as a shape; nothing without one. What it means stands
    in a note: a label in the drawing would lie over the data."""
    found = task.panel.reference
    if found is None:
        return {}
    across, along = ("x", "y") if lying else ("y", "x")
    line: Json = {
        "type": "line",
        "layer": "below",
        f"{across}0": found.value,
        f"{across}1": found.value,
        f"{along}0": 0,
        f"{along}1": 1,
        f"{along}ref": "paper",
        f"{across}ref": across,
        "line": {"color": "@muted", "width": 1, "dash": "dash"},
    }
    return {"shapes": [line]}


def reference_note(task: Task) -> tuple[str, ...]:
    found, _ = task.panel.reference, task.speech._
    if found is None or task.panel.chart not in _REFERRING:
        return ()
    label = found.label.said(task.language)
    if task.panel.chart is Chart.heatmap:
        return (_("Middle of the colours: {label}.", label=label),)
    return (_("Dashed line: {label}.", label=label),)


_REFERRING = frozenset(
    {
        Chart.line,
        Chart.area,
        Chart.bar,
        Chart.stacked,
        Chart.ranked,
        Chart.heatmap,
        Chart.scatter,
        Chart.waterfall,
    }
)
