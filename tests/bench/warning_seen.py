"""One city as all methods see it: scores of the rules, records of the baselines, and the truth."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from tests.bench.warning_baselines import MAIN, METHODS, forms, lasting
from tests.bench.warning_city import (
    Event,
    Matrix,
    Measured,
    alert_matrix,
    areas_of,
    input_matrix,
    measured_city,
    rules,
)
from tests.bench.warning_counts import Counts, Mask, alarms_of, counted, going_on

PLANTED = {"industry": "industry_shock", "county": "county_slump"}
"""What is planted, by the kind of rule that is for it; else both have one name."""


@dataclass(frozen=True, eq=False)
class Side:
    """What one kind is held against."""

    planted: str
    events: tuple[Event, ...]
    going: npt.NDArray[np.object_]
    there: Mask


@dataclass(frozen=True, eq=False)
class Seen:
    """By kind: ``sides``, the rule's ``scores`` (NaN: no alert), and the baselines' ``records``."""

    seed: int
    sides: dict[str, Side]
    scores: dict[str, Matrix]
    records: dict[str, dict[str, Matrix]]
    people: Matrix


def seen(seed: int, count: int, months: int) -> Seen:
    """``count``: enterprises of the city."""
    asked = rules()
    city = measured_city(seed, count, months, asked)
    kinds = {rule.kind.value: rule for rule in asked.values()}
    people = np.nanmedian(input_matrix(city, "people"), axis=1)
    return Seen(
        seed,
        {kind: side_of(city, kind) for kind in kinds},
        {kind: alert_matrix(city, rule) for kind, rule in kinds.items()},
        {kind: records_of(city, kind) for kind in kinds},
        people,
    )


def ours(city: Seen, kind: str) -> Counts:
    return held(city.sides[kind], ~np.isnan(city.scores[kind]))


def theirs(city: Seen, kind: str, method: str, form: str, months: int, threshold: float) -> Counts:
    scores = dict(forms(method, city.records[kind][method]))[form]
    with np.errstate(invalid="ignore"):
        return held(city.sides[kind], lasting(scores, months) >= threshold)


def any_rule(city: Seen, kind: str) -> Counts:
    """Events of a kind of enterprises that an alarm of any rule for enterprises finds."""
    masks = [
        alarms_of(~np.isnan(scores)) for name, scores in city.scores.items() if name not in PLANTED
    ]
    side = city.sides[kind]
    return counted(np.any(masks, axis=0), side.planted, side.events, side.going, side.there)


def missed(city: Seen, kind: str) -> list[dict[str, object]]:
    side, alarms = city.sides[kind], alarms_of(~np.isnan(city.scores[kind]))
    found = []
    for one in side.events:
        judged = one.kind == side.planted and one.judged
        if judged and not alarms[one.row, one.start : one.last + 2].any():
            size = None if kind in PLANTED else float(city.people[one.row])
            about = {"depth": one.depth, "over": one.full - one.start + 1, "people": size}
            found.append({"seed": city.seed, "start": one.start, **about})
    return found


def held(side: Side, over: Mask) -> Counts:
    return counted(alarms_of(over), side.planted, side.events, side.going, side.there)


def side_of(city: Measured, kind: str) -> Side:
    if kind not in PLANTED:
        going = going_on(city.events, city.there.shape)
        return Side(kind, city.events, going, city.there)
    names, planted = areas_of(city, kind), PLANTED[kind]
    events = tuple(
        replace(one, row=names.index(subject)) for subject, one in city.areas if one.kind == planted
    )
    shape = (len(names), len(city.months))
    return Side(planted, events, going_on(events, shape), np.ones(shape, np.bool_))


def records_of(city: Measured, kind: str) -> dict[str, Matrix]:
    """By method. Of areas the sums over their enterprises."""
    names = {
        method: "power" if method == "threshold on power" else MAIN[kind] for method in METHODS
    }
    made = {
        name: _sums(city, kind, name) if kind in PLANTED else input_matrix(city, name)
        for name in set(names.values())
    }
    return {method: made[name] for method, name in names.items()}


def _sums(city: Measured, of: str, name: str) -> Matrix:
    rows = {area: number for number, area in enumerate(areas_of(city, of))}
    columns = {month: number for number, month in enumerate(city.months)}
    found = np.full((len(rows), len(columns)), np.nan)
    for area, month, value in city.panel.group_by(of, "month").agg(pl.col(name).sum()).rows():
        found[rows[area], columns[month]] = value
    return found
