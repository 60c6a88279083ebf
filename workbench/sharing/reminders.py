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
    if case.clock is not None and case.clock.due is not None:
        yield from _of_clock(case, case.clock, case.clock.due, today, profile, calendar)
    if case.decision is not None and case.state in GRANTING:
        yield from _of_end(case, case.decision.terms.until, today, profile)


def _of_clock(
    case: Case, clock: Clock, due: date, today: date, profile: Profile, calendar: Calendar
) -> Iterator[Reminder]:
    who = (acting(case, clock),)
    name, by = key_text(clock.key), article_text(clock.article)
    if today > due:
        weeks = (today - due).days // AGAIN_DAYS
        late = (today - due).days
        days, overdue = "1 day" if late == 1 else f"{late} days", profile.overdue
        rests = article_text(overdue.article)
        told = Text(
            f"案件 {case.id} 的 {name.zh}期限 {due} 已过 {late} 天（{by.zh}）。"
            f"{rests.zh}：{overdue.text.zh}。",
            f"Case {case.id}: the {name.en} was due on {due}, {days} ago ({by.en}). "
            f"{rests.en.capitalize()}: {overdue.text.en}.",
        )
        recipients = tuple(dict.fromkeys((*who, AUTHORITY)))
        yield Reminder("overdue", f"{due}+{weeks}", recipients, told, overdue.article)
    elif today == due:
        told = Text(
            f"案件 {case.id} 的 {name.zh}期限就是今天（{by.zh}）。",
            f"Case {case.id}: the {name.en} is due today ({by.en}).",
        )
        yield Reminder("due_today", str(due), who, told, clock.article)
    elif calendar.working_day_after(today, SOON_WORKING_DAYS) >= due:
        told = Text(
            f"案件 {case.id} 的 {name.zh}期限为 {due}（{by.zh}）。",
            f"Case {case.id}: the {name.en} is due on {due} ({by.en}).",
        )
        yield Reminder("due_soon", str(due), who, told, clock.article)


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
