"""A small simulated year at the command line: played, looked at, closed by an officer."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from commands import Said, here

from workbench.gateway.anomaly_round import open_anomalies
from workbench.model.actor import Role

pytestmark = pytest.mark.slow  # it plays a year

LATER = datetime(2025, 6, 10, 2, tzinfo=UTC)
"""Months after the last day that was played: what was granted lies unused since."""
PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first weeks of a year, and an officer and an analyst who can sign in."""
    folder = tmp_path_factory.mktemp("simulated") / "city"
    words = ("--departments", "4", "--applications", "14", "--days", "24", "--seed", "7")
    done = here("sample", "simulate", "--city", str(folder), *words, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["use"] > 10
    with open_anomalies(folder, lambda: LATER) as desk:
        desk.watch.look()
        desk.state.store.users.add("chen", PASSWORD, "bureau", {Role.authority})
        desk.state.store.users.add("xu", PASSWORD, "d04", {Role.analyst})
    return folder


def at(city: Path, *words: str, given: str = "") -> Said:
    return here("anomalies", *words, "--city", str(city), given=given)


def found(city: Path, *words: str) -> list[dict[str, Any]]:
    done = at(city, "list", "--limit", "500", "--json", *words)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def closed(city: Path, how: str, id_: str, who: str = "chen", password: str = PASSWORD) -> Said:
    words = (how, id_, "--reason", "asked the department", "--as", who, "--password-stdin")
    return at(city, *words, given=f"{password}\n")


def test_from_the_simulated_year_to_the_precision_of_its_rules(city: Path) -> None:
    first = at(city, "look")
    assert first.returncode == 0, first.stderr
    assert "new findings" in first.stdout
    again = json.loads(at(city, "look", "--json").stdout)
    assert (again["found"], again["ordered"]) == (0, 0)
    dormant = [one for one in found(city, "--rule", "dormancy") if one["case_id"]]
    assert dormant, "a grant that came from a case"
    one, other = dormant[0]["id"], found(city, "--rule", "overdue_delivery")[0]["id"]
    shown = at(city, "show", one)
    assert "has not been used for" in shown.stdout
    assert dormant[0]["case_id"] in shown.stdout

    refused = closed(city, "explain", one, who="xu")
    assert (refused.returncode, "Only officers of the authority" in refused.stderr) == (3, True)
    assert closed(city, "explain", one, password="wrong password").returncode == 3
    assert closed(city, "rectify", one).returncode == 0
    assert "explained" in closed(city, "explain", other).stdout
    twice = closed(city, "explain", one)
    assert "was closed by chen already (confirmed)" in twice.stderr

    rights = json.loads(at(city, "precision", "--json").stdout)
    whole = {line["rule"]: line["precision"] for line in rights if not line["month"]}
    assert (whole["dormancy"], whole["overdue_delivery"]) == (1.0, 0.0)
    assert "100%" in at(city, "precision").stdout
    state = {line["id"]: line["state"] for line in found(city)}
    assert (state[one], state[other]) == ("confirmed", "explained")


def test_a_simulated_year_is_written_into_no_city_that_is_there(city: Path) -> None:
    again = here("sample", "simulate", "--city", str(city))
    assert again.returncode == 2
    assert "is not an empty folder" in again.stderr


def test_what_pages_show_of_it_says_that_it_is_made_up(city: Path) -> None:
    """The mark of synthetic samples: the client takes it from the titles of the sources."""
    checked = here("contracts", "check", "--city", str(city))
    assert checked.returncode == 0, checked.stdout
    contract = (city / "data_contracts" / "resources" / "r00.odcs.yaml").read_text("utf-8")
    assert "合成·模拟数据" in contract
