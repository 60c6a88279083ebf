"""Conditions that choose by lists, alternatives and exclusions: of which pieces rows are put
together.

``county = 'C11'`` describes a set. ``county IN ('C11', 'C12') OR town = 'T7'`` puts one together
from pieces, and whoever may name the pieces may name ten firms one by one. So rows that were chosen
in such a way carry a label, by which the guard sees how large the pieces are.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from workbench.disclosure.expressions import Reader
from workbench.disclosure.scope import Rows, find

_ELEMENTARY = (
    exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between, exp.Like, exp.ILike,
    exp.StartsWith, exp.Is,
)  # fmt: skip
_CHOOSING = (exp.Or, exp.NEQ, exp.Case, exp.If)


def chooses(node: exp.Expr, rows: Rows) -> bool:
    """Whether ``node`` puts sets together or takes some away, or looks at a column that was made
    so. ``IS NOT NULL`` takes away one piece, and is left out."""
    return any(_chooses(each, rows) for each in node.walk())


def _chooses(node: exp.Expr, rows: Rows) -> bool:
    if isinstance(node, exp.In):
        return len(node.expressions) > 1
    if isinstance(node, exp.Not):
        return not isinstance(node.this, exp.Is)
    if isinstance(node, (exp.Like, exp.ILike)):
        return bool(node.args.get("negate"))
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier):
        return bool(find(rows, node).chosen)
    return isinstance(node, _CHOOSING)


def labels(node: exp.Expr, rows: Rows) -> tuple[str, ...]:
    """What tells the pieces apart, in SQL: whether each elementary condition holds, and of lists
    which of their values; nothing where ``node`` does not choose so."""
    if not chooses(node, rows):
        return ()
    reader = Reader(rows)
    return tuple(dict.fromkeys(_label(each, reader) for each in _elementary(node)))


def _elementary(node: exp.Expr) -> Iterator[exp.Expr]:
    nested = [each for each in node.iter_expressions() for each in _elementary(each)]
    if isinstance(node, _ELEMENTARY) and not nested:
        yield node
    yield from nested


def _label(node: exp.Expr, reader: Reader) -> str:
    condition = reader.condition(node)
    if isinstance(node, exp.In):
        return f"CASE WHEN {condition} THEN {reader.dimension(node.this).sql} END"
    return f"coalesce({condition}, false)"


def parted(node: exp.Expr | None, rows: Rows) -> tuple[list[exp.Expr], list[exp.Expr]]:
    """The conditions of an AND that describe, and those that choose."""
    described: list[exp.Expr] = []
    choosing: list[exp.Expr] = []
    for each in conjuncts(node) if node is not None else []:
        (choosing if chooses(each, rows) else described).append(each)
    return described, choosing


def conjuncts(node: exp.Expr) -> list[exp.Expr]:
    """The conditions that AND holds together."""
    if isinstance(node, exp.Paren):
        return conjuncts(node.this)
    if isinstance(node, exp.And):
        return [*conjuncts(node.this), *conjuncts(node.expression)]
    return [node]
