"""FROM and JOIN over rows: equalities only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlglot import exp

from workbench.disclosure import refusals
from workbench.disclosure.bounds import Pair, maybe_absent, reached, repeated
from workbench.disclosure.choices import chooses, conjuncts, labels
from workbench.disclosure.expressions import Reader
from workbench.disclosure.scope import Col, Entity, Rows, banded, find, nearly_unique, only
from workbench.disclosure.shapes import StatTable
from workbench.engine.duckdb import identifier
from workbench.model.grant import Use


def table_rows(table: StatTable, alias: str) -> Rows:
    """A table of the workspace as rows."""
    guarded = table.rules is not None
    columns = tuple(
        Col(
            name=column.name,
            sql=f"{identifier(alias)}.{identifier(column.name)}",
            family=column.family,
            use=column.use,
            origin=(table.name, column.name),
            protected=guarded,
            bands=column.bands,
            distinct=column.facts.distinct,
            often=column.facts.often,
            facts=column.facts,
            wide=column.wide,
            secret=table.secret,
        )
        for column in table.columns
    )
    entities: tuple[Entity, ...] = ()
    if table.rules is not None:
        sql = f"{identifier(alias)}.{identifier(table.entity_column)}"
        unit = f"{identifier(alias)}.{identifier(table.unit_column)}" if table.unit_column else sql
        entities = (Entity(sql, table.name, table.rules, table.entities, table.most_rows, unit),)
    sql = f"{identifier(table.name)} AS {identifier(alias)}"
    return Rows(sql, ((alias, columns),), entities, measured=table.rows is not None)


@dataclass(frozen=True)
class RowsQuery:
    """A SELECT that gives rows, to be read under an alias. The ``sql`` of each column and entity is
    the name under which it is put out; all these names are ours."""

    sql: str
    columns: tuple[Col, ...]
    entities: tuple[Entity, ...]
    banded: bool = False
    measured: bool = False
    choosing: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()

    def rows(self, alias: str) -> Rows:
        def named(name: str) -> str:
            return f"{identifier(alias)}.{name}"

        columns = tuple(replace(c, sql=named(c.sql)) for c in self.columns)
        entities = tuple(replace(e, sql=named(e.sql), unit=named(e.unit)) for e in self.entities)
        return Rows(
            f"({self.sql}) AS {identifier(alias)}",
            ((alias, columns),),
            entities,
            self.banded,
            self.measured,
            tuple(named(each) for each in self.choosing),
            tuple(named(each) for each in self.pieces),
        )


def joined(left: Rows, right: Rows, join: exp.Join) -> Rows:
    """``left JOIN right``. Raises Refusal for anything but INNER and LEFT on equalities."""
    only(join, "this", "on", "using", "side", "kind")
    outer = join.side.upper() == "LEFT"
    if join.side and not outer:
        raise refusals.not_in_grammar(f"{join.side.upper()} JOIN")
    if join.kind.upper() not in ("", "INNER", "OUTER"):
        raise refusals.not_in_grammar(f"{join.kind.upper()} JOIN")
    _distinct_names(left, right)
    if outer and right.choosing:
        raise _chosen_before(join)
    on = _on(left, right, join, outer)
    _check_keyed(left, right, on.pairs)
    _check_repeats(left, right, [pair.other for pair in on.pairs])
    _check_repeats(right, left, [pair.one for pair in on.pairs])
    word = "LEFT JOIN" if outer else "JOIN"
    sql = f"{left.sql} {word} {right.sql} ON {' AND '.join(on.sql)}"
    one = repeated(left, [pair.other for pair in on.pairs])
    other = repeated(right, [pair.one for pair in on.pairs])
    one, other = reached(one, other, on.pairs, outer)
    if outer:
        other = maybe_absent(other)
    return Rows(
        sql,
        (*one.tables, *other.tables),
        (*one.entities, *other.entities),
        left.banded or right.banded or on.banded or _listed(left, right, on.pairs),
        left.measured and right.measured,
        (*left.choosing, *right.choosing, *on.choosing),
        (*left.pieces, *right.pieces, *on.pieces),
    )


def _chosen_before(join: exp.Join) -> refusals.Refusal:
    return refusals.grammar(
        "LEFT JOIN 的右边不能先用 IN、OR、NOT 或 <> 挑选。",
        "The right side of a LEFT JOIN may not be chosen by IN, OR, NOT or <> before.",
        "请把这些条件写在 WHERE 里。",
        "Put these conditions into WHERE.",
        subject=join.alias_or_name,
    )


def _distinct_names(left: Rows, right: Rows) -> None:
    taken = {alias.casefold() for alias, _ in left.tables}
    for alias, _ in right.tables:
        if alias.casefold() in taken:
            raise refusals.ambiguous(alias)


# ON -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _On:
    sql: tuple[str, ...]
    pairs: tuple[Pair, ...]
    banded: bool
    choosing: tuple[str, ...]
    pieces: tuple[str, ...]


def _on(left: Rows, right: Rows, join: exp.Join, outer: bool) -> _On:
    both = Rows("", (*left.tables, *right.tables), (*left.entities, *right.entities))
    pairs, sql = list(_using(left, right, join)), []
    choosing, pieces = list[str](), list[str]()
    on = join.args.get("on")
    for part in conjuncts(on) if on is not None else []:
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
            written = Reader(both).condition(part)
            if not chooses(part, both):
                sql.append(written)
            elif outer:
                raise _chosen_before(join)
            else:
                choosing.append(written)
                pieces += labels(part, both)
    if not pairs:
        raise refusals.grammar(
            "JOIN 需要两边列的相等条件。",
            "A join needs an equality of columns of both sides.",
            "请写 ON a.列 = b.列。",
            "Write ON a.column = b.column.",
        )
    equal = [f"{_checked(p).one.sql} = {p.other.sql}" for p in pairs]
    chosen = any(c.banded for p in pairs for c in (p.one, p.other))
    by_bands = chosen or (on is not None and banded(on, both))
    return _On((*equal, *sql), tuple(pairs), by_bands, tuple(choosing), tuple(pieces))


def _using(left: Rows, right: Rows, join: exp.Join) -> Iterator[Pair]:
    for name in join.args.get("using") or []:
        column = exp.Column(this=exp.Identifier(this=name.name))
        yield Pair(find(left, column), find(right, column))


def _pair(node: exp.Expr, right: Rows, both: Rows) -> Pair | None:
    """The columns that ``node`` equates, if there is one of each side."""
    if not isinstance(node, exp.EQ):
        return None
    if not (isinstance(node.this, exp.Column) and isinstance(node.expression, exp.Column)):
        return None
    one, other = find(both, node.this), find(both, node.expression)
    right_columns = set(right.all())
    if (one in right_columns) == (other in right_columns):
        return None
    return Pair(other, one) if one in right_columns else Pair(one, other)


def _checked(pair: Pair) -> Pair:
    for column in (pair.one, pair.other):
        if column.use is Use.statistics:
            raise refusals.measure_misplaced(column.name, column.bands)
    if pair.one.family is not pair.other.family:
        raise refusals.wrong_type(
            f"{pair.one.name} 与 {pair.other.name} 类型不同，不能相等连接。",
            f"{pair.one.name} and {pair.other.name} are of different types and cannot be joined.",
        )
    return pair


def _listed(left: Rows, right: Rows, pairs: tuple[Pair, ...]) -> bool:
    """Whether known entities choose among protected ones: an unprotected table, joined by a key or
    by a column that nearly is one."""
    if bool(left.entities) == bool(right.entities):
        return False
    guarded = left if left.entities else right
    mine = [p.one if left.entities else p.other for p in pairs]
    return any(c.use is Use.join_key or nearly_unique(c, guarded) for c in mine)


def _check_keyed(left: Rows, right: Rows, pairs: tuple[Pair, ...]) -> None:
    """Two protected tables meet entity by entity. Joined by groups, each row of one would be
    counted as often as the other has rows of its group, which is told elsewhere."""
    if not (left.entities and right.entities and left.measured and right.measured):
        return
    keyed = [p for p in pairs if p.one.use is Use.join_key or nearly_unique(p.one, left)]
    if not keyed:
        raise refusals.grammar(
            "两张受保护的表只能按连接键（实体）连接。",
            "Two protected tables are joined by a join key, entity by entity.",
            "请在 ON 里加上连接键的相等；只按组比较的，请先分别聚合再连接。",
            "Add the equality of a join key to ON; to compare groups, aggregate each first and "
            "join the results.",
        )


def _check_repeats(guarded: Rows, beside: Rows, keys: list[Col]) -> None:
    """Refuse what repeats protected rows as often as somebody knows: a count of them would tell
    whose rows they are."""
    if not guarded.entities or beside.entities or not (guarded.measured and beside.measured):
        return
    if not any(key.often == 1 for key in keys):
        names = ", ".join(dict.fromkeys(key.name for key in keys))
        raise refusals.grammar(
            f"对照表的 {names} 有重复，连接会把受保护的行重复若干次。",
            f"Rows of the reference table share a {names}: joined, they would repeat protected "
            "rows as often as anybody can see.",
            "请按对照表中唯一的列连接，或请提供部门给出每个键一行的表。",
            "Join by a column that is unique there, or ask for a table of one row a key.",
            subject=names,
        )
