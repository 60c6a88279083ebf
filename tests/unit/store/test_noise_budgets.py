"""Privacy budgets in the store: nothing is bought twice, and nobody overspends; on both kinds."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from stores import Places

from workbench.store.moving import move
from workbench.store.noise import Overspent, Paid, Purchase
from workbench.store.session import Store, open_store

GRANT = "scenario/department/firm"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def store(store_places: Places, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(store_places.where(tmp_path), now)
    yield opened
    opened.close()


def test_what_is_bought_is_bought_once(store: Store) -> None:
    budgets = store.allowances.noise
    assert budgets.spent(GRANT) == 0
    assert budgets.pay(GRANT, [Purchase(30, ("a", "b"))], 100) == Paid(30, 30)
    assert budgets.pay(GRANT, [Purchase(30, ("a", "b"))], 100) == Paid(0, 30)
    assert budgets.pay(GRANT, [Purchase(30, ("b",)), Purchase(20, ("c",))], 100) == Paid(20, 50)
    assert budgets.pay(GRANT, [Purchase(30, ("a", "d"))], 100) == Paid(30, 80)
    assert budgets.pay("other", [Purchase(100, ("x",))], 100) == Paid(100, 100)
    assert budgets.spent(GRANT) == 80


def test_past_the_budget_nothing_is_taken_and_what_was_bought_stays(store: Store) -> None:
    budgets = store.allowances.noise
    budgets.pay(GRANT, [Purchase(70, ("a",))], 100)
    with pytest.raises(Overspent) as caught:
        budgets.pay(GRANT, [Purchase(20, ("b",)), Purchase(20, ("c",))], 100)
    assert (caught.value.spent, caught.value.needed, caught.value.total) == (70, 40, 100)
    assert budgets.figures(["a", "b", "c"]) == {"a": None}
    assert budgets.pay(GRANT, [Purchase(30, ("b",))], 100) == Paid(30, 100)
    assert budgets.pay(GRANT, [Purchase(70, ("a",))], 100) == Paid(0, 100)
    assert budgets.pay(GRANT, [Purchase(70, ("a",))], 10) == Paid(0, 100)  # it was made smaller


def test_the_first_draw_stands(store: Store) -> None:
    budgets = store.allowances.noise
    budgets.pay(GRANT, [Purchase(1, ("a", "b"))], 9)
    assert budgets.drawn({"a": -5}) == {"a": -5}
    assert budgets.drawn({"a": 7, "b": 2**63 - 1}) == {"a": -5, "b": 2**63 - 1}
    assert budgets.figures(["a", "b", "c"]) == {"a": -5, "b": 2**63 - 1}
    with pytest.raises(LookupError):
        budgets.drawn({"c": 1})
    assert budgets.figures(["c"]) == {}


def test_two_gateways_never_both_spend_the_last_of_it(store_places: Places, tmp_path: Path) -> None:
    gateways = [open_store(store_places.where(tmp_path), now) for _ in range(2)]

    def bought(index: int) -> int:
        try:
            paid = gateways[index % 2].allowances.noise.pay(
                GRANT, [Purchase(10, (f"{index}",))], 95
            )
        except Overspent:
            return 0
        return paid.charged

    def drawn(index: int) -> int:
        return gateways[index % 2].allowances.noise.drawn({first: index})[first]

    with ThreadPoolExecutor(8) as pool:
        charged = list(pool.map(bought, range(40)))
        first = str(charged.index(10))
        assert sum(charged) == gateways[0].allowances.noise.spent(GRANT) == 90
        assert len(set(pool.map(drawn, range(40)))) == 1
    for gateway in gateways:
        gateway.close()


def test_neither_a_restart_nor_a_move_fills_a_budget(store_places: Places, tmp_path: Path) -> None:
    store = open_store(store_places.where(tmp_path), now)
    store.allowances.noise.pay(GRANT, [Purchase(60, tuple(map(str, range(2500))))], 100)
    store.allowances.noise.drawn({"7": 7})
    store.close()
    store = open_store(store_places.where(tmp_path), now)
    target = open_store(store_places.where(tmp_path / "moved"), now)
    move(store, target, lambda: True)
    for each in (store, target):
        assert each.allowances.noise.spent(GRANT) == 60
        assert len(each.allowances.noise.figures([str(i) for i in range(3000)])) == 2500
        assert each.allowances.noise.figures(["7"]) == {"7": 7}
        each.close()
