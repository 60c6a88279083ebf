"""A contract in a few words, and a desk to ingest at: real folders, a clock that stands."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.catalogue.identifiers import CodeLists
from workbench.errors import Text, WorkbenchError
from workbench.extracts.ingest import ingest
from workbench.extracts.report import IngestReport
from workbench.extracts.versions import Extracts
from workbench.model.contract import (
    Classification,
    Column,
    Level,
    LibraryKind,
    Personal,
    Resource,
    Sharing,
    SharingType,
)

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
GENERAL = Classification(Level.general)


def column(name: str, type_: str = "VARCHAR", **more: Any) -> Column:
    """A column graded general and not personal, unless ``more`` says otherwise."""
    return Column(name, type_, **{"classification": GENERAL, **more})


def personal(name: str, type_: str = "VARCHAR", **more: Any) -> Column:
    graded = Classification(Level.important)
    return Column(name, type_, classification=graded, personal=Personal.personal, **more)


def resource(*columns: Column, name: str = "things", **more: Any) -> Resource:
    return Resource(
        id=name,
        name=name,
        title=Text(name, name),
        version="1.0.0",
        provider="p",
        department="d",
        library=LibraryKind.base,
        sharing=Sharing(SharingType.unconditional),
        columns=columns,
        **{"obtained_on": date(2026, 2, 1), "last_update": date(2026, 1, 31), **more},
    )


@dataclass
class Desk:
    """Where files are written and ingested."""

    root: Path
    codes: CodeLists = field(default_factory=CodeLists)

    def __post_init__(self) -> None:
        self.extracts = Extracts(self.root / "extracts")

    @property
    def quarantine(self) -> Path:
        return self.root / "quarantine"

    def file(self, content: str | bytes, name: str = "a.csv") -> Path:
        path = self.root / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def ingest(self, contract: Resource, *files: Any, **options: Any) -> IngestReport:
        return ingest(
            contract,
            files,
            extracts=self.extracts,
            codes=self.codes,
            quarantine_folder=self.quarantine,
            **{"clock": lambda: NOW, **options},
        )

    def load(self, contract: Resource, content: str | bytes, **options: Any) -> IngestReport:
        return self.ingest(contract, self.file(content), **options)

    def refused(self, contract: Resource, *files: Any, **options: Any) -> WorkbenchError:
        """The refusal; nothing may have been loaded."""
        before = self.extracts.latest(contract.name)
        with pytest.raises(WorkbenchError) as caught:
            self.ingest(contract, *files, **options)
        assert self.extracts.latest(contract.name) == before
        return caught.value

    def refuses(self, contract: Resource, content: str | bytes, **options: Any) -> WorkbenchError:
        return self.refused(contract, self.file(content), **options)

    def table(self, contract: Resource, version: int | None = None) -> pa.Table:
        found = (
            self.extracts.latest(contract.name)
            if version is None
            else self.extracts.at(contract.name, version)
        )
        assert found is not None
        return pq.read_table(list(found.files))

    def rows(self, contract: Resource, version: int | None = None) -> list[tuple[Any, ...]]:
        table = self.table(contract, version)
        return list(zip(*(c.to_pylist() for c in table.columns), strict=True))


def quarantined(report: IngestReport) -> list[tuple[str, int, str, str, str]]:
    """The lines of the quarantine file: (file, row, column, rule, value)."""
    assert report.quarantine is not None
    with report.quarantine.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream))[1:]
    return [(f, int(row), c, rule, value) for f, row, c, rule, value in lines]


def said(error: WorkbenchError) -> str:
    return error.said("zh") + "\n" + error.said("en")


def places(error: WorkbenchError) -> Sequence[tuple[str, int, str, str, str]]:
    return quarantined(error.notes["report"])
