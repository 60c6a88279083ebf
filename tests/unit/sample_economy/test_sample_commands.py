"""``workbench sample build`` and ``month`` as people use them: small cities, real commands."""

from __future__ import annotations

import fcntl
import json
import shlex
import shutil
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from commands import Said, here

from workbench.extracts.versions import Extracts, ExtractVersion
from workbench.gateway.state import open_state
from workbench.ledger.chain import fields_of
from workbench.simulation.economy.city import STANDING, TRUTH
from workbench.store.layout import Layout

pytestmark = pytest.mark.slow  # much of it is seen by faster tests beside it; `make test-slow`

ROOT = Path(__file__).parents[3]
OURS = Path(str(resources.files("workbench.simulation") / "shipped" / "city")) / "data_contracts"
NAMES = (
    "bank_monthly", "credit_event", "customs_monthly", "enterprise", "insured_monthly",
    "invoice_monthly", "loan_monthly", "output_monthly", "power_monthly", "price_index", "project",
    "project_progress", "public_deal", "published_series", "tax_monthly",
)  # fmt: skip
SMALL = ("--enterprises", "200", "--seed", "7")


def sample(*words: str | Path) -> Said:
    done = here("sample", *map(str, words))
    assert done.returncode == 0, done.stderr
    return done


def latest(city: Path, name: str) -> ExtractVersion:
    found = Extracts(Layout(city).extracts).latest(name)
    assert found is not None, name
    return found


def rows(city: Path, name: str) -> pl.DataFrame:
    frame = pl.read_parquet(list(latest(city, name).files))
    return frame.sort(frame.columns)


def there(city: Path) -> list[str]:
    """Resources with data: so few enterprises may have no deal and no credit event."""
    found = [name for name in NAMES if (Layout(city).extracts / name).exists()]
    assert set(NAMES) - set(found) <= {"credit_event", "public_deal"}
    return found


def equal(city: Path, other: Path) -> None:
    assert there(city) == there(other)
    for name in there(city):
        assert rows(city, name).equals(rows(other, name)), name


def events(city: Path, event: str) -> list[dict[str, Any]]:
    state = open_state(city)
    try:
        found = [fields_of(filed.entry.body) for filed in state.store.journal.walk()]
    finally:
        state.store.close()
    return [entry for entry in found if entry is not None and entry["event"] == event]


@pytest.fixture(scope="module")
def longer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four months at once."""
    city = tmp_path_factory.mktemp("longer") / "city"
    sample("build", "--city", city, *SMALL, "--months", "4", "--until", "2026-04")
    return city


def test_the_repository_has_the_contracts_of_the_sample_city() -> None:
    """One text of each, wherever somebody looks."""
    for name in NAMES:
        file = Path("resources") / f"{name}.odcs.yaml"
        assert (ROOT / "data_contracts" / file).read_bytes() == (OURS / file).read_bytes(), name


def test_a_city_of_other_counties_is_built_where_it_stands(tmp_path: Path) -> None:
    """The city of the repository: its own data stay as they are."""
    shutil.copytree(ROOT / "data_contracts", tmp_path / "data_contracts")
    told = json.loads(sample("build", "--city", tmp_path, *SMALL, "--months", "3", "--json").stdout)
    assert set(told["rows"]) <= set(NAMES)
    counties = rows(tmp_path, "enterprise")["county_code"].str.slice(0, 4).unique().to_list()
    assert counties == ["5132"]
    months = rows(tmp_path, "invoice_monthly")["month"].unique().sort().to_list()
    assert months == [date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)]
    assert not (tmp_path / "late").exists()
    assert not (tmp_path / "dirty").exists()


def test_a_month_more_is_what_a_longer_city_has(tmp_path: Path, longer: Path) -> None:
    sample("build", "--city", tmp_path / "c", *SMALL, "--months", "3", "--until", "2026-03")
    city = tmp_path / "c"
    before = {name: latest(city, name) for name in there(city) if name not in STANDING}
    sample("month", "--city", city)
    equal(city, longer)
    assert json.loads((city / TRUTH).read_text()) == json.loads((longer / TRUTH).read_text())
    for name, version in before.items():
        after = latest(city, name)
        assert set(version.files) < set(after.files) or after == version, name
        entries = [e for e in events(city, "extract_ingested") if name in e["content"]]
        assert len(entries) == after.version + 1, name


def test_what_is_late_comes_by_an_ordinary_delivery(tmp_path: Path, longer: Path) -> None:
    city, options = tmp_path / "c", (*SMALL, "--months", "4", "--until", "2026-04")
    told = json.loads(sample("build", "--city", city, *options, "--late", "0.25", "--json").stdout)
    assert len(told["late"]) == 3
    assert {name: len(list((city / "late" / name).iterdir())) for name in told["late"]} == (
        dict.fromkeys(told["late"], 4)
    )
    for name, line in told["late"].items():
        assert rows(city, name)["month"].max() == date(2026, 3, 1)
        assert latest(city, name).data_date == date(2026, 3, 31)
        done = here(*_words(line))
        assert done.returncode == 0, done.stderr
        assert latest(city, name).data_date == date(2026, 4, 30)
    equal(city, longer)


@pytest.mark.slow
def test_what_is_late_also_comes_with_the_next_month(tmp_path: Path, longer: Path) -> None:
    city, options = tmp_path / "c", (*SMALL, "--months", "3", "--until", "2026-03")
    late = json.loads(sample("build", "--city", city, *options, "--late", "1", "--json").stdout)
    assert set(late["late"]) >= {"power_monthly", "tax_monthly", "bank_monthly"}
    sample("month", "--city", city)
    equal(city, longer)


@pytest.mark.slow
def test_a_gap_is_no_place_for_a_month(tmp_path: Path) -> None:
    """What was late is gone: nothing is added after a hole, and the city says so."""
    city, options = tmp_path / "c", (*SMALL, "--months", "3")
    told = sample("build", "--city", city, *options, "--late", "0.1", "--json").stdout
    (name, _), *_ = json.loads(told)["late"].items()
    shutil.rmtree(city / "late")
    done = here("sample", "month", "--city", str(city))
    assert done.returncode == 2
    assert name in done.stderr
    assert rows(city, name)["month"].max() == date(2026, 8, 1)


def test_dirty_deliveries_are_refused_and_come_clean(tmp_path: Path, longer: Path) -> None:
    city, options = tmp_path / "c", (*SMALL, "--months", "4", "--until", "2026-04")
    told = json.loads(sample("build", "--city", city, *options, "--dirty", "0.4", "--json").stdout)
    refused = {name for entry in events(city, "extract_refused") for name in entry["content"]}
    assert set(told["dirty"]) == refused
    assert len(refused) >= 4
    for name, report in told["dirty"].items():
        text = Path(report["file"]).read_bytes()
        with pytest.raises(UnicodeDecodeError):
            text.decode("utf-8")
        assert "约" in text.decode("gb18030")
        assert report["outcome"] == "refused"
        assert report["files"][0]["encoding"] == "GB18030"
        assert report["rejected"] >= min(len(report["faults"]), report["rows_read"]) - 1, name
        if report["rows_read"] > len(report["faults"]):  # each in a row of its own
            assert len(report["reasons"]) == len(report["faults"]), name
    assert "duplicate_key" in {f for r in told["dirty"].values() for f in r["faults"]}
    equal(city, longer)
    other = json.loads(
        sample("build", "--city", tmp_path / "d", *options, "--dirty", "0.4", "--json").stdout
    )
    assert {n: r["files"][0]["sha256"] for n, r in told["dirty"].items()} == {
        n: r["files"][0]["sha256"] for n, r in other["dirty"].items()
    }


@pytest.mark.slow
def test_the_summary_names_what_is_late_and_what_was_refused(tmp_path: Path) -> None:
    city = tmp_path / "with space"
    told = sample(
        "build", "--city", city, *SMALL, "--months", "2", "--late", "0.1", "--dirty", "0.1"
    ).stdout
    assert "its last month is late" in told
    assert f"--city '{city}'" in told
    assert "was refused at first" in told
    assert str(city / "dirty") in told


def test_a_city_that_is_no_sample_has_no_next_month(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data_contracts", tmp_path / "data_contracts")
    done = here("sample", "month", "--city", str(tmp_path))
    assert done.returncode == 2
    assert "workbench sample build" in done.stderr


def _words(line: str) -> list[str]:
    """As a shell gives them to the command."""
    found: list[str] = []
    for word in shlex.split(line.removeprefix("workbench ")):
        folder, pattern = Path(word).parent, Path(word).name
        found += map(str, sorted(folder.glob(pattern))) if "*" in pattern else [word]
    return found


@pytest.mark.slow
def test_a_build_that_failed_half_way_has_no_next_month(tmp_path: Path) -> None:
    """Some resources are of another city then: a month would be of neither."""
    city = tmp_path / "c"
    sample("build", "--city", city, *SMALL, "--months", "2")
    with (Layout(city).extracts / ".locks" / "power_monthly.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = here("sample", "build", "--city", str(city), "--enterprises", "150", "--months", "2")
        assert done.returncode != 0
    done = here("sample", "month", "--city", str(city))
    assert done.returncode == 2
    assert "no sample city to go on from" in done.stderr


def test_a_month_that_was_cut_short_is_done_again(tmp_path: Path) -> None:
    city, again = tmp_path / "c", tmp_path / "d"
    for each in (city, again):
        sample("build", "--city", each, *SMALL, "--months", "2", "--until", "2026-02")
    with (Layout(city).extracts / ".locks" / "power_monthly.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert here("sample", "month", "--city", str(city)).returncode != 0
    assert latest(city, "bank_monthly").version == 1
    sample("month", "--city", city)
    sample("month", "--city", again)
    assert latest(city, "bank_monthly").version == 1
    equal(city, again)
