"""A command that is run again and again beside the servers: one at a time, at its interval."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workbench.errors import Text
from workbench.up.processes import die_with_parent, end, family
from workbench.up.supervise import GRACE_SECONDS, Say, open_log


@dataclass(frozen=True)
class Job:
    """``environment`` is all that the command gets. ``every``: seconds from one start to the next;
    one that takes longer is waited for."""

    title: Text
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    log: Path
    every: float


@dataclass
class Timer:
    """Runs a job; ``say`` hears when it begins to fail, and when it no longer does."""

    job: Job
    say: Say
    clock: Callable[[], float] = time.monotonic
    _process: subprocess.Popen[bytes] | None = None
    _due: float | None = None
    _failing: bool = field(default=False)

    def tick(self) -> None:
        """Called often: ends are noticed, and what is due is started."""
        if self._process is not None:
            code = self._process.poll()
            if code is None:
                return
            self._process = None
            self._ended(code)
        if self._due is None or self.clock() >= self._due:
            self._due = self.clock() + self.job.every
            self._start()

    def pids(self) -> frozenset[int]:
        """The process that runs; it is none of the servers' orphans."""
        return frozenset() if self._process is None else frozenset({self._process.pid})

    def stop(self) -> None:
        """It may be ended at any moment: the next one goes on from there."""
        if self._process is not None:
            end(family(self._process.pid), GRACE_SECONDS)
            self._process.wait()
            self._process = None

    def _start(self) -> None:
        job = self.job
        with open_log(job.log) as log:
            self._process = subprocess.Popen(
                list(job.command),
                env=dict(job.environment),
                cwd=job.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(),
                umask=0o077,
            )

    def _ended(self, code: int) -> None:
        if bool(code) == self._failing:
            return
        self._failing = bool(code)
        title, log = self.job.title, self.job.log
        self.say(
            Text(f"{title.zh}未全部完成，见 {log}。", f"{title.en} was not completed: see {log}.")
            if code
            else Text(f"{title.zh}恢复正常。", f"{title.en} is completed again.")
        )
