"""Stacks of which parts are withheld: they end open, for their sum is not that of all parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.ui.panels.along import Along, Key
from workbench.ui.panels.labels import lines, plain
from workbench.ui.panels.parts import Json, Task
from workbench.ui.panels.picking import customdata
from workbench.ui.panels.series import Series

_LENGTH = 0.06
"""Of the longest stack: the same for each, so that it says nothing of what is withheld."""

_SAID = 6


@dataclass(frozen=True)
class OpenEnd:
    """``parts`` are the series and rows that are withheld of the stack at ``key``; ``length`` in
    its own unit."""

    key: Key
    name: str
    parts: list[tuple[Series, int]]
    length: float


def open_ends(
    task: Task, drawn: Sequence[Series], axis: Along, tops: Mapping[Key, float]
) -> list[OpenEnd]:
    """One for each stack that is drawn and lacks a part that is withheld."""
    found: dict[Key, list[tuple[Series, int]]] = {}
    for one in drawn:
        for row in one.rows:
            key = axis.keys[row]
            if key is not None and key in tops and one.value.why[row] is not None:
                found.setdefault(key, []).append((one, row))
    length = _LENGTH * (max(tops.values(), default=0.0) or 1.0)
    return [OpenEnd(key, axis.names[parts[0][1]], parts, length) for key, parts in found.items()]


def open_trace(task: Task, found: Sequence[OpenEnd], *, lying: bool) -> list[Json]:
    """Crosshatched, on top of what is known of each stack."""
    if not found:
        return []
    across, along = ("y", "x") if lying else ("x", "y")
    _ = task.speech._
    return [
        {
            "type": "bar",
            "orientation": "h" if lying else "v",
            "name": plain(_("withheld parts")),
            across: [each.key for each in found],
            along: [each.length for each in found],
            "marker": {
                "color": "@ground",
                "line": {"color": "@muted", "width": 1},
                "pattern": {"shape": "x", "fgcolor": "@accent", "size": 6, "solidity": 0.3},
            },
            "hoverinfo": "text",
            "hovertext": [_hover(task, each) for each in found],
            "showlegend": True,
            "meta": "withheld",
            **customdata(task, [each.parts[0][1] for each in found]),
        }
    ]


def _hover(task: Task, each: OpenEnd) -> str:
    """How many parts are withheld, and the first of them with their reasons."""
    colon = task.speech._(": ")
    told = task.speech._("and {number} withheld parts", number=len(each.parts))
    said = [f"{one.name}{colon}{one.value.said(row)}" for one, row in each.parts[:_SAID]]
    return lines(each.name, told, *said, "…" if len(each.parts) > _SAID else "")


def open_note(task: Task, found: Sequence[OpenEnd]) -> tuple[str, ...]:
    if not found:
        return ()
    return (
        task.speech._(
            "Totals lack what is withheld: {number} of the stacks end open (hatched, of no "
            "meaning in length).",
            number=len(found),
        ),
    )
