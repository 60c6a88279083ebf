"""How final each row is: drawn hollow or hatched where it is not, and told as a mark."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.ui.panels.parts import Task, unfit
from workbench.ui.words import both

FINAL = "final"
_WORDS: Mapping[str, tuple[str, ...]] = {
    "preliminary": ("preliminary", "初步", "初步数", "初步核算", "初步核算数", "快报", "快报数"),
    "awaiting_sign_off": ("awaiting_sign_off", "待签发", "待签批", "待审定", "待审核"),
    FINAL: ("final", "正式", "正式数", "最终", "最终核实", "最终核实数", "定案"),
}
_BY_WORD = {word: status for status, words in _WORDS.items() for word in words}


def row_statuses(task: Task) -> list[str]:
    """Per row: preliminary, awaiting_sign_off or final. A row that does not say is preliminary:
    nothing is taken for final that no one called so. Raises InvalidInput for another word."""
    if not task.panel.status:
        return [FINAL] * task.rows
    return [_status(text, task) for text in task.field(task.panel.status).exact]


def statuses(task: Task) -> tuple[str, ...]:
    """Those among the rows that are not final, for the panel's marks."""
    found = set(row_statuses(task))
    return tuple(status for status in _WORDS if status in found and status != FINAL)


def _status(text: str | None, task: Task) -> str:
    word = (text or "").strip().casefold()
    if not word:
        return "preliminary"
    if word not in _BY_WORD:
        raise unfit(
            both("{word} is no status of a figure.", word=text),
            None,
            both(
                "Write preliminary, awaiting_sign_off or final in column {column}.",
                column=task.panel.status,
            ),
            task.panel.status,
        )
    return _BY_WORD[word]
