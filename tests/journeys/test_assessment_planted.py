"""A simulated year with a value for every manual item, measured by ``assess run`` under each of the
five schemes: scores are full, figures are those that the bench works out without a gateway
(``tests/bench/assessment_planted.py``), and those in whom something was planted stand where it puts
them. What was planted is read here, and by nothing of the product."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from assessed_city import AUTHORITY, LAST, YEAR, Clock, assessed_city, world_of
from bench.assessment_places import SHOWN, Judged, Played, sees
from commands import here
from page_city import PASSWORD

from workbench.assessment.frozen import scheme_of, scored
from workbench.assessment.gaming.again import items
from workbench.assessment.gathering import of_kpi, window
from workbench.assessment.kept import Kept, Runs
from workbench.assessment.measured import Gathered, Source
from workbench.assessment.reading import load_schemes
from workbench.assessment.scoring import State
from workbench.catalogue.regulations import known_regulations
from workbench.extracts.versions import Extracts
from workbench.gateway.assemble import open_workbench
from workbench.gateway.delivering import open_delivering
from workbench.gateway.doors import Gateway
from workbench.gateway.gaming import facts_of, versions_of
from workbench.kpi.definition import Kpi, load_kpis
from workbench.model.actor import Role

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
SEED, DEPARTMENTS, APPLICATIONS, REGULATION = 7, 16, 60, "foshan-2019"
"""The seed on which the schemes were set; those that were not looked at before are the bench's."""


@dataclass(frozen=True)
class Place:
    """``runs`` as they were frozen, by scheme; ``year`` as the bench sees it."""

    runs: Mapping[str, Kept]
    year: Played
    kpis: Mapping[str, Kpi]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    root = tmp_path_factory.mktemp("planted") / "city"
    world = world_of(SEED, DEPARTMENTS, "default")
    planted = assessed_city(root, world, APPLICATIONS, REGULATION)
    regulations = known_regulations(root)
    schemes, kpis = load_schemes(root, regulations), load_kpis(root, regulations)
    with open_delivering(root, lambda: datetime(YEAR + 1, 1, 1, 1, tzinfo=UTC)) as opened:
        source = opened.known()
        versions = versions_of(source, Extracts(opened.state.layout.extracts), LAST)
        wanted = [kpis[name] for one in schemes.values() for name in one.kpis]
        rows = items(wanted, facts_of(source, versions, LAST))
    year = Played(SEED, REGULATION, DEPARTMENTS, rows, planted, 0, 0)
    return Place(measured(root, schemes), year, kpis)


def measured(root: Path, schemes: Iterable[str]) -> dict[str, Kept]:
    """Each by the command, as somebody of the evaluator."""
    session = {"XDG_STATE_HOME": str(root.parent / "session")}
    with open_workbench(root, Clock()) as bench:
        bench.store.users.add("eva", PASSWORD, AUTHORITY, {Role.analyst})
        gateway = Gateway(bench, "1")
        login = ("login", "--url", gateway.http, "--user", "eva", "--password-stdin")
        signed_in = here(*login, given=PASSWORD + "\n", **session)
        assert signed_in.returncode == 0, signed_in.stderr
        found = {name: _measured(root, name, gateway.http, session) for name in schemes}
        gateway.stop()
    return found


def _measured(root: Path, scheme: str, url: str, session: Mapping[str, str]) -> Kept:
    words = ["--scheme", scheme, "--year", str(YEAR), "--as-of", str(LAST), "--draws", "100"]
    where = ["--city", str(root), "--url", url, "--format", "json"]
    done = here("assess", "run", *words, *where, **session)
    assert done.returncode == 0, done.stderr
    (kept,) = Runs(root / ".workbench").all(scheme, YEAR)
    assert json.loads(done.stdout)["digest"] == kept.digest
    return kept


SCHEMES = ("aba", "binzhou", "changde", "foshan", "heilongjiang")


@pytest.mark.parametrize("name", SCHEMES)
def test_scores_are_full(place: Place, name: str) -> None:
    """Everybody has one, and every manual item counts."""
    run = place.runs[name].run
    sheets, ranked = scored(run)
    assert ranked.unrated == ()
    assert len(sheets) == DEPARTMENTS
    manual = {one.id for one in scheme_of(run).indicators if one.measure.manual is not None}
    states = {row.state for sheet in sheets for row in sheet.rows if row.indicator in manual}
    assert manual
    assert states == {State.rated}
    assert run.synthetic


@pytest.mark.parametrize("name", SCHEMES)
def test_the_gateway_and_the_bench_count_the_same(place: Place, name: str) -> None:
    run, compared = place.runs[name].run, set()
    for indicator in scheme_of(run).indicators:
        found = run.inputs.measures[indicator.id]
        if found.source is Source.kpi:
            kpi = place.kpis[indicator.measure.kpi or ""]
            rows = place.year.rows[kpi.id]
            assert scored_of(found) == scored_of(of_kpi(kpi, rows, *window(kpi, YEAR, LAST))), (
                kpi.id
            )
            compared |= {kpi.id} if scored_of(found) else set()
    assert {"deliveries_on_time", "refusal_rate"} <= compared


def scored_of(gathered: Gathered) -> dict[str, object]:
    """Of the departments that are scored: the city's own has grants of its own, to measure."""
    return {name: one for name, one in gathered.by.items() if name != AUTHORITY}


@pytest.mark.parametrize("name", SCHEMES)
def test_who_was_planted_stands_behind_the_innocent(place: Place, name: str) -> None:
    scheme = scheme_of(place.runs[name].run)
    sheets = {one.department: one for one in scored(place.runs[name].run)[0]}
    found, looked = Judged(place.year, sheets, sheets), 0
    for behaviour in SHOWN:
        indicator = sees(scheme, behaviour, place.year, place.kpis)
        for who in sorted(place.year.having(behaviour)) if indicator is not None else ():
            told = found.placed(who, indicator or "")
            assert told["behind"], (behaviour, told)
            looked += 1
    assert looked > len(SHOWN)
