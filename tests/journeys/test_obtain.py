"""From a query to a file, its receipt, and the day on which it has to be destroyed."""

from __future__ import annotations

import contextlib
import io
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest
from IPython.testing.globalipapp import start_ipython

from workbench.cli import main
from workbench.client.connection import Connection, connect
from workbench.client.release import Release
from workbench.errors import Code, Refused
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.gateway.doors import Gateway
from workbench.model.actor import Role
from workbench.model.entry import EntryFilter, Event
from workbench.store.keyring import Keyring
from workbench.store.layout import private_folder
from workbench.trial.city import SCENARIO, ingest_all, write_city
from workbench.trial.schema import DEPARTMENT, PolicyTest

PASSWORD = "一个足够长的密码-2026"
COLUMNS = {
    "city": {"type": "VARCHAR", "class": "general"},
    "price": {"type": "DECIMAL(18,2)", "class": "general"},
}
GRANTED = {"city": "value", "price": "value"}
TEST = {
    "resources": {n: {"data": "t.csv", "columns": COLUMNS} for n in ("prices", "seen")},
    "grants": {
        "prices": {"mode": "obtain", "columns": GRANTED},
        "seen": {"mode": "view", "columns": GRANTED},
    },
}


@dataclass(frozen=True)
class Said:
    returncode: int
    stdout: str
    stderr: str


@dataclass
class Place:
    root: Path
    bench: Workbench
    gateway: Gateway

    def connect(self, person: str = "li") -> Connection:
        return connect(self.gateway.http, person, PASSWORD, language="en", scenario=SCENARIO)

    def run(self, *arguments: str, city: bool = True) -> Said:
        """The command, in this process: as a process of its own it takes a second each."""
        where = ("--city", str(self.root)) if city else ()
        stdout, stderr = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.root.parent),
            contextlib.redirect_stdout(stdout),
            contextlib.redirect_stderr(stderr),
            pytest.raises(SystemExit) as left,
        ):
            main([*arguments, *where])
        code = left.value.code
        return Said(code if isinstance(code, int) else 0, stdout.getvalue(), stderr.getvalue())

    def key(self) -> str:
        """The public key, as the gateway gives it to whoever is signed in."""
        return str(self.connect()._control.get("/exports/key")["pem"])

    def exported(self) -> list[dict[str, Any]]:
        found = self.bench.ledger.journal.find(EntryFilter(event=Event.exported.value))
        return [json.loads(filed.entry.body) for filed in found]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_LANG", "en")
    monkeypatch.setenv("COLUMNS", "400")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("obtain")
    test = PolicyTest.model_validate(TEST)
    (folder / "t.csv").write_text(
        "city,price\n成都,12345.67\n绵阳,\n=德阳,0.10\n", encoding="utf-8"
    )
    root = folder / "city"
    write_city(test, root)
    ingest_all(test, folder, root, lambda: datetime.now(UTC))
    with open_workbench(root) as bench:
        for person in ("li", "wang"):
            bench.store.users.add(person, PASSWORD, DEPARTMENT, [Role.analyst])
        gateway = Gateway(bench, "test")
        yield Place(root, bench, gateway)
        gateway.stop()


def ask(place: Place, sql: str = "select city, price from prices order by city") -> Release:
    return place.connect().sql(sql)


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx"])
def test_a_file_that_is_kept_can_be_verified_here_and_elsewhere(
    place: Place, tmp_path: Path, suffix: str
) -> None:
    before = len(place.exported())
    saved = ask(place).save(tmp_path / f"房价.{suffix}")
    entry = place.exported()[0]
    assert len(place.exported()) == before + 1
    assert entry["seq"] == saved.ledger_position
    assert entry["detail"]["digest"] == saved.digest
    told = json.loads(saved.receipt.read_text(encoding="utf-8"))["receipt"]
    (grant,) = told["grants"]
    assert (grant["resource"], grant["mode"]) == ("prices", "obtain")
    (source,) = told["sources"]
    assert source["extract_version"] == 0
    assert len(source["extract_digest"]) == 64
    assert (told["person"], told["department"], told["rows"]) == ("li", DEPARTMENT, 3)

    here = place.run("receipt", "verify", str(saved.path), "--json")
    assert here.returncode == 0, here.stdout + here.stderr
    checks = {c["name"]: c["outcome"] for c in json.loads(here.stdout)["checks"]}
    assert checks == {"digest": "holds", "signature": "holds", "ledger": "holds"}

    key = tmp_path / "key.pem"
    key.write_text(place.key())
    away = place.run("receipt", "verify", str(saved.path), "--key", str(key), city=False)
    assert away.returncode == 0, away.stderr
    assert "signature: holds" in away.stdout
    assert "ledger: not checked" in away.stdout


def test_whatever_is_changed_shows(place: Place, tmp_path: Path) -> None:
    saved = ask(place).save(tmp_path / "a.csv")
    receipt = saved.receipt.read_text(encoding="utf-8")
    alone = place.run("receipt", "verify", str(saved.path), city=False)
    assert alone.returncode == 1  # nobody's signature was looked at
    assert "signature: not checked" in alone.stdout

    saved.path.write_bytes(saved.path.read_bytes() + b" ")
    changed = place.run("receipt", "verify", str(saved.path))
    assert changed.returncode == 1
    assert "digest: FAILS" in changed.stdout
    assert "signature: holds" in changed.stdout

    saved.receipt.write_text(receipt.replace('"rows": 3', '"rows": 2'), encoding="utf-8")
    edited = place.run("receipt", "verify", str(saved.path), "--json")
    checks = {c["name"]: c["outcome"] for c in json.loads(edited.stdout)["checks"]}
    assert checks == {"digest": "fails", "signature": "fails", "ledger": "fails"}

    saved.receipt.write_text("{}", encoding="utf-8")
    none = place.run("receipt", "verify", str(saved.path))
    assert none.returncode == 2
    assert "is no receipt" in none.stderr


def test_another_citys_ledger_is_not_asked(place: Place, tmp_path: Path) -> None:
    saved = ask(place).save(tmp_path / "a.csv")
    key = tmp_path / "key.pem"
    key.write_text(place.key())
    write_city(PolicyTest.model_validate(TEST), tmp_path / "other")
    Keyring.open(private_folder(tmp_path / "other" / ".workbench") / "keys")
    other = Place(tmp_path / "other", place.bench, place.gateway)
    done = other.run("receipt", "verify", str(saved.path), "--key", str(key), "--json")
    checks = {c["name"]: c["outcome"] for c in json.loads(done.stdout)["checks"]}
    assert checks == {"digest": "holds", "signature": "holds", "ledger": "not_checked"}
    assert done.returncode == 0
    without = other.run("receipt", "verify", str(saved.path), "--json")
    checks = {c["name"]: c["outcome"] for c in json.loads(without.stdout)["checks"]}
    assert checks == {"digest": "holds", "signature": "fails", "ledger": "fails"}
    assert without.returncode == 1


def test_the_key_of_the_command_is_the_key_of_the_gateway(place: Place) -> None:
    assert place.run("receipt", "key").stdout == place.key()


def test_somebody_elses_release_is_not_kept(place: Place, tmp_path: Path) -> None:
    """Nor with a token of one's own: the ledger knows who asked."""
    release = ask(place)
    wang = place.connect("wang")
    before = len(place.exported())
    stolen = Release(release.table, release.info, exporter=wang._export)
    with pytest.raises(Refused, match="no such release of yours"):
        stolen.save(tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []
    assert len(place.exported()) == before


def test_what_may_only_be_viewed_is_not_kept(place: Place, tmp_path: Path) -> None:
    page = place.connect().view("seen", rows=2)
    before = len(place.exported())
    with pytest.raises(Refused) as raised:
        page.save(tmp_path / "a.csv")
    assert raised.value.code is Code.export_not_allowed
    assert "mode view" in str(raised.value)
    assert list(tmp_path.iterdir()) == []
    assert len(place.exported()) == before


def test_an_export_needs_a_signed_in_person(place: Place) -> None:
    with httpx.Client(base_url=place.gateway.http, trust_env=False) as client:
        assert client.post("/exports", json={}).status_code == 401
        assert client.get("/exports").status_code == 401


def test_an_interrupted_release_is_not_kept(place: Place, tmp_path: Path) -> None:
    connection = place.connect()
    text = "select city, price, i from prices, range(3000000) r(i)"
    with connection.stream(text) as stream:
        next(iter(stream))
        info = Release.of(stream.schema.empty_table(), "en").info
    wanted = EntryFilter(release=info.id, event=Event.release_closed.value)
    for _ in range(200):
        if place.bench.ledger.journal.find(wanted):
            break
        time.sleep(0.05)
    half = Release(pl.DataFrame({"a": [1]}).to_arrow(), info, exporter=connection._export)
    with pytest.raises(Refused, match="did not end whole"):
        half.save(tmp_path / "a.csv")


def test_a_result_of_the_magic_is_saved_too(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_URL", place.gateway.http)
    shell = start_ipython()
    if shell is None:
        from IPython.core.interactiveshell import InteractiveShell

        shell = InteractiveShell.instance()
    shell.user_ns["con"] = place.connect()
    shell.run_line_magic("load_ext", "workbench")
    shell.run_cell_magic("sql", f"{SCENARIO} found << -c con", "select city from prices")
    saved = shell.user_ns["found"].save(tmp_path / "a.parquet")
    assert pl.read_parquet(saved.path).height == 3


def test_when_the_grant_ends_the_file_is_listed_to_be_destroyed(
    place: Place, tmp_path: Path
) -> None:
    """The last of the module: it takes the grant away."""
    connection = place.connect()
    release = connection.sql("select city from prices")
    saved = release.save(tmp_path / "要销毁.csv")
    (mine,) = [e for e in connection.exports() if e["digest"] == saved.digest]
    assert mine["ended"] is False
    assert [e for e in listed(place, "--ended") if e["digest"] == saved.digest] == []

    (grant,) = mine["grants"]
    done = place.run("grants", "revoke", grant["id"], "--reason", "用完", "--by", "主管")
    assert done.returncode == 0, done.stderr
    (ended,) = [e for e in listed(place, "--ended") if e["digest"] == saved.digest]
    assert (ended["person"], ended["name"], ended["ended"]) == ("li", "要销毁.csv", True)
    assert ended["destroy_since"] == ended["grants"][0]["ended_on"]
    shown = place.run("exports", "list", "--ended").stdout
    assert re.search(rf"要销毁\.csv.*revoked.*{ended['destroy_since']}", shown)
    (mine,) = [e for e in connection.exports() if e["digest"] == saved.digest]
    assert mine["ended"] is True
    with pytest.raises(Refused) as raised:
        release.save(tmp_path / "zwei.csv")
    assert raised.value.code is Code.grant_revoked
    assert not (tmp_path / "zwei.csv").exists()


def listed(place: Place, *more: str) -> list[dict[str, Any]]:
    done = place.run("exports", "list", "--json", *more)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
