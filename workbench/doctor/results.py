"""What a check says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workbench.errors import Code, Reason, Text


class Status(StrEnum):
    """``unknown``: it could not be looked at, which is neither good nor bad."""

    ok = "ok"
    warn = "warn"
    fail = "fail"
    unknown = "unknown"


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


def unseen(check: str, why: Text, *, next_: Text | None = None, blocks: bool = True) -> Result:
    """What could not be looked at, and ``why``. It ``blocks`` a production start: unknown means
    refuse."""
    seen = Text(f"没有检查：{why.zh}", f"Not looked at: {why.en}")
    production = Status.fail if blocks else None
    return Result(check, Status.unknown, seen, next=next_, production=production)


def failing(results: Iterable[Result], production: bool) -> tuple[Result, ...]:
    return tuple(r for r in results if r.counted(production) is Status.fail)
