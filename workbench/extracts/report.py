"""What an ingest did: for the person at the terminal, for ``--json`` and for the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from workbench.errors import Text
from workbench.extracts.faults import Broken
from workbench.extracts.reconcile import Reconciliation
from workbench.extracts.versions import ExtractVersion, SourceFile


class Outcome(StrEnum):
    loaded = "loaded"
    unchanged = "unchanged"
    """The delivery is the one that the current version was made of."""
    refused = "refused"


@dataclass(frozen=True)
class Progress:
    """``stage`` is reading, checking or writing; ``fraction`` of it is done (0 to 1)."""

    stage: str
    fraction: float


@dataclass(frozen=True)
class IngestReport:
    """``version`` is the current version afterwards; None where the delivery was refused.

    ``broken`` are the rules that rows broke, ``failed`` those of the whole table. A row that
    breaks two rules counts once in ``rejected``.
    """

    resource: str
    outcome: Outcome
    version: ExtractVersion | None = None
    sources: tuple[SourceFile, ...] = ()
    data_date: date | None = None
    rows_read: int = 0
    accepted: int = 0
    rejected: int = 0
    broken: tuple[Broken, ...] = ()
    failed: tuple[str, ...] = ()
    quarantine: Path | None = None
    quarantined: int = 0
    seconds: float = 0.0
    warnings: tuple[Text, ...] = ()
    reconciled: Reconciliation | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON values; no value of the data stands in it."""
        version = self.version
        return {
            "resource": self.resource,
            "outcome": self.outcome.value,
            "version": None if version is None else version.version,
            "digest": None if version is None else version.digest,
            "data_date": self.data_date and self.data_date.isoformat(),
            "files": [s.__dict__ for s in self.sources],
            "rows_read": self.rows_read,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "rules": [{"rule": b.rule, "column": b.column, "rows": b.rows} for b in self.broken],
            "quality_failed": list(self.failed),
            "quarantine": None if self.quarantine is None else self.quarantine.name,
            "quarantined": self.quarantined,
            "seconds": round(self.seconds, 3),
            "reconciled": None if self.reconciled is None else self.reconciled.to_dict(),
            "warnings": [{"zh": w.zh, "en": w.en} for w in self.warnings],
        }
