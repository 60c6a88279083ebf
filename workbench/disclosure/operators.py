"""Calculations over released values: whatever is derived from a withheld one is withheld too.

Here nothing is secret any more, so any of the listed operators may be used; what has no place in
the list is refused all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from workbench.disclosure import refusals
from workbench.disclosure.literals import literal, type_name
from workbench.disclosure.scope import Cell, only

Leaf = Callable[[exp.Expr], "Val | None"]
"""What a SELECT knows better than the operators: its groups, aggregates and columns."""


MAX_SQL = 20_000
"""Characters of one expression written out (ours): aliases of aliases grow exponentially."""


@dataclass(frozen=True)
class Val:
    """``status``: SQL texts that say why it is withheld (each NULL if it is not).
    ``direct``: it is one cell as it was released."""

    sql: str
    status: tuple[str, ...] = ()
    direct: bool = False

    @property
    def why(self) -> str:
        """One SQL text for its status; empty where it cannot be withheld."""
        if not self.status:
            return ""
        return f"coalesce({', '.join(self.status)})" if len(self.status) > 1 else self.status[0]

    @property
    def shown(self) -> str:
        return f"CASE WHEN {self.why} IS NULL THEN {self.sql} END" if self.status else self.sql


def as_value(cell: Cell) -> Val:
    """A cell as it was released."""
    return Val(cell.sql, (cell.status,) if cell.status else (), True)


def calculated(node: exp.Expr, leaf: Leaf) -> Val:
    """``node`` over released values. Raises Refusal."""
    found = leaf(node)
    if found is not None:
        return found
    given = literal(node)
    if given is not None:
        return Val(given.sql)
    operator = _OPERATORS.get(type(node))
    if operator is None:
        raise _unknown(node)
    made = operator(node, leaf)
    if len(made.sql) + sum(map(len, made.status)) > MAX_SQL:
        raise refusals.too_long()
    return made


def _unknown(node: exp.Expr) -> refusals.Refusal:
    if isinstance(node, (exp.Subquery, exp.Select, exp.Exists)):
        return refusals.grammar(
            "表达式里不能用子查询。",
            "An expression takes no subquery.",
            "请写成 WITH 里的一张表，再用 CROSS JOIN 或 JOIN 连接。",
            "Make it a table in WITH, and join it (CROSS JOIN for a single row).",
        )
    if isinstance(node, exp.Func):
        return refusals.unknown_function(refusals.function_name(node), FUNCTIONS)
    return refusals.not_in_grammar(type(node).__name__)


def _status(*values: Val) -> tuple[str, ...]:
    return tuple(dict.fromkeys(s for value in values for s in value.status))


def _binary(sign: str) -> Callable[[Any, Leaf], Val]:
    def read(node: exp.Expr, leaf: Leaf) -> Val:
        only(node, "this", "expression", "typed", "safe", "negate")
        left, right = calculated(node.this, leaf), calculated(node.expression, leaf)
        negated = "NOT " if node.args.get("negate") else ""
        return Val(f"({left.sql} {negated}{sign} {right.sql})", _status(left, right))

    return read


def _call(name: str, *keys: str) -> Callable[[Any, Leaf], Val]:
    """A function of its arguments, in the order of ``keys``; lists among them are spread."""

    def read(node: exp.Expr, leaf: Leaf) -> Val:
        only(node, *keys, "ignore_nulls", "input_type_preserved", "unit", "binary_type")
        values = []
        for key in keys:
            given = node.args.get(key)
            for each in given if isinstance(given, list) else [given]:
                if each is not None:
                    values.append(calculated(each, leaf))
        return Val(f"{name}({', '.join(v.sql for v in values)})", _status(*values))

    return read


def _before(word: str) -> Callable[[Any, Leaf], Val]:
    def read(node: exp.Expr, leaf: Leaf) -> Val:
        only(node, "this")
        inner = calculated(node.this, leaf)
        return Val(f"({word} {inner.sql})", inner.status)

    return read


def _paren(node: exp.Paren, leaf: Leaf) -> Val:
    only(node, "this")
    inner = calculated(node.this, leaf)
    return Val(f"({inner.sql})", inner.status)


def _cast(node: exp.Cast, leaf: Leaf) -> Val:
    only(node, "this", "to")
    inner = calculated(node.this, leaf)
    return Val(f"CAST({inner.sql} AS {type_name(node.to)})", inner.status)


def _in(node: exp.In, leaf: Leaf) -> Val:
    only(node, "this", "expressions")
    values = [calculated(each, leaf) for each in (node.this, *node.expressions)]
    if len(values) < 2:
        raise refusals.not_in_grammar("IN (SELECT ...)")
    first, *others = values
    return Val(f"({first.sql} IN ({', '.join(v.sql for v in others)}))", _status(*values))


def _between(node: exp.Between, leaf: Leaf) -> Val:
    only(node, "this", "low", "high")
    x, low, high = (calculated(node.args[key], leaf) for key in ("this", "low", "high"))
    return Val(f"({x.sql} BETWEEN {low.sql} AND {high.sql})", _status(x, low, high))


def _case(node: exp.Case, leaf: Leaf) -> Val:
    only(node, "this", "ifs", "default")
    compared = node.args.get("this")
    parts, values = [], []
    for branch in node.args["ifs"]:
        only(branch, "this", "true")
        test = exp.EQ(this=compared, expression=branch.this) if compared else branch.this
        when, then = calculated(test, leaf), calculated(branch.args["true"], leaf)
        parts.append(f"WHEN {when.sql} THEN {then.sql}")
        values += [when, then]
    default = node.args.get("default")
    if default is not None:
        values.append(calculated(default, leaf))
        parts.append(f"ELSE {values[-1].sql}")
    return Val(f"CASE {' '.join(parts)} END", _status(*values))


def _if(node: exp.If, leaf: Leaf) -> Val:
    only(node, "this", "true", "false")
    branch = exp.If(this=node.this, true=node.args["true"])
    return _case(exp.Case(ifs=[branch], default=node.args.get("false")), leaf)


def _truncated(node: exp.Expr, leaf: Leaf) -> Val:
    only(node, "this", "unit", "input_type_preserved")
    unit = str(node.args["unit"].name).casefold()
    if unit not in ("year", "quarter", "month"):
        raise refusals.unknown_function(f"date_trunc {unit}", ("year", "quarter", "month"))
    inner = calculated(node.this, leaf)
    return Val(f"CAST(date_trunc('{unit}', {inner.sql}) AS DATE)", inner.status)


_OVER: Mapping[type[exp.Expr], tuple[str, tuple[str, ...]]] = {
    exp.Sum: ("sum", ("this",)),
    exp.Avg: ("avg", ("this",)),
    exp.Min: ("min", ("this",)),
    exp.Max: ("max", ("this",)),
    exp.Count: ("count", ("this",)),
    exp.Rank: ("rank", ()),
    exp.DenseRank: ("dense_rank", ()),
    exp.RowNumber: ("row_number", ()),
    exp.PercentRank: ("percent_rank", ()),
    exp.Lag: ("lag", ("this", "offset")),
    exp.Lead: ("lead", ("this", "offset")),
}
_NEIGHBOURS = (exp.Lag, exp.Lead)


def _window(node: exp.Window, leaf: Leaf) -> Val:
    """Shares, ranks, growth: over cells that were released. Where one of the partition is withheld
    nothing is told of the others but their neighbours."""
    only(node, "this", "partition_by", "order", "over")
    known = _OVER.get(type(node.this))
    if known is None:
        named = [name for name, _ in _OVER.values()]
        raise refusals.unknown_function(f"{type(node.this).__name__} OVER", named)
    name, keys = known
    only(node.this, *keys, "big_int")
    parts = [calculated(each, leaf) for each in node.args.get("partition_by") or []]
    ways, ordered = _ordered(node.args.get("order"), leaf)
    clauses = [f"PARTITION BY {', '.join(p.sql for p in parts)}"] if parts else []
    over = f"OVER ({' '.join([*clauses, *([f'ORDER BY {ways}'] if ways else [])])})"
    args = [_argument(node.this.args.get(key), leaf) for key in keys]
    given = [arg for arg in args if arg is not None]
    sql = f"{name}({', '.join(g.sql for g in given)}) {over}"
    whole = f"OVER ({' '.join(clauses)})"
    if isinstance(node.this, _NEIGHBOURS):
        status = [f"{name}({', '.join([s, *(g.sql for g in given[1:])])}) {over}"
                  for s in given[0].status]  # fmt: skip
    else:
        status = [_any_missing(s, whole) for g in given for s in g.status]
    status += [_any_missing(s, whole) for each in (*parts, *ordered) for s in each.status]
    return Val(sql, tuple(dict.fromkeys(status)), True)


def _any_missing(status: str, whole: str) -> str:
    return f"CASE WHEN bool_or({status} IS NOT NULL) {whole} THEN 'incomplete' END"


def _argument(node: exp.Expr | None, leaf: Leaf) -> Val | None:
    if isinstance(node, exp.Star):
        only(node)
        return Val("*")
    return None if node is None else calculated(node, leaf)


def _ordered(order: exp.Expr | None, leaf: Leaf) -> tuple[str, list[Val]]:
    ways, values = [], []
    for each in order.expressions if order is not None else []:
        only(each, "this", "desc", "nulls_first")
        values.append(calculated(each.this, leaf))
        ways.append(f"{values[-1].shown}{' DESC' if each.args.get('desc') else ''} NULLS LAST")
    return ", ".join(ways), values


_OPERATORS: Mapping[type[exp.Expr], Callable[[Any, Leaf], Val]] = {
    exp.Paren: _paren,
    exp.Window: _window,
    exp.Add: _binary("+"),
    exp.Sub: _binary("-"),
    exp.Mul: _binary("*"),
    exp.Div: _binary("/"),
    exp.IntDiv: _binary("//"),
    exp.Mod: _binary("%"),
    exp.DPipe: _binary("||"),
    exp.EQ: _binary("="),
    exp.NEQ: _binary("<>"),
    exp.GT: _binary(">"),
    exp.GTE: _binary(">="),
    exp.LT: _binary("<"),
    exp.LTE: _binary("<="),
    exp.And: _binary("AND"),
    exp.Or: _binary("OR"),
    exp.Is: _binary("IS"),
    exp.Like: _binary("LIKE"),
    exp.ILike: _binary("ILIKE"),
    exp.Not: _before("NOT"),
    exp.Neg: _before("-"),
    exp.In: _in,
    exp.Between: _between,
    exp.Case: _case,
    exp.If: _if,
    exp.Cast: _cast,
    exp.Round: _call("round", "this", "decimals"),
    exp.Abs: _call("abs", "this"),
    exp.Ceil: _call("ceil", "this"),
    exp.Floor: _call("floor", "this"),
    exp.Sqrt: _call("sqrt", "this"),
    exp.Nullif: _call("nullif", "this", "expression"),
    exp.Coalesce: _call("coalesce", "this", "expressions"),
    exp.Greatest: _call("greatest", "this", "expressions"),
    exp.Least: _call("least", "this", "expressions"),
    exp.Upper: _call("upper", "this"),
    exp.Lower: _call("lower", "this"),
    exp.Left: _call("left", "this", "expression"),
    exp.Right: _call("right", "this", "expression"),
    exp.Substring: _call("substring", "this", "start", "length"),
    exp.Year: _call("year", "this"),
    exp.Quarter: _call("quarter", "this"),
    exp.Month: _call("month", "this"),
    exp.TimestampTrunc: _truncated,
    exp.DateTrunc: _truncated,
}
FUNCTIONS = (
    "round", "abs", "ceil", "floor", "sqrt", "nullif", "coalesce", "greatest", "least", "upper",
    "lower", "left", "right", "substring", "year", "quarter", "month", "date_trunc", "CASE", "CAST",
)  # fmt: skip
