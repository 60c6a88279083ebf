"""The page of KPIs over ten million ledger entries, and what the facts of one day cost.

Cases, their ledger and their facts come from a city that is played through the real desk. The ten
million uses are facts of the same columns, made by Polars and put together by the same pure
functions (``kpi.facts``); the days whose cost is measured are real entries of the chained ledger.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from attacks.served import PASSWORD, served
from unit.kpi.kpi_city import RESOURCES, Year, write_kpi_city

from tests.bench.city import folder
from tests.bench.measure import seconds, table
from workbench.client.connection import Connection, connect
from workbench.extracts.parts import add, reached
from workbench.kpi import facts
from workbench.kpi.frames import USE
from workbench.ledger.chain import compose
from workbench.ledger.seal import Sealer
from workbench.model.actor import Role
from workbench.model.days import CHINA
from workbench.model.entry import Draft, Event, Filed
from workbench.ui import queries
from workbench.ui.page_file import load_page

NAME = "kpi"
ENTRIES = 10_000_000
DAYS = (1_000, 10_000, 100_000)
GRANTS, SCENARIOS, DEPARTMENTS, PEOPLE = 400, 20, 40, 12
REPEATS = 5
BATCH = 2_000
PAGE = Path(__file__).parents[2] / "dashboards" / "pages" / "sharing_kpis.yaml"
SETTINGS = {"memory_mb": 4096, "threads": 2, "warm_workers": 0}


def run(quick: bool) -> dict[str, Any]:
    entries, days = (200_000, (1_000, 5_000)) if quick else (ENTRIES, DAYS)
    with folder() as place:
        city = write_kpi_city(place / "city", "heilongjiang-2025")
        _settle(city)
        year = Year(city)
        year.load("r0", 5, date(2026, 1, 1))
        year.play(*((25, 25) if quick else (200, 400)))
        first = seconds(lambda: year.delivering().look())
        history = _history(year, entries)
        figures = {
            "entries": entries,
            "cases": sum(1 for _ in year.bench.store.cases.all()),
            "first_delivery": first,
            "history": history,
            "days": [_day(year, count) for count in days],
            "rows": {name: _rows(year, name) for name in ("gov_use", "gov_use_day", "gov_case")},
        }
        year.now = datetime.now(UTC)
        year.delivering().look()
        year.bench.store.users.add("ran", PASSWORD, "data_bureau", {Role.analyst})
        year.bench.close()
        return figures | {"panels": _panels(city)}


def report(figures: dict[str, Any]) -> str:
    panels = [
        [one["title"], f"{one['cold'] * 1000:.0f}", f"{one['warm'] * 1000:.0f}"]
        for one in figures["panels"]["each"]
    ]
    days = [
        [f"{one['entries']:,}", f"{one['of_entries']:.2f}", f"{one['standing']:.2f}",
         f"{one['per_thousand'] * 1000:.0f}"]
        for one in figures["days"]
    ]  # fmt: skip
    rows, history = figures["rows"], figures["history"]
    return f"""## kpi

The page of sharing KPIs over {figures["entries"]:,} uses and refusals of a year and {figures["cases"]:,}
applications that were played through the real desk ({rows["gov_use"]:,} rows of `gov_use`, {rows["gov_use_day"]:,}
of `gov_use_day`). The uses are facts of the same columns, made by Polars and summed up by the same pure functions;
to put them into twelve parts took {history:.0f} s. The page reads the summed tables alone.

The first statement, which builds the workspace, took {figures["panels"]["build"]:.1f} s. Each panel's statement,
asked over the gateway; milliseconds. Cold: the first time in an open workspace; warm: median of {REPEATS} more.

{table(["panel", "cold", "warm"], panels)}

**A day's new entries**, of the chained ledger, delivered after all of that; seconds. What is made of entries
and steps grows with the day; how things stand (cases, grants, resources) is written anew each day, whatever its entries.

{table(["entries of the day", "of entries", "how things stand", "ms per 1,000 entries"], days)}
"""


def _settle(city: Path) -> None:
    from page_city import edit_city

    edit_city(city, lambda spec: spec.setdefault("settings", {}).update(SETTINGS))


# A year of uses -----------------------------------------------------------------------------------


def _history(year: Year, entries: int) -> float:
    """Twelve parts beside what the play left; seconds."""
    return seconds(lambda: [_put(year, part) for part in _months(entries)])


def _months(entries: int) -> Iterator[pl.DataFrame]:
    choose, position = np.random.default_rng(5), 100_000_000
    for month in range(12):
        count = entries // 12
        yield _uses(choose, count, date(2025, month + 1, 1), position)
        position += count
        print(f"  2025-{month + 1:02}: {count:,} entries", file=sys.stderr)


def _uses(choose: np.random.Generator, count: int, first: date, position: int) -> pl.DataFrame:
    """Opened, closed and refused as they come in a ledger; each grant has its own columns."""
    grant = choose.integers(0, GRANTS, count)
    kind = choose.integers(0, 21, count)
    opened, closed = kind < 10, (kind >= 10) & (kind < 20)
    event = np.where(opened, "release_opened", np.where(closed, "release_closed", "refused"))
    names = np.array(["code", "code,town", "code,kind,town"])[grant % 3]
    day = choose.integers(0, 28, count)
    hour = choose.integers(0, 24, count)
    department = np.char.add("d", (grant % DEPARTMENTS).astype(str))
    frame = pl.DataFrame(
        {
            "position": np.arange(position, position + count),
            "event": event,
            "actor": np.char.add(
                "p", (grant * PEOPLE + choose.integers(0, PEOPLE, count)).astype(str)
            ),
            "department": department,
            "scenario": np.char.add("s", (grant % SCENARIOS).astype(str)),
            "grant_id": np.char.add("case:g", grant.astype(str)),
            "case_id": np.char.add("g", grant.astype(str)),
            "resource": np.array(RESOURCES)[grant % len(RESOURCES)],
            "columns_used": names,
            "columns_count": grant % 3 + 1,
            "rows": np.where(closed, choose.integers(0, 5_000, count), -1),
            "refused": event == "refused",
            "code": np.where(event == "refused", "column_not_granted", ""),
            "hour": hour,
            "offset": day,
        }
    )
    dated = frame.with_columns(
        day=pl.lit(first) + pl.duration(days=pl.col("offset")),
        rows=pl.when(pl.col("rows") >= 0).then(pl.col("rows")),
        is_lead=pl.lit(value=True),
        simulated=pl.lit(value=True),
    )
    timed = dated.with_columns(at=pl.col("day").cast(pl.Datetime("us")) + pl.duration(hours="hour"))
    return timed.select(pl.col(name).cast(kind) for name, kind in USE.items())


def _put(year: Year, used: pl.DataFrame) -> None:
    shelf = year.delivering()._shelf()
    made = {
        "gov_use": used,
        "gov_use_day": facts.use_days(used),
        "gov_column_day": facts.column_days(used),
    }
    for name, rows in made.items():
        to = reached(shelf.extracts.latest(name))
        assert to is not None  # the play was delivered
        assert add(shelf, year.bench.city().resources[name], rows, to, to) is not None


def _rows(year: Year, name: str) -> int:
    version = year.bench.extracts.latest(name)
    return 0 if version is None else version.rows


# A day --------------------------------------------------------------------------------------------


def _day(year: Year, count: int) -> dict[str, Any]:
    """So many entries of one day into the ledger; then the day's delivery, by its tables."""
    day = year.today
    _record(year, count, datetime.combine(day, time(9), CHINA))
    year.now += timedelta(days=1)
    took: dict[str, float] = {}
    last = [datetime.now(UTC)]

    def told(one: Any) -> None:
        now = datetime.now(UTC)
        took[one.resource] = (now - last[0]).total_seconds()
        last[0] = now

    year.delivering().look(told)
    of_entries = sum(took[name] for name in ("gov_use", "gov_use_day", "gov_column_day",
                                             "gov_delivery", "gov_step"))  # fmt: skip
    return {
        "entries": count,
        "of_entries": of_entries,
        "standing": sum(took.values()) - of_entries,
        "per_thousand": of_entries / count * 1000,
        "each": took,
    }


def _record(year: Year, count: int, at: datetime) -> None:
    """Chained and sealed as any entry, many in one transaction: no checkpoint is written."""
    sealer = Sealer(year.bench.keyring.audit_key)
    for start in range(0, count, BATCH):
        drafts = [_draft(n) for n in range(start, min(start + BATCH, count))]

        def composed(last: tuple[int, str] | None, drafts: list[Draft] = drafts) -> list[Filed]:
            filed: list[Filed] = []
            for draft in drafts:
                one = compose(draft, last, at, sealer)
                last = one.entry.seq, one.entry.hash
                filed.append(one)
            return filed

        year.bench.store.journal.append(composed)


def _draft(number: int) -> Draft:
    grant = number % GRANTS
    resource = RESOURCES[grant % len(RESOURCES)]
    return Draft(
        Event.release_opened if number % 2 else Event.release_closed,
        actor=f"p{number % (GRANTS * PEOPLE)}",
        department=f"d{grant % DEPARTMENTS}",
        scenario=f"s{grant % SCENARIOS}",
        purpose="monthly analysis",
        content={resource: ("code", "town")},
        method="query",
        medium="flight sql",
        release=f"q{number // 2}",
        detail={"grants": {resource: [f"case:g{grant}", "obtain", "", "", ""]}, "rows": number},
    )


# The page -----------------------------------------------------------------------------------------


def _panels(city: Path) -> dict[str, Any]:
    page = load_page(PAGE)
    with served(city) as gateway, closing(_connected(gateway.http)) as connection:
        build = seconds(lambda: _ask(connection, "select count(*) from gov_kpi"))
        each = []
        for panel in page.panels:
            asked = queries.statement(panel, page, {}).sql
            cold = seconds(lambda asked=asked: _ask(connection, asked))  # type: ignore[misc]
            # Another text each time: what was just answered would be given again.
            warm = [
                seconds(lambda n=n, asked=asked: _ask(connection, f"{asked} -- {n}"))  # type: ignore[misc]
                for n in range(REPEATS)
            ]
            each.append({"title": panel.title.en, "cold": cold, "warm": statistics.median(warm)})
    return {"build": build, "each": each}


def _connected(url: str) -> Connection:
    return connect(url, user="ran", password=PASSWORD, language="en", progress=False)


def _ask(connection: Connection, sql: str) -> None:
    connection.sql(sql, scenario="sharing_kpis")
