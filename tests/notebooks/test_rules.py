"""The rules for notebooks, read from their code: no logic, few imports, no outputs."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "workbench/simulation/shipped/city/notebooks"
NOTEBOOKS = sorted(
    [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("dashboards/*.ipynb"), *SHIPPED.glob("*.ipynb")]
)
DASHBOARDS = sorted(ROOT.glob("dashboards/*.ipynb"))
ALLOWED = ("workbench.client", "workbench.ui", "workbench.economy")
LINE_MAGICS = ("%load_ext workbench",)
CELL_MAGICS = ("%%sql",)
LOGIC = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def cells(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return found


def faults(source: str) -> list[str]:
    """What a code cell does that a notebook may not."""
    if source.startswith(CELL_MAGICS):
        return []
    lines = [line for line in source.splitlines() if line.strip() not in LINE_MAGICS]
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        return [f"a magic or a shell command: {source.splitlines()[0]}"]
    return [fault for node in ast.walk(tree) for fault in _faults_of(node)]


def _faults_of(node: ast.AST) -> list[str]:
    if isinstance(node, LOGIC):
        return [f"logic: {type(node).__name__}"]
    if isinstance(node, ast.Import):
        return [f"import {a.name}" for a in node.names if a.name not in ALLOWED]
    if isinstance(node, ast.ImportFrom) and node.module not in ALLOWED:
        return [f"from {node.module} import …"]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        called = node.func.id
        return [f"call of {called}"] if called in ("__import__", "exec", "eval", "open") else []
    return []


def test_there_are_notebooks_and_pages() -> None:
    assert len(NOTEBOOKS) > len(DASHBOARDS) > 0


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)
def test_a_notebook_holds_no_logic_and_imports_only_the_kernel_side(path: Path) -> None:
    code = ["".join(c["source"]) for c in cells(path) if c["cell_type"] == "code"]
    assert [fault for source in code for fault in faults(source)] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)
def test_a_notebook_holds_no_output(path: Path) -> None:
    for cell in cells(path):
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda p: p.name)
def test_a_dashboard_is_one_text_and_one_call_of_show(path: Path) -> None:
    found = cells(path)
    assert [cell["cell_type"] for cell in found] == ["markdown", "code"]
    name = path.stem
    assert "".join(found[1]["source"]) == f'from workbench.ui import show\n\nshow("{name}")'
    assert (path.parent / "pages" / f"{name}.yaml").is_file()


@pytest.mark.parametrize(
    "source",
    [
        "def f(): pass",
        "class A: pass",
        "f = lambda: 1",
        "import os",
        "from workbench.store import session",
        "from workbench import gateway",
        "import polars as pl",
        "!ls",
        "%run other.py",
        "%load_ext sql",
        "__import__('os')",
        "x = open('f')",
    ],
)
def test_the_rules_find_what_is_not_allowed(source: str) -> None:
    assert faults(source) != []


@pytest.mark.parametrize(
    "source",
    ["from workbench.ui import show", "%load_ext workbench", "%%sql s\nselect 1", "x.pl()"],
)
def test_the_rules_let_pass_what_is_allowed(source: str) -> None:
    assert faults(source) == []
