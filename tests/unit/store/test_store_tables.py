"""No table is forgotten where all of them matter: the gateway's rights, and moving the store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import servers
from stores import Places

from workbench.store import tables
from workbench.store.address import parsed
from workbench.store.moving import _ORDERED, move
from workbench.store.noise import Purchase
from workbench.store.rights import RIGHTS, rights
from workbench.store.session import Store, open_store
from workbench.store.told import BookName, ToldBooks, ToldPage

NOW = datetime(2026, 11, 23, tzinfo=UTC)
BOOK = BookName("health", "people", "income")


def page(number: int) -> ToldPage:
    return ToldPage(BOOK, number, "r", "s", NOW, units=1, cells=1, withheld=0, body=b"\x00page")


def test_the_gateway_has_rights_on_every_table() -> None:
    assert set(RIGHTS) == {*tables.metadata.tables, "alembic_version"}


def test_every_table_is_moved_or_left_for_a_reason() -> None:
    moved = {table.name for table in _ORDERED}
    anew = {"uses", "anomaly_hours", "anomaly_transfers"}
    assert set(tables.metadata.tables) - moved == {"meta", "sign_in_failures", *anew}


def test_what_was_told_moves_with_the_store(
    store_places: Places, tmp_path: Path, postgres_server: Places
) -> None:
    """Forgotten on the way it would be told once more, and its difference with it."""
    store = open_store(store_places.where(tmp_path), lambda: NOW)
    target = open_store(postgres_server.where(tmp_path / "there"), lambda: NOW)
    for number in range(1, 8):
        store.told.add([page(number)])
    move(store, target, lambda: True)
    assert list(target.told.pages(BOOK, 0)) == [page(number) for number in range(1, 8)]
    store.close()
    target.close()


@pytest.fixture
def as_gateway(tmp_path: Path, postgres_server: Places) -> Callable[[], Store]:
    """The store as the role that the documents tell to give the gateway."""
    where = postgres_server.where(tmp_path)
    open_store(where, lambda: NOW).close()
    address = parsed(where, "test")
    role = f"g_{address.schema}"
    with postgres_server.admin(address.schema) as admin:
        admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{servers.PASSWORD}'")
        admin.execute(rights(address, role))
    url = postgres_server.url(address.schema, user=role)
    return lambda: open_store(url, lambda: NOW)


def test_the_gateway_s_role_keeps_books_and_budgets(as_gateway: Callable[[], Store]) -> None:
    store = as_gateway()
    try:
        books: ToldBooks = store.told
        books.add([page(1)])
        assert books.forget("health", "people") == 1
        noise = store.allowances.noise
        noise.pay("g", [Purchase(1, ("a",))], 9)
        noise.pay("g", [Purchase(1, ("b",))], 9)
        assert noise.drawn({"a": 5}) == {"a": 5}
    finally:
        store.close()
