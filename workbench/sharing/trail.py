"""Reading the trail of what people did: recorded before anything is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.ledger.record import Ledger
from workbench.ledger.usage import UsageRow, usage
from workbench.model.actor import Actor
from workbench.model.entry import Draft, EntryFilter, Event
from workbench.sharing import oversight

EVENTS: Mapping[Event, Text] = {
    Event.decision: Text("决定", "decision"),
    Event.release_opened: Text("放行开始", "release opened"),
    Event.release_closed: Text("放行结束", "release closed"),
    Event.exported: Text("导出", "exported"),
    Event.workspace_built: Text("工作区建立", "workspace built"),
    Event.workspace_destroyed: Text("工作区销毁", "workspace destroyed"),
    Event.extract_ingested: Text("数据入库", "extract ingested"),
    Event.extract_refused: Text("入库被拒", "extract refused"),
    Event.extract_recalled: Text("版本召回", "extract recalled"),
    Event.recall_undone: Text("撤回召回", "recall undone"),
    Event.extract_destroyed: Text("数据销毁", "extracts destroyed"),
    Event.reconciled: Text("对账", "reconciled"),
    Event.source_pulled: Text("来源取数", "source pulled"),
    Event.source_pull_failed: Text("取数失败", "source pull failed"),
    Event.source_pull_destroyed: Text("取数销毁", "source pull destroyed"),
    Event.secret_changed: Text("密钥变更", "secret changed"),
    Event.grant_revoked: Text("授权撤销", "grant revoked"),
    Event.case_stepped: Text("案件办理", "case stepped"),
    Event.case_reminded: Text("案件提醒", "case reminder"),
    Event.procedure_stepped: Text("事项办理", "procedure stepped"),
    Event.procedure_reminded: Text("事项提醒", "procedure reminder"),
    Event.consent_changed: Text("同意变更", "consents changed"),
    Event.user_changed: Text("用户变更", "user changed"),
    Event.signed_in: Text("登录", "signed in"),
    Event.sign_in_failed: Text("登录失败", "sign-in failed"),
    Event.gateway_started: Text("网关启动", "gateway started"),
    Event.gateway_stopped: Text("网关停止", "gateway stopped"),
    Event.comparison_alert: Text("核验告警", "comparison alert"),
    Event.noise_spent: Text("隐私预算支出", "privacy budget spent"),
    Event.told_forgotten: Text("已告知簿销毁", "book of what was told destroyed"),
    Event.anomaly_found: Text("发现异常", "anomaly found"),
    Event.anomaly_closed: Text("异常办结", "anomaly closed"),
    Event.derived_proposed: Text("提出派生资源", "derived resource proposed"),
    Event.derived_accepted: Text("登记派生资源", "derived resource accepted"),
    Event.derived_refused: Text("不登记派生资源", "derived resource refused"),
    Event.own_table_brought: Text("带入自带表", "own table brought"),
    Event.own_table_dropped: Text("移除自带表", "own table dropped"),
    Event.what_if_kept: Text("情景保存", "what-if case kept"),
    Event.what_if_deleted: Text("情景删除", "what-if case deleted"),
    Event.what_if_restored: Text("情景恢复", "what-if case restored"),
    Event.monthly_run: Text("月度运行", "monthly run"),
    Event.brief_taken: Text("带走简报", "brief taken along"),
    Event.assessment_run: Text("考核运行", "assessment run"),
    Event.audit_read: Text("审计查阅", "audit read"),
}


@dataclass(frozen=True)
class Reader:
    """Who reads, for the ledger."""

    id: str
    department: str

    @classmethod
    def of(cls, actor: Actor) -> Reader:
        return cls(actor.id, actor.department)


def record_reading(
    ledger: Ledger, reader: Reader, wanted: EntryFilter, method: str, medium: str
) -> None:
    """Raises Unavailable where it cannot be recorded: then nothing is to be read."""
    filters = {name: plain(value) for name, value in wanted.__dict__.items() if value}
    record_look(ledger, reader, {"filter": filters}, method, medium)


def record_look(
    ledger: Ledger, reader: Reader, detail: Mapping[str, Any], method: str, medium: str
) -> None:
    ledger.record(
        Draft(
            Event.audit_read,
            actor=reader.id,
            department=reader.department,
            method=method,
            medium=medium,
            detail=detail,
        )
    )


def read_trail(ledger: Ledger, actor: Actor, wanted: EntryFilter) -> tuple[UsageRow, ...]:
    """For auditors, over HTTP: without statements, the newest first. Raises Refused,
    Unavailable."""
    oversight.audits(actor)
    record_reading(ledger, Reader.of(actor), wanted, "trail", "http")
    return usage(ledger.journal, wanted)


def event_text(event: str) -> Text:
    """In words; one that nobody knows as it is written."""
    known = event in set(Event)
    return EVENTS[Event(event)] if known else Text(event, event)


def no_such_event(event: str) -> WorkbenchError:
    """All are named: nobody knows them by heart, and one that is nearly right may not be meant."""
    zh = "、".join(f"{one}（{text.zh}）" for one, text in EVENTS.items())
    en = ", ".join(f"{one} ({text.en})" for one, text in EVENTS.items())
    return simple(
        Code.invalid_request,
        f"留痕中没有事件 {event}。",
        f"The trail has no event {event}.",
        next=Text(f"可用的事件：{zh}。", f"Write one of: {en}."),
        subject="event",
    )


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
