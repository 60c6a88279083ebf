"""The sample city behind a real gateway, plain or with TLS, and its people."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import adbc_driver_flightsql.dbapi as flightsql
import httpx
from commands import Said, here

from workbench.catalogue.city import load_city
from workbench.cli.ingest import ingest_all
from workbench.gateway.state import open_state
from workbench.ledger.chain import fields_of
from workbench.model.actor import Role
from workbench.model.entry import EntryFilter

ROOT = Path(__file__).parents[2]
PASSWORD = "一个足够长的密码-2026"
LI, WANG = "li", "wang"
"""li has three scenarios (house_price_watch, tax_statistics, tax_structure), wang one
(catalogue_overview)."""
SCENARIO = "house_price_watch"
HEADER = "adbc.flight.sql.rpc.call_header.x-workbench-scenario"
ROOTS = "adbc.flight.sql.client_option.tls_root_certs"
BEARER = "adbc.flight.sql.authorization_header"


def sample_city(folder: Path, **settings: int) -> Path:
    """A copy of the repository's city with its data ingested and two people in it."""
    root = folder / "city"
    shutil.copytree(ROOT / "data_contracts", root / "data_contracts")
    for scenario in ("open_catalogue", "catalogue_ratings", "sharing_kpis"):
        (root / "data_contracts" / "scenarios" / f"{scenario}.yaml").unlink()
    if settings:
        lines = "".join(f"  {name}: {value}\n" for name, value in settings.items())
        with (root / "data_contracts" / "city.yaml").open("a", encoding="utf-8") as file:
            file.write(f"\nsettings:\n{lines}")
    state = open_state(root)
    try:
        ingest_all(state, load_city(root))
        for person, department in ((LI, "drc"), (WANG, "data_bureau")):
            state.store.users.add(person, PASSWORD, department, [Role.analyst])
    finally:
        state.store.close()
    return root


def copied(city: Path, folder: Path) -> Path:
    """A city of its own, with its state as it is now."""
    return Path(shutil.copytree(city, folder / "city"))


@dataclass
class Running:
    """A gateway in a process of its own. ``ca`` is its authority's file, if it speaks TLS."""

    root: Path
    process: subprocess.Popen[str]
    http: str
    flight: str
    ca: Path | None = None

    def token(self, person: str = LI) -> str:
        body = {"user": person, "password": PASSWORD}
        answer = httpx.post(f"{self.http}/token", json=body, timeout=60, trust_env=False)
        return str(answer.raise_for_status().json()["access_token"])

    def adbc(self, person: str = LI, scenario: str = SCENARIO, **more: str) -> Any:
        """A connection of the stock driver, by user name and password."""
        options = {"username": person, "password": PASSWORD, HEADER: scenario, **more}
        if self.ca is not None:
            options[ROOTS] = self.ca.read_text()
        return flightsql.connect(self.flight, db_kwargs=options, autocommit=True)

    def events(self, *names: str, limit: int = 400) -> list[dict[str, Any]]:
        """Entries of the ledger with these events, oldest first."""
        state = open_state(self.root)
        try:
            filed = state.store.journal.find(EntryFilter(limit=limit))
            found = [fields_of(f.entry.body) or {} for f in reversed(filed)]
        finally:
            state.store.close()
        return [body for body in found if body["event"] in names]

    def open_releases(self) -> int:
        """Releases without a closing entry."""
        opened = {e["release"] for e in self.events("release_opened")}
        return len(opened - {e["release"] for e in self.events("release_closed")})

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(30)


@contextmanager
def serving(root: Path, *options: str) -> Iterator[Running]:
    """``workbench serve`` on free ports until the end of the block."""
    command = [sys.executable, "-m", "workbench", "serve", "--city", str(root)]
    process = subprocess.Popen(
        [*command, "--http-port", "0", "--flight-port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "WORKBENCH_LANG": "en"},
    )
    try:
        ready = _ready(process)
        ca = root / ".workbench" / "tls" / "ca.pem"
        secure = ready["http"].startswith("https")
        yield Running(root, process, ready["http"], ready["flight"], ca if secure else None)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()


def workbench(root: Path, *words: str, **environment: str) -> Said:
    """One command over the city."""
    return here(*words, "--city", str(root), **environment)


def _ready(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    assert process.stderr is not None
    line = ""
    if select.select([process.stdout], [], [], 120)[0]:
        line = process.stdout.readline()
    if not line:
        process.kill()
        raise AssertionError(f"the gateway did not start: {process.stderr.read()}")
    ready: dict[str, Any] = json.loads(line)
    return ready


def eventually(true: Callable[[], bool], seconds: float = 20.0) -> None:
    import time

    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.1)
