"""Real processes: started, found dead, started again, ended with all that they started."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from workbench.errors import Text, WorkbenchError
from workbench.up.processes import is_alive
from workbench.up.supervise import (
    LOG_BYTES,
    QUICK_SECONDS,
    Program,
    Supervisor,
    delay_after,
    open_log,
)


def wait_for(what: Callable[[], bool], seconds: float = 10) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if what():
            return True
        time.sleep(0.02)
    return False


def program(folder: Path, code: str, name: str = "sleeper", **more: object) -> Program:
    ready = folder / f"{name}.ready"
    return Program(
        name=name,
        title=Text("睡眠者", "The sleeper"),
        command=(sys.executable, "-c", code),
        environment={"PATH": os.environ["PATH"], "READY": str(ready)},
        folder=folder,
        log=folder / "logs" / f"{name}.log",
        ready=ready.exists,
        **more,  # type: ignore[arg-type]
    )


READY = "import os, pathlib, time; pathlib.Path(os.environ['READY']).touch(); "
SLEEPS = READY + "time.sleep(600)"
FAMILY = (
    "import subprocess, sys; "
    "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'],"
    " start_new_session=True); print(p.pid, flush=True); " + SLEEPS
)


class Clock:
    """Time that stands still until it is told to go on; sleeping lets it go on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        time.sleep(0.001)


def test_delays_double_up_to_half_a_minute() -> None:
    assert [delay_after(n) for n in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]


def test_a_killed_program_is_started_again_and_says_so(tmp_path: Path) -> None:
    said: list[Text] = []
    clock = Clock()
    supervisor = Supervisor(said.append, clock, clock.sleep)
    try:
        supervisor.start(program(tmp_path, SLEEPS))
        first = supervisor.pids()["sleeper"]
        os.kill(first, signal.SIGKILL)
        supervisor.watch(lambda: len(said) == 2)
        second = supervisor.pids()["sleeper"]
        assert second != first
        assert is_alive(second)
        assert "SIGKILL" in said[0].en
        assert "1 秒后重新启动" in said[0].zh
        assert said[1] == Text("睡眠者已重新启动。", "The sleeper was started again.")
        assert clock.now >= 1
    finally:
        supervisor.stop()
    assert not is_alive(second)


def test_a_program_that_keeps_dying_is_given_up_with_its_log(tmp_path: Path) -> None:
    said: list[Text] = []
    clock = Clock()
    supervisor = Supervisor(said.append, clock, clock.sleep)
    code = READY + "print('my last words', flush=True)"
    supervisor.start(program(tmp_path, code))
    with pytest.raises(WorkbenchError) as caught:
        supervisor.watch(lambda: False)
    supervisor.stop()
    assert "5 times in a row" in caught.value.said("en")
    assert "my last words" in caught.value.said("zh")
    delays = [float(m[1]) for t in said if (m := re.search(r"again in (\S+) s", t.en))]
    assert delays == [1, 2, 4, 8]


def test_a_long_run_clears_the_count_of_deaths(tmp_path: Path) -> None:
    said: list[Text] = []
    clock = Clock()
    supervisor = Supervisor(said.append, clock, clock.sleep)
    try:
        supervisor.start(program(tmp_path, SLEEPS))
        for _ in range(7):
            os.kill(supervisor.pids()["sleeper"], signal.SIGKILL)
            clock.now += QUICK_SECONDS + 1
            seen = len(said)
            supervisor.watch(lambda seen=seen: len(said) == seen + 2)
        assert all("again in 1 s" in text.en for text in said[::2])
    finally:
        supervisor.stop()


def test_stop_ends_what_moved_to_a_session_of_its_own(tmp_path: Path) -> None:
    supervisor = Supervisor(lambda text: None)
    started = program(tmp_path, FAMILY)
    supervisor.start(started)
    grandchild = int(started.log.read_text().split()[0])
    assert is_alive(grandchild)
    supervisor.stop()
    assert wait_for(lambda: not is_alive(grandchild))


def test_a_program_that_ignores_the_request_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.up.supervise.GRACE_SECONDS", 0.2)
    supervisor = Supervisor(lambda text: None)
    supervisor.start(
        program(tmp_path, "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPS)
    )
    pid = supervisor.pids()["sleeper"]
    supervisor.stop()
    assert not is_alive(pid)


def test_stop_goes_backwards(tmp_path: Path) -> None:
    note = tmp_path / "order"
    tells = (
        "import signal, sys; signal.signal(signal.SIGTERM, lambda *a: "
        "(open({note!r}, 'a').write({name!r} + ' '), sys.exit())); " + SLEEPS
    )
    supervisor = Supervisor(lambda text: None)
    for name in ("first", "second", "third"):
        code = tells.format(note=str(note), name=name)
        supervisor.start(program(tmp_path, code, name=name))
    supervisor.stop()
    assert note.read_text().split() == ["third", "second", "first"]


def test_a_start_that_fails_is_told_with_the_log(tmp_path: Path) -> None:
    supervisor = Supervisor(lambda text: None)
    with pytest.raises(WorkbenchError) as caught:
        supervisor.start(program(tmp_path, "raise SystemExit('the port is taken')"))
    supervisor.stop()
    assert "the port is taken" in caught.value.said("en")
    assert caught.value.exit_code == 5


def test_a_program_that_never_gets_ready_is_told(tmp_path: Path) -> None:
    clock = Clock()
    supervisor = Supervisor(lambda text: None, clock, clock.sleep)
    with pytest.raises(WorkbenchError) as caught:
        supervisor.start(program(tmp_path, "import time; time.sleep(600)", patience=3))
    supervisor.stop()
    assert "did not become ready" in caught.value.said("en")


def test_children_get_only_the_environment_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPERATORS_SECRET", "do not hand this on")
    supervisor = Supervisor(lambda text: None)
    started = program(tmp_path, "import os; print(dict(os.environ), flush=True); " + SLEEPS)
    supervisor.start(started)
    try:
        assert "READY" in started.log.read_text()
        assert "OPERATORS_SECRET" not in started.log.read_text()
    finally:
        supervisor.stop()


def test_logs_are_private_and_put_aside_when_long(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "x.log"
    with open_log(log) as stream:
        stream.write(b"x" * (LOG_BYTES + 1))
    assert log.stat().st_mode & 0o077 == 0
    with open_log(log) as stream:
        stream.write(b"new")
    assert log.read_bytes() == b"new"
    assert log.with_suffix(".log.1").stat().st_size == LOG_BYTES + 1


@pytest.mark.skipif(sys.platform != "linux", reason="prctl(2) is Linux's")
def test_a_killed_supervisor_leaves_no_server(tmp_path: Path) -> None:
    script = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from test_supervise import SLEEPS, program
from workbench.up.supervise import Supervisor
s = Supervisor(print)
s.start(program(Path({str(tmp_path)!r}), SLEEPS))
print(s.pids()["sleeper"], flush=True)
s.watch(lambda: False)
"""
    with psutil.Popen([sys.executable, "-c", script], stdout=-1) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    assert wait_for(lambda: not is_alive(pid))


@pytest.mark.skipif(sys.platform != "linux", reason="prctl(2) is Linux's")
def test_orphans_of_a_killed_program_are_ended(tmp_path: Path) -> None:
    """A kernel whose JupyterLab was killed: reaped by the supervisor, in a process of its own."""
    script = f"""
import os, sys, time
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from test_supervise import FAMILY, program
from workbench.up.processes import become_reaper, is_alive
from workbench.up.supervise import Supervisor
assert become_reaper()
said = []
s = Supervisor(said.append)
p = program(Path({str(tmp_path)!r}), FAMILY)
s.start(p)
kernel = int(p.log.read_text().split()[0])
os.kill(s.pids()["sleeper"], 9)
s.watch(lambda: len(said) == 1)
print("gone" if not is_alive(kernel) else "alive")
s.stop()
"""
    with psutil.Popen([sys.executable, "-c", script], stdout=-1) as parent:
        assert parent.communicate(timeout=30)[0].split() == [b"gone"]


HEARS = "import sys; line = sys.stdin.readline(); print('heard', line, flush=True); "


def test_secrets_reach_a_program_at_every_start_and_when_they_change(tmp_path: Path) -> None:
    made = iter(range(9))
    hears = HEARS + READY + "print('again', sys.stdin.readline(), flush=True); time.sleep(600)"
    supervisor = Supervisor(lambda text: None)
    found = program(tmp_path, hears, secrets=lambda: f"private-{next(made)}")
    try:
        supervisor.start(found)
        supervisor.tell_secrets("another program")
        supervisor.tell_secrets("sleeper")
        assert wait_for(lambda: "again private-1" in found.log.read_text())
        assert "heard private-0" in found.log.read_text()
        process = psutil.Process(supervisor.pids()["sleeper"])
        assert "private-" not in str(process.environ()) + str(process.cmdline()[3:])
    finally:
        supervisor.stop()


def test_a_program_that_died_is_told_nothing_until_it_starts_again(tmp_path: Path) -> None:
    made = iter(range(9))
    clock = Clock()
    supervisor = Supervisor(lambda text: None, clock, clock.sleep)
    found = program(tmp_path, HEARS + SLEEPS, secrets=lambda: f"private-{next(made)}")
    try:
        supervisor.start(found)
        psutil.Process(supervisor.pids()["sleeper"]).kill()
        assert wait_for(lambda: not is_alive(supervisor.pids()["sleeper"]))
        supervisor.tell_secrets("sleeper")
        limit = time.monotonic() + 10
        supervisor.watch(
            lambda: "heard private-2" in found.log.read_text() or time.monotonic() > limit
        )
        assert "heard private-2" in found.log.read_text()
    finally:
        supervisor.stop()
