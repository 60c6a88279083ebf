"""What a durable, chained, checkpointed entry costs, and what it costs to verify."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

from tests.bench.city import folder
from tests.bench.measure import medians, met, ms, seconds, table
from workbench.gateway.state import State, open_state
from workbench.ledger.verify import verify
from workbench.model.entry import Draft, Event

TARGET_MS = 1.0


def run(quick: bool) -> dict[str, Any]:
    entries = 300 if quick else 3000
    with folder() as place:
        state = open_state(place)
        for number in range(50):
            state.ledger.record(_draft(number))
        bare = _bare(place / "bare.sqlite")
        taken: dict[str, list[float]] = {"bare commit": [], "record": []}
        for number in range(entries):
            taken["bare commit"].append(seconds(lambda: bare(number)))  # noqa: B023 - at once
            taken["record"].append(seconds(lambda: state.ledger.record(_draft(number))))  # noqa: B023
        eight = _threads(state, entries)
        checked = seconds(lambda: _verified(state))
        count = state.ledger.journal.head()
        state.store.close()
    assert count is not None
    return {
        "entries": entries,
        "median": medians(taken),
        "p99": sorted(taken["record"])[int(entries * 0.99)],
        "eight_threads": eight,
        "verified": count.seq,
        "verified_per_second": count.seq / checked,
    }


def _draft(number: int) -> Draft:
    return Draft(
        Event.release_opened,
        actor="analyst",
        department="drc",
        scenario="economic-analysis",
        purpose="monthly analysis",
        content={"enterprise": ("credit_code", "turnover")},
        method="query",
        medium="flight sql",
        release=f"r{number}",
        detail={"rows": number},
    )


def _bare(file: Path) -> Any:
    """One row, one durable commit of plain SQLite in the same mode."""
    con = sqlite3.connect(file, isolation_level=None)
    con.execute("PRAGMA journal_mode=WAL")
    con.execute("PRAGMA synchronous=FULL")
    con.execute("CREATE TABLE entries (seq INTEGER PRIMARY KEY, body TEXT)")
    body = "x" * 600

    def commit(_: int) -> None:
        con.execute("INSERT INTO entries (body) VALUES (?)", (body,))

    return commit


def _threads(state: State, entries: int) -> float:
    """Entries a second of eight threads together."""

    def some() -> None:
        for number in range(entries // 8):
            state.ledger.record(_draft(number))

    threads = [threading.Thread(target=some) for _ in range(8)]

    def together() -> None:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return entries // 8 * 8 / seconds(together)


def _verified(state: State) -> None:
    keyring, layout = state.keyring, state.layout
    journal, public = state.ledger.journal, keyring.checkpoint_public
    assert verify(journal, layout.checkpoints, public, keyring.audit_key).clean


def report(figures: dict[str, Any]) -> str:
    median = figures["median"]
    ratio = median["record"] / median["bare commit"]
    ok = median["record"] * 1000 <= TARGET_MS
    rows = (
        ("a bare durable commit of SQLite, ms", ms(median["bare commit"])),
        ("an entry: chained, durable, checkpoint signed and durable, ms", ms(median["record"])),
        ("an entry, p99 ms", ms(figures["p99"])),
        ("entries a second, eight threads", f"{figures['eight_threads']:.0f}"),
        ("entries verified a second", f"{figures['verified_per_second']:.0f}"),
    )
    return f"""## The ledger

Median of {figures["entries"]} on SQLite. An entry costs {ratio:.1f} bare commits (aim of ours: at most
{TARGET_MS:g} ms, {met(ok)}).

{table(("what", "seen"), rows)}"""
