"""What a reader of contracts finds: file, line, key, the problem, and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from workbench.errors import Code, InvalidInput, Reason, Text, simple

Value = TypeVar("Value")

Path = tuple[str | int, ...]
"""Keys and list indexes from the top of a document down."""

_NAMES = ("name", "property", "column", "resource", "id", "path", "metric")
"""Keys that name an item of a list better than its index, in this order."""
_NEAR = 0.65
"""How alike two names are to be taken for each other (our default): ``cvs`` and ``csv`` are,
``colour`` and ``columns`` are not."""


class Severity(StrEnum):
    error = "error"
    warning = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing to mend. ``line`` counts from 1; ``key`` is the dotted path, "" for the file."""

    file: str
    line: int
    key: str
    problem: Text
    fix: Text
    severity: Severity = Severity.error

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    def reason(self) -> Reason:
        at = f"{self.place} {self.key}".rstrip()
        what = Text(f"{at}：{self.problem.zh}", f"{at}: {self.problem.en}")
        return Reason(Code.invalid_contract, what, next=self.fix, subject=self.place)


@dataclass(frozen=True)
class Place:
    """Where a finding would stand."""

    file: str
    line: int
    key: str

    def error(self, problem: Text, fix: Text) -> Finding:
        return Finding(self.file, self.line, self.key, problem, fix)

    def warning(self, problem: Text, fix: Text) -> Finding:
        return Finding(self.file, self.line, self.key, problem, fix, Severity.warning)


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(f for f in findings if f.severity is Severity.error)


def raise_errors(findings: Iterable[Finding]) -> None:
    """Raises InvalidInput with one Reason for each error; warnings pass."""
    found = errors(findings)
    if found:
        raise InvalidInput(tuple(f.reason() for f in found))


def suggest(word: object, known: Iterable[str], most: int | None = 12) -> Text:
    """ "Did you mean", or where nothing is near the list, of ``most`` names (None: all)."""
    names = sorted(known)
    folded = {n.casefold(): n for n in names}
    near = difflib.get_close_matches(str(word).casefold(), folded, n=1, cutoff=_NEAR)
    if near:
        name = folded[near[0]]
        return Text(f"是否想写 {name}？", f"Did you mean {name}?")
    if not names:
        return Text("此处没有可用的名称，请删除。", "Nothing can be named here: remove it.")
    shown = ", ".join(names[:most])
    more = len(names[:most]) < len(names)
    return Text(
        f"可用的名称：{shown}{f' 等 {len(names)} 个' if more else ''}",
        f"Write one of: {shown}{f' ... ({len(names)} names)' if more else ''}",
    )


def named(known: Mapping[str, Value], name: str, missing: Text) -> Value:
    """What is called so. Raises InvalidInput (``missing``), with the nearest name."""
    if name not in known:
        nearest = suggest(name, known)
        raise simple(Code.invalid_request, missing.zh, missing.en, next=nearest, subject=name)
    return known[name]


def key_text(path: Sequence[str | int], value: object) -> str:
    """The path as people read it: ``schema[0].properties[income].classification``."""
    out = ""
    for step in path:
        item = _step(value, step)
        if isinstance(step, str):
            out += f".{step}" if out else step
        else:
            out += f"[{_item_name(item, step)}]"
        value = item
    return out


def _step(value: object, step: str | int) -> object:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None


def _item_name(item: object, index: int) -> str:
    if isinstance(item, dict):
        for key in _NAMES:
            name = item.get(key)
            if isinstance(name, str) and name:
                return name
    return str(index)
