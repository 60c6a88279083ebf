"""What is answered about findings of the anomaly watch: strict models."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from workbench.catalogue.applications import MOST_TEXT
from workbench.gateway.answers import Answer, Said
from workbench.sharing.anomalies.rules import Rule
from workbench.sharing.anomalies.say import STATES, told
from workbench.store.anomalies import Finding


class FindingAnswer(Answer):
    """``told`` says what was found; ``severity`` is null where the rule is no more. ``evidence``:
    positions of entries in the ledger; ``ordered``: the step of the case that ordered
    rectification, 0 for none."""

    id: str
    rule: str
    version: str
    kind: str
    severity: str | None
    told: Said
    person: str
    department: str
    scenario: str
    resource: str
    grant_id: str
    case_id: str
    since: date
    until: date
    found: datetime
    measure: float
    threshold: float
    evidence: list[int]
    state: str
    state_told: Said
    ordered: int
    closed: datetime | None
    closed_by: str
    reason: str

    @classmethod
    def of(cls, finding: Finding, rule: Rule | None) -> FindingAnswer:
        hidden = ("key", "subject", "revision")
        plain = {k: v for k, v in finding.__dict__.items() if k not in hidden}
        return cls(
            **{**plain, "state": finding.state.value, "evidence": list(finding.evidence)},
            severity=rule.severity if rule is not None else None,
            told=Said.of(told(finding, rule)),
            state_told=Said.of(STATES[finding.state]),
        )


class FindingsAnswer(Answer):
    """The newest first."""

    findings: list[FindingAnswer]


class RightAnswer(Answer):
    """How often a rule was right, in a month of closings (``YYYY-MM``; empty: in all).
    ``precision`` is null where nothing was closed."""

    rule: str
    month: str
    found: int
    confirmed: int
    explained: int
    precision: float | None


class CloseBody(Answer):
    """``event``: ``explain`` (it was nothing) or ``rectify`` (it is so)."""

    event: str = Field(pattern="^(explain|rectify)$")
    reason: str = Field(default="", max_length=MOST_TEXT)
