"""Facts are delivered once for each day, whatever happens between; what was there stays."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from kpi_city import Year, write_kpi_city

from workbench.errors import Unavailable, WorkbenchError
from workbench.extracts.commit import workplace
from workbench.kpi.deliver import OF_DAYS, OF_ENTRIES, Delivered
from workbench.kpi.frames import TABLES
from workbench.model.entry import Draft, Event

pytestmark = pytest.mark.slow  # each plays a city; of the gate are the facts

DAYS = 30  # from 5 January: a span ends within, with its month


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_kpi_city(tmp_path_factory.mktemp("delivering") / "city")
    year = Year(root)
    year.load("r0", 5, date(2026, 1, 1))
    year.play(DAYS, 25)
    year.bench.close()
    return root


@pytest.fixture
def year(played: Path, tmp_path: Path) -> Iterator[Year]:
    shutil.copytree(played, tmp_path / "city")
    found = opened(tmp_path / "city")
    yield found
    found.bench.close()


def opened(root: Path) -> Year:
    found = Year(root)
    found.now += timedelta(days=DAYS)
    return found


def rows(year: Year, name: str) -> pl.DataFrame:
    version = year.bench.extracts.latest(name)
    assert version is not None
    found = pl.read_parquet(list(version.files))
    return found.sort(found.columns)


def digests(year: Year) -> dict[str, str]:
    found = {name: year.bench.extracts.latest(name) for name in TABLES}
    return {name: version.digest for name, version in found.items() if version is not None}


def test_twice_makes_nothing_new_and_another_place_the_same_bytes(
    year: Year, played: Path, tmp_path: Path
) -> None:
    done = year.delivering().look()
    assert {one.resource for one in done} == set(TABLES)
    before = digests(year)
    head = year.bench.store.journal.head()
    assert year.delivering().look() == []
    assert digests(year) == before
    assert year.bench.store.journal.head() == head
    assert before.keys() == TABLES.keys()

    shutil.copytree(played, tmp_path / "other")
    other = opened(tmp_path / "other")
    other.delivering().look()
    assert digests(other) == before
    other.bench.close()


@pytest.mark.slow
def test_killed_after_each_table_it_goes_on_and_comes_to_the_same(
    year: Year, played: Path, tmp_path: Path
) -> None:
    class Killed(Exception):
        pass

    def kill(_: Delivered) -> None:
        raise Killed

    rounds = 0
    while True:
        try:
            done = year.delivering().look(kill)
        except Killed:
            rounds += 1
            continue
        assert done == []
        break
    assert rounds >= len(TABLES)
    shutil.copytree(played, tmp_path / "whole")
    whole = opened(tmp_path / "whole")
    whole.delivering().look()
    for name in TABLES.keys() - {"gov_resource", "gov_delivery"}:
        assert rows(year, name).equals(rows(whole, name)), name
    whole.bench.close()


@pytest.mark.slow
def test_a_new_day_is_added_and_nothing_before_is_written_again(year: Year) -> None:
    year.delivering().look()
    before = {name: year.bench.extracts.latest(name) for name in TABLES}
    year.play(1, 0)
    year.delivering().look()
    for name in (*OF_ENTRIES, *OF_DAYS):
        old, new = before[name], year.bench.extracts.latest(name)
        assert old is not None
        assert new is not None
        assert set(old.files) < set(new.files)
        assert len(new.files) == len(old.files) + 1
        assert year.bench.extracts.verify(name, new.version) == ()
    used = rows(year, "gov_use")
    assert used["position"].is_unique().all()
    assert used["day"].max() == year.today - timedelta(days=1)


@pytest.mark.slow
def test_an_entry_whose_clock_went_back_is_not_lost(year: Year) -> None:
    year.delivering().look()
    kept, year.now = year.now, year.now - timedelta(days=3)
    reasons = [{"code": "column_not_granted", "subject": "r1.x"}]
    late = Draft(Event.decision, actor="li", detail={"outcome": "deny", "reasons": reasons})
    entry = year.bench.ledger.record(late)
    year.now = kept + timedelta(days=1)
    year.delivering().look()
    used = rows(year, "gov_use").filter(pl.col("position") == entry.seq)
    assert used["day"].to_list() == [(kept - timedelta(days=3)).date()]


def test_a_day_that_is_not_over_is_refused(year: Year) -> None:
    with pytest.raises(WorkbenchError) as caught:
        year.delivering().up_to(year.today)
    assert "not over" in caught.value.said("en")
    assert year.bench.extracts.latest("gov_use") is None


@pytest.mark.slow
def test_each_delivery_is_entered_and_a_busy_table_is_told(year: Year) -> None:
    with workplace(year.bench.extracts, "gov_use"), pytest.raises(Unavailable):
        year.delivering().look()
    done = year.delivering().look()
    walked = year.bench.store.journal.walk()
    entered = [f for f in walked if f.keys["event"] == Event.extract_ingested.value]
    assert len(entered) == len(done) + 1  # and the one of r0
    assert all(f.keys["actor"] == "platform" for f in entered[1:])


def test_no_name_of_a_person_and_no_reason_stands_in_the_facts(year: Year) -> None:
    """Reasons, purposes and people of the played year are known: none may come along."""
    year.delivering().look()
    for name in TABLES:
        told = rows(year, name).select(pl.col(pl.String)).unpivot()["value"].drop_nulls()
        text = "\n".join(told.unique().to_list())
        for secret in ("-analyst", "-officer", "-provider", "monthly analysis", "the duty needs"):
            assert secret not in text, (name, secret)
