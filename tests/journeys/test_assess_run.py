"""A year is measured by a real gateway, frozen and scored; then later data arrive, and rows are
destroyed by the product's own procedure: the same command gives the same bytes, and the file alone
gives the same scores."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from commands import Said, here
from page_city import PASSWORD
from ruamel.yaml import YAML
from shipped import ROOT

from journeys.test_kpi_planted import AUTHORITY, LAST, MORNING_AFTER, YEAR, equip
from workbench.assessment.frozen import as_bytes, read
from workbench.assessment.kept import Runs, opened
from workbench.assessment.reading import load_schemes
from workbench.assessment.values import path_of
from workbench.catalogue.regulations import known_regulations
from workbench.client import connect
from workbench.extracts.versions import Extracts
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.gateway.delivering import open_delivering
from workbench.gateway.doors import Gateway
from workbench.kpi import statements
from workbench.kpi.definition import SCENARIO, Figure, load_kpis
from workbench.ledger.chain import fields_of
from workbench.model.actor import Role
from workbench.model.entry import EntryFilter

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
SCHEME = "aba"
NEXT = date(YEAR + 1, 1, 3)
AFTER_NEXT = datetime(YEAR + 1, 1, 4, 1, tzinfo=UTC)


def simulate(root: Path) -> None:
    words = ["sample", "simulate", "--city", str(root), "--year", str(YEAR), "--seed", "11"]
    done = here(*words, "--departments", "14", "--applications", "40", "--json")
    assert done.returncode == 0, done.stderr


def declare(root: Path) -> str:
    """The schemes under the city's own authority, a value that somebody stated, and procedures. Its
    department."""
    shipped, own = ROOT / "data_contracts", root / "data_contracts"
    (own / "assessment").mkdir()
    for one in (shipped / "assessment").glob("*.yaml"):
        text = one.read_text("utf-8").replace("data_bureau", AUTHORITY)
        (own / "assessment" / one.name).write_text(text, "utf-8")
    (own / "procedures").mkdir(exist_ok=True)
    file = shipped / "procedures" / "emergency_data.yaml"
    (own / "procedures" / file.name).write_bytes(file.read_bytes())
    departments = YAML().load((own / "city.yaml").read_text("utf-8"))["departments"]
    somebody = str(next(name for name in sorted(departments) if name != AUTHORITY))
    state(root, somebody)
    return somebody


def state(root: Path, department: str) -> None:
    """Of the first manual indicator of the scheme."""
    spec = YAML().load((root / "data_contracts" / "assessment" / f"{SCHEME}.yaml").read_text())
    indicators = [one for each in spec["dimensions"] for one in each["indicators"]]
    name = next(one["id"] for one in indicators if "manual" in one["measure"])
    path = path_of(root, SCHEME, YEAR)
    path.parent.mkdir(parents=True)
    (path.parent / "minutes.txt").write_text("合成证据 / synthetic evidence\n", "utf-8")
    digest = sha256((path.parent / "minutes.txt").read_bytes()).hexdigest()
    value = {"indicator": str(name), "department": department, "value": 1}
    told = {**value, "evidence": [{"file": "minutes.txt", "sha256": digest}]}
    with path.open("w", encoding="utf-8") as out:
        YAML().dump({"scheme": SCHEME, "year": YEAR, "values": [told]}, out)


@dataclass
class Place:
    root: Path
    bench: Workbench
    url: str
    stated: str

    def say(self, person: str, *words: str) -> Said:
        session = {"XDG_STATE_HOME": str(self.root.parent / f"session-{person}")}
        login = ("login", "--url", self.url, "--user", person, "--password-stdin")
        signed_in = here(*login, given=PASSWORD + "\n", **session)
        assert signed_in.returncode == 0, signed_in.stderr
        return here(*words, **session)

    def run(
        self, *words: str, day: date = LAST, person: str = "officer", scheme: str = SCHEME
    ) -> Said:
        asked = ("--scheme", scheme, "--year", str(YEAR), "--as-of", str(day), "--draws", "500")
        where = ("--city", str(self.root), "--url", self.url, "--format", "json")
        return self.say(person, "assess", "run", *asked, *where, *words)

    def file(self, number: int = 1) -> Path:
        return Runs(self.root / ".workbench").folder / str(YEAR) / f"{SCHEME}-{number}.zip"

    def elsewhere(self, *words: str) -> subprocess.CompletedProcess[str]:
        """In a process of its own: another seed of hashes, time zone, language and folder."""
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PYTHONHASHSEED": "4711",
            "TZ": "America/New_York",
            "LC_ALL": "C",
            "WORKBENCH_LANG": "en",
        }
        return subprocess.run(
            [sys.executable, "-m", "workbench", *words],
            cwd="/", env=environment, capture_output=True, text=True,
        )  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    root = tmp_path_factory.mktemp("assessed") / "city"
    simulate(root)
    equip(root)
    stated = declare(root)
    with open_delivering(root, lambda: MORNING_AFTER) as delivering:
        assert delivering.up_to(LAST)
    with open_workbench(root, lambda: datetime.now(UTC)) as bench:
        add = bench.store.users.add
        add("officer", PASSWORD, AUTHORITY, {Role.analyst})
        add("keeper", PASSWORD, AUTHORITY, {Role.provider})
        add("second", PASSWORD, AUTHORITY, {Role.provider})
        add("outsider", PASSWORD, stated, {Role.analyst})
        gateway = Gateway(bench, "1")
        yield Place(root, bench, gateway.http, stated)
        gateway.stop()


@pytest.fixture(scope="module")
def first(place: Place) -> Said:
    return place.run()


def told(said: Said) -> Any:
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)


def test_every_department_has_a_place_and_each_point_its_items(place: Place, first: Said) -> None:
    found = told(first)
    departments = place.bench.city().departments.keys() - {AUTHORITY}
    assert {sheet["department"] for sheet in found["sheets"]} == departments
    assert found["ranking"]
    assert found["synthetic"]
    assert found["digest"] == sha256(place.file().read_bytes()).hexdigest()
    kpis = load_kpis(place.root, known_regulations(place.root))
    for sheet in found["sheets"]:
        for row in sheet["rows"]:
            if row["state"] == "rated" and row["measure"] != "manual":
                items = [Fraction(one["amount"]) for one in row["items"]]
                total = kpis[row["measure"]].figure is not Figure.median
                assert sum(items) == Fraction(row["counted"]) or not total
    given = [row for sheet in found["sheets"] for row in sheet["rows"] if row["evidence"]]
    assert [row["evidence"][0]["file"] for row in given] == ["minutes.txt"]


def test_the_figures_are_those_that_the_gateway_gives(place: Place, first: Said) -> None:
    rows = [
        (sheet["department"], row)
        for sheet in told(first)["sheets"]
        for row in sheet["rows"]
        if row["state"] == "rated" and row["measure"] != "manual"
    ]
    kpis = load_kpis(place.root, known_regulations(place.root))
    with connect(url=place.url, user="officer", password=PASSWORD, progress=False) as client:
        for name in sorted({row["measure"] for _, row in rows}):
            sql = statements.figure(kpis[name], LAST, by=("department",))
            answer = client.sql(sql, scenario=SCENARIO).arrow().to_pylist()
            figures = {one["department"]: one["value"] for one in answer}
            for department, row in rows:
                if row["measure"] == name:
                    value = float(Fraction(row["value"]))
                    assert value == pytest.approx(figures.get(department, 0)), (name, department)


def test_it_is_in_the_ledger_with_digest_versions_and_position(place: Place, first: Said) -> None:
    wanted = EntryFilter(event="assessment_run", limit=50)
    (filed,) = [
        one
        for one in place.bench.store.journal.find(wanted)
        if fields_of(one.entry.body)["detail"]["run"] == 1
    ]
    fields, run = fields_of(filed.entry.body), opened(place.file()).run
    assert fields["detail"]["sha256"] == told(first)["digest"]
    assert fields["viewer"] == "officer"
    assert set(fields["content"]) == {one.resource for one in run.versions}
    at = place.bench.store.journal.at(run.position.seq)
    assert at is not None
    assert at.entry.hash == run.position.hash
    assert run.position.seq < filed.entry.seq
    extracts = Extracts(place.root / ".workbench" / "extracts")
    for one in run.versions:
        assert (one.version, one.digest) in {
            (each.version, each.digest) for each in extracts.history(one.resource)
        }


def test_somebody_of_another_department_is_refused(place: Place) -> None:
    said = place.run("--anew", person="outsider")
    assert said.returncode == 3
    assert "is not the evaluator" in said.stderr


def test_the_same_command_gives_the_same_bytes_and_anew_the_same_scores(
    place: Place, first: Said
) -> None:
    again = place.run()
    assert again.stdout == first.stdout
    assert "--anew measures again" in again.stderr
    assert not place.file(2).exists()
    anew = told(place.run("--anew"))
    assert anew["scores"] == told(first)["scores"]
    assert anew["digest"] != told(first)["digest"], "another position in the ledger"
    assert told(place.run())["digest"] == anew["digest"], "the newest of the same command"
    assert place.file(2).exists()
    one, two = (opened(place.file(number)).run for number in (1, 2))
    assert one.scores == two.scores
    assert one.standing == two.standing


@pytest.mark.parametrize("name", sorted(load_schemes(ROOT, known_regulations(ROOT))))
def test_every_shipped_scheme_is_scored_and_replayed(place: Place, name: str) -> None:
    found = told(place.run(scheme=name))
    assert len(found["ranking"]) + len(found["unrated"]) == len(place.bench.city().departments) - 1
    assert found["ranking"]
    file = place.file().with_name(f"{name}-1.zip")
    assert here("assess", "replay", str(file), folder=file.parent).returncode == 0


def test_after_later_data_and_after_rows_were_destroyed(place: Place, first: Said) -> None:
    raw, same = place.file().read_bytes(), place.run()
    before = replace(read(raw), year=YEAR - 1)
    Runs(place.root / ".workbench").keep(SCHEME, before)
    with open_delivering(place.root, lambda: AFTER_NEXT) as delivering:
        assert delivering.up_to(NEXT)
    too_late = place.run("--anew")
    assert too_late.returncode == 2, "how things stand is known of the last day alone"
    assert str(NEXT) in too_late.stderr
    assert place.run("--previous", str(place.file())).returncode == 2, "of the same year"
    later = told(place.run(day=NEXT))
    assert {one["change"]["was"]["rank"] for one in later["ranking"]} >= {1}
    assert later["previous"]["year"] == YEAR - 1
    assert later["versions"] != told(first)["versions"]
    destroy(place, "gov_step")
    gone = place.run("--anew", day=NEXT)
    assert gone.returncode == 3
    assert "gov_step were destroyed" in gone.stderr
    assert place.run().stdout == same.stdout
    assert place.file().read_bytes() == raw == as_bytes(read(raw))
    done = place.elsewhere("assess", "replay", str(place.file()))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("Equal")
    shown = place.elsewhere("assess", "show", str(place.file()), "--format", "json")
    assert shown.stdout == first.stdout


def destroy(place: Place, resource: str) -> None:
    """Decided by one person of its provider, done by another; nothing of it is left on disk."""
    extracts = Extracts(place.root / ".workbench" / "extracts")
    assert extracts.latest(resource) is not None
    where = ("--url", place.url, "--reason", "合成 / synthetic", "--json")
    fields = ("-f", f"resource={resource}", "-f", "event=合成", "-f", f"ended={LAST}")
    begun = place.say("keeper", "procedures", "open", "emergency_data", *fields, *where)
    name = str(told(begun)["id"])
    done = place.say("second", "procedures", "do", name, "destroy", "--evidence", "ab" * 32, *where)
    assert done.returncode == 0, done.stderr
    assert extracts.latest(resource) is None
    find = EntryFilter(event="extract_destroyed", resource=resource)
    assert place.bench.store.journal.find(find)
