"""The disk of the state is full: queries and ingests refuse clearly, nothing half is left, and
with room again the same gateway goes on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from attacks.served import Answer, Served, served

from faults import fault_city, findings
from faults.fault_city import FACTS, RESOURCES, delivered
from faults.processes import Commands, wait_for
from workbench.errors import Code
from workbench.extracts.versions import Extracts
from workbench.gateway.state import open_state
from workbench.ledger.verify import verify
from workbench.store.layout import Layout

pytestmark = pytest.mark.slow  # each starts gateways of its own

DISK_MB = 24
COUNT = "SELECT count(*) AS n FROM reading"


@dataclass
class Disk:
    """A file system of its own that holds the city's state."""

    root: Path
    data: Path
    commands: Commands

    @property
    def layout(self) -> Layout:
        return Layout(self.root)

    @property
    def free(self) -> int:
        found = os.statvfs(self.layout.state)
        return found.f_bavail * found.f_frsize

    def fill(self, left: int) -> None:
        """Leave so many bytes, to a page."""
        with (self.layout.state / "filler").open("ab") as file:
            while self.free > left:
                try:
                    file.write(b"\0" * min(1 << 20, self.free - left))
                    file.flush()
                except OSError:
                    return

    def settled(self, builds: int) -> None:
        """Wait until so many workspaces are there: one that goes later would make room."""
        folder = self.layout.workspaces / "b"
        assert wait_for(lambda: len(list(folder.iterdir())) == builds, 60)

    def make_room(self) -> None:
        (self.layout.state / "filler").unlink()

    def ingest(self, edition: int) -> str:
        file = delivered(self.data, "reading", edition)
        args = ("reading", str(file), "--force", "--city", str(self.root))
        process, out = self.commands.start("ingest", *args)
        assert process.gone(90)
        return out.read_text()


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    """One disk and one gateway for all tests: each leaves the room that it found."""
    tmp_path = tmp_path_factory.mktemp("disk")
    root = fault_city.make(tmp_path)
    state = Layout(root).state
    kept = tmp_path / "kept"
    state.rename(kept)
    state.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=0700", "none", str(state)],
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip(f"cannot mount a small disk: {mounted.stderr.decode().strip()}")
    commands = Commands(tmp_path, {})
    try:
        shutil.copytree(kept, state, dirs_exist_ok=True)
        yield Disk(root, tmp_path / "data", commands)
    finally:
        commands.close()
        subprocess.run(["umount", "-l", str(state)], check=True)


@pytest.fixture(scope="module")
def gateway(disk: Disk) -> Iterator[Served]:
    with served(disk.root) as running:
        running.add("anlan", fault_city.DEPARTMENT)
        assert edition(running.ask("anlan", COUNT)) == 0
        yield running


def current(disk: Disk) -> int:
    version = Extracts(disk.layout.extracts).latest("reading")
    assert version is not None
    return fault_city.edition_of(version.sources[0].name)


def edition(answer: Answer) -> int:
    """Which one it counted; the error where there was no answer."""
    assert answer.table is not None, answer.error
    count = answer.table.to_pylist()[0]["n"]
    return next(e for e, rows in FACTS.rows["reading"].items() if rows == count)


def sound(disk: Disk) -> None:
    """No version half there, and the chain whole."""
    state = open_state(disk.root)
    try:
        keys, journal = state.keyring, state.store.journal
        book = findings.Book(journal)
        extracts = Extracts(disk.layout.extracts)
        assert findings.in_extracts(extracts, RESOURCES, book, set()) == []
        found = verify(journal, disk.layout.checkpoints, keys.checkpoint_public, keys.audit_key)
        assert found.clean, found.findings
        assert journal.open_releases() == ()
    finally:
        state.store.close()


def open_releases(disk: Disk) -> int:
    state = open_state(disk.root)
    try:
        return len(state.store.journal.open_releases())
    finally:
        state.store.close()


def test_no_room_for_the_ledger(disk: Disk, gateway: Served) -> None:
    """No entry, no use: not even of a workspace that is open already."""
    before = current(disk)
    disk.fill(0)
    codes = {gateway.ask("anlan", COUNT).code for _ in range(20)}
    assert codes == {Code.ledger_unavailable.value}
    said = disk.ingest(1)
    assert f"[{Code.ledger_unavailable}]" in said or f"[{Code.disk_exceeded}]" in said, said
    assert "Traceback" not in said
    disk.make_room()
    assert edition(gateway.ask("anlan", COUNT)) == before
    assert "loaded" in disk.ingest(1)
    assert edition(gateway.ask("anlan", COUNT)) == 1
    sound(disk)


def test_no_room_for_a_version(disk: Disk, gateway: Served) -> None:
    """It has its refusal, with what to do, and the version before goes on."""
    before = current(disk)
    disk.settled(builds=1)
    disk.fill(100 << 10)
    said = disk.ingest(2)
    assert f"[{Code.disk_exceeded}]" in said, said
    assert "Traceback" not in said
    assert edition(gateway.ask("anlan", COUNT)) == before
    disk.make_room()
    sound(disk)
    assert "loaded" in disk.ingest(2)
    assert edition(gateway.ask("anlan", COUNT)) == 2
    sound(disk)


def test_no_room_for_a_workspace(disk: Disk, gateway: Served) -> None:
    assert "loaded" in disk.ingest(3)
    disk.settled(builds=0)
    disk.fill(300 << 10)
    answer = gateway.ask("boyu", COUNT)
    assert answer.code == Code.disk_exceeded.value, answer.error
    left = [path for path, _ in findings.files_below(disk.layout.workspaces)]
    assert all(re.fullmatch("[0-9a-f]{32}", p.name) or p.name == "w" for p in left), left
    disk.make_room()
    assert edition(gateway.ask("boyu", COUNT)) == 3
    sound(disk)


@pytest.mark.parametrize("left", [4096, 65536, 262144])
def test_any_room(disk: Disk, gateway: Served, left: int) -> None:
    """Wherever it runs out, nothing is half done."""
    before = current(disk)
    disk.fill(left)
    asked: list[Callable[[], object]] = [
        lambda: gateway.ask("anlan", COUNT),
        lambda: disk.ingest(4),
        lambda: gateway.ask("anlan", COUNT),
    ]
    for ask in asked:
        ask()
    disk.make_room()
    assert edition(gateway.ask("anlan", COUNT)) in (before, 4)
    assert wait_for(lambda: not open_releases(disk), 10), "a closing is still owed"
    sound(disk)
