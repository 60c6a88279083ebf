"""The primary rules over who contributes how much to one figure, told or worked out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.disclosure.differencing.numbered import numbered
from workbench.disclosure.shapes import Rules

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

CANCELLED = 1e-9
"""The share of what an entity holds on either side below which its difference is none: sums of
floating point numbers differ by their order."""


@dataclass(frozen=True)
class Measured:
    """By which rules a figure is judged. ``magnitude``: entities contribute different amounts, so
    that concentration counts; else each is one, and only their number counts. ``signed``: some
    amount may be negative, so that totals bound nothing."""

    rules: Rules
    magnitude: bool
    signed: bool = False


def passes(entities: Ints, amounts: Floats, by: Measured) -> bool:
    """Whether a figure may be told to which ``entities`` (one number a row, repeated where an
    entity has several) contribute ``amounts``, in which those of a subtracted part are negative.

    An entity whose parts cancel contributes nothing. Nobody at all passes: nothing is told.
    """
    held = _held(entities, amounts)
    if not held.size:
        return True
    if held.size < by.rules.k:
        return False
    return not by.magnitude or spread(held, by.rules)


def spread(held: Floats, rules: Rules) -> bool:
    """Whether amounts by entity, all positive, are neither dominated nor to be worked out by the
    second largest (threshold apart). All zero is told as zero of each: it does not pass."""
    total = float(held.sum())
    if total <= 0.0:
        return not rules.top
    most = max(rules.top, 2)
    largest = (
        np.sort(np.partition(held, held.size - most)[-most:])[::-1]
        if held.size > most
        else (np.sort(held)[::-1])
    )
    if any(largest[:n].sum() > share * total for n, share in rules.dominance):
        return False
    return rules.p is None or total - largest[:2].sum() >= rules.p * largest[0]


def _held(entities: Ints, amounts: Floats) -> Floats:
    """What each entity holds in absolute terms, without those whose parts cancel."""
    _, at = numbered(entities)
    net = np.abs(np.bincount(at, weights=amounts))
    if not amounts.size or amounts.min() >= 0:
        return net
    gross = np.bincount(at, weights=np.abs(amounts))
    negative = np.bincount(at, weights=amounts < 0) > 0
    positive = np.bincount(at, weights=amounts >= 0) > 0
    gone = negative & positive & (net <= CANCELLED * gross)
    kept: Floats = net[~gone]
    return kept
