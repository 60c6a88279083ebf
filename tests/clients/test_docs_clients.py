"""Every page of docs/clients, run as it stands against a real gateway."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from clients.pages import blocks, run
from clients.served_city import LI, PASSWORD, ROOT, Running

pytestmark = pytest.mark.slow

PAGES = ("adbc", "polars", "sqlalchemy", "jupysql", "pandas")
PARTS = ("Connect", "Ask", "What is there", "Limits")
FOLDER = ROOT / "docs" / "clients"


def page(name: str) -> Path:
    return FOLDER / f"{name}.md"


@pytest.mark.parametrize("name", PAGES)
def test_the_page_prints_what_it_says(gateway: Running, home: Path, name: str) -> None:
    printed = run(
        page(name),
        home,
        WORKBENCH_FLIGHT=gateway.flight,
        WORKBENCH_URL=gateway.http,
        WORKBENCH_USER=LI,
        WORKBENCH_PASSWORD=PASSWORD,
    )
    said = [b.prints for b in blocks(page(name)) if b.prints]
    assert len(said) >= 4
    shown = [out for out, b in zip(printed, blocks(page(name)), strict=True) if b.prints]
    assert [_trimmed(s) for s in shown] == [_trimmed(s) for s in said]


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@pytest.mark.parametrize("name", PAGES)
def test_every_page_says_the_same_things(name: str) -> None:
    text = page(name).read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert [h for h in headings if h in PARTS] == list(PARTS)
    assert any("rrors" in h for h in headings)
    for word in ("pip install", "x-workbench-scenario", "Bearer", "username", "timeout_seconds"):
        assert word in text, word
    assert "from workbench" not in text
    assert "import workbench" not in text


def test_links_between_the_pages() -> None:
    for path in FOLDER.glob("*.md"):
        for target, anchor in re.findall(r"\]\(([\w.-]+\.md)(#[\w-]+)?\)", path.read_text("utf-8")):
            assert (FOLDER / target).exists(), (path.name, target)
            if anchor:
                slugs = _slugs((FOLDER / target).read_text(encoding="utf-8"))
                assert anchor[1:] in slugs, (path.name, anchor)


def _slugs(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}


def test_the_index_lists_every_page() -> None:
    listed = set(re.findall(r"\]\((\w+)\.md\)", (FOLDER / "README.md").read_text(encoding="utf-8")))
    assert listed >= {p.stem for p in FOLDER.glob("*.md")} - {"README"}


def test_a_page_cannot_import_the_workbench(home: Path, tmp_path: Path) -> None:
    """The runner itself: a page that did would fail."""
    (tmp_path / "bad.md").write_text("```python\nimport workbench\n```\n")
    with pytest.raises(AssertionError, match="a stock client has no workbench package"):
        run(tmp_path / "bad.md", home)


def test_a_page_that_asks_another_machine_fails(home: Path, tmp_path: Path) -> None:
    code = "import socket\nsocket.create_connection(('192.0.2.1', 9), timeout=1)"
    (tmp_path / "bad.md").write_text(f"```python\n{code}\n```\n")
    with pytest.raises(AssertionError, match=r"asked for 192\.0\.2\.1"):
        run(tmp_path / "bad.md", home)


def test_jupysql_without_the_variable_would_ask_its_makers() -> None:
    """Why the page sets it before the extension is loaded."""
    code = "from ploomber_core.telemetry import telemetry as t; print(t.check_telemetry_enabled())"
    for value, enabled in (("false", "False"), ("true", "True")):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={"PLOOMBER_STATS_ENABLED": value, "HOME": "/nonexistent", "PATH": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout.strip() == enabled, done.stderr
