"""``workbench secrets`` and ``workbench sources`` in a made-up city with an SQLite source."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import attached_city as at
import pytest

from workbench.cli import main
from workbench.cli.common import open_state
from workbench.extracts.versions import Extracts
from workbench.gateway.assemble import open_workbench
from workbench.ledger.chain import fields_of
from workbench.model.actor import Actor, Role
from workbench.store.layout import Layout
from workbench.store.secrets import Account, Secrets
from workbench.trial.city import SCENARIO

PASSWORD = "a pass'word 密码"


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def workbench(root: Path, *arguments: str, stdin: str = "") -> Done:
    """The command, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("WORKBENCH_LANG", "en")
        patch.setenv("COLUMNS", "300")
        patch.setattr("sys.stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as left:
            main([*arguments, "--city", str(root)])
    return Done(int(left.value.code or 0), out.getvalue(), err.getvalue())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    at.write_attached(tmp_path, at.server_of("sqlite", None))
    at.fill_sqlite(tmp_path)
    return tmp_path


def test_a_secret_is_set_listed_and_removed_and_only_its_name_is_told(tmp_path: Path) -> None:
    root = at.write_attached(tmp_path, at.server_of("sqlite", None))
    done = workbench(
        root, "secrets", "set", "registry", "--user", "reader", "--stdin", stdin=f"{PASSWORD}\n"
    )
    assert done.returncode == 0, done.stderr
    listed = workbench(root, "secrets", "list")
    assert listed.stdout.split() == ["registry"]
    state = open_state(root)
    kept = Secrets(Layout(root).secrets, state.keyring.audit_key).get("registry")
    assert kept == Account("reader", PASSWORD)
    (body,) = [f.entry.body for f in state.store.journal.walk()]
    state.store.close()
    entry = fields_of(body)
    assert entry is not None
    assert entry["event"] == "secret_changed"
    assert entry["detail"] == {"secret": "registry", "change": "set"}
    assert PASSWORD not in done.stdout + done.stderr + listed.stdout + body
    gone = workbench(root, "secrets", "remove", "registry")
    assert gone.returncode == 0, gone.stderr
    assert workbench(root, "secrets", "list").stdout == ""
    assert workbench(root, "secrets", "remove", "registry").returncode == 2


def test_the_state_of_a_source_is_told(root: Path) -> None:
    (before,) = json.loads(workbench(root, "sources", "--json").stdout)
    assert (before["reachable"], before["pulled_at"], before["rows"]) == (True, "", None)
    li = Actor("li", "user", frozenset({Role.analyst}))
    with open_workbench(root) as bench:
        bench.store.users.add("li", "a long enough password", "user", li.roles)
        with bench.query_path.run(
            li, SCENARIO, "select id from staff", method="t", medium="t"
        ) as running:
            assert sum(b.num_rows for b in running) == 3
    (after,) = json.loads(workbench(root, "sources", "--json").stdout)
    assert (after["kind"], after["rows"], after["ttl_seconds"]) == ("sqlite", 3, 900)
    assert 0 <= after["age_seconds"] < 600
    assert after["last_error"] == ""
    (root / "shared" / "staff.sqlite").unlink()
    (gone,) = json.loads(workbench(root, "sources", "--json").stdout)
    assert (gone["reachable"], gone["cause"]) == (False, "file_missing")
    shown = workbench(root, "sources")
    assert "its file is not there" in shown.stdout
    assert "15 min" in shown.stdout


def test_a_check_tells_what_fits_and_what_does_not(root: Path) -> None:
    done = workbench(root, "sources", "check", "staff")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("fits") == 5
    contract = root / "data_contracts" / "resources" / "staff.odcs.yaml"
    contract.write_text(contract.read_text().replace('"name": "paid"', '"name": "wage"'))
    scenario = root / "data_contracts" / "scenarios" / f"{SCENARIO}.yaml"
    scenario.write_text(scenario.read_text().replace('"paid"', '"wage"'))
    done = workbench(root, "sources", "check", "staff")
    assert done.returncode == 5
    assert "not at the source" in done.stdout
    assert "Also at the source: paid" in done.stdout
    assert "[source_unfit]" in done.stderr


def test_a_resource_that_is_not_attached_is_refused(root: Path) -> None:
    done = workbench(root, "sources", "check", "nothing")
    assert done.returncode == 2
    assert "Attached: staff" in done.stderr


def last_refusal(root: Path) -> dict[str, object]:
    state = open_state(root)
    found = [fields_of(f.entry.body) for f in state.store.journal.walk()]
    state.store.close()
    (refused,) = [e for e in found if e is not None and e["event"] == "extract_refused"]
    return dict(refused["detail"])


@pytest.mark.parametrize("files", [0, 1])
def test_an_attached_resource_takes_no_delivery(root: Path, files: int) -> None:
    delivered = root / "staff.csv"
    delivered.write_text("id,name,county,salary,paid\n1,a,990101,1,1.00\n")
    done = workbench(root, "ingest", "staff", *[str(delivered)][:files])
    assert done.returncode == 2
    assert "takes no deliveries" in done.stderr
    assert "workbench sources check staff" in done.stderr
    assert Extracts(Layout(root).extracts).history("staff") == ()
    assert last_refusal(root)["codes"] == ["invalid_request"]


def test_the_other_ways_to_deliver_do_not_take_it_either(root: Path) -> None:
    done = workbench(root, "ingest", "--all")
    assert (done.returncode, "Nothing to do" in done.stdout) == (0, True), done.stderr
    drop = root.parent / f"{root.name}-drop"
    (drop / "staff").mkdir(parents=True)
    (drop / "staff" / "a.csv").write_text("id,name,county,salary,paid\n1,a,990101,1,1.00\n")
    (drop / "staff" / "a.csv.done").write_text("")
    done = workbench(root, "ingest", "--watch", str(drop), "--once", "--json")
    assert done.returncode == 2, "refused, and not to be tried again"
    told = json.loads(done.stdout)
    assert told["outcome"] == "refused"
    assert "sources check staff" in told["reasons"][0]["next"]["en"]
    assert Extracts(Layout(root).extracts).history("staff") == ()
    assert last_refusal(root)["drop"] == told["drop"]


@pytest.mark.parametrize(
    "command",
    [
        ("recall", "staff", "--version", "0", "--reason", "wrong"),
        ("recall", "staff", "--list"),
        ("reconcile", "staff", "staff.control.yaml"),
        ("reconcile", "staff", "staff.control.yaml", "--version", "0"),
    ],
)
def test_without_versions_the_commands_for_them_say_what_there_is(
    root: Path, command: tuple[str, ...]
) -> None:
    done = workbench(root, *command)
    assert done.returncode == 2
    assert "no version is kept" in done.stderr
    assert "workbench audit show --resource staff" in done.stderr
