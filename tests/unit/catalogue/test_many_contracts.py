"""Reading hundreds of contracts on all cores gives what reading them one by one gives."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from big_city import Size, write_big_city

from workbench.catalogue import bulk
from workbench.catalogue.city import check_city, load_city
from workbench.catalogue.files import look
from workbench.catalogue.kept import Kept, told
from workbench.errors import Text

SIZE = Size(resources=24, columns=3, grants=20, departments=3)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return write_big_city(tmp_path, SIZE)


@pytest.fixture
def on_two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "processes", lambda files, _: 2 if files > 3 else 0)


def test_the_same_city_and_findings(
    city: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = city / "data_contracts" / "resources"
    (folder / "r00005.odcs.yaml").write_text("kind: [", "utf-8")
    text = (folder / "r00007.odcs.yaml").read_text("utf-8").replace("value: d001", "value: d999")
    (folder / "r00007.odcs.yaml").write_text(text, "utf-8")
    one_by_one = check_city(city)
    assert {f.file for f in one_by_one} >= {"data_contracts/resources/r00005.odcs.yaml"}
    monkeypatch.setattr(bulk, "processes", lambda *_: 2)
    assert check_city(city) == one_by_one
    assert caplog.text == ""  # the processes did it, not this one in their place


@pytest.mark.usefixtures("on_two_cores")
def test_each_is_kept_and_the_wait_is_told(city: Path) -> None:
    kept, seen = Kept(), []
    later = 10**18 + int(4e18)
    kept.start(look(city, lambda: later))
    first = load_city(city, kept, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (24, 24)
    assert [done for done, _ in seen] == list(range(1, 25))
    second = load_city(city, kept)
    assert second == first
    assert all(second.resources[n].columns is first.resources[n].columns for n in first.resources)


@pytest.mark.usefixtures("on_two_cores")
def test_what_a_killed_process_leaves_is_read_here(
    city: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    start = bulk._started

    def doomed(root: Path) -> subprocess.Popen[bytes]:
        process = start(root)
        os.kill(process.pid, signal.SIGKILL)
        return process

    monkeypatch.setattr(bulk, "_started", doomed)
    city_read = load_city(city)
    assert len(city_read.resources) == 24
    assert "a process that read contracts ended after 0 of 12" in caplog.text


def test_how_many_processes_are_worth_it() -> None:
    asked = ((199, 8), (2000, 1), (200, 8), (2000, 4), (9999, 64))
    assert [bulk.processes(files, cores) for files, cores in asked] == [0, 0, 2, 4, 8]


def test_only_who_waits_is_told() -> None:
    now, said = 0.0, list[Text]()
    progress = told(said.append, lambda: now)
    for now, done in ((0.1, 1), (1.9, 50), (2.1, 60), (2.2, 61), (4.3, 99), (9.0, 100)):  # noqa: B007  the clock
        progress(done, 100)
    assert [t.en for t in said] == ["reading contracts 60/100", "reading contracts 99/100"]
    assert said[0].zh == "读取契约 60/100"
