"""The page of an assessment without a browser: what it lists and opens, for whom, what it says
where there is nothing; what if, from one form to the next."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from assessing_city import Bureau, actor, bureau, frozen, utc, write_city
from assessing_visits import Come, coming
from ranked_city import open_run, publish, step

from workbench.assessment.frozen import Frozen, sealed
from workbench.assessment.measured import Inputs
from workbench.assessment.standing import standing
from workbench.errors import WorkbenchError
from workbench.ui.desks.desk import Act, Asked
from workbench.ui.visit import Visit

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[3] / "dashboards" / "pages" / "assessment.yaml"
START = date(2026, 3, 9)
LIST = "p0"
Json = dict[str, Any]


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Bureau]:
    with bureau(write_city(tmp_path), utc(START)) as found:
        yield found


@pytest.fixture
def visit(house: Bureau, runner: asyncio.Runner) -> Come:
    return coming(house, PAGE, runner)


def firm(run: Frozen) -> Frozen:
    return replace(run, standing=standing(run, draws=200))


def published(house: Bureau, run: Frozen) -> str:
    made = open_run(house, run)
    step(house, made, "show", "eva")
    house.now = utc(START + timedelta(days=60))
    publish(house, made, [("settle", "eva"), ("sign", "sig"), ("publish", "pan")])
    return made


def listed(at: Visit, **filters: str) -> Json:
    if filters:
        return at.desk_list(LIST, Asked(0, filters))
    (panel,) = at.panels()
    assert panel["state"] == "drawn", panel["reasons"]
    found: Json = panel["desk"]
    return found


def texts(found: Json, column: str) -> list[str]:
    return [row["cells"][column]["text"] for row in found["rows"]]


def titles(item: Json) -> list[str]:
    return [one["title"] for one in item["blocks"]]


def block(item: Json, title: str) -> Json:
    found: Json = next(one for one in item["blocks"] if one["title"] == title)
    return found


def done(at: Visit, item: str, event: str, **values: str) -> Any:
    return at.desk_act(LIST, Act(item, event, 0, values, "k"))[0]


def test_where_there_is_nothing_it_is_said_what_to_run(visit: Come) -> None:
    for language, word in (("zh", "测算"), ("en", "measures")):
        found = listed(visit("eva", language))
        assert found["rows"] == []
        assert word in found["empty"]
        assert "workbench assess run" in found["empty"]
        assert found["actions"] == []


def test_from_the_ranking_to_the_events(house: Bureau, visit: Come) -> None:
    made = open_run(house, firm(frozen()))
    at = visit("aud")
    found = listed(at)
    assert texts(found, "department") == ["ana office", "ben office", "cai office"]
    assert texts(found, "rank") == ["= 1 / 3 (1–2)", "= 2 / 3 (1–2)", "3 / 3"]
    assert [row["cells"]["points"]["dots"]["tie"] for row in found["rows"]] == ["first", "last", ""]
    assert {"label": "Data", "value": "synthetic", "tone": ""} in found["figures"]
    assert found["rows"][0]["cells"]["grade"]["tone"] == "good"  # a shape beside the colour
    only = listed(at, name="BEN")
    assert texts(only, "department") == ["ben office"]
    heat = listed(at, show="dimensions")
    assert [row["cells"]["sharing"]["heat"] for row in heat["rows"]] == [90, 80, 60]
    sheet = at.desk_item(LIST, f"{made}/ben")
    assert titles(sheet) == ["Dimensions", "Indicators", "Advice"]
    first = block(sheet, "Indicators")["rows"][0]["indicator"]
    assert first["opens"] == f"{made}/ben/reviewed"
    events = at.desk_item(LIST, first["opens"])
    rows = block(events, "Events: 10")["rows"]
    assert [row["item"]["text"] for row in rows[:3]] == ["ben-1", "ben-2", "ben-0"]
    assert [row["against"]["tone"] for row in rows[:3]] == ["late", "late", ""]
    assert rows[0]["item"]["page"] == {
        "name": "trail",
        "filters": {"since": "2025-06-02", "until": "2025-06-02"},
    }
    assert (
        "page"
        not in block(visit("eva").desk_item(LIST, first["opens"]), "Events: 10")["rows"][0]["item"]
    )  # who may not read the ledger is not sent there
    stated = at.desk_item(LIST, f"{made}/ana/incidents")
    assert block(stated, "Evidence of the stated value")["rows"][0]["file"]["text"] == "ana.pdf"


def test_what_if_goes_on_from_what_was_supposed(house: Bureau, visit: Come) -> None:
    made = open_run(house, firm(frozen()))
    at = visit("eva", "zh")
    sliders = listed(at)["actions"][0]
    assert [(f["name"], f["value"]) for f in sliders["fields"]] == [
        ("dimension.sharing", "60"),
        ("dimension.security", "40"),
    ]
    told = done(
        at, "", f"weights:{made}", **{"dimension.sharing": "20", "dimension.security": "40"}
    )
    item = told.item
    assert item["state"]["text"] == "3 个部门中 2 个名次有变"
    rows = block(item, "谁的名次变动，为什么")["rows"]
    assert [row["department"]["text"] for row in rows] == ["ben 局", "ana 局"]
    assert rows[0]["rank"]["text"].replace("\u00a0", " ") == "2 → 1 ▲1"
    assert rows[0]["points"]["dots"] | {"marks": []} == {
        "value": 96.0, "from": 88.0, "low": None, "high": None, "marks": [], "tie": "",
    }  # fmt: skip
    assert "安全事件\u00a0+40.00" in rows[0]["why"]["text"]
    form = done(at, item["id"], f"choose:{made}", indicator="reviewed").form
    assert [f["name"].rpartition(".")[2] for f in form["fields"]] == [
        "weight", "zero", "full", "missing",
    ]  # fmt: skip
    given = {f["name"]: str(f["value"]) for f in form["fields"]}
    bound = given | {"indicator.reviewed.zero": "0.5"}
    both = done(at, item["id"], f"one:{made}:reviewed", **bound).item
    assert len(block(both, "假设")["rows"]) == 2
    assert at.desk_item(LIST, both["id"]) == both  # an id holds the whole question
    back = done(at, both["id"], f"weights:{made}", **{"dimension.sharing": "60"}).item
    assert [row["text"]["text"] for row in block(back, "假设")["rows"]] == [
        "按时审核 · 得 0 分的值：由 0 改为 0.5"
    ]
    with pytest.raises(WorkbenchError):
        done(at, "", f"one:{made}:reviewed", **(given | {"indicator.reviewed.zero": "2"}))


def test_a_department_and_a_leader_see_the_ranking_and_no_sheet_of_others(
    house: Bureau, visit: Come
) -> None:
    made = published(house, firm(frozen()))
    at = visit("b_off")
    assert len(listed(at)["rows"]) == 3
    assert texts(listed(at, show="dimensions"), "department") == ["ben office"]
    assert titles(at.desk_item(LIST, f"{made}/ben"))[:2] == ["Dimensions", "Indicators"]
    other = at.desk_item(LIST, f"{made}/ana")
    assert (titles(other), other["actions"]) == (["Sheet"], [])
    assert titles(at.desk_item(LIST, f"{made}/ana/reviewed")) == ["Sheet"]
    with pytest.raises(WorkbenchError):
        at.desk_item(LIST, f"{made}/nobody")
    mine = done(at, "", f"weights:{made}", **{"dimension.security": "80"}).item
    (row,) = block(mine, "Your department")["rows"]
    assert set(row) == {"department", "points", "why", "light"}
    outsider = visit("none")
    assert len(listed(outsider)["rows"]) == 3
    assert listed(outsider)["actions"] == []


def test_a_department_that_is_not_scored_is_told_so(house: Bureau, visit: Come) -> None:
    run = frozen()
    kept = dict.fromkeys(("ana",), "")
    open_run(house, firm(sealed(replace(run, inputs=Inputs(kept, run.inputs.measures)))))
    one = listed(visit("aud"))
    assert texts(one, "rank") == ["1 / 1"]
    assert [row["cells"]["points"]["dots"]["tie"] for row in one["rows"]] == [""]
    (line,) = house.assessing.told.lines(actor("aud"))
    step(house, line.id, "show", "eva")
    found = listed(visit("b_off"))
    assert found["rows"] == []
    assert "not scored" in found["empty"]
