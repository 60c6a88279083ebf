"""What is answered about a scheme, a ranking and what if: strict models. Scores, weights and points
are texts of two digits as they are published; what a scheme says is as it is written there."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workbench.gateway.answers import Answer, Said
from workbench.gateway.assessing_answers import AssessmentLine

_Path = Annotated[str, Field(max_length=160)]
_Value = Annotated[str, Field(max_length=32)]
MOST = 64
"""Settings that are supposed at once (ours)."""


class IndicatorLine(Answer):
    """``kind``: linear, steps, deduct, rank or veto; ``settings``: its numbers and rules by the
    last part of their path; ``rising``: of steps, more is better; ``kpi``: None of a stated value;
    ``figure``: ratio, median or total; ``ours``: why it is as it is."""

    id: str
    dimension: str
    title: Said
    articles: str | None
    kpi: str | None
    figure: str
    kind: str
    settings: dict[str, str]
    rising: bool
    says: Said | None
    ours: Said | None


class DimensionLine(Answer):
    id: str
    title: Said
    weight: str
    articles: str | None


class GroupLine(Answer):
    id: str
    title: Said


class GradeLine(Answer):
    """From this many points on."""

    least: str
    title: Said
    light: str


class StandingLine(Answer):
    """``low`` to ``high``: ranks in the middle 95 % of draws, ``points_low`` to ``points_high``
    totals; null where none were drawn. ``covered``: of the hundred in what counts. ``change`` of
    ranks (up is positive) and ``change_score`` from the published run of the year before."""

    department: str
    title: Said
    group: str
    score: str
    rank: int
    among: int
    group_rank: int
    group_among: int
    grade: Said
    light: str
    vetoed: bool
    covered: str
    low: int | None = None
    high: int | None = None
    points_low: str | None = None
    points_high: str | None = None
    change: int | None = None
    change_score: str | None = None


class UnratedLine(Answer):
    department: str
    title: Said
    group: str
    covered: str


class CellLine(Answer):
    """A dimension of a department: ``score`` of a hundred, of ``weight`` after redistribution; null
    where nothing of it counts."""

    department: str
    dimension: str
    score: str | None
    weight: str


class OverviewAnswer(Answer):
    """``whole``: the reader watches over all. ``places`` by rank, ``tied``: departments that cannot
    be told apart, of two and more: both are the reader's own department's alone before it is
    published, and so are ``cells`` for who does not watch over all. ``draws``: how many sets of
    weights were drawn, 0 where none were. ``enough``: with less covered there is no score."""

    line: AssessmentLine
    draft: bool
    whole: bool
    regulation: str
    articles: str
    dimensions: list[DimensionLine]
    indicators: list[IndicatorLine]
    groups: list[GroupLine]
    grades: list[GradeLine]
    missing: str
    enough: str | None
    places: list[StandingLine]
    unrated: list[UnratedLine]
    tied: list[list[str]]
    cells: list[CellLine]
    draws: int
    previous: int | None


class IntervalLine(Answer):
    """95 % of a rate."""

    indicator: str
    low: float
    high: float


class SupposeBody(Answer):
    """By path, what is supposed (``dimension.sharing``, ``indicator.reviewed.zero``)."""

    changes: dict[_Path, _Value] = Field(max_length=MOST)


class ReasonLine(Answer):
    """What an indicator adds to the change of points: because it weighs another, scores another, or
    counts on one side alone."""

    indicator: str
    points: str
    weight: str
    score: str
    rating: str


class MoveLine(Answer):
    """Ranks are null for who does not watch over all. ``others``: what the reasons that are not
    named add up to; ``cap``: what a veto takes more or less."""

    department: str
    title: Said
    group: str
    rank_before: int | None
    rank_after: int | None
    points_before: str | None
    points_after: str | None
    light_before: str | None
    light_after: str | None
    reasons: list[ReasonLine]
    others: str
    cap: str


class SupposedLine(Answer):
    """One that was changed; ``weights`` of a hundred under what is supposed."""

    path: str
    was: str
    to: str


class SupposedAnswer(Answer):
    """``moved``: how many have another rank, of ``among``; null for who does not watch over all,
    who is given the own department's points alone."""

    changes: list[SupposedLine]
    weights: dict[str, str]
    moves: list[MoveLine]
    moved: int | None
    among: int | None
