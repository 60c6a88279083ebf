"""What the ledger says of briefs: who drafted, checked and signed which content, and when."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.errors import Code, Text, simple
from workbench.ledger.chain import Journal
from workbench.model.days import day_of
from workbench.model.entry import EntryFilter, Event
from workbench.reports.model import Seal

PAGE = 200
SIGNED = ("sign", "show")
"""Steps after which a brief may be shown."""


@dataclass(frozen=True)
class Step:
    event: str
    actor: str
    at: datetime
    position: int
    digest: str


@dataclass(frozen=True)
class Signing:
    """One sign-off: the procedure, and its steps in order. ``digest``: of the content that was
    drafted."""

    case: str
    steps: tuple[Step, ...]

    @property
    def digest(self) -> str:
        return self.steps[0].digest

    @property
    def state(self) -> str:
        """The last step: draft, check, sign, show, return or withdraw."""
        return self.steps[-1].event

    @property
    def signed(self) -> bool:
        return self.state in SIGNED

    def seal(self) -> Seal:
        """Raises Refused where it is not signed, or a step named another content."""
        by = {step.event: step for step in self.steps}
        if not self.signed or any(step.digest != self.digest for step in self.steps):
            raise unsigned(self.digest)
        sign = by["sign"]
        return Seal(
            digest=self.digest,
            drafted_by=by["draft"].actor,
            checked_by=by["check"].actor,
            signed_by=sign.actor,
            signed_on=day_of(sign.at),
            position=sign.position,
        )


def signings(journal: Journal, kind: str) -> dict[str, Signing]:
    """By the digest of the content, the newest sign-off of each."""
    steps: dict[str, list[Step]] = {}
    for body, position, at in stepped(journal):
        detail = body["detail"]
        if detail.get("kind") == kind:
            step = Step(body["method"], body["actor"], at, position, detail["evidence"])
            steps.setdefault(detail["case"], []).append(step)
    found = [Signing(case, tuple(reversed(some))) for case, some in steps.items()]
    found.sort(key=lambda each: each.steps[0].position)
    return {each.digest: each for each in found}


def stepped(journal: Journal) -> Iterator[tuple[Mapping[str, Any], int, datetime]]:
    """Steps of procedures, the newest first, a page at a time."""
    before: int | None = None
    while True:
        wanted = EntryFilter(event=Event.procedure_stepped.value, before=before, limit=PAGE)
        page = journal.find(wanted)
        for filed in page:
            yield json.loads(filed.entry.body), filed.entry.seq, filed.entry.at
        if len(page) < PAGE:
            return
        before = page[-1].entry.seq


def unsigned(digest: str) -> Exception:
    return simple(
        Code.not_yours,
        f"简报 {digest[:12]} 尚未签发，不能提供。",
        f"The brief {digest[:12]} is not signed and cannot be shown.",
        why=Text(
            "简报拟稿后由另一人核稿，签发后才提供。",
            "A brief is drafted, checked by another person, and signed before it is shown.",
        ),
        next=Text(
            "核稿：workbench report check-off；签发：workbench report sign。",
            "Check it with workbench report check-off, sign it with workbench report sign.",
        ),
        subject=digest,
    )
