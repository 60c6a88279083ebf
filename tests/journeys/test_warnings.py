"""Early warning in a sample city, with a real gateway: months are run by the run's own subject,
officers see and handle named alerts, all others get protected counts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from attacks.served import PASSWORD, Served, served
from commands import Said, here

from workbench.client.connection import Connection, connect
from workbench.errors import Code, Refused, WorkbenchError
from workbench.extracts.versions import Extracts
from workbench.gateway.state import open_state, utc_now
from workbench.model.actor import Role
from workbench.model.entry import EntryFilter
from workbench.store.layout import Layout
from workbench.store.session import open_store

pytestmark = pytest.mark.slow
PEOPLE = {
    "ana": ("drc", {Role.analyst}),
    "officer": ("drc", {Role.officer}),
    "second": ("drc", {Role.officer, Role.provider}),
    "tax": ("taxation", {Role.provider}),
    "staff": ("human_resources", {Role.provider}),
    "money": ("finance", {Role.provider}),
    "abroad": ("customs", {Role.provider}),
    "mayor": ("government_office", {Role.leader}),
}
LEVELS = ("blue", "yellow", "orange", "red")
HANDLERS = {
    "taxation": "tax", "human_resources": "staff", "finance": "money", "customs": "abroad",
    "drc": "second",
}  # fmt: skip
INPUTS = ("power_monthly", "invoice_monthly", "tax_monthly", "insured_monthly", "loan_monthly")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("warnings") / "city"
    built = here("sample", "build", "--city", str(root), "--enterprises", "2500", "--months", "40")
    assert built.returncode == 0, built.stderr
    store = open_store(Layout(root).store, utc_now)
    for name, (department, roles) in PEOPLE.items():
        store.users.add(name, PASSWORD, department, roles)
    store.close()
    return root


@pytest.fixture(scope="module")
def gateway(city: Path) -> Iterator[Served]:
    with served(city) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def run_months(gateway: Served, city: Path) -> dict[str, Any]:
    """July and August 2026, run by an officer of the development and reform commission."""
    done = warnings(gateway, city, "officer", "run", "--from", "2026-07", "--month", "2026-08")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def session(gateway: Served, city: Path, person: str) -> dict[str, str]:
    kept = {"XDG_STATE_HOME": str(city.parent / f"session-{person}")}
    words = ("login", "--url", gateway.http, "--user", person, "--password-stdin")
    signed_in = here(*words, given=PASSWORD + "\n", **kept)
    assert signed_in.returncode == 0, signed_in.stderr
    return kept


def warnings(gateway: Served, city: Path, person: str, *words: str) -> Said:
    beside = ("--city", str(city)) if words[0] == "run" else ()
    kept = session(gateway, city, person)
    return here("warnings", *words, "--url", gateway.http, "--json", *beside, **kept)


def signed_in(gateway: Served, person: str) -> Connection:
    return connect(url=gateway.http, user=person, password=PASSWORD, progress=False)


def kept(city: Path, name: str) -> pl.DataFrame:
    found = Extracts(Layout(city).extracts).latest(name)
    return pl.DataFrame() if found is None else pl.read_parquet(list(found.files))


def entries(city: Path, **wanted: Any) -> list[dict[str, Any]]:
    """The bodies of the newest entries."""
    state = open_state(city)
    try:
        found = state.store.journal.find(EntryFilter(limit=500, **wanted))
        return [json.loads(one.entry.body) for one in found]
    finally:
        state.store.close()


def test_the_rules_and_how_they_are_run_are_sound(city: Path) -> None:
    checked = here("warnings", "check", "--city", str(city))
    assert checked.returncode == 0, checked.stdout


def test_two_months_are_run_and_not_twice(
    run_months: dict[str, Any], gateway: Served, city: Path
) -> None:
    assert [one["month"] for one in run_months["months"]] == ["2026-07", "2026-08"]
    rows = kept(city, "enterprise_alert")
    areas = kept(city, "area_alert")
    new = rows.filter(pl.col("status") == "new")
    assert new.height >= 10
    assert new["alert_id"].is_unique().all()
    assert run_months["opened"] == new.height + areas.filter(pl.col("status") == "new").height
    on = rows.filter((pl.col("status") == "on") & (pl.col("month") == date(2026, 8, 1)))
    before = rows.filter(pl.col("month") == date(2026, 7, 1))
    assert on.height > 0
    assert set(on["alert_id"]) <= set(before["alert_id"])  # the same alert, not another one
    assert (on["raised"] == date(2026, 7, 1)).all()
    assert run_months["climbed"] == len(climbed(rows)) + len(climbed(areas))
    again = warnings(gateway, city, "second", "run", "--from", "2026-07", "--month", "2026-08")
    assert json.loads(again.stdout) == {"months": [], "opened": 0, "climbed": 0}
    assert kept(city, "enterprise_alert").equals(rows)


def climbed(rows: pl.DataFrame) -> list[str]:
    """Alerts whose level in their last month is worse than that at which they were raised."""
    ranks = pl.col("level").replace_strict(dict(zip(LEVELS, range(4), strict=True)))
    both = rows.sort("month").group_by("alert_id").agg(
        first=ranks.first(), last=ranks.last()
    )  # fmt: skip
    return both.filter(pl.col("last") > pl.col("first"))["alert_id"].to_list()


def test_an_alert_names_its_enterprise_and_says_why(run_months: dict[str, Any], city: Path) -> None:
    rows = kept(city, "enterprise_alert")
    register = kept(city, "enterprise").select("credit_code", name="enterprise_name")
    joined = rows.join(register, on="credit_code", how="left")
    assert (joined["enterprise_name"] == joined["name"]).all()
    for row in rows.head(20).iter_rows(named=True):
        evidence = json.loads(row["evidence"])
        assert evidence
        assert all(len(line) in (3, 4) for lines in evidence.values() for line in lines)
    one = rows.filter(pl.col("rule") == "tax_slide").row(0, named=True)
    told = {month: value for month, value, *_ in json.loads(one["evidence"])["taxes"]}
    mine = kept(city, "tax_monthly").filter(pl.col("credit_code") == one["credit_code"])
    real = mine.select(pl.col("month").dt.strftime("%Y-%m"), pl.col("vat") + pl.col("other_tax"))
    checked = [(told[m], float(v)) for m, v in real.iter_rows() if told.get(m) is not None]
    assert len(checked) >= 6
    assert all(a == pytest.approx(b, rel=1e-5) for a, b in checked)


def test_single_firms_were_read_by_the_run_alone_and_every_read_is_in_the_ledger(
    run_months: dict[str, Any], gateway: Served, city: Path
) -> None:
    opened = entries(city, scenario="enterprise_warning")
    assert len(opened) > 100
    asked = [one for one in opened if one["event"] in ("decision", "release_opened")]
    assert {one["actor"] for one in asked} == {"page:early_warning_run"}
    assert {one["viewer"] for one in asked} == {"officer"}
    for person in ("officer", "ana"):
        with signed_in(gateway, person) as connection:
            for name in (*INPUTS, "enterprise"):
                with pytest.raises(Refused):
                    connection.sql(f"select * from {name}", scenario="enterprise_warning")


def test_who_handles_alerts_looks_them_up_and_nobody_else(
    run_months: dict[str, Any], gateway: Served
) -> None:
    with signed_in(gateway, "tax") as connection:
        page = connection.view(
            "enterprise_alert", where={"level": "red"}, rows=5, scenario="warning_desk"
        )
        assert page.rows > 0
        assert "tax" in str(page.info.watermark)
        with pytest.raises(WorkbenchError) as caught:
            connection.sql("select credit_code from enterprise_alert", scenario="warning_desk")
        assert caught.value.reasons[0].next
    with signed_in(gateway, "mayor") as connection, pytest.raises(Refused) as refused:
        connection.view("enterprise_alert", scenario="warning_desk")
    assert refused.value.reasons[0].next is not None


def test_all_others_get_protected_counts(
    run_months: dict[str, Any], gateway: Served, city: Path
) -> None:
    mine = dict(
        kept(city, "enterprise_alert")
        .filter(pl.col("month") == date(2026, 8, 1))
        .group_by("level")
        .len()
        .iter_rows()
    )
    with signed_in(gateway, "ana") as connection:
        release = connection.sql(
            "select level, count(*) as n from alert_statistics where month = date '2026-08-01' "
            "group by level",
            scenario="warning_counts",
        )
        told = dict(zip(*release.visible.to_pydict().values(), strict=True))
        assert set(told) == set(mine)
        assert all(told[level] in (None, count) for level, count in mine.items())
        assert all(told[level] is None for level, count in mine.items() if count < 5)
        assert any(value is not None for value in told.values())
        with pytest.raises(WorkbenchError):
            connection.sql("select credit_code from alert_statistics", scenario="warning_counts")


def test_the_life_of_an_alert(run_months: dict[str, Any], gateway: Served, city: Path) -> None:
    listed = warnings(gateway, city, "officer", "list", "--limit", "200")
    rows = json.loads(listed.stdout)
    alert = next(one for one in rows if one["rule"] == "tax_slide")
    name, handler = alert["id"], HANDLERS[alert["handler"]]
    assert handler == "tax"
    assert warnings(gateway, city, "mayor", "show", name).returncode != 0
    assert warnings(gateway, city, "tax", "handle", name, "--reason", "约谈").returncode != 0
    assert warnings(gateway, city, "officer", "assign", name).returncode == 0
    shown = json.loads(warnings(gateway, city, handler, "show", name).stdout)
    assert shown["procedure"]["clock"]["state"] == "ours"
    assert {row["alert_id"] for row in shown["rows"]} == {name}
    assert shown["watermark"]
    done = warnings(gateway, city, handler, "handle", name, "--reason", "已约谈并纳入帮扶")
    assert json.loads(done.stdout)["state"] == "handled"
    closed = json.loads(warnings(gateway, city, "officer", "close", name).stdout)
    assert (closed["state"], closed["over"]) == ("confirmed", True)
    other = next(o for o in rows if o["id"] != name and o["handler"] == "drc")["id"]
    assert (
        warnings(gateway, city, "second", "false-alarm", other, "--reason", "换表").returncode == 0
    )
    refused = warnings(gateway, city, "second", "close", other)
    assert refused.returncode != 0
    assert json.loads(warnings(gateway, city, "officer", "close", other).stdout)["over"]
    found = here("warnings", "precision", "--city", str(city), "--json")
    totals = {one["rule"]: one for one in json.loads(found.stdout) if not one["month"]}
    assert (totals["tax_slide"]["confirmed"], totals["tax_slide"]["precision"]) == (1, 1.0)
    assert sum(one["false_alarms"] for one in totals.values()) == 1
    assert any(one["precision"] is None for one in totals.values() if not one["closed"])
    due = here(
        "procedures", "due", "--within", "60", "--url", gateway.http, "--json",
        **session(gateway, city, "officer"),
    )  # fmt: skip
    assert len(json.loads(due.stdout)) >= 10


def test_a_run_that_was_killed_goes_on(
    run_months: dict[str, Any], gateway: Served, city: Path
) -> None:
    """Killed as soon as a month's alerts are there and before it has opened what it found."""
    before = kept(city, "area_alert").height, kept(city, "enterprise_alert")["month"].n_unique()
    process = subprocess.Popen(
        [sys.executable, "-m", "workbench", "warnings", "run", "--month", "2026-09",
         "--url", gateway.http, "--city", str(city)],
        env=os.environ | session(gateway, city, "officer"),
    )  # fmt: skip
    version = Extracts(Layout(city).extracts).newest("area_alert")
    limit = time.monotonic() + 120
    while Extracts(Layout(city).extracts).newest("area_alert") == version:
        assert process.poll() is None
        assert time.monotonic() < limit
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert kept(city, "area_alert").height >= before[0]
    done = warnings(gateway, city, "officer", "run", "--month", "2026-09")
    assert done.returncode == 0, done.stderr
    rows = kept(city, "enterprise_alert")
    assert rows["month"].n_unique() == before[1] + 1
    assert rows.select(pl.struct("alert_id", "month").is_unique().all()).item()
    state = open_state(city)
    try:
        ids = {one.id for one in state.store.procedures.all() if one.kind == "early_warning"}
    finally:
        state.store.close()
    new = pl.concat([rows.select("alert_id"), kept(city, "area_alert").select("alert_id")])
    assert ids == set(new["alert_id"])


def test_who_is_no_officer_raises_no_alert(gateway: Served, city: Path) -> None:
    refused = warnings(gateway, city, "ana", "run", "--month", "2026-10")
    assert refused.returncode != 0
    assert "officer" in refused.stderr


def test_a_month_that_was_not_delivered_is_no_standstill_of_all(
    run_months: dict[str, Any], gateway: Served, city: Path
) -> None:
    refused = warnings(gateway, city, "officer", "run", "--month", "2026-10")
    assert Code.extract_missing.value in refused.stderr
    assert kept(city, "enterprise_alert")["month"].max() <= date(2026, 9, 1)


def test_a_grant_that_is_revoked_stops_the_run(
    run_months: dict[str, Any], gateway: Served, city: Path
) -> None:
    """Last: it does not come back."""
    grant = "enterprise_warning/page:early_warning_run/power_monthly"
    revoked = here(
        "grants", "revoke", grant, "--reason", "测试", "--by", "energy", "--city", str(city)
    )
    assert revoked.returncode == 0, revoked.stderr
    added = here("sample", "month", "--city", str(city))
    assert added.returncode == 0, added.stderr
    before = kept(city, "enterprise_alert").height
    refused = warnings(gateway, city, "officer", "run", "--month", "2026-10")
    assert refused.returncode != 0
    assert Code.grant_revoked.value in refused.stderr
    assert "power_monthly" in refused.stderr
    assert kept(city, "enterprise_alert").height == before
    denied = [one["detail"] for one in entries(city, event="decision", person="officer")]
    assert any(one["outcome"] == "deny" for one in denied)
