"""The days that a statement is about, so that the database it runs on holds no others.

A grant says what may be used; what one task needs may be less. A month's sums need the month.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from workbench.model.grant import ColumnGrant, Operator, RowCondition, Use

_TEXT = re.compile(r"(?P<by>[^=]{3,4096})=(?P<first>[0-9-]{10})\.\.(?P<last>[0-9-]{10})")


@dataclass(frozen=True)
class Period:
    """``first`` to ``last`` day, both inclusive; ``by``: pairs of a resource and its DATE column,
    sorted. Of these resources, in whatever tier of a scenario they are, no other rows are there;
    all others stay whole."""

    by: tuple[tuple[str, str], ...]
    first: date
    last: date

    def __str__(self) -> str:
        named = ",".join(f"{resource}.{column}" for resource, column in self.by)
        return f"{named}={self.first.isoformat()}..{self.last.isoformat()}"

    def condition(self, resource: str) -> tuple[RowCondition, ...]:
        """What chooses the rows of ``resource``; nothing where it stays whole."""
        return tuple(
            RowCondition(column, Operator.between, (self.first, self.last))
            for name, column in self.by
            if name.casefold() == resource.casefold()
        )


def cuts(granted: ColumnGrant, type_: str) -> bool:
    """Whether days may be chosen by a column: its values arrive as they are, so that a statement
    could compare it as well."""
    return type_ == "DATE" and granted.use is Use.value and granted.mask is None


def period_of(text: str) -> Period | None:
    """As ``str`` writes it; None for an empty text. Raises ValueError for anything else."""
    if not text:
        return None
    found = _TEXT.fullmatch(text)
    if found is None:
        raise ValueError("not columns and two days")
    by = tuple(_named(each) for each in found["by"].split(","))
    made = Period(by, date.fromisoformat(found["first"]), date.fromisoformat(found["last"]))
    if made.last < made.first:
        raise ValueError("it ends before it begins")
    if len({resource.casefold() for resource, _ in by}) < len(by) or tuple(sorted(by)) != by:
        raise ValueError("each resource once, in order")
    return made


def _named(text: str) -> tuple[str, str]:
    resource, dot, column = text.partition(".")
    if not (resource and dot and column):
        raise ValueError("not a resource and a column")
    return resource, column
