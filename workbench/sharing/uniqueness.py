"""How far a person or firm can be told apart by what a department would have of a resource.

A count over the extract itself, for the reviewer: in how small a group everybody stands who has the
same values in all granted columns. Columns that are there to be joined, counted or compared do not
tell anybody apart here, and neither do pseudonyms; identifiers tell everybody, and are named.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from workbench.engine.duckdb import Resources, identifier, literal, open_builder
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.extracts.versions import ExtractVersion
from workbench.model.contract import Column, Resource
from workbench.model.grant import ColumnGrant, MaskKind, RowCondition, Use
from workbench.sharing.consented import Consented
from workbench.sharing.looks import LOOK_SECONDS, interrupted_after
from workbench.workspace.masks import column_sql, scope_sql

SMALL = 5
"""A group of fewer is called small (our default, as the threshold of statistics)."""
LIMITS = Resources(memory_mb=1024, scratch_mb=4096, threads=2)


@dataclass(frozen=True)
class Uniqueness:
    """``entities`` (or rows, where the contract names no entity key: ``of_rows``) in scope; how
    many stand ``alone`` with their values of ``columns`` in at least one row, and how many in a
    group of fewer than ``SMALL``. ``direct``: granted columns that identify by themselves.
    ``consenting``: only those who consent were counted."""

    version: int
    of_rows: bool
    entities: int
    alone: int
    small: int
    columns: tuple[str, ...]
    direct: tuple[str, ...]
    consenting: bool = False


def uniqueness(
    extract: ExtractVersion,
    resource: Resource,
    granted: Sequence[ColumnGrant],
    rows: tuple[RowCondition, ...],
    scratch: Path,
    seconds: float = LOOK_SECONDS,
    consented: Consented | None = None,
) -> Uniqueness:
    """``granted`` is the union of all that the department would have; of a column that stands there
    twice, all forms count. ``consented``: whose rows alone it would have. ``scratch`` is a folder
    of the caller's. Raises LimitReached after so many ``seconds``."""
    columns = {c.name.casefold(): c for c in resource.columns}
    values = [(columns[g.name.casefold()], g) for g in granted if _tells(g, columns)]
    direct = tuple(dict.fromkeys(c.name for c, g in values if _identifies(c, g)))
    apart = [(c, g) for c, g in values if not _identifies(c, g)]
    entity = [identifier(c.name) for c in resource.columns if c.entity_key]
    scope = [scope_sql(rows, columns)]
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        con = open_builder(LIMITS, Path(folder))
        try:
            if consented is not None:  # smaller groups than those of all rows
                scope.append(consented.condition(con, Path(folder)))
            sql = _sql(extract, apart, entity, " AND ".join(scope))
            with interrupted_after(con, seconds):
                found = con.execute(sql).fetchone()
        except duckdb.InterruptException:
            raise _too_long(resource, seconds) from None
        finally:
            con.close()
    entities, alone, small = found or (0, 0, 0)
    names = tuple(dict.fromkeys(column.name for column, _ in apart))
    only = consented is not None
    return Uniqueness(extract.version, not entity, entities, alone, small, names, direct, only)


def _too_long(resource: Resource, seconds: float) -> WorkbenchError:
    return simple(
        Code.deadline_exceeded,
        f"{resource.name} 的可识别程度未能在 {seconds:.0f} 秒内算完。",
        f"How far people can be told apart in {resource.name} was not counted within "
        f"{seconds:.0f} seconds.",
        why=Text(
            "测算要读完整的数据；过久会使其他请求等待。",
            "The count reads the whole extract, and would keep other requests waiting.",
        ),
        next=Text(
            "请空闲时再试；仍算不完的，按申请的列、掩码和行范围审核。",
            "Try again when less is going on; where that does not do, review by the columns, masks "
            "and rows that are asked for.",
        ),
        subject=resource.name,
    )


def _tells(granted: ColumnGrant, columns: dict[str, Column]) -> bool:
    hidden = granted.mask is not None and granted.mask.kind is MaskKind.pseudonym
    return granted.use is Use.value and not hidden and granted.name.casefold() in columns


def _identifies(column: Column, granted: ColumnGrant) -> bool:
    known = column.identifier is not None or column.entity_key or column.unique
    return known and granted.mask is None


def _sql(
    extract: ExtractVersion,
    apart: Iterable[tuple[Column, ColumnGrant]],
    entity: Sequence[str],
    scope: str,
) -> str:
    """Each entity with the size of the smallest group that it ever stands in."""
    files = ", ".join(map(literal, extract.files))
    who = f"row({', '.join(entity)})" if entity else "row_number() OVER ()"
    keys = [column_sql(column, granted) for column, granted in apart] or ["1"]
    named = ", ".join(f"{key} AS k{n}" for n, key in enumerate(keys))
    group = ", ".join(f"k{n}" for n in range(len(keys)))
    same = " AND ".join(f"v.k{n} IS NOT DISTINCT FROM g.k{n}" for n in range(len(keys)))
    return (
        f"WITH v AS MATERIALIZED (SELECT {who} AS who, {named} FROM read_parquet([{files}]) "  # noqa: S608
        f"WHERE {scope}), "
        f"g AS (SELECT {group}, count(DISTINCT who) AS n FROM v GROUP BY {group}), "
        f"e AS (SELECT who, min(n) AS n FROM v JOIN g ON {same} GROUP BY who) "
        f"SELECT count(*), count(*) FILTER (n = 1), count(*) FILTER (n < {SMALL}) FROM e"
    )
