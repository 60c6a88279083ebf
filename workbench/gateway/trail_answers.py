"""What is answered about the trail: strict models, made of the shared values. No statement in
full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from workbench.gateway.answers import Answer, Said
from workbench.gateway.verifying import Progress
from workbench.ledger.findings import NAMES, FindingKind
from workbench.ledger.usage import UsageRow
from workbench.sharing.trail import event_text


class TrailRow(Answer):
    """One entry of the ledger. ``readable`` is false where somebody broke it: the verification
    says more."""

    seq: int
    at: datetime
    event: str
    told: Said
    actor: str
    department: str
    viewer: str
    scenario: str
    purpose: str
    approver: str
    content: dict[str, list[str]]
    method: str
    medium: str
    release: str
    detail: dict[str, Any]
    hash: str
    readable: bool


class TrailPage(Answer):
    """``before`` asks for the next page; null where there is none."""

    rows: list[TrailRow]
    before: int | None


class FindingLine(Answer):
    kind: str
    told: Said
    warning: bool
    seq: int
    until: int
    how: Said
    where: str


class CaseFinding(Answer):
    case: str
    zh: str
    en: str


class ConsentFinding(Answer):
    """``change``: the number of the change of this scenario's consents."""

    scenario: str
    change: int
    zh: str
    en: str


class Report(Answer):
    """As ``workbench audit verify --json`` prints it."""

    clean: bool
    entries: int
    checkpoints: int
    vouched: int
    ahead: int
    head: str | None
    findings: list[FindingLine]
    cases: int
    case_findings: list[CaseFinding]
    consents: int = 0
    consent_findings: list[ConsentFinding] = Field(default_factory=list)
    procedures: int = 0


class VerifyAnswer(Answer):
    """``state``: none, running, done, failed. ``sound``: the whole result, once there is one;
    ``trouble``: why it failed."""

    state: str
    by: str
    started: datetime | None
    ended: datetime | None
    done: int
    total: int
    sound: bool | None
    report: Report | None
    trouble: list[dict[str, Any]] | None


def trail_page(rows: Sequence[UsageRow], limit: int) -> TrailPage:
    return TrailPage(
        rows=[_row(row) for row in rows],
        before=rows[-1].seq if rows and len(rows) == limit else None,
    )


def _row(row: UsageRow) -> TrailRow:
    plain = row.__dict__ | {
        "told": Said.of(event_text(row.event)),
        "content": {name: list(columns) for name, columns in row.content.items()},
        "detail": dict(row.detail),
    }
    return TrailRow(**{name: plain[name] for name in TrailRow.model_fields})


def verify_answer(progress: Progress) -> VerifyAnswer:
    found, trouble = progress.found, progress.trouble
    return VerifyAnswer(
        state=progress.state,
        by=progress.by,
        started=progress.started,
        ended=progress.ended,
        done=progress.done,
        total=progress.total,
        sound=None if found is None else found.sound,
        report=None if found is None else _report(found.to_dict()),
        trouble=None if trouble is None else [reason.to_dict() for reason in trouble.reasons],
    )


def _report(told: dict[str, Any]) -> Report:
    findings = [
        one | {"told": Said.of(NAMES[FindingKind(one["kind"])])} for one in told["findings"]
    ]
    return Report.model_validate(told | {"findings": findings})
