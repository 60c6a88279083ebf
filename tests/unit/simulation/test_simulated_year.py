"""A simulated year is played through the real desk and ledger, and the same seed plays the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from workbench.catalogue.city import check_city, load_city
from workbench.cli.sample_deliver import delivering
from workbench.declared.findings import errors
from workbench.errors import InvalidInput
from workbench.kpi import facts
from workbench.ledger.usage import usage
from workbench.model.contract import SharingMode
from workbench.model.entry import EntryFilter
from workbench.model.grant import ColumnGrant, Grant, Origin, OriginKind
from workbench.sharing.verify import mismatches
from workbench.simulation.asking import Holding
from workbench.simulation.behaviours import behaviours_in, shipped
from workbench.simulation.city_files import write_city
from workbench.simulation.episodes import asks_of, episodes_of
from workbench.simulation.planted import FILE, Planted, three_months_after, unused_of
from workbench.simulation.platform import attend
from workbench.simulation.world import KINDS, make_world
from workbench.simulation.year import Year, open_year

pytestmark = pytest.mark.slow  # each plays a year

ROOT = Path(__file__).parents[3]
DAYS, APPLICATIONS = 24, 12
SHIPPED = ROOT / "data_contracts" / "simulation" / "default.yaml"


def played(folder: Path, seed: int) -> tuple[str, Planted, Year]:
    """A digest of all facts of the first weeks, what was planted, and the parts, closed."""
    world = make_world(shipped(), 2025, seed, 4)
    with open_year(world, folder, delivering) as year:
        attend(year)
        planted = year.play(APPLICATIONS, most=DAYS)
        names = tuple(year.city().resources)
        used = facts.uses(year.state.store.journal.walk(), lambda person: person, names)
        text = used.write_csv()
        text += repr(list(year.state.store.cases.all()))
        store = year.state.store
        assert mismatches(store.journal, store.cases, store.messages)[1] == ()
        rows = usage(store.journal, EntryFilter(event="release_opened", limit=3))
        assert all(row.purpose and row.approver and row.detail["grants"] for row in rows)
        assert rows
    return hashlib.sha256(text.encode()).hexdigest(), planted, year


def test_the_same_seed_plays_the_same(tmp_path: Path) -> None:
    first, planted, year = played(tmp_path / "a", 3)
    again, planted_again, _ = played(tmp_path / "b", 3)
    assert (first, planted) == (again, planted_again)
    assert make_world(shipped(), 2025, 4, 4) != year.world
    assert year.did["use"] > 5
    assert year.did["delivery"] > 0
    assert year.casework.did["approve"] > 0
    written = planted.write(tmp_path / "a")
    assert Planted.read(tmp_path / "a") == planted
    assert written.name == FILE


def test_nothing_of_the_product_reads_what_was_planted() -> None:
    """The file is written, and read back by tests alone; the truth is imported by nothing else."""
    told = (FILE, "simulation.planted", "simulation.truth")
    for path in (ROOT / "workbench").rglob("*.py"):
        inside = path.is_relative_to(ROOT / "workbench" / "simulation")
        if not inside and path.name != "sample.py":
            text = path.read_text(encoding="utf-8")
            assert not [one for one in told if one in text], path


def test_a_simulated_city_is_sound_and_says_that_it_is_made_up(tmp_path: Path) -> None:
    write_city(make_world(shipped(), 2025, 7, 12), tmp_path / "city")
    assert errors(check_city(tmp_path / "city")) == ()
    city = load_city(tmp_path / "city")
    for title in (city.name, *(one.title for one in city.resources.values())):
        assert "合成" in title.zh
        assert "模拟" in title.zh
        assert "synthetic" in title.en
        assert "simulated" in title.en
    amounts = [one.column("amount") for one in city.resources.values()]
    elements = [one.element for one in amounts if one is not None and one.element]
    assert len(set(elements)) < len(elements), "somebody collects what another one has"


def test_it_is_written_into_no_city_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "data_contracts").mkdir()
    with pytest.raises(InvalidInput, match="no city that is there"):
        write_city(make_world(shipped(), 2025, 7, 4), tmp_path)
    assert list(tmp_path.rglob("*")) == [tmp_path / "data_contracts"]


def test_everybody_is_planted_once_at_most() -> None:
    for seed in range(20):
        world = make_world(shipped(), 2025, seed, 40)
        people = world.people
        assert {one.planted for one in people} == {"", *KINDS}
        assert not [one for one in people if one.planted and (one.innocent or one.at_night)]
        behaviours = {name for one in world.departments for name in one.behaviours}
        assert behaviours == {"stalling", "stale", "repeated_collection", "over_reaching"}
        assert all(one.provides for one in world.departments if "stale" in one.behaviours)


# The file of behaviours ---------------------------------------------------------------------------


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[str, str], str]:
    def read(old: str, new: str) -> str:
        text = SHIPPED.read_text(encoding="utf-8")
        assert old in text
        file = tmp_path / "default.yaml"
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(InvalidInput) as caught:
            behaviours_in(file)
        line = text[: text.index(old)].count("\n") + 1
        assert f"default.yaml:{line} " in caught.value.said("en")
        return caught.value.said("en")

    return read


def test_the_shipped_behaviours_are_those_of_the_repository() -> None:
    assert behaviours_in(SHIPPED) == shipped()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("mistakes: 0.012", "mistake: 0.012", "Did you mean mistakes?"),
        ("mistakes: 0.012", "mistakes: 1.5", "of at most 1"),
        ("late: [2, 25]", "late: [25, 2]", "the range begins above its end"),
        ("analysts: [2, 3]", "analysts: two", "Write [two]"),
        ("id: default", "id: other", "the id is not the file's name"),
    ],
)
def test_what_is_wrong_with_behaviours_is_told(
    refused: Callable[[str, str], str], old: str, new: str, told: str
) -> None:
    assert told in refused(old, new)


# Innocent people who look like the planted -------------------------------------------------------


def test_a_duty_of_a_season_rests_for_months_and_comes_again() -> None:
    began = date(2025, 2, 3)
    held = Holding("g", "d01", "s", "r", ("town",), 2.0, compared=False, began=began, season=14)
    used = [n for n in range(400) if held.is_used(began + timedelta(days=n))]
    assert used == [*range(14), *range(182, 196), *range(364, 378)]
    assert all(replace(held, season=0).is_used(began + timedelta(days=n)) for n in range(400))


def test_what_a_newcomer_tries_is_not_planted() -> None:
    """The same asks as of somebody who goes beyond their purpose, and few of them."""
    world = make_world(shipped(), 2025, 3, 40)
    kinds = {}
    for episode in episodes_of(world):
        if episode.kind == "beyond_purpose":
            held = [Holding("g", "d01", "s00", "r00", ("town",), 2.0, False, date(2025, 1, 1))]
            asked = [
                one
                for day in episode.amounts
                for one in asks_of(episode, day, held, 1.0, world, Random(1))
            ]
            kinds.setdefault(episode.planted, []).append((len(asked), {one.kind for one in asked}))
    assert {kind for _, some in kinds[True] for kind in some} == {"beyond_purpose"}
    assert {kind for _, some in kinds[False] for kind in some} == {""}
    assert max(count for count, _ in kinds[False]) <= 6


@pytest.mark.parametrize(
    ("day", "over"),
    [
        (date(2025, 1, 31), date(2025, 4, 30)),
        (date(2025, 11, 30), date(2026, 2, 28)),
        (date(2025, 9, 30), date(2025, 12, 30)),
        (date(2025, 12, 1), date(2026, 3, 1)),
    ],
)
def test_three_months_are_months_and_not_days(day: date, over: date) -> None:
    assert three_months_after(day) == over


class Stood(NamedTuple):
    used: date | None
    revoked: date | None = None
    until: date = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("stood", "found"),
    [
        (Stood(date(2025, 3, 10)), {"g": date(2025, 6, 10)}),
        (Stood(None), {"g": date(2025, 6, 1)}),
        (Stood(date(2025, 9, 30)), {"g": date(2025, 12, 30)}),
        (Stood(date(2025, 10, 1)), {}),  # the year's last day is the last of the three months
        (Stood(date(2025, 3, 10), revoked=date(2025, 6, 10)), {}),
        (Stood(date(2025, 3, 10), revoked=date(2025, 6, 11)), {"g": date(2025, 6, 10)}),
        (Stood(date(2025, 3, 10), until=date(2025, 6, 9)), {}),
    ],
)
def test_only_what_stood_unused_for_three_months_is_dormancy(
    stood: Stood, found: dict[str, date]
) -> None:
    began = date(2025, 3, 1)
    origin = Origin(OriginKind.application, "c1", "wang", began)
    grant = Grant(
        "g", "s", "d01", "r", (ColumnGrant("code"),), SharingMode.obtain, origin,
        valid_until=stood.until, revoked_on=stood.revoked,
    )  # fmt: skip
    used = {} if stood.used is None else {"g": stood.used}
    held = Holding("g", "d01", "s", "r", ("code",), 2.0, compared=False, began=began)
    assert unused_of({"g": held}, {"g": grant}, used, date(2025, 12, 31)) == found
