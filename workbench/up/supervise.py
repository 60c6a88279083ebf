"""Start programs in order, start one again when it dies, end all in the reverse order."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from workbench.errors import Code, Reason, Text, WorkbenchError
from workbench.up.accounts import Account
from workbench.up.processes import children, die_with_parent, end, exit_text, family, kill, orphans

QUICK_SECONDS = 60.0
"""A run that lasts longer clears the count of quick deaths (our default)."""
QUICK_DEATHS = 5
"""Quick deaths in a row after which a program is given up (our default)."""
LONGEST_DELAY = 30.0
GRACE_SECONDS = 10.0
LOG_BYTES = 5_000_000
TAIL_LINES = 15

Say = Callable[[Text], None]


@dataclass(frozen=True)
class Program:
    """What to run. ``environment`` is all that it gets: nothing of the caller's comes along.

    ``ready`` answers whether it serves; it is asked until it does, at most ``patience`` seconds.
    ``before`` runs before every start, for what a dead run may have left. ``secrets`` gives a line
    that is written to its standard input at every start: what may stand in no file, no environment
    and no command line.
    """

    name: str
    title: Text
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    log: Path
    ready: Callable[[], bool]
    account: Account | None = None
    patience: float = 90.0
    before: Callable[[], None] | None = None
    secrets: Callable[[], str] | None = None


@dataclass
class _Run:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    due: float | None = None


def delay_after(deaths: int) -> float:
    """Seconds before the start after the n-th quick death in a row: 1, 2, 4 ... 30."""
    return min(LONGEST_DELAY, 2.0 ** (deaths - 1))


@dataclass
class Supervisor:
    """Holds the running programs. ``say`` tells people what happened. ``beside``: processes that
    somebody else here started and looks after."""

    say: Say
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    beside: Callable[[], frozenset[int]] = frozenset
    _runs: list[_Run] = field(default_factory=list)
    _not_ours: frozenset[int] = field(default_factory=children)

    def start(self, program: Program, stop: Callable[[], bool] = lambda: False) -> None:
        """Start it and wait until it is ready.

        Raises Unavailable when it ends first or is not ready in time.
        """
        run = _Run(program)
        self._runs.append(run)
        self._launch(run)
        limit = self.clock() + program.patience
        while not program.ready():
            if stop():
                return
            if run.process is None or run.process.poll() is not None:
                raise self._failed(run, Text("启动后即退出", "ended while starting"))
            if self.clock() > limit:
                raise self._failed(run, Text("迟迟未就绪", "did not become ready in time"))
            self.sleep(0.1)

    def watch(self, stop: Callable[[], bool], each: Callable[[], None] = lambda: None) -> None:
        """Until ``stop``: start again what dies. Raises Unavailable when one is given up."""
        while not stop():
            for run in self._runs:
                self._look_after(run)
            each()
            self.sleep(0.2)

    def tell_secrets(self, name: str) -> None:
        """Write the program's line again: what it was told has changed. One that is dead at the
        moment is told at its next start."""
        for run in self._runs:
            if run.program.name == name and run.process is not None:
                _tell(run.process, run.program.secrets)

    def pids(self) -> Mapping[str, int]:
        """The running programs by name."""
        return {r.program.name: r.process.pid for r in self._runs if r.process is not None}

    def stop(self, impatient: Callable[[], bool] = lambda: False) -> None:
        """End everything, the last started first, and all that they had started."""
        for run in reversed(self._runs):
            if run.process is not None:
                head, *rest = family(run.process.pid) or [None]
                if head is not None:
                    end([head], 0.0 if impatient() else GRACE_SECONDS)
                kill(rest)
                run.process.wait()
            self._clear(run)
        self._runs.clear()

    def _launch(self, run: _Run) -> None:
        program = run.program
        if program.before is not None:
            program.before()
        run.started, run.due = self.clock(), None
        with open_log(program.log) as log:
            run.process = subprocess.Popen(
                list(program.command),
                env=dict(program.environment),
                cwd=program.folder,
                stdin=subprocess.PIPE if program.secrets else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(),
                umask=0o077,
                **_as(program.account),
            )
        _tell(run.process, program.secrets)

    def _look_after(self, run: _Run) -> None:
        if run.process is None:
            if run.due is not None and self.clock() >= run.due:
                self._launch(run)
                self.say(_again(run.program.title))
            return
        code = run.process.poll()
        if code is None:
            return
        lasted = self.clock() - run.started
        run.deaths = 1 if lasted > QUICK_SECONDS else run.deaths + 1
        self._clear(run)
        if run.deaths >= QUICK_DEATHS:
            raise self._failed(
                run, Text(f"连续退出 {run.deaths} 次", f"died {run.deaths} times in a row")
            )
        delay = delay_after(run.deaths)
        run.due = self.clock() + delay
        self.say(_died(run.program.title, code, delay))

    def _clear(self, run: _Run) -> None:
        """Kill what a dead program left: its kernels or workers are nobody's now."""
        if run.process is not None and run.process.stdin is not None:
            with suppress(OSError):
                run.process.stdin.close()
        run.process = None
        kill(orphans(self._not_ours.union(self.pids().values(), self.beside())))

    def _failed(self, run: _Run, how: Text) -> WorkbenchError:
        title, log = run.program.title, run.program.log
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-TAIL_LINES:])
        return WorkbenchError.of(
            Reason(
                Code.gateway_unavailable if run.program.name == "gateway" else Code.internal,
                Text(f"{title.zh}{how.zh}", f"{_first(title.en)} {how.en}"),
                next=Text(f"请看日志 {log}，末尾如下", f"read its log {log}, which ends with"),
                subject=run.program.name,
                draft=tail,
            )
        )


def open_log(path: Path) -> BinaryIO:
    """Append to the log, for its owner's eyes only; a long one is put aside first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    path.touch(mode=0o600)
    return path.open("ab")


def _tell(process: subprocess.Popen[bytes], secrets: Callable[[], str] | None) -> None:
    """A program that has ended meanwhile hears nothing; the watch will find it."""
    if secrets is not None and process.stdin is not None:
        with suppress(OSError):
            process.stdin.write(secrets().encode() + b"\n")
            process.stdin.flush()


def _as(account: Account | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def _died(title: Text, code: int, delay: float) -> Text:
    how = exit_text(code)
    return Text(
        f"{title.zh}已退出（{how}），{delay:g} 秒后重新启动。",
        f"{_first(title.en)} died ({how}); starting it again in {delay:g} s.",
    )


def _again(title: Text) -> Text:
    return Text(f"{title.zh}已重新启动。", f"{_first(title.en)} was started again.")


def _first(words: str) -> str:
    """As it stands at the beginning of a sentence."""
    return words[:1].upper() + words[1:]
