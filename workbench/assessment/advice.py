"""What a department could win back, and whether it did a year later. Pure.

Advice is worked out by scoring itself: one indicator at a time, its failing items as they should
have been and all else as it was. What comes first is what would bring most. How it is worked out is
ours; that advice is given with the results is Changde's article 28.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from workbench.assessment.measured import Gathered, Inputs, Item, Measured, of_items, stated
from workbench.assessment.ranking import Ranking
from workbench.assessment.scheme import Indicator, Light, Scheme, Scoring
from workbench.assessment.scoring import Row, Sheet, State, rescored
from workbench.kpi.definition import Direction, Figure

NOTHING = Fraction(0)


class Kind(StrEnum):
    """What is behind a loss. ``items``: these events; ``value``: a stated value; ``veto``: the
    total is capped; ``unknown``: it counts as nothing because nobody gave a value, or there are
    too few."""

    items = "items"
    value = "value"
    veto = "veto"
    unknown = "unknown"


@dataclass(frozen=True)
class Advice:
    """``gain``: points of a hundred that the department would have more, this indicator alone being
    as wanted. Before a veto, that what a veto hides can be seen; of a veto what it took. Where a
    value is unknown the most that it could bring. ``items``: what failed, by day."""

    department: str
    indicator: str
    kind: Kind
    gain: Fraction
    items: tuple[Item, ...] = ()


def advice(scheme: Scheme, inputs: Inputs, sheet: Sheet) -> tuple[Advice, ...]:
    """Of one department: vetoes that hold, then the largest gain first. A rank is no item of the
    department's own, so nothing is said of one where the KPI has no better way."""
    by_id = {each.id: each for each in scheme.indicators}
    found = [_of_row(scheme, inputs, sheet, by_id[row.indicator], row) for row in sheet.rows]
    there = [one for one in found if one is not None and one.gain > 0]
    return tuple(
        sorted(there, key=lambda one: (one.kind is not Kind.veto, -one.gain, one.indicator))
    )


def _of_row(
    scheme: Scheme, inputs: Inputs, sheet: Sheet, indicator: Indicator, row: Row
) -> Advice | None:
    if indicator.score.veto is not None:
        return _of_veto(inputs, sheet, indicator, row)
    if row.score is None:
        return None
    if row.state is not State.rated:
        return Advice(sheet.department, row.indicator, Kind.unknown, row.lost)
    gathered = inputs.measures[row.indicator]
    found = wanted(indicator, gathered, row.measured) if row.measured is not None else None
    if found is None:
        return None
    better = rescored(scheme, _with(inputs, sheet.department, row, found), sheet, row.indicator)
    gain = (better.before_veto or NOTHING) - (sheet.before_veto or NOTHING)
    kind = Kind.items if found.items else Kind.value
    return Advice(sheet.department, row.indicator, kind, gain, _differing(row, found))


def _of_veto(inputs: Inputs, sheet: Sheet, indicator: Indicator, row: Row) -> Advice | None:
    if not row.vetoed or sheet.total is None or sheet.before_veto is None:
        return None
    items = failing(indicator, inputs.measures[row.indicator], row.measured)
    gain = sheet.before_veto - sheet.total
    return Advice(sheet.department, row.indicator, Kind.veto, gain, items)


def _with(inputs: Inputs, department: str, row: Row, measured: Measured) -> Inputs:
    gathered = inputs.measures[row.indicator]
    changed = replace(gathered, by={**gathered.by, department: measured})
    return replace(inputs, measures={**inputs.measures, row.indicator: changed})


def _differing(row: Row, better: Measured) -> tuple[Item, ...]:
    """Those items that are not as wanted, as they are."""
    items = row.measured.items if row.measured is not None else ()
    wants = list(better.items)
    failed = []
    for one in items:
        if one in wants:
            wants.remove(one)
        else:
            failed.append(one)
    return tuple(failed)


def failing(
    indicator: Indicator, gathered: Gathered, measured: Measured | None
) -> tuple[Item, ...]:
    """The items that are not as wanted."""
    if measured is None:
        return ()
    return tuple(
        one for one in measured.items if _as_wanted(indicator, gathered, one).amount != one.amount
    )


def wanted(indicator: Indicator, gathered: Gathered, measured: Measured) -> Measured | None:
    """The measure with each failing item as it should have been; None where none fails, or nothing
    says what should have been."""
    if not measured.items:
        best = best_bound(indicator.score)
        if not measured.evidence or best is None or best == measured.value:
            return None
        return stated(best, measured.evidence)
    changed = [_as_wanted(indicator, gathered, one) for one in measured.items]
    found = of_items(gathered.figure, changed)
    return None if found == measured else found


def _as_wanted(indicator: Indicator, gathered: Gathered, item: Item) -> Item:
    """Of a ratio all or nothing; of a total of which less is better nothing; of a median no worse
    than where the full score begins. What is not there at all cannot be named."""
    bound = best_bound(indicator.score)
    match gathered.figure, gathered.direction:
        case Figure.ratio, Direction.higher:
            return replace(item, amount=max(item.amount, item.of))
        case ((Figure.ratio | Figure.total), Direction.lower):
            return replace(item, amount=min(item.amount, NOTHING))
        case Figure.median, Direction.lower if bound is not None:
            return replace(item, amount=min(item.amount, bound))
        case Figure.median, Direction.higher if bound is not None:
            return replace(item, amount=max(item.amount, bound))
        case _:
            return item


def best_bound(score: Scoring) -> Fraction | None:
    """From where on the score is full; None where that depends on others, or on a veto."""
    if score.linear is not None:
        return Fraction(score.linear.full)
    if score.steps:
        return Fraction(score.steps[0].bound)
    return NOTHING if score.deduct is not None else None


def lights(ranked: Ranking) -> Mapping[Light, tuple[str, ...]]:
    """The departments by the light of their grade, each list by rank; who has no score is in none
    of them."""
    return {
        light: tuple(place.department for place in ranked.places if place.grade.light is light)
        for light in Light
    }


class Done(StrEnum):
    """``done``: nothing fails any more; ``partly``: the figure is better than it was; ``not_done``:
    it is not; ``unknown``: it is not rated this year, or not in this year's scheme."""

    done = "done"
    partly = "partly"
    not_done = "not_done"
    unknown = "unknown"


@dataclass(frozen=True)
class Followed:
    """What became of one advice. ``was`` and ``now``: the figures of the two years; ``still``: what
    fails now and was named then, by its id; ``failing``: all that fails now."""

    advice: Advice
    outcome: Done
    was: Fraction | None
    now: Fraction | None
    still: tuple[str, ...]
    failing: tuple[Item, ...]


def followed(
    given: Iterable[Advice], before: Inputs, scheme: Scheme, inputs: Inputs, sheet: Sheet
) -> tuple[Followed, ...]:
    """Last year's advice (``given``, of the department of ``sheet``) against this year's measures.
    ``before``: last year's."""
    mine = [one for one in given if one.department == sheet.department]
    return tuple(_followed(one, before, scheme, inputs, sheet) for one in mine)


def _followed(
    given: Advice, before: Inputs, scheme: Scheme, inputs: Inputs, sheet: Sheet
) -> Followed:
    indicator = next((one for one in scheme.indicators if one.id == given.indicator), None)
    row = next((one for one in sheet.rows if one.indicator == given.indicator), None)
    was = _value(before, given)
    if indicator is None or row is None or row.state is not State.rated or row.measured is None:
        return Followed(given, Done.unknown, was, None, (), ())
    gathered, now = inputs.measures[given.indicator], row.measured.value
    fails = failing(indicator, gathered, row.measured)
    named = {one.item for one in given.items}
    still = tuple(sorted({one.item for one in fails} & named))
    clean = not fails and wanted(indicator, gathered, row.measured) is None and not row.vetoed
    outcome = Done.done if clean else _better(gathered.direction, was, now)
    return Followed(given, outcome, was, now, still, fails)


def _value(inputs: Inputs, given: Advice) -> Fraction | None:
    gathered = inputs.measures.get(given.indicator)
    found = gathered.of(given.department) if gathered is not None else None
    return None if found is None else found.value


def _better(direction: Direction, was: Fraction | None, now: Fraction | None) -> Done:
    """What was unknown and is known now is better by that alone."""
    if was is None or now is None:
        return Done.partly if was is None and now is not None else Done.unknown
    rose = now > was if direction is Direction.higher else now < was
    return Done.partly if rose else Done.not_done
