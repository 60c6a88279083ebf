"""Collects findings while one document is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from workbench.declared.findings import Finding, Path, Severity
from workbench.declared.yaml import Document
from workbench.errors import Text

_CHINESE = ("暂无", "无", "其他", "其它", "不详", "待定", "未知")
_OTHER = ("n/a", "na", "none", "null", "tbd", "unknown", "-", "--", "—", "/", ".")
_PLACEHOLDERS = frozenset((*_CHINESE, *_OTHER))
"""What real catalogues write where they have nothing to say."""


@dataclass
class Notes:
    document: Document
    found: list[Finding] = field(default_factory=list)

    def error(self, path: Path, problem: Text, fix: Text) -> None:
        self.found.append(self.document.finding(path, problem, fix))

    def warn(self, path: Path, problem: Text, fix: Text) -> None:
        self.found.append(self.document.finding(path, problem, fix, Severity.warning))

    def extend(self, findings: Iterable[Finding]) -> None:
        self.found.extend(findings)


def says_something(text: str | None) -> bool:
    """Whether a text is more than blank or a placeholder such as 暂无."""
    return bool(text and text.strip()) and str(text).strip().casefold() not in _PLACEHOLDERS
