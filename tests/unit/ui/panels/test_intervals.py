"""Lines with an interval: a band where there are several points, an upright line for one."""

from __future__ import annotations

from typing import Any

from drawing import draw, table

MONTHS = ["2026-01", "2026-02", "2026-03"]
DECLARED: dict[str, Any] = {
    "chart": "line", "by": "m", "value": "v", "series": "k", "start": "low", "end": "high",
}  # fmt: skip


def intervals(low: list[float | None], high: list[float | None]) -> list[dict[str, Any]]:
    kinds = ["a", "b", "b"]
    made = draw(table(m=MONTHS, v=[5.0, 6.0, 7.0], k=kinds, low=low, high=high), **DECLARED)
    assert made.figure is not None
    reach = made.figure["layout"]["yaxis"]["range"]
    assert reach[1] >= max(value for value in high if value is not None)
    return [trace for trace in made.figure["data"] if trace.get("meta") == "interval"]


def test_a_band_goes_along_the_low_ends_and_back_along_the_high_ones() -> None:
    (band,) = intervals([None, 4.0, 3.0], [None, 8.0, 12.0])
    assert band["y"] == [4.0, 3.0, 12.0, 8.0]
    assert band["x"] == [*band["x"][:2], *reversed(band["x"][:2])]
    assert band["fill"] == "toself"


def test_a_single_point_has_an_upright_line() -> None:
    (bar,) = intervals([None, None, 3.0], [None, None, 9.0])
    assert bar["y"] == [3.0, 9.0]
    assert "fill" not in bar


def test_without_bounds_there_is_none() -> None:
    assert intervals([None, None, None], [7.0, 7.0, 7.0]) == []
