"""Versions: what was delivered when, whole or not at all, and unchanged ever after."""

from __future__ import annotations

import fcntl
import json
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from deltalake import DeltaTable, write_deltalake
from ingest_desk import NOW, Desk, column, resource, said

from workbench.errors import Code, Unavailable, WorkbenchError
from workbench.extracts.report import IngestReport, Outcome
from workbench.extracts.versions import Extracts, digest_of, sha256_of
from workbench.model.contract import Resource

THINGS = resource(column("id", "INTEGER"), column("name"))


def test_a_version_knows_what_it_was_made_of(desk: Desk) -> None:
    report = desk.load(THINGS, "id,name\n1,a\n2,b\nx,c\n", accept_valid=True)
    version = desk.extracts.latest("things")
    assert version == report.version
    assert version is not None
    assert (version.version, version.rows, version.rows_read, version.rejected) == (0, 2, 3, 1)
    assert version.ingested_at == NOW
    assert (version.data_date, version.obtained_on) == (date(2026, 1, 31), date(2026, 2, 1))
    assert version.contract_version == "1.0.0"
    assert version.digest == digest_of(sha256_of(Path(f)) for f in version.files)
    assert all(Path(f).is_absolute() for f in version.files)
    (source,) = version.sources
    assert (source.name, source.sha256) == ("a.csv", sha256_of(desk.root / "a.csv"))
    assert source.size == (desk.root / "a.csv").stat().st_size


def test_the_record_stands_in_the_delta_commit(desk: Desk) -> None:
    report = desk.load(THINGS, "id,name\n1,a\n")
    (commit,) = DeltaTable(str(desk.extracts.folder / "things")).history()
    record = json.loads(commit["workbench"])
    assert report.version is not None
    assert record["digest"] == report.version.digest
    assert Extracts(desk.extracts.folder).latest("things") == report.version


def test_a_delivery_replaces_and_old_versions_stay(desk: Desk) -> None:
    for number in range(3):
        desk.load(THINGS, f"id,name\n{number},a\n")
    assert [v.version for v in desk.extracts.history("things")] == [2, 1, 0]
    for number in range(3):
        assert desk.rows(THINGS, number) == [(number, "a")]
    fresh = Extracts(desk.extracts.folder)
    assert fresh.history("things") == desk.extracts.history("things")


def test_whoever_reads_while_versions_come_sees_one_of_them(desk: Desk) -> None:
    desk.load(THINGS, "id,name\n0,a\n")
    done, seen, failed = threading.Event(), set[int](), list[WorkbenchError]()

    def read() -> None:
        while not done.is_set():
            try:
                latest = Extracts(desk.extracts.folder).latest("things")
            except WorkbenchError as error:
                failed.append(error)
            else:
                seen.add(-1 if latest is None else latest.version)
            done.wait(0.001)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 10):
        desk.load(THINGS, f"id,name\n{number},a\n")
    done.set()
    for reader in readers:
        reader.join()
    assert failed == []
    assert len(seen) > 1


def test_a_version_may_have_other_columns(desk: Desk) -> None:
    desk.load(THINGS, "id,name\n1,a\n")
    later = replace(THINGS, version="2.0.0", columns=(column("day", "DATE"), column("id")))
    desk.load(later, "day,id\n2024-02-29,007\n")
    assert desk.rows(later) == [(date(2024, 2, 29), "007")]
    assert desk.table(later).column_names == ["day", "id"]
    assert desk.table(THINGS, 0).column_names == ["id", "name"]
    assert [v.contract_version for v in desk.extracts.history("things")] == ["2.0.0", "1.0.0"]


def test_old_versions_survive_checkpoints_and_cleaning_of_the_log(desk: Desk) -> None:
    for number in range(4):
        desk.load(THINGS, f"id,name\n{number},a\n")
    folder = desk.extracts.folder / "things"
    DeltaTable(str(folder)).create_checkpoint()
    DeltaTable(str(folder)).cleanup_metadata()
    DeltaTable(str(folder)).vacuum(dry_run=False)
    assert list((folder / "_delta_log").glob("*.checkpoint.parquet"))
    desk.load(THINGS, "id,name\n4,a\n")
    fresh = Desk(desk.root)
    assert [fresh.rows(THINGS, v) for v in range(5)] == [[(v, "a")] for v in range(5)]
    assert len(fresh.extracts.history("things")) == 5


def test_the_same_delivery_makes_no_new_version(desk: Desk) -> None:
    content = "id,name\n1,a\nx,b\n"
    first = desk.load(THINGS, content, accept_valid=True)
    again = desk.load(THINGS, content, accept_valid=True)
    assert again.outcome is Outcome.unchanged
    assert again.version == first.version
    desk.refuses(THINGS, content)  # its bad row is not to be forgotten
    assert desk.load(THINGS, content, accept_valid=True, force=True).version.version == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "change",
    [
        {"version": "1.0.1"},
        {"obtained_on": date(2026, 2, 2)},
        {"last_update": date(2026, 2, 2)},
        {"columns": (column("id", "BIGINT"), column("name"))},
    ],
)
def test_whatever_shapes_a_version_makes_a_new_one(desk: Desk, change: dict[str, object]) -> None:
    desk.load(THINGS, "id,name\n1,a\n")
    report = desk.load(replace(THINGS, **change), "id,name\n1,a\n")  # type: ignore[arg-type]
    assert report.outcome is Outcome.loaded


def test_the_data_date_may_be_given(desk: Desk) -> None:
    report = desk.load(THINGS, "id,name\n1,a\n", data_date=date(2020, 1, 1))
    assert report.version is not None
    assert report.version.data_date == date(2020, 1, 1)


def test_what_is_not_there(desk: Desk) -> None:
    assert desk.extracts.latest("things") is None
    assert desk.extracts.history("things") == ()
    desk.load(THINGS, "id,name\n1,a\n")
    for version in (-1, 1):
        with pytest.raises(Unavailable) as caught:
            desk.extracts.at("things", version)
        assert caught.value.code is Code.extract_missing
    for name in ("", ".locks", "../x", "a/b", "a%20b"):
        with pytest.raises(WorkbenchError):
            desk.extracts.latest(name)
    with pytest.raises(WorkbenchError):
        Extracts(desk.root / "a%20b")


def test_a_version_that_somebody_else_wrote_is_not_taken(desk: Desk) -> None:
    desk.load(THINGS, "id,name\n1,a\n")
    write_deltalake(str(desk.extracts.folder / "things"), desk.table(THINGS), mode="overwrite")
    with pytest.raises(Unavailable) as caught:
        Extracts(desk.extracts.folder).latest("things")
    assert "--force" in said(caught.value)
    desk.load(THINGS, "id,name\n2,b\n", force=True)
    assert desk.rows(THINGS) == [(2, "b")]
    assert desk.rows(THINGS, 0) == [(1, "a")]


def test_verify_finds_what_was_changed_or_removed(desk: Desk) -> None:
    desk.load(THINGS, "id,name\n1,a\n")
    version = desk.extracts.latest("things")
    assert version is not None
    assert desk.extracts.verify("things", 0) == ()
    (file,) = map(Path, version.files)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert [d.file for d in desk.extracts.verify("things", 0)] == [str(file)]
    file.unlink()
    assert "missing" in desk.extracts.verify("things", 0)[0].problem.en


def test_a_state_folder_made_anew_is_seen(desk: Desk) -> None:
    desk.load(THINGS, "id,name\n1,a\n")
    shutil.rmtree(desk.extracts.folder)
    assert desk.extracts.latest("things") is None
    later = NOW + timedelta(days=1)
    desk.load(THINGS, "id,name\n2,b\n", clock=lambda: later)
    found = desk.extracts.latest("things")
    assert found is not None
    assert found.ingested_at == later


def test_what_raises_before_the_commit_leaves_no_version(desk: Desk) -> None:
    desk.load(THINGS, "id,name\n1,a\n")

    class NoLedgerError(Exception):
        pass

    def no_ledger(_: object) -> None:
        raise NoLedgerError

    with pytest.raises(NoLedgerError):
        desk.load(THINGS, "id,name\n2,b\n", before_commit=no_ledger)
    assert desk.rows(THINGS) == [(1, "a")]
    assert len(list((desk.extracts.folder / "things").glob("*.parquet"))) == 1


def test_folders_are_the_owners_alone_and_nothing_is_left_behind(desk: Desk) -> None:
    desk.load(THINGS, "id,name\n1,张\n".encode("gb18030"))
    folder = desk.extracts.folder
    for place in (folder, folder / "things", folder / ".staging", folder / ".locks"):
        assert place.stat().st_mode & 0o777 == 0o700
    assert list((folder / ".staging").iterdir()) == []


def test_of_two_ingests_at_once_one_is_told_to_wait(desk: Desk) -> None:
    first, second = desk.file("id,name\n1,a\n", "1.csv"), desk.file("id,name\n2,b\n", "2.csv")
    inside, finish = threading.Event(), threading.Event()
    reports: list[IngestReport] = []

    def hold(_: object) -> None:
        inside.set()
        finish.wait(30)

    def run() -> None:
        reports.append(desk.ingest(THINGS, first, on_progress=hold))

    thread = threading.Thread(target=run)
    thread.start()
    assert inside.wait(30)
    error = desk.refused(THINGS, second)
    assert error.code is Code.extract_busy
    other = replace(THINGS, name="others")
    assert desk.ingest(other, second).outcome is Outcome.loaded
    finish.set()
    thread.join(30)
    assert reports[0].outcome is Outcome.loaded
    assert desk.ingest(THINGS, second).outcome is Outcome.loaded
    assert desk.rows(THINGS) == [(2, "b")]


KILLED = """
import os, signal, sys
sys.path.insert(0, {folder!r})
from ingest_desk import Desk, column, resource
from pathlib import Path
desk = Desk(Path({root!r}))
def step(progress):
    if (progress.stage, progress.fraction) == ({stage!r}, {fraction!r}):
        os.kill(os.getpid(), signal.SIGKILL)
def before(version):
    if {stage!r} == "before":
        os.kill(os.getpid(), signal.SIGKILL)
desk.ingest(
    resource(column("id", "INTEGER"), column("name")),
    Path({root!r}) / "new.csv", on_progress=step, before_commit=before,
)
"""


@pytest.mark.parametrize(
    ("stage", "fraction", "arrived"),
    [
        ("reading", 1.0, False),
        ("checking", 1.0, False),
        ("writing", 0.0, False),
        ("writing", 0.9, False),
        ("before", 0.0, False),
        ("writing", 1.0, True),
    ],
)
def test_kill_9_leaves_the_version_before_or_the_whole_next(
    desk: Desk, stage: str, fraction: float, arrived: bool
) -> None:
    desk.load(THINGS, "id,name\n1,a\n")
    desk.file("id,name\n" + "".join(f"{i},b\n" for i in range(1000)), "new.csv")
    here = str(Path(__file__).parent)
    script = KILLED.format(folder=here, root=str(desk.root), stage=stage, fraction=fraction)
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], timeout=60)
    assert done.returncode == -signal.SIGKILL
    after = Desk(desk.root)
    assert len(after.rows(THINGS)) == (1000 if arrived else 1)
    assert after.extracts.verify("things", 1 if arrived else 0) == ()
    report = after.ingest(THINGS, desk.root / "new.csv")
    assert report.outcome is (Outcome.unchanged if arrived else Outcome.loaded)
    assert list((after.extracts.folder / ".staging").iterdir()) == []
    assert this_process_holds_no_lock(after)


def this_process_holds_no_lock(desk: Desk) -> bool:
    with (desk.extracts.folder / ".locks" / "things.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True


def test_what_the_disk_refuses_is_said(desk: Desk) -> None:
    """A file stands where the table's folder should be."""
    desk.extracts.folder.mkdir()
    (desk.extracts.folder / "things").write_text("in the way")
    with pytest.raises(Unavailable) as caught:
        desk.load(THINGS, "id,name\n2,b\n")
    assert caught.value.code is Code.internal
    assert "ENOTDIR" in said(caught.value)


def test_a_table_of_another_resource(desk: Desk) -> None:
    contract: Resource = replace(THINGS, name="others")
    desk.load(contract, "id,name\n1,a\n")
    assert desk.extracts.latest("things") is None
