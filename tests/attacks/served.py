"""A real ``workbench serve`` in a process of its own, its people, and the stock ADBC driver."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import adbc_driver_flightsql.dbapi as flightsql
import adbc_driver_manager
import httpx
import psutil
import pyarrow as pa

from workbench.errors import Code
from workbench.model.actor import Role
from workbench.store.layout import Layout
from workbench.store.session import open_store

PASSWORD = "correct horse battery"
SCENARIO = "trial"
START_SECONDS = 60.0
_CODE = re.compile(r"\[(" + "|".join(Code) + r")\]")


@dataclass(frozen=True)
class Answer:
    """``table`` of a statement that was answered, else ``error``: all its fields as one text."""

    table: pa.Table | None
    error: str = ""
    seconds: float = 0.0

    @property
    def code(self) -> str:
        """``ok``, a code of ours, or ``?`` where the error carries none."""
        found = _CODE.search(self.error)
        return "ok" if self.table is not None else found[1] if found else "?"


@dataclass
class Served:
    """A running gateway. ``connection`` keeps one open connection a person and scenario."""

    root: Path
    process: subprocess.Popen[str]
    http: str
    flight: str
    _open: dict[tuple[str, str], Any] = field(default_factory=dict)

    def add(self, person: str, department: str = "user") -> None:
        store = open_store(Layout(self.root).store, _now)
        try:
            if store.users.get(person) is None:
                store.users.add(person, PASSWORD, department, {Role.analyst})
        finally:
            store.close()

    def connection(self, person: str, scenario: str = SCENARIO) -> Any:
        if (person, scenario) not in self._open:
            self.add(person)
            self._open[person, scenario] = connect(self.flight, person, scenario)
        return self._open[person, scenario]

    def ask(self, person: str, sql: str, scenario: str = SCENARIO, **more: Any) -> Answer:
        return ask(self.connection(person, scenario), sql, **more)

    def token(self, person: str) -> str:
        self.add(person)
        body = {"user": person, "password": PASSWORD}
        answer = httpx.post(f"{self.http}/token", json=body, timeout=30)
        answer.raise_for_status()
        return str(answer.json()["access_token"])

    def healthy(self) -> bool:
        answer = httpx.get(f"{self.http}/health", timeout=10)
        return answer.status_code == 200 and answer.json()["status"] == "ok"

    def workers(self) -> list[psutil.Process]:
        """The gateway's worker processes that live."""
        found = psutil.Process(self.process.pid).children(recursive=True)
        return [p for p in found if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]

    def confined(self) -> list[psutil.Process]:
        """The workers that opened a workspace: a spare one still sees the machine's root."""
        return [p for p in self.workers() if Path(f"/proc/{p.pid}/root").readlink() != Path("/")]

    def stop(self) -> int:
        for connection in self._open.values():
            connection.close()
        self._open.clear()
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout=30)


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def served(root: Path, environment: Mapping[str, str] | None = None) -> Iterator[Served]:
    """Start ``workbench serve`` on free ports; stopped at the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "workbench", "serve", "--city", str(root), "--http-port", "0",
         "--flight-port", "0"],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        ready = _ready(process)
        gateway = Served(root, process, ready["http"], ready["flight"])
        yield gateway
        gateway.stop()
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def _ready(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    assert process.stderr is not None
    if not select.select([process.stdout], [], [], START_SECONDS)[0]:
        raise AssertionError("the gateway did not become ready")
    line = process.stdout.readline()
    if not line:
        raise AssertionError(f"the gateway did not start: {process.stderr.read()}")
    ready: dict[str, Any] = json.loads(line)
    return ready


def connect(flight: str, person: str, scenario: str) -> Any:
    options = {
        "username": person,
        "password": PASSWORD,
        "adbc.flight.sql.rpc.call_header.x-workbench-scenario": scenario,
    }
    return flightsql.connect(flight, db_kwargs=options, autocommit=True)


def ask(connection: Any, sql: str, parameters: Any = None) -> Answer:
    """One statement; every field of an error ends up in ``Answer.error``."""
    started = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            table = cursor.fetch_arrow_table()
    except (adbc_driver_manager.Error, pa.ArrowException, OSError) as error:
        return Answer(None, all_fields(error), time.monotonic() - started)
    return Answer(table, "", time.monotonic() - started)


def all_fields(error: Exception) -> str:
    """Everything that an error of the driver carries, as one text."""
    parts = [type(error).__name__, str(error), repr(error.args)]
    for name in ("status_code", "vendor_code", "sqlstate"):
        parts.append(str(getattr(error, name, "")))
    for key, value in getattr(error, "details", None) or ():
        parts += [str(key), value.decode("utf-8", "replace"), value.hex()]
    return "\n".join(parts)
