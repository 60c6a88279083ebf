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
