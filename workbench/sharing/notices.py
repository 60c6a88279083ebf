"""What a step of a case tells whom. Pure; made in the transaction of the step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from workbench.errors import Text
from workbench.model.case import GRANTING, Case, State, Step
from workbench.regulations.profile import Profile
from workbench.regulations.saying import article_text
from workbench.sharing.copies import STOPPED, of_stopped
from workbench.sharing.guards import decided_by_authority
from workbench.sharing.transitions import EVENTS, STATES, Event
from workbench.store.messages import Message

AUTHORITY = "role:authority"
HELD = GRANTING | {State.suspended}
"""Who stands so has, or had, what the grant gives; of an approved one nothing was supplied yet."""
_TO_DECIDER = frozenset({Event.apply, Event.resubmit, Event.escalate, Event.withdraw})


def notices(before: Case | None, after: Case, profile: Profile | None) -> Iterator[Message]:
    """One message of each new step to each who has to know of it; a step that a regulation does
    not allow is told to the authority as well. ``profile`` is that of the case, where it can be
    read: who holds copies is told what becomes of them."""
    holder = of_department(after.application.department)
    for step in after.steps[0 if before is None else before.version :]:
        for recipient in sorted(_recipients(after, step)):
            told = _told(after, step)
            if recipient == holder and _stops(step):
                more = of_stopped(step.after, profile)
                told = Text(f"{told.zh}{more.zh}", f"{told.en} {more.en}")
            yield message(after, step.event, recipient, told, step.at, step.number)


def _stops(step: Step) -> bool:
    """Whether a grant that gave data gives none from here on."""
    return step.after in STOPPED and step.before in HELD


def message(
    case: Case, kind: str, recipient: str, told: Text, at: datetime, about: object
) -> Message:
    """``about`` tells messages of one kind about one case apart: a step, a day."""
    return letter(case.id, kind, recipient, told, at, about)


def letter(
    id: str,  # noqa: A002
    kind: str,
    recipient: str,
    told: Text,
    at: datetime,
    about: object,
    **more: str,
) -> Message:
    """The same of a case or a procedure by its id; ``more`` goes into its body."""
    key = key_of(id, kind, about, recipient)
    body = {"case": id, "zh": told.zh, "en": told.en, **more}
    return Message(key, id, kind, recipient, json.dumps(body, ensure_ascii=False), at)


def key_of(case_id: str, kind: str, about: object, recipient: str) -> str:
    """The same message has the same key, whoever makes it and how often."""
    return sha256(f"{case_id}\n{kind}\n{about}\n{recipient}".encode()).hexdigest()


def of_department(department: str) -> str:
    return f"department:{department}"


def decider_of(case: Case) -> str:
    """Who is to act on a case that is under review."""
    return AUTHORITY if decided_by_authority(case) else of_department(case.reviewer)


def _recipients(case: Case, step: Step) -> set[str]:
    applicant, provider = of_department(case.application.department), of_department(case.provider)
    event = Event(step.event)
    found = {decider_of(case)} if event in _TO_DECIDER else {applicant, provider}
    if event is Event.escalate:
        found.add(provider)
    if step.detail is not None:
        found.add(AUTHORITY)
    found.discard(of_department(step.department))
    return found | ({applicant} if _stops(step) else set())


def _told(case: Case, step: Step) -> Text:
    asked, event, state = case.application, EVENTS[Event(step.event)], STATES[step.after]
    about = f"（{asked.department} 申请 {asked.resource}）"
    zh = f"案件 {case.id}{about}：{event.zh}，现为“{state.zh}”。"
    en = f"Case {case.id} ({asked.department} for {asked.resource}): {event.en}; now {state.en}."
    clock = case.clock
    if clock is not None and clock.due is not None:
        by = article_text(clock.article)
        zh += f"期限 {clock.due}（{by.zh}）。"
        en += f" Due {clock.due} ({by.en})."
    if step.reason:
        reason = step.reason.rstrip("。. ")
        zh, en = f"{zh}理由：{reason}。", f"{en} Reason: {reason}."
    if step.detail is not None:
        zh, en = f"{zh}{step.detail.zh}", f"{en} {step.detail.en}"
    return Text(zh, en)
