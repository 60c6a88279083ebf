"""Profiles, deadlines and their ends in words. A deadline without a number is never said as one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from workbench.errors import Text
from workbench.regulations.deadline import Due
from workbench.regulations.profile import Deadline, Decider, Period, Profile, State, Unit
from workbench.regulations.validity import Validity, span_of, validity

Row = tuple[Text, Text, Text]


def due_text(due: Due) -> Text:
    """The day, or why there is none; whether it may still move; the article."""
    if due.day is None:
        return _STATES[due.state]
    day = due.day.isoformat()
    told = Text(f"{day}（{_article(due.article).zh}）", f"{day} ({_article(due.article).en})")
    if not due.provisional:
        return told
    return Text(told.zh + _PROVISIONAL.zh, told.en + _PROVISIONAL.en)


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
    parts = [_STATES[deadline.state] if period is None else _counted(deadline, period)]
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
        yield Text(key.value, key.value), deadline_text(deadline), _article(deadline.article)


def profile_lines(profile: Profile) -> Iterator[Row]:
    """``(matter, what it says, article)`` of all but the deadlines."""
    for kind, decider in profile.deciders.items():
        matter = Text(f"{_TYPES[kind].zh}：谁决定", f"{_TYPES[kind].en}: who decides")
        yield matter, _BY[decider.by], _article(decider.article)
    for name, ladder in profile.ladders.items():
        zh = " → ".join(_BY[step.by].zh for step in ladder)
        en = " → ".join(_BY[step.by].en for step in ladder)
        articles = sorted({step.article for step in ladder})
        yield Text(f"争议：{name}", f"dispute: {name}"), Text(zh, en), _article(", ".join(articles))
    for condition in profile.condition_kinds:
        yield _CONDITION, condition.text.text(), _article(condition.article)
    if profile.direct_grant is not None:
        yield _DIRECT, _DIRECT_SAYS, _article(profile.direct_grant.article)
    if profile.added_conditions is not None:
        yield _ADDED, _ADDED_SAYS, _article(profile.added_conditions.article)
    for separation in profile.separate_roles:
        roles = " / ".join(separation.roles)
        yield _SEPARATE, Text(roles, roles), _article(separation.article)
    triggers = ", ".join(profile.rectification.triggers)
    yield _RECTIFY, Text(triggers, triggers), _article(profile.rectification.article)
    yield _OVERDUE, profile.overdue.text.text(), _article(profile.overdue.article)


def _counted(deadline: Deadline, period: Period) -> Text:
    told = period_text(period)
    least = Text("至少", "at least ") if deadline.at_least else Text("", "")
    starts = deadline.starts
    if starts is None:
        return Text(least.zh + told.zh, least.en + told.en)
    return Text(f"{least.zh}{told.zh}，自{starts.zh}", f"{least.en}{told.en}, from: {starts.en}")


def _article(article: str) -> Text:
    if not article:
        return Text("", "")
    return Text(f"第{article}条", f"art. {article}")


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
