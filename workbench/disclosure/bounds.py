"""What a join does to the measured bounds of its sides.

It repeats the rows of one side as often as the other side's key is shared, and no entity can gain
more than that; and it reaches no more entities than the keys of the other side lead to.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from workbench.disclosure.scope import Col, Rows
from workbench.disclosure.shapes import UNMEASURED, Facts


@dataclass(frozen=True)
class Pair:
    """Columns of the left and of the right side that a join equates."""

    one: Col
    other: Col


def _times(bound: int | None, often: int | None) -> int | None:
    return None if bound is None or often is None else bound * often


def repeated(rows: Rows, keys: list[Col]) -> Rows:
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


def reached(one: Rows, other: Rows, pairs: tuple[Pair, ...], outer: bool) -> tuple[Rows, Rows]:
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


def maybe_absent(rows: Rows) -> Rows:
    """The right side of an outer join: its rows, and with them its entities, may be NULL."""
    tables = tuple(
        (alias, tuple(replace(c, facts=UNMEASURED if c.facts else None) for c in columns))
        for alias, columns in rows.tables
    )
    return replace(
        rows, tables=tables, entities=tuple(replace(e, most=None) for e in rows.entities)
    )
