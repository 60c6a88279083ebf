"""What a verification can find, and how it says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from workbench.errors import Text
from workbench.model.entry import Entry


class FindingKind(StrEnum):
    changed = "changed"
    removed = "removed"
    reordered = "reordered"
    inserted = "inserted"
    cut_off = "cut_off"
    statement_changed = "statement_changed"
    forged_checkpoint = "forged_checkpoint"
    checkpoint_missing = "checkpoint_missing"
    checkpoint_unreadable = "checkpoint_unreadable"
    time_backwards = "time_backwards"


WARNINGS = frozenset({FindingKind.time_backwards, FindingKind.checkpoint_unreadable})
"""What honest machines do as well: set their clock, lose power in the middle of a line."""

NAMES = {
    FindingKind.changed: Text("被修改", "changed"),
    FindingKind.removed: Text("被删除", "removed"),
    FindingKind.reordered: Text("被调换顺序", "reordered"),
    FindingKind.inserted: Text("被插入", "inserted"),
    FindingKind.cut_off: Text("尾部被截断", "cut off"),
    FindingKind.statement_changed: Text("语句全文被修改", "statement changed"),
    FindingKind.forged_checkpoint: Text("检查点系伪造", "forged checkpoint"),
    FindingKind.checkpoint_missing: Text("检查点缺失", "checkpoint missing"),
    FindingKind.checkpoint_unreadable: Text("检查点无法读取", "unreadable checkpoint"),
    FindingKind.time_backwards: Text("时间倒退", "time goes back"),
}


@dataclass(frozen=True)
class Finding:
    """Entries ``seq`` to ``until`` (both included), how it shows, and where (``file:line``).

    ``seq`` is 0 where only the line of a checkpoint is known.
    """

    kind: FindingKind
    seq: int
    until: int
    how: Text
    where: str = ""

    @property
    def warning(self) -> bool:
        return self.kind in WARNINGS


@dataclass(frozen=True)
class Verification:
    """``entries`` read; ``head`` the last one; ``lines`` of checkpoints read; ``vouched`` the
    newest entry that a genuine checkpoint vouches for (0: none)."""

    entries: int
    head: Entry | None
    lines: int
    vouched: int
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        return all(finding.warning for finding in self.findings)

    @property
    def ahead(self) -> int:
        """Last entries that no checkpoint vouches for: a crash after the commit leaves one."""
        last = self.head.seq if self.head else 0
        return max(0, last - self.vouched)


class Runs:
    """Findings in the order found; those that continue one another become one."""

    def __init__(self) -> None:
        self._found: list[Finding] = []

    def add(
        self, kind: FindingKind, seq: int, how: Text, *, until: int = 0, where: str = ""
    ) -> None:
        finding = Finding(kind, seq, until or seq, how, where)
        last = self._found[-1] if self._found else None
        follows = last is not None and last.until + 1 == seq and seq > 0
        if last is not None and follows and (last.kind, last.how) == (kind, how):
            self._found[-1] = replace(last, until=finding.until)
        else:
            self._found.append(finding)

    def sorted_with(self, others: Iterable[Finding]) -> tuple[Finding, ...]:
        return tuple(sorted([*self._found, *others], key=lambda f: (f.seq, f.until, f.kind)))

    @property
    def found(self) -> tuple[Finding, ...]:
        return tuple(self._found)
