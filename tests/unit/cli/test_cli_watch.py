"""``workbench ingest --watch`` as a process: what it takes and says, and what a kill leaves."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Said
from test_cli_ingest import city, entries_of, workbench

from workbench.extracts.versions import Extracts, ExtractVersion
from workbench.store.layout import Layout

__all__ = ["city"]
MORTAL = """
import os, signal, sys
LEFT, PLACES = int(sys.argv[1]), sys.argv[2:4]
del sys.argv[1:4]
def seen(event, arguments):
    global LEFT
    if event in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.scandir"):
        if any(str(arguments[0]).startswith(place) for place in PLACES):
            LEFT -= 1
            if LEFT == 0:
                os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(seen)
from workbench.cli import main
main()
"""
"""Dies of SIGKILL just before it touches the drop folder or the state for the n-th time."""


@pytest.fixture
def drop(city: Path) -> Path:
    folder = city.parent / f"{city.name}-drop"
    for name in ("people", "others"):
        (folder / name).mkdir(parents=True)
    return folder


def deliver(drop: Path, name: str, text: str = "id,phone\n1,\n") -> None:
    (drop / name).write_text(text)
    (drop / f"{name}.done").write_text("")


def once(city: Path, drop: Path, *more: str) -> Said:
    return workbench(city, "ingest", "--watch", str(drop), "--once", *more)


def versions(city: Path, name: str) -> list[ExtractVersion]:
    return list(reversed(Extracts(Layout(city).extracts).history(name)))


def start(city: Path, drop: Path) -> subprocess.Popen[str]:
    """A watcher that has said that it watches."""
    process = subprocess.Popen(
        [sys.executable, "-m", "workbench", "ingest", "--watch", str(drop)],
        cwd=city,
        env={**os.environ, "WORKBENCH_LANG": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert select.select([process.stderr], [], [], 60)[0]
    assert "Watching" in process.stderr.readline()
    return process


def eventually(true: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)


def test_one_look_takes_what_is_complete_and_reports(city: Path, drop: Path) -> None:
    deliver(drop, "people/jan.csv")
    deliver(drop, "others/bad.csv", "id,phone\n1,13900001111-CANARY\n")
    (drop / "people/open.csv").write_text("id,phone\n7,\n")
    done = once(city, drop)
    assert done.returncode == 2, "one of them was refused"
    assert "loaded v0  1/1 rows  → .done/people/0_" in done.stdout
    assert "refused  0/1 rows  invalid_delivery  → .refused/others/" in done.stdout
    assert "waits for its marker" in done.stderr
    (version,) = versions(city, "people")
    assert version.drop.startswith("people/jan.csv#")
    assert versions(city, "others") == []
    loaded, refused = entries_of(city, "extract_ingested", "extract_refused")
    assert loaded["detail"]["drop"] == version.drop
    assert refused["detail"]["drop"].startswith("others/bad.csv#")
    (place,) = (drop / ".refused/others").iterdir()
    told = "".join((place / name).read_text() for name in ("report.json", "report.txt"))
    assert "不符合规则 max_length" in told
    assert "breaks the rule max_length" in told
    assert "CANARY" not in told + (place / "quarantine.csv").read_text()
    assert str(city) not in told, "no path of the server's"
    assert (drop / "people/open.csv").exists()


def test_a_control_file_that_does_not_agree_refuses(city: Path, drop: Path) -> None:
    (drop / "people/a.csv.control.yaml").write_text("control: 1\nrows: 2\n")
    deliver(drop, "people/a.csv")
    assert json.loads(once(city, drop, "--json").stdout)["outcome"] == "refused"
    (drop / "people/a.csv.control.yaml").write_text("control: 1\nrows: 1\n")
    deliver(drop, "people/a.csv")
    assert json.loads(once(city, drop, "--json").stdout)["outcome"] == "loaded"
    deliver(drop, "people/a.csv")
    assert json.loads(once(city, drop, "--json").stdout)["outcome"] == "unchanged"
    assert len(versions(city, "people")) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_watches_until_it_is_told_to_stop(city: Path, drop: Path, number: int) -> None:
    process = start(city, drop)
    try:
        second = once(city, drop)
        assert second.returncode == 5
        assert "Another process watches" in second.stderr
        deliver(drop, "people/a.csv")
        eventually(lambda: not any((drop / "people").iterdir()))
        eventually(lambda: (drop / ".done/people").is_dir())
        process.send_signal(number)
        told, errors = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, errors
    assert "loaded v0" in told
    assert "Stopped." in errors
    assert len(versions(city, "people")) == 1


def test_wrong_contracts_stop_the_taking_and_lose_nothing(city: Path, drop: Path) -> None:
    contract = city / "data_contracts/resources/people.odcs.yaml"
    text = contract.read_text()
    contract.write_text("kind: [")
    deliver(drop, "people/a.csv")
    assert once(city, drop).returncode == 5
    (entry,) = entries_of(city, "extract_refused")
    assert entry["detail"]["codes"] == ["invalid_contract"]
    contract.write_text(text)
    assert once(city, drop).returncode == 0
    assert len(versions(city, "people")) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--once",), "go with --watch only"),
        (("--watch", "nowhere"), "is no folder"),
        (("people", "--watch", "."), "goes with no resource"),
        (("--watch", ".", "--once", "--settle", "5"), "look twice"),
    ],
)
def test_what_it_refuses_to_begin(city: Path, words: tuple[str, ...], told: str) -> None:
    done = workbench(city, "ingest", *words)
    assert done.returncode == 2
    assert told in done.stderr


def killed(city: Path, drop: Path, steps: int) -> bool:
    """Take what is there, and die at that step; False where all was done before."""
    words = [str(steps), str(drop), str(Layout(city).extracts), "ingest", "--watch", str(drop)]
    process = subprocess.run(
        [sys.executable, "-c", MORTAL, *words, "--once"],
        cwd=city,
        capture_output=True,
        timeout=120,
    )
    # 2: it came to the end, and a delivery was refused on the way.
    assert process.returncode in (-signal.SIGKILL, 0, 2), process.stderr.decode()
    return process.returncode == -signal.SIGKILL


def check_kills(city: Path, drop: Path, steps: list[int]) -> int:
    """Two deliveries a round, one of them refused; a kill; then whoever starts next goes on."""
    kills = 0
    for number, step in enumerate(steps):
        deliver(drop, f"people/{number}.csv", f"id,phone\n{number},\n")
        deliver(drop, f"others/{number}.csv", f"id,phone\n{number},{'9' * 12}\n")
        kills += killed(city, drop, step)
        for version in versions(city, "people"):
            assert version.rows == 1, "no half version"
    assert once(city, drop).returncode in (0, 2)
    loaded = versions(city, "people")
    assert [v.drop.split("#")[0] for v in loaded] == [
        f"people/{number}.csv" for number in range(len(steps))
    ], "each once, in order"
    assert list((drop / ".taking").iterdir()) == []
    assert [len(list((drop / name).iterdir())) for name in ("people", "others")] == [0, 0]
    assert len(list((drop / ".done/people").iterdir())) == len(steps)
    assert len(list((drop / ".refused/others").iterdir())) == len(steps)
    entered = {e["detail"]["drop"] for e in entries_of(city, "extract_ingested")}
    assert {v.drop for v in loaded} <= entered
    return kills


def test_kill_9_at_random_steps_loses_nothing_and_loads_nothing_twice(
    city: Path, drop: Path
) -> None:
    chance = random.Random()
    steps = [chance.randrange(5, 90) for _ in range(4)]
    print(f"steps: {steps}")
    assert check_kills(city, drop, steps) >= 1


@pytest.mark.slow
def test_kill_9_at_every_step(city: Path, drop: Path) -> None:
    assert check_kills(city, drop, list(range(1, 140))) > 60
