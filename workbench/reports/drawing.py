"""Charts of a brief as SVG, in the colours of the pages' light theme. Pure: no browser, no clock.

Texts name ``FONT``, which ``pdf_file`` has the compiler take from the machine.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from json import loads

from workbench.errors import Language
from workbench.reports.model import Chart, ChartKind, Point, Series
from workbench.ui.numbers import ticks
from workbench.ui.page import Form
from workbench.ui.panels.labels import width_of

FONT = "Noto Sans CJK SC"
WIDTH, HEIGHT, ROW = 640, 212, 23
"""Pixels of a drawing, and of a lying bar (ours)."""
SIZE = 11
_COLUMN = SIZE * 0.56
"""Width of a narrow column of text; a Chinese sign has two."""
_SERIES = 6
_MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True)
class Frame:
    """Where the drawing lies, and how a value comes to a place along one axis."""

    left: float
    top: float
    right: float
    bottom: float
    low: float
    high: float

    def up(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def along(self, value: float) -> float:
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)

    def at(self, place: int, places: int) -> float:
        return self.left + (place + 0.5) / places * (self.right - self.left)


def drawn(chart: Chart, language: Language) -> str:
    """The drawing as an SVG document."""
    lying = chart.chart in (ChartKind.bars, ChartKind.waterfall)
    points = chart.series[0].points
    height = 30 + ROW * len(points) if lying else HEIGHT
    parts = _lying(chart, language, height) if lying else _course(chart, language)
    body = "".join(parts)
    ground = f'<rect width="{WIDTH}" height="{height}" fill="{theme()["ground"]}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="{FONT}" font-size="{SIZE}">'
        f"{ground}{body}</svg>"
    )


@cache
def theme() -> Mapping[str, str]:
    """The tokens of the pages' light theme."""
    found = files("workbench.ui").joinpath("assets/static/themes.json").read_text("utf-8")
    tokens = loads(found)["light"]["tokens"]
    return {name: value for name, value in tokens.items() if isinstance(value, str)}


# ---- courses


def _course(chart: Chart, language: Language) -> Iterator[str]:
    found = [v for s in chart.series for p in s.points for v in _values(p)]
    values, said = ticks(min(found), max(found), Form(chart.form), language, _unit(chart, language))
    left = 10 + max(_wide(text) for text in said)
    top = 30.0 if len(chart.series) > 1 or chart.chart is ChartKind.fan else 14.0
    frame = Frame(left, top, WIDTH - 70, HEIGHT - 26, values[0], values[-1])
    yield from _grid(frame, values, said)
    names = _names(chart, language)
    yield from _months(frame, names)
    for number, series in enumerate(chart.series):
        yield from _line(frame, series, names, number, language)
    yield from _legend(chart, language, left)


def _names(chart: Chart, language: Language) -> list[str]:
    """Along the axis: months of all courses in their order, other names as they come."""
    found = list(dict.fromkeys(p.name.said(language) for s in chart.series for p in s.points))
    return sorted(found) if all(_MONTH.fullmatch(name) for name in found) else found


def _values(point: Point) -> Iterator[float]:
    for value in (point.value, point.low, point.high):
        if value is not None:
            yield value


def _grid(frame: Frame, values: Sequence[float], said: Sequence[str]) -> Iterator[str]:
    for value, text in zip(values, said, strict=True):
        y = frame.up(value)
        yield _rule(frame.left, y, frame.right, y, theme()["line" if value == 0 else "grid"])
        yield _text(frame.left - 6, y + 4, text, "end", theme()["muted"])


def _months(frame: Frame, names: Sequence[str]) -> Iterator[str]:
    """Every so many, so that they do not touch."""
    room = (frame.right - frame.left) / len(names)
    step = max(1, math.ceil((_wide(names[0]) + 14) / room))
    for place in range(len(names) - 1, -1, -step):
        x = frame.at(place, len(names))
        yield _text(x, frame.bottom + 16, names[place], "middle", theme()["muted"])


def _line(
    frame: Frame, series: Series, names: Sequence[str], number: int, language: Language
) -> Iterator[str]:
    colour = theme()[f"series{number % _SERIES}"]
    at = {name: frame.at(place, len(names)) for place, name in enumerate(names)}
    spots = [(at[p.name.said(language)], p) for p in series.points]
    yield from _interval(frame, spots, colour)
    for solid, part in _stretches(spots):
        dash = "" if solid else ' stroke-dasharray="5 4"'
        path = " L".join(f"{x:.1f} {frame.up(value):.1f}" for x, value in part)
        yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
    for x, point in spots:
        if point.text is not None and point.value is not None:
            y = frame.up(point.value)
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="{colour}"/>'
            yield _label(frame, x, y, point.text.said(language))


def _label(frame: Frame, x: float, y: float, text: str) -> str:
    """Beside the point; before it where the drawing ends."""
    wide = _wide(text)
    if x + 6 + wide < WIDTH - 4:
        return _text(x + 6, y + 4, text, "start", theme()["text"], bold=True)
    return _text(
        min(x, WIDTH - 6), max(y - 8, frame.top - 2), text, "end", theme()["text"], bold=True
    )


def _interval(frame: Frame, spots: Sequence[tuple[float, Point]], colour: str) -> Iterator[str]:
    found = [(x, p.low, p.high) for x, p in spots if p.low is not None and p.high is not None]
    if len(found) < 1:
        return
    up = [f"{x:.1f} {frame.up(high):.1f}" for x, _, high in found]
    down = [f"{x:.1f} {frame.up(low):.1f}" for x, low, _ in reversed(found)]
    yield f'<path d="M{" L".join(up + down)} Z" fill="{colour}" fill-opacity="0.16"/>'


def _stretches(
    spots: Sequence[tuple[float, Point]],
) -> Iterator[tuple[bool, list[tuple[float, float]]]]:
    """Whole runs of points; a missing one is a gap, never a fall. A forecast begins at the last
    figure that is known."""
    part: list[tuple[float, float]] = []
    solid = True
    for x, point in spots:
        if point.value is None:
            if part:
                yield solid, part
            part = []
            continue
        if point.expected == solid and part:
            yield solid, part
            part = part[-1:]
        solid = not point.expected
        part.append((x, point.value))
    if part:
        yield solid, part


def _legend(chart: Chart, language: Language, left: float) -> Iterator[str]:
    if len(chart.series) < 2 and chart.chart is not ChartKind.fan:
        return
    x = left
    for number, series in enumerate(chart.series):
        colour = theme()[f"series{number % _SERIES}"]
        text = series.name.said(language)
        yield f'<path d="M{x:.1f} 14h18" stroke="{colour}" stroke-width="3"/>'
        yield _text(x + 24, 18, text, "start", theme()["text"])
        x += 40 + _wide(text)
    if chart.chart is ChartKind.fan:
        colour = theme()["series0"]
        text = "预测及区间" if language == "zh" else "forecast with its interval"
        band = f'width="18" height="12" fill="{colour}" fill-opacity="0.16"'
        yield f'<rect x="{x:.1f}" y="8" {band}/>'
        dashed = f'stroke="{colour}" stroke-width="2" stroke-dasharray="5 4"'
        yield f'<path d="M{x:.1f} 14h18" {dashed}/>'
        yield _text(x + 24, 18, text, "start", theme()["text"])


# ---- lying bars


def _lying(chart: Chart, language: Language, height: int) -> Iterator[str]:
    points = chart.series[0].points
    ends = list(_ends(chart))
    found = [v for pair in ends if pair for v in pair] or [0.0]
    low, high = min(0.0, *found), max(0.0, *found)
    said = [p.text.said(language) if p.text else "" for p in points]
    names = max(_wide(p.name.said(language)) for p in points)
    room = 12 + max(map(_wide, said))
    left = min(names, WIDTH * 0.4) + 14 + (room if low < 0 else 0)
    frame = Frame(left, 10, WIDTH - room - 6, height - 10, low, high if high > low else low + 1)
    zero = frame.along(0.0)
    for row, (point, pair, text) in enumerate(zip(points, ends, said, strict=True)):
        y = 14.0 + row * ROW
        yield _text(min(names, WIDTH * 0.4) + 6, y + 14, point.name.said(language), "end")
        yield from _bar(frame, chart, point, pair, text, y)
    yield _rule(zero, 10, zero, height - 12, theme()["line"])


def _ends(chart: Chart) -> Iterator[tuple[float, float] | None]:
    """From where to where each bar goes; steps of a waterfall begin where the one before ends."""
    reached = 0.0
    for point in chart.series[0].points:
        if point.value is None:
            yield None
        elif chart.chart is ChartKind.bars or point.total:
            reached = point.value
            yield 0.0, point.value
        else:
            yield reached, reached + point.value
            reached += point.value


def _bar(
    frame: Frame, chart: Chart, point: Point, pair: tuple[float, float] | None, text: str, y: float
) -> Iterator[str]:
    if pair is None:
        yield _text(frame.along(0.0) + 6, y + 14, text, "start", theme()["muted"])
        return
    left, right = frame.along(min(pair)), frame.along(max(pair))
    colour = _colour(chart, point)
    yield (
        f'<rect x="{left:.1f}" y="{y + 3:.1f}" width="{max(right - left, 1):.1f}" height="14" '
        f'fill="{colour}"/>'
    )
    down = chart.chart is ChartKind.bars and pair[1] < 0
    x, side = (left - 5, "end") if down else (right + 5, "start")
    yield _text(x, y + 14, text, side)


def _colour(chart: Chart, point: Point) -> str:
    if chart.chart is ChartKind.waterfall and not point.total:
        return theme()["series0" if (point.value or 0) >= 0 else "series1"]
    return theme()["muted" if point.total else "series0"]


# ---- marks


def _unit(chart: Chart, language: Language) -> str:
    return chart.unit.said(language) if chart.unit else ""


def _wide(text: str) -> float:
    return width_of(text) * _COLUMN


def _rule(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{colour}" stroke-width="1"/>'


def _text(
    x: float, y: float, text: str, anchor: str, colour: str = "", *, bold: bool = False
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
        f'fill="{colour or theme()["text"]}"{weight}>{escape(text)}</text>'
    )
