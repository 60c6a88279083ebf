"""Fixtures of the gateway's tests; what they are made of is in ``gateway_bench``."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pytest
from gateway_bench import (
    PASSWORD,
    SCENARIOS,
    Bench,
    City,
    Clock,
    DoubledQueryPath,
    resource,
    wait_until,
)

from workbench.catalogue.city_schema import Settings
from workbench.gateway.auth import Auth
from workbench.gateway.doors import Gateway
from workbench.ledger.checkpoints import Checkpoints
from workbench.ledger.record import Ledger
from workbench.model.actor import Role
from workbench.model.contract import Sharing, SharingMode, SharingType
from workbench.store.keyring import Keyring
from workbench.store.session import open_store


def settings() -> SimpleNamespace:
    """The defaults with a shorter request; tests change them in place."""
    return SimpleNamespace(**asdict(Settings(request_kb=64)))


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """One gateway for the session; ``bench`` puts it back in order for each test."""
    folder: Path = tmp_path_factory.mktemp("gateway")
    clock = Clock()
    keyring = Keyring.open(folder / "keys")
    store = open_store(folder / "store.sqlite", clock)
    checkpoints = Checkpoints(folder / "checkpoints", keyring.checkpoint_key)
    ledger = Ledger(store.journal, checkpoints, keyring.audit_key, clock)
    for person in (*SCENARIOS, "leaver"):
        store.users.add(person, PASSWORD, "development", [Role.analyst])
    auth = Auth(store.users, keyring.token_key, ledger, clock)
    path = DoubledQueryPath()
    obtain = Sharing(SharingType.unconditional, SharingMode.obtain)
    hidden = Sharing(SharingType.not_shared, legal_basis="保密")
    city = City(
        settings=settings(),
        resources={"open": resource("open", obtain), "hidden": resource("hidden", hidden)},
    )
    parts = SimpleNamespace(
        auth=auth, query_path=path, city=city, ledger=ledger, clock=clock, store=store,
        exports=SimpleNamespace(), compare_keys=SimpleNamespace(), cases=SimpleNamespace(),
        procedures=SimpleNamespace(), findings=SimpleNamespace(),
        measure=SimpleNamespace(), uses=SimpleNamespace(book=SimpleNamespace()),
        trail=SimpleNamespace(), portals=SimpleNamespace(), what_ifs=SimpleNamespace(),
        derived=SimpleNamespace(),
        briefs=SimpleNamespace(),
        assessing=SimpleNamespace(),
        noise=SimpleNamespace(),
        told=SimpleNamespace(),
    )  # fmt: skip
    gateway = Gateway(parts, "1.2.3")  # type: ignore[arg-type]
    yield Bench(gateway, auth, store, ledger, keyring, clock, path, city)
    assert gateway.stop()
    store.close()


@pytest.fixture
def bench(opened: Bench, caplog: pytest.LogCaptureFixture) -> Iterator[Bench]:
    caplog.set_level("INFO", logger="workbench")
    opened.path.calls.clear()
    opened.path.runnings.clear()
    opened.path.fails_midway = False
    opened.city.problem = None
    opened.city.settings = settings()
    yield opened
    if opened.gateway._limits.busy_in_all:
        gc.collect()  # a reader that was dropped unread gives its place back
    wait_until(lambda: opened.gateway._limits.busy_in_all == 0)
