"""How far off an attacker must stay: the protection levels of a primary cell.

Upper levels after the Handbook on Statistical Disclosure Control (ESSNet SDC, 2nd edition, chapter
4.2, table "Upper protection levels"): the bound at which the rule that the cell breaks would just
be kept, if its total were that high. The lower level is set to the upper "out of symmetry
considerations" (ibid.).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.disclosure.shapes import Rules

RANGE = 0.10
"""Share of the total, where the rule that withholds says only that and not how much: too few
entities, and no p % rule; one value in common, complements, edges of quantiles (our default; the
handbook calls it the range of the minimum frequency rule, and thinks 0 enough where only exact
disclosure matters)."""
SMALLEST = 0.01
"""No level is below this share of the total, so that nothing is ever determined exactly or nearly
so, however closely a rule was missed (our default)."""
ONE = 1.0
"""The level of a cell in which all is zero, in units of its values (our default)."""


@dataclass(frozen=True)
class Levels:
    """An attacker must not be able to exclude any value from value - lower to value + upper."""

    lower: float
    upper: float


def protection(total: float, top: Sequence[float], entities: int, rules: Rules) -> Levels:
    """For a sum that is withheld. ``total``: the sum of the absolute contributions (the value
    itself where none is negative); ``top``: the largest of them, largest first, ``rules.top`` or
    more where there are so many; ``entities``: how many contribute.

    Where several rules are broken the widest level counts. ValueError for a negative total.
    """
    if total < 0:
        raise ValueError("the total of absolute contributions is not negative")
    level = max([*_asked(total, top, entities, rules), SMALLEST * total])
    return Levels(level or ONE, level or ONE)


def _asked(total: float, top: Sequence[float], entities: int, rules: Rules) -> Iterator[float]:
    first, second = (*top, 0.0, 0.0)[:2]
    asked = [sum(top[:n]) / share - total for n, share in rules.dominance]
    if rules.p is not None:
        asked.append(rules.p * first - (total - first - second))
    yield from asked
    if entities < rules.k or not any(level > 0 for level in asked):
        yield (RANGE if rules.p is None else rules.p) * total


def count_protection(entities: int, rules: Rules) -> Levels:
    """For a count of entities that is withheld. Our default, from what the rule says: whether
    there are k, and whether there is only one (where ``rules.hidden``: none), stays open.

    A count of k or more is withheld since one under the threshold would follow from it; then k to
    either side stay open.
    """
    if entities >= rules.k:
        return Levels(float(rules.k), float(rules.k))
    fewest = 0 if rules.hidden else 1
    return Levels(float(max(entities - fewest, 0)), float(rules.k - entities))
