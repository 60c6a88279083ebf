"""A statement explained before it is run: its tier, and how many of its cells would be withheld.

It goes the whole way of a query, so that it is decided, recorded and counted like one; what it
releases is counts of cells by the rule that withholds them, and no value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import pyarrow as pa

from workbench.catalogue.city import City
from workbench.engine.duckdb import identifier, literal
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.decision import Deny, Permit
from workbench.model.grant import Grant
from workbench.model.read_set import ReadSet, StatementKind
from workbench.model.release import ReleaseInfo
from workbench.model.tier import STATEMENT_TIERS, Tier, asked_tier
from workbench.query_path.asks import Sql, Template
from workbench.query_path.bound import Bound, Guarded, Prepared
from workbench.query_path.readings import Reading, Readings
from workbench.query_path.whole import Settling, Whole
from workbench.sql.parser import statement_types
from workbench.workspace.build import Manifest

EXPLAIN = "explain"
_COUNTS = pa.schema([("column", pa.string()), ("why", pa.string()), ("cells", pa.int64())])
_NOTHING = "SELECT 1 LIMIT 0"


@dataclass(frozen=True)
class Explain(Template):
    """The statement ``asked``, to be explained."""

    asked: Sql

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Explain:
        """Raises InvalidInput(invalid_request)."""
        sql = body.get("sql")
        if not isinstance(sql, str) or body.keys() - {"do", "sql", "tier"}:
            raise _unreadable()
        try:
            return cls(Sql(sql, wanted=asked_tier(body.get("tier"))))
        except ValueError:
            raise _unreadable() from None

    @property
    def text(self) -> str:
        return self.asked.text

    def reading(self, readings: Readings, person: str, city: City) -> Reading:
        """It makes nothing, so that nothing of it is remembered as temporary state."""
        found = self.asked.reading(readings, person, city)
        if found.reads.kind is not StatementKind.state:
            return found
        return replace(found, reads=replace(found.reads, kind=StatementKind.query, created=()))

    def tier(self, reads: ReadSet, held: tuple[Grant, ...]) -> Tier:
        return self.asked.tier(reads, held)

    def bind(self, permit: Permit, reads: ReadSet, city: City) -> Bound | Deny:
        bound = self.asked.bind(permit, reads, city)
        return bound if isinstance(bound, Deny) else _Forecast(bound)


def _unreadable() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"explain 需要 sql，可选 tier（{' 或 '.join(STATEMENT_TIERS)}）。",
        f"explain takes sql, and maybe tier ({' or '.join(STATEMENT_TIERS)}).",
        next=Text('例如 explain("SELECT …")。', 'For example explain("SELECT ...").'),
    )


@dataclass(frozen=True)
class _Forecast:
    bound: Bound

    @property
    def permit(self) -> Permit:
        return self.bound.permit

    def prepare(self, manifest: Manifest) -> Prepared:
        """What the statement's companions say, counted. Where nothing is protected the engine
        only plans it, so that names and types are looked up, and nothing of the plan leaves."""
        return _counted(self.bound.prepare(manifest))


def _counted(made: Prepared) -> Prepared:
    columns: Mapping[str, str] = (made.disclosure or {}).get("columns") or {}
    if not columns:
        return replace(made, sql=_planned(made.sql), settle=_without_the_plan)
    counts = " UNION ALL ".join(
        f'SELECT {literal(shown)} AS "column", {identifier(companion)} AS why, '  # noqa: S608
        f"count(*) AS cells FROM f GROUP BY {identifier(companion)}"
        for shown, companion in columns.items()
    )
    sql = f"WITH f AS MATERIALIZED ({made.sql}) {counts} ORDER BY 1, 2"
    told = {**(made.disclosure or {}), "columns": {}}
    return replace(made, sql=sql, disclosure=told, guarded=_looked_at(made.guarded))


def _looked_at(guarded: Guarded | None) -> Guarded | None:
    """As the statement itself would be, and nothing of it counts as told."""
    if guarded is None:
        return None
    return replace(guarded, without=lambda b: _counted(guarded.without(b)), told=False)


def _planned(sql: str) -> str:
    """One that the engine cannot plan without running it is not looked at: EXPLAIN itself, and a
    PIVOT that has to look for its columns first."""
    try:
        alone = statement_types(f"EXPLAIN {sql}") == ("EXPLAIN",)
    except duckdb.Error:
        alone = False
    return f"EXPLAIN {sql}" if alone else _NOTHING


def _without_the_plan(
    settling: Settling, answer: Whole, info: ReleaseInfo
) -> tuple[Whole, ReleaseInfo]:
    """A plan tells numbers of rows."""
    return Whole(_COUNTS.empty_table()), info
