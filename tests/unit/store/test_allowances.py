"""Counters that outlive a restart, on both kinds of store."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from stores import Places

from workbench.store import tables
from workbench.store.allowances import Allowances, Exhausted, TriesExhausted, Try
from workbench.store.moving import move
from workbench.store.session import Store, open_store

DAY = date(2026, 11, 20)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def store(store_places: Places, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(store_places.where(tmp_path), now)
    yield opened
    opened.close()


@pytest.fixture
def counters(store: Store) -> Allowances:
    return store.allowances


def test_what_is_taken_is_counted_by_subject_and_day(counters: Allowances) -> None:
    assert counters.take("a", DAY, 3, 10) == 3
    assert counters.take("a", DAY, 7, 10) == 10
    assert counters.take("b", DAY, 10, 10) == 10
    assert counters.take("a", DAY + timedelta(1), 1, 10) == 1
    assert counters.take("c", DAY, 99) == 99


def test_past_the_limit_nothing_is_taken(counters: Allowances) -> None:
    counters.take("a", DAY, 8, 10)
    with pytest.raises(Exhausted) as caught:
        counters.take("a", DAY, 3, 10)
    assert (caught.value.used, caught.value.limit) == (8, 10)
    assert counters.used("a", DAY) == 8
    assert counters.take("a", DAY, 2, 10) == 10


def test_a_window_of_days_is_read(counters: Allowances) -> None:
    for back in (0, 1, 29, 30):
        counters.take("a", DAY - timedelta(back), 1)
    assert counters.used("a", DAY) == 1
    assert counters.used("a", DAY, days=2) == 2
    assert counters.used("a", DAY, days=30) == 3
    assert counters.used("a", DAY, days=31) == 4
    assert counters.used("nobody", DAY, days=31) == 0


def test_what_is_taken_together_is_taken_as_one(counters: Allowances) -> None:
    def both(b: int) -> None:
        with counters.together():
            counters.take("a", DAY, 5, 10)
            counters.take("b", DAY, b, 10)

    with pytest.raises(Exhausted):
        both(11)
    assert counters.used("a", DAY) == 0
    both(10)
    assert (counters.used("a", DAY), counters.used("b", DAY)) == (5, 10)


def test_a_value_tried_again_is_no_new_try(counters: Allowances) -> None:
    one, two, three = (Try("key", item, 2) for item in "xyz")
    assert counters.tried([one, one], DAY, 30) == 1
    assert counters.tried([one, two], DAY, 30) == 1
    assert counters.tried([one, two], DAY, 30) == 0
    with pytest.raises(TriesExhausted) as caught:
        counters.tried([Try("other", "x", 2), three], DAY, 30)
    assert caught.value.subjects == {"key"}
    assert counters.tried([Try("other", "x", 2)], DAY, 30) == 1  # it was not kept with the other


def test_a_try_leaves_the_window(counters: Allowances) -> None:
    counters.tried([Try("key", "x", 1)], DAY, 30)
    with pytest.raises(TriesExhausted):
        counters.tried([Try("key", "y", 1)], DAY + timedelta(29), 30)
    assert counters.tried([Try("key", "y", 1)], DAY + timedelta(30), 30) == 1
    with pytest.raises(TriesExhausted):  # the first is a new try now
        counters.tried([Try("key", "x", 1)], DAY + timedelta(30), 30)
    assert counters.tried([Try("key", "x", 1)], DAY + timedelta(60), 30) == 1


def test_ten_thousand_in_one_go(counters: Allowances) -> None:
    many = [Try(f"{i:032x}", "x", 3) for i in range(10_000)]
    assert counters.tried(many, DAY, 30) == 10_000
    assert counters.tried(many, DAY, 30) == 0
    with pytest.raises(TriesExhausted):
        counters.tried([Try("one", f"{i}", 3) for i in range(10_000)], DAY, 30)


def test_old_rows_are_forgotten(counters: Allowances, store: Store) -> None:
    counters.take("a", DAY, 1)
    counters.tried([Try("key", "x", 1)], DAY, 30)
    counters.take("b", DAY + timedelta(60), 1)
    assert _rows(store) == (2, 1)
    counters.take("b", DAY + timedelta(61), 1)
    assert _rows(store) == (2, 0)


def _rows(store: Store) -> tuple[int, ...]:
    with store.reading() as connection:
        return tuple(
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (tables.allowances, tables.tries)
        )


def test_they_outlive_a_restart(store_places: Places, tmp_path: Path) -> None:
    for expected in (1, 2):
        store = open_store(store_places.where(tmp_path), now)
        assert store.allowances.take("a", DAY, 1, 2) == expected
        store.close()


def test_two_gateways_never_both_get_the_last_unit(store_places: Places, tmp_path: Path) -> None:
    gateways = [open_store(store_places.where(tmp_path), now) for _ in range(2)]

    def taken(index: int) -> int:
        counters = gateways[index % 2].allowances
        try:
            counters.take("a", DAY, 1, 10)
        except Exhausted:
            return 0
        return 1

    def tried(index: int) -> int:
        try:
            return gateways[index % 2].allowances.tried([Try("k", f"{index}", 3)], DAY, 30)
        except TriesExhausted:
            return 0

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(taken, range(40))) == 10
        assert sum(pool.map(tried, range(40))) == 3
    assert gateways[0].allowances.used("a", DAY) == 10
    for gateway in gateways:
        gateway.close()


def test_a_move_resets_nothing(store: Store, tmp_path: Path, store_places: Places) -> None:
    store.allowances.take("a", DAY, 7)
    store.allowances.take("a", DAY - timedelta(1), 2)
    many = [Try(f"{i:x}", item, 3) for i in range(1500) for item in "xy"]
    store.allowances.tried(many, DAY, 30)
    target = open_store(store_places.where(tmp_path / "moved"), now)
    move(store, target, lambda: True)
    assert target.allowances.used("a", DAY, days=2) == 9
    assert target.allowances.tried(many, DAY, 30) == 0
    assert _rows(target) == (2, 3000)
    target.close()
