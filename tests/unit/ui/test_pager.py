"""Turning the pages of a view by buttons."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import unquote

import pyarrow as pa

from workbench.client.testing import Asked, FakeConnection, sample_info
from workbench.errors import Code, WorkbenchError, simple
from workbench.model.release import METADATA_KEY, Page
from workbench.ui import chart
from workbench.ui.pager import pager

PAGES = 3


def page(call: Asked) -> pa.Table | WorkbenchError:
    number = json.loads(call.sql)["page"]
    if number > PAGES:
        return simple(Code.view_limit, "到上限了。", "No more for today.")
    info = replace(
        sample_info(), mode="view", tier="view", page=Page(number, 1, True), watermark="li · x"
    )
    about = {METADATA_KEY: json.dumps(info.to_dict()).encode()}
    return pa.table({"name": [f"row of page {number}"]}).replace_schema_metadata(about)


def fake() -> FakeConnection:
    connection = FakeConnection()
    connection.answer('"do": "view"', page)
    return connection


def test_pages_are_asked_for_when_they_are_turned_to() -> None:
    connection = fake()
    shown = pager(connection, "firm", columns=["name"], rows=1)
    assert "row of page 1" in shown.shown.value
    assert "workbench-watermark" in shown.shown.value
    assert (shown.previous.disabled, shown.next.disabled) == (True, False)
    shown.next.click()
    assert "row of page 2" in shown.shown.value
    assert (shown.number.value, shown.previous.disabled) == ("2", False)
    shown.previous.click()
    assert "row of page 1" in shown.shown.value
    asked = [json.loads(call.sql) for call in connection.asked]
    assert [one["page"] for one in asked] == [1, 2, 1]
    assert all(one["columns"] == ["name"] and one["rows"] == 1 for one in asked)


def test_a_refusal_stands_in_the_place_of_the_page_and_the_pager_stays() -> None:
    shown = pager(fake(), "firm", page=PAGES)
    shown.next.click()
    assert "No more for today." in shown.shown.value
    shown.previous.click()
    assert "row of page 2" in shown.shown.value


def test_a_first_page_that_is_refused_is_told_and_not_raised() -> None:
    shown = pager(fake(), "firm", page=PAGES + 1)
    assert "No more for today." in shown.shown.value
    assert shown.release is None
    assert shown.next.disabled


def test_a_chart_of_a_view_is_under_its_watermark() -> None:
    release = fake().view("firm")
    board = chart(release, "table", x="", y="")
    picture = unquote(board.panel_0["watermark"])
    assert picture.startswith("data:image/svg+xml,<svg")
    assert "li" in picture
    assert board.panel_0["export"]["csv"] is False
