"""FROM and JOIN over rows: equalities only, and what each join does to the measured bounds.

A join repeats the rows of one side as often as the other side's key is shared, and no entity can
gain more than that; and it reaches no more entities than the keys of the other side lead to.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlglot import exp

from workbench.disclosure import refusals
from workbench.disclosure.expressions import Reader
from workbench.disclosure.scope import Col, Entity, Rows, banded, find, only, quoted
from workbench.disclosure.shapes import UNMEASURED, Facts, StatTable
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
            often=column.facts.often,
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
    """A SELECT that gives rows, to be read under an alias. The ``sql`` of each column and entity is
    the name under which it is put out; all these names are ours."""

    sql: str
    columns: tuple[Col, ...]
    entities: tuple[Entity, ...]
    banded: bool = False

    def rows(self, alias: str) -> Rows:
        def named(name: str) -> str:
            return f"{quoted(alias)}.{name}"

        columns = tuple(replace(c, sql=named(c.sql)) for c in self.columns)
        entities = tuple(replace(e, sql=named(e.sql)) for e in self.entities)
        sql = f"({self.sql}) AS {quoted(alias)}"
        return Rows(sql, ((alias, columns),), entities, self.banded)


def joined(left: Rows, right: Rows, join: exp.Join) -> Rows:
    """``left JOIN right``. Raises Refusal for anything but INNER and LEFT on equalities."""
    only(join, "this", "on", "using", "side", "kind")
    outer = join.side.upper() == "LEFT"
    if join.side and not outer:
        raise refusals.not_in_grammar(f"{join.side.upper()} JOIN")
    if join.kind.upper() not in ("", "INNER", "OUTER"):
        raise refusals.not_in_grammar(f"{join.kind.upper()} JOIN")
    _distinct_names(left, right)
    on = _on(left, right, join, outer)
    word = "LEFT JOIN" if outer else "JOIN"
    sql = f"{left.sql} {word} {right.sql} ON {' AND '.join(on.sql)}"
    one = _repeated(left, [pair.other for pair in on.pairs])
    other = _repeated(right, [pair.one for pair in on.pairs])
    one, other = _reached(one, other, on.pairs, outer)
    if outer:
        other = _maybe_absent(other)
    return Rows(
        sql,
        (*one.tables, *other.tables),
        (*one.entities, *other.entities),
        left.banded or right.banded or on.banded or _listed(left, right, on.pairs),
    )


def _distinct_names(left: Rows, right: Rows) -> None:
    taken = {alias.casefold() for alias, _ in left.tables}
    for alias, _ in right.tables:
        if alias.casefold() in taken:
            raise refusals.ambiguous(alias)


# ON -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Pair:
    """Columns of the left and of the right side that a join equates."""

    one: Col
    other: Col


@dataclass(frozen=True)
class _On:
    sql: tuple[str, ...]
    pairs: tuple[_Pair, ...]
    banded: bool


def _on(left: Rows, right: Rows, join: exp.Join, outer: bool) -> _On:
    both = Rows("", (*left.tables, *right.tables), (*left.entities, *right.entities))
    pairs, sql = list(_using(left, right, join)), []
    on = join.args.get("on")
    for part in _parts(on) if on is not None else []:
        pair = _pair(part, right, both)
        if pair is not None:
            pairs.append(pair)
        elif outer and right.entities:
            raise refusals.grammar(
                "LEFT JOIN 受保护的表时，ON 里只能是两边列的相等。",
                "A LEFT JOIN of a protected table takes equalities of columns only.",
                "其余条件请写在 WHERE 里。",
                "Put other conditions into WHERE.",
            )
        else:
            sql.append(Reader(both).condition(part))
    if not pairs:
        raise refusals.grammar(
            "JOIN 需要两边列的相等条件。",
            "A join needs an equality of columns of both sides.",
            "请写 ON a.列 = b.列。",
            "Write ON a.column = b.column.",
        )
    equal = [f"{_checked(p).one.sql} = {p.other.sql}" for p in pairs]
    return _On((*equal, *sql), tuple(pairs), on is not None and banded(on, both))


def _using(left: Rows, right: Rows, join: exp.Join) -> Iterator[_Pair]:
    for name in join.args.get("using") or []:
        column = exp.Column(this=exp.Identifier(this=name.name))
        yield _Pair(find(left, column), find(right, column))


def _parts(node: exp.Expr) -> list[exp.Expr]:
    if isinstance(node, exp.Paren):
        return _parts(node.this)
    if isinstance(node, exp.And):
        return [*_parts(node.this), *_parts(node.expression)]
    return [node]


def _pair(node: exp.Expr, right: Rows, both: Rows) -> _Pair | None:
    """The columns that ``node`` equates, if there is one of each side."""
    if not isinstance(node, exp.EQ):
        return None
    if not (isinstance(node.this, exp.Column) and isinstance(node.expression, exp.Column)):
        return None
    one, other = find(both, node.this), find(both, node.expression)
    right_columns = set(right.all())
    if (one in right_columns) == (other in right_columns):
        return None
    return _Pair(other, one) if one in right_columns else _Pair(one, other)


def _checked(pair: _Pair) -> _Pair:
    for column in (pair.one, pair.other):
        if column.use is Use.statistics:
            raise refusals.measure_misplaced(column.name, column.bands)
    if pair.one.family is not pair.other.family:
        raise refusals.wrong_type(
            f"{pair.one.name} 与 {pair.other.name} 类型不同，不能相等连接。",
            f"{pair.one.name} and {pair.other.name} are of different types and cannot be joined.",
        )
    return pair


def _listed(left: Rows, right: Rows, pairs: tuple[_Pair, ...]) -> bool:
    """Whether known entities choose among protected ones: an unprotected table on a join key."""
    by_key = any(p.one.use is Use.join_key for p in pairs)
    return by_key and bool(left.entities) != bool(right.entities)


# What a join does to the bounds -------------------------------------------------------------------


def _times(bound: int | None, often: int | None) -> int | None:
    return None if bound is None or often is None else bound * often


def _repeated(rows: Rows, keys: list[Col]) -> Rows:
    """``rows``, each as often as the rarest of the other side's ``keys`` is shared there."""
    known = [key.often for key in keys if key.often is not None]
    often = min(known, default=None)
    if often == 1:
        return rows
    tables = tuple((alias, tuple(_more(c, often) for c in cs)) for alias, cs in rows.tables)
    entities = tuple(replace(e, most=_times(e.most, often)) for e in rows.entities)
    return replace(rows, tables=tables, entities=entities)


def _more(column: Col, often: int | None) -> Col:
    facts = column.facts
    if facts is None or often is None:
        return replace(column, often=None, facts=None)
    largest = None if facts.largest is None else facts.largest * often
    commonest = _times(facts.commonest, often)
    scaled = Facts(facts.distinct, facts.nulls, _times(facts.often, often), largest, commonest)
    return replace(column, often=_times(column.often, often), facts=scaled)


def _reached(one: Rows, other: Rows, pairs: tuple[_Pair, ...], outer: bool) -> tuple[Rows, Rows]:
    """Each side with the entities that the keys of the other lead to, on average."""
    share_one = min((_share(p.one, p.other) for p in pairs), default=1.0)
    share_other = min((_share(p.other, p.one) for p in pairs), default=1.0)
    met, met_other = _fewer(one, share_one), _fewer(other, share_other)
    beside = _beside(other, met, [p.one for p in pairs], [p.other for p in pairs])
    beside_one = _beside(one, met_other, [p.other for p in pairs], [p.one for p in pairs])
    kept = replace(beside_one, entities=one.entities if outer else met.entities)
    return kept, replace(beside, entities=met_other.entities)


def _share(mine: Col, theirs: Col) -> float:
    if not mine.distinct or theirs.distinct is None:
        return 1.0
    return min(1.0, theirs.distinct / mine.distinct)


def _fewer(rows: Rows, share: float) -> Rows:
    entities = tuple(
        replace(e, entities=None if e.entities is None else math.ceil(e.entities * share))
        for e in rows.entities
    )
    return replace(rows, entities=entities)


def _beside(rows: Rows, met: Rows, keys: list[Col], own: list[Col]) -> Rows:
    """Columns of an unprotected side: they show no more values than keys find them, and speak of no
    more entities than those keys reach."""
    if rows.entities or not met.entities:
        return rows
    found = [
        key.distinct * mine.often
        for key, mine in zip(keys, own, strict=True)
        if key.distinct is not None and mine.often is not None
    ]
    bound, reach = min(found, default=None), met.smallest
    tables = tuple(
        (
            alias,
            tuple(replace(c, distinct=_least(c.distinct, bound), reach=_least(c.reach, reach))
                  for c in columns),
        )
        for alias, columns in rows.tables
    )  # fmt: skip
    return replace(rows, tables=tables)


def _least(one: int | None, other: int | None) -> int | None:
    known = [each for each in (one, other) if each is not None]
    return min(known, default=None)


def _maybe_absent(rows: Rows) -> Rows:
    """The right side of an outer join: its rows, and with them its entities, may be NULL."""
    tables = tuple(
        (alias, tuple(replace(c, facts=UNMEASURED if c.facts else None) for c in columns))
        for alias, columns in rows.tables
    )
    return replace(
        rows, tables=tables, entities=tuple(replace(e, most=None) for e in rows.entities)
    )
