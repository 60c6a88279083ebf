"""Small parts: what an import costs, errors without their JSON, the session file, the fake."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from workbench import __version__
from workbench.client.credentials import Session, read_session, session_file, write_session
from workbench.client.failures import from_body, from_flight, from_text
from workbench.client.language import language_of
from workbench.client.testing import FakeConnection, sample_info
from workbench.errors import Code, InvalidInput, Refused, StatementWrong, Unavailable, simple


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_importing_the_package_is_cheap() -> None:
    code = (
        "import sys, time; t = time.perf_counter(); import workbench; "
        "print(time.perf_counter() - t, 'pyarrow' in sys.modules, 'httpx' in sys.modules)"
    )
    runs = [python(code).split() for _ in range(3)]
    assert min(float(run[0]) for run in runs) < 0.05
    assert runs[0][1:] == ["False", "False"]


def test_the_client_brings_no_engine_and_no_polars() -> None:
    names = "duckdb sqlalchemy sqlglot polars deltalake pyarrow.dataset pandas"
    code = (
        "import sys, workbench, workbench.client.magic, workbench.client.testing\n"
        "workbench.connect\n"
        f"print([n for n in {names.split()} if n in sys.modules])"
    )
    assert python(code).strip() == "[]"


def test_the_version_is_that_of_the_project() -> None:
    import tomllib

    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["version"] == __version__


@pytest.mark.parametrize(
    "text",
    [
        "Flight returned unauthorized error, with message: [not_granted] 没有 / no. gRPC client "
        "debug context: UNKNOWN:Error received from peer. Detail: Unauthorized",
        "[not_granted] 没有 / no. Detail: Unauthorized",
        "[not_granted] 没有 / no\n[not_found] 另 / other",
    ],
)
def test_the_text_alone_still_gives_code_and_sentence(text: str) -> None:
    error = from_text(text)
    assert isinstance(error, Refused)
    assert (error.code, error.reasons[0].what.zh) == (Code.not_granted, "没有")
    assert error.reasons[0].what.en == "no"


def test_what_is_not_ours_is_not_read_as_ours() -> None:
    assert from_text("IO: [FlightSQL] connection refused") is None
    assert from_text("[nonsense] a / b") is None
    assert from_flight("x", b"[{broken") is None
    assert from_body("<html>") is None
    assert from_body('{"reasons": []}') is None
    assert from_body('["reasons"]') is None


def test_json_wins_over_the_text() -> None:
    wrong = simple(Code.statement_wrong, "错", "Wrong").to_json().encode()
    assert isinstance(from_flight("[not_granted] 没有 / no", wrong), StatementWrong)


def test_a_code_of_a_newer_gateway_keeps_its_words() -> None:
    body = '{"reasons": [{"code": "brand_new", "what": {"zh": "新", "en": "New"}}]}'
    error = from_body(body)
    assert isinstance(error, Unavailable)
    assert error.reasons[0].what.en == "New"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"WORKBENCH_LANG": "zh", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "en_GB", "LANG": "zh_CN"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language(environ: dict[str, str], expected: str) -> None:
    assert language_of(environ) == expected


def test_the_session_file_is_the_owners_alone(tmp_path: Path) -> None:
    environ = {"XDG_STATE_HOME": str(tmp_path)}
    old = os.umask(0)
    try:
        file = write_session(Session("http://x", "u", "t"), environ)
    finally:
        os.umask(old)
    assert file == session_file(environ)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert read_session(environ) == Session("http://x", "u", "t")
    assert [p.name for p in file.parent.iterdir()] == ["session.json"]
    file.write_text("{")
    with pytest.raises(InvalidInput) as raised:
        read_session(environ)
    assert "workbench login" in raised.value.said("en")


def test_the_fake_answers_refuses_and_remembers() -> None:
    fake = FakeConnection({"tt": pa.table({"a": [1]})}, "s")
    assert fake.sql("select * from TT").rows == 1
    fake.answer("secret", simple(Code.not_granted, "没有", "No"))
    with pytest.raises(Refused):
        fake.sql("select secret from tt")
    fake.answer("secret", lambda asked: pa.table({"sql": [asked.sql]}))
    assert fake.sql("select secret from tt").arrow()["sql"][0].as_py() == "select secret from tt"
    with pytest.raises(StatementWrong):
        fake.sql("select ttt")
    assert [asked.scenario for asked in fake.asked] == ["s"] * 4
    assert fake.scenarios()[0]["scenario"] == "s"
    assert sample_info("s", "房价").sources[0].title_zh == "房价（合成）"
