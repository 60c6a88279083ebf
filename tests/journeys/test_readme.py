"""The commands of the two READMEs, run as they stand, with a city being served."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from running_city import ROOT, Up, copy_city

READMES = ("README.md", "README.zh-CN.md")
EXIT_CODE = re.compile(r"#.*?(?:exit code|退出码) (\d)")


@dataclass(frozen=True)
class Command:
    words: tuple[str, ...]
    exit_code: int


def commands(readme: str) -> list[Command]:
    text = (ROOT / readme).read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    assert all(line.startswith("$ workbench ") for line in lines), lines
    return [_command(line.removeprefix("$ ")) for line in lines]


def _command(line: str) -> Command:
    code = EXIT_CODE.search(line)
    return Command(tuple(shlex.split(line, comments=True)), int(code[1]) if code else 0)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    running = Up.start(copy_city(tmp_path_factory.mktemp("city")))
    try:
        yield running.ready()
    finally:
        running.stop()


def test_both_readmes_have_the_same_commands() -> None:
    first, second = (commands(readme) for readme in READMES)
    assert first == second
    assert len(first) > 5


@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.slow)])
def test_the_commands_do_what_the_readme_says(up: Up, tmp_path: Path, language: str) -> None:
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "WORKBENCH_LANG": language,
        "WORKBENCH_URL": up.gateway,
    }
    for command in commands("README.md"):
        words = list(command.words)
        if words[1] == "login":
            words.append("--password-stdin")
        done = subprocess.run(
            words,
            cwd=up.city,
            env=environment,
            input=f"{up.password('analyst')}\n",
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        told = done.stdout + done.stderr
        assert done.returncode == command.exit_code, f"{shlex.join(words)}\n{told}"
        assert told.strip(), f"{shlex.join(words)} said nothing"
        assert "Traceback" not in told
        if command.exit_code == 3:
            assert "yoy_index" in told
            assert "not_granted" in told
