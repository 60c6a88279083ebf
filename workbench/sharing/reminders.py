"""What is to be said on a day about a case: before, on and after each deadline, and before a grant
ends. Pure: the same day says the same, and each thing has a name of its own, so that it is said
once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from workbench.errors import Text
from workbench.model.case import GRANTING, Case, Clock, State
from workbench.regulations.calendar import Calendar
from workbench.regulations.profile import Key, Profile
from workbench.regulations.saying import article_text, key_text
from workbench.sharing.copies import of_stopped
from workbench.sharing.notices import AUTHORITY, decider_of, of_department

SOON_WORKING_DAYS = 2
"""A deadline is announced so long before (our default)."""
AGAIN_DAYS = 7
"""What is overdue is chased again so often (our default)."""
ENDS_IN_DAYS = (30, 7)
"""The end of a grant is announced so long before (our default)."""


@dataclass(frozen=True)
class Reminder:
    """``kind``: due_soon, due_today, overdue, ends_soon, expired. ``about`` tells those of one kind
    apart. ``article`` is the one that it rests on, empty for those of ours."""

    kind: str
    about: str
    recipients: tuple[str, ...]
    told: Text
    article: str = ""


def reminders(case: Case, today: date, profile: Profile, calendar: Calendar) -> Iterator[Reminder]:
    clock = case.clock
    if clock is not None and clock.due is not None:
        thing, name = Text(f"案件 {case.id}", f"Case {case.id}"), key_text(clock.key)
        who = (acting(case, clock),)
        yield from of_clock(thing, name, clock.article, clock.due, who, today, profile, calendar)
    if case.decision is not None and case.state in GRANTING:
        yield from _of_end(case, case.decision.terms.until, today, profile)


def of_clock(
    thing: Text,
    name: Text,
    article: str,
    due: date,
    who: tuple[str, ...],
    today: date,
    profile: Profile,
    calendar: Calendar,
) -> Iterator[Reminder]:
    """Of a deadline (``name``) of a case or a procedure (``thing``), which is theirs (``who``)."""
    by = article_text(article)
    zh_by, en_by = (f"（{by.zh}）", f" ({by.en})") if article else ("", "")
    if today > due:
        yield _overdue(thing, name, due, who, today, profile, Text(zh_by, en_by))
    elif today == due:
        told = Text(
            f"{thing.zh} 的 {name.zh}期限就是今天{zh_by}。",
            f"{thing.en}: the {name.en} is due today{en_by}.",
        )
        yield Reminder("due_today", str(due), who, told, article)
    elif calendar.working_day_after(today, SOON_WORKING_DAYS) >= due:
        told = Text(
            f"{thing.zh} 的 {name.zh}期限为 {due}{zh_by}。",
            f"{thing.en}: the {name.en} is due on {due}{en_by}.",
        )
        yield Reminder("due_soon", str(due), who, told, article)


def _overdue(
    thing: Text,
    name: Text,
    due: date,
    who: tuple[str, ...],
    today: date,
    profile: Profile,
    by: Text,
) -> Reminder:
    late = (today - due).days
    days, overdue = "1 day" if late == 1 else f"{late} days", profile.overdue
    rests = article_text(overdue.article)
    told = Text(
        f"{thing.zh} 的 {name.zh}期限 {due} 已过 {late} 天{by.zh}。{rests.zh}：{overdue.text.zh}。",
        f"{thing.en}: the {name.en} was due on {due}, {days} ago{by.en}. "
        f"{rests.en.capitalize()}: {overdue.text.en}.",
    )
    recipients = tuple(dict.fromkeys((*who, AUTHORITY)))
    return Reminder("overdue", f"{due}+{late // AGAIN_DAYS}", recipients, told, overdue.article)


def _of_end(case: Case, until: date, today: date, profile: Profile) -> Iterator[Reminder]:
    applicant = of_department(case.application.department)
    resource = case.application.resource
    if today > until:
        told = Text(
            f"案件 {case.id} 对 {resource} 的授权已于 {until} 到期。",
            f"Case {case.id}: the grant of {resource} ended on {until}.",
        )
        more = of_stopped(State.ended, profile)
        held = Text(f"{told.zh}{more.zh}", f"{told.en} {more.en}")
        yield Reminder("expired", str(until), (applicant,), held)
        yield Reminder("expired", str(until), (of_department(case.provider),), told)
        return
    left = min((days for days in ENDS_IN_DAYS if today >= until - timedelta(days=days)), default=0)
    if left:
        told = Text(
            f"案件 {case.id} 对 {resource} 的授权到 {until} 为止；仍需使用的，请重新申请。",
            f"Case {case.id}: the grant of {resource} ends on {until}. Apply again if it is still "
            "needed.",
        )
        yield Reminder("ends_soon", f"{until}-{left}", (applicant,), told)


def acting(case: Case, clock: Clock) -> str:
    """Whose deadline it is."""
    if clock.key == Key.application_review.value:
        return decider_of(case)
    if clock.key == Key.application_supply.value:
        return of_department(case.provider)
    return of_department(case.application.department)
