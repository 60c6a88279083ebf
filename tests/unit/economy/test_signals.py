"""Lights and their sum; the activity of enterprises."""

from __future__ import annotations

import polars as pl
import pytest
from economy_frames import at, month, months, series

from workbench.economy import activity, signals
from workbench.economy.activity import Activity
from workbench.economy.signals import Light, Panel
from workbench.errors import InvalidInput, Text

OURS = Text("本测试自定", "of this test")
NAMES = tuple("abcdefghi")
PANEL = Panel(tuple(Light(n, (0, 2, 6, 8)) for n in NAMES), signals.TOTAL_OF_NINE, OURS)
POINTS = {1: -1.0, 2: 0.0, 3: 2.0, 4: 6.0, 5: 8.0}


def sum_of(points: int) -> pl.DataFrame:
    """Nine indicators whose lights have so many points in all."""
    each, more = divmod(points, 9)
    scores = [each + (i < more) for i in range(9)]
    rows = [series("2024-01", [POINTS[s]], n) for n, s in zip(NAMES, scores, strict=True)]
    return pl.concat(rows)


@pytest.mark.parametrize(
    ("points", "colour"),
    [
        (39, "red"),  # March 2010 (cnYES, 27 April 2010)
        (38, "red"),
        (37, "yellow"),
        (28, "green"),  # October 2009
        (26, "green"),  # June 2011
        (20, "light_blue"),  # January 2018 (CNA, 7 March 2018)
        (19, "light_blue"),  # September 2009
        (16, "blue"),  # December 2006
        (9, "blue"),
        (45, "red"),
    ],
)
def test_scores_have_the_colours_that_were_published(points: int, colour: str) -> None:
    out = signals.total(signals.lights(sum_of(points), PANEL), PANEL)
    assert at(out, "2024-01", "points") == points
    assert at(out, "2024-01", "colour") == colour
    assert at(out, "2024-01", "percent") == pytest.approx(points / 45 * 100)


def test_thresholds_belong_to_the_warmer_side_and_can_be_turned() -> None:
    values = [-0.1, 0.0, 1.9, 2.0, 5.9, 6.0, 7.9, 8.0, None]
    plain = Panel((Light("s", (0, 2, 6, 8)),), (1.5, 2.5, 3.5, 4.5), OURS)
    lit = signals.lights(series("2024-01", values), plain)
    assert lit["points"].to_list() == [1, 2, 2, 3, 3, 4, 4, 5, None]
    turned = Panel((Light("s", (4, 5, 6, 7), inverted=True),), (1.5, 2.5, 3.5, 4.5), OURS)
    lit = signals.lights(series("2024-01", [3.9, 4.0, 4.1, 5.5, 7.0, 7.1]), turned)
    assert lit["colour"].to_list() == ["red", "red", "yellow", "green", "light_blue", "blue"]


def test_a_missing_light_leaves_no_sum_unless_the_panel_allows_it() -> None:
    frame = sum_of(27).with_columns(
        pl.when(pl.col("series") == "a").then(None).otherwise("value").alias("value")
    )
    none = signals.total(signals.lights(frame, PANEL), PANEL)
    assert (at(none, "2024-01", "points"), at(none, "2024-01", "colour")) == (None, None)
    eight = Panel(PANEL.lights, PANEL.totals, OURS, least=8)
    some = signals.total(signals.lights(frame, eight), eight)
    assert at(some, "2024-01", "points") == pytest.approx(27)
    assert (at(some, "2024-01", "counted"), at(some, "2024-01", "of")) == (8, 9)


@pytest.mark.parametrize(
    "bad",
    [
        lambda: Light("s", (1, 1, 2, 3)),
        lambda: Light("s", (1, 2, 3)),  # type: ignore[arg-type]
        lambda: Light("s", ("1", "2", "3", "4")),  # type: ignore[arg-type]
        lambda: Light("s", (1, 2, 3, float("inf"))),
        lambda: Light("s", (False, True, 2, 3)),
        lambda: Light(" ", (1, 2, 3, 4)),
        lambda: Light("s", (1, 2, 3, 4), inverted="no"),  # type: ignore[arg-type]
        lambda: Panel((), (1, 2, 3, 4), OURS),
        lambda: Panel((Light("s", (0, 1, 2, 3)),) * 2, (3, 4, 5, 6), OURS),
        lambda: Panel((Light("s", (0, 1, 2, 3)),), (2, 3, 4, 6), OURS),
        lambda: Panel(PANEL.lights, PANEL.totals, Text("", "")),
        lambda: Panel(PANEL.lights, PANEL.totals, OURS, least=10),
        lambda: signals.lights(sum_of(27).head(8), PANEL),
        lambda: Activity(weights={"power": 0.0}),
        lambda: Activity(idle=70),
        lambda: Activity(least=5),
    ],
)
def test_panels_that_are_refused(bad: object) -> None:
    with pytest.raises(InvalidInput):
        bad()  # type: ignore[operator]


def test_thresholds_from_history() -> None:
    frame = series("2010-01", [float(v) for v in range(101)])
    assert signals.from_history(frame)["s"] == pytest.approx((10, 25, 75, 90))
    with pytest.raises(InvalidInput):
        signals.from_history(frame.head(35))


def firm(name: str, source: str, values: list[float | None]) -> pl.DataFrame:
    return series("2023-01", values, name).select(
        pl.col("series").alias("entity"), pl.lit(source).alias("source"), "month", "value"
    )


FIRMS = pl.concat(
    [
        firm("steady", "power", [100.0] * 14),
        firm("steady", "invoices", [50.0] * 14),
        firm("steady", "tax", [5.0] * 12 + [-3.0, 5.0]),
        firm("stops", "power", [80.0] * 12 + [8.0, 0.0]),
        firm("stops", "invoices", [40.0] * 12 + [10.0, 0.0]),
        firm("silent", "power", [80.0] * 12 + [None, 80.0]),
        firm("silent", "employment", [10.0] * 13),
    ]
)


def test_activity_of_a_firm() -> None:
    out = activity.activity(FIRMS.sample(fraction=1, shuffle=True, seed=4))

    def of(name: str, when: str) -> tuple[object, object]:
        row = out.filter((pl.col("entity") == name) & (pl.col("month") == month(when)))
        return row["index"].item(), row["state"].item()

    assert of("steady", "2024-02") == (pytest.approx(100), "active")
    # A refund counts as no tax: 0.4 + 0.3 of 0.85.
    assert of("steady", "2024-01")[0] == pytest.approx(70 / 0.85)
    assert of("stops", "2024-01") == (pytest.approx((0.4 * 10 + 0.3 * 25) / 0.7), "idle")
    assert of("stops", "2024-02") == (pytest.approx(0), "idle")
    assert of("silent", "2024-01") == (None, "unknown")
    assert of("steady", "2023-06") == (None, "unknown")  # five months before it are too few
    assert of("steady", "2023-07")[1] == "active"


def test_activity_does_not_depend_on_the_unit_and_is_capped() -> None:
    base = activity.activity(FIRMS)
    larger = activity.activity(FIRMS.with_columns(pl.col("value") * 3.6))
    assert larger["index"].to_list() == pytest.approx(base["index"].to_list())
    jump = pl.concat([firm("x", s, [1.0] * 12 + [100.0]) for s in ("power", "tax")])
    assert activity.activity(jump)["index"].to_list()[-1] == pytest.approx(150)


def test_activity_of_a_county() -> None:
    groups = pl.DataFrame({"entity": ["steady", "stops", "silent"], "county": ["A", "A", "B"]})
    out = activity.by_group(activity.activity(FIRMS), groups, ["county"])
    last = out.filter(pl.col("month") == months("2024-02", 1)[0])
    assert last["idle"].to_list() == [50.0, None]
    assert last["unknown"].to_list() == [0, 1]
