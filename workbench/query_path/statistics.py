"""Statements of the statistics tier: which tables they may read, under which rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from workbench.catalogue import types
from workbench.catalogue.city import City
from workbench.catalogue.city_schema import Settings
from workbench.disclosure.rules import Barred
from workbench.disclosure.shapes import (
    UNMEASURED,
    Edge,
    Facts,
    Rules,
    StatColumn,
    StatTable,
    strictest,
)
from workbench.disclosure.statement import Compiled, compiled
from workbench.errors import WorkbenchError
from workbench.model.contract import Column, SharingMode
from workbench.model.decision import Deny, Permit
from workbench.model.grant import ColumnGrant, Grant
from workbench.model.read_set import ReadSet
from workbench.model.tier import Tier, holds_column, holds_grant, protected
from workbench.query_path.bound import Bound, Guarded, Prepared
from workbench.workspace.answers import wrong
from workbench.workspace.build import ENTITY, UNIT, BuiltTable, Manifest
from workbench.workspace.masks import result_type
from workbench.workspace.parameters import Unbindable, bound
from workbench.workspace.spec import built_columns

Parameters = Mapping[str, Any]


def only_in_statistics(reads: ReadSet, held: tuple[Grant, ...]) -> bool:
    """Whether a statement names something that only the statistics tier holds."""
    by_table = {grant.resource.casefold(): grant for grant in held}
    for table in reads.tables:
        grant = by_table.get(table.casefold())
        if grant is None:
            continue
        if holds_grant(grant, Tier.statistics) and not holds_grant(grant, Tier.rows):
            return True
        named = [c for t, c in reads.columns if t.casefold() == table.casefold()]
        if any(_only_there(grant, name) for name in (*named, *reads.loose)):
            return True
    return False


def _only_there(grant: Grant, name: str) -> bool:
    column = grant.column(name)
    return (
        column is not None
        and holds_column(grant, column, Tier.statistics)
        and not holds_column(grant, column, Tier.rows)
    )


def bind(text: str, parameters: pa.RecordBatch | None, permit: Permit, city: City) -> Bound | Deny:
    """A statement of the grammar, or why it is none. Nothing of the data is known yet."""
    try:
        given = values_of(parameters)
    except Unbindable as error:
        return Deny((wrong(str(error)),))
    found = compiled(text, tables_of(permit, city), given)
    if not isinstance(found, Compiled):
        return Deny(found)
    return Statement(permit, text, given, city)


@dataclass(frozen=True)
class Statement:
    """A permitted statement, compiled again once the build has measured its tables."""

    permit: Permit
    text: str
    parameters: Parameters
    city: City

    def prepare(self, manifest: Manifest) -> Prepared:
        tables = tables_of(self.permit, self.city, manifest)

        def written(barred: Mapping[str, Barred]) -> Prepared:
            found = compiled(self.text, tables, self.parameters, barred, reasons=False)
            if not isinstance(found, Compiled):
                raise WorkbenchError.of(found)
            guarded = Guarded(found.studies, tables, written) if found.studies else None
            return Prepared(found.sql, disclosure=_told(found, tables), guarded=guarded)

        return written({})

    def shape(self) -> bytes:
        """What shapes its answer beside the workspace: the rules and bands too, which it is written
        anew by."""
        given = sorted(self.parameters.items())
        return repr((self.text, given, tables_of(self.permit, self.city))).encode()


def values_of(parameters: pa.RecordBatch | None) -> Parameters:
    """Bound parameters by position ("1", "2" ...) or by name. Raises Unbindable."""
    if parameters is None:
        return {}
    found = bound(parameters)
    if isinstance(found, dict):
        return found
    return {str(number): value for number, value in enumerate(found, start=1)}


def tables_of(
    permit: Permit, city: City, manifest: Manifest | None = None
) -> tuple[StatTable, ...]:
    """The tables of the tier; with what was measured of them where ``manifest`` tells."""
    default = default_rules(city.settings)
    tables = []
    for grant in permit.grants:
        built = manifest.table(grant.resource) if manifest is not None else None
        if grant.resource in city.resources and (built is not None or manifest is None):
            tables.append(_table(grant, city, default, built))
    return tuple(tables)


def default_rules(settings: Settings) -> Rules:
    """The city's rules where a scenario says nothing else."""
    return Rules(
        settings.threshold_k,
        ((settings.dominance_n, settings.dominance_percent / 100),),
        settings.p_percent / 100,
    )


def _table(grant: Grant, city: City, default: Rules, built: BuiltTable | None) -> StatTable:
    resource = city.resources[grant.resource]
    low = built.below_floor if built is not None else {}
    columns = tuple(
        _column(column, granted, built)
        for column, granted in built_columns(grant, resource, Tier.statistics)
        if column.name not in low
    )
    rules = Rules.of(grant.disclosure, default) if protected(grant) else None
    name, unit = (ENTITY, UNIT) if rules is not None else ("", "")
    secret = grant.mode is SharingMode.statistics
    table = StatTable(
        resource.name, columns, rules, entity_column=name, unit_column=unit, secret=secret
    )
    if built is None or built.facts is None:
        return table
    facts = built.facts
    return replace(table, rows=built.rows, entities=facts.entities, most_rows=facts.most_rows)


def _column(column: Column, granted: ColumnGrant, built: BuiltTable | None) -> StatColumn:
    bands = () if granted.mask is not None else tuple(_edge(b) for b in column.bands)
    measured = built.facts.columns.get(column.name) if built is not None and built.facts else None
    return StatColumn(
        column.name,
        types.family(result_type(column, granted)),
        granted.use,
        bands,
        UNMEASURED if measured is None else Facts(**measured),
        types.is_wide(column.type),
        column.element,
    )


def _edge(band: Any) -> Edge:
    return band if isinstance(band, date) else Decimal(str(band))


def _told(found: Compiled, tables: tuple[StatTable, ...]) -> dict[str, Any]:
    """For the release: which column says why another is withheld, and by which rules."""
    rules = [t.rules for t in tables if t.name in found.resources and t.rules is not None]
    return {
        "columns": dict(found.columns),
        "protected": list(found.resources),
        "rules": _rules(strictest(rules)) if rules else None,
    }


def _rules(rules: Rules) -> dict[str, Any]:
    return {
        "k": rules.k,
        "dominance": [{"n": n, "k": share} for n, share in rules.dominance],
        "p_percent": None if rules.p is None else round(rules.p * 100, 9),
        "rounding": {"counts": rules.round_counts, "values": rules.round_values},
        "zero": "hidden" if rules.hidden else "told",
    }
