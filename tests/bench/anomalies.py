"""Recall and precision of the anomaly watch on simulated years, against what was planted in them.

Thresholds were chosen on seeds 1 to 5; what is reported are seeds 201 to 210, played once after
the last change of a rule or of the simulation. (Seeds 101 to 110 were reported before that.)
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.bench.anomaly_causes import (
    innocence,
    is_whole,
    lost_cause,
    of_department,
    of_person,
    rested,
    unseen_cause,
)
from tests.bench.measure import table
from workbench.cli.sample_deliver import delivering
from workbench.model.cycles import late_since
from workbench.sharing.anomalies.rules import Kind
from workbench.simulation.behaviours import Behaviours, shipped
from workbench.simulation.planted import Planted
from workbench.simulation.platform import attend
from workbench.simulation.world import AUTHORITY, World, make_world
from workbench.simulation.year import Year, open_year
from workbench.store.anomalies import Finding, FindingFilter

NAME = "anomalies"
TUNED, REPORTED = range(1, 6), range(201, 211)
YEAR, DEPARTMENTS, APPLICATIONS = 2025, 10, 110
SHARE = 0.08
"""Of people for each planted behaviour and each innocent one: more than in the shipped file, so that
ten small years have some twenty of each."""
MEMORY = Path("/dev/shm")
_PEOPLE = {
    Kind.beyond_purpose: "beyond_purpose",
    Kind.sudden_volume: "sudden_volume",
    Kind.odd_hours: "odd_hours",
    Kind.enumeration: "enumerating",
}


def run(quick: bool) -> dict[str, Any]:
    return measured([TUNED[0]] if quick else REPORTED)


def measured(seeds: Iterable[int]) -> dict[str, Any]:
    years = []
    for seed in seeds:
        began = time.monotonic()
        years.append(_played(seed))
        print(f"  seed {seed}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return summed(years)


def summed(years: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Of each kind over all years: planted, found of them, findings' subjects, those about another
    planted behaviour, those about nothing; the misses with their causes."""
    rounds = sorted(one for year in years for one in year["rounds"])
    kinds: dict[str, Any] = {}
    for kind in Kind:
        parts = [year["kinds"][kind.value] for year in years]
        counts: Counter[str] = sum((Counter(one["counts"]) for one in parts), Counter())
        misses: Counter[str] = sum((Counter(one["misses"]) for one in parts), Counter())
        wrong = [f"{y['seed']}: {name}" for y in years for name in y["kinds"][kind.value]["wrong"]]
        kinds[kind.value] = {**counts, "misses": dict(misses), "wrong": wrong}
    over: Counter[str] = sum((Counter(year["idle"]) for year in years), Counter())
    innocent: Counter[str] = sum((Counter(year["innocent"]) for year in years), Counter())
    return {
        "idle": dict(over),
        "innocent": dict(innocent),
        "seeds": [year["seed"] for year in years],
        "entries": sum(year["entries"] for year in years),
        "round_ms": {"p50": rounds[len(rounds) // 2], "p95": rounds[len(rounds) * 95 // 100]},
        "kinds": kinds,
    }


def bench_spec() -> Behaviours:
    spec = shipped().model_dump()
    for group in ("people", "innocent"):
        for one in spec[group].values():
            one["share"] = SHARE
    return Behaviours.model_validate(spec)


def _played(seed: int) -> dict[str, Any]:
    world = make_world(bench_spec(), YEAR, seed, DEPARTMENTS)
    where = MEMORY if MEMORY.is_dir() else None
    rounds: list[float] = []
    with tempfile.TemporaryDirectory(dir=where) as folder:
        city = Path(folder) / "city"
        with open_year(world, city, delivering) as year:
            attend(year)
            _timed(year, rounds)
            planted = year.play(APPLICATIONS)
            findings = year.state.store.anomalies.find(FindingFilter(limit=500))
            head = year.state.store.journal.head()
            kinds = {kind.value: _judged(kind, findings, planted, year) for kind in Kind}
            idle = Counter(rested(grant, planted, year) for grant in planted.idle)
            innocent = Counter(one.innocent for one in world.people if one.innocent)
            innocent["seasonal"] = sum(one.season > 0 for one in year.casework.holdings.values())
    entries = head.seq if head else 0
    found = {"kinds": kinds, "idle": idle, "innocent": innocent}
    return {"seed": seed, **found, "entries": entries, "rounds": rounds}


def _timed(year: Year, rounds: list[float]) -> None:
    (attended,) = year.rounds

    def run(day: date, working: bool) -> None:
        began = time.monotonic()
        attended(day, working)
        rounds.append((time.monotonic() - began) * 1000)

    year.rounds[:] = [run]


def _judged(
    kind: Kind, findings: tuple[Finding, ...], planted: Planted, year: Year
) -> dict[str, Any]:
    mine = [one for one in findings if one.kind == kind.value and one.department != AUTHORITY]
    truth = _truth(kind, planted, year)
    found = {_unit(kind, one) for one in mine}
    others = {
        _unit(kind, one)
        for one in mine
        if _unit(kind, one) not in truth and _planted_otherwise(one, planted, year.world)
    }
    wrong = sorted(f"{unit} ({innocence(unit, year)})" for unit in found - set(truth) - others)
    missed = {unit: why for unit, why in truth.items() if unit not in found}
    counts = {
        "planted": len(truth),
        "hit": len(set(truth) & found),
        "subjects": len(found),
        "other": len(others),
        "false": len(wrong),
        "findings": len(mine),
    }
    return {"counts": counts, "misses": Counter(missed.values()), "wrong": wrong}


def _unit(kind: Kind, one: Finding) -> str:
    """What is counted: a person, a department, a grant, a resource, a delivery."""
    if kind is Kind.beyond_scope:
        return one.department
    if kind in _PEOPLE:
        return one.person
    if kind is Kind.dormancy:
        return one.grant_id
    return one.resource if kind is Kind.overdue_delivery else f"{one.resource} {one.since}"


def _planted_otherwise(one: Finding, planted: Planted, world: World) -> bool:
    """A person in whom another behaviour was planted; a resource that is late because what was sent
    of it was lost."""
    if one.kind == Kind.overdue_delivery.value:
        return any(resource == one.resource for resource, _ in planted.lost)
    return any(person.id == one.person and person.planted for person in world.people)


def _truth(kind: Kind, planted: Planted, year: Year) -> dict[str, str]:
    """Each planted subject, and what its cause is where it is missed, as the ledger shows it."""
    if kind in _PEOPLE:
        return {one: of_person(kind, one, year) for one in planted.people.get(_PEOPLE[kind], {})}
    if kind is Kind.beyond_scope:
        people = planted.people.get("over_reaching", {})
        return {one.partition("-")[0]: of_department(one.partition("-")[0], year) for one in people}
    if kind is Kind.dormancy:
        return {grant: unseen_cause(grant, day, year) for grant, day in planted.dormant.items()}
    if kind is Kind.lost_transfer:
        return {f"{name} {day}": lost_cause(name, day, year) for name, day in planted.lost}
    return _stale(year)


def _stale(year: Year) -> dict[str, str]:
    """Resources of stale providers of which a delivery came after two cycles."""
    found: dict[str, str] = {}
    for plan in year.world.resources:
        stale = "stale" in year.world.department(plan.provider).behaviours
        mine = [one for one in year.parcels if one.resource == plan.name and is_whole(one)]
        for before, after in itertools.pairwise(mine):
            if stale and late_since(plan.cycle, before.data_date, after.on - timedelta(days=1)):
                found[plan.name] = "not seen on the day"
    return found


def report(figures: dict[str, Any]) -> str:
    rows = []
    for kind, one in figures["kinds"].items():
        recall = _share(one.get("hit", 0), one.get("planted", 0))
        right = _share(one.get("subjects", 0) - one.get("false", 0), one.get("subjects", 0))
        strict = _share(one.get("hit", 0), one.get("subjects", 0))
        counts = [one.get(name, 0) for name in ("planted", "hit", "subjects", "other", "false")]
        rows.append([kind, *map(str, counts), recall, strict, right])
    misses = [
        [kind, cause, str(count)]
        for kind, one in figures["kinds"].items()
        for cause, count in sorted(one["misses"].items())
    ]
    head = (
        "kind", "planted", "found of them", "subjects found", "planted otherwise", "false",
        "recall", "precision, strict", "precision",
    )  # fmt: skip
    it = figures["round_ms"]
    return f"""## anomalies

The anomaly watch on simulated years of seeds {figures["seeds"]}: {DEPARTMENTS} departments, {APPLICATIONS}
applications, {figures["entries"]:,} entries in all, a round each morning ({it["p50"]:.0f} ms median, {it["p95"]:.0f} ms p95,
with the officers' work). Subjects are people, departments, grants, resources or deliveries.

{table(head, rows)}

Misses and their causes:

{table(("kind", "cause", "missed"), misses)}

What was found wrongly, by what innocent people were made to do:

{table(("kind", "innocent", "found", "of them there were"), _innocents(figures))}

Grants that somebody stopped to use, of which only the first line is dormancy:

{table(("what became of them", "grants"), sorted(figures["idle"].items()))}
"""


def _innocents(figures: dict[str, Any]) -> list[list[str]]:
    rows = []
    for kind, one in figures["kinds"].items():
        found = Counter(name.rpartition("(")[2].rstrip(")") for name in one["wrong"])
        for what, count in sorted(found.items()):
            rows.append([kind, what, str(count), str(figures["innocent"].get(what, "n/a"))])
    return rows


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "n/a"
