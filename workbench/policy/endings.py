"""What is said of a grant that gives nothing today: its dates, its mode, its uses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from workbench.errors import Code, Reason, Text
from workbench.model.grant import ColumnGrant, Grant, GrantState, Use
from workbench.model.regulation import Regulation
from workbench.model.tier import Tier, holds_column, holds_grant
from workbench.policy.rules import Topic, rule


def grant_ended(grant: Grant, state: GrantState, regulation: Regulation) -> Reason:
    """``state`` is any but active."""
    code, what, step = {
        GrantState.not_started: (Code.grant_not_started, _not_started(grant), _WAIT),
        GrantState.expired: (Code.grant_expired, _expired(grant), _RENEW),
        GrantState.revoked: (Code.grant_revoked, _revoked(grant), _ASK_WHY),
        GrantState.suspended: (Code.grant_suspended, _suspended(grant), _RECTIFY),
        GrantState.ended: (Code.grant_ended, _ended(grant), _RENEW),
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


def mode_not_available(grant: Grant, column: str, regulation: Regulation, tier: Tier) -> Reason:
    """The grant's mode, or the use of one of its columns, puts nothing into ``tier``. What it is
    granted as, and where that is to be had."""
    subject = f"{grant.resource}.{column}" if column else grant.resource
    use = grant.column(column) if column else None
    how = f"{grant.mode.value} / {use.use.value}" if use is not None else grant.mode.value
    asked = _ASKED[tier]
    return Reason(
        Code.mode_not_available,
        Text(
            f"{subject} 以 {how} 方式授权，不能{asked.zh}。",
            f"{subject} is granted as {how}, which gives nothing to {asked.en}.",
        ),
        Text(
            "共享方式和用法决定数据能以什么方式使用，不会当作获取（obtain）处理。",
            "Mode and use say in which way data may be used; none is treated as obtain.",
        ),
        rule(regulation, Topic.modes),
        _KEY_APART if tier is Tier.own and use is not None else _instead(grant, use),
        subject=subject,
    )


def _instead(grant: Grant, use: ColumnGrant | None) -> Text:
    def held(tier: Tier) -> bool:
        if use is None or (tier is Tier.compare and use.use is Use.compare):
            return holds_grant(grant, tier)
        return tier is not Tier.compare and holds_column(grant, use, tier)

    ways = [way for tier, way in _WAYS.items() if held(tier)][:1]
    if not ways:
        return _APPLY
    zh, en = (text.format(grant.resource) for text in (ways[0].zh, ways[0].en))
    return Text(
        f"请用 {zh}；或去掉它。需要其他方式的，请重新申请。",
        f"Use {en}, or leave it out; apply again for another way.",
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


def _suspended(grant: Grant) -> Text:
    resource = grant.resource
    if grant.revoked_on is None:
        day = _day(grant.rectify_by)
        return Text(
            f"对 {resource} 的授权应于 {day} 前整改，逾期未完成，已暂停。",
            f"The grant of {resource} was to be rectified by {day}; it was not, and is suspended.",
        )
    day = _day(grant.revoked_on)
    return Text(
        f"对 {resource} 的授权已于 {day} 暂停。",
        f"The grant of {resource} was suspended on {day}.",
    )


def _ended(grant: Grant) -> Text:
    day = _day(grant.revoked_on)
    return Text(
        f"对 {grant.resource} 的授权已于 {day} 终止。",
        f"The grant of {grant.resource} was ended on {day}.",
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else "—"


_ASKED: Mapping[Tier, Text] = {
    Tier.rows: Text("查询明细", "a query of rows"),
    Tier.own: Text("与自带表一同查询", "a query beside a table of your own"),
    Tier.statistics: Text("统计", "a statistic"),
    Tier.view: Text("查阅", "a view"),
    Tier.compare: Text("核验", "a comparison"),
}
_WAYS: Mapping[Tier, Text] = {
    Tier.rows: Text("client.sql(…)", "client.sql(...)"),
    Tier.statistics: Text(
        "client.sql(…) 的统计查询（分组汇总）",
        "client.sql(...) with a statistic (aggregates by group)",
    ),
    Tier.view: Text('client.view("{}")', 'client.view("{}")'),
    Tier.compare: Text('client.compare("{}", …)', 'client.compare("{}", ...)'),
}
"""Each way to use what is granted; the first that the grant has is told."""
_KEY_APART = Text(
    "自带表不得与连接键有任何关系：请先用不含自带表的语句按键连接，只选 value 列；"
    "再用 client.bring 带入结果，或在笔记本里用 Polars 与自带表合并。",
    "A table of your own never meets a join key: join by the key in a statement without it, select "
    "value columns only, and bring that result with client.bring, or combine the two in the "
    "notebook with Polars.",
)
_APPLY = Text("请去掉它，或重新申请。", "Leave it out, or apply again.")
_WAIT = Text("请在生效后再查询。", "Ask again from that day on.")
_RENEW = Text("请重新申请。", "Apply again.")
_RECTIFY = Text(
    "请本部门经办人完成整改，并请提供部门恢复授权。",
    "Have your department's officer put it right, and ask the provider to resume the grant.",
)
_ASK_WHY = Text("请向数据主管部门了解原因。", "Ask the data authority why.")
