"""What the gaming watch looks at, read from a city as it stood at the end of a day: by whoever runs
the city, beside a running gateway or without one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl

from workbench.assessment.gaming.again import Facts
from workbench.assessment.gaming.seen import CaseSeen, Entry, Seen, Version
from workbench.extracts.versions import Extracts, ExtractVersion
from workbench.kpi import facts
from workbench.kpi.frames import DELIVERY, TABLES, USE
from workbench.model.case import Case
from workbench.model.contract import Resource
from workbench.model.cycles import cycle_days
from workbench.model.days import day_of
from workbench.model.entry import Filed

if TYPE_CHECKING:
    from workbench.kpi.deliver import Known

BLOCK = 20_000
"""Entries that are read into one frame at a time (ours)."""
_CLOSES = ("withdraw", "end")
Versions = Mapping[str, tuple[ExtractVersion, ...]]
"""By resource, those that stood at the end of the day, newest first."""
Told = Callable[[int], object]


def versions_of(known: Known, extracts: Extracts, as_of: date) -> Versions:
    """Of all resources but the tables of facts. What was recalled is none."""
    return {
        name: tuple(
            one
            for one in extracts.history(name)
            if one.recalled is None and day_of(one.ingested_at) <= as_of
        )
        for name in known.resources
        if name not in TABLES
    }


def facts_of(known: Known, versions: Versions, as_of: date, told: Told = lambda _: None) -> Facts:
    """Facts as ``kpi deliver`` makes them, as of a day; ``told`` how many entries were read."""
    used, delivered = _entries(known, as_of, told)
    cases, types, simulated = list(known.cases_since(None)), known.types, known.simulated
    rules, calendar = known.profile_of, known.calendar
    columns = facts.column_days(used)
    providers = {name: one.provider for name, one in known.resources.items()}
    read = facts.used_of(columns)
    frames = {
        "gov_use": used,
        "gov_delivery": delivered,
        "gov_case": facts.cases(cases, rules, calendar, types, as_of, simulated=simulated),
        "gov_step": facts.steps(
            cases, rules, calendar, types, date.min, as_of, simulated=simulated
        ),
        "gov_grant": facts.grants(
            known.grants(), read, known.dormant_on, providers, as_of, simulated=simulated
        ),
        "gov_procedure": facts.procedures(known.records(as_of), as_of, simulated=simulated),
    }
    return Facts(frames, known.resources, versions, as_of, simulated=simulated)


def seen_of(known: Known, found: Facts, year: int) -> Seen:
    """Reads the rows of the versions of the year, and of the one before, for their fingerprints."""
    uses = found.frames["gov_use"]
    took = set(uses.filter(pl.col("event") == "release_opened")["case_id"].to_list())
    return Seen(
        year,
        found.as_of,
        tuple(_entry(known.resources[name], mine) for name, mine in found.versions.items()),
        tuple(one for mine in found.versions.values() for one in _versions(mine, date(year, 1, 1))),
        tuple(
            _case(case, took, found.as_of)
            for case in known.cases_since(None)
            if day_of(case.opened) <= found.as_of
        ),
        uses,
    )


def _entries(known: Known, as_of: date, told: Told) -> tuple[pl.DataFrame, pl.DataFrame]:
    used = [pl.DataFrame(schema=dict(USE))]
    delivered = [pl.DataFrame(schema=dict(DELIVERY))]
    names, simulated = tuple(known.resources), known.simulated
    entries: Iterator[Filed] = iter(known.journal.walk(None))
    count = 0
    while block := list(islice(entries, BLOCK)):
        block = [one for one in block if day_of(one.entry.at) <= as_of]
        used.append(facts.uses(block, known.pseudonym, names, simulated=simulated))
        delivered.append(facts.deliveries(block, simulated=simulated))
        count += len(block)
        told(count)
    return pl.concat(used), pl.concat(delivered)


def _entry(resource: Resource, versions: Iterable[ExtractVersion]) -> Entry:
    columns = (f"{one.name.casefold()} {one.element}" for one in resource.columns)
    days = [day_of(one.ingested_at) for one in versions]
    cycle = cycle_days(resource.update_cycle)
    since = min(days, default=None)
    return Entry(resource.name, resource.provider, frozenset(columns), cycle, since)


def _versions(newest_first: tuple[ExtractVersion, ...], first: date) -> Iterator[Version]:
    """Those of the year with their contents, those before without; but the last of these has
    them, for the first of the year is held against it."""
    before = [one for one in newest_first if day_of(one.ingested_at) < first]
    for one in newest_first:
        day = day_of(one.ingested_at)
        is_read = day >= first or one is before[0]
        content = fingerprint(one) if is_read else ""
        yield Version(one.resource, one.version, day, one.data_date, content)


def fingerprint(version: ExtractVersion) -> str:
    """Of its rows in any order and its columns in any order: how many, and the sum of their
    hashes, one file in memory at a time. Empty where they are encrypted. Polars' hashes are the
    same within one run alone: nothing of it is kept."""
    if version.parquet_key or not version.files:
        return ""
    names: set[str] = set()
    count, total = 0, 0
    for file in version.files:
        rows = pl.read_parquet(file)
        names.update(rows.columns)
        hashes = rows.select(sorted(rows.columns)).hash_rows().to_numpy()
        count, total = count + rows.height, total + int(hashes.sum(dtype="uint64"))
    return f"{','.join(sorted(names))} {count} {total % _WORD:016x}"


_WORD = 2**64


def _case(case: Case, took: set[str], as_of: date) -> CaseSeen:
    asked = case.application
    columns = sorted(f"{one.grant.name}:{one.grant.use.value}" for one in asked.columns)
    closed = next(
        (
            day_of(step.at)
            for step in case.steps
            if step.event in _CLOSES and day_of(step.at) <= as_of
        ),
        None,
    )
    content = f"{asked.scenario} {asked.resource} {asked.mode.value} {','.join(columns)}"
    opened = day_of(case.opened)
    return CaseSeen(
        case.id, asked.department, case.provider, opened, closed, content, case.id in took
    )
