"""Cards: the latest figure, its change by each comparison, and its course."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from drawing import draw, reason, table, withheld

from workbench.ui.view import State

YEAR = [f"2024-{m:02d}" for m in range(1, 13)] + [f"2025-{m:02d}" for m in range(1, 13)]


def card(made: Any) -> dict[str, Any]:
    assert made.state is State.drawn, made.reasons
    return made.cards[0]


def test_the_last_period_is_shown_whatever_the_order_of_rows() -> None:
    given = table(m=["2025-12", "2025-02", "2025-11"], v=[3_000_000, 1, 2_000_000])
    one = card(draw(given, chart="card", by="m", value="v", unit={"zh": "元", "en": "yuan"}))
    assert (one["value"], one["unit"], one["exact"]) == ("300万", "元", "3,000,000元")
    assert one["spark"] == [1.0, *[None] * 8, 2_000_000.0, 3_000_000.0]
    assert one["delta"] is None


@pytest.mark.parametrize(
    ("compare", "text", "direction", "good", "against"),
    [
        ({"against": "previous"}, "+4.5%", "up", None, "较2025年11月"),
        ({"against": "year_ago", "good": "up"}, "+109.1%", "up", True, "较2024年12月"),
        ({"against": "year_ago", "good": "down"}, "+109.1%", "up", False, "较2024年12月"),
        ({"against": "previous", "as": "difference"}, "+10条", "up", None, "较2025年11月"),
        ({"against": "column", "column": "w", "good": "down"}, "-23.3%", "down", True, "较w"),
    ],
)
def test_changes(
    compare: dict[str, str], text: str, direction: str, good: bool | None, against: str
) -> None:
    given = table(m=YEAR, v=[10 * i for i in range(24)], w=[300] * 24)
    one = card(
        draw(
            given,
            chart="card",
            by="m",
            value="v",
            compare=compare,
            unit={"zh": "条", "en": "entries"},
        )
    )
    assert one["delta"] == {"text": text, "direction": direction, "good": good, "against": against}


def test_percentages_differ_by_points() -> None:
    given = table(m=["2025Q1", "2025Q2"], v=[Decimal("0.10"), Decimal("0.125")])
    for kind in ("points", "difference"):
        one = card(
            draw(
                given,
                chart="card",
                by="m",
                value="v",
                format="share",
                compare={"against": "previous", "as": kind},
            )
        )
        assert one["value"] == "12.5%"
        assert one["delta"]["text"] == "+2.5个百分点"
    percent = table(m=["2025Q1", "2025Q2"], v=[Decimal("1.0"), Decimal("0.7")])
    one = card(
        draw(
            percent,
            "en",
            chart="card",
            by="m",
            value="v",
            format="percent",
            unit={"zh": "%", "en": "%"},
            compare={"against": "previous", "as": "difference"},
        )
    )
    assert (one["value"], one["unit"]) == ("0.7%", "")
    assert one["delta"]["text"] == "-0.3 pp"


@pytest.mark.parametrize(
    ("months", "values", "compare", "against"),
    [
        (["2025-12"], [5], "previous", "没有上期可比"),
        (["2025-10", "2025-12"], [4, 5], "year_ago", "无2024年12月数据"),
        (["2025-11", "2025-12"], [0, 5], "previous", "2025年11月的数为零"),
        (["2025-11", "2025-12"], [-2, 5], "previous", "2025年11月的数为负"),
        (["2025-11", "2025-12"], [None, 5], "previous", "无2025年11月数据"),
        (["甲", "乙"], [4, 5], "year_ago", "没有上年同期可比"),
    ],
)
def test_no_change_without_a_base_and_it_says_why(
    months: list[str], values: list[int | None], compare: str, against: str
) -> None:
    one = card(
        draw(
            table(m=months, v=values),
            chart="card",
            by="m",
            value="v",
            compare={"against": compare, "good": "up"},
        )
    )
    assert one["delta"] == {"text": "—", "direction": "flat", "good": None, "against": against}


def test_a_change_that_rounds_to_nothing_is_flat() -> None:
    one = card(
        draw(
            table(m=["2025-11", "2025-12"], v=[100_000, 100_001]),
            chart="card",
            by="m",
            value="v",
            compare={"against": "previous", "good": "up"},
        )
    )
    assert one["delta"]["text"] == "0.0%"
    assert (one["delta"]["direction"], one["delta"]["good"]) == ("flat", None)


def test_a_missing_and_a_withheld_figure() -> None:
    one = card(
        draw(
            table(m=["2025-11", "2025-12"], v=[1.5, float("nan")]),
            chart="card",
            by="m",
            value="v",
            compare={"against": "previous"},
        )
    )
    assert (one["state"], one["value"], one["delta"]) == ("missing", "—", None)
    assert one["why"] == "无数据"
    release = withheld({"m": ["2025-11", "2025-12"], "v": [1, None]}, {"v": [None, "suppressed"]})
    one = card(draw(release, chart="card", by="m", value="v"))
    assert (one["state"], one["value"]) == ("withheld", "—")
    assert one["why"] == "未放行：以免显出单个主体"
    before = withheld({"m": ["2025-11", "2025-12"], "v": [None, 4]}, {"v": ["suppressed", None]})
    one = card(draw(before, chart="card", by="m", value="v", compare={"against": "previous"}))
    assert one["delta"]["against"] == "2025年11月的数未放行"


def test_several_columns_are_several_cards() -> None:
    made = draw(
        table(a=[5], b=[Decimal("0.5")]),
        "en",
        chart="card",
        value=["a", "b"],
        columns={"b": {"format": "share", "label": {"zh": "率", "en": "Rate"}}},
    )
    assert made.cards is not None
    assert [(c["label"], c["value"], c["spark"]) for c in made.cards] == [
        ("a", "5", None),
        ("Rate", "50.0%", None),
    ]
    assert made.summary == "Panel: a: 5. Rate: 50.0%."


def test_which_row_must_be_clear() -> None:
    made = draw(table(v=[1, 2]), chart="card", value="v")
    assert made.state is State.wrong
    assert reason(made) == "The result has 2 rows; a card shows one."
    made = draw(table(m=["2025-01"] * 2, v=[1, 2]), chart="card", by="m", value="v")
    assert reason(made) == "Several rows have the same m."


def test_infinity_is_written_and_nan_is_no_figure() -> None:
    made = draw(table(a=[float("inf")], b=[float("nan")]), chart="card", value=["a", "b"])
    assert made.cards is not None
    assert [(each["value"], each["state"]) for each in made.cards] == [
        ("∞", "drawn"),
        ("—", "missing"),
    ]
    alone = draw(table(a=[float("-inf")]), chart="card", value="a")
    assert alone.cards is not None
    assert alone.cards[0]["value"] == "-∞"
    nothing = draw(table(a=[float("nan")]), chart="card", value="a")
    assert nothing.state is State.empty
