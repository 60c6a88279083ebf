"""Conditions of a statement as formulas over axes.

What is not understood here is an axis of its own, true, false or NULL, named by the SQL that it is
compiled to. So a condition is never taken for another; at worst it is not known again.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlglot import exp

from workbench.catalogue.types import Family
from workbench.disclosure.expressions import Reader
from workbench.disclosure.literals import DATES, NUMBERS, Dim, literal, moment
from workbench.disclosure.noise.axes import Atom, Axis, Cut, Span, point
from workbench.disclosure.noise.truth import Both, Either, Formula, Negated
from workbench.disclosure.scope import Col, find

_SIGNS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<=",
}  # fmt: skip
_FLIPPED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "=": "=", "<>": "<>"}
_WHOLE = frozenset({Family.integer, Family.date, Family.boolean})
_PARTS: dict[type[exp.Expr], tuple[int, int]] = {exp.Quarter: (1, 5), exp.Month: (1, 13)}


def formula(node: exp.Expr, reader: Reader) -> Formula:
    """``node`` as a formula. Raises Refusal for what is no condition."""
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, (exp.And, exp.Or)):
        kind = Both if isinstance(node, exp.And) else Either
        return kind((formula(node.this, reader), formula(node.expression, reader)))
    if isinstance(node, exp.Not):
        return Negated(formula(node.this, reader))
    if isinstance(node, exp.Between):
        low = exp.GTE(this=node.this, expression=node.args["low"])
        high = exp.LTE(this=node.this, expression=node.args["high"])
        return Both((formula(low, reader), formula(high, reader)))
    return _atom(node, reader) or _opaque(node, reader)


def axis_of(node: exp.Expr, reader: Reader) -> Axis | None:
    """What ``node`` takes its values on; None where they have no order that is known here."""
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Column):
        column: Col = find(reader.rows, node)
        sql, family = column.sql, column.family
    else:
        made = reader.value(node)
        sql, family = made.sql, made.family or Family.time
    if family is Family.time:
        return None
    low, high = (0, 2) if family is Family.boolean else _PARTS.get(type(node), (None, None))
    ends = [None if end is None else (end, 0) for end in (low, high)]
    return Axis(sql, family, family in _WHOLE, *ends)


def placed(value: Any, family: Family) -> Any:
    """A value of a column as a place on its axis."""
    if family is Family.date:
        return value.toordinal()
    if family in (Family.integer, Family.boolean):
        return int(value)
    return value


def valued(place: Any, family: Family) -> Any:
    """The value that stands at a place of an axis; NULL is None."""
    if place is None:
        return None
    if family is Family.date:
        return date.fromordinal(place)
    return bool(place) if family is Family.boolean else place


def _opaque(node: exp.Expr, reader: Reader) -> Atom:
    axis = Axis(reader.condition(node), Family.boolean, True, (0, 0), (2, 0))
    return Atom(axis, (point(axis, 1),))


def _atom(node: exp.Expr, reader: Reader) -> Atom | None:
    sign = _SIGNS.get(type(node))
    if sign is not None:
        return _compared(node.this, node.expression, sign, reader) or _compared(
            node.expression, node.this, _FLIPPED[sign], reader
        )
    if isinstance(node, exp.In) and node.expressions:
        return _listed(node, reader)
    if isinstance(node, exp.Is):
        return _is(node, reader)
    if isinstance(node, exp.Column):
        axis = axis_of(node, reader)
        return None if axis is None else Atom(axis, (point(axis, 1),))
    return None


def _compared(one: exp.Expr, other: exp.Expr, sign: str, reader: Reader) -> Atom | None:
    given, axis = _given(one, other, reader)
    if given is None or axis is None:
        return None
    value = _value(given, axis.family)
    if value is None:
        return None
    spans = _spans(axis, value, sign)
    return None if spans is None else Atom(axis, spans)


def _given(one: exp.Expr, other: exp.Expr, reader: Reader) -> tuple[Dim | None, Axis | None]:
    given = literal(other)
    if given is None or given.literal is None or literal(one) is not None:
        return None, None
    return given, axis_of(one, reader)


def _value(given: Dim, family: Family) -> Any:
    """The literal as the axis has its values; None for one that the engine would convert."""
    found = given.literal
    if given.family is Family.text and family in DATES:
        found = moment(found, family).literal
    if family in NUMBERS:
        return found if isinstance(found, Decimal) else None
    if family is Family.timestamp:
        if isinstance(found, date) and not isinstance(found, datetime):
            return datetime.combine(found, datetime.min.time())
        return found if isinstance(found, datetime) else None
    kinds = {Family.text: str, Family.boolean: bool, Family.date: date}
    fits = isinstance(found, kinds[family]) and not isinstance(found, datetime)
    return placed(found, family) if fits else None


def _spans(axis: Axis, value: Any, sign: str) -> tuple[Span, ...] | None:
    """Where ``axis sign value`` holds."""
    before, after = _cuts(axis, value)
    below, above = (None, before), (after, None)
    equal = (before, after)
    return {
        "=": (equal,) if before != after else (),
        "<>": (below, above) if before != after else ((None, None),),
        "<": (below,),
        "<=": ((None, after),),
        ">": (above,),
        ">=": ((before, None),),
    }[sign]


def _cuts(axis: Axis, value: Any) -> tuple[Cut, Cut]:
    """Just before the value and just after it; on a whole axis the same place for one between two
    whole numbers."""
    if not axis.whole:
        return (value, 0), (value, 1)
    floor = int(value.to_integral_value("ROUND_FLOOR")) if isinstance(value, Decimal) else value
    return (floor if floor == value else floor + 1, 0), (floor + 1, 0)


def _listed(node: exp.In, reader: Reader) -> Atom | None:
    axis = None
    spans: list[Span] = []
    for each in node.expressions:
        given, axis = _given(node.this, each, reader)
        value = None if given is None or axis is None else _value(given, axis.family)
        found = None if axis is None or value is None else _spans(axis, value, "=")
        if found is None:
            return None
        spans += found
    return None if axis is None else Atom(axis, tuple(dict.fromkeys(spans)))


def _is(node: exp.Is, reader: Reader) -> Atom | None:
    axis = axis_of(node.this, reader)
    if axis is None:
        return None
    if isinstance(node.expression, exp.Null):
        return Atom(axis, (), at_null=True)
    if isinstance(node.expression, exp.Boolean) and axis.family is Family.boolean:
        return Atom(axis, (point(axis, int(bool(node.expression.this))),), at_null=False)
    return None
