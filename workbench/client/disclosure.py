"""What of a statistic was withheld, and why: marks for tables, a report for who checks output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

from workbench.client.noise_said import noise_said
from workbench.client.tables import html_table, html_text, text_table
from workbench.errors import Language, Text
from workbench.model.release import NOTHING_THERE, ReleaseInfo

MARK = "⊘"

WHY: Mapping[str, Text] = {
    "suppressed": Text(
        "为保护单个主体而不公开：主体少于 {k} 个、少数主体占了大部分，"
        "或与已得到的数相减会显出少数主体；请合并行业、地区或时段。",
        "withheld so that nobody single shows: fewer than {k} entities, a few that hold most, or a "
        "difference from what was told before; merge industries, areas or periods",
    ),
    "incomplete": Text(
        "由部分未放行的数计算而来。", "it was calculated from figures of which some are withheld"
    ),
    NOTHING_THERE: Text("没有数据（不是未放行）。", "there is no value; nothing is withheld"),
}
"""By what a companion column says. ``k`` is the threshold that held."""

OPEN = (
    Text(
        "各未放行的数看起来都一样：出于哪一条规则，只有输出检查人员可见。"
        "几个部门合谋、以及从别处得知的数据，不能防止。",
        "Whatever is withheld looks the same: by which rule is for output checkers. Departments "
        "that collude, and what is known from elsewhere, are not prevented.",
    ),
)


@dataclass(frozen=True)
class Disclosure:
    """A report on one release. ``cells``: protected ones; ``why``: how many are withheld by which
    rule; ``columns``: the same by column. ``rules`` are the strictest of all resources."""

    tier: str
    mode: str
    protected: tuple[str, ...]
    rules: Mapping[str, Any] | None
    cells: int
    why: Mapping[str, int]
    columns: Mapping[str, Mapping[str, int]]
    language: Language = "en"
    noise: Mapping[str, Any] | None = None

    @property
    def withheld(self) -> int:
        return sum(number for kind, number in self.why.items() if kind != NOTHING_THERE)

    def to_dict(self) -> dict[str, Any]:
        return {
            "tier": self.tier,
            "mode": self.mode,
            "protected": list(self.protected),
            "rules": self.rules,
            "cells": self.cells,
            "withheld": self.withheld,
            "why": dict(self.why),
            "columns": {name: dict(found) for name, found in self.columns.items()},
            "noise": None if self.noise is None else dict(self.noise),
            "open": [{"zh": each.zh, "en": each.en} for each in OPEN],
        }

    def _lines(self) -> list[str]:
        zh = self.language == "zh"
        if self.noise is not None:
            return noise_said(self.noise, self.language)
        if self.rules is None:
            return ["本次放行没有受保护的数据。" if zh else "Nothing of this release is protected."]
        head = (
            f"受保护的资源：{', '.join(self.protected)}；共 {self.cells} 格，"
            f"未放行 {self.withheld} 格。"
            if zh
            else f"Protected: {', '.join(self.protected)}; {self.cells} cells, "
            f"{self.withheld} withheld."
        )
        return [head, rules_said(self.rules, self.language)]

    def _table(self) -> tuple[list[str], list[list[str | None]]]:
        zh = self.language == "zh"
        header = ["规则", "单元格", "含义"] if zh else ["rule", "cells", "what it means"]
        k = self.rules["k"] if self.rules else 0
        return header, [
            [kind, str(number), WHY[kind].said(self.language).format(k=k)]
            for kind, number in self.why.items()
        ]

    def _open(self) -> list[str]:
        """What a budget bounds needs no further check."""
        return [] if self.noise is not None else [each.said(self.language) for each in OPEN]

    def __repr__(self) -> str:
        """The sentences stand below the table, which would cut them."""
        header, rows = self._table()
        table = [text_table(header[:2], [row[:2] for row in rows], {1})] if rows else []
        meant = [f"{row[0]}: {row[2]}" for row in rows]
        return "\n".join([*self._lines(), *table, *meant, *self._open()])

    def _repr_html_(self) -> str:
        header, rows = self._table()
        lines = "".join(f"<div>{html_text(line)}</div>" for line in self._lines())
        tail = "".join(f"<div>{html_text(line)}</div>" for line in self._open())
        table = html_table(header, rows, {1}) if rows else ""
        return f'<div class="workbench-disclosure">{lines}{table}{tail}</div>'


def rules_said(rules: Mapping[str, Any], language: Language) -> str:
    """The rules of a release in one sentence."""
    pairs = "; ".join(f"({d['n']}, {d['k']:.0%})" for d in rules["dominance"])
    p = rules["p_percent"]
    rounding = rules["rounding"]
    if language == "zh":
        parts = [f"每格至少 {rules['k']} 个主体", f"(n,k) 占比 {pairs}"]
        parts += [f"p% 规则 {p:g}%"] if p is not None else []
        parts += [f"取整基数 {rounding}"] if any(rounding.values()) else []
        return "规则：" + "，".join(parts) + "。"
    parts = [f"at least {rules['k']} entities in a cell", f"(n,k) dominance {pairs}"]
    parts += [f"p % rule {p:g} %"] if p is not None else []
    parts += [f"rounding to {rounding}"] if any(rounding.values()) else []
    return "Rules: " + ", ".join(parts) + "."


@dataclass(frozen=True)
class Marks:
    """The companions of a result, read once. ``shown`` are the names of all other columns."""

    table: pa.Table
    info: ReleaseInfo

    @cached_property
    def companions(self) -> Mapping[str, str]:
        """By shown column. Of two columns of one name the first is meant."""
        given = (self.info.disclosure or {}).get("columns") or {}
        return {shown: name for shown, name in given.items() if name in self.table.column_names}

    @cached_property
    def shown(self) -> list[int]:
        hidden = set(self.companions.values())
        return [i for i, name in enumerate(self.table.column_names) if name not in hidden]

    def visible(self) -> pa.Table:
        return self.table.select(self.shown) if self.companions else self.table

    @cached_property
    def why(self) -> Mapping[str, list[str | None]]:
        """For each shown column that is protected: per row why it is missing, or None."""
        return {
            shown: self.table.column(name).to_pylist() for shown, name in self.companions.items()
        }

    def report(self, language: Language) -> Disclosure:
        columns = {
            name: dict(Counter(each for each in found if each)) for name, found in self.why.items()
        }
        all_ = Counter(each for found in self.why.values() for each in found if each)
        told = self.info.disclosure or {}
        return Disclosure(
            self.info.tier,
            self.info.mode,
            tuple(told.get("protected") or ()),
            told.get("rules"),
            sum(len(found) for found in self.why.values()),
            {kind: all_[kind] for kind in WHY if all_[kind]},
            columns,
            language,
            told.get("noise"),
        )

    def footnotes(self, rows: int) -> dict[str, int]:
        """The kinds among the first ``rows``, numbered as a table shows them."""
        found = {
            each: None for why in self.why.values() for each in why[:rows] if each and each in WHY
        }
        return {kind: number for number, kind in enumerate(found, start=1)}

    def marked(self, cells: list[tuple[str | None, ...]]) -> list[tuple[str | None, ...]]:
        """``cells`` (rows of the shown columns) with a mark for each one withheld."""
        notes = self.footnotes(len(cells))
        names = [self.table.column_names[i] for i in self.shown]

        def cell(row: int, name: str, text: str | None) -> str | None:
            why = self.why[name][row] if name in self.why else None
            return text if why is None else f"{MARK}{notes.get(why, '')}"

        return [
            tuple(cell(row, name, text) for name, text in zip(names, texts, strict=True))
            for row, texts in enumerate(cells)
        ]

    def legend(self, rows: int, language: Language) -> list[str]:
        """What the marks of the first ``rows`` mean."""
        rules = (self.info.disclosure or {}).get("rules") or {}
        k = rules.get("k", "k")
        return [
            f"{MARK}{number} {kind}: {WHY[kind].said(language).format(k=k)}"
            for kind, number in self.footnotes(rows).items()
        ]
