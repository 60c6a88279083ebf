"""Appeals against single events: what of the measures the panel's decisions change. Pure.

An appeal is of one item (an event: a case, a delivery, a resource) that stands in the department's
own sheet, or of a value that somebody has stated, by the name of a file of its evidence. What is
accepted strikes the item, or puts another amount in its place; nothing else can be changed by it.
Where two indicators count the same KPI, the event is struck in both: it is one event. All rules are
ours: the texts order that objections be heard and say no more of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from workbench.assessment import appeal_refusals as refusals
from workbench.assessment.measured import Gathered, Inputs, Item, Measured, of_items, stated
from workbench.assessment.scheme import Indicator, Scheme
from workbench.kpi.definition import Figure


@dataclass(frozen=True, order=True)
class Event:
    """What is appealed. ``item``: the id in the sheet, or of a stated value a file of its evidence.
    ``day``: where one id stands at several days; of several at one day the first that counts
    least is meant. None: the only day that it has."""

    department: str
    indicator: str
    item: str
    day: date | None = None


class Verdict(StrEnum):
    struck = "struck"
    corrected = "corrected"
    refused = "refused"


@dataclass(frozen=True)
class Decision:
    """``amount``: of ``corrected`` alone, what the item counts for instead (a ratio: its numerator;
    a stated value: the value). ``appeal``: the id of the procedure; ``reason``: the panel's."""

    appeal: str
    event: Event
    verdict: Verdict
    reason: str
    amount: Fraction | None = None


def admitted(
    scheme: Scheme,
    inputs: Inputs,
    event: Event,
    asking: str,
    earlier: Collection[Event],
    today: date,
    until: date,
) -> Event:
    """The event as it stands in the sheet, with its day. ``asking``: the department of who appeals;
    ``until``: the last day.

    Raises Refused for another department's, StatementWrong for what is not in the sheet, Conflict
    where it is too late or was appealed already, InvalidInput where the day has to be named.
    """
    if event.department != asking:
        raise refusals.not_yours(event)
    if today > until:
        raise refusals.too_late(event, until)
    found = standing(scheme, inputs, event)
    if _key(scheme, found) in {_key(scheme, standing(scheme, inputs, one)) for one in earlier}:
        raise refusals.twice(found)
    return found


def standing(scheme: Scheme, inputs: Inputs, event: Event) -> Event:
    """The event with the day that it has in the department's sheet. Raises StatementWrong where it
    is not there, InvalidInput where it stands at several days and none is named."""
    indicator = _indicator(scheme, event)
    measured = _measured(inputs, event)
    if indicator.measure.manual is not None:
        if event.item not in {file.file for file in measured.evidence}:
            raise refusals.not_in_sheet(event)
        return replace(event, day=None)
    days = sorted({one.day for one in measured.items if one.item == event.item})
    if not days or (event.day is not None and event.day not in days):
        raise refusals.not_in_sheet(event)
    if event.day is None and len(days) > 1:
        raise refusals.several_days(event, days)
    return replace(event, day=event.day or days[0])


def amended(scheme: Scheme, inputs: Inputs, decisions: Iterable[Decision]) -> Inputs:
    """The measures after the decisions, in any order. Raises as ``standing``; InvalidInput for an
    amount that cannot be, or two decisions of one event."""
    measures = dict(inputs.measures)
    seen: set[Event] = set()
    for one in sorted(decisions, key=lambda each: (each.event, each.appeal)):
        event = standing(scheme, inputs, one.event)
        key = _key(scheme, event)
        if key in seen:
            raise refusals.twice(event)
        seen.add(key)
        if one.verdict is Verdict.refused:
            continue
        for name in _same(scheme, event):
            measures[name] = _changed(measures[name], event, one)
    return replace(inputs, measures=measures)


def item_of(inputs: Inputs, event: Event) -> Item | None:
    """What is appealed, as it stands; None of a stated value. ``event``: as ``standing`` has it."""
    if event.day is None:
        return None
    gathered = inputs.measures[event.indicator]
    items = list(gathered.by[event.department].items)
    return items[_which(gathered, items, event)]


def _changed(gathered: Gathered, event: Event, decision: Decision) -> Gathered:
    measured = gathered.by[event.department]
    if event.day is None:
        changed = _restated(measured, event, decision)
    else:
        changed = _of_the_rest(gathered, measured, event, decision)
    return replace(gathered, by={**gathered.by, event.department: changed})


def _restated(measured: Measured, event: Event, decision: Decision) -> Measured:
    """A stated value has no items: it can only be another one."""
    if decision.verdict is Verdict.struck or decision.amount is None:
        raise refusals.value_needed(event)
    return stated(decision.amount, measured.evidence)


def _of_the_rest(
    gathered: Gathered, measured: Measured, event: Event, decision: Decision
) -> Measured:
    items = list(measured.items)
    at = _which(gathered, items, event)
    if decision.verdict is Verdict.struck:
        del items[at]
    else:
        items[at] = replace(items[at], amount=_amount(gathered, items[at], event, decision))
    return of_items(gathered.figure, items)


def _which(gathered: Gathered, items: list[Item], event: Event) -> int:
    """Items are in order of their amounts: of equal days the smallest, of what less is better the
    largest, so that what weighs on the department is what is meant."""
    found = [n for n, one in enumerate(items) if (one.item, one.day) == (event.item, event.day)]
    return found[-1] if gathered.direction.value == "lower" else found[0]


def _amount(gathered: Gathered, item: Item, event: Event, decision: Decision) -> Fraction:
    amount = decision.amount
    if amount is None:
        raise refusals.value_needed(event)
    if amount < 0 or (gathered.figure is Figure.ratio and amount > item.of):
        raise refusals.beyond(event, amount, item.of if gathered.figure is Figure.ratio else None)
    return amount


def _indicator(scheme: Scheme, event: Event) -> Indicator:
    found = next((one for one in scheme.indicators if one.id == event.indicator), None)
    if found is None:
        raise refusals.not_in_sheet(event)
    return found


def _measured(inputs: Inputs, event: Event) -> Measured:
    by: Mapping[str, Measured] = inputs.measures[event.indicator].by
    if event.department not in inputs.groups or event.department not in by:
        raise refusals.not_in_sheet(event)
    return by[event.department]


def _same(scheme: Scheme, event: Event) -> tuple[str, ...]:
    """All indicators that count the KPI of this one; of a manual value itself alone."""
    kpi = _indicator(scheme, event).measure.kpi
    if kpi is None:
        return (event.indicator,)
    return tuple(one.id for one in scheme.indicators if one.measure.kpi == kpi)


def _key(scheme: Scheme, event: Event) -> Event:
    """The same for one event however it is named. A stated value is one thing, whichever file of
    its evidence is named."""
    first = _same(scheme, event)[0]
    is_value = event.day is None
    return replace(event, indicator=first, item="" if is_value else event.item)
