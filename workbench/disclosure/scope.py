"""Names in a FROM clause: rows that nobody sees, and cells that were released."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from workbench.catalogue.types import Family
from workbench.disclosure import refusals
from workbench.disclosure.shapes import Edge, Facts, Rules
from workbench.model.grant import Use


def only(node: exp.Expr, *keys: str) -> None:
    """Refuse ``node`` if it carries an argument that is not among ``keys``: what the grammar does
    not name it does not have."""
    for key, value in node.args.items():
        if key not in keys and value not in (None, False, [], ""):
            raise refusals.not_in_grammar(_word(node, key, value))


def _word(node: exp.Expr, key: str, value: Any) -> str:
    found = value[0] if isinstance(value, list) else value
    named = type(found).__name__ if isinstance(found, exp.Expr) else key
    return f"{type(node).__name__}({named})"


@dataclass(frozen=True)
class Col:
    """A column of rows. ``sql`` names it in its FROM; ``origin`` is (resource, column).

    ``distinct`` bounds how many values it has there, ``often`` how many rows share one of them,
    ``reach`` how many protected entities its table is joined to (None: no bound but theirs).
    ``facts`` are what the build measured, as far as it still bounds anything. ``banded``: it tells
    in which band a measure is. ``chosen``: it was made by lists or alternatives. ``protected``: its
    resource has entities to protect; ``secret``: no other tier shows it.
    """

    name: str
    sql: str
    family: Family
    use: Use
    origin: tuple[str, str]
    protected: bool
    bands: tuple[Edge, ...] = ()
    distinct: int | None = None
    often: int | None = None
    reach: int | None = None
    facts: Facts | None = None
    banded: bool = False
    chosen: bool = False
    wide: bool = False
    secret: bool = False


@dataclass(frozen=True)
class Entity:
    """Whom the rows of one protected resource are about. ``most`` rows has one of them (None: not
    known, so they have to be counted); ``sql`` may be NULL where an outer join found nothing.
    ``unit`` tells the resource's rows apart, from one question to the next."""

    sql: str
    resource: str
    rules: Rules
    entities: int | None
    most: int | None
    unit: str = "NULL"


@dataclass(frozen=True)
class Rows:
    """Rows behind the grammar. ``tables`` pairs the alias with its columns, in their order.
    ``banded``: a band of a measure, or a list of known entities, took part in choosing them.
    ``measured``: the build's bounds are known; what is unbounded then is not bounded at all.
    ``choosing``: conditions by lists, alternatives and exclusions, of which the rows are not rid
    yet; ``pieces``: what tells apart what was put together so (``choices``)."""

    sql: str
    tables: tuple[tuple[str, tuple[Col, ...]], ...]
    entities: tuple[Entity, ...] = ()
    banded: bool = False
    measured: bool = False
    choosing: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()

    def all(self) -> Iterator[Col]:
        for _, columns in self.tables:
            yield from columns

    @property
    def smallest(self) -> int | None:
        """The fewest entities of a protected resource here."""
        known = [e.entities for e in self.entities if e.entities is not None]
        return min(known, default=None)

    @property
    def k(self) -> int:
        return max((e.rules.k for e in self.entities), default=0)


@dataclass(frozen=True)
class Cell:
    """A column of released cells. ``status`` is SQL for why it is withheld, empty for never."""

    name: str
    sql: str
    status: str = ""


@dataclass(frozen=True)
class Released:
    """Cells that may be seen, and all that is calculated from them."""

    sql: str
    tables: tuple[tuple[str, tuple[Cell, ...]], ...]

    def all(self) -> Iterator[Cell]:
        for _, cells in self.tables:
            yield from cells


def crowd(column: Col, rows: Rows) -> int | None:
    """How many protected entities share the values of ``column``; None where nobody knows yet."""
    known = [n for n in (rows.smallest, column.reach) if n is not None]
    if not known or column.distinct is None:
        return None
    return max(min(known), 1)


def nearly_unique(column: Col, rows: Rows) -> bool:
    """Whether a value has fewer than k entities on average."""
    entities = crowd(column, rows)
    return entities is not None and (column.distinct or 0) * rows.k > entities


def find(relation: Rows | Released, node: exp.Column) -> Any:
    """The one column that ``node`` names. Raises Refusal."""
    only(node, "this", "table")
    if not isinstance(node.this, exp.Identifier):
        raise refusals.not_in_grammar("*")
    wanted, table = node.name.casefold(), node.table.casefold()
    found = [
        column
        for alias, columns in relation.tables
        if not table or alias.casefold() == table
        for column in columns
        if column.name.casefold() == wanted
    ]
    if not found:
        raise refusals.unknown_name("column", node.name, (c.name for c in relation.all()))
    if len(found) > 1:
        raise refusals.ambiguous(node.name)
    return found[0]


def banded(node: exp.Expr, rows: Rows) -> bool:
    """Whether ``node`` looks at a measure, or at what tells its band."""
    for column in node.find_all(exp.Column):
        if isinstance(column.this, exp.Identifier):
            found: Col = find(rows, column)
            if found.use is Use.statistics or found.banded or found.bands:
                return True
    return False
