"""The table of deliveries, through the real contract reader and the real ingest."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from delivery_files import HERE, cases, content, table

from workbench.catalogue.contracts import read_contract
from workbench.catalogue.identifiers import CodeLists
from workbench.catalogue.types import logical_of
from workbench.catalogue.write import to_yaml
from workbench.declared.findings import errors
from workbench.errors import WorkbenchError
from workbench.extracts.ingest import ingest
from workbench.extracts.report import IngestReport
from workbench.extracts.versions import Extracts
from workbench.model.contract import Resource

NOW = datetime(2026, 3, 4, tzinfo=UTC)
SERVER_KEYS = ("format", "encoding", "delimiter")
MADE_OF = frozenset(("text", "parts", "sheets", "zip", "parquet", "ole", "hex"))
GIVES = frozenset(("loaded", "bad", "refused", "says", "never", "file_of_bad"))
KNOWN = frozenset(("case", "columns", "server", "file", "encoding", "delimiter")).union(
    ("merged", "hidden", "stray", "cut"), MADE_OF, GIVES
)
CASES = cases()


def custom(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"property": name, "value": value} for name, value in values.items()]


def contract(case: Mapping[str, Any], root: Path) -> Resource:
    """The entry's contract, written as a file and read by the catalogue."""
    given = dict(case.get("server", {}))
    if "delimiter" in case:
        given["delimiter"] = case["delimiter"]
    plain = {key: given.pop(key) for key in SERVER_KEYS if key in given}
    server = {"server": "file", "type": "local", "path": case["file"], **plain}
    if "format" not in plain:
        suffix = Path(case["file"]).suffix[1:]
        server["format"] = {"ndjson": "jsonl", "json": "jsonl"}.get(suffix, suffix)
    if given:
        server["customProperties"] = custom(given)
    servers = [server] if case.get("server") or "delimiter" in case else []
    document = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "things",
        "name": "things",
        "version": "1.0.0",
        "servers": servers,
        "schema": [{"name": "things", "properties": [column(*c) for c in case["columns"].items()]}],
        "customProperties": custom(
            {"provider": "p", "libraryKind": "base", "sharingType": "unconditional"}
        ),
    }
    path = root / "things.odcs.yaml"
    path.write_text(to_yaml(document), "utf-8")
    found = read_contract(path, root)
    assert not errors(found.findings), [str(f) for f in errors(found.findings)]
    assert found.resource is not None
    return found.resource


def column(name: str, given: str | Mapping[str, Any]) -> dict[str, Any]:
    spec = {"type": given} if isinstance(given, str) else dict(given)
    more = {"sourceName": spec.get("heading"), "read": spec.get("read")}
    personal = spec.get("personal")
    return {
        "name": name,
        "logicalType": logical_of(spec["type"]),
        "physicalType": spec["type"],
        "required": bool(spec.get("required")),
        "classification": "important" if personal else "general",
        "customProperties": custom(
            {k: v for k, v in more.items() if v} | ({"personal": "personal"} if personal else {})
        ),
    }


class Desk:
    def __init__(self, case: Mapping[str, Any], root: Path) -> None:
        self.file = root / case["file"]
        self.file.write_bytes(content(case))
        self.resource = contract(case, root)
        self.extracts = Extracts(root / "extracts")
        self.root = root

    def ingest(self, accept_valid: bool = False) -> IngestReport:
        return ingest(
            self.resource,
            [self.file],
            extracts=self.extracts,
            codes=CodeLists(),
            quarantine_folder=self.root / "quarantine",
            clock=lambda: NOW,
            accept_valid=accept_valid,
        )

    def rows(self) -> list[list[str | None]]:
        version = self.extracts.latest("things")
        assert version is not None
        read = pq.read_table(list(version.files))
        columns = (column.to_pylist() for column in read.columns)
        return [list(map(shown, row)) for row in zip(*columns, strict=True)]


def shown(value: Any) -> str | None:
    """A value as the table writes it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("case", CASES, ids=[c["case"] for c in CASES])
def test_a_delivery_gives_what_the_table_says(case: dict[str, Any], tmp_path: Path) -> None:
    assert set(case) <= KNOWN
    assert len({"loaded", "bad", "refused"} & set(case)) == 1
    desk = Desk(case, tmp_path)
    if "loaded" in case:
        report = desk.ingest()
        assert desk.rows() == table(case["loaded"])
        assert (report.accepted, report.rejected) == (len(desk.rows()), 0)
        return
    with pytest.raises(WorkbenchError) as caught:
        desk.ingest()
    assert desk.extracts.latest("things") is None
    said = caught.value.said("zh")
    assert caught.value.said("en")
    assert case.get("says", "") in said
    if "refused" in case:
        assert case["refused"] in said
        return
    report = caught.value.notes["report"]
    lines = quarantine(report)
    found = [[int(row), column, rule.split(":")[0]] for _, row, column, rule, _ in lines]
    assert sorted(map(str, found)) == sorted(map(str, case["bad"]))
    assert {name for name, *_ in lines} == {case.get("file_of_bad", case["file"])}
    if "never" in case:
        assert case["never"] not in said + str(lines)
    valid(desk, case, report)


def quarantine(report: IngestReport) -> list[list[str]]:
    assert report.quarantine is not None
    with report.quarantine.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))[1:]


def valid(desk: Desk, case: Mapping[str, Any], report: IngestReport) -> None:
    """The other rows, and no other, are loaded where the valid ones are asked for."""
    bad = {row for row, *_ in case["bad"]}
    assert report.rejected == len(bad)
    if report.rejected < report.rows_read:
        assert desk.ingest(accept_valid=True).accepted == report.rows_read - len(bad)
        assert len(desk.rows()) == report.rows_read - len(bad)


def test_the_table_is_as_long_as_promised() -> None:
    assert len(CASES) >= 100
    assert len({c["case"] + c["file"] for c in CASES}) == len(CASES)


def test_every_key_of_the_table_is_explained() -> None:
    explained = (HERE / "README.md").read_text("utf-8")
    used = {key for case in CASES for key in case}
    assert used <= KNOWN
    for key in KNOWN - {"delimiter"}:
        assert f"`{key}`" in explained, key
