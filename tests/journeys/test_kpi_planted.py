"""KPIs over a simulated year: each equals its recomputation in plain Polars, and the departments
in which a behaviour was planted stand where it puts them (docs/kpis.md). What was planted is read
here, and by nothing of the product."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import polars as pl
import pytest
from commands import here
from page_city import PASSWORD
from ruamel.yaml import YAML
from shipped import ROOT
from unit.kpi.recomputed import Again

from workbench.assessment.gathering import manual, of_kpi, without
from workbench.assessment.measured import Inputs, Source
from workbench.assessment.peers import groups
from workbench.assessment.ranking import Place, ranking
from workbench.assessment.reading import load_schemes
from workbench.assessment.scheme import Scheme
from workbench.assessment.scoring import sheets
from workbench.catalogue.regulations import known_regulations, load_profile
from workbench.client import connect
from workbench.client.connection import Connection
from workbench.extracts.versions import Extracts
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.gateway.delivering import open_delivering
from workbench.gateway.doors import Gateway
from workbench.kpi import statements
from workbench.kpi.definition import SCENARIO, Direction, Kpi, load_kpis
from workbench.kpi.frames import TABLES
from workbench.kpi.leaving import left_out
from workbench.kpi.resources import resources
from workbench.model.actor import Role
from workbench.simulation.planted import Planted
from workbench.simulation.world import EXTRA

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

AUTHORITY = "bureau"
YEAR, SEED, DEPARTMENTS, APPLICATIONS = 2025, 7, 24, 100
LAST = date(YEAR, 12, 31)
MORNING_AFTER = datetime(YEAR + 1, 1, 1, 1, tzinfo=UTC)
LEFT_OUT = {"supply_on_time", "supply_days", "grants_dormant", "demands_reviewed_on_time"}
"""Aba 2024 has no number for their deadlines; there is no supply where none is owed."""
Figures = dict[str, float]
"""Department -> its figure."""


def simulate(root: Path) -> None:
    """Without newcomers, whom ``refusal_rate`` cannot tell from those who go beyond their purpose,
    and without the duties of a season."""
    text = (ROOT / "data_contracts" / "simulation" / "default.yaml").read_text(encoding="utf-8")
    for name in ("newcomers", "seasonal"):
        text, count = re.subn(rf"({name}: {{share:) [0-9.]+", r"\1 0", text)
        assert count == 1
    behaviours = root.parent / "default.yaml"
    behaviours.write_text(text, encoding="utf-8")
    words = ["sample", "simulate", "--city", str(root), "--year", str(YEAR), "--seed", str(SEED)]
    words += ["--departments", str(DEPARTMENTS), "--applications", str(APPLICATIONS), "--json"]
    words += ["--behaviours", str(behaviours)]
    done = here(*words)
    assert done.returncode == 0, done.stderr


def equip(root: Path) -> None:
    """The contracts, the scenario and the KPIs of governance, which a simulated city has not."""
    shipped, own = ROOT / "data_contracts", root / "data_contracts"
    for name in TABLES:
        text = (shipped / "resources" / f"{name}.odcs.yaml").read_text(encoding="utf-8")
        text = text.replace("value: data_bureau", f"value: {AUTHORITY}")
        (own / "resources" / f"{name}.odcs.yaml").write_text(text, encoding="utf-8")
    for folder in ("kpis", "regulations"):
        shutil.copytree(shipped / folder, own / folder, dirs_exist_ok=True)
    for file in (own / "kpis").glob("catalogue_*.yaml"):  # of real catalogues, which it has not
        file.unlink()
    write_scenario(shipped / "scenarios", own / "scenarios")


def before() -> date:
    """A new one each time: one that stood twice would be written as an alias."""
    return date(YEAR - 1, 12, 1)


def write_scenario(shipped: Path, own: Path) -> None:
    yaml = YAML()
    spec = yaml.load((shipped / f"{SCENARIO}.yaml").read_text(encoding="utf-8"))
    spec["resources"] = [use for use in spec["resources"] if use["resource"] in TABLES]
    for use in spec["resources"]:
        use["decided"] = {"by": AUTHORITY, "on": before(), "reference": "模拟 / simulated"}
    spec |= {"departments": [AUTHORITY], "approved_on": before()}
    del spec["pages"]
    with (own / f"{SCENARIO}.yaml").open("w", encoding="utf-8") as out:
        yaml.dump(spec, out)


@dataclass
class Played:
    """The year as it ended; ``ask`` under the authority's own grant, by the gateway."""

    bench: Workbench
    client: Connection
    kpis: dict[str, Kpi]
    planted: dict[str, list[str]]
    people: dict[str, dict[str, list[str]]]
    known: dict[str, Figures] = field(default_factory=dict)

    def by_department(self, name: str) -> Figures:
        if name not in self.known:
            sql = statements.figure(self.kpis[name], by=("department",))
            rows = self.client.sql(sql, scenario=SCENARIO).arrow().to_pylist()
            self.known[name] = {r["department"]: r["value"] for r in rows if r["value"] is not None}
        return self.known[name]

    def items(self, name: str) -> list[dict[str, Any]]:
        sql = statements.drill(self.kpis[name])
        return self.client.sql(sql, scenario=SCENARIO).arrow().to_pylist()

    def updating(self, day: date) -> Figures:
        """``updates_on_time`` as it stood at the end of a day of the year: the KPI's own statement
        on the fact that would have been delivered then."""
        city, extracts = self.bench.city(), self.bench.extracts
        found = resources(city.resources.values(), latest_on(extracts, day), TABLES, day)
        with duckdb.connect() as engine:
            engine.register("gov_resource", found.to_arrow())
            sql = statements.figure(self.kpis["updates_on_time"], by=("department",))
            answer = engine.execute(sql).to_arrow_table().to_pylist()
        return {row["department"]: row["value"] for row in answer}


def latest_on(extracts: Extracts, day: date) -> Callable[[Any], Any]:
    def latest(resource: Any) -> Any:
        history = extracts.history(resource.name)
        return next((v for v in history if v.ingested_at < day_after(day)), None)

    return latest


def day_after(day: date) -> datetime:
    """The moment at which a day is over in China."""
    return datetime(day.year, day.month, day.day, 16, tzinfo=UTC)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    root = tmp_path_factory.mktemp("planted") / "city"
    simulate(root)
    equip(root)
    with open_delivering(root, lambda: MORNING_AFTER) as delivering:
        assert delivering.up_to(LAST)
    kpis = load_kpis(root, known_regulations(root))
    with open_workbench(root, lambda: datetime.now(UTC)) as bench:
        bench.store.users.add("officer", PASSWORD, AUTHORITY, {Role.analyst})
        gateway = Gateway(bench, "1")
        with connect(gateway.http, user="officer", password=PASSWORD, progress=False) as client:
            planted = Planted.read(root)
            yield Played(bench, client, kpis, planted.departments, planted.people)
        gateway.stop()


def ranked(found: Figures) -> list[str]:
    """Lowest figure first."""
    return sorted(found, key=lambda name: (found[name], name))


def over_months(played: Played) -> Figures:
    """``updates_on_time``, the mean of the ends of the months by which a delivery of the year
    could be missed."""
    days = [date(YEAR, month, 1) - timedelta(days=1) for month in range(4, 13)]
    seen = [played.updating(day) for day in (*days, LAST)]
    return {name: sum(one[name] for one in seen) / len(seen) for name in seen[0]}


def columns_refused(played: Played) -> Figures:
    """Of all asks, the share in which a column was refused: of the fact, for no KPI has it."""
    version = played.bench.extracts.latest("gov_use")
    assert version is not None
    uses = pl.read_parquet(list(version.files)).filter(
        pl.col("is_lead") & pl.col("event").is_in(["release_opened", "refused"])
    )
    hit = pl.col("refused") & (pl.col("columns_count") > 0)
    counted = uses.group_by("department").agg(hit.mean().alias("share"))
    return dict(counted.iter_rows())


# --------------------------------------------------------------------------------------------------


def test_every_kpi_equals_its_recomputation(played: Played) -> None:
    again = Again(played.bench, "aba-2024", LAST)
    calendar = played.bench.cases.calendar()
    days = (date(YEAR - 1, 12, 1) + timedelta(days=n) for n in range(500))
    again.workdays = [day for day in days if calendar.is_working(day)]
    assert played.kpis.keys() == again._items().keys()
    counted = set()
    for name in sorted(played.kpis.keys() - LEFT_OUT):
        expected = {k: v for k, v in again.figure(name).items() if k and v is not None}
        assert played.by_department(name) == pytest.approx(expected), name
        counted |= {name} if expected else set()
    procedures = {"corrections_on_time", "demands_met", "not_aggregated", "repeated_collection"}
    assert played.kpis.keys() - LEFT_OUT - counted == procedures, "the others counted something"


def test_who_stalls_is_last_in_reviews_on_time(played: Played) -> None:
    found = played.by_department("review_on_time")
    late = set(played.planted["stalling"])
    assert late
    assert set(ranked(found)[: len(late)]) == late
    took = played.by_department("review_days")
    assert set(ranked(took)[-len(late) :]) == late


def test_who_delivers_late_is_last_in_updating_on_time(played: Played) -> None:
    found, late = over_months(played), set(played.planted["stale"])
    assert late
    assert set(ranked(found)[: len(late)]) == late
    assert max(found[name] for name in late) < 1
    assert played.updating(LAST) == pytest.approx(played.by_department("updates_on_time"))


def test_who_reaches_too_far_is_refused_most(played: Played) -> None:
    """In columns they stand alone; ``refusal_rate`` also counts the tables and purposes that the
    people who go beyond theirs are refused, and cannot tell these from them."""
    reaching = set(played.planted["over_reaching"])
    assert reaching
    assert set(ranked(columns_refused(played))[-len(reaching) :]) == reaching
    beyond = {person.partition("-")[0] for person in played.people["beyond_purpose"]}
    refused = ranked(played.by_department("refusal_rate"))
    assert set(refused[-len(reaching | beyond) :]) == reaching | beyond


def test_the_diligent_stand_above_the_median_or_at_it(played: Played) -> None:
    """Nobody of them is behind anybody in whom it was planted."""
    for behaviour, found in {
        "stalling": played.by_department("review_on_time"),
        "stale": over_months(played),
    }.items():
        planted = set(played.planted[behaviour])
        diligent = [found[name] for name in found.keys() - planted]
        assert min(diligent) >= median(found.values())
        assert min(diligent) > max(found[name] for name in planted)


@pytest.mark.parametrize("name", load_schemes(ROOT, known_regulations(ROOT)))
def test_every_scheme_puts_the_planted_behind_their_like(played: Played, name: str) -> None:
    """Among those who provide data who stalls or is stale, among those who only use them who
    reaches too far or has somebody who does; nobody's manual items are there."""
    scheme = load_schemes(ROOT, known_regulations(ROOT))[name]
    found = scored(played, scheme)
    beyond = {person.partition("-")[0] for person in played.people["beyond_purpose"]}
    worst = {
        "providers": {*played.planted["stalling"], *played.planted["stale"]},
        "users": {*played.planted["over_reaching"], *beyond},
    }
    for group, planted in worst.items():
        scores = {place.department: place.score for place in found if place.group == group}
        behind = planted & scores.keys()
        assert behind, group
        innocent = scores.keys() - set().union(*worst.values())
        assert max(scores[who] for who in behind) < min(scores[who] for who in innocent), group


def scored(played: Played, scheme: Scheme) -> tuple[Place, ...]:
    """Asked of the gateway, item by item, under the authority's grant."""
    profile = load_profile("aba-2024", ROOT).profile
    rows = {kpi: played.items(kpi) for kpi in scheme.kpis}
    having = {kpi: {row["department"] for row in found} for kpi, found in rows.items()}
    departments = played.bench.city().departments.keys() - {AUTHORITY}
    measures = {}
    for each in scheme.indicators:
        if each.measure.manual is not None:
            measures[each.id] = manual(Direction(each.measure.manual.direction), {})
            continue
        kpi = played.kpis[each.measure.kpi or ""]
        why = left_out(kpi, profile)
        measures[each.id] = (
            of_kpi(kpi, rows[kpi.id], date(YEAR, 1, 1), LAST)
            if why is None
            else without(kpi, Source.left_out, why)
        )
    groups_of = groups(scheme, departments, (), having)
    ranked = ranking(scheme, sheets(scheme, Inputs(groups_of, measures, having)))
    assert ranked.unrated == ()
    return ranked.places


def test_what_no_kpi_can_see(played: Played) -> None:
    """What goes beyond the purpose is never granted, so that the columns used of those granted say
    nothing of who asked for it; nobody wrote down what is collected twice; and on one day whoever
    delivers late may have caught up."""
    granted = {column.name for grant in played.bench.cases._grants() for column in grant.columns}
    assert not granted & set(EXTRA)
    used = played.by_department("columns_used")
    reaching = set(played.planted["over_reaching"])
    assert set(ranked(used)[: len(reaching)]) != reaching, "one of them may be there by chance"
    assert played.planted["repeated_collection"]
    assert played.by_department("repeated_collection") == {}
    caught_up = {name for name in played.planted["stale"] if played.updating(LAST)[name] == 1}
    assert caught_up
