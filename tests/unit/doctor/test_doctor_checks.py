"""Each check over made-up facts, and over real files that are wrong in one way each."""

from __future__ import annotations

import http.server
import os
import re
import shutil
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from doctor_city import asked, filled

from workbench.catalogue.city_schema import Settings
from workbench.doctor.checks import examined
from workbench.doctor.collect import city_of, collect, extracts_of, keys_of
from workbench.doctor.doors import port_of, tls_of
from workbench.doctor.facts import (
    CitySeen,
    Facts,
    Port,
    Seen,
    SourceSeen,
    SourcesSeen,
    TlsSeen,
    WorkerSeen,
)
from workbench.doctor.machine import _plain_swap, readers_of
from workbench.doctor.production import refuse_unready
from workbench.doctor.results import Result, Status
from workbench.doctor.stored import store_of
from workbench.errors import Text, WorkbenchError
from workbench.gateway.securing import Wanted
from workbench.gateway.tls import Files, make
from workbench.store.layout import Layout

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def found(facts: Facts, check: str, production: bool = False) -> dict[Status, str]:
    """What the check says in English, by status; the last of each."""
    return {r.counted(production): r.seen.en for r in examined(facts) if r.check == check}


def failures(facts: Facts, production: bool = False) -> set[str]:
    return {r.check for r in examined(facts) if r.counted(production) is Status.fail}


# A city that is well ------------------------------------------------------------------------


def test_a_city_that_is_well_has_no_failure(facts: Facts) -> None:
    assert failures(facts) == set()
    told = {r.check for r in examined(facts)}
    assert told >= {"versions", "keys", "store", "ledger", "who can read", "worker", "clock"}
    assert facts.store.tail.looked_at == facts.store.tail.checkpoint_seq > 0
    assert facts.store.people == 1
    assert facts.store.owner_fits is True


def state_of(root: Path) -> dict[str, tuple[int, ...]]:
    out = {}
    for path in sorted(root.rglob("*")):
        s = path.lstat()
        out[str(path)] = (s.st_mode, s.st_uid, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino)
    return out


def test_it_changes_nothing(city: Path) -> None:
    before = state_of(city)
    assert before
    collect(asked(city))
    assert state_of(city) == before


def test_it_makes_nothing_where_there_is_no_state_yet(city: Path) -> None:
    shutil.rmtree(city / ".workbench")
    before = state_of(city)
    seen = collect(asked(city))
    assert state_of(city) == before
    assert failures(seen) == set()
    assert "people" in failures(seen, production=True)


def test_whatever_is_wrong_is_told_in_both_languages_with_a_next_step(facts: Facts) -> None:
    """Every kind of trouble at once."""
    reader = facts.readers
    wrong = replace(
        facts,
        versions=replace(facts.versions, duckdb="9", extensions={"httpfs": ""}, python=(3, 10)),
        readers=replace(
            reader, private=(Seen(Path("/k"), 0o644, reader.euid + 1),), umask=0,
            above=(Seen(Path("/a"), 0o777, 0, True),), core_dumps=True, plain_swap=("/swap",),
            kernels=Text("同一账号", "one account"),
        ),
        worker=WorkerSeen(problem="no"),
        ports=(Port("http", 1, ("0.0.0.0",), "x", "http"), Port("lab", 2, ("127.0.0.1",), "y")),
        tls=TlsSeen(True, NOW),
        clock=replace(facts.clock, now=NOW + timedelta(days=999), zones=False, files_ahead=99),
        space=replace(facts.space, state_free=1, temp_free=1, memory_total=1),
        city=CitySeen(errors=("x",)),
        sources=SourcesSeen(
            (SourceSeen("a", "s", missing=True), SourceSeen("b", problem=Text("坏", "bad")),
             SourceSeen("c", silent=Text("无应答", "nobody"))),
        ),
    )  # fmt: skip
    results = [r for r in examined(wrong) if r.status is not Status.ok]
    assert len(results) > 15
    for result in results:
        assert re.search(r"[\u4e00-\u9fff]", result.seen.zh), result
        assert not re.search(r"[\u4e00-\u9fff]", result.seen.en), result
        assert result.next is not None, result


# Keys, files, folders -----------------------------------------------------------------------


def opened_key(root: Path) -> str:
    (root / ".workbench/keys/mask.key").chmod(0o644)
    return "mask.key has the mode 0644"


def opened_state(root: Path) -> str:
    (root / ".workbench").chmod(0o750)
    return ".workbench has the mode 0750"


def opened_store(root: Path) -> str:
    (root / ".workbench/store.sqlite").chmod(0o604)
    return "store.sqlite has the mode 0604"


def opened_checkpoints(root: Path) -> str:
    next((root / ".workbench/checkpoints").glob("*.jsonl")).chmod(0o640)
    return "jsonl has the mode 0640"


def opened_extracts(root: Path) -> str:
    (root / ".workbench/extracts").chmod(0o755)
    return "extracts has the mode 0755"


@pytest.mark.parametrize(
    "spoil", [opened_key, opened_state, opened_store, opened_checkpoints, opened_extracts]
)
def test_what_others_can_read(city: Path, facts: Facts, spoil: Callable[[Path], str]) -> None:
    said = spoil(city)
    seen = replace(facts, readers=readers_of(Layout(city), None))
    assert failures(seen) == {"who can read"}
    assert said in found(seen, "who can read")[Status.fail]


def test_an_access_list_and_another_owner(facts: Facts) -> None:
    reader, euid = facts.readers, facts.readers.euid
    listed = Seen(Path("/s/key"), 0o600, euid, access_list=True)
    seen = replace(facts, readers=replace(reader, private=(listed,)))
    assert "access control list" in found(seen, "who can read")[Status.fail]
    foreign = Seen(Path("/s/key"), 0o600, euid + 1)
    seen = replace(facts, readers=replace(reader, private=(foreign,)))
    assert "belongs to account" in found(seen, "who can read")[Status.warn]
    assert "who can read" in failures(seen, production=True)


def test_a_folder_above_that_others_can_write(city: Path, facts: Facts) -> None:
    city.chmod(0o777)
    seen = replace(facts, readers=readers_of(Layout(city), None))
    assert f"{city}, has the mode 0777" in found(seen, "folders above")[Status.warn]
    assert "folders above" in failures(seen, production=True)
    city.chmod(0o1777)  # as /tmp: nobody can rename what is another's
    seen = replace(facts, readers=readers_of(Layout(city), None))
    assert "folders above" not in failures(seen, production=True)


def shortened(keys: Path) -> str:
    (keys / "audit.key").write_bytes(b"short")
    return "length"


def gone(keys: Path) -> str:
    (keys / "token.key").unlink()
    return "cannot be read"


def odd_public(keys: Path) -> str:
    (keys / "checkpoint.pub").write_text("-----BEGIN PUBLIC KEY-----\nx\n")
    return "public half"


@pytest.mark.parametrize("spoil", [shortened, gone, odd_public])
def test_keys_that_are_not_whole(city: Path, facts: Facts, spoil: Callable[[Path], str]) -> None:
    said = spoil(city / ".workbench/keys")
    keys, _ = keys_of(Layout(city))
    seen = replace(facts, keys=keys)
    assert said in found(seen, "keys")[Status.fail]


def test_keys_that_are_gone_or_another_citys(city: Path, tmp_path: Path) -> None:
    keys = city / ".workbench/keys"
    shutil.rmtree(keys)
    assert "no keys" in found(collect(asked(city)), "keys")[Status.fail]
    other = tmp_path / "other"
    shutil.copytree(city / "data_contracts", other / "data_contracts")
    shutil.copytree(filled(other) / ".workbench/keys", keys)
    seen = collect(asked(city))
    assert "not those" in found(seen, "keys")[Status.fail]
    assert "ledger" in failures(seen)


# Store, ledger, clock -----------------------------------------------------------------------


def changed(city: Path, *statements: str) -> None:
    file = city / ".workbench/store.sqlite"
    with closing(sqlite3.connect(file)) as db:
        triggers = db.execute("select name from sqlite_master where type='trigger'").fetchall()
        for (name,) in triggers:
            db.execute(f"drop trigger {name}")
        for statement in statements:
            db.execute(statement)
        db.commit()
        db.execute("pragma wal_checkpoint(truncate)")


def stored(city: Path, facts: Facts) -> Facts:
    layout = Layout(city)
    _, keyring = keys_of(layout)
    return replace(facts, store=store_of(layout, keyring, {}))


def test_an_entry_that_was_changed(city: Path, facts: Facts) -> None:
    changed(city, "update entries set body = replace(body, '\"number\":2', '\"number\":7')")
    seen = stored(city, facts)
    assert failures(seen) == {"ledger"}
    assert "not as they were written" in found(seen, "ledger")[Status.fail]


def test_an_entry_that_was_taken_out(city: Path, facts: Facts) -> None:
    changed(city, "delete from entries where seq = 3", "delete from statements where seq = 3")
    assert "does not follow" in found(stored(city, facts), "ledger")[Status.fail]


def test_a_tail_that_was_cut(city: Path, facts: Facts) -> None:
    changed(city, "delete from entries where seq > 3", "delete from statements where seq > 3")
    seen = stored(city, facts)
    assert failures(seen) == {"ledger"}
    assert "ends with 3" in found(seen, "ledger")[Status.fail]


def test_checkpoints_that_are_gone_or_forged(city: Path, facts: Facts) -> None:
    (file,) = (city / ".workbench/checkpoints").glob("*.jsonl")
    text = file.read_text()
    last = text.splitlines()[-1]
    file.write_text(text.replace(last, last.replace('"hash":"', '"hash":"0', 1).replace("0", "1")))
    assert "ledger" in failures(stored(city, facts))
    file.unlink()
    assert "ledger" in failures(stored(city, facts))


def test_schemas_of_other_versions(city: Path, facts: Facts) -> None:
    changed(city, "update meta set value = 99 where key = 'schema_version'")
    seen = stored(city, facts)
    assert "version 99" in found(seen, "store")[Status.fail]
    changed(city, "update meta set value = 1 where key = 'schema_version'")
    assert "version 1;" in found(stored(city, facts), "store")[Status.warn]


def test_a_store_that_is_none(city: Path, facts: Facts) -> None:
    (city / ".workbench/store.sqlite").write_bytes(b"something else, long enough for a header")
    seen = stored(city, facts)
    assert "store" in failures(seen)
    for check in ("keys", "ledger", "people"):
        assert found(seen, check).keys() == {Status.unknown}


def test_a_clock_that_went_back(facts: Facts) -> None:
    last = facts.store.tail.last_at
    assert last is not None
    seen = replace(facts, clock=replace(facts.clock, now=last - timedelta(hours=1)))
    assert failures(seen) == {"clock"}
    assert "the ledger's last entry" in found(seen, "clock")[Status.fail]


def test_clocks_that_differ(facts: Facts) -> None:
    seen = replace(facts, clock=replace(facts.clock, files_ahead=-60.0))
    assert "file system differs by -60 s" in found(seen, "clock")[Status.warn]
    server = replace(facts.store, clock=facts.clock.now + timedelta(minutes=2))
    seen = replace(facts, store=server)
    assert "database server differs by +120 s" in found(seen, "clock")[Status.warn]


def test_checkpoints_on_the_stores_own_disk(facts: Facts) -> None:
    assert "own disk" in found(facts, "checkpoints")[Status.warn]
    apart = replace(facts.space, checkpoint_device=-1)
    assert Status.ok in found(replace(facts, space=apart), "checkpoints")


# Contracts and extracts ---------------------------------------------------------------------


def test_wrong_contracts_are_told_and_the_rest_goes_on(city: Path) -> None:
    path = city / "data_contracts/city.yaml"
    path.write_text(path.read_text("utf-8") + "surprise: 1\n", "utf-8")
    seen = collect(asked(city))
    assert failures(seen) == {"contracts"}
    assert "surprise" in found(seen, "contracts")[Status.fail]
    assert Status.ok in found(seen, "ledger")


def test_a_city_of_hundreds_of_contracts_is_left_to_another_command(city: Path) -> None:
    folder = city / "data_contracts/resources"
    for number in range(301):
        (folder / f"r{number}.odcs.yaml").write_text("x: 1")
    seen = city_of(city)
    assert seen == CitySeen(looked=False)
    large = collect(asked(city))
    for check in ("contracts", "sources", "disk", "memory"):
        assert "Not looked at" in found(large, check)[Status.unknown]
    assert city_of(city, whole=True).errors


def test_an_extract_that_the_workbench_did_not_write(city: Path, facts: Facts) -> None:
    log = city / ".workbench/extracts/house_prices/_delta_log"
    log.mkdir(parents=True)
    (log / f"{0:020}.json").write_text("{}")
    seen = replace(facts, extracts=extracts_of(Layout(city)))
    assert "house_prices" in found(seen, "extracts")[Status.fail]


# Accounts, workers, memory, ports, certificates ---------------------------------------------


def test_one_account_for_kernels_and_gateway(facts: Facts) -> None:
    one = replace(facts.readers, kernels=Text("同一账号", "one account runs everything"))
    seen = replace(facts, readers=one)
    assert found(seen, "accounts")[Status.warn] == "one account runs everything"
    assert "accounts" in failures(seen, production=True)


def test_a_real_worker_says_what_it_gave_up(facts: Facts) -> None:
    assert {"limits", "no_core", "no_new_privileges"} <= set(facts.worker.steps)
    if os.geteuid() == 0:
        assert {"own_root", "own_account"} <= set(facts.worker.steps)
    weak = replace(facts, worker=WorkerSeen(("limits", "no_core")))
    assert "It could not: no_network, own_root, own_account" in found(weak, "worker")[Status.warn]
    assert "worker" in failures(weak, production=True)


def test_swap_and_core_dumps(facts: Facts, tmp_path: Path) -> None:
    table = tmp_path / "swaps"
    table.write_text("Filename Type\n/swapfile file 1 0 -2\n/dev/zram0 partition 1 0 100\n")
    assert _plain_swap(table) == ("/swapfile",)
    assert _plain_swap(tmp_path / "none") is None
    leaky = replace(facts.readers, plain_swap=("/swapfile",), core_dumps=True)
    results = [r for r in examined(replace(facts, readers=leaky)) if r.check == "memory on disk"]
    assert {r.seen.en for r in results if r.status is Status.warn} >= {
        "Swap that is not encrypted: /swapfile.", "Core dumps are allowed.",
    }  # fmt: skip


@contextmanager
def web_server(address: str) -> Iterator[int]:
    server = http.server.HTTPServer((address, 0), http.server.BaseHTTPRequestHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def test_a_port_that_another_program_has(facts: Facts) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        number = taken.getsockname()[1]
        assert port_of("lab", number) == Port("lab", number)
        taken.listen()
        port = port_of("lab", number)
    assert port.listening == ("127.0.0.1",)
    assert not port.ours
    seen = replace(facts, ports=(port,))
    assert "is taken by" in found(seen, "ports")[Status.warn]


def test_plain_http_that_other_machines_reach(facts: Facts) -> None:
    with web_server("0.0.0.0") as number:
        port = port_of("http", number)
    assert port.listening == ("0.0.0.0",)
    assert port.speaks == "http"
    assert failures(replace(facts, ports=(port,))) == {"ports"}
    assert failures(replace(facts, ports=(replace(port, speaks="https", ours=True),))) == set()


def test_certificates(facts: Facts, tmp_path: Path) -> None:
    clock = replace(facts.clock, now=NOW)
    for days, status in ((400, Status.ok), (29, Status.warn), (-1, Status.fail)):
        tls = TlsSeen(True, NOW + timedelta(days=days, hours=1))
        quiet = replace(facts.store, tail=replace(facts.store.tail, last_at=None))
        assert status in found(replace(facts, tls=tls, clock=clock, store=quiet), "tls")
    folder = tmp_path / "tls"
    folder.mkdir()
    (folder / "server.pem").write_text("nonsense")
    (folder / "server.pem").chmod(0o600)
    wrong = tls_of(Files(tmp_path), Wanted(), NOW)
    assert "no certificate" in found(replace(facts, tls=wrong), "tls")[Status.fail]


def test_the_certificate_that_is_really_used(city: Path, tmp_path: Path) -> None:
    """One's own goes before the city's, with its key; and the doctor says which it was."""
    now = datetime.now(UTC)
    make(Files(Layout(city).state), "city", (), now, 400)
    own = Files(tmp_path / "own")
    make(own, "other", (), now, 10)
    assert "in 399 days" in found(collect(asked(city)), "tls")[Status.ok]
    served = collect(replace(asked(city), served=Wanted(certificate=own.server)))
    (result,) = (r for r in examined(served) if r.check == "tls")
    assert result.seen.en == f"The certificate ({own.server}) ends in 9 days."
    assert result.next is not None
    assert str(own.server) in result.next.en
    wrong = Wanted(certificate=own.server, key=own.authority_key)
    seen = collect(replace(asked(city), served=wrong))
    assert "is not the key" in found(seen, "tls")[Status.fail]


def test_disk_and_memory(facts: Facts) -> None:
    roomy = replace(facts.space, state_free=10**13, temp_free=10**13, memory_total=10**13)
    assert Status.ok in found(replace(facts, space=roomy), "disk")
    short = replace(facts, space=replace(roomy, state_free=10**8))
    assert failures(short) == {"disk"}
    small = replace(roomy, memory_total=3 << 30)
    assert Status.warn in found(replace(facts, space=small), "memory")
    greedy = replace(facts.city, settings=Settings(memory_mb=10_000))
    assert failures(replace(facts, space=small, city=greedy)) == {"memory"}


# Production ---------------------------------------------------------------------------------


def test_production_is_refused_for_each_failing_check(city: Path, facts: Facts) -> None:
    (city / ".workbench/sample-users.txt").write_text("analyst\tsecret\tdrc\n")
    (city / ".workbench/sample-users.txt").chmod(0o600)
    one = replace(facts.readers, kernels=Text("同一账号", "one account runs everything"))
    seen = replace(stored(city, facts), readers=one, worker=WorkerSeen(("limits",)))
    assert failures(seen) == set()
    with pytest.raises(WorkbenchError) as caught:
        refuse_unready(examined(seen))
    assert {r.subject for r in caught.value.reasons} == {"people", "accounts", "worker"}
    assert all(r.next is not None for r in caught.value.reasons)
    assert "secret" not in caught.value.said("en")
    assert caught.value.exit_code == 2


def test_production_is_allowed_where_nothing_fails(facts: Facts) -> None:
    safe = Result("x", Status.warn, Text("提醒", "a warning"))
    refuse_unready([safe, *(r for r in examined(facts) if r.counted(True) is not Status.fail)])
