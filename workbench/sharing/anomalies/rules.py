"""``data_contracts/anomalies/*.yaml``: the rules of the anomaly watch, read strictly.

A city without that folder has the rules that ship with the package; one that has it, its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from pathlib import Path as FilePath
from string import Formatter
from typing import Literal

from pydantic import Field

from workbench.catalogue.files import YAML, listed
from workbench.catalogue.scenario_schema import NonEmpty, Strict, Title
from workbench.declared import schema
from workbench.declared.findings import Finding, raise_errors, suggest
from workbench.declared.notes import Notes
from workbench.declared.yaml import parse
from workbench.errors import Text
from workbench.regulations.profile import Article, Trigger

FOLDER = FilePath("data_contracts") / "anomalies"
Severity = Literal["notice", "warning", "serious"]


class Kind(StrEnum):
    """What a rule looks for; each has its detector."""

    beyond_scope = "beyond_scope"
    beyond_purpose = "beyond_purpose"
    sudden_volume = "sudden_volume"
    odd_hours = "odd_hours"
    enumeration = "enumeration"
    dormancy = "dormancy"
    overdue_delivery = "overdue_delivery"
    lost_transfer = "lost_transfer"


THRESHOLDS: Mapping[Kind, frozenset[str]] = {
    Kind.beyond_scope: frozenset({"refusals", "share"}),
    Kind.beyond_purpose: frozenset({"tries"}),
    Kind.sudden_volume: frozenset({"deviations", "calls", "history_days", "active_days"}),
    Kind.odd_hours: frozenset({"calls", "days", "from_hour", "to_hour", "habit", "history_days"}),
    Kind.enumeration: frozenset({"lookups", "share"}),
    Kind.dormancy: frozenset({"months"}),
    Kind.overdue_delivery: frozenset({"days"}),
    Kind.lost_transfer: frozenset({"working_days"}),
}
"""Exactly these stand under ``thresholds`` of a rule of the kind."""
PLACES = frozenset(
    {"person", "department", "scenario", "resource", "grant", "measure", "threshold", "days"}
)
"""What a rule's text may name in braces."""
MOST_DAYS = 366
"""The longest window or history: what is kept of the ledger is bounded by it (our default)."""


class RuleSpec(Strict):
    """``triggers``: those of a regulation's profile under which the platform orders rectification
    by itself. ``articles``: regulation -> article; where the city's is not named, ours.
    ``quiet_days``: what is found again of a person within so many days is the same finding."""

    id: str = NonEmpty
    kind: Kind
    severity: Severity
    triggers: list[Trigger] = Field(default=[])
    articles: dict[str, Article] = Field(default={})
    title: Title
    text: Title
    window_days: int = Field(ge=1, le=MOST_DAYS)
    quiet_days: int = Field(default=1, ge=1, le=MOST_DAYS)
    thresholds: dict[str, float]


@dataclass(frozen=True)
class Rule:
    """``version`` tells one state of the file from another; it stands in every finding."""

    id: str
    kind: Kind
    severity: Severity
    triggers: frozenset[Trigger]
    articles: Mapping[str, str]
    title: Text
    text: Text
    window_days: int
    quiet_days: int
    thresholds: Mapping[str, float]
    version: str

    def limit(self, name: str) -> float:
        return self.thresholds[name]

    @property
    def reach(self) -> int:
        """How many days back it looks."""
        return self.window_days + int(self.thresholds.get("history_days", 0))


def rules_of(root: FilePath) -> tuple[Rule, ...]:
    """By id. Raises InvalidInput with every mistake of every file."""
    if not (root / FOLDER).is_dir():
        return shipped()
    paths = listed(root / FOLDER, YAML)
    return _all((path.stem, path.relative_to(root).as_posix(), path.read_bytes()) for path in paths)


@lru_cache(1)
def shipped() -> tuple[Rule, ...]:
    """Those that come with the package."""
    folder = resources.files("workbench.sharing.anomalies") / "shipped"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return _all((file.name.removesuffix(".yaml"), file.name, file.read_bytes()) for file in files)


def _all(files: Iterable[tuple[str, str, bytes]]) -> tuple[Rule, ...]:
    read = [_read(name, label, raw) for name, label, raw in files]
    raise_errors(finding for _, findings in read for finding in findings)
    return tuple(rule for rule, _ in read if rule is not None)


@lru_cache(64)
def _read(name: str, label: str, raw: bytes) -> tuple[Rule | None, tuple[Finding, ...]]:
    """Kept by the bytes: every round reads the files."""
    document = parse(raw, label)
    notes = Notes(document, list(document.findings))
    if document.value is None:
        return None, tuple(notes.found)
    spec, misfits = schema.validate(RuleSpec, document.value, document)
    notes.extend(misfits)
    if spec is None:
        return None, tuple(notes.found)
    if spec.id != name:
        notes.error(("id",), _OTHER_ID, Text(f"写 {name}。", f"Write {name}."))
    _judge_thresholds(spec, notes)
    _judge_text(spec, notes)
    return _rule(spec, raw), tuple(notes.found)


def _judge_thresholds(spec: RuleSpec, notes: Notes) -> None:
    known = THRESHOLDS[spec.kind]
    for name, value in spec.thresholds.items():
        here = ("thresholds", name)
        if name not in known:
            problem = Text(f"{spec.kind} 没有阈值 {name}", f"{spec.kind} has no threshold {name}")
            notes.error(here, problem, suggest(name, known, most=None))
        elif value < 0 or (name.endswith("_days") and value > MOST_DAYS):
            fix = Text(f"写 0 到 {MOST_DAYS} 的数。", f"Write a number from 0 to {MOST_DAYS}.")
            notes.error(here, Text("数超出范围", "the number is out of range"), fix)
    for name in sorted(known - set(spec.thresholds)):
        problem = Text(f"缺少阈值 {name}", f"the threshold {name} is missing")
        fix = Text(f"补上 {name}。", f"Add {name}.")
        notes.error(("thresholds",), problem, fix)


def _judge_text(spec: RuleSpec, notes: Notes) -> None:
    for language in ("zh", "en"):
        try:
            named = {name for _, name, _, _ in Formatter().parse(getattr(spec.text, language))}
        except ValueError:
            notes.error(("text", language), _BRACES, _CLOSE)
            continue
        for name in sorted(one for one in named if one is not None and one not in PLACES):
            problem = Text(f"没有可以填入 {{{name}}} 的内容", f"nothing is called {{{name}}}")
            notes.error(("text", language), problem, suggest(name, PLACES, most=None))


def _rule(spec: RuleSpec, raw: bytes) -> Rule:
    return Rule(
        id=spec.id,
        kind=spec.kind,
        severity=spec.severity,
        triggers=frozenset(spec.triggers),
        articles=spec.articles,
        title=Text(spec.title.zh, spec.title.en),
        text=Text(spec.text.zh, spec.text.en),
        window_days=spec.window_days,
        quiet_days=spec.quiet_days,
        thresholds=spec.thresholds,
        version=hashlib.sha256(raw).hexdigest()[:16],
    )


_OTHER_ID = Text("编号与文件名不同", "the id is not the file's name")
_BRACES = Text("大括号不成对", "a brace is not closed")
_CLOSE = Text("写成 {person} 的形式。", "Write it like {person}.")
