"""What can be wrong with the rows of a delivery. Counts and places, never a value."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.errors import Text
from workbench.model.contract import QualityRule


@dataclass(frozen=True)
class Ragged:
    """A record with too few or too many fields: it is not in the table of text."""

    file: str
    row: int
    found: int
    expected: int


@dataclass(frozen=True)
class Broken:
    """A rule with the number of rows that break it; ``limit`` is what the rule asks for."""

    rule: str
    column: str
    rows: int
    limit: str = ""
    wanted: Text | None = None

    @property
    def said(self) -> str:
        return f"{self.rule}: {self.limit}" if self.limit else self.rule


@dataclass(frozen=True)
class Failed:
    """A quality rule that the table does not meet; ``found`` is in the rule's unit."""

    rule: QualityRule
    found: float
