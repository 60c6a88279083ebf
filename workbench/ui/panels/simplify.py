"""Fewer points on borders, with neighbours still touching (Douglas and Peucker 1973)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import ceil, cos, hypot, log10, radians

Point = tuple[float, float]
Ring = tuple[Point, ...]
"""Longitude and latitude in degrees; the last point is the first again."""


def simplified(rings: Sequence[Ring], tolerance: float) -> list[Ring]:
    """The rings with no border moved by more than ``tolerance`` degrees of latitude (longitude is
    scaled to it). A border that two rings share is cut once, so that no gap opens between them.
    A ring that comes down to a line is dropped as ``()``; the places in the list stay.
    """
    if not rings:
        return []
    junctions = _junctions(rings)
    stretch = cos(radians(sum(p[1] for p in rings[0]) / len(rings[0])))
    done: dict[Ring, Ring] = {}
    return [_ring(ring, junctions, tolerance, stretch, done) for ring in rings]


def digits_for(tolerance: float) -> int:
    """Digits of degrees that are as fine as ``tolerance``; rounded alike, borders stay shared."""
    return max(0, ceil(-log10(tolerance)))


def _junctions(rings: Iterable[Ring]) -> frozenset[Point]:
    """Points where borders part: those with other than two neighbours over all rings."""
    neighbours: dict[Point, set[Point]] = {}
    for ring in rings:
        for a, b in pairwise(ring):
            neighbours.setdefault(a, set()).add(b)
            neighbours.setdefault(b, set()).add(a)
    return frozenset(point for point, around in neighbours.items() if len(around) != 2)


def _ring(
    ring: Ring,
    junctions: frozenset[Point],
    tolerance: float,
    stretch: float,
    done: dict[Ring, Ring],
) -> Ring:
    open_ = ring[:-1]
    cuts = [i for i, point in enumerate(open_) if point in junctions] or [open_.index(min(open_))]
    turned = (*open_[cuts[0] :], *open_[: cuts[0]])
    places = [(i - cuts[0]) % len(open_) for i in cuts]
    closed = (*turned, turned[0])
    out: list[Point] = []
    for start, end in zip(places, [*places[1:], len(turned)], strict=True):
        out += _arc(closed[start : end + 1], tolerance, stretch, done)[:-1]
    return (*out, out[0]) if len(set(out)) >= 3 else ()


def _arc(arc: Ring, tolerance: float, stretch: float, done: dict[Ring, Ring]) -> Ring:
    """One border between two junctions, the same from either side."""
    backwards = arc[::-1]
    key = min(arc, backwards)
    if key not in done:
        done[key] = _cut(key, tolerance, stretch)
    return done[key] if key == arc else done[key][::-1]


def _cut(arc: Ring, tolerance: float, stretch: float) -> Ring:
    """Douglas-Peucker without recursion; an arc that ends where it starts is halved first."""
    kept = {0, len(arc) - 1}
    waiting = [(0, len(arc) - 1)]
    if arc[0] == arc[-1] and len(arc) > 2:
        far = max(range(len(arc)), key=lambda i: _apart(arc[0], arc[i], stretch))
        kept.add(far)
        waiting = [(0, far), (far, len(arc) - 1)]
    while waiting:
        start, end = waiting.pop()
        if end - start < 2:
            continue
        far = max(range(start + 1, end), key=lambda i: _off(arc[i], arc[start], arc[end], stretch))
        if _off(arc[far], arc[start], arc[end], stretch) > tolerance:
            kept.add(far)
            waiting += [(start, far), (far, end)]
    return tuple(arc[i] for i in sorted(kept))


def _apart(a: Point, b: Point, stretch: float) -> float:
    return hypot((b[0] - a[0]) * stretch, b[1] - a[1])


def _off(point: Point, start: Point, end: Point, stretch: float) -> float:
    """How far ``point`` is from the line between ``start`` and ``end``."""
    dx, dy = (end[0] - start[0]) * stretch, end[1] - start[1]
    px, py = (point[0] - start[0]) * stretch, point[1] - start[1]
    length = dx * dx + dy * dy
    along = max(0.0, min(1.0, (px * dx + py * dy) / length)) if length else 0.0
    return hypot(px - along * dx, py - along * dy)
