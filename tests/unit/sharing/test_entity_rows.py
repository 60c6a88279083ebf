"""Looking for the rows of one person or firm in an extract: by which columns, in which scopes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from matters import GENERAL, resource

from workbench.engine.duckdb import Resources, open_builder
from workbench.extracts.versions import ExtractVersion
from workbench.model.contract import Column, Identifier, Resource
from workbench.model.grant import Operator, RowCondition
from workbench.sharing.entity_look import look_into
from workbench.sharing.entity_rows import CannotLook, Held, key_columns, look

CODE = "91990000MA00000017"
EAST = (RowCondition("county", Operator.eq, ("东",)),)
WEST = (RowCondition("county", Operator.eq, ("西",)),)


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    made = open_builder(Resources(256, 256, 1), tmp_path)
    yield made
    made.close()


def extract(folder: Path, rows: dict[str, list[object]]) -> ExtractVersion:
    file = folder / "data.parquet"
    pq.write_table(pa.table(rows), file)
    now = datetime(2026, 3, 9, tzinfo=UTC)
    return ExtractVersion("taxes", 3, "d", 2, now, None, None, "1", (str(file),))


ROWS: dict[str, list[object]] = {
    "credit_code": [CODE, CODE, "other"],
    "owner": ["a", "b", "c"],
    "county": ["东", "南", "西"],
    "amount": [1, 2, 3],
}


def held(
    con: duckdb.DuckDBPyConnection, version: ExtractVersion, of: Resource, key: str
) -> Held | None:
    return look(con, version, of, key, [()]).held


def columns(*given: Column) -> tuple[str, ...]:
    return tuple(column.name for column in key_columns(replace(resource(), columns=given)))


def test_a_key_names_somebody() -> None:
    code = Column("code", "VARCHAR", classification=GENERAL, identifier=Identifier.credit_code)
    month = Column("month", "DATE", classification=GENERAL, entity_key=True)
    region = Column(
        "region", "VARCHAR", classification=GENERAL, entity_key=True,
        identifier=Identifier.division_code,
    )  # fmt: skip
    assert columns(replace(code, entity_key=True), month, region) == ("code",)
    assert columns(month) == ("month",)
    for nobody in ((month, region), (region,)):
        with pytest.raises(CannotLook):
            columns(*nobody)
    assert columns(code, Column("other", "VARCHAR", classification=GENERAL)) == ("code",)


def test_a_scope_takes_them_in_where_one_of_their_rows_is_in_it(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    gone = (RowCondition("gone", Operator.eq, ("x",)),)
    typed = (RowCondition("amount", Operator.eq, ("many",)),)
    scopes = [EAST, WEST, (), gone, typed]
    found = look(con, extract(tmp_path, ROWS), resource(), CODE, scopes).held
    assert found is not None
    assert (found.version, found.columns) == (3, ("credit_code",))
    assert found.scopes == {EAST: True, WEST: False, (): True, gone: None, typed: None}
    assert held(con, extract(tmp_path, ROWS), resource(), "nobody") is None


def test_a_number_is_a_key_too(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    number = Column("id", "BIGINT", classification=GENERAL, entity_key=True)
    numbered, rows = replace(resource(), columns=(number,)), {"id": [7, 8]}
    for key, there in (("7", True), ("007", True), ("9", False), ("x", False), ("7'", False)):
        found = held(con, extract(tmp_path, dict(rows)), numbered, key)
        assert (found is not None) is there, key


def test_what_cannot_be_looked_into_is_said(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(CannotLook, match="no entity key"):
        held(con, extract(tmp_path, ROWS), replace(resource(), columns=()), CODE)
    with pytest.raises(CannotLook, match="cannot be read by the entity key"):
        held(con, extract(tmp_path, {"another": [1]}), resource(), CODE)


PERSON = "110101199003074477"
MIXED = (
    Column("no", "BIGINT", classification=GENERAL, entity_key=True),
    Column("code", "VARCHAR", classification=GENERAL, identifier=Identifier.credit_code),
    Column("legal", "VARCHAR", classification=GENERAL, identifier=Identifier.resident_id),
)
MIXED_ROWS: dict[str, list[object]] = {
    "no": [7, 8], "code": [CODE, "other"], "legal": ["another", PERSON],
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "by"), [("7", "no"), (CODE, "code"), (PERSON, "legal"), ("9", None)]
)
def test_identifiers_are_looked_by_beside_the_entity_key(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, key: str, by: str | None
) -> None:
    mixed = replace(resource(), columns=MIXED)
    found = look(con, extract(tmp_path, MIXED_ROWS), mixed, key, [()])
    assert found.columns == ("no", "code", "legal")
    assert (found.held.columns if found.held else None) == (by and (by,))


def test_a_column_that_is_newer_than_the_extract_is_not_looked_by(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    older = {name: values for name, values in MIXED_ROWS.items() if name != "legal"}
    found = look(con, extract(tmp_path, older), replace(resource(), columns=MIXED), CODE, [()])
    assert (found.columns, found.held is not None) == (("no", "code"), True)


def test_a_part_of_a_key_is_nobody(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    holder = Column("holder", "VARCHAR", classification=GENERAL, entity_key=True)
    month = Column("month", "VARCHAR", classification=GENERAL, entity_key=True)
    parts = replace(resource(), columns=(holder, month))
    rows: dict[str, list[object]] = {"holder": ["a", "b"], "month": ["2026-10", "2026-10"]}
    for key in ("2026-10", "a"):
        with pytest.raises(CannotLook, match=r"\(holder, month\): one of them alone names nobody"):
            held(con, extract(tmp_path, rows), parts, key)
    coded = replace(resource(), columns=(holder, month, MIXED[1]))
    with_code = extract(tmp_path, {**rows, "code": [CODE, "x"]})
    assert held(con, with_code, coded, "2026-10") is None
    assert held(con, with_code, coded, CODE) is not None


# Time ---------------------------------------------------------------------------------------------


class Current:
    """The current versions of resources."""

    def __init__(self, **versions: ExtractVersion) -> None:
        self._versions = versions

    def latest(self, name: str) -> ExtractVersion:
        return self._versions[name]


def endless(folder: Path) -> ExtractVersion:
    """Minutes of reading: the same file over and over."""
    file = folder / "much.parquet"
    pq.write_table(pa.table({"holder": [f"holder {n}" for n in range(100_000)]}), file)
    return replace(extract(folder, ROWS), files=(str(file),) * 5_000)


def test_the_time_holds_within_one_resource(tmp_path: Path) -> None:
    holder = Column("holder", "VARCHAR", classification=GENERAL, entity_key=True)
    small = replace(resource(), name="small")
    large = replace(resource(), name="large", columns=(holder,))
    after = replace(resource(), name="after")
    versions = Current(
        small=extract(tmp_path, ROWS), large=endless(tmp_path), after=extract(tmp_path, ROWS)
    )
    looked, missed = look_into([small, large, after], CODE, {}, versions, tmp_path, seconds=1)
    assert [(one.resource.name, one.held is not None) for one in looked] == [("small", True)]
    assert [(one.resource.name, one.why.en.split(";")[0]) for one in missed] == [
        ("large", "the time for looking ended in it"),
        ("after", "the time for looking was over before it"),
    ]
