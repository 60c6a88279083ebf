"""Profiles, deadlines and their ends in words. A deadline without a number is never said as one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from workbench.errors import Text
from workbench.regulations.profile import (
    Copies,
    Deadline,
    Decider,
    Key,
    Period,
    Profile,
    State,
    Unit,
)
from workbench.regulations.validity import Validity, span_of, validity

if TYPE_CHECKING:
    from workbench.regulations.deadline import Due

Row = tuple[Text, Text, Text]


def article_text(articles: str) -> Text:
    """``12(3), 26`` as it is cited; empty where no article stands."""
    if not articles:
        return Text("", "")
    zh = "、".join(_article_zh(one.strip()) for one in articles.split(","))
    return Text(zh, f"{'arts.' if ',' in articles else 'art.'} {articles}")


def rule_text(articles: str) -> Text | None:
    """What a refusal cites; None where no article stands."""
    return article_text(articles) if articles else None


def numberless_text(state: State | str) -> Text:
    """Why a deadline has no day: there is none, or that part of the text is missing."""
    return _STATES[State(state)]


def _article_zh(article: str) -> str:
    number, bracket, item = article.partition("(")
    return f"第{number}条{bracket}{item}"


def due_text(due: Due) -> Text:
    """The day, or why there is none; whether it may still move; the article."""
    if due.day is None:
        return numberless_text(due.state)
    day = due.day.isoformat()
    by = article_text(due.article)
    told = Text(f"{day}（{by.zh}）", f"{day} ({by.en})")
    if not due.provisional:
        return told
    return Text(told.zh + _PROVISIONAL.zh, told.en + _PROVISIONAL.en)


def key_text(key: str) -> Text:
    """What a deadline is about, in words."""
    return _KEYS[key]


def period_text(period: Period) -> Text:
    zh, one, many = _UNITS[period.unit]
    return Text(f"{period.count}{zh}", f"{period.count} {one if period.count == 1 else many}")


def validity_text(profile: Profile, today: date) -> Text:
    """Whether it is in force, until when, and what its text leaves open."""
    found, span = validity(profile, today), span_of(profile.in_force)
    told = _VALIDITIES[found]
    if span is not None and span.until_latest is not None:
        until = span.until_latest.isoformat()
        if span.until_earliest != span.until_latest:
            until = f"{span.until_earliest}～{until}"
        told = Text(f"{told.zh}，有效期至 {until}", f"{told.en}; it holds until {until}")
    note = profile.in_force.note
    if note is not None:
        told = Text(f"{told.zh}。{note.zh}", f"{told.en}. {note.en}")
    return told


def deadline_text(deadline: Deadline) -> Text:
    """``7 working days, from: the provider receives the application``, with what belongs to it."""
    period = deadline.period
    parts = [numberless_text(deadline.state) if period is None else _counted(deadline, period)]
    if deadline.applies_to is not None:
        zh, en = deadline.applies_to.zh, deadline.applies_to.en
        parts.append(Text(f"仅适用于{zh}", f"only for {en}"))
    if deadline.extension is not None:
        longer = period_text(deadline.extension)
        needs = deadline.extension.needs
        parts.append(
            Text(f"可延长，共{longer.zh}：{needs.zh}", f"up to {longer.en} in all: {needs.en}")
        )
    if deadline.reported is not None:
        parts.append(deadline.reported.source.text())
    if deadline.note is not None:
        parts.append(deadline.note.text())
    return Text("；".join(p.zh for p in parts), "; ".join(p.en for p in parts))


def deadline_lines(profile: Profile) -> Iterator[Row]:
    for key, deadline in profile.deadlines.items():
        yield Text(key.value, key.value), deadline_text(deadline), article_text(deadline.article)


def profile_lines(profile: Profile) -> Iterator[Row]:
    """``(matter, what it says, article)`` of all but the deadlines."""
    for kind, decider in profile.deciders.items():
        matter = Text(f"{_TYPES[kind].zh}：谁决定", f"{_TYPES[kind].en}: who decides")
        yield matter, _BY[decider.by], article_text(decider.article)
    for name, ladder in profile.ladders.items():
        zh = " → ".join(_BY[step.by].zh for step in ladder)
        en = " → ".join(_BY[step.by].en for step in ladder)
        by = article_text(", ".join(sorted({step.article for step in ladder})))
        yield Text(f"争议：{name}", f"dispute: {name}"), Text(zh, en), by
    for condition in profile.condition_kinds:
        yield _CONDITION, condition.text.text(), article_text(condition.article)
    if profile.direct_grant is not None:
        yield _DIRECT, _DIRECT_SAYS, article_text(profile.direct_grant.article)
    if profile.added_conditions is not None:
        yield _ADDED, _ADDED_SAYS, article_text(profile.added_conditions.article)
    for separation in profile.separate_roles:
        roles = " / ".join(separation.roles)
        yield _SEPARATE, Text(roles, roles), article_text(separation.article)
    triggers = ", ".join(profile.rectification.triggers)
    yield _RECTIFY, Text(triggers, triggers), article_text(profile.rectification.article)
    yield _OVERDUE, profile.overdue.text.text(), article_text(profile.overdue.article)
    copies = profile.copies or Copies()
    for matter, ordered in ((_SUSPENDED, copies.suspended), (_OVER, copies.over)):
        if ordered is not None:
            yield matter, ordered.text.text(), article_text(ordered.article)


def _counted(deadline: Deadline, period: Period) -> Text:
    told = period_text(period)
    least = Text("至少", "at least ") if deadline.at_least else Text("", "")
    starts = deadline.starts
    if starts is None:
        return Text(least.zh + told.zh, least.en + told.en)
    return Text(f"{least.zh}{told.zh}，自{starts.zh}", f"{least.en}{told.en}, from: {starts.en}")


_UNITS = {
    Unit.working_days: ("个工作日", "working day", "working days"),
    Unit.months: ("个月", "month", "months"),
    Unit.years: ("年", "year", "years"),
}
_STATES = {
    State.number: Text("", ""),
    State.none: Text("没有规定", "none ordered"),
    State.unknown: Text("不明（条文缺失）", "unknown (the text is missing)"),
}
_PROVISIONAL = Text(
    "，暂定：所跨年份的放假安排尚未公布",
    ", provisional: the days off of a year within it are not announced yet",
)
_VALIDITIES = {
    Validity.draft: Text("征求意见稿，不是现行规定", "A draft for comment, not in force"),
    Validity.not_yet: Text("尚未施行", "Not in force yet"),
    Validity.in_force: Text("现行有效", "In force"),
    Validity.ends_soon: Text("现行有效，即将到期", "In force, about to lapse"),
    Validity.perhaps_lapsed: Text("可能已经到期", "It may have lapsed"),
    Validity.lapsed: Text("已经到期", "It has lapsed"),
}
_TYPES = {
    "unconditional": Text("无条件共享", "unconditional"),
    "conditional": Text("有条件共享", "conditional"),
    "not_shared": Text("不予共享", "not shared"),
}
_BY = {
    Decider.provider: Text("提供部门", "the provider"),
    Decider.authority: Text("数据主管部门", "the authority"),
    Decider.business_authority: Text("业务主管部门", "the business authority"),
    Decider.platform: Text("平台直接获取", "nobody: straight from the platform"),
    Decider.committee: Text("大数据决策委员会", "the data committee"),
    Decider.government: Text("同级政府", "the government"),
    Decider.coordination: Text("政务数据工作协调机制", "the coordination body"),
    Decider.higher_authority: Text("上级数据主管部门", "the higher authority"),
    Decider.parties: Text("双方协商", "the parties between themselves"),
    Decider.court: Text("行政复议或者行政诉讼", "administrative review or the court"),
    Decider.nobody: Text("不能申请", "cannot be applied for"),
    Decider.unknown: Text("不明（条文缺失）", "unknown (the text is missing)"),
}
_CONDITION = Text("共享条件", "condition of sharing")
_DIRECT = Text("符合应用场景的需求", "a need that fits a scenario")
_DIRECT_SAYS = Text("直接授权", "gets its grant without a review")
_ADDED = Text("答复增加目录没有的条件", "a reply that adds a condition")
_ADDED_SAYS = Text("不允许", "is not allowed")
_SEPARATE = Text("须由不同的人担任", "must be different people")
_RECTIFY = Text("责令整改的情形", "what is to be rectified")
_OVERDUE = Text("逾期", "overdue")
_SUSPENDED = Text("授权暂停期间的数据", "data while their grant is suspended")
_OVER = Text("授权终止后的数据", "data when their grant is over")

_KEYS: dict[str, Text] = {
    Key.application_review: Text("申请审核", "review of the application"),
    Key.application_supply: Text("数据提供", "supply of the data"),
    Key.correction_forward: Text("校核转办", "forwarding of the correction request"),
    Key.correction_answer: Text("校核答复", "answer to the correction request"),
    Key.catalogue_update: Text("目录更新", "update of the catalogue"),
    Key.catalogue_review: Text("目录审核", "review of the catalogue change"),
    Key.catalogue_report: Text("目录报送", "report of the catalogue"),
    Key.catalogue_rework: Text("目录修改", "rework of the catalogue entry"),
    Key.demand_review: Text("需求审核", "review of the demand"),
    Key.demand_mount: Text("需求编目挂接", "cataloguing and mounting of the demand"),
    Key.open_answer: Text("开放申请答复", "answer to the open-data application"),
    Key.withdrawal_notice: Text("撤销前继续服务", "service before the withdrawal"),
    Key.grant_dormant: Text("长期未使用", "time without use"),
    Key.usage_retention: Text("使用记录保存", "keeping of usage records"),
    "rectification": Text("整改", "rectification"),
}
