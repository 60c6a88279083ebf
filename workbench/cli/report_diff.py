"""How the difference of two briefs is printed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import typer

from workbench.cli.common import language, out, said
from workbench.cli.findings import folded_table
from workbench.reports.changes import Difference, Moved
from workbench.reports.differing import changed


def print_difference(found: Difference, as_json: bool) -> None:
    if as_json:
        plain = {
            "moved": [_plain(each) for each in found.moved],
            "revised": [_plain(each) for each in found.revised],
            "came": list(found.came),
            "went": list(found.went),
        }
        typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))
        return
    _print(said("两期数字", "Figures of the two"), found.moved)
    if found.revised:
        _print(said("历史数字的修订", "Earlier figures that were revised"), found.revised)
    else:
        out().print(said("历史数字没有修订。", "No earlier figure was revised."))


def _print(title: str, rows: Sequence[Moved]) -> None:
    out().print(title)
    table = folded_table(*said("数字 上期 本期 变动", "figure before now change").split())
    for each in rows:
        name = each.now.what.said(language())
        when = f" {each.period:%Y-%m}" if each.period else ""
        change = changed(each).said(language())
        table.add_row(f"{name}{when}", _text(each, "before"), _text(each, "now"), change)
    out().print(table)


def _text(each: Moved, which: str) -> str:
    figure = each.before if which == "before" else each.now
    printed = figure.zh if language() == "zh" else figure.en
    return printed or f"{figure.value:g}"


def _plain(each: Moved) -> dict[str, Any]:
    return {
        "key": each.key,
        "period": each.period.isoformat() if each.period else None,
        "what": {"zh": each.now.what.zh, "en": each.now.what.en},
        "before": {"value": each.before.value, "entry": each.before.entry},
        "now": {"value": each.now.value, "entry": each.now.entry},
        "change": float(each.change),
    }
