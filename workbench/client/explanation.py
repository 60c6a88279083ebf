"""What a statement would give, told before it is run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.client.disclosure import WHY, rules_said
from workbench.client.suggestions import Suggestions
from workbench.client.tables import html_table, html_text, text_table
from workbench.errors import Code, Language, Reason, Text, WorkbenchError, simple
from workbench.model.release import NOTHING_THERE

if TYPE_CHECKING:
    from workbench.client.release import Release

_ALLOWED = Text("可以运行，在 {tier} 层。", "It may run, in the tier {tier}.")
_MORE = Text(
    "想看更粗但更完整的写法：suggest=True（%%sql 与命令行：--suggest）。",
    "To see coarser statements that show more: suggest=True (%%sql and the shell: --suggest).",
)
_REFUSED = Text("会被拒绝。", "It would be refused.")


def without_parameters() -> WorkbenchError:
    """A statement is explained by its text alone."""
    return simple(
        Code.invalid_request,
        "explain 不接受参数。",
        "A statement with parameters cannot be explained.",
        next=Text("请把取值写进语句。", "Write the values into the statement."),
    )


@dataclass(frozen=True)
class Explanation:
    """``reasons``: why it would be refused, each with the nearest form that is allowed; empty where
    it may run. ``cells`` are (column, why withheld or None, number) of a statistic. ``notes`` are
    what its release would say beside its sources. ``suggestions``: what to ask in its place, where
    that was asked for."""

    allowed: bool
    tier: str
    reasons: tuple[Reason, ...] = ()
    cells: tuple[tuple[str, str | None, int], ...] = ()
    rules: str = ""
    k: int = 0
    language: Language = "en"
    notes: tuple[str, ...] = ()
    suggestions: Suggestions | None = None

    @classmethod
    def of(cls, release: Release, language: Language) -> Explanation:
        """From the answer to the template ``explain``."""
        table = release.table
        columns = [table.column(name).to_pylist() for name in ("column", "why", "cells")]
        rules = (release.info.disclosure or {}).get("rules")
        said = rules_said(rules, language) if rules else ""
        cells = tuple(zip(*columns, strict=True))
        k, notes = rules["k"] if rules else 0, release.info.notes
        return cls(True, release.tier, (), cells, said, k, language, notes)

    @classmethod
    def refused(cls, error: WorkbenchError, language: Language) -> Explanation:
        return cls(False, "", error.reasons, language=language)

    @property
    def withheld(self) -> int:
        return sum(number for _, why, number in self.cells if why not in (None, NOTHING_THERE))

    @property
    def released(self) -> int:
        return sum(number for _, why, number in self.cells if why is None)

    def _lines(self) -> list[str]:
        if not self.allowed:
            return [_REFUSED.said(self.language), *(r.said(self.language) for r in self.reasons)]
        lines = [_ALLOWED.said(self.language).format(tier=self.tier)]
        if self.cells:
            counts = Text(
                f"放行 {self.released} 格，不放行 {self.withheld} 格。",
                f"{self.released} cells released, {self.withheld} withheld.",
            )
            lines += [self.rules, counts.said(self.language)]
        return [*lines, *self.notes, *self._hint()]

    def _hint(self) -> list[str]:
        wanted = self.withheld and self.suggestions is None
        return [_MORE.said(self.language)] if wanted else []

    def to_dict(self) -> dict[str, Any]:
        """For programs: cells by column and why, reasons and suggestions in both languages."""
        cells = [{"column": c, "why": why, "cells": n} for c, why, n in self.cells]
        suggested = self.suggestions.to_dict() if self.suggestions is not None else None
        return {
            "allowed": self.allowed,
            "tier": self.tier,
            "reasons": [reason.to_dict() for reason in self.reasons],
            "cells": cells,
            "released": self.released,
            "withheld": self.withheld,
            "k": self.k,
            "notes": list(self.notes),
            "suggestions": suggested,
        }

    def _table(self) -> tuple[list[str], list[list[str | None]]]:
        zh = self.language == "zh"
        header = ["列", "单元格", "原因"] if zh else ["column", "cells", "why"]
        return header, [[column, str(number), why] for column, why, number in self.cells]

    def _meant(self) -> list[str]:
        kinds = dict.fromkeys(why for _, why, _ in self.cells if why)
        return [f"{why}: {WHY[why].said(self.language).format(k=self.k)}" for why in kinds]

    def __repr__(self) -> str:
        header, rows = self._table()
        table = [text_table(header, [[c, n, w or ""] for c, n, w in rows], {1})] if rows else []
        more = [self.suggestions.text(self.language)] if self.suggestions is not None else []
        return "\n".join([*self._lines(), *table, *self._meant(), *more])

    def _repr_html_(self) -> str:
        header, rows = self._table()
        lines = "".join(
            f'<div style="white-space:pre-wrap">{html_text(each)}</div>' for each in self._lines()
        )
        cells = [[c, n, w or ""] for c, n, w in rows]
        table = html_table(header, cells, {1}) if rows else ""
        table += "".join(f"<div>{html_text(each)}</div>" for each in self._meant())
        more = self.suggestions.html(self.language) if self.suggestions is not None else ""
        return f'<div class="workbench-explanation">{lines}{table}{more}</div>'
