"""What each method makes of a file: shares of its items, before they are rounded."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from workbench.assessment.weighting import ahp, critic, delphi, entropy
from workbench.assessment.weighting.definition import Method, Weighing


def shares_of(weighing: Weighing) -> Sequence[float | Fraction]:
    """By item, of any sum above zero. Raises Incomplete or Alike, which a sound file does not."""
    if weighing.method is Method.ahp:
        return [float(each) for each in ahp.weights_of(judged(weighing))]
    if weighing.method is Method.delphi:
        return [answered(weighing).quartiles[name].median for name in weighing.names]
    table, _ = weighing.table()
    method = entropy.weights_of if weighing.method is Method.entropy else critic.weights_of
    return [float(each) for each in method(table)]


def judged(weighing: Weighing) -> ahp.Matrix:
    """The judgements of all experts as one matrix."""
    return ahp.together(weighing.matrices().values())


def answered(weighing: Weighing) -> delphi.Outcome:
    return delphi.outcome([each.given for each in weighing.rounds], weighing.stop.exact)
