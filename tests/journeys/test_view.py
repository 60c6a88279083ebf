"""Looking things up: the product's client, a real gateway, a register shared in mode view."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attacks.served import served
from view_city import DAY, IN_SCOPE, LONG, Looking, firms, make

from workbench.client.release import Release
from workbench.errors import Code, Refused, WorkbenchError
from workbench.query_path.view_sql import CUT
from workbench.store.layout import Layout
from workbench.store.session import open_store


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("view"))


@pytest.fixture(scope="module")
def looking(root: Path) -> Iterator[Looking]:
    with served(root) as gateway:
        looking = Looking(gateway)
        yield looking
        looking.close()


def seen(release: Release) -> list[dict[str, Any]]:
    return release.table.to_pylist()


def test_turning_pages_shows_each_row_once_and_the_last_says_so(looking: Looking) -> None:
    client = looking.client("pages")
    found: list[Any] = []
    for page in range(1, 5):
        release = client.view("firm", ["id", "note"], order_by="note", page=page, rows=10)
        assert release.page is not None
        assert (release.page.page, release.page.rows, release.page.more) == (page, 10, True)
        found += [row["id"] for row in seen(release)]
    again = looking.client("pages_again").view("firm", "id", order_by="note", page=2, rows=10)
    assert [row["id"] for row in seen(again)] == found[10:20], "for whoever looks"
    last = looking.client("last").view("firm", "id", where=[("id", ">", 56)])
    assert [row["id"] for row in seen(last)] == [57, 58]
    assert last.page is not None
    assert not last.page.more
    expected = firms().filter(~firms()["county"].is_in(["out"]))["id"].to_list()
    assert len(expected) == IN_SCOPE
    assert len(set(found)) == DAY
    assert set(found) <= set(expected)


def test_filters_and_orders_as_people_write_them(looking: Looking) -> None:
    client = looking.client("filters")
    release = client.view(
        "FIRM",
        ["Id", "capital", "since"],
        where=[
            ("county", "=", "north"),
            ("capital", ">=", Decimal("10.25")),
            ("since", "BETWEEN", (date(2020, 1, 1), date(2020, 1, 20))),
            ("name", "starts  with", "firm 0"),
            ("note", "is not null"),
        ],
        order_by=["-since", "id"],
        rows=3,
    )
    assert seen(release) == [
        {"id": 18, "capital": Decimal("18.25"), "since": date(2020, 1, 19)},
        {"id": 46, "capital": Decimal("46.25"), "since": date(2020, 1, 19)},
        {"id": 16, "capital": Decimal("16.25"), "since": date(2020, 1, 17)},
    ]
    mapped = client.view("firm", "id", where={"id": [4, 8], "open": True, "note": "note 1"})
    assert seen(mapped) == [{"id": 4}]
    assert len(client.view("firm", "id", where={"note": None}, rows=5)) == 5


def test_a_masked_column_is_shown_and_filtered_by_its_mask(looking: Looking) -> None:
    client = looking.client("masked")
    release = client.view("firm", ["id", "owner"], where={"owner": "Z***"}, rows=2)
    assert [row["owner"] for row in seen(release)] == ["Z***", "Z***"]
    raw = client.view("firm", "id", where={"owner": "Z00-CANARY-OWNER"}, rows=2)
    assert raw.rows == 0


def test_a_long_cell_is_cut_and_says_so(looking: Looking) -> None:
    (row,) = seen(looking.client("long").view("firm", "note", where={"id": 0}))
    assert row["note"] == LONG[:2000] + CUT


def test_the_watermark_is_in_caption_text_and_html(looking: Looking) -> None:
    release = looking.client("marked").view("firm", rows=2)
    mark = release.info.watermark
    assert re.fullmatch(
        r"marked · user · \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0800 · trial/user/firm · [0-9a-f]{24}",
        mark,
    )
    assert mark.endswith(release.info.id)
    assert mark in release.caption("zh")
    assert mark in release.caption("en")
    lines = repr(release).splitlines()
    assert lines[0] == f"== {mark} =="
    assert lines[5] == f"== {mark} =="
    assert [line for line in lines if line.startswith("== ")] == [lines[0], lines[5]]
    html = release._repr_html_()
    assert "pointer-events:none" in html
    assert "data:image/svg+xml," in html
    assert "<script" not in html
    assert "http://www.w3.org" not in html, "nothing to be asked for"


def test_what_a_view_does_not_give(looking: Looking, tmp_path: Path) -> None:
    client = looking.client("refused")
    release = client.view("firm", rows=1)
    for call in (release.pl, release.arrow):
        with pytest.raises(Refused) as refused:
            call()
        assert refused.value.code is Code.export_not_allowed
        assert refused.value.reasons[0].next is not None
    with pytest.raises(Refused) as refused:
        release.save(tmp_path / "firm.csv")
    assert refused.value.code is Code.export_not_allowed
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_says_the_use_and_the_next_step(looking: Looking) -> None:
    client = looking.client("taught")
    told = {
        ("firm", "turnover"): (Code.mode_not_available, "client.compare"),
        ("firm", "licence"): (Code.not_granted, "application"),
        ("firm", "nane"): (Code.not_found, "name"),
        ("town", None): (Code.mode_not_available, "client.sql"),
        ("wages", None): (Code.mode_not_available, "statistic"),
        ("sealed", None): (Code.not_shared, "sealed"),
        ("nothing", None): (Code.not_found, "firm"),
    }
    for (resource, column), (code, word) in told.items():
        with pytest.raises(WorkbenchError) as refused:
            client.view(resource, column)
        assert refused.value.code is code
        assert word in refused.value.said("en"), (resource, column)
    with pytest.raises(WorkbenchError) as refused:
        client.sql("select * from firm")
    assert refused.value.code is Code.mode_not_available
    assert 'client.view("firm")' in refused.value.said("en")


def test_the_ledger_has_names_and_rows_and_values_only_sealed(looking: Looking, root: Path) -> None:
    release = looking.client("noted").view(
        "firm", ["id"], where=[("name", "=", "firm 012")], order_by="-note"
    )
    store = open_store(Layout(root).store, lambda: None)  # type: ignore[arg-type,return-value]
    try:
        filed = [f for f in store.journal.walk() if release.info.id in f.entry.body]
    finally:
        store.close()
    bodies = [json.loads(f.entry.body) for f in filed]
    assert [b["event"] for b in bodies] == ["decision", "release_opened", "release_closed"]
    assert bodies[0]["detail"]["statement"] == (
        "VIEW firm (id) WHERE name = ? ORDER BY note DESC PAGE ? ROWS ?"
    )
    assert bodies[0]["method"] == "view"
    assert bodies[0]["content"] == {"firm": ["id", "name", "note"]}
    assert bodies[1]["detail"]["grants"]["firm"][:2] == ["trial/user/firm", "view"]
    assert bodies[2]["detail"]["rows"] == 1
    assert not any("firm 012" in f.entry.body for f in filed)
    assert filed[0].sealed is not None
