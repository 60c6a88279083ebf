"""Findings in declared files as a command shows them: a table, lines, or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import typer
from rich.table import Table
from rich.text import Text as Cell

from workbench.cli.common import language, out, said
from workbench.declared.findings import Finding, Severity, errors
from workbench.errors import InvalidInput, Text


def show_findings(findings: Sequence[Finding], *, as_json: bool) -> None:
    """Print them; leave with the exit code of invalid input where one is an error."""
    if as_json:
        typer.echo(json.dumps([_plain(f) for f in findings], ensure_ascii=False, indent=2))
    else:
        _print(findings)
    if errors(findings):
        raise typer.Exit(InvalidInput.exit_code)


def folded_table(*headings: str) -> Table:
    """Nothing is cut off: long names are folded."""
    made = Table(show_lines=True)
    for heading in headings:
        made.add_column(heading, overflow="fold")
    return made


def _print(findings: Sequence[Finding]) -> None:
    """A table on a terminal; elsewhere a line each, as compilers write them."""
    console = out()
    if console.is_terminal and findings:
        console.print(_findings_table(findings))
    elif findings:
        for f in findings:
            problem, fix = f.problem.said(language()), f.fix.said(language())
            key = f"{f.key}: " if f.key else ""
            typer.echo(f"{f.place}: {_WORDS[f.severity].said(language())}: {key}{problem}  {fix}")
    wrong, warned = len(errors(findings)), len(findings) - len(errors(findings))
    console.print(said(f"{wrong} 个错误，{warned} 个提醒", f"{wrong} errors, {warned} warnings"))


def _findings_table(findings: Sequence[Finding]) -> Table:
    made = folded_table(
        said("级别", "Level"), said("位置", "Where"), said("键", "Key"),
        said("问题", "Problem"), said("改为", "Write instead"),
    )  # fmt: skip
    for f in findings:
        level = Cell(_WORDS[f.severity].said(language()), style=_COLOURS[f.severity])
        cells = (f.place, f.key, f.problem.said(language()), f.fix.said(language()))
        made.add_row(level, *map(Cell, cells))
    return made


_COLOURS = {Severity.error: "red", Severity.warning: "yellow"}
_WORDS = {Severity.error: Text("错误", "error"), Severity.warning: Text("提醒", "warning")}


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity.value,
        "file": finding.file,
        "line": finding.line,
        "key": finding.key,
        "problem": {"zh": finding.problem.zh, "en": finding.problem.en},
        "fix": {"zh": finding.fix.zh, "en": finding.fix.en},
    }
