"""A panel that looks rows up: how its file is judged, what it asks, and that nobody is charged for
a look that they did not take. Over the fake gateway."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from workbench.client.testing import FakeConnection
from workbench.declared.findings import errors
from workbench.errors import Code, LimitReached, Text, simple
from workbench.model.release import METADATA_KEY, ReleaseInfo, Source
from workbench.model.release import Page as Turned
from workbench.ui.build import build
from workbench.ui.page import Page
from workbench.ui.page_file import load_page, read_page
from workbench.ui.setting import context_for
from workbench.ui.view import NotDrawn, State
from workbench.ui.visit import Visit

TEXT = """\
title: {zh: 名单, en: Alerts}
scenario: desk
as: viewer
filters:
  - {id: level, label: {zh: 等级, en: Level}, options: [red, blue], default: red}
  - {id: since, label: {zh: 自, en: Since}, kind: text, type: date, match: ">="}
sections:
  - panels:
      - title: {zh: 名单, en: Alerts}
        chart: table
        view:
          resource: alert
          columns: [name, level]
          where: {level: $level, month: $since, status: [new, "on"], kind: firm}
          order_by: [-month, name]
          rows: 2
"""
AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
SOURCE = Source("t", "预警", "Alerts", "发改", "DRC", 3, "d", date(2026, 1, 1), None)
ROWS = pa.table({"name": ["甲", "乙"], "level": ["red", "red"]})


def read(folder: Path, text: str) -> list[tuple[int, str, str]]:
    path = folder / "pages" / "alerts.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return [(f.line, f.problem.en, f.fix.en) for f in errors(read_page(path).findings)]


def page(folder: Path) -> Page:
    assert read(folder, TEXT) == []
    return load_page(folder / "pages" / "alerts.yaml")


def looked(number: int, *, more: bool) -> pa.Table:
    info = ReleaseInfo(
        "r1", "desk", "view", 7, date(2027, 1, 1), (SOURCE,), tier="view",
        page=Turned(number, 2, more), watermark="li · 2026-11-22",
    )  # fmt: skip
    return ROWS.replace_schema_metadata({METADATA_KEY: json.dumps(info.to_dict()).encode()})


@pytest.fixture
def client() -> FakeConnection:
    made = FakeConnection(me={"id": "li", "department": "tax"}, scenario="desk")
    made.answer('"page": 1', looked(1, more=True))
    made.answer('"page": 2', looked(2, more=False))
    return made


@pytest.fixture
def visit(client: FakeConnection, tmp_path: Path) -> Visit:
    made = Visit(page(tmp_path), client, context_for(tmp_path), "en", lambda: AT)
    made.open()
    return made


def bodies(client: FakeConnection) -> list[dict[str, Any]]:
    return [json.loads(one.sql) for one in client.asked]


def test_it_asks_by_the_template_under_the_filters_that_are_set(
    visit: Visit, client: FakeConnection
) -> None:
    (body,) = bodies(client)
    assert body["do"] == "view"
    assert (body["resource"], body["columns"], body["rows"]) == ("alert", ["name", "level"], 2)
    assert body["order_by"] == [["month", "desc"], ["name", "asc"]]
    plain = [["status", "in", ["new", "on"]], ["kind", "=", ["firm"]]]
    assert body["where"] == [["level", "=", ["red"]], *plain]
    visit.choose("since", "2026-08-01")
    visit.choose("level", None)
    assert bodies(client)[-1]["where"] == [["month", ">=", ["2026-08-01"]], *plain]


def test_pages_are_turned_and_each_is_asked_once(visit: Visit, client: FakeConnection) -> None:
    first = visit.panels()[0]
    assert first["turns"] == {"page": 1, "first": 1, "more": True}
    assert first["watermark"]
    assert first["export"] == {
        "png": False, "csv": False, "why": "What is shared in mode view may be looked at only.",
    }  # fmt: skip
    assert first["table"]["search"] is False
    visit.turn("p0", 2)
    assert visit.panels()[0]["turns"] == {"page": 2, "first": 3, "more": False}
    assert [body["page"] for body in bodies(client)] == [1, 2]
    visit.choose("level", "blue")
    assert bodies(client)[-1]["page"] == 1


def test_a_page_that_stands_open_is_charged_to_nobody(visit: Visit, client: FakeConnection) -> None:
    before = len(client.asked)
    for _ in range(3):
        visit.refresh()
        visit.speak("zh")
        visit.panels()
    assert len(client.asked) == before


def test_the_page_before_its_kernel_lives_looks_nothing_up(
    client: FakeConnection, tmp_path: Path
) -> None:
    (shown,) = build(page(tmp_path), client, clock=lambda: AT, early=True).panels
    assert isinstance(shown, NotDrawn)
    assert shown.state is State.waiting
    assert client.asked == []


def test_a_page_that_is_refused_leaves_the_one_before(visit: Visit, client: FakeConnection) -> None:
    spent = simple(Code.view_limit, "今天看满了", "Enough for today", next=Text("明天", "Tomorrow"))
    client.answer('"page": 2', spent)
    with pytest.raises(LimitReached):
        visit.turn("p0", 2)
    assert visit.panels()[0]["turns"]["page"] == 1


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("as: viewer", "as: page", 11, "a view is for pages that run as: viewer"),
        ("chart: table", "chart: bar", 10, "what is looked up is a table"),
        ("$level", "$rank", 14, "there is no filter rank"),
        ('match: ">="', "match: contains", 14, "a view has no contains"),
        ("chart: table\n", "chart: table\n        query: select 1\n", 11, "a view has no query"),
        ("[-month, name]", "[--month]", 15, "this is no name of a column"),
        ("columns: [name, level]", "columns: []", 13, "this key is empty"),
        ("rows: 2", "rows: 500", 16, "the number is out of range"),
        ("rows: 2", "limit: 2", 16, "unknown key limit"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, old: str, new: str, line: int, problem: str) -> None:
    found = read(tmp_path, TEXT.replace(old, new))
    assert [(at, problem in said) for at, said, _ in found if problem in said] == [(line, True)], (
        found
    )
    assert all(fix for _, _, fix in found)
