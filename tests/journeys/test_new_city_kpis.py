"""A city that ``workbench init`` made computes its KPIs and shows their page, from its first day
on, without a file being written by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from commands import here
from page_city import PASSWORD
from ruamel.yaml import YAML
from shipped import ROOT

from workbench.catalogue.new_city import PARTS, make_city
from workbench.client import connect
from workbench.gateway.assemble import open_workbench
from workbench.gateway.delivering import open_delivering
from workbench.gateway.doors import Gateway
from workbench.kpi.frames import TABLES
from workbench.model.actor import Role
from workbench.ui.build import build, now
from workbench.ui.page import RunsAs
from workbench.ui.page_file import load_page
from workbench.ui.view import Drawn, NotDrawn, State

VISITORS = "data_contracts/samples/visitors.csv"


def test_it_has_the_kpis_of_the_sample_city(tmp_path: Path) -> None:
    """Contracts but for their ids; the scenario but for the sample's own catalogue; no KPI that
    reads a catalogue which nobody has imported yet."""
    make_city(tmp_path)
    shipped, made = ROOT / "data_contracts", tmp_path / "data_contracts"
    for name in TABLES:
        ours = (shipped / "resources" / f"{name}.odcs.yaml").read_text(encoding="utf-8")
        theirs = (made / "resources" / f"{name}.odcs.yaml").read_text(encoding="utf-8")
        assert theirs == ours.replace("id: aba-sample-", "id: ", 1), name
    for folder in ("kpis", "regulations", "assessment"):
        for file in sorted((made / folder).iterdir()):
            assert file.read_bytes() == (shipped / folder / file.name).read_bytes(), file.name
    assert [f.stem for f in (made / "assessment").iterdir()] == ["aba"], "of its regulation"
    left = {f.stem for f in (shipped / "kpis").iterdir()} - {
        f.stem for f in (made / "kpis").iterdir()
    }
    assert {name.startswith("catalogue_") for name in left} == {True}
    ours, theirs = (
        YAML(typ="safe").load((place / "scenarios" / "sharing_kpis.yaml").read_text("utf-8"))
        for place in (shipped, made)
    )
    ours["resources"] = [use for use in ours["resources"] if use["resource"] in TABLES]
    assert theirs == ours


def test_no_part_of_a_new_city_has_a_file_of_another() -> None:
    parts = [ROOT / "workbench" / "catalogue" / part for part in PARTS]
    files = [f.relative_to(part) for part in parts for f in part.rglob("*") if f.is_file()]
    assert len(files) == len(set(files))


@pytest.fixture
def city(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """The city on its first day: its people, its example data, a gateway, what is due delivered."""
    root = tmp_path / "city"
    assert here("init", str(root)).returncode == 0
    for words in (["contracts", "check", str(root)], ["kpi", "check", "--city", str(root)],
                  ["assess", "check", "--city", str(root)],
                  ["pages", "check", "--city", str(root)]):  # fmt: skip
        done = here(*words)
        assert (done.returncode, "0 errors, 0 warnings" in done.stdout) == (0, True), done.stdout
    done = here("ingest", "visitors", str(root / VISITORS), "--city", str(root))
    assert done.returncode == 0, done.stdout + done.stderr
    with open_workbench(root, now) as bench:
        bench.store.users.add("ran", PASSWORD, "data_bureau", {Role.analyst})
        served = Gateway(bench, "1")
        yield root, served.http
        served.stop()


def compute(root: Path, url: str) -> dict[str, Any]:
    signed = {"WORKBENCH_URL": url, "HOME": str(root.parent), "XDG_CONFIG_HOME": str(root.parent)}
    done = here("login", "--user", "ran", "--password-stdin", given=f"{PASSWORD}\n", **signed)
    assert done.returncode == 0, done.stderr
    done = here("kpi", "compute", "--json", "--city", str(root), **signed)
    assert done.returncode == 0, done.stderr
    return {one["kpi"]: one for one in json.loads(done.stdout)}


@pytest.mark.slow
def test_the_first_day_and_the_second(city: tuple[Path, str]) -> None:
    root, url = city
    before = compute(root, url)
    assert {bool(one["left_out"]) for one in before.values()} == {True}, "nothing was delivered"
    assert here("kpi", "deliver", "--city", str(root)).returncode == 0
    first = compute(root, url)
    told = {name: one["rows"][0]["value"] for name, one in first.items() if one["rows"]}
    assert told["catalogued_rate"] == 1.0
    assert told["mounted_rate"] == 0.0, "as of yesterday nothing had come"
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with open_delivering(root, lambda: tomorrow) as delivering:
        assert delivering.look()
    second = compute(root, url)
    (mounted,) = second["mounted_rate"]["rows"]
    assert (mounted["numerator"], mounted["denominator"]) == (1, 2), "visitors, not the entries"
    (active,) = second["grants_active"]["rows"]
    assert active["value"] >= 1
    left = {name for name, one in second.items() if one["left_out"]}
    assert left == {"supply_on_time", "grants_dormant", "demands_reviewed_on_time"}
    page = load_page(root / "dashboards" / "pages" / "sharing_kpis.yaml")
    with connect(url, user="ran", password=PASSWORD, language="en", progress=False) as client:
        view = build(page.model_copy(update={"runs_as": RunsAs.viewer}), client)
    states = {s.state for s in view.panels if isinstance(s, NotDrawn)}
    assert states <= {State.empty}
    drawn = {s.panel.title.en for s in view.panels if isinstance(s, Drawn)}
    assert {"Catalogue and sharing", "Grants", "Signal lights", "KPIs that are left out"} <= drawn
