"""The one table of the life of a case: which event leads from where to where, by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from workbench.errors import Text
from workbench.model.case import GRANTING, State
from workbench.regulations.profile import Key


class Event(StrEnum):
    apply = "apply"
    return_ = "return"
    resubmit = "resubmit"
    withdraw = "withdraw"
    escalate = "escalate"
    approve = "approve"
    refuse = "refuse"
    supply = "supply"
    narrow = "narrow"
    notify = "notify"
    rectified = "rectified"
    suspend = "suspend"
    resume = "resume"
    end = "end"
    revoke = "revoke"


class Party(StrEnum):
    """In what capacity somebody acts on a case."""

    applicant = "applicant"
    """An officer of the department that applied."""
    decider = "decider"
    """Whom the profile names for this sharing type and step of the ladder."""
    provider = "provider"
    authority = "authority"
    platform = "platform"
    """The workbench itself, where the regulation lets nobody decide (A25, F28)."""


class Need(StrEnum):
    """What a command must bring along."""

    reason = "reason"
    basis = "basis"
    terms = "terms"
    days = "days"


@dataclass(frozen=True)
class Row:
    """``after`` is None where the case stays as it is. ``starts`` is the deadline that begins,
    ``stops`` whether the running one ends."""

    event: Event
    before: frozenset[State]
    after: State | None
    by: frozenset[Party]
    needs: frozenset[Need] = frozenset()
    starts: Key | None = None
    stops: bool = False


_OPEN = (State.under_review, State.returned, State.approved)
_LIVE = GRANTING | {State.suspended}
_KEEPERS = (Party.provider, Party.authority)
_WATCH = (*_KEEPERS, Party.platform)
"""The platform notes what a date alone decides: a grant left unused or used again, a
rectification not done."""


def _row(
    event: Event,
    before: Iterable[State],
    after: State | None,
    by: Iterable[Party],
    needs: Iterable[Need] = (),
    starts: Key | None = None,
    *,
    stops: bool = False,
) -> Row:
    return Row(event, frozenset(before), after, frozenset(by), frozenset(needs), starts, stops)


S, P, N, E = State, Party, Need, Event
REVIEW = Key.application_review
TABLE: tuple[Row, ...] = (
    _row(E.apply, (), S.under_review, [P.applicant], starts=REVIEW),
    _row(E.return_, [S.under_review], S.returned, [P.decider, P.authority], [N.reason], stops=True),
    _row(E.resubmit, [S.returned], S.under_review, [P.applicant], starts=REVIEW),
    _row(E.withdraw, _OPEN, S.withdrawn, [P.applicant], stops=True),
    _row(E.escalate, [S.refused], S.under_review, [P.applicant], [N.reason], starts=REVIEW),
    _row(E.approve, [S.under_review], S.active, [P.decider], [N.terms], stops=True),
    _row(E.refuse, [S.under_review], S.refused, [P.decider], [N.reason, N.basis], stops=True),
    _row(E.supply, [S.approved], S.active, [P.provider], stops=True),
    _row(E.narrow, _LIVE, None, [P.applicant, *_KEEPERS], [N.reason, N.terms]),
    _row(E.notify, [S.active], S.rectifying, _WATCH, [N.reason, N.days]),
    _row(E.rectified, [S.rectifying], S.active, _WATCH, [N.reason], stops=True),
    _row(E.suspend, GRANTING, S.suspended, _WATCH, [N.reason], stops=True),
    _row(E.resume, [S.suspended], S.active, _KEEPERS, [N.reason]),
    _row(E.end, [*GRANTING, S.approved], S.ended, [P.applicant, *_KEEPERS], [N.reason], stops=True),
    _row(E.revoke, _LIVE | {S.approved}, S.revoked, _KEEPERS, [N.reason, N.basis], stops=True),
)  # fmt: skip


def row_for(event: Event, state: State | None) -> Row | None:
    """None where the event cannot happen in this state; ``None`` is before the application."""
    rows = (row for row in TABLE if row.event is event)
    return next((r for r in rows if (state in r.before if state else not r.before)), None)


def possible(state: State) -> tuple[Event, ...]:
    """What can happen to a case that stands there."""
    return tuple(row.event for row in TABLE if state in row.before)


def offered(state: State, parties: frozenset[Party]) -> tuple[Event, ...]:
    """What somebody may do in these capacities with a case that stands there."""
    return tuple(row.event for row in TABLE if state in row.before and row.by & parties)


STATES: dict[State, Text] = {
    State.under_review: Text("审核中", "under review"),
    State.returned: Text("已退回补正", "returned for completion"),
    State.approved: Text("已批准，待提供", "approved, to be supplied"),
    State.active: Text("授权有效", "active"),
    State.rectifying: Text("整改中", "to be rectified"),
    State.suspended: Text("已暂停", "suspended"),
    State.refused: Text("不同意", "refused"),
    State.withdrawn: Text("已撤回", "withdrawn"),
    State.ended: Text("已终止", "ended"),
    State.revoked: Text("已撤销", "revoked"),
}
EVENTS: dict[Event, Text] = {
    Event.apply: Text("申请", "apply"),
    Event.return_: Text("退回补正", "return"),
    Event.resubmit: Text("重新提交", "resubmit"),
    Event.withdraw: Text("撤回申请", "withdraw"),
    Event.escalate: Text("提请上一级", "escalate"),
    Event.approve: Text("同意", "approve"),
    Event.refuse: Text("不同意", "refuse"),
    Event.supply: Text("提供数据", "supply"),
    Event.narrow: Text("缩小范围", "narrow"),
    Event.notify: Text("通知整改", "order rectification"),
    Event.rectified: Text("整改完成", "rectified"),
    Event.suspend: Text("暂停", "suspend"),
    Event.resume: Text("恢复", "resume"),
    Event.end: Text("终止", "end"),
    Event.revoke: Text("撤销", "revoke"),
}
PARTIES: dict[Party, Text] = {
    Party.applicant: Text("申请部门的经办人", "an officer of the department that applied"),
    Party.decider: Text("有权审核的人", "who decides by the regulation"),
    Party.provider: Text("提供部门的审核人", "a reviewing officer of the provider"),
    Party.authority: Text("数据主管部门的人员", "an officer of the authority"),
    Party.platform: Text("平台", "the platform"),
}
