"""The parts of a SELECT that are read alike, whatever it reads: items, groups, order, limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

from workbench.disclosure import refusals
from workbench.disclosure.aggregates import aggregates_in
from workbench.disclosure.choices import labels, parted
from workbench.disclosure.expressions import Reader
from workbench.disclosure.literals import literal
from workbench.disclosure.operators import Leaf, Val, as_value, calculated
from workbench.disclosure.scope import Released, Rows, banded, only

MAX_LIMIT = 1_000_000_000
MAX_NAME = 256


@dataclass(frozen=True)
class Output:
    """A query over released cells: ``SELECT columns FROM source tail``."""

    columns: tuple[tuple[str, Val], ...]
    source: str
    tail: str = ""


def items_of(node: exp.Select, leaf: Leaf, cells: Released | None = None) -> list[tuple[str, Val]]:
    out: list[tuple[str, Val]] = []
    for item in node.expressions:
        inner = item.this if isinstance(item, exp.Alias) else item
        table = star_table(inner)
        if table is None:
            out.append((_name_of(item), calculated(inner, leaf)))
        elif cells is None:
            raise refusals.rows_asked()
        else:
            out += _starred(cells, table)
    if not out:
        raise refusals.not_in_grammar("SELECT without columns")
    return out


Columns = Sequence[tuple[str, Val]]
"""What a SELECT shows: names and values."""


def tail_of(node: exp.Expr, leaf: Leaf, columns: Columns) -> str:
    """ORDER BY and LIMIT over what shows ``columns``. A withheld value orders as NULL."""
    parts = []
    order = node.args.get("order")
    for each in order.expressions if order is not None else []:
        only(each, "this", "desc", "nulls_first")
        found = _order_by(each.this, leaf, columns)
        way = " DESC" if each.args.get("desc") else ""
        nulls = " NULLS FIRST" if each.args.get("nulls_first") else " NULLS LAST"
        parts.append(f"{found.shown}{way}{nulls}")
    tail = f" ORDER BY {', '.join(parts)}" if parts else ""
    for key, word in (("limit", "LIMIT"), ("offset", "OFFSET")):
        given = node.args.get(key)
        if given is not None:
            only(given, "expression")
            tail += f" {word} {_count(given.expression)}"
    return tail


def _order_by(node: exp.Expr, leaf: Leaf, columns: Columns) -> Val:
    if isinstance(node, exp.Literal) and node.is_int:
        number = int(node.name)
        if not 1 <= number <= len(columns):
            raise refusals.wrong_type("ORDER BY 的序号超出范围。", "No such column to order by.")
        return columns[number - 1][1]
    names = {name.casefold(): value for name, value in columns}
    if isinstance(node, exp.Column) and not node.table and node.name.casefold() in names:
        return names[node.name.casefold()]
    return calculated(node, leaf)


def ordinal(each: exp.Expr, node: exp.Select) -> exp.Expr:
    if not (isinstance(each, exp.Literal) and each.is_int):
        return each
    number = int(each.name)
    if not 1 <= number <= len(node.expressions):
        raise refusals.wrong_type("GROUP BY 的序号超出范围。", "No such column to group by.")
    item: exp.Expr = node.expressions[number - 1]
    inner: exp.Expr = item.this
    return inner if isinstance(item, exp.Alias) else item


@dataclass(frozen=True)
class Where:
    """A WHERE in SQL. ``described``: what of it says how the rows are; ``choosing``: what puts them
    together or takes some away, and ``pieces`` what tells apart of what. ``banded``: it looks at a
    measure."""

    described: str
    choosing: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()
    banded: bool = False


def where_of(node: exp.Select, rows: Rows) -> Where:
    where = node.args.get("where")
    reader = Reader(rows)
    if where is not None:
        reader.condition(where.this)  # what may not be written is refused before it is taken apart
    described, choosing = parted(where.this if where is not None else None, rows)
    return Where(
        " AND ".join(reader.condition(each) for each in described),
        tuple(reader.condition(each) for each in choosing),
        tuple(label for each in choosing for label in labels(each, rows)),
        where is not None and banded(where, rows),
    )


def _starred(cells: Released, table: str) -> list[tuple[str, Val]]:
    return [
        (c.name, as_value(c))
        for alias, columns in cells.tables
        for c in columns
        if not table or alias.casefold() == table
    ]


def star_table(item: exp.Expr) -> str | None:
    """The folded alias of ``t.*``, empty for ``*``, None for anything else."""
    if isinstance(item, exp.Star):
        only(item)
        return ""
    if isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
        only(item, "this", "table")
        only(item.this)
        return item.table.casefold()
    return None


def _count(node: exp.Expr) -> int:
    given = literal(node)
    value_ = given.literal if given is not None else None
    whole = isinstance(value_, Decimal) and value_ == value_.to_integral_value()
    if isinstance(value_, Decimal) and whole and 0 <= value_ <= MAX_LIMIT:
        return int(value_)
    raise refusals.wrong_type("LIMIT 后应是整数。", "LIMIT takes a whole number.")


def _name_of(item: exp.Expr) -> str:
    named = isinstance(item, (exp.Alias, exp.Column))
    name: str = item.alias_or_name if named else item.sql("duckdb").lower()[:64]
    if "\0" in name or len(name) > MAX_NAME:
        raise refusals.wrong_type("列名过长或含有空字符。", "A column's name is too long or odd.")
    return name


def grouped_by(node: exp.Select) -> tuple[list[exp.Expr], str]:
    """What is grouped by, and ROLLUP or CUBE. GROUP BY ALL and DISTINCT mean all but aggregates."""
    plain = [
        item.this if isinstance(item, exp.Alias) else item
        for item in node.expressions
        if not aggregates_in(item)
    ]
    group, distinct = node.args.get("group"), node.args.get("distinct")
    if distinct is not None:
        only(distinct)
        if group is not None:
            raise refusals.not_in_grammar("DISTINCT with GROUP BY")
    if group is None:
        return (plain if distinct is not None else []), ""
    only(group, "expressions", "all")
    if group.args.get("all"):
        return plain, ""
    found = list(group.expressions)
    if len(found) == 1 and isinstance(found[0], (exp.Rollup, exp.Cube)):
        only(found[0], "expressions")
        return list(found[0].expressions), type(found[0]).__name__.upper()
    return found, ""
