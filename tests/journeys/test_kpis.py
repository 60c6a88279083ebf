"""KPIs at the command line, through a gateway of its own: computed under the reader's grants, equal
to what the ledger and the store say, and nothing for whoever has no grant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from attacks.served import PASSWORD, served
from commands import here
from shipped import ROOT
from towns import Town
from unit.kpi.kpi_city import Year, write_kpi_city
from unit.kpi.recomputed import Again

from workbench.client.connection import connect
from workbench.kpi.check import PAGE
from workbench.model.actor import Role
from workbench.store.layout import Layout
from workbench.store.session import open_store
from workbench.ui.build import build, chosen
from workbench.ui.page import RunsAs
from workbench.ui.page_file import load_page
from workbench.ui.view import Drawn, NotDrawn, State

pytestmark = pytest.mark.slow

PEOPLE = {"ran": ("data_bureau", Role.analyst), "li": ("d0", Role.analyst)}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, Again]]:
    folder = tmp_path_factory.mktemp("kpis")
    city = write_kpi_city(folder / "city")
    year = Year(city)
    year.load("r0", 5, date(2026, 1, 1))
    year.play(25, 25)
    year.delivering().look()
    again = Again(year.bench, "aba-2024", year.today - timedelta(days=1))
    known = {name: again.figure(name) for name in again._items()}
    again.figure = known.__getitem__  # type: ignore[method-assign]
    year.bench.close()
    with served(city) as gateway:
        store = open_store(Layout(city).store, lambda: datetime.now(UTC))
        for name, (department, role) in PEOPLE.items():
            store.users.add(name, PASSWORD, department, {role})
        store.close()
        yield Town(gateway, folder, "aba-2024"), again


def test_every_kpi_under_the_grants_of_the_authority(town: tuple[Town, Again]) -> None:
    place, again = town
    city = str(place.folder / "city")
    found = place.done("ran", "kpi", "compute", "--city", city, "--by", "department")
    left = {one["kpi"] for one in found if one["left_out"]}
    assert left == {"supply_on_time", "grants_dormant", "demands_reviewed_on_time"}
    for one in found:
        if one["kpi"] in left:
            assert one["rows"] == []
            continue
        told = {row["department"]: row["value"] for row in one["rows"]}
        expected = {name: value for name, value in again.figure(one["kpi"]).items() if name}
        assert told == pytest.approx(expected), one["kpi"]


def test_what_is_behind_a_figure(town: tuple[Town, Again]) -> None:
    place, _ = town
    city = str(place.folder / "city")
    (one,) = place.done("ran", "kpi", "compute", "review_days", "--items", "--city", city)
    (whole,) = place.done("ran", "kpi", "compute", "review_days", "--city", city)
    assert len(one["rows"]) == whole["rows"][0]["count"] > 0
    assert all(row["item"] for row in one["rows"])


def test_a_group_that_there_is_not_is_told(town: tuple[Town, Again]) -> None:
    place, _ = town
    city = str(place.folder / "city")
    said = place.say("ran", "kpi", "compute", "calls", "--by", "scenari", "--city", city)
    assert said.returncode == 2
    assert "scenario" in said.stderr
    (one,) = place.done("ran", "kpi", "compute", "calls", "--by", "scenario", "--city", city)
    assert {row["scenario"] for row in one["rows"]} == {"trial"}
    (none,) = place.done("ran", "kpi", "compute", "mounted_rate", "--as-of", "2026-01-06",
                         "--city", city)  # fmt: skip
    assert [row["applicable"] for row in none["rows"]] == [False]


def test_the_page_shows_figures_and_a_filter_narrows_them(town: tuple[Town, Again]) -> None:
    place, _ = town
    page = load_page(ROOT / PAGE)
    url = place.gateway.http
    with connect(url, user="ran", password=PASSWORD, language="en", progress=False) as client:
        view = build(page.model_copy(update={"runs_as": RunsAs.viewer}), client)
        states = {shown.panel.title.en: type(shown).__name__ for shown in view.panels}
        assert set(states.values()) <= {"Drawn", "NotDrawn"}
        empty = {t for t, kind in states.items() if kind == "NotDrawn"}
        assert empty <= {"Cases that are overdue", "Steps that were late",
                         "Data not aggregated and why", "Resources that are late"}  # fmt: skip
        told = {s.state for s in view.panels if isinstance(s, NotDrawn)}
        assert told <= {State.empty}
        narrowed = chosen(view, client, "department", "p0")
        before, after = (
            {s.panel.title.en: s.release.rows for s in v.panels if isinstance(s, Drawn)}
            for v in (view, narrowed)
        )
        assert after["On time by step and department"] < before["On time by step and department"]
        left = next(s for s in view.panels if s.panel.title.en == "KPIs that are left out")
        assert isinstance(left, Drawn)
        assert left.release.rows == 3


def test_who_has_no_grant_gets_nothing(town: tuple[Town, Again]) -> None:
    place, _ = town
    city = str(place.folder / "city")
    for words in (["compute", "calls"], ["compute", "calls", "--items"]):
        refused = place.say("li", "kpi", *words, "--city", city, "--json")
        assert refused.returncode == 3
        assert refused.stdout == ""
    for text in ("select actor from gov_use", "select count(*) from gov_use"):
        denied = place.say("ran", "sql", "-s", "sharing_kpis", text)
        assert denied.returncode == 3, denied.stdout


def test_the_files_are_checked_and_shown(town: tuple[Town, Again], tmp_path: Path) -> None:
    place, _ = town
    city = place.folder / "city"
    assert here("kpi", "check", "--city", str(city)).returncode == 0
    told = here("kpi", "show", "review_on_time", "--city", str(city), "--json")
    shown = json.loads(told.stdout)
    assert "gov_step" in shown["statement"]
    assert shown["left_out"] is None
    unknown = here("kpi", "show", "review_on_tim", "--city", str(city))
    assert unknown.returncode == 2
    assert "review_on_time" in unknown.stderr


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("direction: higher", "direction: up", "direction"),
        ("from gov_case", "from gov_use", "gov_use"),
        ("as numerator", "as hits", "numerator"),
        ("needs_deadline: application.review", "needs_deadline: application.revue", "revue"),
        ("regulation: aba-2024", "regulation: abba-2024", "aba-2024"),
        ("denominator:\n  of:", "denominators:\n  of:", "denominator"),
    ],
)
def test_each_mistake_is_told_with_its_line(
    town: tuple[Town, Again], old: str, new: str, said: str
) -> None:
    city = town[0].folder / "city"
    file = city / "data_contracts" / "kpis" / "review_on_time.yaml"
    sound = file.read_text(encoding="utf-8")
    assert old in sound
    try:
        file.write_text(sound.replace(old, new), encoding="utf-8")
        wrong = here("kpi", "check", "--city", str(city))
    finally:
        file.write_text(sound, encoding="utf-8")
    assert wrong.returncode == 2
    assert f"{file.relative_to(city)}:" in wrong.stdout
    assert said in wrong.stdout
