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
from workbench.model.release import METADATA_KEY, ReleaseInfo, Source
from workbench.ui.page import Page
from workbench.ui.setting import context_for
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
    few: list[str | None] = ["below_threshold", "below_threshold", None]
    table = statistic(
        {
            "month": ["2026-01", "2026-02", "2026-03"],
            "cases": [None, None, 5],
            "amount": [None] * 3,
        },
        {"cases": few, "amount": ["below_threshold"] * 3},
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
