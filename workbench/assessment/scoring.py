"""From frozen measures to the sheets of departments, in exact fractions. Pure: no clock, no store.

Rounding comes at the end, of what is published (``published``), and ranks and grades follow from
that: what nobody can see makes no difference of rank.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from workbench.assessment import functions
from workbench.assessment.measured import Gathered, Inputs, Measured, Source, events
from workbench.assessment.scheme import Indicator, Missing, Scheme
from workbench.assessment.totals import WHOLE, redistributed
from workbench.kpi.definition import Direction

HUNDREDTHS = 100


class State(StrEnum):
    """``not_applicable``: there is nothing of it. ``too_few``: the denominator is below the least,
    or there is nobody to be ranked with. ``missing``: nobody gave a value, or its data never
    came. The last two count as the scheme's rule for missing ones says."""

    rated = "rated"
    not_applicable = "not_applicable"
    too_few = "too_few"
    missing = "missing"


@dataclass(frozen=True)
class Row:
    """One indicator of one department. ``score`` 0 to 100, None where it does not count; ``weight``
    after redistribution, 0 where it does not count; ``vetoed`` of a veto that holds."""

    dimension: str
    indicator: str
    state: State
    measured: Measured | None
    score: Fraction | None = None
    weight: Fraction = functions.NONE
    vetoed: bool = False

    @property
    def points(self) -> Fraction | None:
        """Of the hundred of the scheme; those of all rows add up to the total."""
        return None if self.score is None else self.score * self.weight / WHOLE

    @property
    def lost(self) -> Fraction:
        """What could be gained here."""
        return functions.NONE if self.score is None else (WHOLE - self.score) * self.weight / WHOLE


@dataclass(frozen=True)
class Sheet:
    """``before_veto`` and ``total`` in points of a hundred. ``before_veto`` is None where nothing
    counts; ``total`` also where that which counts has less of the hundred (``covered``, by the
    weights of the scheme) than is enough. Then there is no score, which is not a score of 0."""

    department: str
    group: str
    rows: tuple[Row, ...]
    before_veto: Fraction | None
    total: Fraction | None
    covered: Fraction

    @property
    def vetoes(self) -> tuple[str, ...]:
        return tuple(row.indicator for row in self.rows if row.vetoed)


def published(value: Fraction) -> Fraction:
    """To two digits, halves to the even one."""
    return Fraction(round(value * HUNDREDTHS), HUNDREDTHS)


def written(value: Fraction) -> str:
    """As it is published: ``"85.30"``."""
    cents = round(value * HUNDREDTHS)
    sign, cents = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{cents // HUNDREDTHS}.{cents % HUNDREDTHS:02}"


def sheets(scheme: Scheme, inputs: Inputs) -> tuple[Sheet, ...]:
    """One for each department that is scored, by the alphabet.

    Raises KeyError where ``inputs`` lack an indicator of the scheme, or a KPI by which one applies.
    """
    rows: dict[str, list[Row]] = {department: [] for department in sorted(inputs.groups)}
    for dimension in scheme.dimensions:
        for indicator in dimension.indicators:
            found = _column(scheme, indicator, inputs)
            for department, row in found.items():
                rows[department].append(replace(row, dimension=dimension.id))
    return tuple(
        _sheet(scheme, department, inputs.groups[department], found)
        for department, found in rows.items()
    )


def rescored(scheme: Scheme, inputs: Inputs, sheet: Sheet, name: str) -> Sheet:
    """The sheet of one department where only its measure of the indicator ``name`` is another than
    when ``sheet`` was made: as ``sheets`` has it, without scoring everything anew."""
    indicator = next(each for each in scheme.indicators if each.id == name)
    found = _column(scheme, indicator, inputs)[sheet.department]
    rows = [
        replace(found, dimension=row.dimension) if row.indicator == name else row
        for row in sheet.rows
    ]
    return _sheet(scheme, sheet.department, sheet.group, rows)


def _sheet(scheme: Scheme, department: str, group: str, rows: list[Row]) -> Sheet:
    counted = [row.indicator for row in rows if row.score is not None]
    weights = redistributed(scheme.weights, counted)
    done = tuple(replace(row, weight=weights.get(row.indicator, functions.NONE)) for row in rows)
    points = [row.points for row in done if row.points is not None]
    before = sum(points, functions.NONE) if points else None
    weighed = {each.id: Fraction(each.weight) for each in scheme.indicators}
    covered = sum((weighed[name] for name in counted), functions.NONE)
    total = None
    if before is not None and (scheme.enough is None or covered >= scheme.enough.points):
        total = min([before, *_caps(scheme, done)])
    return Sheet(department, group, done, before, total, covered)


def _caps(scheme: Scheme, rows: Iterable[Row]) -> list[Fraction]:
    """Of the vetoes that hold."""
    held = {row.indicator for row in rows if row.vetoed}
    return [
        Fraction(each.score.veto.cap)
        for each in scheme.indicators
        if each.score.veto is not None and each.id in held
    ]


def _column(scheme: Scheme, indicator: Indicator, inputs: Inputs) -> dict[str, Row]:
    """The rows of all departments: a rank needs those of the others."""
    gathered = inputs.measures[indicator.id]
    rows = {
        department: _found(indicator, gathered, inputs, department) for department in inputs.groups
    }
    among = _among(indicator, inputs, rows)
    return {
        department: _scored(scheme, indicator, gathered, row, among.get(_key(indicator, group)))
        for department, group in inputs.groups.items()
        for row in (rows[department],)
    }


def _found(indicator: Indicator, gathered: Gathered, inputs: Inputs, department: str) -> Row:
    measured = gathered.of(department)
    state = _state(indicator, gathered, inputs, department, measured)
    return Row("", indicator.id, state, measured)


def _state(
    indicator: Indicator,
    gathered: Gathered,
    inputs: Inputs,
    department: str,
    measured: Measured | None,
) -> State:
    if gathered.source is Source.left_out:
        return State.not_applicable
    if indicator.applies and department not in inputs.having[indicator.applies.has]:
        return State.not_applicable
    if gathered.source is Source.no_data:
        return State.missing
    if measured is None or measured.value is None:
        return State.missing if gathered.source is Source.manual else State.not_applicable
    if indicator.least is not None and measured.sample < indicator.least:
        return State.too_few
    return State.rated


Values = Mapping[str, list[Fraction]]
"""By peer group (the empty name: all), what was rated, sorted."""


def _key(indicator: Indicator, group: str) -> str:
    rule = indicator.score.rank
    return group if rule is not None and rule.within == "peers" else ""


def _among(indicator: Indicator, inputs: Inputs, rows: Mapping[str, Row]) -> Values:
    found: defaultdict[str, list[Fraction]] = defaultdict(list)
    for department, row in rows.items():
        if row.state is State.rated and row.measured and row.measured.value is not None:
            insort(found[_key(indicator, inputs.groups[department])], row.measured.value)
    return found


def _scored(
    scheme: Scheme,
    indicator: Indicator,
    gathered: Gathered,
    row: Row,
    among: list[Fraction] | None,
) -> Row:
    if row.state is State.rated and indicator.score.rank and len(among or ()) < 2:
        row = replace(row, state=State.too_few)
    if indicator.score.veto is not None:
        held = row.state is State.rated and functions.vetoed(indicator.score.veto, _value(row))
        return replace(row, vetoed=held)
    if row.state is State.rated:
        return replace(row, score=score(indicator, gathered, row.measured, among or []))
    if row.state is State.not_applicable:
        return row
    return replace(row, score=_BY_RULE[scheme.rule_of(indicator)])


_BY_RULE: Mapping[Missing, Fraction | None] = {
    Missing.redistribute: None,
    Missing.zero: functions.NONE,
    Missing.full: WHOLE,
}


def score(
    indicator: Indicator, gathered: Gathered, measured: Measured | None, among: list[Fraction]
) -> Fraction:
    """0 to 100, of what is rated. ``among``, sorted, is for a rank. Raises ValueError where the
    function cannot be followed, which ``check`` tells of before."""
    rule = indicator.score
    if measured is None or measured.value is None:
        raise ValueError(f"{indicator.id}: no value")
    if rule.linear is not None:
        return functions.linear(rule.linear, measured.value)
    if rule.steps is not None:
        return functions.steps(rule.steps, measured.value)
    if rule.deduct is not None:
        return functions.deduct(rule.deduct, events(gathered, measured))
    if rule.rank is not None:
        better = Direction(rule.rank.better) if rule.rank.better else gathered.direction
        return functions.rank(measured.value, among, better)
    raise ValueError(f"{indicator.id}: a veto has no score")


def _value(row: Row) -> Fraction:
    if row.measured is None or row.measured.value is None:
        raise ValueError(f"{row.indicator}: no value")
    return row.measured.value
