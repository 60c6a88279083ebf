"""The gaming watch over a simulated year in which departments do things for their score alone
(docs/gaming.md): ``assess watch`` asks about those who do, and about nobody who only looks like it.
What was planted is read here, and by nothing of the product."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from commands import Said, here
from shipped import ROOT
from unit.assessment.assessed import DECLARED

from workbench.assessment.frozen import Frozen, Position, as_bytes
from workbench.assessment.measured import Inputs
from workbench.cli.sample_deliver import delivering
from workbench.errors import Text
from workbench.gateway.state import open_state, utc_now
from workbench.ledger.chain import fields_of
from workbench.simulation.behaviours import behaviours_in
from workbench.simulation.gaming_plan import INNOCENT
from workbench.simulation.planted import Planted
from workbench.simulation.world import make_world
from workbench.simulation.year import open_year

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

YEAR, SEED, DEPARTMENTS, APPLICATIONS = 2025, 4, 40, 60
MEMORY = Path("/dev/shm")
KINDS = {
    "resending": {"unchanged"},
    "self_calling": {"self_calls", "own_calls"},
    "exchanging": {"mutual_calls"},
    "closing": {"opened_and_closed"},
    "catching_up": {"before_count"},
}
"""Of dividing entries see the last test."""
Told = dict[str, Any]


@pytest.fixture(scope="module")
def city() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        root = Path(folder) / "city"
        spec = behaviours_in(ROOT / "data_contracts" / "simulation" / "gaming.yaml")
        with open_year(make_world(spec, YEAR, SEED, DEPARTMENTS), root, delivering) as year:
            year.play(APPLICATIONS).write(root)
        for name in ("kpis", "regulations", "assessment"):
            own = root / "data_contracts" / name
            shutil.copytree(ROOT / "data_contracts" / name, own, dirs_exist_ok=True)
        yield root


@pytest.fixture(scope="module")
def told(city: Path) -> Told:
    return watch(city, "--scheme", "aba")


def asked(city: Path, *more: str) -> Said:
    words = ["assess", "watch", "--city", str(city), "--year", str(YEAR), "--format", "json"]
    return here(*words, "--as-of", f"{YEAR}-12-31", *more)


def watch(city: Path, *more: str) -> Told:
    done = asked(city, *more)
    assert done.returncode == 0, done.stderr
    found: Told = json.loads(done.stdout)
    return found


def asked_about(told: Told) -> dict[str, set[str]]:
    """By kind, the departments; of a pair both."""
    found = defaultdict(set)
    for one in told["findings"]:
        pair = {one["subject"]} if one["kind"] == "mutual_calls" else set()
        found[one["kind"]] |= {one["department"], *pair}
    return found


def test_who_was_made_to_do_it_is_asked_and_who_only_looks_like_it_is_not(
    city: Path, told: Told
) -> None:
    gaming, found = Planted.read(city).gaming, asked_about(told)
    for behaviour, kinds in KINDS.items():
        assert gaming[behaviour], behaviour
        assert set(gaming[behaviour]) <= set().union(*(found[kind] for kind in kinds)), behaviour
    everybody = set().union(*found.values())
    assert not everybody & {who for kind in INNOCENT for who in gaming[kind]}
    assert told["synthetic"] is True
    assert "question" in told["note"]["en"]


def test_the_evidence_is_in_the_ledger(city: Path, told: Told) -> None:
    """Every position is a use of the department that was opened, or of the other of a pair."""
    state = open_state(city, utc_now)
    try:
        opened = {
            filed.entry.seq: str((fields_of(filed.entry.body) or {})["department"])
            for filed in state.store.journal.walk(None)
            if filed.keys.get("event") == "release_opened"
        }
    finally:
        state.store.close()
    by_uses = [one for one in told["findings"] if one["evidence"]["uses"]]
    assert by_uses
    for one in by_uses:
        whose = {opened[position] for position in one["evidence"]["uses"]}
        pair = {one["subject"]} if one["kind"] == "mutual_calls" else set()
        assert whose == {one["department"], *pair}


def test_calls_that_thin_out_refusals_have_points_at_stake(city: Path, told: Told) -> None:
    bursts = [one for one in told["findings"] if one["kind"] == "self_calls"]
    moved = [own for one in bursts for own in one["at_stake"]]
    assert any(float(own["points"]) > 0 and "beyond" in own["indicators"] for own in moved)
    for own in moved:
        if own["total"] is not None and own["without"] is not None:
            rest = float(own["total"]) - float(own["without"])
            assert float(own["points"]) == pytest.approx(rest)


def test_without_a_scheme_nothing_is_worked_out_and_the_questions_are_the_same(
    city: Path, told: Told
) -> None:
    bare = watch(city)
    assert [one | {"at_stake": []} for one in told["findings"]] == bare["findings"]


def test_a_divided_entry_is_found_by_two_new_ones_in_a_month(city: Path, told: Told) -> None:
    """One more entry alone, or one a month, is none: who divides so is not found (the limit)."""
    planted, found = set(Planted.read(city).gaming["splitting"]), asked_about(told)
    assert found["split_entries"]
    assert found["split_entries"] <= planted


def frozen(scheme: str, year: int = YEAR) -> bytes:
    """A run of nobody's values: all that is asked of it are its scheme and its year."""
    run = Frozen(
        scheme_text=scheme,
        year=year,
        as_of=date(year, 12, 31),
        city=Text("模拟市", "Simulated city"),
        synthetic=True,
        departments={},
        inputs=Inputs({}, {}),
        versions=(),
        position=Position(1, "cd" * 32),
        software="0.1.0",
        kpis={},
        scores="{}",
    )
    return as_bytes(run)


def test_a_frozen_run_has_its_own_scheme(city: Path, told: Told, tmp_path: Path) -> None:
    text = (ROOT / "data_contracts" / "assessment" / "aba.yaml").read_text(encoding="utf-8")
    runs = {"aba": frozen(text), "late": frozen(text, YEAR + 1), "small": frozen(SMALL)}
    files = {name: tmp_path / f"{name}.zip" for name in runs}
    for name, raw in runs.items():
        files[name].write_bytes(raw)
    assert watch(city, "--run", str(files["aba"])) == told
    other = asked(city, "--run", str(files["small"]))
    assert other.returncode != 0
    assert "There is no KPI called" in other.stderr
    late = asked(city, "--run", str(files["late"]))
    assert f"--run is an assessment of {YEAR + 1}" in " ".join(late.stderr.split())


SMALL = json.dumps(DECLARED, ensure_ascii=False)
"""Its KPIs are in no city."""
