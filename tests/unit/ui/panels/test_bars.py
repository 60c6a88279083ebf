"""Bars, stacks and rankings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drawing import HOSTILE, draw, page, reason, table, withheld

from workbench.ui.view import State

FILTER = page(filters=[{"id": "n", "label": {"zh": "名", "en": "n"}}])


def figure(made: Any) -> dict[str, Any]:
    assert made.state is State.drawn, made.reasons
    return made.figure


def test_few_short_names_stand_and_long_or_many_lie() -> None:
    short = figure(draw(table(n=["甲", "乙"], v=[1, 2]), chart="bar", by="n", value="v"))
    assert short["data"][0]["orientation"] == "v"
    assert short["data"][0]["x"] == ["甲", "乙"]
    long = figure(
        draw(table(n=["阿坝州数据管理局", "乙"], v=[1, 2]), chart="bar", by="n", value="v")
    )
    assert long["data"][0]["orientation"] == "h"
    assert long["data"][0]["y"] == ["阿坝州数据管理局", "乙"]
    many = figure(draw(table(n=[f"n{i}" for i in range(30)], v=list(range(30))), chart="bar",
                       by="n", value="v"))  # fmt: skip
    assert many["data"][0]["orientation"] == "h"
    assert many["layout"]["height"] > 700
    assert many["layout"]["yaxis"]["range"] == [29.5, -0.5]


def test_long_labels_are_cut_and_whole_on_hover() -> None:
    name = "阿坝藏族羌族自治州数据资源和政务服务管理局综合业务科"
    made = figure(draw(table(n=[name, "乙"], v=[1, 2]), chart="bar", by="n", value="v"))
    label = made["layout"]["yaxis"]["ticktext"][0]
    assert label == "阿坝藏族羌族自治州数据资<br>源和政务服务管理局综合…"
    assert name in made["data"][0]["hovertext"][0]
    assert made["layout"]["yaxis"]["automargin"] is True


def test_bars_begin_at_zero_carry_values_and_never_draw_a_null() -> None:
    made = figure(draw(table(n=["甲", "乙", "丙"], v=[1_234_567, None, 900_000]), chart="bar",
                       by="n", value="v"))  # fmt: skip
    bars, missing = made["data"]
    assert bars["y"] == [1_234_567.0, None, 900_000.0]
    assert bars["text"] == ["123.46万", "", "90万"]
    assert missing["x"] == ["乙"]
    assert missing["text"] == ["—"]
    assert made["layout"]["yaxis"]["range"][0] == 0
    assert made["layout"]["yaxis"]["ticktext"] == ["0", "25万", "50万", "75万", "100万", "125万"]


def test_periods_stand_in_order_with_their_gaps() -> None:
    months = ["2025-03", "2025-01", *[f"2024-{m:02d}" for m in range(1, 13)]]
    made = figure(draw(table(m=months, v=list(range(14))), chart="bar", by="m", value="v"))
    axis = made["layout"]["xaxis"]
    assert axis["categoryarray"] == [*(f"2024-{m:02d}-01" for m in range(1, 13)),
                                     *(f"2025-0{m}-01" for m in (1, 2, 3))]  # fmt: skip
    assert made["data"][0]["orientation"] == "v"
    assert axis["ticktext"][0] == "1月<br>2024年"
    assert len(axis["ticktext"]) <= 6


def test_bars_that_are_not_final_are_hatched() -> None:
    made = figure(draw(table(n=["甲", "乙"], v=[1, 2], s=["final", "preliminary"]), chart="bar",
                       by="n", value="v", status="s"))  # fmt: skip
    assert made["data"][0]["marker"]["pattern"]["shape"] == ["", "/"]


def test_groups_beside_each_other_and_duplicates() -> None:
    given = table(n=["甲", "乙", "甲"], c=["计划", "计划", "实际"], v=[1, 2, 3])
    made = figure(draw(given, chart="bar", by="n", value="v", series="c"))
    assert [t["name"] for t in made["data"]] == ["计划", "实际"]
    assert made["layout"]["barmode"] == "group"
    assert made["layout"]["showlegend"] is True
    twice = draw(table(n=["甲", "甲"], v=[1, 2]), chart="bar", by="n", value="v")
    assert reason(twice) == "Two rows stand at the same place: 甲."


def test_more_bars_than_can_be_seen_are_told() -> None:
    made = draw(table(n=[f"n{i}" for i in range(100)], v=list(range(100))), chart="bar", by="n",
                value="v")  # fmt: skip
    assert len(figure(made)["data"][0]["y"]) == 60
    assert figure(made)["data"][0]["y"] == [f"n{i}" for i in range(40, 100)]
    assert made.notes == ("图中只画出最大的 60 项，共 100 项。",)


def test_the_picked_bar_stands_out() -> None:
    made = figure(draw(table(n=["甲", "乙"], v=[1, 2]), of=FILTER, picked={"n": "乙"}, chart="bar",
                       by="n", value="v", picks="n"))  # fmt: skip
    marker = made["data"][0]["marker"]
    assert marker["color"] == ["@series0", "@accent"]
    assert marker["opacity"] == [0.35, 1]
    gone = figure(draw(table(n=["甲"], v=[1]), of=FILTER, picked={"n": "丙"}, chart="bar", by="n",
                       value="v", picks="n"))  # fmt: skip
    assert gone["data"][0]["marker"]["opacity"] == [1]


def test_stacks_reach_to_their_sum_and_refuse_parts_below_zero() -> None:
    given = table(n=["甲", "甲", "乙"], c=["一", "二", "一"], v=[60, 70, 5])
    made = figure(draw(given, chart="stacked", by="n", value="v", series="c"))
    assert made["layout"]["barmode"] == "stack"
    assert made["layout"]["yaxis"]["range"][1] >= 130
    assert made["data"][0]["text"] == ["60", "5"]
    wrong = draw(table(n=["甲", "乙"], v=[1, Decimal("-2.50")]), chart="stacked", by="n", value="v")
    assert wrong.state is State.wrong
    assert reason(wrong) == "-2.5 cannot be stacked."
    assert wrong.reasons[0].next is not None


def test_a_stack_of_which_parts_are_withheld_ends_open() -> None:
    release = withheld(
        {"n": ["甲", "甲", "乙", "丙"], "c": ["一", "二", "一", "一"], "v": [60, None, 5, None]},
        {"v": [None, "suppressed", None, "suppressed"]},
    )
    made = draw(release, chart="stacked", by="n", value="v", series="c")
    *parts, end = figure(made)["data"]
    assert [part["name"] for part in parts] == ["一", "二"]
    assert (end["type"], end["x"], end["name"]) == ("bar", ["丙", "甲"], "未放行部分")
    assert end["y"][0] == end["y"][1] > 0  # a length that says nothing
    assert end["marker"]["pattern"]["shape"] == "x"
    assert end["hovertext"][1].startswith("甲<br>另有 1 项未放行<br>二：未放行：")
    assert end["showlegend"] is True
    assert figure(made)["layout"]["yaxis"]["range"][1] >= 60 + end["y"][0]
    assert made.notes == ("合计不含未放行的部分：有 2 根柱的顶端开口（网纹，长短无含义）。",)
    whole = draw(table(n=["甲"], c=["一"], v=[6]), chart="stacked", by="n", value="v", series="c")
    assert whole.notes == ()
    assert len(figure(whole)["data"]) == 1


# ---- rankings


def ranking(made: Any) -> list[str]:
    return figure(made)["data"][0]["y"]


def test_sorted_from_the_most_to_the_least_missing_ones_last() -> None:
    given = table(n=["甲", "乙", "丙", "丁"], v=[2, None, 9, 2])
    made = draw(given, chart="ranked", by="n", value="v")
    assert ranking(made) == ["丙", "甲", "丁", "乙"]
    assert figure(made)["data"][0]["hovertext"] == [
        "丙<br>9<br>第 1 位，共 3 位",
        "甲<br>2<br>第 2 位，共 3 位",
        "丁<br>2<br>第 2 位，共 3 位",
        "乙<br>—",
    ]
    assert figure(made)["data"][1]["text"] == [" —"]


def test_an_order_that_the_result_has_is_kept() -> None:
    up = draw(table(n=["甲", "乙", "丙"], v=[-5, -3, 1]), chart="ranked", by="n", value="v")
    assert ranking(up) == ["甲", "乙", "丙"]


def test_decimals_are_ranked_exactly() -> None:
    near = [Decimal("12345678901234567.1"), Decimal("12345678901234567.2"), Decimal(1)]
    assert ranking(
        draw(table(n=["甲", "乙", "丙"], v=near), chart="ranked", by="n", value="v")
    ) == [
        "乙",
        "甲",
        "丙",
    ]


def test_the_picked_one_is_shown_even_far_down() -> None:
    given = table(n=[f"n{i}" for i in range(100)], v=[100 - i for i in range(100)])
    made = draw(given, of=FILTER, picked={"n": "n88"}, chart="ranked", by="n", value="v", picks="n")
    assert ranking(made)[-1] == "n88"
    assert len(ranking(made)) == 61
    assert made.notes == ("图中只画出前 61 项，共 100 项。",)


def test_a_withheld_rank_says_so_in_its_place() -> None:
    release = withheld({"n": ["甲", HOSTILE], "v": [5, None]}, {"v": [None, "suppressed"]})
    made = figure(draw(release, chart="ranked", by="n", value="v"))
    assert made["data"][0]["text"] == ["5", ""]  # the board measures the texts of bars
    assert made["data"][1]["text"] == [" 未放行"]
    assert made["data"][1]["hovertext"] == ["未放行：以免显出单个主体"]
