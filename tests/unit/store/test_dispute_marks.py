"""Marks of dispute are looked up for every statement: from memory, and never as they were."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from stores import Places

from workbench.model.procedure import Party, Procedure
from workbench.store.procedure_effects import Mark
from workbench.store.session import Store, open_store

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def opened(places: Places, folder: Path) -> Store:
    return open_store(places.where(folder), lambda: NOW)


@pytest.fixture
def store(store_places: Places, tmp_path: Path) -> Iterator[Store]:
    found = opened(store_places, tmp_path)
    found.procedures.keep_definition("d", "correction", "")
    found.cases.keep_profile("p", "aba-2024", "")
    for id_ in ("a", "b"):
        found.procedures.put(
            Procedure(
                id_, "correction", "d", "aba-2024", "p", "user", Party.applicant, "ma",
                "provider", "", "verifying", False, 1, NOW, NOW, (),
            ),
            seen=0,
        )  # fmt: skip
    yield found
    found.close()


def mark(id_: str = "a", resource: str = "prices", column: str = "price") -> Mark:
    return Mark(id_, resource, column, "", NOW)


def seen(store: Store, *resources: str) -> list[tuple[str, str, str]]:
    marks = store.effects.standing(resources or ("prices",))
    return [(one.procedure_id, one.resource, one.column) for one in marks]


def test_what_is_marked_and_cleared_is_seen_at_once(store: Store) -> None:
    assert seen(store) == []
    store.effects.mark([mark(), mark("b", "taxes", "")])
    assert seen(store) == [("a", "prices", "price")]
    assert seen(store, "taxes", "prices") == [("a", "prices", "price"), ("b", "taxes", "")]
    assert seen(store, "people") == []
    store.effects.clear("a", LATER)
    assert seen(store, "taxes", "prices") == [("b", "taxes", "")]
    store.effects.mark([mark()])
    assert seen(store) == [("a", "prices", "price")]


def test_another_process_sees_it_at_once(
    store: Store, store_places: Places, tmp_path: Path
) -> None:
    other = opened(store_places, tmp_path)
    try:
        assert seen(other) == []
        store.effects.mark([mark()])
        assert seen(other) == [("a", "prices", "price")]
        store.effects.clear("a", LATER)
        assert seen(other) == []
    finally:
        other.close()


def test_what_is_undone_is_kept_by_nobody(store: Store) -> None:
    """The version that it would have had is the next one's: were it kept, this one would show."""

    with store.writing() as connection:
        store.effects.mark([mark()])
        assert seen(store) == [("a", "prices", "price")], "its own transaction sees it"
        connection.rollback()
    assert seen(store) == []
    store.effects.mark([mark("b", "prices", "city")])
    assert seen(store) == [("b", "prices", "city")]


def test_only_a_change_tells_all_processes_to_look_again(store: Store) -> None:
    store.effects.mark([mark()])
    before = store.version()
    store.effects.mark([mark()])
    store.effects.clear("b", LATER)
    assert store.version() == before
    store.effects.clear("a", LATER)
    assert store.version() == before + 1


def test_the_rows_are_read_once_for_a_version(store: Store) -> None:
    store.effects.mark([mark()])
    first = store.effects.standing(["prices"])
    again = store.effects.standing(["prices"])
    assert first[0] is again[0]
    store.revocations.revoke("g", NOW.date(), "chen", "because")
    assert store.effects.standing(["prices"])[0] is not first[0]


def test_threads_that_look_while_it_changes(store: Store) -> None:
    """Whoever looks after a change was made sees it, whatever the others are reading."""
    wrong: list[int] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            seen(store)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(15):
        store.effects.mark([mark()])
        if not seen(store):
            wrong.append(number)
        store.effects.clear("a", LATER)
        if seen(store):
            wrong.append(number)
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
