"""A regulation as a profile: what it orders of the life of an application, each value with its
article. Frozen; the same models read the file.

An article stands where the text orders a thing. Where it does not, the value is our default and
``note`` says so. What a missing part of a text may order is ``unknown``, never ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict

from workbench.declared.schema import worded
from workbench.errors import Text
from workbench.model.contract import SharingMode, SharingType


class Key(StrEnum):
    """The deadlines that one of the regulations at least has a number for."""

    application_review = "application.review"
    application_supply = "application.supply"
    correction_forward = "correction.forward"
    correction_answer = "correction.answer"
    catalogue_update = "catalogue.update"
    catalogue_review = "catalogue.review"
    catalogue_report = "catalogue.report"
    catalogue_rework = "catalogue.rework"
    demand_review = "demand.review"
    demand_mount = "demand.mount"
    open_answer = "open.answer"
    withdrawal_notice = "withdrawal.notice"
    grant_dormant = "grant.dormant"
    usage_retention = "usage.retention"


class Unit(StrEnum):
    working_days = "working_days"
    months = "months"
    years = "years"


class State(StrEnum):
    """``number``: the regulation gives one. ``none``: it gives none. ``unknown``: that part of its
    text is missing, so nobody can say. The last two are never shown as a number."""

    number = "number"
    none = "none"
    unknown = "unknown"


class Decider(StrEnum):
    """Who decides an application, or a step of a ladder."""

    provider = "provider"
    authority = "authority"
    business_authority = "business_authority"
    """业务主管部门 of the same level (C11)."""
    platform = "platform"
    """Nobody: the platform gives it straight away (A25)."""
    committee = "committee"
    government = "government"
    coordination = "coordination"
    higher_authority = "higher_authority"
    parties = "parties"
    court = "court"
    nobody = "nobody"
    unknown = "unknown"


class Trigger(StrEnum):
    """What a department is told to rectify."""

    beyond_scope = "beyond_scope"
    beyond_purpose = "beyond_purpose"
    dormant = "dormant"
    risk = "risk"
    unauthorised_access = "unauthorised_access"
    lost_transfer = "lost_transfer"
    overdue_delivery = "overdue_delivery"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Said(_Frozen):
    zh: str
    en: str

    def text(self) -> Text:
        return Text(self.zh, self.en)


_ARTICLE = re.compile(r"\d+(\(\d+\))?(, \d+(\(\d+\))?)*")
Article = Annotated[
    str,
    worded(
        _ARTICLE.fullmatch,
        Text("不是条款的编号", "this is no article"),
        Text('写 "26"，多条写 "12(3), 26"。', 'Write "26", or "12(3), 26" for several.'),
    ),
]
"""``"12(3), 26"``."""


class Period(_Frozen):
    count: int
    unit: Unit


class Extension(Period):
    """The whole of the longer period, from the same event."""

    article: Article
    needs: Said


class Reported(Period):
    """A number that is not of this regulation: shown with its source, never counted with."""

    source: Said


class Deadline(_Frozen):
    """``count``, ``unit``, ``article`` and ``starts`` (the event) stand where ``state`` is number.
    ``at_least``: not a limit but the least, as of records that are kept."""

    state: State = State.number
    count: int | None = None
    unit: Unit | None = None
    article: Article = ""
    starts: Said | None = None
    extension: Extension | None = None
    at_least: bool = False
    applies_to: Said | None = None
    reported: Reported | None = None
    note: Said | None = None

    @property
    def period(self) -> Period | None:
        if self.count is None or self.unit is None:
            return None
        return Period(count=self.count, unit=self.unit)


class InForce(_Frozen):
    """``since`` is a day, or a month where the text leaves the day open; none for a draft.
    ``years`` is how long it holds, where it says so."""

    since: str | None = None
    years: int | None = None
    article: Article
    note: Said | None = None


class Values(_Frozen):
    values: tuple[str, ...]
    article: Article = ""
    note: Said | None = None


class Types(_Frozen):
    values: tuple[SharingType, ...]
    article: Article


class Modes(_Frozen):
    values: tuple[SharingMode, ...]
    article: Article = ""
    note: Said | None = None


class ConditionKind(_Frozen):
    """An open list: a provider may state others."""

    id: str
    article: Article
    text: Said


class By(_Frozen):
    by: Decider
    article: Article = ""
    note: Said | None = None


class Ordered(_Frozen):
    article: Article


class Refusal(_Frozen):
    needs: tuple[Literal["reason", "basis"], ...]
    article: Article


class Separation(_Frozen):
    """Roles that must be different people."""

    roles: tuple[str, ...]
    article: Article


class Rectification(_Frozen):
    article: Article
    triggers: tuple[Trigger, ...]
    note: Said | None = None


class Overdue(_Frozen):
    """What the text says happens to who lets a deadline pass."""

    article: Article
    text: Said


class Copies(_Frozen):
    """What the text says of data that somebody holds while their grant is suspended, and when it is
    over."""

    suspended: Overdue | None = None
    over: Overdue | None = None


class Profile(_Frozen):
    """``deciders`` by sharing type; ``ladders`` by what is disputed, from the first step up.
    ``direct_grant``: a need that fits a scenario gets its grant without a review (Foshan alone).
    ``added_conditions``: a reply may not add a condition which the catalogue does not state."""

    status: Literal["draft", "issued"]
    in_force: InForce
    missing_articles: tuple[int, ...] = ()
    sharing_types: Types
    sharing_modes: Modes
    condition_kinds: tuple[ConditionKind, ...] = ()
    deciders: Mapping[SharingType, By]
    direct_grant: Ordered | None = None
    added_conditions: Ordered | None = None
    application_names: Values | None = None
    review_fixes: Values | None = None
    refusal: Refusal
    consent: Ordered | None = None
    delegation: Ordered | None = None
    wider_use: By | None = None
    verify_requests: Ordered | None = None
    cross_level: By | None = None
    separate_roles: tuple[Separation, ...] = ()
    ladders: Mapping[str, tuple[By, ...]] = {}
    rectification: Rectification
    overdue: Overdue
    copies: Copies | None = None
    deadlines: Mapping[Key, Deadline]
