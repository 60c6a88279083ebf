"""Coarser statements for one of the statistics tier, to be asked in its place.

They come from its text and from the contracts, and nothing of the data is looked at. Whoever
suggests has each explained (``explain``) as a statement of its own: decided, recorded and counted
like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from workbench.catalogue.city import City
from workbench.catalogue.identifiers import CodeLists, load_codes
from workbench.catalogue.types import family
from workbench.disclosure.coarser.candidates import Candidate, candidates
from workbench.disclosure.coarser.ladders import Ladder, Ladders, dates, divisions, industries
from workbench.disclosure.literals import DATES
from workbench.disclosure.statement import Compiled, compiled
from workbench.errors import Code, InvalidInput, Reason, Text
from workbench.model.contract import Column, Identifier
from workbench.model.decision import Deny, Permit
from workbench.model.grant import ColumnGrant, Grant, MaskKind, Use
from workbench.model.read_set import ReadSet
from workbench.model.release import ReleaseInfo
from workbench.model.tier import Tier
from workbench.query_path.asks import Template
from workbench.query_path.bound import Bound, Prepared
from workbench.query_path.explain import Explain
from workbench.query_path.readings import Reading, Readings
from workbench.query_path.statistics import tables_of
from workbench.query_path.whole import Settling, Whole
from workbench.workspace.build import Manifest

SUGGEST = "suggest"
_SHOWN = pa.schema(
    [
        ("sql", pa.string()),
        ("change", pa.string()),
        ("zh", pa.string()),
        ("en", pa.string()),
        ("steps", pa.int64()),
        ("key", pa.string()),
    ]
)
_NOTHING = "SELECT 1 LIMIT 0"


@dataclass(frozen=True)
class Suggest(Template):
    """What may be asked in the place of the statement ``asked``."""

    asked: Explain

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Suggest:
        """Raises InvalidInput(invalid_request)."""
        return cls(Explain.of(body))

    @property
    def text(self) -> str:
        return self.asked.text

    def reading(self, readings: Readings, person: str, city: City) -> Reading:
        return self.asked.reading(readings, person, city)

    def tier(self, reads: ReadSet, held: tuple[Grant, ...]) -> Tier:
        return self.asked.tier(reads, held)

    def bind(self, permit: Permit, reads: ReadSet, city: City) -> Bound | Deny:
        bound = self.asked.bind(permit, reads, city)
        if isinstance(bound, Deny):
            return bound
        if permit.tier is not Tier.statistics:
            return Deny((_nothing_protected(),))
        tables = tables_of(permit, city)
        found = compiled(self.text, tables)
        if not isinstance(found, Compiled) or not found.columns:
            return Deny((_nothing_protected(),))
        made = candidates(self.text, tables, ladders_of(permit, city))
        return Deny((made,)) if isinstance(made, Reason) else _Suggested(permit, made)


@dataclass(frozen=True)
class _Suggested:
    permit: Permit
    found: tuple[Candidate, ...]

    def prepare(self, manifest: Manifest) -> Prepared:
        return Prepared(_NOTHING, settle=self._told)

    def _told(
        self, settling: Settling, answer: Whole, info: ReleaseInfo
    ) -> tuple[Whole, ReleaseInfo]:
        rows = [
            {"sql": c.sql, "change": c.change, "zh": c.changed.zh, "en": c.changed.en,
             "steps": c.steps, "key": c.key}
            for c in self.found
        ]  # fmt: skip
        return Whole(pa.Table.from_pylist(rows, schema=_SHOWN)), info


def ladders_of(permit: Permit, city: City) -> Ladders:
    """The levels of each granted column of dates and codes, from the one in which it arrives on."""
    lists = _lists(city)
    found: dict[tuple[str, str], Ladder] = {}
    for grant in permit.grants:
        resource = city.resources.get(grant.resource)
        for granted in grant.columns if resource is not None else ():
            column = resource.column(granted.name) if resource is not None else None
            ladder = _ladder(column, granted, lists) if column is not None else None
            if column is not None and ladder is not None:
                found[grant.resource, column.name] = ladder
    return found


def _ladder(column: Column, granted: ColumnGrant, lists: CodeLists) -> Ladder | None:
    """None for what is neither a code nor a date, or comes so masked that it has no levels."""
    mask, level = granted.mask, granted.mask.level if granted.mask else None
    kind = None if mask is None else mask.kind
    if granted.use is not Use.value:
        return None
    if family(column.type) in DATES and kind in (None, MaskKind.date):
        return dates(level or "day")
    if column.identifier is Identifier.division_code and kind in (None, MaskKind.division):
        return divisions(level or "", column.max_length)
    if column.identifier is Identifier.industry_code and kind in (None, MaskKind.industry):
        return industries(level, _sections(lists))
    return None


def _sections(lists: CodeLists) -> list[tuple[str, str]]:
    """(division, section) as the list spells a division behind the letter of its section."""
    spelt = (c for c in lists.industries if len(c) == 3 and c[0].isalpha() and c[1:].isdecimal())
    return sorted((code[1:], code[0]) for code in spelt)


def _lists(city: City) -> CodeLists:
    """A list that cannot be read is reported by whoever checks the city; here it names no level."""
    try:
        return load_codes(city.root)
    except InvalidInput:
        return CodeLists()


def _nothing_protected() -> Reason:
    return Reason(
        Code.invalid_request,
        Text("这条语句没有受保护的统计数。", "Nothing of this statement is a protected statistic."),
        Text("没有单元格会不放行，也就无从建议。", "No cell would be withheld, so there is nothing "
             "to suggest."),
        next=Text("直接执行即可。", "Run it as it is."),
    )  # fmt: skip
