"""``workbench audit``, ``users`` and ``grants`` as a shell runs them, on a made-up city."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from workbench.cli import audit, grants, users
from workbench.cli.common import open_state
from workbench.errors import Unavailable
from workbench.ledger.usage import days, usage
from workbench.model.entry import Draft, EntryFilter, Event
from workbench.store.layout import Layout

PASSWORD = "一个足够长的密码-2025"
Run = Callable[..., Result]

CITY = {
    "id": "testville",
    "name": {"zh": "测试市", "en": "Testville"},
    "divisions": "990000",
    "regulation": "heilongjiang-2025",
    "departments": {
        "ndrc": {"zh": "发展和改革委员会", "en": "Development and Reform Commission"},
        "housing": {"zh": "住房局", "en": "Housing bureau"},
    },
}
CONTRACT = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "prices",
    "name": "房价",
    "version": "1.0.0",
    "status": "active",
    "schema": [
        {
            "name": "prices",
            "properties": [
                {
                    "name": "city",
                    "physicalType": "VARCHAR",
                    "logicalType": "string",
                    "classification": "general",
                }
            ],
        }
    ],
    "customProperties": [
        {"property": "titleEn", "value": "Prices"},
        {"property": "provider", "value": "housing"},
        {"property": "libraryKind", "value": "business"},
        {"property": "sharingType", "value": "unconditional"},
    ],
}
SCENARIO = {
    "id": "trend",
    "version": "1",
    "title": {"zh": "走势", "en": "Trend"},
    "purpose": "研判",
    "duty_basis": "三定方案",
    "approver": "authority",
    "valid_until": "9999-12-31",
    "departments": ["ndrc"],
    "resources": [
        {"resource": "prices", "mode": "obtain", "reason": "需要", "columns": {"city": "value"}}
    ],
}


@pytest.fixture
def city(tmp_path: Path) -> Path:
    contracts = tmp_path / "city" / "data_contracts"
    for folder, name, content in (
        ("", "city.yaml", CITY),
        ("resources", "prices.odcs.yaml", CONTRACT),
        ("scenarios", "trend.yaml", SCENARIO),
    ):
        (contracts / folder).mkdir(parents=True, exist_ok=True)
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (contracts / folder / name).write_text(text, encoding="utf-8")
    return tmp_path / "city"


@pytest.fixture
def run(city: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("WORKBENCH_CITY", str(city))
    monkeypatch.setenv("WORKBENCH_LANG", "en")
    monkeypatch.setenv("COLUMNS", "300")
    nouns = {"audit": audit.app, "users": users.app, "grants": grants.app}

    def run_it(noun: str, *arguments: str, input: str = "") -> Result:  # noqa: A002
        return CliRunner().invoke(nouns[noun], list(arguments), input=input)

    return run_it


@pytest.fixture
def staffed(run: Run) -> Run:
    """With an analyst, an auditor, and a query of the analyst in the ledger."""
    for person, role in (("zhang", "analyst"), ("sun", "auditor")):
        done = run(
            "users", "add", person, "-d", "ndrc", "-r", role, "--password-stdin",
            input=PASSWORD + "\n",
        )  # fmt: skip
        assert done.exit_code == 0, done.output
    return run


def _record(city: Path, *drafts: Draft) -> None:
    state = open_state(city)
    for draft in drafts:
        state.ledger.record(draft)
    state.store.close()


def _events(city: Path) -> list[tuple[str, dict[str, object]]]:
    state = open_state(city)
    found = [json.loads(filed.entry.body) for filed in state.store.journal.walk()]
    state.store.close()
    return [(fields["event"], fields["detail"]) for fields in found]


def test_users_are_added_and_every_change_stands_in_the_ledger(staffed: Run, city: Path) -> None:
    for change in (("disable", "zhang"), ("enable", "zhang"), ("roles", "zhang", "-r", "leader")):
        assert staffed("users", *change).exit_code == 0
    assert staffed("users", "password", "zhang", "--generate").exit_code == 0
    listed = staffed("users", "list").stdout
    assert "zhang" in listed
    assert "leader" in listed
    events = _events(city)
    assert {event for event, _ in events} == {"user_changed"}
    assert [(d["user"], d["change"], d.get("roles")) for _, d in events] == [
        ("zhang", "added", ["analyst"]),
        ("sun", "added", ["auditor"]),
        ("zhang", "disabled", None),
        ("zhang", "enabled", None),
        ("zhang", "roles", ["leader"]),
        ("zhang", "password", None),
    ]


def test_a_generated_password_is_printed_once_and_works(run: Run, city: Path) -> None:
    done = run("users", "add", "zhang", "-d", "ndrc", "-r", "analyst", "--generate")
    assert done.exit_code == 0
    password = done.stdout.strip()
    assert len(password) == 24
    state = open_state(city)
    assert state.store.users.verify("zhang", password) is not None
    state.store.close()
    assert password not in json.dumps(_events(city))


def test_a_password_is_asked_for_twice(run: Run, city: Path) -> None:
    asked = f"{PASSWORD}\n{PASSWORD}\n"
    done = run("users", "add", "zhang", "-d", "ndrc", "-r", "analyst", input=asked)
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("add", "li", "-d", "tax", "-r", "analyst"), 2, "housing"),
        (("add", "l i", "-d", "ndrc", "-r", "analyst"), 2, "visible characters"),
        (("add", "zhang", "-d", "ndrc", "-r", "analyst"), 2, "already exists"),
        (("add", "li", "-d", "ndrc", "-r", "auditor", "-r", "operator"), 3, "art. 40"),
        (("roles", "sun", "-r", "auditor", "-r", "security"), 3, "art. 40"),
        (("disable", "nobody"), 2, "no user"),
    ],
)
def test_what_is_refused_leaves_neither_user_nor_entry(
    staffed: Run, city: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    extra = ("--password-stdin",) if arguments[0] == "add" else ()
    done = staffed("users", *arguments, *extra, input=PASSWORD + "\n")
    assert done.exit_code == code, done.output
    assert words in done.stderr
    assert len(_events(city)) == 2


def test_a_weak_password_is_refused(run: Run, city: Path) -> None:
    done = run(
        "users", "add", "li", "-d", "ndrc", "-r", "analyst", "--password-stdin", input="short\n"
    )
    assert done.exit_code == 2
    assert _events(city) == []


def test_errors_are_told_in_chinese(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_LANG", "zh")
    done = run("users", "disable", "nobody")
    assert "没有用户 nobody" in done.stderr


def test_a_folder_that_is_no_city_is_refused(run: Run, tmp_path: Path) -> None:
    done = run("users", "list", "--city", str(tmp_path))
    assert done.exit_code == 2
    assert "data_contracts/city.yaml" in done.stderr
    assert not (tmp_path / ".workbench").exists()


def test_grants_are_listed_and_revoked(run: Run, city: Path) -> None:
    assert "trend/ndrc/prices" in run("grants", "list").stdout
    done = run("grants", "revoke", "trend/ndrc/prices", "--reason", "项目结束", "--by", "李主任")
    assert done.exit_code == 0, done.output
    (grant,) = json.loads(run("grants", "list", "--json").stdout)
    assert grant["state"] == "revoked"
    assert date.fromisoformat(grant["revoked_on"])
    assert _events(city) == [
        ("grant_revoked", {"grant": "trend/ndrc/prices", "reason": "项目结束"})
    ]
    again = run("grants", "revoke", "trend/ndrc/prices", "--reason", "x", "--by", "y")
    assert again.exit_code == 2
    assert len(_events(city)) == 1


def test_an_unknown_grant_is_told_with_what_is_near(run: Run) -> None:
    done = run("grants", "revoke", "trend/ndrc/price", "--reason", "x", "--by", "y")
    assert done.exit_code == 2
    assert "trend/ndrc/prices" in done.stderr


def test_verify_exits_0_when_whole_and_1_when_not(staffed: Run, city: Path) -> None:
    done = staffed("audit", "verify")
    assert (done.exit_code, "whole" in done.stdout) == (0, True)
    connection = sqlite3.connect(Layout(city).store, isolation_level=None)
    connection.execute("DROP TRIGGER entries_no_update")
    connection.execute("UPDATE entries SET actor = 'x' WHERE seq = 2")
    connection.close()
    done = staffed("audit", "verify")
    assert done.exit_code == 1
    assert "Entry 2: changed." in done.stdout
    report = json.loads(staffed("audit", "verify", "--json").stdout)
    assert [(f["kind"], f["seq"]) for f in report["findings"]] == [("changed", 2)]
    assert not report["clean"]


def test_an_exchanged_store_shows(staffed: Run, city: Path) -> None:
    for left in Layout(city).state.glob("store.sqlite*"):
        left.unlink()
    done = staffed("audit", "verify")
    assert done.exit_code == 1
    assert "Entry 1-2: cut off." in done.stdout


def test_keys_that_are_gone_are_not_made_anew_beside_a_store(staffed: Run, city: Path) -> None:
    Layout(city).keys.rename(city / "away")
    done = staffed("audit", "verify")
    assert done.exit_code == 5
    assert not Layout(city).keys.exists()
    with pytest.raises(Unavailable):
        open_state(city)


def test_show_filters(staffed: Run, city: Path) -> None:
    _record(
        city,
        Draft(
            Event.decision,
            actor="zhang",
            scenario="trend",
            content={"prices": ("city",)},
            detail={"outcome": "permit"},
            secret="SELECT 'CANARY'",
        ),
        Draft(Event.decision, actor="page:board", viewer="li", scenario="board"),
    )

    def seqs(*arguments: str) -> list[int]:
        rows = json.loads(staffed("audit", "show", "--json", *arguments).stdout)
        return [row["seq"] for row in rows]

    assert seqs() == [4, 3, 2, 1]
    assert seqs("--person", "zhang") == [3]
    assert seqs("--person", "li") == [4]
    assert seqs("--scenario", "trend") == [3]
    assert seqs("--resource", "prices") == [3]
    assert seqs("--resource", "price") == []
    assert seqs("--resource", "%") == []
    assert seqs("--event", "user_changed") == [2, 1]
    assert seqs("--limit", "1") == [4]
    assert seqs("--limit", "2", "--before", "4") == [3, 2]
    assert seqs("--from", "2020-01-01", "--to", "2020-12-31") == []
    assert seqs("--from", "2020-01-01") == [4, 3, 2, 1]
    table = staffed("audit", "show", "--scenario", "trend").stdout
    assert "prices: city" in table
    assert "CANARY" not in table + staffed("audit", "show", "--json").stdout


def test_full_statements_are_for_auditors_and_reading_them_is_recorded(
    staffed: Run, city: Path
) -> None:
    _record(city, Draft(Event.decision, actor="zhang", secret="SELECT\x1b[31m 'CANARY'"))
    arguments = ("audit", "show", "--full", "--event", "decision", "--password-stdin", "--as")
    refused = staffed(*arguments, "zhang", input=PASSWORD + "\n")
    assert refused.exit_code == 3
    assert "auditor" in refused.stderr
    wrong = staffed(*arguments, "sun", input="a wrong password\n")
    nobody = staffed(*arguments[:-1])
    assert (wrong.exit_code, nobody.exit_code) == (3, 3)
    assert "CANARY" not in refused.output + wrong.output + nobody.output
    read = staffed(*arguments, "sun", input=PASSWORD + "\n")
    assert read.exit_code == 0, read.output
    assert "CANARY" in read.stdout
    assert "\x1b" not in read.stdout
    assert [event for event, _ in _events(city)][3:] == ["sign_in_failed", "audit_read"]
    detail = _events(city)[-1][1]
    assert detail == {"filter": {"event": "decision", "limit": 50}}


def test_reading_that_cannot_be_recorded_is_refused(staffed: Run, city: Path) -> None:
    _record(city, Draft(Event.decision, actor="zhang", secret="SELECT 'CANARY'"))
    Layout(city).checkpoints.rename(city / "away")
    Layout(city).checkpoints.write_text("in the way")
    done = staffed(
        "audit", "show", "--full", "--as", "sun", "--password-stdin", input=PASSWORD + "\n"
    )
    assert done.exit_code == 5
    assert "CANARY" not in done.output


def test_a_broken_entry_is_shown_as_such(staffed: Run, city: Path) -> None:
    connection = sqlite3.connect(Layout(city).store, isolation_level=None)
    connection.execute("DROP TRIGGER entries_no_update")
    connection.execute("UPDATE entries SET body = CAST(x'ff' AS TEXT) WHERE seq = 1")
    connection.execute("UPDATE entries SET body = 'no JSON' WHERE seq = 2")
    connection.close()
    done = staffed("audit", "show")
    assert done.exit_code == 0, done.output
    assert done.stdout.count("unreadable") == 2


def test_days_are_days_in_shanghai(city: Path) -> None:
    moments = iter(
        datetime(2025, 6, day, hour, tzinfo=UTC)
        for day, hour in ((1, 15), (1, 16), (2, 15), (2, 16))
    )
    state = open_state(city, lambda: next(moments))
    for _ in range(4):
        state.ledger.record(Draft(Event.gateway_started))
    since, until = days(date(2025, 6, 2), date(2025, 6, 2))
    rows = usage(state.store.journal, EntryFilter(since=since, until=until))
    assert [row.seq for row in rows] == [3, 2]
    assert [row.at.isoformat() for row in rows] == [
        "2025-06-02T23:00:00+08:00",
        "2025-06-02T00:00:00+08:00",
    ]
    state.store.close()


def test_every_event_has_a_name_for_people() -> None:
    assert set(audit.EVENTS) == set(Event)
