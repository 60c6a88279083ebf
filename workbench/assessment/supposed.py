"""What if a weight, a bound or a rule were another: who moves, and through what. Pure.

What can be supposed has a path (``supposed_rules.settings``): ``dimension.sharing`` (its weight),
``indicator.reviewed.weight``, ``indicator.reviewed.zero``, ``missing``, ``enough``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from workbench.assessment import supposed_refusals as refusals
from workbench.assessment.measured import Inputs
from workbench.assessment.scheme import Scheme
from workbench.assessment.scoring import Sheet, sheets
from workbench.assessment.sensitivity import Move, Side, moves, side_of
from workbench.assessment.supposed_rules import WEIGHT, Settings, changed, number
from workbench.assessment.totals import WHOLE, Weights


@dataclass(frozen=True)
class Supposed:
    """``moves`` of all that have a score on either side; ``weights`` as supposed, exact."""

    moves: tuple[Move, ...]
    weights: Weights


def supposed(
    scheme: Scheme, inputs: Inputs, found: Collection[Sheet], changes: Settings
) -> Supposed:
    """``found``: the sheets as they are. Raises InvalidInput for what cannot be supposed."""
    other, weights = changed(scheme, changes), weights_under(scheme, changes)
    after = replace(side_of(other, sheets(other, inputs)), weights=weights)
    before = side_of(scheme, found)
    return Supposed(moves(_enough(scheme, before), _enough(other, after)), weights)


def _enough(scheme: Scheme, side: Side) -> Side:
    """Without those of whom too little counts: they have no score (``scoring.sheets``)."""
    least = Fraction(scheme.enough.points) if scheme.enough is not None else Fraction()
    known = {name: weight for within in side.weights.values() for name, weight in within.items()}
    kept = {
        name: given
        for name, given in side.scores.items()
        if sum((known[each] for each in given), Fraction()) >= least
    }
    return replace(side, scores=kept)


def weights_under(scheme: Scheme, changes: Settings) -> Weights:
    """What is stated stands; the others share the rest of the hundred in proportion. Dimensions
    first, each with its indicators in proportion, then indicators among all. Raises InvalidInput
    where that comes to no hundred."""
    dimensions = {each.id: f"dimension.{each.id}" for each in scheme.dimensions}
    single = {each.id: f"indicator.{each.id}.{WEIGHT}" for each in scheme.indicators}
    found = _dimensions(scheme.weights, _stated(dimensions, changes))
    given = _stated(single, changes)
    if not given:
        return found
    flat = {name: weight for within in found.values() for name, weight in within.items()}
    settled = _shared(flat, given)
    return {dim: {name: settled[name] for name in within} for dim, within in found.items()}


def _stated(paths: Mapping[str, str], changes: Settings) -> dict[str, Fraction]:
    return {
        name: Fraction(number(path, changes[path]))
        for name, path in paths.items()
        if path in changes
    }


def _dimensions(weights: Weights, given: Mapping[str, Fraction]) -> Weights:
    if not given:
        return weights
    wholes = {name: sum(within.values(), Fraction()) for name, within in weights.items()}
    settled = _shared(wholes, given)
    factors = {name: settled[name] / whole if whole else whole for name, whole in wholes.items()}
    return {
        name: {each: weight * factors[name] for each, weight in within.items()}
        for name, within in weights.items()
    }


def _shared(before: Mapping[str, Fraction], stated: Mapping[str, Fraction]) -> dict[str, Fraction]:
    given = sum(stated.values(), Fraction())
    rest = sum((weight for name, weight in before.items() if name not in stated), Fraction())
    if any(weight < 0 for weight in stated.values()) or given > WHOLE:
        raise refusals.beyond_a_hundred(given)
    if given < WHOLE and not rest:
        raise refusals.short_of_a_hundred(given)
    factor = (WHOLE - given) / rest if rest else rest
    return {name: stated.get(name, weight * factor) for name, weight in before.items()}
