"""A SELECT that gives rows, for an outer one to aggregate: columns, dimensions, a condition."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from workbench.disclosure import refusals
from workbench.disclosure.choices import chooses, labels
from workbench.disclosure.expressions import Reader
from workbench.disclosure.joins import RowsQuery
from workbench.disclosure.parts import star_table, where_of
from workbench.disclosure.scope import Col, Rows, banded, find, only
from workbench.model.grant import Use


def rows_query(node: exp.Select, rows: Rows) -> RowsQuery:
    """Its columns are put out under names of ours: none that an analyst gives can stand for an
    entity, or for another column."""
    only(node, "with_", "expressions", "from_", "joins", "where")
    columns: list[Col] = []
    for item in node.expressions:
        columns += _columns(item, rows)
    names = [c.name.casefold() for c in columns]
    if len(set(names)) != len(names):
        raise refusals.ambiguous(max(names, key=names.count))
    items = [f"{c.sql} AS c{i}" for i, c in enumerate(columns)]
    for i, entity in enumerate(rows.entities):
        items += [f"{entity.sql} AS e{i}", f"{entity.unit} AS u{i}"]
    chosen = where_of(node, rows)
    choosing = (*rows.choosing, *chosen.choosing)
    items += [f"coalesce({each}, false) AS w{i}" for i, each in enumerate(choosing)]
    pieces = (*rows.pieces, *chosen.pieces, *_pieces(node, rows))
    items += [f"{each} AS p{i}" for i, each in enumerate(pieces)]
    where = f" WHERE {chosen.described}" if chosen.described else ""
    sql = f"SELECT {', '.join(items)} FROM {rows.sql}{where}"
    return RowsQuery(
        sql,
        tuple(replace(c, sql=f"c{i}") for i, c in enumerate(columns)),
        tuple(replace(e, sql=f"e{i}", unit=f"u{i}") for i, e in enumerate(rows.entities)),
        rows.banded or chosen.banded,
        rows.measured,
        tuple(f"w{i}" for i in range(len(choosing))),
        tuple(f"p{i}" for i in range(len(pieces))),
    )


def _pieces(node: exp.Select, rows: Rows) -> list[str]:
    """What tells apart the rows that a column of the SELECT puts together."""
    made = (item.this if isinstance(item, exp.Alias) else item for item in node.expressions)
    plain = (exp.Column, exp.Star)
    return [each for item in made if not isinstance(item, plain) for each in labels(item, rows)]


def _columns(item: exp.Expr, rows: Rows) -> list[Col]:
    table = star_table(item)
    if table is not None:
        return [
            column
            for alias, columns in rows.tables
            for column in columns
            if not table or alias.casefold() == table
        ]
    inner = item.this if isinstance(item, exp.Alias) else item
    name = item.alias_or_name
    if isinstance(inner, exp.Column):
        found: Col = find(rows, inner)
        return [replace(found, name=name or found.name)]
    return [_made(inner, name, rows)]


def _made(inner: exp.Expr, name: str, rows: Rows) -> Col:
    """A dimension as a column: as nearly unique as the worst of the columns that it still shows."""
    made = Reader(rows).value(inner)
    if made.family is None or not name:
        raise refusals.wrong_type("请用 AS 给这一列命名。", "Name this column with AS.")
    distinct = max((c.distinct for c in made.raw if c.distinct is not None), default=None)
    reach = min((c.reach for c in made.raw if c.reach is not None), default=None)
    return Col(
        name,
        made.sql,
        made.family,
        Use.value,
        made.raw[0].origin if made.raw else ("", name),
        bool(rows.entities),
        distinct=distinct,
        reach=reach,
        banded=banded(inner, rows),
        chosen=chooses(inner, rows),
    )
