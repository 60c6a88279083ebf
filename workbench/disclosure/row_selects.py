"""A SELECT that gives rows, for an outer one to aggregate: columns, dimensions, a condition."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from workbench.disclosure import refusals
from workbench.disclosure.expressions import Reader
from workbench.disclosure.joins import RowsQuery
from workbench.disclosure.parts import where_of
from workbench.disclosure.scope import Col, Rows, find, only, quoted
from workbench.model.grant import Use


def rows_query(node: exp.Select, rows: Rows) -> RowsQuery:
    """Rows for an outer query to aggregate: columns, dimensions, a condition."""
    only(node, "with_", "expressions", "from_", "joins", "where")
    columns: list[Col] = []
    for item in node.expressions:
        columns += row_items(item, rows)
    names = [c.name.casefold() for c in columns]
    if len(set(names)) != len(names):
        raise refusals.ambiguous(max(names, key=names.count))
    items = [f"{c.sql} AS {quoted(c.name)}" for c in columns]
    kept = [replace(e, sql=f"·e{i}") for i, e in enumerate(rows.entities)]
    items += [f"{e.sql} AS {quoted(k.sql)}" for e, k in zip(rows.entities, kept, strict=True)]
    where = where_of(node, rows)
    sql = f"SELECT {', '.join(items)} FROM {rows.sql}{f' WHERE {where}' if where else ''}"
    return RowsQuery(sql, tuple(columns), tuple(kept))


def row_items(item: exp.Expr, rows: Rows) -> list[Col]:
    if isinstance(item, exp.Star):
        only(item)
        return list(rows.all())
    inner = item.this if isinstance(item, exp.Alias) else item
    if isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star):
        return [
            c for alias, columns in rows.tables for c in columns
            if alias.casefold() == inner.table.casefold()
        ]  # fmt: skip
    name = item.alias_or_name
    if isinstance(inner, exp.Column):
        found: Col = find(rows, inner)
        return [replace(found, name=name or found.name)]
    made = Reader(rows).value(inner)
    raw = made.raw
    if made.family is None or not name:
        raise refusals.wrong_type("请用 AS 给这一列命名。", "Name this column with AS.")
    distinct = raw.distinct if raw is not None and made.distinct is None else made.distinct
    origin = raw.origin if raw is not None else ("", name)
    return [Col(name, made.sql, made.family, Use.value, origin, bool(rows.entities),
                distinct=distinct)]  # fmt: skip
