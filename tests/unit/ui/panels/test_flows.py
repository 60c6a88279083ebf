"""Waterfalls, progress, sankeys and timelines."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from drawing import HOSTILE, draw, reason, table, withheld

from workbench.client.release import Release
from workbench.client.testing import sample_info
from workbench.ui.panels.labels import plain
from workbench.ui.view import State


def figure(made: Any) -> dict[str, Any]:
    assert made.state is State.drawn, made.reasons
    return made.figure


# ---- waterfall

STEPS = table(
    n=["年初", "新增", "注销", "年末"],
    v=[100, 30, -10, 120],
    k=["total", "增减", "relative", "合计"],
)


def test_steps_and_totals() -> None:
    made = draw(STEPS, chart="waterfall", by="n", value="v", kind="k")
    (trace,) = figure(made)["data"]
    assert trace["measure"] == ["absolute", "relative", "relative", "absolute"]
    assert trace["y"] == [100.0, 30.0, -10.0, 120.0]
    assert trace["text"] == ["100", "+30", "-10", "120"]
    assert made.notes == ()
    assert figure(made)["layout"]["yaxis"]["range"][1] >= 130


def test_a_total_that_is_not_the_sum_says_so() -> None:
    given = STEPS.set_column(1, "v", [[100, 30, -10, 125]])
    made = draw(given, chart="waterfall", by="n", value="v", kind="k")
    assert made.notes == ("年末与前面各步之和不一致，相差 +5。",)
    near = STEPS.set_column(
        1, "v", [[Decimal("100.0"), Decimal("30.1"), Decimal("-10.0"), Decimal("120.0")]]
    )
    assert draw(near, chart="waterfall", by="n", value="v", kind="k").notes == ()


def test_a_missing_or_withheld_step_breaks_all_sums() -> None:
    gap = STEPS.set_column(1, "v", [[100, None, -10, 120]])
    assert reason(draw(gap, chart="waterfall", by="n", value="v")) == "Row 2 has no figure."
    release = withheld({"n": ["甲", "乙"], "v": [5, None]}, {"v": [None, "suppressed"]})
    made = draw(release, chart="waterfall", by="n", value="v")
    assert made.state is State.withheld
    assert made.figure is None
    assert made.reasons


def test_an_unknown_kind_and_rows_without_kinds() -> None:
    odd = STEPS.set_column(2, "k", [["total", "relative", "relative", "sum"]])
    assert reason(draw(odd, chart="waterfall", by="n", value="v", kind="k")) == (
        "sum is no kind of a step."
    )
    plain = figure(draw(STEPS, chart="waterfall", by="n", value="v"))
    assert plain["data"][0]["measure"] == ["relative"] * 4


# ---- progress


def test_behind_plan_is_bad_and_the_due_date_stands_there() -> None:
    given = table(
        n=["甲", "乙", "丙"],
        v=[30, 70, None],
        p=[50, 70, 10],
        d=[dt.date(2026, 12, 31), dt.date(2026, 6, 30), None],
    )
    made = draw(given, chart="progress", by="n", value="v", plan="p", due="d")
    bars, plans, texts = figure(made)["data"]
    assert bars["marker"]["color"] == ["@bad", "@good", "@muted"]
    assert texts["text"] == ["30 / 50", "70 / 70", "—"]
    assert texts["x"] == [50.0, 70.0, 10.0]  # behind the bar and behind the mark of its plan
    assert figure(made)["layout"]["yaxis"]["ticktext"][2] == "丙"
    assert plans["x"] == [50.0, 70.0, 10.0]
    assert figure(made)["layout"]["yaxis"]["ticktext"][0] == "甲<br>2026年12月31日到期"
    assert "落后于计划" in bars["hovertext"][0]
    assert "2 项中有 1 项落后于计划。" in made.summary


def test_behind_by_the_last_digit() -> None:
    given = table(n=["甲"], v=[Decimal("9007199254740992.1")], p=[Decimal("9007199254740992.2")])
    made = figure(draw(given, chart="progress", by="n", value="v", plan="p"))
    assert made["data"][0]["marker"]["color"] == ["@bad"]


# ---- sankey


def flows(a: list[str], b: list[str], v: list[Any] | None = None) -> Any:
    given = table(a=a, b=b, v=v or [1] * len(a))
    return draw(given, chart="sankey", source="a", target="b", value="v")


def test_three_layers() -> None:
    made = flows(["民政", "教育", "目录", "目录"], ["目录", "目录", "税务", "公安"], [1, 2, 1, 2])
    (trace,) = figure(made)["data"]
    assert trace["node"]["label"] == ["民政", "目录", "教育", "税务", "公安"]
    assert trace["link"]["source"] == [0, 2, 1, 1]
    assert trace["link"]["target"] == [1, 1, 3, 4]
    assert trace["link"]["value"] == [1.0, 2.0, 1.0, 2.0]
    assert trace["link"]["label"][0] == "民政 → 目录<br>1"
    assert made.picks is None


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (["甲", "乙"], ["乙", "甲"]),
        (["甲"], ["甲"]),
        (["丁", "甲", "乙", "丙"], ["甲", "乙", "丙", "甲"]),
    ],
)
def test_cycles_are_refused(a: list[str], b: list[str]) -> None:
    made = flows(a, b)
    assert made.state is State.wrong
    assert reason(made).startswith("The flows run in a circle through ")
    assert "丁" not in reason(made)
    assert made.reasons[0].next is not None


def test_four_layers_flows_below_zero_and_without_figures() -> None:
    assert reason(flows(["甲", "乙", "丙"], ["乙", "丙", "丁"])) == "The flows have 4 layers."
    assert reason(flows(["甲"], ["乙"], [-1])) == "A flow of -1 cannot be drawn."
    made = flows(["甲", "甲"], ["乙", "丙"], [1, None])
    assert figure(made)["data"][0]["link"]["value"] == [1.0]
    assert made.notes == ("2 项中有 1 项没有可画的数。",)
    assert reason(flows([f"a{i}" for i in range(201)], ["b"] * 201)).startswith("201 flows")


def test_flows_that_are_withheld_are_told_as_such() -> None:
    release = withheld(
        {"a": ["甲", "甲", "乙", "甲"], "b": ["丙", "丁", "丙", "戊"], "v": [5, None, None, None]},
        {"v": [None, "suppressed", "suppressed", None]},
    )
    made = draw(release, chart="sankey", source="a", target="b", value="v")
    assert made.notes == (
        "4 项流向中有 2 项未放行：它们没有画出，两端的高度也不含它们。",
        "全部流向未放行的：乙, 丁",
        "4 项中有 1 项没有可画的数。",
    )


def test_no_flow_above_zero_is_an_empty_panel() -> None:
    made = flows(["甲"], ["乙"], [0])
    assert made.state is State.empty
    assert made.figure is None
    assert made.summary == "所选范围内没有大于零的流向。"


# ---- timeline

PLAN = table(
    n=["编制", HOSTILE, "验收"],
    s=["2026-01-01", "2026-03-01", "2026-06-15"],
    e=["2026-03-31", "2026-07-31", None],
    t=["甲", "乙", "甲"],
)


def dated(data: dt.date | None, given: Any = PLAN) -> Release:
    info = sample_info()
    return Release(given, replace(info, sources=(replace(info.sources[0], data_date=data),)), "zh")


def timeline(given: Any, **more: Any) -> Any:
    return draw(given, chart="timeline", by="n", start="s", end="e", **more)


def test_bars_from_start_to_the_end_of_the_last_day() -> None:
    made = figure(timeline(PLAN, series="t"))
    first, second = made["data"]
    assert first["base"] == ["2026-01-01T00:00:00", "2026-06-15T00:00:00"]
    assert first["x"][0] == 90 * 86_400_000
    assert first["marker"]["pattern"]["shape"] == ["", "/"]
    assert second["hovertext"] == [f"{plain(HOSTILE)}<br>乙<br>2026年3月1日至2026年7月31日"]
    assert made["layout"]["xaxis"]["ticktext"][0] == "1月<br>2026年"


def test_months_as_dates() -> None:
    given = table(n=["甲"], s=["2026-01"], e=["2026-02"])
    assert figure(timeline(given))["data"][0]["x"] == [59 * 86_400_000]


@pytest.mark.parametrize(
    ("told", "today", "text"),
    [
        (dt.date(2026, 5, 1), dt.date(2026, 5, 1), "今天"),
        (dt.date(2026, 5, 1), dt.date(2026, 5, 2), "数据截至2026年5月1日"),
        (dt.date(2026, 5, 1), None, "数据截至2026年5月1日"),
        (dt.date(2020, 5, 1), dt.date(2026, 5, 1), None),
        (None, dt.date(2026, 5, 1), None),
    ],
)
def test_the_line_of_today_is_that_of_the_data(
    told: dt.date | None, today: dt.date | None, text: str | None
) -> None:
    layout = figure(timeline(dated(told), today=today))["layout"]
    said = [a["text"] for a in layout.get("annotations", [])]
    assert said == ([] if text is None else [text])


def test_what_cannot_be_laid_out() -> None:
    late = table(n=["甲"], s=["2026-02-01"], e=["2026-01-01"])
    assert reason(timeline(late)) == "Row 1 ends before it starts."
    text = table(n=["甲"], s=["soon"], e=["later"])
    assert reason(timeline(text)) == "Column s holds string, not dates."
    none = table(n=["甲"], s=[None], e=["2026-01-01"])
    assert reason(timeline(none)) == "No row has a start."
    some = timeline(table(n=["甲", "乙"], s=["2026-01-01", None], e=[None, "2026-01-01"]))
    assert some.notes == ("有 1 行没有开始日期，未画出。",)


def test_the_spoken_end_is_the_last_that_is_stated() -> None:
    one = timeline(table(n=["甲"], s=["2025-01-01"], e=["2025-01-01"]))
    assert one.summary == "图：1 条，从2025年1月1日到2025年1月1日。"
    two = timeline(table(n=["甲", "乙"], s=["2025-01-01"] * 2, e=["2027-12-31", None]))
    assert two.summary == "图：2 条，从2025年1月1日到2027年12月31日。有 1 条未写结束日期。"
    none = timeline(table(n=["甲"], s=["2025-01-01"], e=[None]))
    assert none.summary == "图：1 条，从2025年1月1日起。有 1 条未写结束日期。"


def test_an_end_in_the_year_9999_is_none() -> None:
    given = table(n=["甲", "乙"], s=["2025-01-01"] * 2, e=[dt.date(2026, 1, 31), dt.date.max])
    made = figure(timeline(given))
    assert made["data"][0]["marker"]["pattern"]["shape"] == ["", "/"]
    never = figure(timeline(table(n=["甲"], s=["2025-01-01"], e=[dt.date.max])))
    assert never["data"][0]["marker"]["pattern"]["shape"] == ["/"]
