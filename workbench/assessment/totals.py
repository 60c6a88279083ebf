"""What a department's scores come to: the weights of what is not rated go to what is.

The one place of the redistribution rule, in exact fractions: the weight of an indicator that is not
rated goes to the rated ones of its dimension, in proportion to their weights; that of a dimension
in which nothing is rated goes to the other dimensions, in proportion to theirs. The rule is ours:
none of the five texts gives weights, and so none says what becomes of one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

WHOLE = Fraction(100)
"""What all weights come to, and the best score."""

Weights = Mapping[str, Mapping[str, Fraction]]
"""By dimension and indicator, in points of a hundred."""


def redistributed(weights: Weights, rated: Collection[str]) -> dict[str, Fraction]:
    """The weight of each rated indicator, of which the sum is that of all ``weights``; empty where
    nothing is rated. An indicator of weight 0 takes nothing.

    Raises ValueError where an indicator is rated that the scheme does not have, or stands in two
    dimensions.
    """
    names = [name for within in weights.values() for name in within]
    if len(set(names)) < len(names):
        raise ValueError("an indicator stands in two dimensions")
    if strange := set(rated) - set(names):
        raise ValueError(f"rated, and not in the scheme: {', '.join(sorted(strange))}")
    whole = sum((sum(within.values(), Fraction()) for within in weights.values()), Fraction())
    left = {
        dimension: {name: weight for name, weight in within.items() if name in rated and weight}
        for dimension, within in weights.items()
    }
    standing = {dimension for dimension, within in left.items() if within}
    among = sum((sum(weights[each].values(), Fraction()) for each in standing), Fraction())
    found: dict[str, Fraction] = {}
    for dimension in standing:
        share = sum(weights[dimension].values(), Fraction()) / among * whole
        within = left[dimension]
        all_of_it = sum(within.values(), Fraction())
        found |= {name: weight / all_of_it * share for name, weight in within.items()}
    return {name: found[name] for name in names if name in found}


def total(scores: Mapping[str, Fraction], weights: Weights) -> Fraction | None:
    """The points of ``scores`` (0 to 100 each, of rated indicators alone); None where none is."""
    settled = redistributed(weights, scores)
    if not settled:
        return None
    points = sum((scores[name] * weight for name, weight in settled.items()), Fraction())
    return points / sum(settled.values(), Fraction())
