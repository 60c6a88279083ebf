"""Heat maps, scatters and signal lights."""

from __future__ import annotations

from typing import Any

import pytest
from drawing import HOSTILE, draw, page, reason, table, withheld

from workbench.ui.view import State

FILTER = page(filters=[{"id": "n", "label": {"zh": "名", "en": "n"}}])


def figure(made: Any) -> dict[str, Any]:
    assert made.state is State.drawn, made.reasons
    return made.figure


# ---- heat map


def test_categories_in_order_of_appearance_and_empty_cells() -> None:
    given = table(a=["乙", "甲", "乙"], b=["二", "一", "一"], v=[1.0, 2.0, float("nan")])
    made = figure(draw(given, chart="heatmap", by="a", across="b", value="v"))
    trace = made["data"][0]
    assert (trace["x"], trace["y"]) == (["乙", "甲"], ["二", "一"])
    assert trace["z"] == [[1.0, None], [None, 2.0]]
    assert trace["text"] == [["1", ""], ["", "2"]]
    assert trace["hovertext"][1] == ["一<br>乙<br>—", "一<br>甲<br>2"]
    assert trace["colorscale"] == "@sequential"


def test_a_reference_is_the_middle_of_the_colours() -> None:
    given = table(a=["甲"], b=["一"], v=[101.5])
    level = {"value": 100, "label": {"zh": "上月", "en": "x"}}
    trace = figure(draw(given, chart="heatmap", by="a", across="b", value="v", reference=level))[
        "data"
    ][0]
    assert (trace["colorscale"], trace["zmid"]) == ("@diverging", 100.0)
    assert trace["colorbar"]["tickvals"][0] <= 98.5  # as far down as the colours run
    assert trace["colorbar"]["tickvals"][-1] >= 101.5


def test_months_stand_in_order_and_many_cells_have_no_text() -> None:
    months = [f"{y}-{m:02d}" for y in (2024, 2025) for m in range(12, 0, -1)]
    given = table(
        m=months * 10, c=[f"市{i}" for i in range(10) for _ in months], v=list(range(240))
    )
    made = figure(draw(given, chart="heatmap", by="m", across="c", value="v"))
    trace = made["data"][0]
    assert trace["x"][0] == "2024-01-01"
    assert len(trace["x"]) == 24
    assert "text" not in trace
    assert made["layout"]["yaxis"]["range"] == [9.5, -0.5]


def test_two_rows_in_a_cell_and_too_many_cells() -> None:
    twice = draw(
        table(a=["甲", "甲"], b=["一", "一"], v=[1, 2]),
        chart="heatmap",
        by="a",
        across="b",
        value="v",
    )
    assert reason(twice) == "Two rows stand at the same place: 一, 甲."
    many = table(a=[str(i) for i in range(90)], b=[str(i) for i in range(90)], v=list(range(90)))
    wrong = draw(many, chart="heatmap", by="a", across="b", value="v")
    assert reason(wrong) == "8100 cells are too many for one chart."


def test_picks_of_a_grid() -> None:
    given = table(n=["甲", "乙"], b=["一", "一"], v=[1, 2])
    trace = figure(
        draw(given, of=FILTER, chart="heatmap", by="n", across="b", value="v", picks="n")
    )["data"][0]
    assert trace["customdata"] == [["甲", "乙"]]


# ---- scatter


def test_points_without_both_figures_are_told() -> None:
    given = table(x=[1.0, None, 3.0], v=[1, 2, None], n=["甲", "乙", "丙"])
    made = draw(given, chart="scatter", by="x", value="v", label="n")
    assert figure(made)["data"][0]["x"] == [1.0]
    assert made.notes == ("3 项中有 2 项没有可画的数。",)


def test_points_without_names_are_summed_up_without_brackets() -> None:
    given = table(x=[float(i) for i in range(1200)], v=list(range(1200)))
    made = draw(given, chart="scatter", by="x", value="v")
    assert "1,200 个数，最低 0，最高 1,199。" in made.summary
    assert "（）" not in made.summary


@pytest.mark.parametrize(("count", "rims"), [(20, True), (5000, False)])
def test_many_points_are_small_and_have_no_rims(count: int, rims: bool) -> None:
    given = table(x=[float(i) for i in range(count)], v=list(range(count)))
    marker = figure(draw(given, chart="scatter", by="x", value="v"))["data"][0]["marker"]
    assert (marker["line"]["width"] > 0) is rims
    assert (marker["size"] >= 9) is rims


def test_names_near_an_edge_stand_inwards() -> None:
    given = table(x=[0.0, 50.0, 100.0], v=[0, 50, 100], n=["甲", "乙", "丙"])
    made = figure(draw(given, chart="scatter", by="x", value="v", label="n"))
    assert made["data"][0]["textposition"] == ["top right", "top center", "bottom left"]


def test_the_outermost_points_are_named_and_the_picked_one() -> None:
    count = 50
    given = table(
        x=[float(i % 7) for i in range(count - 1)] + [100.0],
        v=[i % 5 for i in range(count - 1)] + [90],
        n=[f"n{i}" for i in range(count)],
    )
    made = figure(
        draw(
            given,
            of=FILTER,
            picked={"n": "n20"},
            chart="scatter",
            by="x",
            value="v",
            label="n",
            picks="n",
        )
    )
    named = [text for text in made["data"][0]["text"] if text]
    assert "n49" in named
    assert "n20" in named
    assert len(named) <= 7


def test_sizes_are_areas_with_a_legend_in_words() -> None:
    given = table(x=[1, 2, 3], v=[1, 2, 3], s=[100, 25, None])
    made = draw(
        given,
        chart="scatter",
        by="x",
        value="v",
        size="s",
        columns={"s": {"label": {"zh": "人口", "en": "people"}, "unit": {"zh": "万人", "en": "x"}}},
    )
    assert figure(made)["data"][0]["marker"]["size"] == [34.0, 17.0, 5.0]
    assert made.notes == ("圆的面积表示人口，最大的为 100万人。",)
    below = draw(table(x=[1], v=[1], s=[-1]), chart="scatter", by="x", value="v", size="s")
    assert reason(below) == "Column s has values below zero."


def test_series_and_titles_of_both_axes() -> None:
    given = table(x=[1.0, 2.0], v=[1, 2], t=["一线", HOSTILE])
    made = figure(
        draw(
            given,
            chart="scatter",
            by="x",
            value="v",
            series="t",
            columns={"x": {"unit": {"zh": "%", "en": "%"}}},
        )
    )
    assert made["layout"]["xaxis"]["title"]["text"] == "x（%）"
    assert made["data"][0]["name"] == "一线"
    assert made["layout"]["showlegend"] is True


def test_too_many_points() -> None:
    given = table(x=list(range(6000)), v=list(range(6000)))
    assert reason(draw(given, chart="scatter", by="x", value="v")) == (
        "6,000 points are too many for one chart."
    )


# ---- signal lights


def test_lights_by_all_their_words() -> None:
    words = ["绿", "正常", "GREEN", "黄", "关注", "red", "预警", "灰", None, ""]
    given = table(n=[str(i) for i in range(10)], a=["一"] * 10, v=words)
    made = draw(given, chart="signals", by="n", across="a", value="v")
    assert made.signals is not None
    levels = [row["cells"][0]["level"] for row in made.signals["rows"]]
    assert levels == ["green"] * 3 + ["yellow"] * 2 + ["red"] * 2 + ["grey"] * 3
    assert made.signals["rows"][4]["cells"][0]["text"] == "关注"
    assert made.summary == "图：共 10 盏灯，红灯 2，黄灯 2，绿灯 3，灰灯 3。"


def test_a_combination_without_a_row_is_grey_and_texts_are_shown() -> None:
    given = table(n=["甲", "乙"], a=["一", "二"], v=["绿", "红"], t=["98%", HOSTILE])
    made = draw(given, chart="signals", by="n", across="a", value="v", text="t")
    assert made.signals == {
        "columns": ["一", "二"],
        "rows": [
            {
                "label": "甲",
                "cells": [{"level": "green", "text": "98%"}, {"level": "grey", "text": "—"}],
            },
            {
                "label": "乙",
                "cells": [{"level": "grey", "text": "—"}, {"level": "red", "text": HOSTILE}],
            },
        ],
    }

    assert made.summary == "图：共 2 盏灯，红灯 1，黄灯 0，绿灯 1，灰灯 0。"


def test_an_unknown_level_is_no_light() -> None:
    made = draw(table(n=["甲"], a=["一"], v=["橙"]), chart="signals", by="n", across="a", value="v")
    assert made.state is State.wrong
    assert made.signals is None
    assert reason(made) == "橙 is no level of a signal light."


def test_a_withheld_level_is_grey_with_its_reason() -> None:
    release = withheld(
        {"n": ["甲", "乙"], "a": ["一", "一"], "v": ["绿", None]}, {"v": [None, "suppressed"]}
    )
    made = draw(release, chart="signals", by="n", across="a", value="v")
    assert made.signals is not None
    assert made.signals["rows"][1]["cells"][0] == {
        "level": "grey",
        "text": "未放行：以免显出单个主体",
    }
