"""What stands around the code keeps its promises."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

import workbench

ROOT = Path(__file__).parents[2]
DOCUMENTS = (
    "README.md",
    "README.zh-CN.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *sorted(str(page.relative_to(ROOT)) for page in (ROOT / "docs").rglob("*.md")),
)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    targets = [t for t in LINK.findall(text(name)) if not t.startswith("http")]
    missing = [t for t in targets if not ((ROOT / name).parent / t).exists()]
    assert missing == []


def test_the_readmes_show_the_same_pictures_and_none_is_large() -> None:
    shown = [re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text(n)) for n in DOCUMENTS[:2]]
    assert shown[0] == shown[1]
    assert len(shown[0]) >= 4
    kept = {f"docs/screenshots/{p.name}" for p in (ROOT / "docs/screenshots").glob("*.png")}
    assert kept == set(shown[0])
    for picture in shown[0]:
        assert (ROOT / picture).stat().st_size < 300_000


def test_the_licence_is_the_whole_apache_licence() -> None:
    licence = text("LICENSE")
    for part in ("Version 2.0, January 2004", "9. Accepting Warranty", "END OF TERMS", "APPENDIX"):
        assert part in licence
    assert tomllib.loads(text("pyproject.toml"))["project"]["license"] == "Apache-2.0"


def test_one_version() -> None:
    assert tomllib.loads(text("pyproject.toml"))["project"]["version"] == workbench.__version__


def test_every_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    named = {
        t for name in (*DOCUMENTS, ".ci/run") for t in re.findall(r"make ([a-z-]+)", text(name))
    }
    # Prose says "make up" of the command and may go on; only words set as code are checked.
    coded = {
        t
        for name in DOCUMENTS
        for t in re.findall(r"(?:^|`)make ([a-z-]+)", text(name), re.MULTILINE)
    }
    assert coded <= targets
    assert {"up", "test", "setup"} <= named & targets
    helped = set(re.findall(r"make ([a-z-]+)  ", text("Makefile")))
    assert helped == targets - {"help", "system", "check-notebooks"}


@pytest.mark.parametrize("script", [".ci/run", ".make/setup.sh", ".make/system.sh"])
def test_scripts_are_posix_shell(script: str) -> None:
    assert text(script).startswith("#!/bin/sh\n")
    assert subprocess.run(["sh", "-n", str(ROOT / script)], check=False).returncode == 0
    dash = shutil.which("dash")
    if dash:
        assert subprocess.run([dash, "-n", str(ROOT / script)], check=False).returncode == 0
    for bashism in ("[[", "pipefail", "$'", "<(", "function "):
        assert bashism not in text(script)


def test_ci_runs_the_same_as_people() -> None:
    assert re.search(r"^make test ", text(".ci/run"), re.MULTILINE)


def test_hooks_call_the_tools_of_the_environment_and_fetch_nothing() -> None:
    config = text(".pre-commit-config.yaml")
    assert re.findall(r"repo: (\S+)", config) == ["local"]
    entries = re.findall(r"entry: (\S+)", config)
    assert len(entries) >= 4
    assert all(entry.startswith(".venv/bin/") for entry in entries)
    assert "language: system" in config
    assert config.count("language: system") == len(entries)


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs/adr"
    pages = sorted(p.name for p in folder.glob("0*.md"))
    assert [t for t in LINK.findall(text("docs/adr/README.md")) if t[0] == "0"] == pages
    assert [int(p[:4]) for p in pages] == list(range(1, len(pages) + 1))


def test_no_file_names_a_machine() -> None:
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    pattern = re.compile(r"(?<![\w.])/(?:work|root)/")
    own = Path(__file__).name
    found = [
        name
        for name in listed.stdout.split("\0")
        if name.endswith((".py", ".md", ".yaml", ".toml", ".sh", "Makefile", "run"))
        and (ROOT / name).is_file()
        and Path(name).name != own
        and pattern.search((ROOT / name).read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []
