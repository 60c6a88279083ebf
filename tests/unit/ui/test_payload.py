"""What the board gets of a panel besides its drawing: marks, units, words."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from drawing import RULES

from workbench.client.testing import FakeConnection
from workbench.errors import Code, simple
from workbench.model.release import METADATA_KEY, ReleaseInfo, Source
from workbench.ui.page import Page
from workbench.ui.setting import choices_in, context_for, first_choices
from workbench.ui.visit import Visit

SAID = {"zh": "题", "en": "title"}
AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
SOURCE = Source("t", "表", "T", "某局", "A bureau", 1, "d", date(2026, 1, 1), None)
YUAN = {"unit": {"zh": "元", "en": "yuan"}}


def statistic(columns: dict[str, Any], why: dict[str, list[str | None]]) -> pa.Table:
    names = {name: f"{name}_why" for name in why}
    told = {"columns": names, "rules": RULES, "protected": ["cases"]}
    info = ReleaseInfo("r", "s", "statistics", 1, None, (SOURCE,), (), "statistics", told)
    table = pa.table({**columns, **{names[name]: kinds for name, kinds in why.items()}})
    return table.replace_schema_metadata({METADATA_KEY: json.dumps(info.to_dict()).encode()})


def visit(table: pa.Table, *panels: dict[str, Any], language: Any = "zh", **keys: Any) -> Visit:
    declared = Page.model_validate(
        {
            "title": SAID,
            "scenario": "s",
            "as": "page",
            "sections": [{"panels": [{"title": SAID, "query": "q", **p} for p in panels]}],
            **keys,
        }
    )
    client = FakeConnection(me={"id": "page:p"}, scenario="s")
    client.answer("q", table)
    made = Visit(declared, client, context_for(Path("pages/p.yaml")), language, lambda: AT)
    made.open()
    return made


PLAIN = statistic({"month": ["2026-01", "2026-02"], "a": [1.0, 2.0], "b": [3.0, 4.0]}, {})


def test_a_mark_counts_what_the_panel_draws() -> None:
    few: list[str | None] = ["suppressed", "suppressed", None]
    table = statistic(
        {
            "month": ["2026-01", "2026-02", "2026-03"],
            "cases": [None, None, 5],
            "amount": [None] * 3,
        },
        {"cases": few, "amount": ["suppressed"] * 3},
    )
    made = visit(
        table,
        {"chart": "line", "by": "month", "value": "cases"},
        {"chart": "table"},
    )
    told = [{m["kind"]: m["text"] for m in made.panel(i)["marks"]} for i in (0, 1)]
    assert [each["partly_withheld"] for each in told] == ["2 个数未放行", "5 个数未放行"]
    assert sum("2 个数" in reason["what"] for reason in made.panel(0)["reasons"]) == 1


@pytest.mark.parametrize(
    ("panel", "columns", "unit"),
    [
        ({"chart": "line", "value": "a"}, {"a": YUAN}, "元"),
        ({"chart": "bar", "value": ["a", "b"]}, {"a": YUAN, "b": YUAN}, "元"),
        ({"chart": "bar", "value": ["a", "b"]}, {"a": YUAN}, ""),
        ({"chart": "line", "value": "a", "unit": {"zh": "户", "en": "x"}}, {"a": YUAN}, "户"),
        ({"chart": "line", "value": "a", "columns": {"a": {"decimals": 1}}}, {"a": YUAN}, "元"),
        ({"chart": "card", "value": "a"}, {"a": YUAN}, ""),
    ],
)
def test_the_head_says_the_unit_that_all_figures_share(
    panel: dict[str, Any], columns: dict[str, Any], unit: str
) -> None:
    made = visit(PLAIN, {"by": "month", **panel}, columns=columns)
    assert made.panel(0)["unit"] == unit


# Pages that are not open, and choices under which there is nothing --------------------------------

COUNTY = {
    "id": "county",
    "label": {"zh": "县", "en": "County"},
    "options": ["理县", "茂县"],
    "default": "理县",
}
REFUSED = simple(Code.not_granted, "本场景不对您开放。", "This scenario is not open to you.")


def test_one_refusal_of_all_panels_is_the_pages() -> None:
    bar = {"chart": "bar", "by": "month", "value": "a"}
    made = visit(PLAIN, bar, {**bar, "query": "q2"})
    assert made.frame()["refusal"] is None
    assert isinstance(made.client, FakeConnection)
    made.client.answer("q2", REFUSED)
    made.open()
    assert made.frame()["refusal"] is None  # the other panel stands
    made.client.answer("q", REFUSED)
    made.client.answer("q2", REFUSED)
    made.open()
    told = made.frame()["refusal"]
    assert told["state"] == "refused"
    assert [reason["what"] for reason in told["reasons"]] == ["本场景不对您开放。"]


def test_an_empty_panel_says_what_was_asked_for() -> None:
    card = {"chart": "card", "value": "a"}
    made = visit(PLAIN.slice(0, 0), {**card, "query": "q {where county}"}, card, filters=[COUNTY])
    assert [made.panel(i)["state"] for i in (0, 1)] == ["empty", "empty"]
    assert [made.panel(i)["asked"] for i in (0, 1)] == ["县 理县", ""]


# Choices of the address ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "value", "told"),
    [
        ("", "理县", None),
        ("f.county=%E8%8C%82%E5%8E%BF&lang=zh", "茂县", None),
        ("f.county=", None, None),
        ("f.county=' or 1=1", "理县", "没有选项“' or 1=1”，现按默认值显示"),
        ("f.town=x", "理县", None),
    ],
)
def test_choices_of_the_address_are_held_to_what_is_offered(
    query: str, value: str | None, told: str | None
) -> None:
    made = visit(PLAIN, {"chart": "table", "query": "q {where county}"}, filters=[COUNTY])
    assert isinstance(made.client, FakeConnection)
    made.client.asked.clear()
    made.open(choices_in(query))
    shown = made.frame()["filters"][0]
    assert (shown["value"], shown["told"], shown["default"]) == (value, told, "理县")
    assert [asked.parameters or {} for asked in made.client.asked] == [
        {} if value is None else {"county": value}
    ]
    made.choose("county", "茂县")
    assert made.frame()["filters"][0]["told"] is None


def test_what_cannot_be_read_as_a_value_is_not_taken_from_the_address() -> None:
    since = {"id": "since", "label": SAID, "kind": "text", "type": "integer"}
    made = visit(PLAIN, {"chart": "table", "query": "q {where since}"}, filters=[since])
    for value, kept in (("2020", "2020"), ("abc", None), ("1" * 300, None)):
        made.open({"since": value})
        assert made.frame()["filters"][0]["value"] == kept


def test_only_the_leaders_server_gives_choices() -> None:
    there = {"WORKBENCH_PAGE": "p", "QUERY_STRING": "f.county=x&theme=dark"}
    assert first_choices("p", there) == {"county": "x"}
    assert first_choices("other", there) == {}
    assert first_choices("p", {"QUERY_STRING": "f.county=x"}) == {}


def test_the_pages_time_is_that_of_the_latest_figures() -> None:
    bar = {"chart": "table"}
    made = visit(PLAIN, {**bar, "query": "q {where county}"}, bar, filters=[COUNTY])
    hours = iter(range(9, 24))
    made.clock = lambda: AT.replace(hour=next(hours))
    at = lambda: made.frame()["released_at"][11:13]  # noqa: E731
    assert at() == "16"
    made.choose("county", "茂县")
    assert at() == "17"
    assert isinstance(made.client, FakeConnection)
    down = simple(Code.gateway_unavailable, "停", "down")
    made.client.answer("q", down)
    made.retry("p0")
    made.choose("county", "理县")
    assert at() == "17", "nothing newer has come"
    made.client.answer("q", PLAIN)
    made.retry("p0")
    assert at() == "18"


def test_news_leave_a_cleared_filter_clear() -> None:
    made = visit(PLAIN, {"chart": "table", "query": "q {where county}"}, filters=[COUNTY])
    made.choose("county", None)
    assert isinstance(made.client, FakeConnection)
    made.client.stamped = "another"
    assert made.refresh()
    assert made.frame()["filters"][0]["value"] is None
