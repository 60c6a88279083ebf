"""A city whose users, revocations and ledger are on a PostgreSQL server that comes and goes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import servers
from attacks.served import PASSWORD, Served, connect, served

from journeys.test_made_up_city import CITY, DATA, DOMES, SCENARIO, workbench_command

STATEMENT = "SELECT count(*) AS n FROM dome"
GRANT = "leaks/roads/dome"


@pytest.fixture
def server() -> Iterator[servers.Server]:
    missing = servers.missing_programs()
    if "postgresql" in missing:
        pytest.skip(f"missing: {missing} (make system)")
    with servers.postgres() as running:
        yield running


@pytest.fixture
def city(tmp_path: Path, server: servers.Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "moon"
    for name, text in (
        ("data_contracts/city.yaml", CITY),
        ("data_contracts/resources/dome.odcs.yaml", DOMES),
        ("data_contracts/scenarios/leaks.yaml", SCENARIO),
        ("domes.csv", DATA),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    passfile = tmp_path / "passfile"
    passfile.touch(0o600)
    passfile.write_text("*:*:*:*:" + server.password.replace(":", "\\:") + "\n")
    place = f"postgres@127.0.0.1:{server.port}/postgres"
    monkeypatch.setenv("WORKBENCH_STORE", f"postgresql://{place}?schema=moon&passfile={passfile}")
    monkeypatch.setenv("WORKBENCH_CITY", str(root))
    return root


def done(*arguments: str, given: str = "") -> str:
    finished = workbench_command(*arguments, given=given)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


@pytest.mark.slow
def test_from_the_first_query_over_a_lost_server_to_a_verified_ledger(
    city: Path, server: servers.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    done("ingest", "dome", str(city / "domes.csv"))
    added = ("users", "add", "rover", "-d", "roads", "-r", "analyst", "--password-stdin")
    done(*added, given=PASSWORD + "\n")
    assert not (city / ".workbench" / "store.sqlite").exists()
    with served(city) as gateway:
        gateway._open["rover", "leaks"] = connect(gateway.flight, "rover", "leaks")
        answered = gateway.ask("rover", STATEMENT, "leaks")
        assert answered.table is not None, answered.error
        assert answered.table.to_pylist() == [{"n": 3}]

        server.stop()
        refused = gateway.ask("rover", STATEMENT, "leaks")
        assert refused.code == "ledger_unavailable", refused.error
        assert str(server.port) not in refused.error  # where the store is concerns operators only
        server.start()
        _recovers(gateway)

        done("grants", "revoke", GRANT, "--reason", "the domes are sealed", "--by", "air")
        assert gateway.ask("rover", STATEMENT, "leaks").code == "grant_revoked"
    report = json.loads(done("audit", "verify", "--json"))
    assert report["clean"], report
    events = {row["event"] for row in json.loads(done("audit", "show", "--json"))}
    assert {"decision", "release_closed", "grant_revoked", "gateway_started"} <= events
    told = json.loads(done("store", "status", "--json"))
    assert (told["state"], told["entries"]) == ("current", report["entries"])
    monkeypatch.delenv("WORKBENCH_STORE")  # the city has not forgotten where its store is
    assert json.loads(done("store", "status", "--json")) == told


def _recovers(gateway: Served) -> None:
    """At once, or after the gateway has noticed."""
    limit = time.monotonic() + 30
    answer = gateway.ask("rover", STATEMENT, "leaks")
    while answer.table is None and time.monotonic() < limit:
        time.sleep(0.2)
        answer = gateway.ask("rover", STATEMENT, "leaks")
    assert answer.table is not None, answer.error
