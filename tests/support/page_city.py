"""A small city with two pages: ``price`` is shared as rows, ``person`` as statistics."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from workbench.catalogue.identifiers import load_codes
from workbench.extracts.ingest import ingest
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.model.actor import Actor, Role
from workbench.model.entry import Event
from workbench.model.release import ReleaseInfo
from workbench.trial.city import SCENARIO, ingest_all, write_city
from workbench.trial.schema import PolicyTest

PASSWORD = "a long enough password"
VIEWERS = ("li", "wang")
TEST: dict[str, Any] = {
    "resources": {
        "price": {
            "data": "price.csv",
            "columns": {
                "city": {"type": "VARCHAR", "class": "general"},
                "day": {"type": "DATE", "class": "general"},
                "value": {"type": "BIGINT", "class": "general"},
            },
        },
        "person": {
            "data": "person.csv",
            "entity": "id",
            "columns": {
                "id": {"type": "BIGINT", "class": "general"},
                "town": {"type": "VARCHAR", "class": "general"},
                "income": {"type": "BIGINT", "class": "important", "personal": True},
            },
        },
    },
    "grants": {
        "price": {
            "mode": "obtain",
            "columns": {"city": "value", "day": "value", "value": "value"},
        },
        "person": {
            "mode": "statistics",
            "columns": {"id": "value", "town": "value", "income": "statistics"},
        },
    },
    "settings": {"threshold_k": 3, "threads": 1, "warm_workers": 0},
}
PRICES = "city,day,value\n甲,2026-01-01,1\n甲,2026-02-01,2\n乙,2026-01-01,3\n"
PEOPLE = "id,town,income\n" + "".join(
    f"{i},{'东' if i < 12 else '西'},{900 + 37 * i}\n" for i in range(16)
)
BY_TOWN = "select town, count(*) as n, sum(income) as s from person group by town order by town"


@dataclass
class Clock:
    """Now, and what a test adds to it."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def write_pages(root: Path) -> Path:
    """The city below ``root``, with its data ingested and its people."""
    (root / "price.csv").write_text(PRICES, encoding="utf-8")
    (root / "person.csv").write_text(PEOPLE, encoding="utf-8")
    test = PolicyTest.model_validate(TEST)
    city = root / "city"
    write_city(test, city)
    edit_scenario(city, add_pages)
    ingest_all(test, root, city, Clock())
    with opened(city) as bench:
        for name in (*VIEWERS, "chen"):
            bench.store.users.add(name, PASSWORD, "user", {Role.analyst})
    return city


def copied(city: Path, root: Path, **settings: int) -> Path:
    """Another such city below ``root``: to copy one is faster than to ingest it."""
    shutil.copytree(city, root / "city")
    edit_city(root / "city", lambda spec: spec["settings"].update(settings))
    return aged(root / "city")


def aged(city: Path) -> Path:
    """As if its files had been written long ago: what was just written is read twice, and nothing
    that was answered meanwhile is kept."""
    for file in (city / "data_contracts").rglob("*"):
        os.utime(file, (1e9, 1e9))
    return city


def add_pages(scenario: dict[str, Any]) -> None:
    scenario["pages"] = [{"id": name, "viewers": list(VIEWERS)} for name in ("board", "desk")]


def edit_scenario(city: Path, change: Callable[[dict[str, Any]], object]) -> None:
    edit(city / "data_contracts" / "scenarios" / f"{SCENARIO}.yaml", change)


def edit_contract(city: Path, name: str, change: Callable[[dict[str, Any]], object]) -> None:
    edit(city / "data_contracts" / "resources" / f"{name}.odcs.yaml", change)


def edit_city(city: Path, change: Callable[[dict[str, Any]], object]) -> None:
    edit(city / "data_contracts" / "city.yaml", change)


def edit(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    found = json.loads(file.read_text(encoding="utf-8"))
    change(found)
    file.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


def opened(root: Path, clock: Clock | None = None) -> Workbench:
    return open_workbench(root, clock or Clock())


def page(viewer: str, name: str = "board") -> Actor:
    return Actor(f"page:{name}", f"page:{name}", frozenset({Role.page}), viewer, "user")


def person(name: str) -> Actor:
    return Actor(name, "user", frozenset({Role.analyst}))


def ask(
    bench: Workbench, sql: str, who: Actor, **how: Any
) -> tuple[list[tuple[Any, ...]], ReleaseInfo]:
    run = bench.query_path.run
    with run(who, SCENARIO, sql, **{"method": "test", "medium": "memory", **how}) as running:
        table = pa.Table.from_batches(list(running), schema=running.schema)
    return list(zip(*(c.to_pylist() for c in table.columns), strict=True)), running.info


def entries(bench: Workbench, event: Event) -> list[dict[str, Any]]:
    bodies = [json.loads(filed.entry.body) for filed in bench.store.journal.walk()]
    return [body for body in bodies if body["event"] == event.value]


def entry_of(bench: Workbench, event: Event, info: ReleaseInfo) -> dict[str, Any]:
    (found,) = [e for e in entries(bench, event) if e["release"] == info.id]
    return found


def given_again(bench: Workbench, info: ReleaseInfo) -> int | None:
    """The entry that first released what this release gave again; None where it was computed."""
    return entry_of(bench, Event.release_opened, info)["detail"].get("kept")


def deliver(bench: Workbench, root: Path, name: str, text: str) -> None:
    file = root / f"next-{name}.csv"
    file.write_text(text, encoding="utf-8")
    ingest(
        bench.city().resources[name],
        [file],
        extracts=bench.extracts,
        codes=load_codes(root),
        quarantine_folder=root / "quarantine",
        clock=bench.clock,
    )


def eventually(true: Callable[[], bool], seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.03)
