"""What is answered about assessments: strict models. Scores, weights and points are texts of two
digits as they are published (``"85.30"``); measures are exact (``"7/8"``)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from workbench.catalogue.applications import MOST_TEXT
from workbench.gateway.answers import Answer, Said

_Name = Field(max_length=128)
_Written = Field(default="", max_length=MOST_TEXT)
_Digest = Field(default="", max_length=64)


class OpenBody(Answer):
    """``run``: the digest of a file that is kept (``workbench assess open``)."""

    run: str = Field(max_length=64)


class ActBody(Answer):
    """``run``: the digest that was looked at; another one since is refused."""

    event: Literal["show", "settle", "sign", "publish", "return", "withdraw"]
    seen: int = Field(ge=1)
    reason: str = _Written
    run: str = _Digest


class AppealBody(Answer):
    """``amount``: what the item should count, "" to have it struck; ``evidence``: the SHA-256
    digest of a file that stays where it is."""

    indicator: str = _Name
    item: str = Field(max_length=256)
    day: date | None = None
    amount: str = Field(default="", max_length=32)
    reason: str = _Written
    evidence: str = _Digest


class DecideBody(Answer):
    event: Literal["accept", "refuse", "withdraw"]
    seen: int = Field(ge=1)
    reason: str = _Written
    evidence: str = _Digest


class AssessmentLine(Answer):
    """``until``: the last day of appeals, while they can be made; ``run``: the digest of the run
    that stands, ``draft`` of that which was shown; ``appeals``: those that the reader may see, by
    state; ``can``: the steps that the reader may take now."""

    id: str
    scheme: str
    title: Said
    year: int
    as_of: date
    state: str
    version: int
    until: date | None
    run: str
    draft: str
    synthetic: bool
    evaluator: str
    signed_by: list[str]
    appeals: dict[str, int]
    can: list[str]
    opened: datetime
    changed: datetime


class ItemLine(Answer):
    """``against``: it is not as wanted."""

    day: date
    item: str
    amount: str
    of: str
    against: bool


class EvidenceLine(Answer):
    file: str
    sha256: str


class RowLine(Answer):
    """``score`` and ``points`` are null where it does not count; ``lost`` is what could be gained
    here."""

    dimension: Said
    indicator: str
    title: Said
    state: str
    value: str | None
    sample: str | None
    score: str | None
    weight: str
    points: str | None
    lost: str
    vetoed: bool
    items: list[ItemLine]
    evidence: list[EvidenceLine]


class AdviceLine(Answer):
    """``gain``: points that the department would have more, were these items as wanted."""

    indicator: str
    title: Said
    kind: str
    gain: str
    items: list[ItemLine]


class FollowedLine(Answer):
    """Last year's advice: done, partly, not_done or unknown; ``still``: what fails now and was
    named then."""

    indicator: str
    title: Said
    gain: str
    outcome: str
    was: str | None
    now: str | None
    still: list[str]


class AppealLine(Answer):
    """``why`` was asked, ``because`` it was decided so; ``due``: by when the panel decides;
    ``can``: what the reader may do with it now."""

    id: str
    assessment: str
    department: str
    indicator: str
    item: str
    day: date | None
    amount: str
    state: str
    version: int
    why: str
    because: str
    decided_by: str
    due: date | None
    can: list[str]
    opened: datetime


class PlaceLine(Answer):
    """``was_score`` and ``was_rank`` in the draft, where the run was amended; null also to who may
    not see the drafts of others."""

    department: str
    title: Said
    score: str
    rank: int
    among: int
    group: str
    group_rank: int
    group_among: int
    grade: Said
    light: str
    vetoed: bool
    was_score: str | None = None
    was_rank: int | None = None


class SheetAnswer(Answer):
    """``place`` is null where there is no score. ``draft``: it is not published; ``may_appeal``:
    the reader may, of this sheet, today."""

    line: AssessmentLine
    department: str
    title: Said
    draft: bool
    may_appeal: bool
    place: PlaceLine | None
    covered: str
    vetoes: list[str]
    rows: list[RowLine]
    advice: list[AdviceLine]
    followed: list[FollowedLine]
    appeals: list[AppealLine]


class ResultsAnswer(Answer):
    """``lights``: departments by the light of their grade, each list by rank; ``sheets``: those
    whose sheets the reader may open."""

    line: AssessmentLine
    draft: bool
    places: list[PlaceLine]
    unrated: list[str]
    sheets: list[str]
    lights: dict[str, list[str]]
