"""Lines and areas: gaps, colours, names, what is not final."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from drawing import HOSTILE, draw, page, reason, table

from workbench.ui.view import State


def traces(made: Any) -> list[dict[str, Any]]:
    assert made.state is State.drawn, made.reasons
    return made.figure["data"]


def test_a_missing_month_is_not_bridged() -> None:
    given = table(m=["2025-01", "2025-02", "2025-05", "2025-06"], v=[1, 2, 5, 6])
    (trace,) = traces(draw(given, chart="line", by="m", value="v"))
    assert trace["x"] == [f"2025-0{m}-01" for m in range(1, 7)]
    assert trace["y"] == [1.0, 2.0, None, None, 5.0, 6.0]
    assert trace["connectgaps"] is False


def test_a_series_with_every_third_month_has_no_gaps() -> None:
    given = table(m=["2024-12", "2025-03", "2025-06", "2025-12"], v=[1, 2, 3, 5])
    (trace,) = traces(draw(given, chart="line", by="m", value="v"))
    assert trace["y"] == [1.0, 2.0, 3.0, None, 5.0]


def test_rows_in_any_order_nan_and_null() -> None:
    given = table(q=["2025Q4", "2025Q1", "2025Q3", "2025Q2"], v=[4.0, 1.0, float("nan"), None])
    (trace,) = traces(draw(given, "en", chart="line", by="q", value="v"))
    assert trace["y"] == [1.0, None, None, 4.0]
    assert trace["hovertext"][0] == "Q1 2025<br>1"
    assert trace["marker"]["size"] == 6  # both ends stand alone: a line would not show them


def test_a_lonely_point_in_a_long_line_has_a_mark() -> None:
    months = [f"{y}-{m:02d}" for y in (2021, 2022, 2023) for m in range(1, 13)]
    values = [None if i in (9, 11) else i for i in range(36)]
    (trace,) = traces(draw(table(m=months, v=values), chart="line", by="m", value="v"))
    assert [i for i, size in enumerate(trace["marker"]["size"]) if size] == [10]
    whole = draw(table(m=months, v=list(range(36))), chart="line", by="m", value="v")
    assert traces(whole)[0]["mode"] == "lines"


def test_more_than_eight_series_are_muted_but_not_the_picked_one() -> None:
    cities = [f"城市{i}" for i in range(12)]
    given = table(
        m=[m for m in ("2025-01", "2025-02") for _ in cities], c=cities * 2, v=list(range(24))
    )
    filters = page(filters=[{"id": "c", "label": {"zh": "市", "en": "c"}}])
    made = draw(given, of=filters, picked={"c": "城市11"}, chart="line", by="m", value="v",
                series="c", picks="c")  # fmt: skip
    found = {t["name"]: t for t in traces(made)}
    assert found["城市11"]["line"]["color"] == "@accent"
    assert found["城市11"]["customdata"] == ["城市11", "城市11"]
    assert sum(t["line"]["color"] == "@muted" for t in found.values()) == 4
    assert made.notes == ("共 12 个系列：8 个用彩色，4 个用灰色。",)
    assert made.figure is not None
    assert made.figure["layout"]["showlegend"] is True
    assert sum(t["showlegend"] for t in found.values()) == 8
    colours = [t["line"]["color"] for t in found.values() if t["showlegend"]]
    assert len(set(colours)) == 8


def test_up_to_four_lines_are_named_at_their_end_and_kept_apart() -> None:
    given = table(m=["2025-01", "2025-02"] * 3, c=["甲", "甲", "乙", "乙", HOSTILE, HOSTILE],
                  v=[1.0, 100.0, 1.0, 100.1, 1.0, 2.0])  # fmt: skip
    made = draw(given, chart="line", by="m", value="v", series="c")
    assert made.figure is not None
    layout = made.figure["layout"]
    ends = {a["text"]: a for a in layout["annotations"]}
    assert layout["showlegend"] is False
    assert set(ends) == {"甲", "乙", "&lt;img src=x…"}
    assert ends["乙"]["yshift"] - ends["甲"]["yshift"] > 10
    assert layout["margin"]["r"] > 40


def test_figures_that_are_not_final_are_hollow_and_say_so() -> None:
    given = table(m=["2025-01", "2025-02", "2025-03"], v=[1, 2, 3],
                  s=["final", "preliminary", "awaiting_sign_off"])  # fmt: skip
    (trace,) = traces(draw(given, chart="line", by="m", value="v", status="s"))
    assert trace["marker"]["symbol"] == ["circle", "circle-open", "circle-open"]
    assert trace["hovertext"][1:] == ["2025年2月<br>2<br>初步数", "2025年3月<br>3<br>待签发"]


def test_reference_ticks_and_exact_decimals() -> None:
    given = table(m=["2025-01", "2025-02"], v=[Decimal("99.70"), Decimal("100.35")])
    made = draw(given, chart="line", by="m", value="v", format="index",
                reference={"value": 102, "label": {"zh": "上月<100>", "en": "x"}})  # fmt: skip
    assert made.figure is not None
    layout = made.figure["layout"]
    assert layout["yaxis"]["ticktext"] == ["99.5", "100", "100.5", "101", "101.5", "102"]
    assert layout["shapes"][0]["y0"] == 102
    assert made.notes == ("虚线：上月<100>。",)
    area = draw(given, "en", chart="heatmap", by="m", across="m", value="v",
                reference={"value": 102, "label": {"zh": "上月", "en": "last month"}})  # fmt: skip
    assert area.notes == ("Middle of the colours: last month.",)
    assert made.figure["data"][0]["hovertext"][1] == "2025年2月<br>100.35"
    assert "最高 100.4（2025年2月）" in made.summary


def test_numbers_and_names_along_the_axis() -> None:
    numbers = draw(table(x=[10, 1, 5], v=[1, 2, 3]), chart="line", by="x", value="v")
    assert traces(numbers)[0]["x"] == [1.0, 5.0, 10.0]
    assert traces(numbers)[0]["y"] == [2.0, 3.0, 1.0]
    names = draw(table(x=["春", "夏", "秋"], v=[1, 2, 3]), chart="line", by="x", value="v")
    assert names.figure is not None
    assert names.figure["layout"]["xaxis"]["categoryarray"] == ["春", "夏", "秋"]
    years = draw(table(x=[2021, 2023], v=[1, 3]), chart="line", by="x", value="v")
    assert traces(years)[0]["y"] == [1.0, None, 3.0]


def test_two_figures_at_one_place_are_refused() -> None:
    made = draw(table(m=["2025-01", "2025-01"], v=[1, 2]), chart="line", by="m", value="v")
    assert made.state is State.wrong
    assert reason(made) == "Two rows stand at the same place: 2025年1月."


def test_ten_thousand_rows_and_no_more_than_can_be_drawn() -> None:
    made = draw(table(x=list(range(10_000)), v=[i * 0.5 for i in range(10_000)]),
                chart="line", by="x", value="v")  # fmt: skip
    (trace,) = traces(made)
    assert len(trace["x"]) == 10_000
    assert trace["mode"] == "lines"
    assert len(json.dumps(made.figure)) < 1_000_000
    many = draw(
        table(x=list(range(40_000)), v=list(range(40_000))), chart="line", by="x", value="v"
    )
    assert reason(many) == "40,000 points are too many for one chart."


def test_an_area_has_a_stretch_of_its_own_on_each_side_of_a_gap() -> None:
    given = table(m=["2025-01", "2025-02", "2025-04", "2025-05"], v=[10, 20, 40, 50])
    made = draw(given, chart="area", by="m", value="v")
    first, second = traces(made)
    assert (first["x"], second["x"]) == (
        ["2025-01-01", "2025-02-01"],
        ["2025-04-01", "2025-05-01"],
    )
    assert first["fill"] == second["fill"] == "tozeroy"
    assert made.figure is not None
    assert made.figure["layout"]["yaxis"]["range"][0] == 0


def test_several_columns_of_values() -> None:
    made = draw(table(m=["2025-01", "2025-02"], a=[1, 2], b=[3, 4]), chart="line", by="m",
                value=["a", "b"])  # fmt: skip
    assert [t["name"] for t in traces(made)] == ["a", "b"]
    units = draw(table(m=["2025-01", "2025-02"], a=[1, 2], b=[3, 4]), chart="line", by="m",
                 value=["a", "b"], columns={"a": {"unit": {"zh": "户", "en": "x"}}})  # fmt: skip
    assert [t["name"] for t in traces(units)] == ["a（户）", "b"]
