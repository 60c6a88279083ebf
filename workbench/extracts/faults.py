"""What can be wrong with the rows of a delivery. Counts and places, never a value."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.errors import Text
from workbench.model.contract import QualityRule


@dataclass(frozen=True)
class Unfit:
    """A record that is not in the table of text; ``said`` tells no value."""

    file: str
    row: int
    rule: str
    said: Text


def ragged(file: str, row: int, found: int, expected: int) -> Unfit:
    """A record with too few or too many fields."""
    said = Text(f"{found} 个字段，应为 {expected} 个", f"{found} fields, not {expected}")
    return Unfit(file, row, "fields", said)


@dataclass(frozen=True)
class Broken:
    """A rule with the number of rows that break it; ``limit`` is what the rule asks for.

    ``hint`` is what the contract could say, so that such values are read.
    """

    rule: str
    column: str
    rows: int
    limit: str = ""
    wanted: Text | None = None
    hint: Text | None = None

    @property
    def said(self) -> str:
        return f"{self.rule}: {self.limit}" if self.limit else self.rule


@dataclass(frozen=True)
class Failed:
    """A quality rule that the table does not meet; ``found`` is in the rule's unit."""

    rule: QualityRule
    found: float
