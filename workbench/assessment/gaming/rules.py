"""``data_contracts/assessment/gaming/rules.yaml``: the rules of the gaming watch, read strictly.

A city without that file has the rules that ship with the package.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from importlib import resources
from pathlib import Path as FilePath
from string import Formatter

from pydantic import BaseModel, ConfigDict, Field

from workbench.assessment.scheme import FOLDER as SCHEMES
from workbench.declared.file import Declared, judge_name, read_file, sound
from workbench.declared.findings import suggest
from workbench.declared.notes import Notes, says_something
from workbench.errors import Text
from workbench.regulations.profile import Said

FOLDER = SCHEMES / "gaming"
FILE = "rules.yaml"


class Kind(StrEnum):
    """What a rule looks for; each has its detector (``watch.DETECTORS``)."""

    split_entries = "split_entries"
    unchanged = "unchanged"
    self_calls = "self_calls"
    own_calls = "own_calls"
    mutual_calls = "mutual_calls"
    opened_and_closed = "opened_and_closed"
    before_count = "before_count"


THRESHOLDS: Mapping[Kind, frozenset[str]] = {
    Kind.split_entries: frozenset({"likeness", "entries", "days"}),
    Kind.unchanged: frozenset({"times", "share"}),
    Kind.self_calls: frozenset({"calls", "bursts", "unevenness", "share"}),
    Kind.own_calls: frozenset({"calls", "share", "one_person", "busiest_days"}),
    Kind.mutual_calls: frozenset({"calls", "share"}),
    Kind.opened_and_closed: frozenset({"cases", "share", "repeats", "days"}),
    Kind.before_count: frozenset({"days", "longest_cycle", "silent", "resources"}),
}
"""Exactly these stand under ``thresholds`` of a rule of the kind."""
PLACES = frozenset({"department", "subject", "count", "of", "share", "days"})
"""What a rule's question may name in braces."""
SHARES = frozenset({"likeness", "share", "one_person"})
"""Thresholds that are shares of one."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Frozen):
    """``question``: what a person is asked, with places in braces. ``ours``: why the thresholds are
    as they are; no text gives any."""

    kind: Kind
    title: Said
    question: Said
    thresholds: dict[str, float]
    ours: Said

    def limit(self, name: str) -> float:
        return self.thresholds[name]


class Rules(_Frozen):
    id: str = Field(min_length=1)
    rules: tuple[Rule, ...] = Field(min_length=1)


def rules_of(root: FilePath) -> tuple[Rule, ...]:
    """Of the city at ``root``. Raises InvalidInput with every mistake of the file."""
    path = root / FOLDER / FILE
    read = read_rules(path, root) if path.is_file() else _shipped()
    (rules,) = sound([read])
    return rules.rules


def read_rules(path: FilePath, root: FilePath) -> Declared[Rules]:
    """A file below ``root``, with all that is wrong with it."""

    def judge(rules: Rules, notes: Notes) -> None:
        judge_name(rules.id, path.stem, notes)
        _once(rules, notes)
        for number, rule in enumerate(rules.rules):
            _thresholds(rule, number, notes)
            _question(rule, number, notes)
            if not (says_something(rule.ours.zh) and says_something(rule.ours.en)):
                notes.error(("rules", number, "ours"), _NO_REASON, _SAY_WHY)

    return read_file(Rules, path, root, judge)


def _shipped() -> Declared[Rules]:
    with resources.as_file(resources.files("workbench.assessment.gaming") / "shipped") as folder:
        return read_rules(folder / FILE, folder)


def _once(rules: Rules, notes: Notes) -> None:
    seen: set[Kind] = set()
    for number, rule in enumerate(rules.rules):
        if rule.kind in seen:
            problem = Text(f"{rule.kind} 出现两次", f"{rule.kind} stands twice")
            notes.error(("rules", number, "kind"), problem, Text("删去一个。", "Delete one."))
        seen.add(rule.kind)


def _thresholds(rule: Rule, number: int, notes: Notes) -> None:
    known = THRESHOLDS[rule.kind]
    for name, value in rule.thresholds.items():
        here = ("rules", number, "thresholds", name)
        if name not in known:
            problem = Text(f"{rule.kind} 没有阈值 {name}", f"{rule.kind} has no threshold {name}")
            notes.error(here, problem, suggest(name, known, most=None))
        elif not 0 <= value <= (1 if name in SHARES else MOST):
            most = 1 if name in SHARES else MOST
            fix = Text(f"写 0 到 {most} 的数。", f"Write a number from 0 to {most}.")
            notes.error(here, Text("数超出范围", "the number is out of range"), fix)
    for name in sorted(known - set(rule.thresholds)):
        problem = Text(f"缺少阈值 {name}", f"the threshold {name} is missing")
        fix = Text(f"补上 {name}。", f"Add {name}.")
        notes.error(("rules", number, "thresholds"), problem, fix)


MOST = 1_000_000
"""The largest threshold that is no share: more of anything in a year is a slip (ours)."""


def _question(rule: Rule, number: int, notes: Notes) -> None:
    for language in ("zh", "en"):
        here = ("rules", number, "question", language)
        try:
            named = {name for _, name, _, _ in Formatter().parse(getattr(rule.question, language))}
        except ValueError:
            notes.error(here, _BRACES, _CLOSE)
            continue
        for name in sorted(one for one in named if one is not None and one not in PLACES):
            problem = Text(f"没有可以填入 {{{name}}} 的内容", f"nothing is called {{{name}}}")
            notes.error(here, problem, suggest(name, PLACES, most=None))


_NO_REASON = Text("没有说明阈值的理由", "it is not said why the thresholds are so")
_SAY_WHY = Text("用中英文写出理由。", "Say why, in both languages.")
_BRACES = Text("大括号不成对", "a brace is not closed")
_CLOSE = Text("写成 {department} 的形式。", "Write it like {department}.")
