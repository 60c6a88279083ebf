"""The doctor beside a store on PostgreSQL, and over extracts that were really ingested."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from commands import here
from doctor_city import asked, filled
from stores import Places

from workbench.doctor.checks import examined
from workbench.doctor.collect import collect, extracts_of, keys_of
from workbench.doctor.facts import Facts
from workbench.doctor.results import Status
from workbench.doctor.stored import store_of
from workbench.store.address import STORE
from workbench.store.layout import Layout


def failed(facts: Facts) -> dict[str, str]:
    return {r.check: r.seen.en for r in examined(facts) if r.status is Status.fail}


def test_a_store_on_postgresql(
    city: Path,
    postgres_server: Places,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (city / ".workbench").rename(city / "before")
    url = postgres_server.url("doctor")
    monkeypatch.setenv(STORE, url)
    filled(city)
    seen = collect(replace(asked(city), environ=os.environ))
    assert failed(seen) == {}
    assert seen.store.shown.startswith("postgresql://")
    assert "password" not in seen.store.shown
    assert seen.store.people == 1
    assert seen.store.tail.last_seq == seen.store.tail.checkpoint_seq == 5
    assert seen.store.clock is not None
    assert abs((seen.store.clock - seen.clock.now).total_seconds()) < 60

    with postgres_server.admin("doctor") as admin:
        for table in ("entries", "statements"):
            admin.execute(f"alter table doctor.{table} disable trigger all")
        admin.execute("delete from doctor.statements where seq > 3")
        admin.execute("delete from doctor.entries where seq > 3")
    layout = Layout(city)
    _, keyring = keys_of(layout)
    assert failed(replace(seen, store=store_of(layout, keyring, os.environ))).keys() == {"ledger"}

    gone = url.replace(f":{postgres_server.server.port}/", ":1/")  # type: ignore[union-attr]
    lost = store_of(layout, keyring, {STORE: gone})
    assert lost.problem is not None
    assert failed(replace(seen, store=lost)).keys() == {"store"}


def test_a_file_of_an_extract_that_is_gone_or_empty(city: Path, facts: Facts) -> None:
    done = here("ingest", "divisions", "--city", str(city))
    assert done.returncode == 0, done.stderr
    layout = Layout(city)
    whole = extracts_of(layout)
    assert (whole.looked_at, whole.damaged) == (1, ())
    for file in (layout.extracts / "divisions").glob("*.parquet"):
        file.write_bytes(b"")
        seen = replace(facts, extracts=extracts_of(layout))
        assert f"{file.name} is empty" in failed(seen)["extracts"]
        file.unlink()
        seen = replace(facts, extracts=extracts_of(layout))
        assert f"{file.name}: No such file" in failed(seen)["extracts"]
        break
    else:
        pytest.fail("nothing was ingested")
