"""The one tree of errors, the one list of reasons, and what each becomes at the edges.

::

    WorkbenchError              one or more Reasons, each bilingual
    ├── Refused                 policy said no                       exit 3, HTTP 403
    │   └── Unauthenticated     nobody is known to be asking         exit 3, HTTP 401
    ├── LimitReached            allowed, but too much                exit 3, HTTP 429
    ├── StatementWrong          the statement itself is at fault     exit 4, HTTP 400
    ├── Unavailable             a part of the workbench is missing   exit 5, HTTP 503
    └── InvalidInput            a contract, scenario or delivery     exit 2, HTTP 422

``WorkbenchError.of(reasons)`` picks the class from the code, so no caller maps twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Text:
    """One sentence in both languages."""

    zh: str
    en: str

    def said(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


class Kind(StrEnum):
    refused = "refused"
    unauthenticated = "unauthenticated"
    limit = "limit"
    wrong = "wrong"
    unavailable = "unavailable"
    invalid = "invalid"
    conflict = "conflict"


class Code(StrEnum):
    """Every reason the workbench can give. A policy test may name any of them."""

    # policy
    not_granted = "not_granted"
    not_found = "not_found"
    not_shared = "not_shared"
    scenario_unknown = "scenario_unknown"
    grant_not_started = "grant_not_started"
    grant_expired = "grant_expired"
    grant_revoked = "grant_revoked"
    grant_suspended = "grant_suspended"
    grant_ended = "grant_ended"
    mode_not_available = "mode_not_available"
    unclassified = "unclassified"
    join_key_floor = "join_key_floor"
    viewer_not_listed = "viewer_not_listed"
    role_missing = "role_missing"
    roles_separated = "roles_separated"
    # what a workspace accepts
    statement_not_allowed = "statement_not_allowed"
    function_not_allowed = "function_not_allowed"
    statistics_grammar = "statistics_grammar"
    use_not_allowed = "use_not_allowed"
    near_unique = "near_unique"
    band_not_declared = "band_not_declared"
    noise_not_offered = "noise_not_offered"
    several_statements = "several_statements"
    # what a release withholds
    suppressed = "suppressed"
    export_not_allowed = "export_not_allowed"
    # the life of a case
    application_incomplete = "application_incomplete"
    step_not_possible = "step_not_possible"
    not_yours = "not_yours"
    own_application = "own_application"
    decision_incomplete = "decision_incomplete"
    decision_beyond = "decision_beyond"
    moved_on = "moved_on"
    # who is asking
    unauthenticated = "unauthenticated"
    token_expired = "token_expired"  # noqa: S105 - a code, no password
    user_disabled = "user_disabled"
    # limits
    request_too_large = "request_too_large"
    result_too_large = "result_too_large"
    too_many_queries = "too_many_queries"
    deadline_exceeded = "deadline_exceeded"
    memory_exceeded = "memory_exceeded"
    disk_exceeded = "disk_exceeded"
    view_limit = "view_limit"
    compare_limit = "compare_limit"
    noise_budget = "noise_budget"
    # the statement
    statement_wrong = "statement_wrong"
    # the workbench
    cancelled = "cancelled"
    ledger_unavailable = "ledger_unavailable"
    gateway_unavailable = "gateway_unavailable"
    certificate_refused = "certificate_refused"
    tls_required = "tls_required"
    extract_missing = "extract_missing"
    extract_busy = "extract_busy"
    extract_recalled = "extract_recalled"
    consent_withdrawn = "consent_withdrawn"
    source_unreachable = "source_unreachable"
    source_unfit = "source_unfit"
    worker_died = "worker_died"
    build_interrupted = "build_interrupted"
    internal = "internal"
    # what was handed in
    invalid_contract = "invalid_contract"
    invalid_delivery = "invalid_delivery"
    invalid_request = "invalid_request"

    @property
    def kind(self) -> Kind:
        return _KINDS.get(self, Kind.refused)


TOO_FEW = frozenset({Code.near_unique, Code.join_key_floor})
"""What is said of a statement where there are too few entities for a column; more would mend it."""


_KINDS: Mapping[Code, Kind] = {
    Code.unauthenticated: Kind.unauthenticated,
    Code.token_expired: Kind.unauthenticated,
    Code.user_disabled: Kind.unauthenticated,
    Code.request_too_large: Kind.limit,
    Code.result_too_large: Kind.limit,
    Code.too_many_queries: Kind.limit,
    Code.deadline_exceeded: Kind.limit,
    Code.memory_exceeded: Kind.limit,
    Code.disk_exceeded: Kind.limit,
    Code.view_limit: Kind.limit,
    Code.compare_limit: Kind.limit,
    Code.noise_budget: Kind.limit,
    Code.not_found: Kind.wrong,
    Code.statement_wrong: Kind.wrong,
    Code.cancelled: Kind.unavailable,
    Code.ledger_unavailable: Kind.unavailable,
    Code.gateway_unavailable: Kind.unavailable,
    Code.certificate_refused: Kind.unavailable,
    Code.extract_missing: Kind.unavailable,
    Code.extract_busy: Kind.unavailable,
    Code.extract_recalled: Kind.unavailable,
    Code.consent_withdrawn: Kind.unavailable,
    Code.source_unreachable: Kind.unavailable,
    Code.source_unfit: Kind.unavailable,
    Code.worker_died: Kind.unavailable,
    Code.build_interrupted: Kind.unavailable,
    Code.internal: Kind.unavailable,
    Code.application_incomplete: Kind.invalid,
    Code.decision_incomplete: Kind.invalid,
    Code.decision_beyond: Kind.invalid,
    Code.step_not_possible: Kind.conflict,
    Code.moved_on: Kind.conflict,
    Code.invalid_contract: Kind.invalid,
    Code.invalid_delivery: Kind.invalid,
    Code.invalid_request: Kind.invalid,
}

_HEADINGS: Mapping[str, Text] = {
    "why": Text("原因：", "Why: "),
    "rule": Text("依据：", "Rule: "),
    "next": Text("下一步：", "Next: "),
}


@dataclass(frozen=True)
class Reason:
    """What was refused or failed, why, by which rule, and the next step.

    ``subject`` names the thing (``resource.column``, a file, a statement type); ``draft``
    holds a text to paste, such as the application for a missing column.
    """

    code: Code
    what: Text
    why: Text | None = None
    rule: Text | None = None
    next: Text | None = None
    subject: str = ""
    draft: str = ""

    def said(self, language: Language) -> str:
        lines = [self.what.said(language)]
        for name, heading in _HEADINGS.items():
            text: Text | None = getattr(self, name)
            if text is not None:
                lines.append(heading.said(language) + text.said(language))
        if self.draft:
            lines.append(self.draft)
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {"code": self.code.value, "subject": self.subject}
        for name in ("what", "why", "rule", "next"):
            text: Text | None = getattr(self, name)
            if text is not None:
                out[name] = {"zh": text.zh, "en": text.en}
        if self.draft:
            out["draft"] = self.draft
        return out

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Reason:
        texts = {
            name: Text(value[name]["zh"], value[name]["en"])
            for name in ("what", "why", "rule", "next")
            if name in value
        }
        return cls(
            code=Code(value["code"]),
            subject=value.get("subject", ""),
            draft=value.get("draft", ""),
            **texts,
        )


@dataclass(eq=False)
class WorkbenchError(Exception):
    """Base of all errors that a user may see. Never holds a value of a withheld column."""

    reasons: tuple[Reason, ...]
    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500
    _classes: ClassVar[dict[Kind, type[WorkbenchError]]] = {}
    kind: ClassVar[Kind | None] = None
    notes: dict[str, Any] = field(default_factory=dict)

    def __init_subclass__(cls) -> None:
        if cls.kind is not None:
            WorkbenchError._classes[cls.kind] = cls

    @staticmethod
    def of(reasons: Sequence[Reason] | Reason) -> WorkbenchError:
        """The error for these reasons; its class follows the first one's code."""
        found = (reasons,) if isinstance(reasons, Reason) else tuple(reasons)
        return WorkbenchError._classes[found[0].code.kind](found)

    @property
    def code(self) -> Code:
        return self.reasons[0].code

    def said(self, language: Language) -> str:
        return "\n\n".join(f"[{r.code}] {r.said(language)}" for r in self.reasons)

    def __str__(self) -> str:
        return "\n".join(f"[{r.code}] {r.what.zh} / {r.what.en}" for r in self.reasons)

    def to_json(self) -> str:
        return json.dumps([r.to_dict() for r in self.reasons], ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> WorkbenchError:
        return WorkbenchError.of([Reason.from_dict(item) for item in json.loads(text)])


class Refused(WorkbenchError):
    kind = Kind.refused
    exit_code = 3
    http_status = 403


class Unauthenticated(Refused):
    kind = Kind.unauthenticated
    http_status = 401


class LimitReached(WorkbenchError):
    kind = Kind.limit
    exit_code = 3
    http_status = 429


class StatementWrong(WorkbenchError):
    kind = Kind.wrong
    exit_code = 4
    http_status = 400


class Unavailable(WorkbenchError):
    kind = Kind.unavailable
    exit_code = 5
    http_status = 503


class InvalidInput(WorkbenchError):
    kind = Kind.invalid
    exit_code = 2
    http_status = 422


class Conflict(WorkbenchError):
    """What was asked for does not fit what has become of the thing meanwhile."""

    kind = Kind.conflict
    exit_code = 6
    http_status = 409


def simple(code: Code, zh: str, en: str, **more: Any) -> WorkbenchError:
    """An error with one reason: ``raise simple(Code.x, "…", "…", next=Text(…))``."""
    return WorkbenchError.of(Reason(code, Text(zh, en), **more))
