"""A small line chart as SVG text: no browser, no fonts to fetch, diffs that can be read."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 60, 150, 20, 50
COLOURS = ("#1f5fa8", "#c4512d", "#2c8a57", "#7a4fa3", "#8a6d1d")


@dataclass(frozen=True)
class Line:
    """``points`` are (x, y), y from 0 upwards."""

    name: str
    points: Sequence[tuple[float, float]]


def chart(lines: Sequence[Line], x_title: str, y_title: str) -> str:
    """The SVG. Axes begin at zero, so that no growth looks larger than it is."""
    right = max(x for line in lines for x, _ in line.points)
    top = _round_up(max(y for line in lines for _, y in line.points))

    def place(x: float, y: float) -> tuple[float, float]:
        across = LEFT + x / right * (WIDTH - LEFT - RIGHT)
        return across, HEIGHT - BOTTOM - y / top * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for step in range(5):
        parts += _grid(place, right, top, step)
    for number, line in enumerate(lines):
        parts += _line(line, number, [place(x, y) for x, y in line.points])
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(_text(middle, HEIGHT - 12, x_title, "middle"))
    parts.append(
        f'<text x="16" y="{HEIGHT / 2:.0f}" text-anchor="middle" '
        f'transform="rotate(-90 16 {HEIGHT / 2:.0f})">{escape(y_title)}</text>'
    )
    return "\n".join((*parts, "</svg>", ""))


def _round_up(value: float) -> float:
    """The next 1, 2 or 5 times a power of ten."""
    power = 10 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)


def _grid(place, right: float, top: float, step: int) -> Iterator[str]:  # type: ignore[no-untyped-def]
    x, y = right * step / 4, top * step / 4
    (left, level), (end, _) = place(0, y), place(right, y)
    yield f'<path d="M{left:.1f} {level:.1f}H{end:.1f}" stroke="#ddd"/>'
    yield _text(left - 6, level + 4, f"{y:g}", "end")
    yield _text(place(x, 0)[0], HEIGHT - BOTTOM + 16, f"{x:,.0f}", "middle")


def _line(line: Line, number: int, points: list[tuple[float, float]]) -> Iterator[str]:
    colour = COLOURS[number % len(COLOURS)]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for x, y in points:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
    legend = TOP + 12 + number * 20
    yield f'<circle cx="{WIDTH - RIGHT + 20}" cy="{legend - 4}" r="4" fill="{colour}"/>'
    yield _text(WIDTH - RIGHT + 30, legend, line.name, "start")


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
