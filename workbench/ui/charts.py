"""Plotly figures as plain data, from releases alone. The set is closed: bar and line.

Plain dicts, because building ``go.Figure`` objects costs a page's kernel 0.6 s; the tests hold
each figure against ``plotly.graph_objects``.
"""

from __future__ import annotations

from typing import Any

from workbench.client.release import Release
from workbench.client.values import is_number, json_values, texts
from workbench.ui.page import Chart, Panel

FONTS = (
    '"Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "Noto Sans SC", '
    "sans-serif"
)
COLOURS = ("#1f5fa8", "#c2571a", "#2b8a57", "#8a3f8f", "#b58a00", "#4a6572", "#c23b54", "#3a8fb7")
"""Told apart by colour-blind readers in light and shade (our choice)."""
LONG_LABEL, MANY_LABELS = 6, 8
"""Characters of a label, and labels, that no longer stand under upright bars (our defaults)."""
ROW_PIXELS = 24
HEIGHT = 340

Figure = dict[str, Any]


def figure(panel: Panel, release: Release) -> Figure:
    """``{data, layout}`` of a bar or line panel whose columns the release has."""
    if panel.chart is Chart.line:
        return _line(panel, release)
    return _bar(panel, release)


def _bar(panel: Panel, release: Release) -> Figure:
    labels = _labels(release, panel.x)
    values = json_values(release.visible.column(panel.y))
    lying = len(labels) > MANY_LABELS or any(len(label) > LONG_LABEL for label in labels)
    trace: Figure = {"type": "bar", "marker": {"color": COLOURS[0]}}
    layout = _layout(panel)
    if lying:
        trace |= {"orientation": "h", "x": values, "y": labels}
        layout["height"] = max(HEIGHT, 90 + ROW_PIXELS * len(labels))
        layout["xaxis"] = {"title": {"text": panel.y}, "automargin": True}
        layout["yaxis"] = {"type": "category", "autorange": "reversed", "automargin": True}
    else:
        trace |= {"x": labels, "y": values}
        layout["xaxis"] |= {"type": "category"}
    return {"data": [trace], "layout": layout}


def _line(panel: Panel, release: Release) -> Figure:
    xs = _axis_values(release, panel.x)
    ys = json_values(release.visible.column(panel.y))
    names = _labels(release, panel.series) if panel.series else [""] * len(xs)
    grouped: dict[str, tuple[list[Any], list[Any]]] = {}
    for name, x, y in zip(names, xs, ys, strict=True):
        across, up = grouped.setdefault(name, ([], []))
        across.append(x)
        up.append(y)
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers" if len(across) <= 24 else "lines",
            "name": name,
            "x": across,
            "y": up,
            "line": {"color": COLOURS[i % len(COLOURS)], "width": 2},
        }
        for i, (name, (across, up)) in enumerate(grouped.items())
    ]
    return {"data": traces, "layout": _layout(panel) | {"showlegend": bool(panel.series)}}


def _layout(panel: Panel) -> Figure:
    return {
        "autosize": True,
        "height": HEIGHT,
        "margin": {"l": 56, "r": 16, "t": 12, "b": 44},
        "font": {"family": FONTS, "size": 13, "color": "#24303c"},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": {"title": {"text": panel.x}, "automargin": True},
        "yaxis": {"title": {"text": panel.y}, "automargin": True, "gridcolor": "#e3e8ee"},
        "legend": {"orientation": "h", "y": 1.14},
        "hovermode": "closest",
    }


def _labels(release: Release, column: str) -> list[str]:
    return ["—" if text is None else text for text in texts(release.visible.column(column))]


def _axis_values(release: Release, column: str) -> list[Any]:
    """Numbers stay numbers; dates and the rest go as text, which Plotly reads as dates."""
    found = release.visible.column(column)
    return json_values(found) if is_number(found.type) else list(texts(found))
