"""A year's reports: of a run that a real gateway measured, with nobody of the city in the open
data; and of an assessment until it is published, as the ledger has it. All is made up."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from assessing_city import PEOPLE, actor, add_people, bureau, frozen, utc, write_city
from commands import Said, here
from page_city import PASSWORD
from python_calamine import CalamineWorkbook

from journeys.test_assess_run import Place, declare, simulate
from journeys.test_kpi_planted import AUTHORITY, LAST, MORNING_AFTER, equip
from workbench.assessment.kept import Runs, opened
from workbench.gateway.assemble import open_workbench
from workbench.gateway.assessing_desk import Doing
from workbench.gateway.delivering import open_delivering
from workbench.gateway.doors import Gateway
from workbench.kpi.pseudonym import pseudonyms
from workbench.ledger.chain import fields_of
from workbench.model.actor import Role
from workbench.model.entry import EntryFilter
from workbench.store.layout import Layout

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
WORD = re.compile(r"[\w.@-]+")
NOBODY = {"", "operator", "platform"}
"""Actors in the ledger that are no person."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    root = tmp_path_factory.mktemp("reported") / "city"
    simulate(root)
    equip(root)
    stated = declare(root)
    with open_delivering(root, lambda: MORNING_AFTER) as delivering:
        assert delivering.up_to(LAST)
    with open_workbench(root, lambda: datetime.now(UTC)) as bench:
        bench.store.users.add("officer", PASSWORD, AUTHORITY, {Role.analyst})
        gateway = Gateway(bench, "1")
        yield Place(root, bench, gateway.http, stated)
        gateway.stop()


@pytest.fixture(scope="module")
def measured(place: Place) -> Path:
    """Under the scheme of the regulation that has a funding article."""
    said = place.run(scheme="binzhou")
    assert said.returncode == 0, said.stderr
    return place.file().with_name("binzhou-1.zip")


def of_city(root: Path, *words: str) -> Said:
    said = here("assess", *words, "--city", str(root))
    assert said.returncode == 0, said.stderr
    return said


def test_every_department_has_its_report_in_every_form(place: Place, measured: Path) -> None:
    out = place.root.parent / "reports"
    forms = [one for form in ("docx", "pdf", "xlsx") for one in ("--format", form)]
    words = ("report", str(measured), "--all", "--lang", "zh", *forms, "--out", str(out))
    said = of_city(place.root, *words)
    sheets = opened(measured).run.inputs.groups
    assert f"[{len(sheets)}/{len(sheets)}]" in said.stderr
    assert len(list(out.iterdir())) == 3 * (len(sheets) + 1) + 1
    assert all(".draft." in path.name for path in out.iterdir() if path.name != "SHA256SUMS")
    first = {path.name: sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}
    of_city(place.root, *words)
    assert first == {path.name: sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}


def test_points_in_a_report_are_those_that_the_run_tells(place: Place, measured: Path) -> None:
    told = json.loads(here("assess", "show", str(measured), "--format", "json").stdout)
    sheet = next(one for one in told["sheets"] if one["score"] is not None)
    name, out = sheet["department"], place.root.parent / "one"
    words = ("report", str(measured), "--department", name, "--lang", "en", "--format", "xlsx")
    of_city(place.root, *words, "--out", str(out))
    (file,) = out.glob("*.xlsx")
    rows = CalamineWorkbook.from_path(file).get_sheet_by_name("Points by indicator").to_python()
    points = {row[0]: row[4] for row in rows[2:]}
    rated = [row for row in sheet["rows"] if row["state"] == "rated"]
    assert rated
    for row in rated:
        assert points[row["title"]["en"]] == pytest.approx(float(row["points"])), row["indicator"]


def test_nobody_of_the_city_is_in_the_open_data(place: Place, measured: Path) -> None:
    """Neither by the id that they sign in with, nor by the name that stands for them in facts."""
    out = place.root.parent / "open"
    refused = here("assess", "release", str(measured), "--city", str(place.root), "--out", str(out))
    assert refused.returncode == 2
    assert "The ledger has no publication of it" in refused.stderr
    of_city(place.root, "release", str(measured), "--draft", "--licence", "CC0-1.0",
            "--out", str(out))  # fmt: skip
    people = people_of(place)
    assert len(people) > 10
    named = pseudonyms(place.bench.keyring.audit_key)
    names = people | {named(person) for person in people}
    told = {path.name: set(WORD.findall(path.read_text("utf-8"))) for path in out.iterdir()}
    assert min(len(told[name]) for name in ("assessment.json", "sheets.csv", "items.csv")) > 100
    assert {name: found & names for name, found in told.items() if found & names} == {}
    items = (out / "items.csv").read_text("utf-8")
    assert re.search(r"reviewed|supplied|mounted", items)


def people_of(place: Place) -> set[str]:
    """Who may sign in, and whoever the ledger has as having done something."""
    found = {user.id for user in place.bench.store.users.all()}
    for filed in place.bench.store.journal.walk():
        fields = fields_of(filed.entry.body) or {}
        found |= {str(fields.get(name) or "") for name in ("actor", "viewer")}
    return found - NOBODY - set(place.bench.city().departments)


def test_the_annex_is_of_the_run_and_decides_nothing(place: Place, measured: Path) -> None:
    out = place.root.parent / "annex"
    words = ("annex", str(measured), "--lang", "en", "--format", "xlsx", "--out", str(out))
    of_city(place.root, *words)
    (file,) = out.glob("*.xlsx")
    book = CalamineWorkbook.from_path(file)
    decisions = book.get_sheet_by_name("Decisions").to_python()[2:]
    assert len(decisions) == len(opened(measured).run.inputs.groups)
    assert all(not any(row[1:]) for row in decisions)
    points = book.get_sheet_by_name("The points that count").to_python()
    assert points[1][3:] == ["Catalogue, points", "Aggregation, points"]


def test_reports_lose_the_mark_when_the_ledger_has_the_publication(tmp_path: Path) -> None:
    city = write_city(tmp_path / "city")
    first = datetime.now(UTC).date() - timedelta(days=60)
    with bureau(city, utc(first)) as house:
        add_people(house.state)
        digest, desk = house.keep(frozen()), house.assessing.desk
        one = desk.open(digest, actor("eva"))
        one = desk.act(one.id, Doing("show", one.procedure.version), actor("eva"))
        house.now = utc(first + timedelta(days=40))
        (file,) = Runs(Layout(city).state).paths("trial", 2025)
        drafted = reported(city, file, tmp_path / "draft")
        assert drafted.startswith("report-2025-trial-city.en.draft")
        for event, who in (("settle", "eva"), ("sign", "sig"), ("publish", "pan")):
            doing = Doing(event, one.procedure.version, run=digest if event != "settle" else "")
            one = desk.act(one.id, doing, actor(who))
        wanted = EntryFilter(event="procedure_stepped", limit=1)
        (filed,) = house.state.store.journal.find(wanted)
    assert reported(city, file, tmp_path / "out") == "report-2025-trial-city.en.xlsx"
    book = CalamineWorkbook.from_path(tmp_path / "out" / "report-2025-trial-city.en.xlsx")
    about = "\n".join(str(row[0]) for row in book.get_sheet_by_name("about 说明").to_python())
    assert f"ledger entry {filed.entry.seq}" in about
    assert "DRAFT" not in about
    released(city, file, tmp_path / "open", filed.entry.seq, first + timedelta(days=40))


def reported(city: Path, file: Path, out: Path) -> str:
    words = ("report", str(file), "--city-report", "--lang", "en", "--format", "xlsx")
    of_city(city, *words, "--out", str(out))
    return next(path.name for path in out.glob("report-*"))


def released(city: Path, file: Path, out: Path, position: int, day: date) -> None:
    of_city(city, "release", str(file), "--licence", "CC0-1.0", "--out", str(out))
    package = json.loads((out / "datapackage.json").read_bytes())
    assert package["published"] == {"ledger_entry": position, "day": str(day)}
    assert package["status"] == "published"
    for path in out.iterdir():
        words = set(WORD.findall(path.read_text("utf-8")))
        assert not words & set(PEOPLE), path.name
