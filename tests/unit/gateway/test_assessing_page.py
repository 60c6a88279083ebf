"""The desk of assessments without a browser: what it lists, opens and offers to whom, over the
gateway's own endpoints, from the draft to the publication."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from assessing_city import Bureau, actor, bureau, frozen, utc, write_city
from assessing_visits import Come, coming

from workbench.errors import Code, WorkbenchError
from workbench.ui.desks.desk import Act
from workbench.ui.visit import Visit

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[3] / "dashboards" / "pages" / "assessment_desk.yaml"
START = date(2026, 3, 9)
LIST = "p0"


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Bureau]:
    with bureau(write_city(tmp_path), utc(START)) as found:
        found.assessing.desk.open(found.keep(frozen()), actor("eva"))
        yield found


@pytest.fixture
def visit(house: Bureau, runner: asyncio.Runner) -> Come:
    return coming(house, PAGE, runner)


def rows(at: Visit) -> list[dict[str, Any]]:
    (panel,) = at.panels()
    assert panel["state"] == "drawn", panel["reasons"]
    return list(panel["desk"]["rows"])


def events(item: dict[str, Any]) -> list[str]:
    return [one["event"] for one in item["actions"]]


def done(visit: Come, who: str, id: str, event: str, **values: str) -> dict[str, Any]:  # noqa: A002
    at = visit(who)
    seen = at.desk_item(LIST, id)["version"]
    acted, _ = at.desk_act(LIST, Act(id, event, seen, values, f"{who}{event}{id}"))
    assert acted.item is not None
    return acted.item


def test_from_the_draft_to_the_publication(house: Bureau, visit: Come) -> None:
    assert rows(visit("b_off")) == []
    (drafted,) = rows(visit("eva"))
    id = drafted["id"]  # noqa: A001
    item = visit("eva").desk_item(LIST, id)
    assert events(item) == ["show", "withdraw", "sheet"]
    assert {"label": "Data", "value": "synthetic", "hint": ""} in item["facts"]
    done(visit, "eva", id, "show")
    what_a_department_does(visit, id)
    appeal = next(row["id"] for row in rows(visit("pan")) if "/" in row["id"])
    assert events(visit("eva").desk_item(LIST, appeal)) == []
    done(visit, "pan", appeal, "accept", reason="the log shows it")
    house.now = utc(START + timedelta(days=30))
    assert events(done(visit, "eva", id, "settle")) == ["withdraw", "sheet"]
    done(visit, "sig", id, "sign")
    item = done(visit, "pan", id, "publish")
    assert item["state"]["text"] == "published"
    first = item["blocks"][0]
    assert first["title"] == "Ranking"
    assert [row["department"]["text"] for row in first["rows"]] == [
        "ben office",
        "ana office",
        "cai office",
    ]
    item = visit("b_lead", "zh").desk_item(LIST, id)
    assert "93.33" in item["blocks"][0]["title"]
    assert "初稿 88.00 (2)" in item["blocks"][0]["title"]
    assert "排名" in [block["title"] for block in item["blocks"]]


def what_a_department_does(visit: Come, id: str) -> None:  # noqa: A002
    at = visit("b_off")
    item = at.desk_item(LIST, id)
    assert events(item) == ["appeal"]
    titles = [block["title"] for block in item["blocks"]]
    assert titles == [
        "ben office: 88.00 points, rank 2 of 3",
        "What is not as it should be",
        "Advice",
    ]
    against = item["blocks"][1]["rows"]
    assert [row["item"]["text"] for row in against] == ["ben-1", "ben-2"]
    offered = [one["value"] for one in item["actions"][0]["fields"][0]["options"]]
    assert offered[:3] == ["reviewed/2025-06-02/ben-1", "reviewed/2025-06-02/ben-2",
                           "incidents//ben.pdf"]  # fmt: skip
    values = {"item": offered[0], "reason": "it never arrived"}
    acted, _ = at.desk_act(LIST, Act(id, "appeal", item["version"], values, "k"))
    assert acted.item is not None
    assert acted.item["blocks"][-1]["title"] == "Appeals"
    with pytest.raises(WorkbenchError) as caught:
        at.desk_act(LIST, Act(id, "appeal", item["version"], {**values, "reason": "x"}, "l"))
    assert caught.value.code is Code.step_not_possible
    other = Act(id, "sheet", item["version"], {"department": "ana"}, "m")
    shown, _ = at.desk_act(LIST, other)
    assert shown.item is not None
    assert "ana" not in str(shown.item["blocks"])
