"""What is said of a grant that gives nothing today: its dates, its mode, its uses."""

from __future__ import annotations

from datetime import date

from workbench.errors import Code, Reason, Text
from workbench.model.grant import Grant, GrantState
from workbench.model.regulation import Regulation
from workbench.policy.rules import Topic, rule


def grant_ended(grant: Grant, state: GrantState, regulation: Regulation) -> Reason:
    """``state`` is one of expired, revoked, not_started."""
    code, what, step = {
        GrantState.not_started: (Code.grant_not_started, _not_started(grant), _WAIT),
        GrantState.expired: (Code.grant_expired, _expired(grant), _RENEW),
        GrantState.revoked: (Code.grant_revoked, _revoked(grant), _ASK_WHY),
    }[state]
    return Reason(
        code,
        what,
        Text(
            f"授权 {grant.id}（{grant.origin.approver} 批准）。",
            f"Grant {grant.id}, approved by {grant.origin.approver}.",
        ),
        rule(regulation, Topic.ending, Topic.purpose),
        step,
        subject=grant.resource,
    )


def mode_not_available(grant: Grant, column: str, regulation: Regulation) -> Reason:
    """The grant's mode, or the use of one of its columns, cannot be queried yet."""
    subject = f"{grant.resource}.{column}" if column else grant.resource
    use = grant.column(column) if column else None
    how = use.use.value if use is not None else grant.mode.value
    return Reason(
        Code.mode_not_available,
        Text(
            f"{subject} 以 {how} 方式授权，目前还不能这样查询。",
            f"{subject} is granted as {how}, which cannot be queried yet.",
        ),
        Text(
            "现在可用：共享方式 obtain，用法 value 和 join_key；其余一律不提供，而不是按获取处理。",
            "What works now is mode obtain with the uses value and join_key; the others are "
            "refused rather than treated as obtain.",
        ),
        rule(regulation, Topic.modes),
        Text(
            "请去掉该列或该表；确需取值的，请申请 obtain / value。",
            "Leave it out; if the values themselves are needed, apply for obtain / value.",
        ),
        subject=subject,
    )


def _not_started(grant: Grant) -> Text:
    day = _day(grant.valid_from)
    return Text(
        f"对 {grant.resource} 的授权自 {day} 起生效。",
        f"The grant of {grant.resource} begins on {day}.",
    )


def _expired(grant: Grant) -> Text:
    day = _day(grant.valid_until)
    return Text(
        f"对 {grant.resource} 的授权已于 {day} 到期。",
        f"The grant of {grant.resource} expired: its last day was {day}.",
    )


def _revoked(grant: Grant) -> Text:
    day = _day(grant.revoked_on)
    return Text(
        f"对 {grant.resource} 的授权已于 {day} 撤销。",
        f"The grant of {grant.resource} was revoked on {day}.",
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else "—"


_WAIT = Text("请在生效后再查询。", "Ask again from that day on.")
_RENEW = Text("请重新申请。", "Apply again.")
_ASK_WHY = Text("请向数据主管部门了解原因。", "Ask the data authority why.")
