"""Sentences whose figures are links: each to the panel that it is in, with its ledger entry."""

from __future__ import annotations

import re
from collections.abc import Mapping

from workbench.ui.panels.parts import Content, Json, Task, unfit
from workbench.ui.panels.said import joined
from workbench.ui.words import both

_PLACE = re.compile(r"\{(\d+)\}")


def sentences(task: Task) -> Content:
    """A row without a figure's number is a sentence, with ``{1}``, ``{2}`` where its figures stand;
    the others are its figures. ``value`` names the text's columns, the Chinese one first.
    ``target``: the title of the panel that a figure is in; ``size``: its ledger entry. Raises
    InvalidInput where a sentence has a place that no row fills."""
    texts, figures = _read(task)
    said = [_parts(task, text, figures.get(key, {})) for key, text in texts.items()]
    whole = ["".join(part["text"] for part in sentence) for sentence in said]
    rows = [[str(number), text] for number, text in enumerate(whole, 1)]
    title = task.panel.title.said(task.language)
    return Content(
        sentences=said,
        summary=task.speech._(": ").join([title, joined(whole, task.speech)]),
        data={"columns": [task.field(task.panel.by).label, title], "rows": rows},
    )


def _read(task: Task) -> tuple[dict[str, str], dict[str, dict[str, Json]]]:
    """The sentences in the order of their rows, and by sentence and number their figures."""
    by, number = task.field(task.panel.by), task.field(task.panel.across)
    text = task.field(task.panel.value[0 if task.language == "zh" else -1])
    texts: dict[str, str] = {}
    figures: dict[str, dict[str, Json]] = {}
    for row in range(task.rows):
        key, place = by.exact[row] or "", number.exact[row]
        if place is None:
            texts[key] = text.exact[row] or ""
        else:
            figures.setdefault(key, {})[place] = _figure(task, text.exact[row] or "", row)
    return texts, figures


def _figure(task: Task, text: str, row: int) -> Json:
    entry = task.optional(task.panel.size)
    told = entry.exact[row] if entry is not None else None
    return {"text": text, "panel": _panel(task, row), "entry": told}


def _panel(task: Task, row: int) -> str | None:
    """The id of the panel with this title; None where the row names none."""
    target = task.optional(task.panel.target)
    title = target.exact[row] if target is not None else None
    if not title:
        return None
    for position, each in enumerate(task.page.panels):
        if title in (each.title.zh, each.title.en):
            return f"p{position}"
    raise unfit(
        both("No panel is called {title}.", title=title),
        None,
        both("Write a panel's title in column {column}.", column=task.panel.target),
        task.panel.target,
    )


def _parts(task: Task, text: str, figures: Mapping[str, Json]) -> list[Json]:
    """Pieces of text, and figures in their places."""
    out: list[Json] = []
    for number, piece in enumerate(_PLACE.split(text)):
        if number % 2 == 0:
            out += [{"text": piece}] if piece else []
        elif piece in figures:
            out.append(figures[piece])
        else:
            raise unfit(
                both("Figure {number} of a sentence has no row.", number=piece),
                None,
                both("Ask for the figures of each sentence as well."),
                task.panel.across,
            )
    return out
