"""Named cases in both kinds of store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from stores import Places
from what_if_cases import NOW, case

from workbench.errors import WorkbenchError
from workbench.store.moving import move
from workbench.store.session import Store, open_store


@pytest.fixture
def store(store_places: Places, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(store_places.where(tmp_path), lambda: NOW)
    yield opened
    opened.close()


def test_a_case_comes_back_as_it_was_kept(store: Store) -> None:
    store.what_ifs.add(case())
    assert store.what_ifs.get("c1") == case()
    assert store.what_ifs.named("drc", "出口减一成") == case()
    assert store.what_ifs.named("statistics", "出口减一成") is None


def test_a_name_is_given_once_in_a_department(store: Store) -> None:
    store.what_ifs.add(case())
    store.what_ifs.add(case(id="c2", department="statistics"))
    with pytest.raises(WorkbenchError):
        store.what_ifs.add(case(id="c3"))
    assert store.what_ifs.get("c3") is None


def test_a_deleted_case_is_marked_and_restored(store: Store) -> None:
    store.what_ifs.add(case())
    assert store.what_ifs.mark("c1", 1, NOW)
    assert not store.what_ifs.mark("c1", 1, NOW)  # it has moved on
    assert store.what_ifs.find("drc", ()) == ((), 0)
    (gone,), count = store.what_ifs.find("drc", (), deleted=True)
    assert (gone.deleted, gone.version, count) == (NOW, 2, 1)
    assert store.what_ifs.mark("c1", 2, None)
    assert store.what_ifs.get("c1") == case(version=3)


def test_a_department_finds_its_own_and_those_of_scenarios_that_it_looks_at(store: Store) -> None:
    for number in range(3):
        made = NOW + timedelta(minutes=number)
        store.what_ifs.add(case(id=f"c{number}", name=f"n{number}", made=made))
    store.what_ifs.add(case(id="x", department="statistics", scenario="other"))
    found, count = store.what_ifs.find("drc", (), limit=2)
    assert ([one.id for one in found], count) == (["c2", "c1"], 3)
    found, count = store.what_ifs.find("drc", (), limit=2, offset=2)
    assert [one.id for one in found] == ["c0"]
    assert store.what_ifs.find("government_office", ())[1] == 0
    assert store.what_ifs.find("government_office", ["decision_support"])[1] == 3


def test_cases_move_with_the_store(store: Store, tmp_path: Path, postgres_server: Places) -> None:
    target = open_store(postgres_server.where(tmp_path / "there"), lambda: NOW)
    store.what_ifs.add(case())
    move(store, target, lambda: True)
    assert target.what_ifs.get("c1") == case()
    target.close()
