"""What it costs a statement to look whether something that it reads is disputed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import servers

from tests.bench.city import folder
from tests.bench.measure import table
from workbench.catalogue.city import City
from workbench.model.procedure import Party, Procedure
from workbench.query_path.disputing import Disputing
from workbench.store.procedure_effects import Mark
from workbench.store.session import Store, open_store
from workbench.trial.city import write_city
from workbench.trial.schema import PolicyTest

NAME = "marks"
COUNTS = (0, 10, 1000)
TARGET_MS = 0.2
"""Of the gateway's processor, for a statement of which nothing is disputed (ours)."""
READS = (("r000", ("a", "b", "c")), ("r001", ("a", "b")))
NOW = datetime(2026, 3, 2, tzinfo=UTC)
CITY = {
    "resources": {
        name: {"data": f"{name}.csv", "columns": {"a": {"type": "VARCHAR", "class": "general"}}}
        for name in ("r000", "r001")
    },
    "grants": {},
}


def run(quick: bool) -> dict[str, Any]:
    """Milliseconds by store, number of marks in it, and whether one of them is met."""
    repeats = 50 if quick else 1000
    with folder() as place, _stores(place) as stores:
        city = _city(place)
        found = {kind: _of(store, city, repeats) for kind, store in stores.items()}
    return {"repeats": repeats, "ms": found}


def _of(store: Store, city: City, repeats: int) -> dict[str, dict[str, float]]:
    """``thread_time``: what the gateway's thread does itself, and not what it waits for."""
    store.procedures.keep_definition("d", "correction", "")
    store.cases.keep_profile("p", "aba-2024", "")
    disputing, found, made = Disputing(store.effects, store.procedures), {}, 0
    for count in COUNTS:
        for number in range(made, count):
            _mark(store, f"p{number}", f"r{2 + number % 100:03}", f"c{number // 100}")
        made = count
        found[str(count)] = _measured(lambda: list(disputing.notes(READS, city)), repeats)
    _mark(store, "met", "r000", "b")
    assert len(list(disputing.notes(READS, city))) == 1
    found["one is met"] = _measured(lambda: list(disputing.notes(READS, city)), repeats)
    return found


def _measured(work: Callable[[], object], repeats: int) -> dict[str, float]:
    taken, waited = [], []
    for _ in range(repeats):
        began, clock = time.thread_time(), time.perf_counter()
        work()
        taken.append((time.thread_time() - began) * 1000)
        waited.append((time.perf_counter() - clock) * 1000)
    return {"processor": median(taken), "elapsed": median(waited)}


def _mark(store: Store, id_: str, resource: str, column: str) -> None:
    procedure = Procedure(
        id_, "correction", "d", "aba-2024", "p", "user", Party.applicant, "ma", "provider", "",
        "verifying", False, 1, NOW, NOW, (),
    )  # fmt: skip
    store.procedures.put(procedure, seen=0)
    store.effects.mark([Mark(id_, resource, column, "", NOW)])


def _city(place: Path) -> City:
    from workbench.catalogue.city import load_city

    write_city(PolicyTest.model_validate(CITY), place / "city")
    return load_city(place / "city")


@contextmanager
def _stores(place: Path) -> Iterator[dict[str, Store]]:
    def clock() -> datetime:
        return NOW

    with servers.postgres({"log_statement": "none"}) as server:
        passfile = place / "passfile"
        escaped = server.password.replace("\\", "\\\\").replace(":", "\\:")
        passfile.write_text(f"*:*:*:*:{escaped}\n")
        passfile.chmod(0o600)
        at = f"postgresql://postgres@127.0.0.1:{server.port}/postgres?schema=b&passfile={passfile}"
        with (
            closing(open_store(place / "store.sqlite", clock)) as sqlite,
            closing(open_store(at, clock)) as postgres,
        ):
            yield {"SQLite": sqlite, "PostgreSQL": postgres}


def report(figures: dict[str, Any]) -> str:
    rows = [
        [kind, count, f"{one['processor']:.3f}", f"{one['elapsed']:.3f}"]
        for kind, counts in figures["ms"].items()
        for count, one in counts.items()
    ]
    return f"""## Marks of dispute

What a statement that reads five columns of two resources spends to learn what of them is disputed:
medians of {figures["repeats"]}. The aim of ours is at most {TARGET_MS:g} ms of the gateway's processor where
nothing of it is. Elapsed time includes what other work on the machine took.

{table(("store", "marks in it", "processor, ms", "elapsed, ms"), rows)}
"""
