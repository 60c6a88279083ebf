"""A real ``workbench up`` over a copy of the sample city, and what a page of it asked for."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from playwright.sync_api import Page, expect
from ports import free_ports

from workbench.up.accounts import homes_of

ROOT = Path(__file__).parents[2]
CITY_PARTS = ("data_contracts", "notebooks", "dashboards")
READY_SECONDS = 150


def wait_for(what: Callable[[], object], seconds: float = 30) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if what():
            return True
        time.sleep(0.05)
    return False


@dataclass
class Up:
    """A running ``workbench up``. ``lines`` is what it has said so far."""

    city: Path
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    @classmethod
    def start(cls, city: Path, options: tuple[str, ...] = (), **environment: str) -> Up:
        named = ("--http-port", "--flight-port", "--lab-port", "--voila-port")
        ports = [str(p) for pair in zip(named, free_ports(4), strict=True) for p in pair]
        workbench = Path(sys.executable).with_name("workbench")
        process = subprocess.Popen(
            [str(workbench), "up", "--city", str(city), *ports, *options],
            env={**os.environ, "WORKBENCH_LANG": "zh", "LANG": "C.UTF-8", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        up = cls(city, process)
        threading.Thread(target=up._read, daemon=True).start()
        return up

    @classmethod
    @contextmanager
    def patiently(cls, city: Path, *options: str) -> Iterator[Up]:
        """Ready, for a browser that waits longer than it would: a busy machine takes its time."""
        running = cls.start(city, options=options)
        expect.set_options(timeout=20_000)
        try:
            yield running.ready()
        finally:
            expect.set_options(timeout=None)
            running.stop()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def said(self) -> str:
        return "\n".join(self.lines)

    def ready(self) -> Up:
        """Wait until it says so. Fails with all it said where it ends first."""
        done = wait_for(
            lambda: "Ctrl-C" in self.said or self.process.poll() is not None, READY_SECONDS
        )
        assert done, self.said
        assert self.process.poll() is None, self.said
        return self

    def address(self, containing: str) -> str:
        """The address on the line with this word."""
        line = next(line for line in self.lines if containing in line)
        found = re.search(r"(http|grpc)://\S+", line)
        assert found is not None
        return found[0]

    @property
    def lab(self) -> str:
        return self.address("JupyterLab  ")

    @property
    def page(self) -> str:
        return self.address("Voila  ")

    @property
    def gateway(self) -> str:
        return self.address("HTTP  ")

    def password(self, person: str) -> str:
        path = self.city / ".workbench" / "sample-users.txt"
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        return next(row[1] for row in rows if row[0] == person)

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, word: str) -> psutil.Process:
        """The direct child whose command line has this word."""
        children = psutil.Process(self.process.pid).children()
        return next(c for c in children if word in words_of(c))

    def stop(self, number: int = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            for process in (*self.descendants(), psutil.Process(self.process.pid)):
                process.kill()
            raise
        finally:
            shutil.rmtree(homes_of(self.city), ignore_errors=True)  # made only as root


def words_of(process: psutil.Process) -> list[str]:
    """Its command line; nothing for one that is ending."""
    try:
        return list(process.cmdline())
    except psutil.NoSuchProcess:
        return []


def copy_city(folder: Path) -> Path:
    for part in CITY_PARTS:
        shutil.copytree(ROOT / part, folder / part)
    return folder


@dataclass
class Watched:
    """A page with every address that it, or a frame or worker of it, has asked for."""

    page: Page
    addresses: list[str] = field(default_factory=list)

    def outside(self) -> list[str]:
        own = re.compile(r"(https?|wss?)://127\.0\.0\.1:\d+/|(data|blob|about):")
        return [address for address in self.addresses if not own.match(address)]
