"""Builds in processes of their own: shared, in turn, killed, evicted."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from workbench.engine.duckdb import Resources, open_reader
from workbench.errors import Code, WorkbenchError
from workbench.model.grant import ColumnGrant
from workbench.workspace.builds import Build, BuildLimits, Builds, Holder
from workbench.workspace.construction import BuildProgress
from workbench.workspace.disk import Budget
from workbench.workspace.spec import WorkspaceSpec

RESOURCES = Resources(512, 512, 2)
PLENTY = Budget(1000, 1000)
ZHANG, WANG, LI = Holder("zhang", "tax"), Holder("wang", "tax"), Holder("li", "civil")
MANY = "SELECT i AS id, 'b' || i AS bsn, md5(i::VARCHAR) AS town, 1.0 AS income FROM range({}) t(i)"


class GivenUp(Exception):
    pass


class Site:
    """Builds over a folder, with all that they told, and people who wait in threads."""

    def __init__(self, folder: Path, budget: Budget = PLENTY, at_once: int = 1) -> None:
        self.told: list[tuple[str, ...]] = []
        self.folder = folder / "b"
        limits = BuildLimits(RESOURCES, at_once, budget)
        self.builds = Builds(
            self.folder,
            b"m" * 32,
            limits,
            lambda b: self.told.append(("built", b.key)),
            lambda b, reason: self.told.append((reason, b.key)),
        )
        self._people = ThreadPoolExecutor(32)
        self.seen: dict[str, list[BuildProgress]] = {}
        self.leaving: set[str] = set()

    def ask(self, spec: WorkspaceSpec, holder: Holder) -> Future[Build]:
        def waiting(progress: BuildProgress | None) -> None:
            assert progress is not None
            self.seen.setdefault(spec.key(), []).append(progress)
            if holder.person in self.leaving:
                raise GivenUp

        return self._people.submit(self.builds.get, spec, holder, waiting)

    def get(self, spec: WorkspaceSpec, holder: Holder = ZHANG) -> Build:
        return self.ask(spec, holder).result(60)

    def files(self) -> list[str]:
        return sorted(f.name for f in self.folder.iterdir())


def builders() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children():
        try:
            if "workbench.workspace.builder" in child.cmdline():
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


def eventually(what: Callable[[], object], seconds: float = 30) -> None:
    limit = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < limit, "it did not come about"
        time.sleep(0.01)


def held_up() -> psutil.Process:
    """The builder that has started, stopped where it is."""
    eventually(builders)
    (builder,) = builders()
    builder.suspend()
    return builder


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    opened: list[Site] = []

    def make(**more) -> Site:
        opened.append(Site(tmp_path, **more))
        return opened[-1]

    yield make
    for site in opened:
        for builder in builders():
            builder.resume()
        site.builds.close()
    assert builders() == []


def test_equal_specs_share_one_build_of_another_process(sites, spec_of):
    site, spec = sites(), spec_of()
    builder_seen = threading.Event()

    def note() -> None:
        eventually(builders)
        builder_seen.set()

    threading.Thread(target=note).start()
    asked = [site.ask(spec, holder) for holder in (ZHANG, WANG, LI) for _ in range(3)]
    built = asked[0].result(60)
    assert all(future.result(60) is built for future in asked)
    assert builder_seen.wait(5)
    assert site.told == [("built", spec.key())]
    assert site.files() == [built.file.name]
    assert (built.size, built.manifest.tables[0].rows) == (built.file.stat().st_size, 900)
    con = open_reader(built.file, built.secret, RESOURCES, site.folder / "t")
    assert con.execute("SELECT count(*), min(town) FROM person").fetchone() == (900, "T0")
    con.close()
    with pytest.raises(Exception, match=r"(?i)key"):
        open_reader(built.file, "x" * 32, RESOURCES, site.folder / "t")


def test_departments_take_turns_and_everybody_sees_their_place(sites, spec_of):
    site = sites()
    first = site.ask(spec_of(version=0), ZHANG)
    builder = held_up()
    asked = {"tax-1": (1, ZHANG), "tax-2": (2, ZHANG), "tax-3": (3, WANG), "civil-4": (4, LI)}
    specs = {name: spec_of(version=version) for name, (version, _) in asked.items()}
    futures = []
    for name, (_, holder) in asked.items():
        futures.append(site.ask(specs[name], holder))
        eventually(lambda name=name: site.seen.get(specs[name].key()))
    places = {name: (1, 4, 3, 2)[i] for i, name in enumerate(asked)}
    eventually(lambda: {n: site.seen[specs[n].key()][-1].position for n in asked} == places)
    builder.resume()
    for future in [first, *futures]:
        future.result(60)
    names = {spec.key(): name for name, spec in specs.items()}
    order = [names[key] for _, key in site.told[1:]]
    assert order == ["tax-1", "civil-4", "tax-3", "tax-2"]


def test_two_at_once_are_two_processes(sites, spec_of):
    site = sites(at_once=2)
    futures = [site.ask(spec_of(version=v), ZHANG) for v in range(3)]
    eventually(lambda: len(builders()) == 2)
    for builder in builders():
        builder.suspend()
    time.sleep(0.2)
    assert len(builders()) == 2
    for builder in builders():
        builder.resume()
    assert len({f.result(60).file for f in futures}) == 3


def test_who_gives_up_leaves_the_queue(sites, spec_of):
    site, wanted = sites(), spec_of(version=2)
    first = site.ask(spec_of(version=0), ZHANG)
    builder = held_up()
    left, other = site.ask(spec_of(version=1), LI), site.ask(wanted, WANG)
    shared = site.ask(wanted, LI)
    eventually(lambda: site.seen.get(wanted.key()))
    site.leaving.add("li")
    for future in (left, shared):
        with pytest.raises(GivenUp):
            future.result(60)
    eventually(lambda: site.seen[wanted.key()][-1].position == 1)
    builder.resume()
    assert {first.result(60).key, other.result(60).key} == {key for _, key in site.told}


def test_whoever_waits_sees_the_table_in_work(sites, spec_of):
    site = sites()
    one, two = spec_of(name="cars"), spec_of(name="person", sql=MANY.format(400_000))
    spec = WorkspaceSpec("s", (one.tables[0], two.tables[0]), "key-1", 50)
    assert [t.rows for t in site.get(spec).manifest.tables] == [900, 400_000]
    assert BuildProgress(0, "person", 2, 2, 900) in site.seen[spec.key()]


def test_a_killed_builder_is_told_and_leaves_nothing(sites, spec_of):
    site, spec = sites(), spec_of()
    asked = [site.ask(spec, ZHANG), site.ask(spec, LI)]
    eventually(lambda: site.seen.get(spec.key()))
    os.kill(held_up().pid, signal.SIGKILL)
    for future in asked:
        with pytest.raises(WorkbenchError) as died:
            future.result(60)
        assert died.value.code is Code.build_interrupted
        assert "请重试" in died.value.said("zh")
        assert "Try again" in died.value.said("en")
    assert (site.files(), site.told) == ([], [])
    assert site.get(spec).manifest.tables[0].rows == 900


def test_a_broken_extract_names_no_value_and_is_not_kept(sites, spec_of):
    site, spec = sites(), spec_of()
    Path(spec.tables[0].extract.files[0]).write_bytes(b"CANARY not parquet")
    with pytest.raises(WorkbenchError) as failed:
        site.get(spec)
    assert failed.value.code is Code.internal
    assert "CANARY" not in failed.value.to_json()
    assert site.files() == []


def test_the_longest_unused_is_evicted_and_built_again_when_asked(sites, spec_of):
    specs = [spec_of(version=v, sql=MANY.format(100_000)) for v in range(4)]
    site = sites(budget=Budget(6, 6))
    sizes = [site.get(spec).size for spec in specs[:2]]
    assert 2 << 20 < min(sizes) <= max(sizes) <= 3 << 20, "two fit, three do not"
    site.get(specs[0])  # used again: now the second is the longest unused
    site.get(specs[2])
    keys = [spec.key() for spec in specs]
    assert site.told[2:] == [("budget", keys[1]), ("built", keys[2])]
    site.builds.in_use = lambda: frozenset(keys[:1])
    site.get(specs[3])
    assert site.told[4:] == [("budget", keys[2]), ("built", keys[3])], "what is in use stays"
    assert len(site.files()) == 2
    assert site.get(specs[1]).key == keys[1]


def test_one_that_cannot_fit_is_stopped_while_it_grows(sites, spec_of):
    site = sites(budget=Budget(3, 1000))
    with pytest.raises(WorkbenchError) as refused:
        site.get(spec_of(sql=MANY.format(400_000)))
    assert refused.value.code is Code.disk_exceeded
    assert "settings.workspaces_mb" in refused.value.said("zh")
    assert (site.files(), site.told) == ([], [])


def test_what_is_in_use_leaves_no_room(sites, spec_of):
    site, spec = sites(budget=Budget(4, 1000)), spec_of(sql=MANY.format(100_000))
    site.builds.in_use = lambda: frozenset([spec.key()])
    site.get(spec)
    with pytest.raises(WorkbenchError) as refused:
        site.get(spec_of(version=1, sql=MANY.format(100_000)))
    assert refused.value.code is Code.disk_exceeded
    assert "in use and stay" in refused.value.said("en")
    assert len(site.files()) == 1


def test_a_build_that_nobody_wants_any_more_is_stopped(sites, spec_of):
    site = sites()
    future = site.ask(spec_of(columns=(ColumnGrant("id"),)), LI)
    builder = held_up()
    site.builds.keep_only(frozenset)
    assert builder.is_running(), "somebody waits"
    site.leaving.add("li")
    with pytest.raises(GivenUp):
        future.result(60)
    site.builds.keep_only(frozenset)
    eventually(lambda: builders() == [] and site.files() == [])
    assert site.told == []


def test_closing_ends_builders_and_removes_all(sites, spec_of):
    site = sites()
    site.get(spec_of(version=0))
    future = site.ask(spec_of(version=1), ZHANG)
    held_up()
    site.builds.close()
    with pytest.raises(WorkbenchError) as ended:
        future.result(10)
    assert ended.value.code is Code.build_interrupted
    assert (builders(), site.folder.exists()) == ([], False)
    assert site.told[-1] == ("closing", spec_of(version=0).key())
