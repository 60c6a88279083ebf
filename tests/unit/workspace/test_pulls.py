"""How fresh a pull is, what stands in for a source that does not answer, and what is destroyed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from workbench.catalogue.city_schema import Settings
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.extracts.sources import Pulled, age, notes
from workbench.model.contract import (
    Column,
    LibraryKind,
    Resource,
    Sharing,
    SharingMode,
    SharingType,
)
from workbench.model.entry import Draft, Event
from workbench.model.grant import (
    ColumnGrant,
    Grant,
    Operator,
    Origin,
    OriginKind,
    RowCondition,
    Use,
)
from workbench.model.source import AttachedSource, SourceKind
from workbench.workspace.pulling import PullFailed, Shape, shape_of
from workbench.workspace.pulls import Pulls
from workbench.workspace.source_failures import CAUSES, UNREACHABLE, Failure

START = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
RESOURCE = Resource(
    id="staff",
    name="staff",
    title=Text("人员", "Staff"),
    version="1.0.0",
    provider="bureau",
    department="bureau",
    library=LibraryKind.base,
    sharing=Sharing(SharingType.unconditional),
    columns=(
        Column("id", "BIGINT"),
        Column("name", "VARCHAR", source_names=("xm",)),
        Column("county", "VARCHAR"),
        Column("salary", "DOUBLE"),
        Column("card", "VARCHAR"),
    ),
    attached=AttachedSource(SourceKind.sqlite, "staff", path="x.db", ttl_seconds=900),
)
GRANT = Grant(
    id="g",
    scenario="s",
    department="d",
    resource="staff",
    columns=(
        ColumnGrant("name"),
        ColumnGrant("id"),
        ColumnGrant("card", Use.join_key),
        ColumnGrant("salary", Use.statistics),
    ),
    mode=SharingMode.obtain,
    origin=Origin(OriginKind.scenario, "s@1", "boss"),
    rows=(RowCondition("county", Operator.eq, ("990101",)),),
)


@dataclass
class Source:
    """In the place of the child process: what it answers, and how often it was asked."""

    digest: str = "a" * 64
    size: int = 9
    failure: Failure | None = None
    asked: list[Shape] = field(default_factory=list)
    hold: threading.Event | None = None

    def pull(
        self, shape: Shape, file: Path, key: str, started: Callable[[Any], None]
    ) -> dict[str, Any]:
        self.asked.append(shape)
        if self.hold is not None:
            assert self.hold.wait(10)
        if self.failure is not None:
            raise PullFailed(self.failure)
        with file.open("wb") as opened:
            opened.truncate(self.size)
        return {"digest": self.digest, "rows": 2, "bytes": self.size}


@dataclass
class Bench:
    folder: Path
    source: Source = field(default_factory=Source)
    now: datetime = START
    drafts: list[Draft] = field(default_factory=list)
    broken_ledger: bool = False
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        self.pulls = Pulls(
            self.folder, self.source, lambda: self.settings, self.record, lambda: self.now
        )

    def record(self, draft: Draft) -> None:
        if self.broken_ledger:
            raise simple(Code.ledger_unavailable, "账本", "ledger")
        self.drafts.append(draft)

    def current(self, grant: Grant = GRANT) -> Pulled:
        found = self.pulls.current(grant, RESOURCE, lambda: None)
        assert found is not None
        return found

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def files(self) -> list[str]:
        return sorted(p.name for p in self.folder.iterdir())

    def events(self, event: Event) -> list[Draft]:
        return [d for d in self.drafts if d.event is event]

    def refused(self) -> WorkbenchError:
        with pytest.raises(WorkbenchError) as error:
            self.current()
        return error.value


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "p")


def test_what_is_asked_for_is_what_goes_into_a_workspace(bench: Bench) -> None:
    bench.current()
    (shape,) = bench.source.asked
    assert shape.items == (
        ("id", "id", "BIGINT"),
        ("name", "xm", "VARCHAR"),
        ("salary", "salary", "DOUBLE"),
        ("card", "card", "VARCHAR"),
    ), "in the contract's order, by the source's names; for all tiers of the grant together"
    assert shape.conditions == ((("county", "county", "VARCHAR"), "=", ("990101",)),)


def test_a_grant_of_which_nothing_goes_into_a_workspace_pulls_nothing(bench: Bench) -> None:
    none = replace(GRANT, mode=SharingMode.view, columns=(ColumnGrant("card", Use.join_key),))
    assert bench.pulls.current(none, RESOURCE, lambda: None) is None
    assert bench.source.asked == []


def test_a_pull_is_used_until_its_ttl_and_then_made_again(bench: Bench) -> None:
    first = bench.current()
    assert (first.version, first.pulled_at, first.data_date) == (-1, START, None)
    bench.later(seconds=899)
    assert bench.current() is first
    bench.later(seconds=1)
    second = bench.current()
    assert second.pulled_at == START + timedelta(seconds=900)
    assert len(bench.source.asked) == 2


def test_a_clock_that_was_set_back_does_not_make_a_pull_last(bench: Bench) -> None:
    bench.current()
    bench.later(hours=-2)
    bench.current()
    assert len(bench.source.asked) == 2


def test_equal_contents_keep_their_file_and_other_contents_replace_it_when_it_is_free(
    bench: Bench,
) -> None:
    first = bench.current()
    bench.later(minutes=15)
    assert bench.current().files == first.files
    bench.source.digest = "b" * 64
    bench.later(minutes=15)
    second = bench.current()
    assert second.files != first.files
    assert len(bench.files()) == 2, "a workspace may still be building from the one before"
    shape = shape_of(GRANT, RESOURCE)
    assert shape is not None
    bench.later(seconds=bench.settings.query_seconds)
    bench.pulls.keep_only([shape])
    assert bench.files() == [Path(second.files[0]).name]


def test_equal_grants_share_a_pull_and_others_do_not(bench: Bench) -> None:
    bench.current()
    bench.current(replace(GRANT, id="h", department="other", scenario="t"))
    assert len(bench.source.asked) == 1
    bench.current(replace(GRANT, rows=()))
    bench.current(replace(GRANT, columns=GRANT.columns[:1]))
    assert len(bench.source.asked) == 3


def test_those_who_come_while_a_pull_runs_wait_for_it(bench: Bench) -> None:
    bench.source.hold = threading.Event()
    found: list[Pulled] = []
    asking = [threading.Thread(target=lambda: found.append(bench.current())) for _ in range(4)]
    for thread in asking:
        thread.start()
    bench.source.hold.set()
    for thread in asking:
        thread.join()
    assert len(bench.source.asked) == 1
    assert len({id(p) for p in found}) == 1


def test_who_gives_up_waiting_leaves_the_pull_to_the_next(bench: Bench) -> None:
    bench.source.hold = threading.Event()

    def give_up() -> None:
        raise simple(Code.cancelled, "停", "stop")

    with pytest.raises(WorkbenchError) as error:
        bench.pulls.current(GRANT, RESOURCE, give_up)
    assert error.value.code is Code.cancelled
    bench.source.hold.set()
    bench.current()
    assert len(bench.source.asked) == 1


@pytest.mark.parametrize("cause", sorted(UNREACHABLE))
def test_a_source_out_of_reach_is_stood_in_for_by_the_last_good_pull(
    bench: Bench, cause: str
) -> None:
    first = bench.current()
    bench.source.failure = Failure(cause)
    bench.later(hours=3)
    stale = bench.current()
    assert (stale.files, stale.pulled_at) == (first.files, START)
    assert stale.stale_since == bench.now
    (note,) = notes([stale], bench.now)
    assert CAUSES[cause].en in note
    assert CAUSES[cause].zh in note
    assert "3 h ago" in note
    assert "距今 3 小时" in note
    bench.later(hours=1)
    assert bench.current().stale_since == START + timedelta(hours=3), "since it first failed"
    bench.later(hours=20)
    assert bench.refused().code is Code.source_unreachable
    assert bench.pulls.known(GRANT, RESOURCE) is None


def test_a_dead_source_is_not_asked_by_every_query(bench: Bench) -> None:
    bench.source.failure = Failure("no_answer")
    assert bench.refused().code is Code.source_unreachable
    bench.later(seconds=29)
    assert bench.refused().code is Code.source_unreachable
    assert len(bench.source.asked) == 1
    bench.later(seconds=1)
    bench.source.failure = None
    assert bench.current().stale_since is None
    assert len(bench.source.asked) == 2


def test_after_an_interrupted_pull_the_next_query_asks_at_once(bench: Bench) -> None:
    bench.source.failure = Failure("interrupted")
    assert "Try again" in bench.refused().said("en")
    bench.source.failure = None
    bench.current()


@pytest.mark.parametrize("cause", sorted(CAUSES.keys() - UNREACHABLE - {"internal", "no_room"}))
def test_a_source_that_answers_no_is_obeyed(bench: Bench, cause: str) -> None:
    bench.current()
    bench.later(hours=1)
    bench.source.failure = Failure(cause, {"name": "2"})
    error = bench.refused()
    assert error.code in (Code.source_unreachable, Code.source_unfit)
    assert CAUSES[cause].en in error.said("en")
    assert "name: 2" in error.said("en")
    assert bench.files() == []
    assert [d.detail["cause"] for d in bench.events(Event.source_pull_failed)] == [cause]
    assert len(bench.events(Event.source_pull_destroyed)) == 1
    bench.later(hours=1)
    bench.source.failure = Failure("no_answer")
    assert bench.refused().code is Code.source_unreachable, "nothing is left to stand in"


def test_a_fault_of_ours_takes_nothing_away(bench: Bench) -> None:
    bench.current()
    bench.later(hours=1)
    bench.source.failure = Failure("internal")
    assert bench.refused().code is Code.source_unreachable
    assert len(bench.files()) == 1


def test_nothing_is_used_that_the_ledger_does_not_have(bench: Bench) -> None:
    bench.broken_ledger = True
    assert bench.refused().code is Code.ledger_unavailable
    assert bench.files() == []
    bench.broken_ledger = False
    bench.later(minutes=1)
    bench.current()
    (draft,) = bench.events(Event.source_pulled)
    assert draft.content == {"staff": ("id", "name", "salary", "card")}
    assert draft.detail["rows"] == 2
    assert "990101" not in repr(draft), "no value of the row scope"


def test_what_no_grant_gives_any_more_is_destroyed_and_entered(bench: Bench) -> None:
    bench.current()
    other = replace(GRANT, rows=())
    kept = bench.current(other)
    shape = shape_of(other, RESOURCE)
    assert shape is not None
    bench.pulls.keep_only([shape])
    assert bench.files() == [Path(kept.files[0]).name]
    assert len(bench.events(Event.source_pull_destroyed)) == 1
    assert bench.pulls.known(GRANT, RESOURCE) is None
    assert bench.pulls.known(other, RESOURCE) is kept


def test_a_destruction_that_could_not_be_entered_is_entered_later(bench: Bench) -> None:
    bench.current()
    bench.broken_ledger = True
    with pytest.raises(WorkbenchError):
        bench.pulls.keep_only([])
    assert bench.files() == [], "the file goes first"
    bench.broken_ledger = False
    bench.pulls.keep_only([])
    assert len(bench.events(Event.source_pull_destroyed)) == 1


def test_a_pull_whose_grant_ends_while_it_runs_is_not_kept(bench: Bench) -> None:
    bench.source.hold = threading.Event()
    errors: list[WorkbenchError] = []
    asking = threading.Thread(target=lambda: errors.append(bench.refused()))
    asking.start()
    while not bench.source.asked:
        time.sleep(0.01)
    bench.pulls.keep_only([])
    bench.source.hold.set()
    asking.join()
    assert [e.code for e in errors] == [Code.source_unreachable]
    assert bench.files() == []


def test_what_is_too_old_to_be_served_is_destroyed(bench: Bench) -> None:
    bench.current()
    shape = shape_of(GRANT, RESOURCE)
    assert shape is not None
    bench.later(hours=23)
    bench.pulls.keep_only([shape])
    assert len(bench.files()) == 1
    bench.later(hours=1)
    bench.pulls.keep_only([shape])
    assert bench.files() == []


def test_a_folder_that_was_left_is_wiped(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "left").write_bytes(b"x")
    bench = Bench(tmp_path / "p")
    assert bench.files() == []
    assert bench.pulls.wiped == 1


def test_what_ends_with_the_gateway_is_entered_whether_it_was_there_or_coming(
    bench: Bench,
) -> None:
    bench.current()
    bench.source.hold = threading.Event()
    other = replace(GRANT, rows=())
    errors: list[WorkbenchError] = []

    def ask() -> None:
        with pytest.raises(WorkbenchError) as error:
            bench.current(other)
        errors.append(error.value)

    asking = threading.Thread(target=ask)
    asking.start()
    while len(bench.source.asked) < 2:
        time.sleep(0.01)
    closing = threading.Thread(target=bench.pulls.close)
    closing.start()
    time.sleep(0.1)
    assert closing.is_alive(), "it waits for what runs"
    bench.source.hold.set()
    closing.join()
    asking.join()
    assert [e.code for e in errors] == [Code.source_unreachable]
    assert len(bench.events(Event.source_pulled)) == 2
    assert len(bench.events(Event.source_pull_destroyed)) == 2
    assert not bench.folder.exists()
    assert bench.refused().code is Code.source_unreachable, "nothing is pulled after the end"


def of(department: str, number: int) -> Grant:
    """A grant with rows of its own."""
    rows = (RowCondition("county", Operator.eq, (f"{department}{number}",)),)
    return replace(GRANT, department=department, rows=rows)


def start_all(bench: Bench, grants: list[Grant]) -> list[threading.Thread]:
    """All ask, one after another; the first ones' pulls run until ``hold`` is set."""
    asking = []
    for grant in grants:
        waits = threading.Event()
        thread = threading.Thread(
            target=bench.pulls.current, args=(grant, RESOURCE, waits.set), daemon=True
        )
        thread.start()
        assert waits.wait(10)
        asking.append(thread)
    return asking


def test_a_few_pulls_run_at_once_and_departments_take_turns(bench: Bench) -> None:
    bench.settings = replace(bench.settings, pulls_at_once=1)
    bench.source.hold = threading.Event()
    grants = [of("big", n) for n in range(5)] + [of("small", 0)]
    asking = start_all(bench, grants)
    until = time.monotonic() + 10
    while not bench.source.asked and time.monotonic() < until:
        time.sleep(0.01)
    assert len(bench.source.asked) == 1
    bench.source.hold.set()
    for thread in asking:
        thread.join(10)
    order = [shape.conditions[0][2][0] for shape in bench.source.asked]
    assert order[:3] in (["big0", "big1", "small0"], ["big0", "small0", "big1"])
    assert len(order) == 6


@pytest.mark.parametrize("at_once", [1, 3])
def test_as_many_pulls_run_as_the_setting_says(bench: Bench, at_once: int) -> None:
    bench.settings = replace(bench.settings, pulls_at_once=at_once)
    bench.source.hold = threading.Event()
    asking = start_all(bench, [of("d", n) for n in range(4)])
    until = time.monotonic() + 10
    while len(bench.source.asked) < at_once and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.1)
    assert len(bench.source.asked) == at_once
    bench.source.hold.set()
    for thread in asking:
        thread.join(10)
    assert len(bench.source.asked) == 4


def test_a_pull_whose_grant_ends_before_its_turn_never_asks(bench: Bench) -> None:
    bench.settings = replace(bench.settings, pulls_at_once=1)
    bench.source.hold = threading.Event()
    (first,) = start_all(bench, [of("d", 0)])
    errors: list[WorkbenchError] = []
    waits = threading.Event()

    def ask() -> None:
        with pytest.raises(WorkbenchError) as error:
            bench.pulls.current(of("d", 1), RESOURCE, waits.set)
        errors.append(error.value)

    second = threading.Thread(target=ask)
    second.start()
    assert waits.wait(10)
    kept = shape_of(of("d", 0), RESOURCE)
    assert kept is not None
    bench.pulls.keep_only([kept])
    second.join(10)
    assert [e.code for e in errors] == [Code.source_unreachable]
    bench.source.hold.set()
    first.join(10)
    assert len(bench.source.asked) == 1


def test_pulls_in_all_stay_within_their_limit(bench: Bench) -> None:
    bench.settings = replace(bench.settings, pulls_mb=3)
    bench.source.size = 1 << 20
    first, second, third = (bench.current(of("d", n)) for n in range(3))
    error = bench.refused()
    assert error.code is Code.disk_exceeded
    assert "settings.pulls_mb" in error.said("en")
    assert len(bench.files()) == 3, "all may be about to go into a workspace"
    (wrong,) = bench.events(Event.source_pull_failed)
    assert wrong.detail["cause"] == "no_room"
    bench.later(seconds=bench.settings.query_seconds)
    bench.pulls.in_use = lambda: frozenset(first.files)
    assert bench.pulls.known(of("d", 1), RESOURCE, use=True) is second
    bench.current()
    assert bench.pulls.known(of("d", 2), RESOURCE) is None, "neither open nor used of late"
    assert not Path(third.files[0]).exists()
    assert bench.pulls.known(of("d", 0), RESOURCE) is first
    assert len(bench.events(Event.source_pull_destroyed)) == 1
    bench.source.size = 4 << 20
    with pytest.raises(WorkbenchError) as too_large:
        bench.current(of("d", 4))
    assert too_large.value.code is Code.disk_exceeded
    assert len(bench.files()) == 3


def test_the_longest_unused_pulls_go_first(bench: Bench) -> None:
    bench.settings = replace(bench.settings, pulls_mb=3, query_seconds=1)
    bench.source.size = 1 << 20
    for number in (0, 1, 2, 0):
        bench.current(of("d", number))
        bench.later(seconds=5)
    bench.current(of("d", 3))
    left = [n for n in range(4) if bench.pulls.known(of("d", n), RESOURCE) is not None]
    assert left == [0, 2, 3]


def test_a_key_opens_nothing_but_its_own_file_and_does_not_show(bench: Bench) -> None:
    first, second = bench.current(), bench.current(replace(GRANT, rows=()))
    assert len(first.parquet_key) == 32
    assert first.parquet_key != second.parquet_key
    assert first.parquet_key not in repr(first)


@pytest.mark.parametrize(
    ("span", "wanted"),
    [
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=119), "119 s"),
        (timedelta(minutes=2), "2 min"),
        (timedelta(minutes=119), "119 min"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(span: timedelta, wanted: str) -> None:
    assert age(span).en == wanted
