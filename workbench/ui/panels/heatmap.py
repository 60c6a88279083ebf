"""A grid of two categories, coloured by a figure."""

from __future__ import annotations

from workbench.ui.panels.along import Along, by_name, twice
from workbench.ui.panels.fields import Field
from workbench.ui.panels.labels import lines, plain
from workbench.ui.panels.layout import base, number_axis, tall
from workbench.ui.panels.parts import Content, Json, Task, unfit
from workbench.ui.panels.picking import pick_values
from workbench.ui.panels.said import summary
from workbench.ui.words import both

MOST_CELLS = 6000
"""Cells that a browser still draws at once (our default)."""
_WITH_TEXT = 150
"""Up to here each cell says its figure."""
_LEFT_COLUMNS = 18
_CELL_PIXELS = 22

_Grid = list[list[int | None]]
"""Row numbers of the release, by line and column of the map; None where there is none."""


def heatmap(task: Task) -> Content:
    value = task.values[0]
    across, down = by_name(task, 10), by_name(task, _LEFT_COLUMNS, 1, task.panel.across)
    grid = _grid(task, across, down)
    lines_, columns = len(down.whole or []), len(across.whole or [])
    trace: Json = {
        "type": "heatmap",
        "x": across.whole,
        "y": down.whole,
        "z": _each(grid, lambda row: None if row is None else value.floats[row]),
        "hoverinfo": "text",
        "hovertext": _each(grid, lambda row: _hover(value, across, down, row)),
        "xgap": 1,
        "ygap": 1,
        "colorbar": _bar(task, value),
        **_scale(task),
        **_texts(value, grid, lines_ * columns),
    }
    values = pick_values(task)
    if values is not None:
        trace["customdata"] = _each(grid, lambda row: None if row is None else values[row])
    layout = base(
        xaxis={**across.axis, "range": [-0.5, columns - 0.5], "side": "bottom"},
        yaxis={**down.axis, "range": [lines_ - 0.5, -0.5]},
        **tall(lines_, _CELL_PIXELS),
    )
    names = [f"{d}, {a}" for a, d in zip(across.names, down.names, strict=True)]
    return Content(
        figure={"data": [trace, *_withheld(value, across, down)], "layout": layout},
        summary=summary(task, names),
    )


def _grid(task: Task, across: Along, down: Along) -> _Grid:
    """Raises InvalidInput for two rows in one cell, and for more cells than can be drawn."""
    columns = {key: i for i, key in enumerate(across.whole or [])}
    lines_ = {key: i for i, key in enumerate(down.whole or [])}
    if len(columns) * len(lines_) > MOST_CELLS:
        raise unfit(
            both("{number} cells are too many for one chart.", number=len(columns) * len(lines_)),
            both("At most {most} are drawn.", most=MOST_CELLS),
            both("Take fewer categories in the panel's query."),
        )
    out: _Grid = [[None] * len(columns) for _ in lines_]
    for row, (a, d) in enumerate(zip(across.keys, down.keys, strict=True)):
        if a is None or d is None:
            continue
        i, j = lines_[d], columns[a]
        if out[i][j] is not None:
            raise twice(task, f"{down.names[row]}, {across.names[row]}")
        out[i][j] = row
    return out


def _each(grid: _Grid, of) -> list[list[object]]:  # type: ignore[no-untyped-def]
    return [[of(row) for row in line] for line in grid]


def _hover(value: Field, across: Along, down: Along, row: int | None) -> str:
    return "" if row is None else lines(down.names[row], across.names[row], value.said(row))


def _scale(task: Task) -> Json:
    """From the reference to both sides, or from the least to the most."""
    if task.panel.reference is not None:
        return {"colorscale": "@diverging", "zmid": task.panel.reference.value}
    return {"colorscale": "@sequential"}


def _bar(task: Task, value: Field) -> Json:
    low, high = min(value.present), max(value.present)
    if task.panel.reference is not None:  # Plotly runs as far down from the middle as up
        middle = task.panel.reference.value
        reach = max(high - middle, middle - low)
        low, high = middle - reach, middle + reach
    axis = number_axis(task, value, low, high)
    pairs = list(zip(axis["tickvals"], axis["ticktext"], strict=True))
    return {
        "thickness": 10,
        "outlinewidth": 0,
        "tickmode": "array",
        "tickvals": [at for at, _ in pairs],
        "ticktext": [text for _, text in pairs],
    }


def _texts(value: Field, grid: _Grid, cells: int) -> Json:
    if cells > _WITH_TEXT:
        return {}
    shown = _each(
        grid,
        lambda row: "" if row is None or value.floats[row] is None else plain(value.text(row)),
    )
    return {"text": shown, "texttemplate": "%{text}"}


def _withheld(value: Field, across: Along, down: Along) -> list[Json]:
    rows = value.withheld
    if not rows:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [across.keys[row] for row in rows],
            "y": [down.keys[row] for row in rows],
            "marker": {"symbol": "x-thin-open", "size": 8, "color": "@muted"},
            "hoverinfo": "text",
            "hovertext": [_hover(value, across, down, row) for row in rows],
            "showlegend": False,
            "meta": "withheld",
        }
    ]
