"""The progress line: late, polite, gone at the end."""

from __future__ import annotations

import io
import logging
import threading
import time
from typing import Any

import pytest

from workbench.client.progress import Progress, ShellLine, mine, said

QUERY = {"id": "a", "scenario": "s", "stage": "running", "seconds": 3.0, "percent": 41.6, "rows": 0}


class Kept:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.cleared = 0

    def show(self, text: str) -> None:
        self.lines.append(text)

    def clear(self) -> None:
        self.cleared += 1


def drive(poll: Any, line: Any, until: Any) -> Progress:
    now = [0.0]
    progress = Progress(poll, "s", line, "en", lambda: now[0])
    progress.tick()
    now[0] = 3.0
    end = time.monotonic() + 5
    while not until() and time.monotonic() < end:
        progress.tick()
        time.sleep(0.01)
    assert until()
    progress.close()
    return progress


def test_it_shows_what_the_gateway_says_and_then_nothing() -> None:
    line = Kept()
    drive(lambda: [QUERY], line, lambda: "running · 3 s · 42 %" in line.lines)
    assert line.cleared == 1


def test_a_short_query_shows_nothing_and_asks_nothing() -> None:
    line, asked = Kept(), []
    progress = Progress(lambda: asked.append(1) or [], "s", line, "en", lambda: 0.0)  # type: ignore[func-returns-value]
    for _ in range(5):
        progress.tick()
    progress.close()
    assert (line.lines, asked) == ([], [])


def test_a_failing_poll_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "workbench.client.progress")
    failed = threading.Event()

    def fail() -> list[Any]:
        failed.set()
        raise OSError("http://secret")

    line = Kept()
    drive(fail, line, lambda: failed.is_set() and "progress: OSError" in caplog.text)
    assert line.lines == ["running · 3 s"]
    assert "secret" not in caplog.text


def test_nobody_looking_nobody_asked() -> None:
    asked: list[int] = []
    now = iter(range(100))
    progress = Progress(lambda: asked.append(1) or [], "s", None, "en", lambda: float(next(now)))  # type: ignore[func-returns-value]
    for _ in range(5):
        progress.tick()
    progress.close()
    assert asked == []


def test_a_terminal_line_is_wiped() -> None:
    out = io.StringIO()
    line = ShellLine(out)
    line.clear()
    assert out.getvalue() == ""
    line.show("running")
    line.clear()
    assert out.getvalue() == "\r\x1b[Krunning\r\x1b[K"


def test_my_query_is_the_one_of_my_scenario_and_age() -> None:
    others = [{**QUERY, "seconds": 60.0, "id": "b"}, {**QUERY, "scenario": "t", "id": "c"}, QUERY]
    assert mine(others, "s", 2.5) is QUERY
    assert mine(others, "u", 2.5) is None


def test_it_speaks_both_languages() -> None:
    assert said({**QUERY, "stage": "sending", "percent": -1, "rows": 12000}, 65.4, "zh") == (
        "正在传送结果 · 65 秒 · 12,000 行"
    )
    assert said(None, 1.2, "en") == "running · 1 s"


@pytest.mark.parametrize(
    ("stage", "build", "zh", "en"),
    [
        (
            "waiting",
            {"position": 3, "table": "", "number": 0, "tables": 0, "rows": 0},
            "排队中 · 第 3 位 · 2 秒",
            "waiting · place 3 in the queue · 2 s",
        ),
        (
            "building",
            {"position": 0, "table": "person", "number": 2, "tables": 5, "rows": 1200},
            "正在构建工作区 · 第 2/5 张表 person · 1,200 行 · 2 秒",
            "building the workspace · table 2 of 5, person · 1,200 rows · 2 s",
        ),
        ("building", None, "正在构建工作区 · 2 秒", "building the workspace · 2 s"),
    ],
)
def test_a_build_is_told_by_its_place_or_its_table(
    stage: str, build: Any, zh: str, en: str
) -> None:
    known = {**QUERY, "stage": stage, "percent": None, "build": build}
    assert said(known, 2.0, "zh") == zh
    assert said(known, 2.0, "en") == en
