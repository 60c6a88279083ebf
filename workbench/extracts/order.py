"""What one ingest was asked for, and what is passed in to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from workbench.catalogue.identifiers import CodeLists
from workbench.extracts.control import Control
from workbench.extracts.readers import Field
from workbench.extracts.reconcile import Reconciliation
from workbench.extracts.report import Progress
from workbench.extracts.versions import Extracts, ExtractVersion
from workbench.model.contract import Delivery, Resource


@dataclass(frozen=True)
class Order:
    """``fields`` are the contract's columns with their types, once these have been read."""

    resource: Resource
    files: tuple[Delivery, ...]
    extracts: Extracts
    codes: CodeLists
    quarantine: Path
    accept_valid: bool
    data_date: date | None
    force: bool
    clock: Callable[[], datetime]
    on_progress: Callable[[Progress], None]
    before_commit: Callable[[ExtractVersion], int | None]
    control: Control | None
    on_reconciled: Callable[[Reconciliation], None]
    drop: str
    started: datetime
    fields: tuple[Field, ...] = ()

    @property
    def seconds(self) -> float:
        return (self.clock() - self.started).total_seconds()
