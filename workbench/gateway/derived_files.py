"""Results that are proposed as resources, each a folder of the city's state: the released rows, the
contract that they would have, and who proposed them. Their digests stand in the ledger."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.catalogue.contracts import SUFFIX, read_contract
from workbench.catalogue.write import odcs_of, to_yaml
from workbench.declared.findings import raise_errors
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.extracts.versions import sha256_of
from workbench.model.contract import Resource
from workbench.store.layout import Layout, private_folder, write_private

FOLDER = "derived"
_ROWS, _CONTRACT, _PROPOSAL = "rows.parquet", f"contract{SUFFIX}", "proposal.json"


@dataclass(frozen=True)
class Proposal:
    """``id`` is that of the release. ``terms`` are conditions in words that whoever accepts it has
    to have read. Digests are SHA-256 in hex."""

    id: str
    name: str
    title_zh: str
    title_en: str
    person: str
    department: str
    scenario: str
    at: str
    rows: int
    columns: int
    terms: tuple[str, ...]
    rows_digest: str
    contract_digest: str

    def to_dict(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)} | {"terms": list(self.terms)}

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Proposal:
        return cls(**{**value, "terms": tuple(value["terms"])})


@dataclass(frozen=True)
class Place:
    """Where proposals lie; ``root`` is the city's folder."""

    root: Path

    @property
    def folder(self) -> Path:
        return Layout(self.root).state / FOLDER

    def rows(self, id: str) -> Path:  # noqa: A002
        return self._of(id) / _ROWS

    def contract(self, id: str) -> Path:  # noqa: A002
        return self._of(id) / _CONTRACT

    def write(self, id: str, table: pa.Table, resource: Resource) -> tuple[str, str]:  # noqa: A002
        """Write rows and contract; their digests. Raises InvalidInput where the contract would not
        hold, and nothing is left then."""
        folder = private_folder(self._of(id))
        try:
            write_private(folder / _CONTRACT, to_yaml(odcs_of(resource)).encode())
            raise_errors(read_contract(folder / _CONTRACT, self.root).findings)
            pq.write_table(table, folder / _ROWS)
            (folder / _ROWS).chmod(0o600)
            return sha256_of(folder / _ROWS), sha256_of(folder / _CONTRACT)
        except BaseException:
            self.remove(id)
            raise

    def enter(self, proposal: Proposal) -> None:
        """Last: a folder without it is no proposal."""
        text = json.dumps(proposal.to_dict(), ensure_ascii=False, indent=2)
        write_private(self._of(proposal.id) / _PROPOSAL, text.encode())

    def all(self) -> Iterator[Proposal]:
        """By the time of proposing."""
        found = (self.get(path.parent.name) for path in self.folder.glob(f"*/{_PROPOSAL}"))
        yield from sorted(found, key=lambda one: one.at)

    def get(self, id: str) -> Proposal:  # noqa: A002
        """Raises StatementWrong (not_found)."""
        try:
            text = (self._of(id) / _PROPOSAL).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise no_such(id) from None
        return Proposal.of(json.loads(text))

    def remove(self, id: str) -> None:  # noqa: A002
        shutil.rmtree(self._of(id), ignore_errors=True)

    def _of(self, id: str) -> Path:  # noqa: A002
        if not id.isalnum():
            raise no_such(id)
        return self.folder / id


def no_such(id: str) -> WorkbenchError:  # noqa: A002
    return simple(
        Code.not_found,
        "没有这项派生资源提议。",
        "There is no such proposal of a derived resource.",
        next=Text("workbench derive list 列出待办的。", "workbench derive list shows them."),
        subject=id[:64] if id.isprintable() else "",
    )
