"""What a check says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workbench.errors import Code, Reason, Text


class Status(StrEnum):
    ok = "ok"
    warn = "warn"
    fail = "fail"


@dataclass(frozen=True)
class Result:
    """One line: what was seen, why it matters, the rule behind it, and what to do.

    ``production`` is what it counts as under ``--production``, where that is more than ``status``.
    """

    check: str
    status: Status
    seen: Text
    why: Text | None = None
    next: Text | None = None
    rule: Text | None = None
    production: Status | None = None

    def counted(self, production: bool) -> Status:
        return self.production if production and self.production is not None else self.status

    def reason(self) -> Reason:
        seen = Text(f"{self.check}：{self.seen.zh}", f"{self.check}: {self.seen.en}")
        return Reason(Code.invalid_request, seen, self.why, self.rule, self.next, self.check)

    def to_dict(self, production: bool) -> dict[str, Any]:
        texts = {"seen": self.seen, "why": self.why, "rule": self.rule, "next": self.next}
        said = {name: {"zh": t.zh, "en": t.en} for name, t in texts.items() if t is not None}
        return {"check": self.check, "status": self.counted(production).value, **said}


def ok(check: str, zh: str, en: str) -> Result:
    return Result(check, Status.ok, Text(zh, en))


def failing(results: Iterable[Result], production: bool) -> tuple[Result, ...]:
    return tuple(r for r in results if r.counted(production) is Status.fail)
