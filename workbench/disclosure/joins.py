"""FROM and JOIN over rows: equalities only, and what each join does to the measured facts.

A join that repeats rows (the other side's key is not unique) makes every bound on what one entity
holds void; then all is counted exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlglot import exp

from workbench.disclosure import refusals
from workbench.disclosure.expressions import Reader
from workbench.disclosure.scope import Col, Entity, Rows, find, only, quoted
from workbench.disclosure.shapes import StatTable
from workbench.model.grant import Use


def table_rows(table: StatTable, alias: str) -> Rows:
    """A table of the workspace as rows."""
    guarded = table.rules is not None
    columns = tuple(
        Col(
            name=column.name,
            sql=f"{quoted(alias)}.{quoted(column.name)}",
            family=column.family,
            use=column.use,
            origin=(table.name, column.name),
            protected=guarded,
            bands=column.bands,
            distinct=column.facts.distinct,
            unique=table.rows is not None and column.facts.distinct == table.rows,
            facts=column.facts,
        )
        for column in table.columns
    )
    entities: tuple[Entity, ...] = ()
    if table.rules is not None:
        sql = f"{quoted(alias)}.{quoted(table.entity_column)}"
        entities = (Entity(sql, table.name, table.rules, table.entities, table.most_rows),)
    return Rows(f"{quoted(table.name)} AS {quoted(alias)}", ((alias, columns),), entities)


@dataclass(frozen=True)
class RowsQuery:
    """A SELECT that gives rows, to be read under an alias. ``columns`` and ``entities`` name what
    it puts out."""

    sql: str
    columns: tuple[Col, ...]
    entities: tuple[Entity, ...]

    def rows(self, alias: str) -> Rows:
        def named(name: str) -> str:
            return f"{quoted(alias)}.{quoted(name)}"

        columns = tuple(replace(c, sql=named(c.name)) for c in self.columns)
        entities = tuple(replace(e, sql=named(e.sql)) for e in self.entities)
        return Rows(f"({self.sql}) AS {quoted(alias)}", ((alias, columns),), entities)


def joined(left: Rows, right: Rows, join: exp.Join) -> Rows:
    """``left JOIN right``. Raises Refusal for anything but INNER and LEFT on equalities."""
    only(join, "this", "on", "using", "side", "kind")
    outer = join.side.upper() == "LEFT"
    if join.side and not outer:
        raise refusals.not_in_grammar(f"{join.side.upper()} JOIN")
    if join.kind.upper() not in ("", "INNER", "OUTER"):
        raise refusals.not_in_grammar(f"{join.kind.upper()} JOIN")
    _distinct_names(left, right)
    both = Rows("", (*left.tables, *right.tables), (*left.entities, *right.entities))
    on = _on(left, right, both, join, outer)
    word = "LEFT JOIN" if outer else "JOIN"
    sql = f"{left.sql} {word} {right.sql} ON {' AND '.join(on.sql)}"
    left, right = _kept(left, on.right_unique), _kept(right, on.left_unique and not outer)
    right = _bounded(right, on.left_distinct if on.right_unique else None)
    return Rows(sql, (*left.tables, *right.tables), (*left.entities, *right.entities))


def _distinct_names(left: Rows, right: Rows) -> None:
    taken = {alias.casefold() for alias, _ in left.tables}
    for alias, _ in right.tables:
        if alias.casefold() in taken:
            raise refusals.ambiguous(alias)


@dataclass
class _On:
    sql: list[str]
    left_unique: bool = False
    right_unique: bool = False
    left_distinct: int | None = None


def _on(left: Rows, right: Rows, both: Rows, join: exp.Join, outer: bool) -> _On:
    found = _On([])
    for name in join.args.get("using") or []:
        column = exp.Column(this=exp.Identifier(this=name.name))
        _equal(find(left, column), find(right, column), found)
    on = join.args.get("on")
    pairs = 0
    for part in _parts(on) if on is not None else []:
        if isinstance(part, exp.EQ) and _pair(part, left, right, both, found):
            pairs += 1
        elif outer and right.entities:
            raise refusals.grammar(
                "LEFT JOIN 受保护的表时，ON 里只能是两边列的相等。",
                "A LEFT JOIN of a protected table takes equalities of columns only.",
                "其余条件请写在 WHERE 里。",
                "Put other conditions into WHERE.",
            )
        else:
            found.sql.append(Reader(both).condition(part))
    if not pairs and not join.args.get("using"):
        raise refusals.grammar(
            "JOIN 需要两边列的相等条件。",
            "A join needs an equality of columns of both sides.",
            "请写 ON a.列 = b.列。",
            "Write ON a.column = b.column.",
        )
    return found


def _parts(node: exp.Expr) -> list[exp.Expr]:
    if isinstance(node, exp.Paren):
        return _parts(node.this)
    if isinstance(node, exp.And):
        return [*_parts(node.this), *_parts(node.expression)]
    return [node]


def _pair(node: exp.EQ, left: Rows, right: Rows, both: Rows, found: _On) -> bool:
    """Whether ``node`` equates a column of each side; noted in ``found`` if so."""
    if not (isinstance(node.this, exp.Column) and isinstance(node.expression, exp.Column)):
        return False
    one, other = find(both, node.this), find(both, node.expression)
    right_columns = set(right.all())
    if (one in right_columns) == (other in right_columns):
        return False
    if one in right_columns:
        one, other = other, one
    _equal(one, other, found)
    return True


def _equal(one: Col, other: Col, found: _On) -> None:
    for column in (one, other):
        if column.use is Use.statistics:
            raise refusals.measure_misplaced(column.name, column.bands)
    if one.family is not other.family:
        raise refusals.wrong_type(
            f"{one.name} 与 {other.name} 类型不同，不能相等连接。",
            f"{one.name} and {other.name} are of different types and cannot be joined.",
        )
    found.sql.append(f"{one.sql} = {other.sql}")
    found.left_unique |= one.unique
    found.right_unique |= other.unique
    if one.distinct is not None:
        found.left_distinct = min(one.distinct, found.left_distinct or one.distinct)


def _kept(rows: Rows, once: bool) -> Rows:
    """``rows`` after a join that leaves each at most once, or may repeat them."""
    if once:
        return rows
    tables = tuple(
        (alias, tuple(replace(c, facts=None, unique=False) for c in columns))
        for alias, columns in rows.tables
    )
    return Rows(rows.sql, tables, tuple(replace(e, most=None) for e in rows.entities))


def _bounded(rows: Rows, distinct: int | None) -> Rows:
    """Looked up by a key of so many values, no column shows more of them."""
    if distinct is None:
        return rows
    tables = tuple(
        (
            alias,
            tuple(
                replace(c, distinct=distinct if c.distinct is None else min(c.distinct, distinct))
                for c in columns
            ),
        )
        for alias, columns in rows.tables
    )
    return Rows(rows.sql, tables, rows.entities)
