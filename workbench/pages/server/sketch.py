"""A page's picture in the index: its panels as they lie, each as the outline of its chart.

Drawn from the page's file alone, so it shows no figure to anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.ui.page import Chart, Page
from workbench.ui.payload import span_of

WIDTH, HEIGHT = 320, 180
_MARGIN, _GAP, _COLUMNS = 10, 5, 12
_WIDE = {"third": 4, "half": 6, "full": 12}
_LOW, _HIGH = 26, 44
"""Heights of a row of cards, and of any other panel."""

Path = tuple[float, float, float, float]


@dataclass(frozen=True)
class Frame:
    """A panel's rectangle in pixels, and the outline of its chart as SVG path data."""

    x: float
    y: float
    width: float
    height: float
    filled: str
    lined: str

    def to_dict(self) -> dict[str, Any]:
        return dict(self.__dict__)


def sketch(page: Page) -> list[dict[str, Any]]:
    """The frames of as many panels as have their place in the picture."""
    return [frame.to_dict() for frame in _frames(page)]


def _frames(page: Page) -> Iterator[Frame]:
    unit = (WIDTH - 2 * _MARGIN + _GAP) / _COLUMNS
    top = float(_MARGIN)
    for section in page.sections:
        column, low = 0, 0
        for panel in section.panels:
            wide = _WIDE[span_of(panel).value]
            high = _LOW if panel.chart is Chart.card else _HIGH
            if column + wide > _COLUMNS:
                top, column, low = top + low + _GAP, 0, 0
            if top + high > HEIGHT:
                return
            place = (_MARGIN + column * unit, top, wide * unit - _GAP, float(high))
            yield _frame(panel.chart, place)
            column, low = column + wide, max(low, high)
        top += low + _GAP


def _frame(chart: Chart, place: Path) -> Frame:
    x, y, width, height = place
    inner = (x + 6, y + 6, width - 12, height - 12)
    filled, lined = _OUTLINES[chart](inner)
    x, y, width, height = (round(v, 1) for v in place)
    return Frame(x, y, width, height, filled, lined)


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:.1f} {y:.1f}h{width:.1f}v{height:.1f}h{-width:.1f}z"


_SHARES = (0.9, 0.7, 0.55, 0.42, 0.3)
_CORNERS = ((0.3, 0.1), (0.5, 0), (0.66, 0.2), (0.7, 0.6), (0.5, 1), (0.34, 0.8), (0.26, 0.4))
_COURSE = (0.75, 0.55, 0.62, 0.3, 0.42, 0.15)


def _cards(at: Path) -> tuple[str, str]:
    x, y, width, height = at
    boxes = [_box(x + i * width / 4, y + height * 0.4, width / 7, height * 0.6) for i in range(4)]
    return "".join(boxes), ""


def _line(at: Path) -> tuple[str, str]:
    x, y, width, height = at
    step = width / (len(_COURSE) - 1)
    points = [f"{x + i * step:.1f} {y + v * height:.1f}" for i, v in enumerate(_COURSE)]
    return "", "M" + "L".join(points)


def _area(at: Path) -> tuple[str, str]:
    x, y, width, height = at
    _, line = _line(at)
    foot = f"L{x + width:.1f} {y + height:.1f}L{x:.1f} {y + height:.1f}z"
    return line + foot, ""


def _upright(at: Path) -> tuple[str, str]:
    x, y, width, height = at
    step = width / len(_SHARES)
    return "".join(
        _box(x + i * step, y + (1 - v) * height, step * 0.6, v * height)
        for i, v in enumerate(_SHARES)
    ), ""


def _lying(at: Path) -> tuple[str, str]:
    x, y, width, height = at
    step = height / len(_SHARES)
    return "".join(_box(x, y + i * step, v * width, step * 0.6) for i, v in enumerate(_SHARES)), ""


def _cells(at: Path) -> tuple[str, str]:
    x, y, width, height = at
    across, down = width / 8, height / 4
    return "".join(
        _box(x + i * across, y + j * down, across * 0.85, down * 0.8)
        for j in range(4)
        for i in range(8)
        if (i * 3 + j * 5) % 4
    ), ""


def _points(at: Path) -> tuple[str, str]:
    x, y, width, height = at
    return "".join(
        _box(x + (i * 37 % 100) / 100 * width, y + (i * 53 % 90) / 100 * height, 3, 3)
        for i in range(14)
    ), ""


def _region(at: Path) -> tuple[str, str]:
    x, y, width, height = at
    points = [f"{x + a * width:.1f} {y + b * height:.1f}" for a, b in _CORNERS]
    return "M" + "L".join(points) + "z", ""


def _flows(at: Path) -> tuple[str, str]:
    x, y, width, height = at
    curves = "".join(
        f"M{x:.1f} {y + a * height:.1f}c{width / 2:.1f} 0 {width / 2:.1f} {(b - a) * height:.1f} "
        f"{width:.1f} {(b - a) * height:.1f}"
        for a, b in ((0.1, 0.2), (0.4, 0.1), (0.5, 0.7), (0.9, 0.8))
    )
    return "", curves


def _rows(at: Path) -> tuple[str, str]:
    x, y, width, height = at
    return "", "".join(f"M{x:.1f} {y + i * height / 4:.1f}h{width:.1f}" for i in range(5))


_OUTLINES: Mapping[Chart, Callable[[Path], tuple[str, str]]] = {
    Chart.card: _cards,
    Chart.line: _line,
    Chart.area: _area,
    Chart.bar: _upright,
    Chart.stacked: _lying,
    Chart.ranked: _lying,
    Chart.heatmap: _cells,
    Chart.scatter: _points,
    Chart.waterfall: _upright,
    Chart.progress: _lying,
    Chart.signals: _cells,
    Chart.map: _region,
    Chart.sankey: _flows,
    Chart.timeline: _lying,
    Chart.table: _rows,
    Chart.desk: _rows,
    Chart.sentences: _rows,
}
