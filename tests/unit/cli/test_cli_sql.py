"""``workbench sql``, ``login`` and ``logout``, over the gateway's real doors.

As processes where a pipe or a signal matters, and once in each form of output.
"""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from commands import here

sys.path.insert(0, str(Path(__file__).parents[1] / "client"))
from client_wire import (
    COLUMNS,
    NUMBERS,
    PASSWORD,
    REFUSAL,
    Answer,
    Wire,
    serving,
    slept,
)

from workbench.errors import Code, simple

MIXED = pa.table(
    {
        "名称": pa.array(["北京, 市", 'a"b', "", None]),
        "d": pa.array([Decimal("1.10"), None, Decimal("-0.05"), Decimal("10.00")]),
        "big": pa.array([2**63 - 1, 0, None, 1], pa.int64()),
    }
)


@pytest.fixture(scope="module")
def served() -> Iterator[Wire]:
    with serving() as wire:
        yield wire


@pytest.fixture
def wire(served: Wire) -> Wire:
    served.queries.scenarios = {"prices": list(COLUMNS)}
    served.queries.answers = {"select n": lambda call: Answer(NUMBERS)}
    served.queries.answers["mixed"] = lambda call: Answer(MIXED)
    served.queries.calls.clear()
    served.queries.notes.clear()
    return served


@pytest.fixture
def env(wire: Wire, tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "WORKBENCH_URL": wire.url,
        "WORKBENCH_TOKEN": wire.session_token(),
        "WORKBENCH_LANG": "zh",
        "PYTHONUTF8": "1",
    }


def start(env: dict[str, str], *arguments: str, **more: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "workbench", *arguments]
    return subprocess.Popen(
        command,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell that runs the tests in the background lets its children ignore the interrupt.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def run_apart(env: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    out, err = (process := start(env, *arguments)).communicate(b"", timeout=60)
    return process.returncode, out.decode(), err.decode()


def run(env: dict[str, str], *arguments: str, stdin: str = "") -> tuple[int, str, str]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("WORKBENCH_URL", "WORKBENCH_TOKEN"):
            patch.delenv(name, raising=False)
        done = here(*arguments, given=stdin, **env)
    return done.returncode, done.stdout, done.stderr


def test_csv_is_exact_and_alone_on_stdout(env: dict[str, str]) -> None:
    code, out, err = run_apart(env, "sql", "-s", "prices", "-f", "csv", "mixed")
    assert run(env, "sql", "-s", "prices", "-f", "csv", "mixed")[:2] == (code, out)
    assert code == 0
    assert out == (
        '名称,d,big\r\n"北京, 市",1.10,9223372036854775807\r\n'
        '"a""b",,0\r\n"",-0.05,\r\n,10.00,1\r\n'
    )
    assert list(csv.reader(io.StringIO(out, newline="")))[1][0] == "北京, 市"
    assert err.startswith("来源：七十城房价")


def test_json_is_exact(env: dict[str, str]) -> None:
    code, out, _ = run_apart(env, "sql", "-s", "prices", "--format", "json", "mixed")
    assert code == 0
    rows = json.loads(out)
    assert rows[0] == {"名称": "北京, 市", "d": "1.10", "big": 9223372036854775807}
    assert rows[3] == {"名称": None, "d": "10.00", "big": 1}


def test_an_empty_result_is_an_empty_array(env: dict[str, str], wire: Wire) -> None:
    wire.queries.answers["none"] = lambda call: Answer(NUMBERS.slice(0, 0))
    assert run(env, "sql", "-s", "prices", "-f", "json", "none")[1] == "[]\n"
    assert run(env, "sql", "-s", "prices", "-f", "csv", "none")[1] == "n\r\n"


def test_null_in_a_single_column_does_not_lose_its_row(env: dict[str, str], wire: Wire) -> None:
    wire.queries.answers["one"] = lambda call: Answer(pa.table({"t": ["a", None]}))
    assert run(env, "sql", "-s", "prices", "-f", "csv", "one")[1] == 't\r\na\r\n""\r\n'


def test_the_table_shows_a_part_and_says_so(env: dict[str, str]) -> None:
    code, out, err = run_apart(env, "sql", "-s", "prices", "--limit-display", "2", "select n")
    assert (code, out.split()) == (0, ["n", "─", "0", "1"])
    assert "2 / 3 行" in err
    assert "账本第 42 条" in err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (REFUSAL, 3),
        (simple(Code.too_many_queries, "太多", "Too many"), 3),
        (simple(Code.statement_wrong, "错", "Wrong"), 4),
        (simple(Code.not_found, "没有", "None"), 4),
        (simple(Code.ledger_unavailable, "账本", "Ledger"), 5),
    ],
)
def test_exit_codes(env: dict[str, str], wire: Wire, error: Any, code: int) -> None:
    wire.queries.answers["bad"] = lambda call: error
    found, out, err = run_apart(env, "sql", "-s", "prices", "bad")
    assert (found, out) == (code, "")
    assert err == error.said("zh") + "\n"
    assert run({**env, "WORKBENCH_LANG": "en"}, "sql", "-s", "prices", "bad")[2] == (
        error.said("en") + "\n"
    )


def test_nobody_there_is_five(env: dict[str, str]) -> None:
    code, out, err = run({**env, "WORKBENCH_URL": "http://127.0.0.1:9"}, "sql", "select n")
    assert (code, out) == (5, "")
    assert "make up" in err


def test_wrong_input_is_two(env: dict[str, str], wire: Wire) -> None:
    for given in ("x", "x:nope=1", "x:int=a", "x:date=2020-13-01", "=1"):
        code, out, err = run(env, "sql", "-s", "prices", "-p", given, "select n")
        assert (code, out) == (2, "")
        assert "name:类型=值" in err
    assert wire.queries.calls == []


def test_parameters_have_the_type_they_name(env: dict[str, str], wire: Wire) -> None:
    given = ["a=0512", "b:int=5", "c:decimal=1.10", "d:bool=false", "e:date=2020-01-01", "f:null="]
    flags = [word for one in given for word in ("-p", one)]
    assert run(env, "sql", "-s", "prices", *flags, "-", stdin="select n")[0] == 0
    call = wire.queries.calls[0]
    assert call.sql == "select n"
    row = call.parameters.to_pylist()[0]
    assert (row["a"], row["b"], row["c"], row["d"]) == ("0512", 5, Decimal("1.10"), False)
    assert (row["e"].isoformat(), row["f"]) == ("2020-01-01", None)


def test_a_file_appears_when_it_is_complete(
    env: dict[str, str], wire: Wire, tmp_path: Path
) -> None:
    target = tmp_path / "out.csv"
    error = simple(Code.grant_revoked, "已撤销", "Revoked")
    wire.queries.answers["half"] = lambda call: Answer(NUMBERS, error=error)
    code, _, _ = run(env, "sql", "-s", "prices", "-f", "csv", "-o", str(target), "half")
    assert code == 3
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == []
    code, out, _ = run(env, "sql", "-s", "prices", "-f", "csv", "-o", str(target), "select n")
    assert (code, out) == (0, "")
    assert target.read_bytes() == b"n\r\n0\r\n1\r\n2\r\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    missing = str(tmp_path / "no" / "out.csv")
    assert run(env, "sql", "-s", "prices", "-o", missing, "select n")[0] == 2


def test_the_first_rows_come_before_the_last_are_made(env: dict[str, str], wire: Wire) -> None:
    """Batch by batch: no table in memory."""
    big = pa.table({"n": pa.array(range(200_000), pa.int64())})
    wire.queries.answers["slow"] = lambda call: Answer(big, cancelled=call.cancelled, wait=20)
    process = start(env, "sql", "-s", "prices", "-f", "csv", "slow")
    assert process.stdout is not None
    started = time.monotonic()
    assert process.stdout.readline() == b"n\r\n"
    assert process.stdout.readline() == b"0\r\n"
    assert time.monotonic() - started < 15
    process.kill()
    process.communicate()


def test_a_reader_that_has_enough_ends_it_quietly(env: dict[str, str], wire: Wire) -> None:
    big = pa.table({"n": pa.array(range(200_000), pa.int64())})
    wire.queries.answers["big"] = lambda call: Answer(big)
    command = f"{sys.executable} -m workbench sql -s prices -f csv big | head -2"
    done = subprocess.run(["bash", "-c", command], env=env, capture_output=True, text=True)
    assert done.stdout.split() == ["n", "0"]
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_ctrl_c_cancels_on_the_server(env: dict[str, str], wire: Wire) -> None:
    def slow(call: Any) -> Answer:
        wire.queries.note("begun")
        slept(30, call.cancelled, wire.queries.note)
        return Answer(NUMBERS)

    wire.queries.answers["slow"] = slow
    process = start(env, "sql", "-s", "prices", "slow")
    wire.noted("begun", 20)
    process.send_signal(signal.SIGINT)
    sent = time.monotonic()
    out, err = process.communicate(timeout=10)
    assert wire.noted("cancelled") - sent < 2
    assert (process.returncode, out, err.decode()) == (130, b"", "已取消。\n")


def test_login_keeps_a_session_and_logout_forgets_it(env: dict[str, str], wire: Wire) -> None:
    del env["WORKBENCH_TOKEN"], env["WORKBENCH_URL"]
    code, out, err = run(
        env, "login", "--url", wire.url, "--user", "zhang", "--password-stdin", stdin="wrong\n"
    )
    assert (code, out) == (3, "")
    code, out, err = run(
        env, "login", "--url", wire.url, "-u", "zhang", "--password-stdin", stdin=PASSWORD + "\n"
    )
    assert (code, out) == (0, "")
    assert PASSWORD not in err
    kept = Path(env["XDG_STATE_HOME"]) / "workbench" / "session.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert PASSWORD not in kept.read_text()
    assert run(env, "sql", "-f", "csv", "select n")[0] == 0
    assert run(env, "logout")[0] == 0
    assert not kept.exists()
    assert run(env, "sql", "--url", wire.url, "select n")[0] == 3


def test_a_tier_is_asked_for(env: dict[str, str], wire: Wire) -> None:
    assert run(env, "sql", "-s", "prices", "--tier", "statistics", "select n")[0] == 0
    assert wire.queries.calls[-1].tier == "statistics"
    assert run(env, "sql", "-s", "prices", "select n")[0] == 0
    assert wire.queries.calls[-1].tier is None
    code, _, err = run(env, "sql", "-s", "prices", "--tier", "view", "select n")
    assert (code, "statistics" in err) == (2, True)


def test_an_explanation_takes_no_parameters(env: dict[str, str], wire: Wire) -> None:
    code, out, err = run(env, "sql", "-s", "prices", "--explain", "-p", "a=1", "select n")
    assert (code != 0, out) == (True, "")
    assert "invalid_request" in err
    assert not wire.queries.calls
