"""``data_contracts/assessment/*.yaml``: schemes as data, read strictly; a mistake with file, line
and fix.

A scheme is dimensions, an indicator of which is a measure (a KPI, or what somebody has looked at
and given evidence of) and a function that makes a score of it. No text gives a weight or a bound,
so each stands with a reason of ours (``ours``), or with the article that gives it (``given``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from pathlib import Path as FilePath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from workbench.assessment.totals import Weights
from workbench.declared import findings
from workbench.declared.schema import worded
from workbench.errors import Text
from workbench.kpi.definition import Direction
from workbench.regulations.profile import Article, Said

FOLDER = FilePath("data_contracts") / "assessment"

_NAME = worded(
    re.compile(r"[a-z][a-z0-9_]{0,47}").fullmatch,
    Text("不能作编号", "this cannot be an id"),
    Text("用小写字母、数字和下划线。", "Use small letters, digits and underscores."),
)
Name = Annotated[str, _NAME]
Points = Annotated[Decimal, Field(ge=0, le=100)]
"""Of a hundred; as exact as it is written."""


class Missing(StrEnum):
    """What becomes of an indicator that is not rated though it applies (nobody gave a value, or
    there are too few): its weight goes to the others, or it counts as 0, or as 100."""

    redistribute = "redistribute"
    zero = "zero"
    full = "full"


class Within(StrEnum):
    """Among whom a rank is taken: all that are rated, or those of the same peer group."""

    all = "all"
    peers = "peers"


class Light(StrEnum):
    """Where a grade stands in the list of red, yellow and green."""

    green = "green"
    yellow = "yellow"
    red = "red"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reasoned(_Frozen):
    """Exactly one of them: why a number is as it is where the text gives none, or which article
    gives it."""

    ours: Said | None = None
    given: Article | None = None


class Manual(_Frozen):
    """What somebody has looked at. ``evidence``: which files show it. Values are in ``unit``."""

    evidence: Said
    unit: Said
    direction: Literal["higher", "lower"]


class Measure(_Frozen):
    """One of the two: a KPI by its id, or a manual item."""

    kpi: Name | None = None
    manual: Manual | None = None


class Linear(_Frozen):
    """0 at ``zero``, 100 at ``full``, between them in proportion, beyond them clipped. A measure
    of which less is better has ``full`` below ``zero``. In the unit of the measure, a share of
    one for a ratio."""

    zero: Decimal
    full: Decimal


class Step(_Frozen):
    """``score`` from, or up to, this value on."""

    at_least: Decimal | None = None
    at_most: Decimal | None = None
    score: Points

    @property
    def bound(self) -> Decimal:
        found = self.at_least if self.at_least is not None else self.at_most
        assert found is not None  # judged when it was read
        return found


class Rank(_Frozen):
    """``better`` where the KPI does not say which way is better."""

    within: Within
    better: Literal["higher", "lower"] | None = None


class Deduct(_Frozen):
    """From 100, ``each`` for an event, ``cap`` at most."""

    each: Annotated[Decimal, Field(gt=0, le=100)]
    cap: Annotated[Decimal, Field(gt=0, le=100)]


class Veto(_Frozen):
    """Where the measure is ``at_least`` or ``at_most`` this, the total is at most ``cap``."""

    at_least: Decimal | None = None
    at_most: Decimal | None = None
    cap: Points
    says: Said


class Scoring(_Frozen):
    """Exactly one of the closed set."""

    linear: Linear | None = None
    steps: tuple[Step, ...] | None = None
    rank: Rank | None = None
    deduct: Deduct | None = None
    veto: Veto | None = None


class MissingRule(Reasoned):
    rule: Missing = Field(alias="as")


class Applies(_Frozen):
    """To a department that has an item in this KPI at least."""

    has: Name
    because: Said


class Indicator(Reasoned):
    """``weight`` of the hundred of the scheme; of a veto 0. ``articles`` None: the text orders no
    such thing. ``least``: with a smaller denominator it is not rated. ``missing`` None: as the
    scheme says; ``applies`` None: where its denominator is not zero."""

    id: Name
    title: Said
    weight: Points
    articles: Article | None = None
    measure: Measure
    score: Scoring
    least: Annotated[int, Field(ge=1)] | None = None
    missing: MissingRule | None = None
    applies: Applies | None = None
    note: Said | None = None


class Dimension(Reasoned):
    id: Name
    title: Said
    weight: Points
    articles: Article | None = None
    indicators: tuple[Indicator, ...] = Field(min_length=1)


class Grade(_Frozen):
    """From this many points on, as they are published."""

    least: Points = Field(alias="from")
    title: Said
    light: Light


class Enough(Reasoned):
    """With less than this of the hundred in what counts, there is no score."""

    points: Points


class PeerGroup(_Frozen):
    """Exactly one of three. ``departments``: these; ``has``: those with an item in this KPI;
    ``of``: those that serve a region of the city (``regional``, as city.yaml says), or all that are
    in no other group (``rest``). The first group that fits is a department's."""

    id: Name
    title: Said
    departments: tuple[str, ...] = ()
    has: Name | None = None
    of: Literal["regional", "rest"] | None = None


class LeftOut(_Frozen):
    department: str
    because: Said


class Scheme(_Frozen):
    """``reading``: what the articles order, and what of it is ours. ``ours``: why the grades, the
    peer groups and the caps are as they are. ``evaluator``: the department that scores, under whose
    grants the KPIs are asked."""

    id: Name
    title: Said
    regulation: str = Field(min_length=1)
    articles: Article
    reading: Said
    ours: Said
    evaluator: str = Field(min_length=1)
    left_out: tuple[LeftOut, ...] = ()
    peers: tuple[PeerGroup, ...] = ()
    missing: MissingRule
    enough: Enough | None = None
    grades: tuple[Grade, ...] = Field(min_length=1)
    dimensions: tuple[Dimension, ...] = Field(min_length=1)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(each for dimension in self.dimensions for each in dimension.indicators)

    @property
    def weights(self) -> Weights:
        """As ``totals`` takes them: exact, in the order of the file."""
        return {
            dimension.id: {each.id: Fraction(each.weight) for each in dimension.indicators}
            for dimension in self.dimensions
        }

    @property
    def kpis(self) -> tuple[str, ...]:
        """What has to be asked: KPIs that are measures, make one apply, or make a peer group."""
        measured = (each.measure.kpi for each in self.indicators)
        applied = (each.applies.has for each in self.indicators if each.applies is not None)
        grouped = (group.has for group in self.peers)
        names = {name for name in (*measured, *applied, *grouped) if name is not None}
        return tuple(sorted(names))

    def rule_of(self, indicator: Indicator) -> Missing:
        return (indicator.missing or self.missing).rule


def way(scoring: Scoring) -> Direction | None:
    """Which way of its measure the function calls better; None: either, as the measure says."""
    if scoring.linear is not None:
        rises = scoring.linear.full > scoring.linear.zero
        return Direction.higher if rises else Direction.lower
    if scoring.steps:
        return Direction.higher if scoring.steps[0].at_least is not None else Direction.lower
    if scoring.rank is not None:
        return Direction(scoring.rank.better) if scoring.rank.better else None
    if scoring.veto is not None:
        return Direction.lower if scoring.veto.at_least is not None else Direction.higher
    return None


@dataclass(frozen=True)
class Placed:
    """An indicator with where it stands in its file."""

    path: tuple[str | int, ...]
    indicator: Indicator


def placed(scheme: Scheme) -> Iterator[Placed]:
    for i, dimension in enumerate(scheme.dimensions):
        for j, indicator in enumerate(dimension.indicators):
            yield Placed(("dimensions", i, "indicators", j), indicator)


def named(known: Mapping[str, Scheme], name: str) -> Scheme:
    """Raises InvalidInput, with the nearest name."""
    missing = Text(f"没有考核方案 {name}。", f"There is no scheme called {name}.")
    return findings.named(known, name, missing)
