"""The root of the command line: fast, bilingual, complete."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest
from commands import here

from workbench import __version__
from workbench.cli import NOUNS, load


def run(*arguments: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workbench", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "WORKBENCH_LANG": language, "PYTHONUTF8": "1"},
    )


def test_help_is_fast_and_loads_no_noun() -> None:
    took = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert run("--help").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(took) < 0.5, "of the processor: others may be at work beside it"
    code = (
        "import sys\nfrom workbench.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in sys.modules if m.startswith('workbench.cli.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_help_speaks_the_language_and_names_every_noun(language: str) -> None:
    out = run("--help", language=language).stdout
    for name, noun in NOUNS.items():
        assert f"  {name} " in out
        assert noun.help.said(language) in out  # type: ignore[arg-type]


def test_the_version() -> None:
    assert run("--version").stdout == f"workbench {__version__}\n"


def test_an_unknown_noun_is_a_wrong_input() -> None:
    done = run("nope")
    assert done.returncode == 2
    assert "nope" in done.stderr


@pytest.mark.parametrize("name", NOUNS)
def test_every_noun_exists_and_explains_itself(name: str) -> None:
    command = load(name)
    assert command.name == name
    assert here(name, "--help").returncode == 0
