"""A finding of the gaming watch: a question to a person, with what shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from workbench.assessment.gaming.rules import Kind, Rule
from workbench.errors import Text


@dataclass(frozen=True)
class Events:
    """Without these the score is worked out again. ``versions``: resource and number; ``uses``:
    positions in the ledger of uses that opened; ``cases``: ids; ``resources``: entries."""

    resources: frozenset[str] = frozenset()
    versions: frozenset[tuple[str, int]] = frozenset()
    uses: frozenset[int] = frozenset()
    cases: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.resources) + len(self.versions) + len(self.uses) + len(self.cases)


@dataclass(frozen=True)
class Found:
    """What a detector saw. ``subject``: a resource, the other department of a pair, or empty;
    ``count`` of ``of`` in all; ``share`` is what the threshold is about, 0 to 1."""

    department: str
    subject: str
    since: date
    until: date
    count: int
    of: int
    share: float
    events: Events = field(repr=False)


@dataclass(frozen=True)
class Finding:
    """``question`` is asked of a person; nothing follows from it by itself."""

    kind: Kind
    title: Text
    question: Text
    found: Found

    @property
    def key(self) -> tuple[str, str, str]:
        """Of one year and rule set a finding has this but once."""
        return self.kind.value, self.found.department, self.found.subject


def asked(rule: Rule, found: Found) -> Finding:
    """The rule's words about what was seen."""
    places = {
        "department": found.department,
        "subject": found.subject,
        "count": f"{found.count:,}",
        "of": f"{found.of:,}",
        "share": f"{found.share:.0%}",
        "days": _days(found),
    }
    question = Text(rule.question.zh.format_map(places), rule.question.en.format_map(places))
    return Finding(rule.kind, Text(rule.title.zh, rule.title.en), question, found)


def _days(found: Found) -> str:
    if found.since == found.until:
        return found.since.isoformat()
    return f"{found.since.isoformat()} – {found.until.isoformat()}"
