"""``data_contracts/assessment/weights/*.yaml``: what experts judged, or what is weighed by data;
read strictly, a mistake with file, line and fix.

A file proposes the weights of a scheme's dimensions, or those of the indicators of one. It is kept
beside the scheme, so that a weight can be traced to who judged what, and when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from workbench.assessment.scheme import FOLDER as SCHEMES
from workbench.assessment.scheme import Name, Points
from workbench.assessment.weighting import ahp, delphi
from workbench.regulations.profile import Said

FOLDER = SCHEMES / "weights"


class Method(StrEnum):
    ahp = "ahp"
    delphi = "delphi"
    entropy = "entropy"
    critic = "critic"


PART: Mapping[Method, str] = {
    Method.ahp: "judgements",
    Method.delphi: "rounds",
    Method.entropy: "scores",
    Method.critic: "scores",
}
"""The key of a file that its method works on."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Item(_Frozen):
    """A dimension or an indicator, by the id that the scheme gives it."""

    id: Name
    title: Said


class Expert(_Frozen):
    """By office, not by name: a file of weights is published with the scheme."""

    id: Name
    office: Said


class Pair(_Frozen):
    """``more`` weighs ``times`` as much as ``than``: 1 alike, 3 moderately, 5 strongly, 7 very
    strongly, 9 absolutely more (Saaty's scale). What weighs less is written the other way round."""

    more: Name
    than: Name
    times: Annotated[Decimal, Field(ge=ahp.LEAST, le=ahp.MOST)]


class Judged(_Frozen):
    by: Name
    pairs: tuple[Pair, ...] = Field(min_length=1)

    @property
    def times(self) -> dict[tuple[str, str], float]:
        return {(each.more, each.than): float(each.times) for each in self.pairs}


class Answer(_Frozen):
    """``says``: the reasons of an expert who stood outside the quartiles of the round before."""

    by: Name
    weights: Mapping[Name, Points]
    says: Said | None = None


class Round(_Frozen):
    on: date
    answers: tuple[Answer, ...] = Field(min_length=1)

    @property
    def given(self) -> dict[str, dict[str, Fraction]]:
        return {
            each.by: {item: Fraction(value) for item, value in each.weights.items()}
            for each in self.answers
        }


class StopRule(_Frozen):
    """When rounds end: see ``delphi.Stop``."""

    spread: Annotated[Decimal, Field(ge=0, le=1)] = Decimal("0.2")
    moved: Annotated[Decimal, Field(ge=0, le=1)] = Decimal("0.1")
    rounds: Annotated[int, Field(ge=2, le=10)] = 4

    @property
    def exact(self) -> delphi.Stop:
        return delphi.Stop(Fraction(self.spread), Fraction(self.moved), self.rounds)


class Weighing(_Frozen):
    """``dimension`` None: of the dimensions themselves. ``whole``: what the weights come to.
    ``reading``: why this method, these experts, these data. ``scores``: by department and item,
    0 to 100, where the data are to say it."""

    id: Name
    title: Said
    scheme: Name
    dimension: Name | None = None
    whole: Annotated[Decimal, Field(gt=0, le=100)]
    method: Method
    on: date
    reading: Said
    items: tuple[Item, ...] = Field(min_length=2)
    experts: tuple[Expert, ...] = ()
    random_index: ahp.RandomIndex = ahp.RandomIndex.saaty_1980
    judgements: tuple[Judged, ...] = ()
    rounds: tuple[Round, ...] = ()
    stop: StopRule = StopRule()
    scores: Mapping[str, Mapping[Name, Points]] = Field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.id for each in self.items)

    def matrices(self) -> dict[str, ahp.Matrix]:
        """By expert. Raises ahp.Incomplete."""
        return {each.by: ahp.matrix_of(self.names, each.times) for each in self.judgements}

    def table(self) -> tuple[NDArray[np.float64], tuple[str, ...]]:
        """Departments with a score of every item, by name; and those that lack one, which are
        left out: a gap is no zero."""
        whole = sorted(name for name, each in self.scores.items() if set(self.names) <= set(each))
        rows = [[float(self.scores[name][item]) for item in self.names] for name in whole]
        table = np.array(rows, dtype=np.float64).reshape(len(rows), len(self.names))
        return table, tuple(sorted(set(self.scores) - set(whole)))


def pairs_of(names: Sequence[str]) -> int:
    """How many judgements a full matrix of these items needs."""
    return len(names) * (len(names) - 1) // 2
