"""Signal lights in a grid: who stands how in what."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.ui.panels.along import NONE, twice
from workbench.ui.panels.fields import Field, why_said
from workbench.ui.panels.parts import Content, Json, Task, unfit
from workbench.ui.panels.said import joined, names_of
from workbench.ui.words import both

LEVELS: Mapping[str, tuple[str, ...]] = {
    "green": ("green", "绿", "绿灯", "正常"),
    "yellow": ("yellow", "黄", "黄灯", "关注"),
    "red": ("red", "红", "红灯", "预警"),
    "blue": ("blue", "蓝", "蓝灯"),
    "light_blue": ("light_blue", "浅蓝", "浅蓝灯"),
    "grey": ("grey", "gray", "灰", "灰灯", "无数据"),
}
_BY_WORD = {word: level for level, words in LEVELS.items() for word in words}


def signals(task: Task) -> Content:
    """Rows and columns in the order in which they come. A combination without a row, and a level
    that is missing or withheld, is grey; a level that is not known raises InvalidInput."""
    field, across = task.field(task.panel.by), task.field(task.panel.across)
    value = task.field(task.panel.value[0])
    names, heads = names_of(field), names_of(across)
    columns = list(dict.fromkeys(heads))
    cells: dict[str, dict[str, Json]] = {}
    for row, (name, head) in enumerate(zip(names, heads, strict=True)):
        line = cells.setdefault(name, {})
        if head in line:
            raise twice(task, f"{name}, {head}")
        line[head] = _cell(task, value, row)
    rows = [
        {"label": name, "cells": [line.get(head) or _no_cell() for head in columns]}
        for name, line in cells.items()
    ]
    return Content(signals={"columns": columns, "rows": rows}, summary=_summary(task, cells))


def _no_cell() -> Json:
    return {"level": "grey", "text": NONE}


def _cell(task: Task, value: Field, row: int) -> Json:
    kind = value.why[row]
    if kind is not None:
        return {
            "level": "grey",
            "text": task.speech._("withheld: {why}", why=why_said(kind, task.speech)),
        }
    text = task.optional(task.panel.text)
    said = text.text(row) if text is not None else _word(task, _level(task, value, row))
    return {"level": _level(task, value, row), "text": said}


def _level(task: Task, value: Field, row: int) -> str:
    word = (value.exact[row] or "").strip()
    if not word:
        return "grey"
    level = _BY_WORD.get(word.casefold())
    if level is None:
        raise unfit(
            both("{word} is no level of a signal light.", word=word),
            both("A light that is guessed could hide a warning."),
            both(
                "Write green, yellow, red, blue, light_blue or grey in column {column}.",
                column=value.name,
            ),
            value.name,
        )
    return level


def _word(task: Task, level: str) -> str:
    _ = task.speech._
    return {
        "green": _("normal"),
        "yellow": _("watch"),
        "red": _("warning"),
        "grey": _("no data"),
        "blue": _("cold"),
        "light_blue": _("rather cold"),
    }[level]


def _summary(task: Task, cells: dict[str, dict[str, Json]]) -> str:
    """Of the lights that have a row: a cell without one is drawn grey, and is no light."""
    levels = [cell["level"] for line in cells.values() for cell in line.values()]
    told = task.speech._(
        "{title}: {all} lights, {red} red, {yellow} yellow, {green} green, {grey} grey.",
        title=task.panel.title.said(task.language),
        all=len(levels),
        **{level: levels.count(level) for level in LEVELS},
    )
    cold = {level: levels.count(level) for level in ("blue", "light_blue")}
    if not any(cold.values()):
        return told
    return joined(
        [told, task.speech._("{blue} blue, {light_blue} light blue.", **cold)], task.speech
    )
