"""A condition on dates made as wide as the years that it touches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlglot import exp

from workbench.disclosure.coarser.ladders import Ladders
from workbench.disclosure.coarser.outermost import Outermost
from workbench.disclosure.literals import DATES, literal, moment
from workbench.disclosure.refusals import Refusal

_FLIPPED: Mapping[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.LT, exp.LT: exp.GT, exp.GTE: exp.LTE, exp.LTE: exp.GTE, exp.EQ: exp.EQ,
}  # fmt: skip


def whole_years(outer: Outermost, ladders: Ladders) -> exp.Select | None:
    """With each bound of a date moved to the end of its year, and without a month or quarter beside
    a year; None where the WHERE has no such bound, or has whole years already."""
    where = outer.select.args.get("where")
    if where is None:
        return None
    parts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    made: list[exp.Expr] = []
    for part in parts:
        if not _part_of_a_year(part, parts, outer):
            made += _widened(part, outer, ladders)
    if made == parts:
        return None
    select = outer.select.copy()
    select.set("where", exp.Where(this=exp.and_(*[part.copy() for part in made])))
    return select


def _widened(part: exp.Expr, outer: Outermost, ladders: Ladders) -> list[exp.Expr]:
    """The conditions in the place of one."""
    inner = part.this if isinstance(part, exp.Paren) else part
    if isinstance(inner, exp.Between) and _dated(inner.this, outer, ladders):
        low = _widened(exp.GTE(this=inner.this, expression=inner.args["low"]), outer, ladders)
        high = _widened(exp.LTE(this=inner.this, expression=inner.args["high"]), outer, ladders)
        both = [*low, *high]
        plain = [inner.args["low"], inner.args["high"]]
        return [part] if [each.expression for each in both] == plain else both
    if type(inner) not in _FLIPPED:
        return [part]
    left, right, kind = inner.this, inner.expression, type(inner)
    if not _dated(left, outer, ladders):
        left, right, kind = right, left, _FLIPPED[kind]
    day = _day(right)
    if day is None or not _dated(left, outer, ladders):
        return [part]
    return _moved(part, left, day, kind)


def _moved(part: exp.Expr, left: exp.Expr, day: date, kind: type[exp.Expr]) -> list[exp.Expr]:
    first, next_ = _new_year(day.year), _new_year(day.year + 1)
    from_ = exp.GTE(this=left.copy(), expression=first)
    before = exp.LT(this=left.copy(), expression=next_)
    begins, ends = (day.month, day.day) == (1, 1), (day.month, day.day) == (12, 31)
    if kind is exp.EQ:
        return [from_, before]
    if kind is exp.GTE:
        return [part] if begins else [from_]
    if kind is exp.GT:
        return [part] if ends else [from_]
    if kind is exp.LT:
        return [part] if begins else [before]
    return [part] if ends else [before]


def _part_of_a_year(part: exp.Expr, parts: list[exp.Expr], outer: Outermost) -> bool:
    """``month(d) = 3`` beside ``year(d) = 2025``."""
    about = _function(part, (exp.Month, exp.Quarter))
    if about is None:
        return False
    years = [_function(other, (exp.Year,)) for other in parts if isinstance(other, exp.EQ)]
    return any(year is not None and outer.same(about, year) for year in years)


def _function(part: exp.Expr, kinds: tuple[type[exp.Expr], ...]) -> exp.Expr | None:
    """The date of which ``part`` asks for a part, by a comparison with literals."""
    sides = [part.this, *(part.args.get(k) for k in ("expression", "low", "high"))]
    sides += part.args.get("expressions") or []
    if not isinstance(part, (*_FLIPPED, exp.Between, exp.In)):
        return None
    found = [s.this for s in sides if isinstance(s, kinds)]
    others = [s for s in sides if isinstance(s, exp.Expr) and not isinstance(s, kinds)]
    plain = len(found) == 1 and all(_is_literal(each) for each in others)
    return found[0] if plain else None


def _is_literal(node: exp.Expr) -> bool:
    try:
        return literal(node) is not None
    except Refusal:
        return False


def _dated(node: exp.Expr, outer: Outermost, ladders: Ladders) -> bool:
    """Whether it is a date, or the first day of what it lies in."""
    inner = node.this if isinstance(node, (exp.TimestampTrunc, exp.DateTrunc)) else node
    origin = outer.origin(inner)
    return origin is not None and origin in ladders and ladders[origin].dates


def _day(node: exp.Expr) -> date | None:
    try:
        found = literal(node)
        if found is not None and isinstance(found.literal, str):
            found = moment(found.literal, sorted(DATES)[0])
    except Refusal:
        return None
    value = found.literal if found is not None else None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _new_year(year: int) -> exp.Expr:
    return exp.cast(exp.Literal.string(f"{year:04}-01-01"), "DATE")
