"""The month worked out by itself in a sample city with a real gateway: as far as its deliveries
are there, in the officer's name and under the run's own subjects, once, however often it is run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from attacks.served import PASSWORD, Served, served
from commands import here

from workbench.cli.monthly_setting import FILE
from workbench.extracts.versions import Extracts
from workbench.gateway.state import open_state, utc_now
from workbench.model.actor import Role
from workbench.model.entry import EntryFilter, Event
from workbench.store.layout import Layout
from workbench.store.session import open_store

pytestmark = pytest.mark.slow
LIBRARIES = ("projects", "tax", "employment", "trade", "energy", "finance", "market")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """September 2026 is there, and a run begins with it."""
    root = tmp_path_factory.mktemp("monthly") / "city"
    built = here("sample", "build", "--city", str(root), "--enterprises", "1500", "--months", "15")
    assert built.returncode == 0, built.stderr
    setting = root / FILE
    text = setting.read_text(encoding="utf-8")
    setting.write_text(text.replace('# first: "2023-10"', 'first: "2026-09"'), encoding="utf-8")
    store = open_store(Layout(root).store, utc_now)
    store.users.add("officer", PASSWORD, "drc", {Role.officer})
    store.close()
    return root


@pytest.fixture(scope="module")
def gateway(city: Path) -> Iterator[Served]:
    with served(city) as gateway:
        yield gateway


def started(gateway: Served, city: Path) -> subprocess.Popen[str]:
    words = ("monthly", "run", "--city", str(city), "--url", gateway.http, "--json")
    return subprocess.Popen(
        [sys.executable, "-m", "workbench", *words],
        env={**os.environ, "WORKBENCH_LANG": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(gateway: Served, city: Path) -> dict[str, Any]:
    process = started(gateway, city)
    out, err = process.communicate(timeout=600)
    assert process.returncode in (0, 5, 3), err
    found: dict[str, Any] = json.loads(out)
    return found


def rows(city: Path, name: str) -> pl.DataFrame:
    found = Extracts(Layout(city).extracts).latest(name)
    return pl.DataFrame() if found is None else pl.read_parquet(list(found.files))


def entries(city: Path, event: Event) -> list[dict[str, Any]]:
    state = open_state(city)
    try:
        found = state.store.journal.find(EntryFilter(event=event.value, limit=500))
        return [json.loads(one.entry.body) for one in found]
    finally:
        state.store.close()


def wait_for_first(city: Path, process: subprocess.Popen[str]) -> None:
    limit = time.monotonic() + 300
    extracts = Extracts(Layout(city).extracts)
    while extracts.latest("projects_indicators") is None and time.monotonic() < limit:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


def test_killed_run_twice_at_once_and_again_all_is_done_once(gateway: Served, city: Path) -> None:
    killed = started(gateway, city)
    wait_for_first(city, killed)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    first = started(gateway, city)
    while (Layout(city).state / "monthly.lock").read_text().strip() != str(first.pid):
        assert first.poll() is None, first.communicate()
        time.sleep(0.05)
    busy = run(gateway, city)
    assert busy == {"busy": str(first.pid)}
    out, err = first.communicate(timeout=600)
    assert first.returncode == 0, err
    made = {one["step"]: one["months"] for one in json.loads(out)["made"]}
    assert {month for months in made.values() for month in months} == {"2026-09"}
    # October is not delivered: the brief is that of the last month that is
    assert {"analysis overview", "warnings rules", "brief monthly"} <= set(made)
    for name in LIBRARIES:
        table = rows(city, f"{name}_indicators")
        keys = [column for column in table.columns if column not in ("value", "state", "entry")]
        assert table.height > 0
        assert table.select(keys).is_unique().all()
    again = run(gateway, city)
    assert again["made"] == []
    assert {one["standing"] for one in again["steps"]} == {"lacking"}


def test_it_asks_as_its_subject_with_the_officer_as_viewer(gateway: Served, city: Path) -> None:
    asked = {
        (one["actor"], one["viewer"])
        for one in entries(city, Event.release_opened)
        if one["scenario"].startswith("library_") or one["scenario"] == "economic_overview"
    }
    # the brief has a subject of its own, and reads the overview too
    assert asked == {("page:monthly_run", "officer"), ("page:monthly_brief_run", "officer")}


def test_what_was_done_is_entered_once_and_so_is_what_is_missing(
    gateway: Served, city: Path
) -> None:
    run(gateway, city)
    found = [one["detail"] for one in entries(city, Event.monthly_run)]
    steps = [one["step"] for one in found]
    assert steps.count("deliveries") == 1  # it is the same that is waited for
    assert steps.count("library tax") == 1
    waited = next(one for one in found if one["step"] == "deliveries")["missing"]
    assert "tax_monthly after 2026-09-30" in waited
    assert not any("indicators" in one for one in waited)  # what steps make is no delivery
    verified = here("audit", "verify", "--city", str(city))
    assert verified.returncode == 0, verified.stdout


def test_what_is_missing_is_told_with_whose_it_is_and_since_when(
    gateway: Served, city: Path
) -> None:
    said = here("monthly", "status", "--city", str(city), "--json")
    assert said.returncode == 0, said.stderr
    found = json.loads(said.stdout)
    taxes = next(one for one in found["missing"] if one["resource"] == "tax_monthly")
    assert taxes["provider"] == "taxation"
    assert (taxes["reaches"], taxes["due"]) == ("2026-09-30", "2026-12-01")
    tax = next(one for one in found["steps"] if one["step"] == "library tax")
    assert (tax["waits"], tax["lacks"]) == (
        "2026-10", ["enterprise", "invoice_monthly", "tax_monthly"],
    )  # fmt: skip
    brief = next(one for one in found["steps"] if one["step"] == "brief monthly")
    assert (brief["standing"], brief["waits"]) == ("lacking", "2026-10")


def test_a_step_that_is_refused_keeps_the_others_from_nothing(gateway: Served, city: Path) -> None:
    """October is delivered; the run's grant of taxes is taken back."""
    added = here("sample", "month", "--city", str(city))
    assert added.returncode == 0, added.stderr
    grant = "library_tax/page:monthly_run/tax_monthly"
    revoked = here(
        "grants", "revoke", grant, "--reason", "测试", "--by", "taxation", "--city", str(city)
    )
    assert revoked.returncode == 0, revoked.stderr
    done = run(gateway, city)
    made = {one["step"]: one for one in done["made"]}
    assert made["library tax"]["months"] == []
    assert made["library tax"]["refused"]
    for name in LIBRARIES:
        if name != "tax":
            assert made[f"library {name}"]["months"] == ["2026-10"]
    assert made["warnings rules"]["months"] == ["2026-10"]
    assert "analysis overview" not in made  # it takes what was refused
    overview = next(one for one in done["steps"] if one["step"] == "analysis overview")
    assert overview["lacks"] == ["tax_indicators"]
    run(gateway, city)
    refused = [one["detail"] for one in entries(city, Event.monthly_run)]
    assert sum("refused" in one for one in refused) == 1  # entered once, tried again


def test_without_the_file_there_is_no_monthly_run(tmp_path: Path) -> None:
    made = here("init", str(tmp_path / "town"))
    assert made.returncode == 0, made.stderr
    said = here("monthly", "status", "--city", str(tmp_path / "town"))
    assert said.returncode == 2
    assert "monthly_run.yaml is missing" in said.stderr
