"""What to change in a statement to see more: coarser ones, each asked in turn, the best first.

The gateway writes them from the statement and the contracts; each is then explained like any
statement, so that it is recorded and counted as one, and tells what an explanation tells.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from workbench.client.progress import Line
from workbench.client.tables import html_table, html_text, printable, text_table
from workbench.errors import Code, Language, Reason, Text, WorkbenchError

SECONDS = 60.0
"""After so long no other statement is begun (our default)."""
ENOUGH = 0.95
"""Statements that show this share of their cells come before those that show less (ours)."""
_ANOTHER = "counts"
_NOT_THIS_ONE = frozenset({
    Code.statistics_grammar, Code.near_unique, Code.band_not_declared, Code.use_not_allowed,
    Code.statement_wrong, Code.deadline_exceeded, Code.memory_exceeded, Code.disk_exceeded,
})  # fmt: skip
"""What is wrong with one statement and need not be with the next."""


class Counted(Protocol):
    """What an explanation says of a statement."""

    @property
    def allowed(self) -> bool: ...
    @property
    def reasons(self) -> tuple[Reason, ...]: ...
    @property
    def released(self) -> int: ...
    @property
    def withheld(self) -> int: ...


@dataclass(frozen=True)
class Suggestion:
    """``sql`` may be run as it is. ``change``: level, left_out, subtotals, period, several, counts;
    ``steps``: how many levels it is away. Cells that would be shown and withheld. ``key``: the key
    that it changes, as its number, where that is all."""

    sql: str
    changed: Text
    change: str
    steps: int
    released: int
    withheld: int
    key: str = ""

    @property
    def share(self) -> float:
        return _share(self.released, self.withheld)

    @property
    def another(self) -> bool:
        """Whether it is another question, and not the same one more coarsely."""
        return self.change == _ANOTHER

    def to_dict(self) -> dict[str, Any]:
        return {
            "sql": self.sql,
            "changed": {"zh": self.changed.zh, "en": self.changed.en},
            "change": self.change,
            "another_question": self.another,
            "released": self.released,
            "withheld": self.withheld,
        }


@dataclass(frozen=True)
class Suggestions:
    """``found``: those of which a larger share is shown, the best first. ``asked`` were asked,
    ``left`` were not because time was up. ``refused``: why none was looked for. ``before``: the
    cells that the statement itself shows and withholds."""

    found: tuple[Suggestion, ...] = ()
    before: tuple[int, int] = (0, 0)
    asked: int = 0
    left: int = 0
    refused: tuple[Reason, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "found": [each.to_dict() for each in self.found],
            "asked": self.asked,
            "left": self.left,
            "refused": [reason.to_dict() for reason in self.refused],
        }

    def lines(self, language: Language) -> list[str]:
        """What is said of them all."""
        if self.refused:
            return [reason.said(language) for reason in self.refused]
        if not self.asked and not self.left:
            return [(_WHOLE if self.before[0] and not self.before[1] else _NONE).said(language)]
        said = [self._counted().said(language)]
        if self.left:
            left = Text(
                f"时间已到，还有 {self.left} 种没有试。",
                f"Time was up: {self.left} more were not asked.",
            )
            said.append(left.said(language))
        return said

    def _counted(self) -> Text:
        if not self.found:
            return Text(
                f"试了 {self.asked} 种更粗的写法，没有一种能公开更大比例的单元格。",
                f"{self.asked} coarser statements were asked; nothing coarser helps: none shows a "
                "larger share of its cells.",
            )
        return Text(
            f"试了 {self.asked} 种更粗的写法，其中 {len(self.found)} 种能公开更大比例的单元格"
            "（下列语句可直接执行）：",
            f"{self.asked} coarser statements were asked; {len(self.found)} show a larger share of "
            "their cells (each may be run as it stands):",
        )

    def table(self, language: Language) -> tuple[list[str], list[list[str]]]:
        zh = language == "zh"
        header = ["", "改动", "现在", "改后"] if zh else ["", "change", "now", "then"]
        now = _of(*self.before)
        rows = [
            [str(i), each.changed.said(language), now, _of(each.released, each.withheld)]
            for i, each in enumerate(self.found, start=1)
        ]
        return header, rows

    def text(self, language: Language) -> str:
        parts = self.lines(language)
        if self.found:
            parts.append(text_table(*self.table(language), {2, 3}))
        for i, each in enumerate(self.found, start=1):
            parts.append(f"\n-- {i}. {printable(each.changed.said(language))}")
            parts += [printable(line) for line in each.sql.split("\n")]
        return "\n".join(parts)

    def html(self, language: Language) -> str:
        lines = "".join(f"<div>{html_text(line)}</div>" for line in self.lines(language))
        table = html_table(*self.table(language), {2, 3}) if self.found else ""
        statements = "".join(
            f"<pre>-- {i}. {html_text(each.changed.said(language))}\n{html_text(each.sql)}</pre>"
            for i, each in enumerate(self.found, start=1)
        )
        return f'<div class="workbench-suggestions">{lines}{table}{statements}</div>'


_WHOLE = Text(
    "没有不放行的单元格，无需更改。", "No cell would be withheld: there is nothing to change."
)
_NONE = Text("没有已知的更粗的写法。", "No coarser form of it is known.")


def asked_in_turn(
    offered: Sequence[Mapping[str, Any]],
    before: Counted,
    explain: Callable[[str], Counted],
    language: Language,
    line: Line | None = None,
    seconds: float = SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> Suggestions:
    """Each offered statement explained, until ``seconds`` are over. Raises WorkbenchError where
    none of them would be answered: a grant that ended meanwhile, a limit."""
    until, found, done = clock() + seconds, [], 0
    try:
        for each in offered:
            if clock() >= until:
                break
            done += 1
            if line is not None:
                line.show(_progress(done, len(offered)).said(language))
            suggestion = _asked(each, explain(each["sql"]))
            if suggestion is not None:
                found.append(suggestion)
    finally:
        if line is not None:
            line.clear()
    shown = (before.released, before.withheld)
    best = ranked(found, shown)
    return Suggestions(best, shown, done, len(offered) - done)


def _asked(offered: Mapping[str, Any], told: Counted) -> Suggestion | None:
    if not told.allowed:
        if told.reasons[0].code not in _NOT_THIS_ONE:
            raise WorkbenchError.of(told.reasons)
        return None
    return Suggestion(
        offered["sql"],
        Text(offered["zh"], offered["en"]),
        offered["change"],
        offered["steps"],
        told.released,
        told.withheld,
        offered["key"],
    )


def ranked(found: Sequence[Suggestion], before: tuple[int, int]) -> tuple[Suggestion, ...]:
    """Those of which a larger share is shown than of the statement itself. First those that show
    (nearly) all; among equals those that show the most cells, for they keep the most detail.
    Another question comes last. Where one level of a key shows no other number of cells than the
    level before it, it says no more, and is left out."""

    def order(each: Suggestion) -> tuple[bool, bool, int, float, int]:
        return (each.another, each.share < ENOUGH, -each.released, -each.share, each.steps)

    better = [each for each in found if each.share > _share(*before)]
    nearest: dict[object, Suggestion] = {}
    for each in sorted(better, key=lambda one: one.steps):
        same = (each.key, each.released, each.withheld) if each.key else each.sql
        nearest.setdefault(same, each)
    return tuple(sorted(nearest.values(), key=order))


def _share(released: int, withheld: int) -> float:
    return released / (released + withheld) if released + withheld else 0.0


def _of(released: int, withheld: int) -> str:
    return f"{released:,} / {released + withheld:,}"


def _progress(number: int, all_: int) -> Text:
    return Text(f"正在试第 {number}/{all_} 种写法", f"asking coarser statement {number} of {all_}")
