"""Whether an application says all that it has to, before anybody's clock starts. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from workbench.errors import Reason, Text
from workbench.model.case import Application
from workbench.model.contract import Resource
from workbench.model.scenario import Scenario
from workbench.regulations.deciding import decider_of
from workbench.regulations.profile import Decider, Profile
from workbench.sharing import refusals
from workbench.sharing.least import About, Kind, remarks
from workbench.sharing.stated import is_stated

_REFUSING = frozenset({Decider.nobody, Decider.unknown})


def missing(
    application: Application, scenario: Scenario, resource: Resource, profile: Profile, today: date
) -> Iterator[Reason]:
    """Everything that stands against taking the application in."""
    if decider_of(profile, resource) in _REFUSING:
        yield refusals.cannot_be_applied_for(resource.name, profile)
    article = profile.application_names.article if profile.application_names else ""
    if not is_stated(application.duty):
        yield refusals.incomplete(_DUTY, article, _WRITE, "duty")
    if not is_stated(application.reason):
        yield refusals.incomplete(_REASON, article, _WRITE, "reason")
    yield from _time(application, scenario, today)
    yield from _columns(application, resource)
    for remark in remarks(application, scenario, resource):
        if remark.kind is Kind.unargued:
            how, subject = _ARGUED_IN[remark.about], remark.column or remark.about.value
            yield refusals.incomplete(remark.what, _least(profile), how, subject)


def _time(application: Application, scenario: Scenario, today: date) -> Iterator[Reason]:
    if application.until < today:
        yield refusals.incomplete(_PAST, "", _LATER, "until")
    if scenario.valid_until is not None and application.until > scenario.valid_until:
        yield refusals.incomplete(_beyond(scenario), "", _EARLIER, "until")


def _columns(application: Application, resource: Resource) -> Iterator[Reason]:
    if not application.columns:
        yield refusals.incomplete(_NO_COLUMN, "", _NAME_COLUMNS, "columns")
    known = {c.name.casefold() for c in resource.columns}
    for column in application.columns:
        if column.grant.name.casefold() not in known:
            yield refusals.incomplete(_unknown(column.grant.name), "", _NAME_COLUMNS, "columns")


def _least(profile: Profile) -> str:
    return profile.review_fixes.article if profile.review_fixes else ""


def _beyond(scenario: Scenario) -> Text:
    until = scenario.valid_until
    return Text(f"应用场景只到 {until}", f"the scenario itself ends on {until}")


def _unknown(name: str) -> Text:
    return Text(f"资源没有数据项 {name}", f"the resource has no column {name}")


_DUTY = Text("没有写履职依据", "the duty that it rests on is not stated")
_REASON = Text("没有写用途", "what it is for is not stated")
_WRITE = Text("写明后再提交。", "State it, and send it again.")
_NO_COLUMN = Text("没有申请任何数据项", "no column is asked for")
_NAME_COLUMNS = Text("逐一写明需要的数据项。", "Name the columns that are needed.")
_PAST = Text("截止日已经过去", "its end has passed")
_LATER = Text("写今天或以后的日期。", "Name today or a later day.")
_EARLIER = Text("写不晚于该日的截止日。", "Name an end no later than that.")
_ARGUE = Text(
    "在该列写 argument，说明为何履职需要它；或者去掉该列。",
    "Write argument at the column, why the duty needs it; or leave it out.",
)
_ARGUE_ALL = Text(
    "在 reason 中说明为何履职需要；或者按应用场景申请。",
    "Say in reason why the duty needs it; or ask for what the scenario gives.",
)
_ARGUED_IN = {About.column: _ARGUE, About.rows: _ARGUE_ALL, About.mode: _ARGUE_ALL}
