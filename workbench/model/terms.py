"""What a grant gave when something was released under it, as the ledger keeps it: so that a grant
changed since, under the same id, is told from the one that it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from workbench.model.grant import Grant, Mask, Operator, RowCondition
from workbench.model.tier import STATEMENT_TIERS, holds_column

_SETS = (Operator.in_, Operator.not_in)


@dataclass(frozen=True)
class Taken:
    """A grant behind a release, as it was then. ``until`` is the last day of use in ISO form, or
    empty. ``terms`` and ``reference`` are empty where they were not recorded yet."""

    id: str
    mode: str
    until: str = ""
    terms: str = ""
    reference: str = ""

    @classmethod
    def under(cls, grant: Grant, columns: Iterable[str]) -> Taken:
        """``columns``: those that were read of its resource."""
        until = grant.valid_until.isoformat() if grant.valid_until else ""
        terms = terms_digest(grant, columns)
        return cls(grant.id, grant.mode.value, until, terms, grant.origin.reference)

    @classmethod
    def of(cls, entry: Sequence[str]) -> Taken:
        """As ``to_list`` gave it, or the first three of it, as they were recorded once."""
        return cls(*entry)

    def to_list(self) -> list[str]:
        return [self.id, self.mode, self.until, self.terms, self.reference]

    def given_by(self, grant: Grant, columns: Iterable[str]) -> bool:
        """Whether ``grant`` still gives what was read, whichever decision it is of. Without its
        terms: whether it has the mode, and may give the columns to what is kept."""
        if grant.mode.value != self.mode:
            return False
        if self.terms:
            return self.terms == terms_digest(grant, columns)
        found = [grant.column(name) for name in columns]
        return all(
            column is not None
            and any(holds_column(grant, column, tier) for tier in STATEMENT_TIERS)
            for column in found
        )


def terms_digest(grant: Grant, columns: Iterable[str]) -> str:
    """SHA-256 in hex over what ``grant`` gives of ``columns``: uses, masks and the scope of rows.

    Columns beside them do not count, nor does the order of conditions. It stands in the ledger:
    its form is never changed, so a mask says only what differs from its defaults, and a field
    that masks get later changes no digest of one without it, nor does the consent that rows need.
    """
    form: dict[str, Any] = {
        "columns": [_column(grant, name) for name in sorted({c.casefold() for c in columns})],
        "rows": sorted(map(_condition, grant.rows)),
    }
    if grant.consent:
        form["consent"] = grant.consent.casefold()
    written = json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _column(grant: Grant, name: str) -> list[Any]:
    column = grant.column(name)
    if column is None:
        return [name]
    return [name, column.use.value, None if column.mask is None else _mask(column.mask)]


def _mask(mask: Mask) -> dict[str, Any]:
    told = ((f.name, getattr(mask, f.name), f.default) for f in fields(mask))
    return {name: _written(value) for name, value, default in told if value != default}


def _condition(condition: RowCondition) -> list[Any]:
    values = [_written(value) for value in condition.values]
    ordered = sorted(values) if condition.op in _SETS else values
    return [condition.column.casefold(), condition.op.value, ordered]


def _written(value: object) -> Any:
    """With its type, so that 1 and "1" differ; a day in ISO form."""
    if isinstance(value, tuple):
        return [_written(one) for one in value]
    shown = value.isoformat() if isinstance(value, date) else str(value)
    kind = "str" if isinstance(value, str) else type(value).__name__
    return [kind, shown]
