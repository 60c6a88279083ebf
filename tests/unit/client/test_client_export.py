"""Files of every form, read back by other libraries than those that wrote them."""

from __future__ import annotations

import dataclasses
import json
import os
import pickle
import stat
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from workbench.client.export import write_xlsx
from workbench.client.release import Release
from workbench.client.testing import FakeConnection
from workbench.errors import Code, InvalidInput, Refused, WorkbenchError, simple
from workbench.model.receipt import Change
from workbench.model.release import METADATA_KEY

MOMENT = datetime(2026, 1, 2, 3, 4, 5)
TABLE = pa.table(
    {
        "城市": pa.array(["成都，“锦江”", '引"号\n换行', "", None]),
        "n": pa.array([1, -(10**14), 0, None], pa.int64()),
        "price": pa.array([Decimal("1234567890123.45"), Decimal("0.10"), Decimal(-1), None],
                          pa.decimal128(18, 2)),
        "share": pa.array([0.5, 1e300, -0.25, None]),
        "day": pa.array([date(2026, 1, 2), date(1900, 3, 1), date(9999, 12, 31), None]),
        "at": pa.array([MOMENT, MOMENT.replace(microsecond=250_000), MOMENT, None],
                       pa.timestamp("us")),
        "ok": pa.array([True, False, None, None]),
    }
)  # fmt: skip


def fake(table: pa.Table, **more: Any) -> FakeConnection:
    return FakeConnection({"t": table}, **more)


def release(table: pa.Table) -> Release:
    return fake(table).sql("select * from t")


def kinds(saved: Any) -> set[Change]:
    return {change.kind for change in saved.changes}


def sheet(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)


def one(values: list[Any], kind: pa.DataType | None, path: Path) -> tuple[list[Any], set[Change]]:
    """A column of this type as a workbook gives it back, and what was changed."""
    saved = release(pa.table({"c": pa.array(values, kind), "i": range(len(values))})).save(path)
    return [row[0] for row in sheet(path)[1:]], kinds(saved)


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx", "XLSX"])
def test_a_file_comes_with_its_receipt_and_with_nothing_else(tmp_path: Path, suffix: str) -> None:
    connection = fake(TABLE)
    path = tmp_path / f"结果 一.{suffix}"
    saved = connection.sql("select * from t").save(path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [path.name, f"{path.name}.receipt.json"]
    assert saved.digest == sha256(path.read_bytes()).hexdigest()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (order,) = connection.exported
    told = json.loads(saved.receipt.read_text(encoding="utf-8"))["receipt"]
    assert told["digest"] == order["digest"] == saved.digest
    assert (order["rows"], order["columns"], order["name"]) == (4, 7, path.name)
    assert order["format"] == suffix.lower()
    assert connection.exports()[0]["name"] == path.name
    assert "4 rows" in repr(saved)


def test_csv_is_exact_and_opens_with_chinese_in_excel(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    release(TABLE).save(path)
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    found = duckdb.execute(
        "select * from read_csv(?, all_varchar=true, nullstr='', allow_quoted_nulls=false)",
        [str(path)],
    ).fetchall()
    assert found == [
        ("成都，“锦江”", "1", "1234567890123.45", "0.5", "2026-01-02", "2026-01-02 03:04:05",
         "true"),
        ('引"号\n换行', "-100000000000000", "0.10", "1e+300", "1900-03-01",
         "2026-01-02 03:04:05.250000", "false"),
        ("", "0", "-1.00", "-0.25", "9999-12-31", "2026-01-02 03:04:05", None),
        (None, None, None, None, None, None, None),
    ]  # fmt: skip
    frame = pl.read_csv(path)
    assert frame.height == 4
    assert frame["n"].to_list() == [1, -(10**14), 0, None]


def test_parquet_keeps_every_type_and_says_where_it_is_from(tmp_path: Path) -> None:
    nested = TABLE.append_column("list", pa.array([[1, 2], [], None, [3]]))
    nested = nested.append_column("big", pa.array([Decimal(10) ** 37] * 4, pa.decimal128(38, 0)))
    table = nested.replace_schema_metadata({METADATA_KEY: b'{"id": "r1"}'})
    path = tmp_path / "a.parquet"
    made = Release(table, fake(TABLE).sql("t").info, exporter=fake(TABLE)._export)
    assert made.save(path).changes == ()
    found = pq.read_table(path)
    assert found.equals(nested)
    assert found.schema.metadata[METADATA_KEY] == b'{"id": "r1"}'


def test_a_workbook_has_real_numbers_days_and_truth_values(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    saved = release(TABLE).save(path)
    assert saved.changes == ()
    assert sheet(path) == [
        ["城市", "n", "price", "share", "day", "at", "ok"],
        ["成都，“锦江”", 1, 1234567890123.45, 0.5, date(2026, 1, 2), MOMENT, True],
        ['引"号\n换行', -(10**14), 0.1, 1e300, date(1900, 3, 1),
         MOMENT.replace(microsecond=250_000), False],
        ["", 0, -1, -0.25, date(9999, 12, 31), MOMENT, ""],
    ]  # fmt: skip
    # a last row of NULLs alone has no cells: the receipt has the number of rows
    names = CalamineWorkbook.from_path(path).sheet_names
    assert len(names) == 2
    about = CalamineWorkbook.from_path(path).get_sheet_by_index(1).to_python()
    assert any("合成" in str(line[0]) for line in about)


@pytest.mark.parametrize(
    ("kind", "values", "expected", "change"),
    [
        (pa.decimal128(38, 2), [Decimal("12345678901234567890.12"), None],
         ["12345678901234567890.12", ""], Change.exact_numbers_as_text),
        (pa.decimal128(38, 0), [Decimal(10) ** 30, Decimal(5)], [1e30, 5], None),
        (pa.int64(), [2**53 + 1, 1], ["9007199254740993", "1"], Change.exact_numbers_as_text),
        (pa.uint64(), [2**64 - 1], ["18446744073709551615"], Change.exact_numbers_as_text),
        (pa.float64(), [float("nan"), float("-inf"), 1.5], ["NaN", "-Infinity", 1.5],
         Change.not_finite_as_text),
        (pa.float64(), [0.1 + 0.2], [0.3], Change.rounded),
        (pa.float32(), [0.1], [0.1], None),
        (pa.date32(), [date(1899, 12, 31), date(1900, 2, 28), date(2020, 1, 1)],
         ["1899-12-31", "1900-02-28", date(2020, 1, 1)], Change.old_dates_as_text),
        (pa.timestamp("us"), [datetime(1850, 1, 1, 2), MOMENT], ["1850-01-01 02:00:00", MOMENT],
         Change.old_dates_as_text),
        (pa.timestamp("us"), [MOMENT.replace(microsecond=1)], ["2026-01-02 03:04:05.000001"],
         Change.times_as_text),
        (pa.timestamp("us", "Asia/Shanghai"), [MOMENT], ["2026-01-02 11:04:05+08:00"],
         Change.times_as_text),
        (pa.time64("us"), [time(12), time(1, 2, 3, 4)], [time(12), "01:02:03.000004"],
         Change.times_as_text),
        (pa.binary(), [b"\x01a"], ["\\x01\\x61"], Change.other_types_as_text),
        (pa.dictionary(pa.int8(), pa.string()), ["甲", None], ["甲", ""], None),
        (pa.null(), [None, None], ["", ""], Change.other_types_as_text),
    ],
)  # fmt: skip
def test_what_a_workbook_cannot_hold_is_exact_text(
    tmp_path: Path, kind: pa.DataType, values: list[Any], expected: list[Any], change: Change
) -> None:
    found, changes = one(values, kind, tmp_path / "a.xlsx")
    assert found == expected
    assert changes == ({change} if change else set())


FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "http://x.example", "{=1}", "_x0041_", "a\x01b"]


def test_text_is_never_a_formula_or_a_link(tmp_path: Path) -> None:
    found, changes = one(FORMULAS, pa.string(), tmp_path / "a.xlsx")
    assert changes == set()
    assert found[:7] == FORMULAS[:7]
    inside = zipfile.ZipFile(tmp_path / "a.xlsx")
    text = inside.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in text
    assert "hyperlink" not in text
    assert "_x005F_x0041_" in text  # else Excel would read an A
    assert "\x01" not in text


def test_a_heading_is_no_formula_either(tmp_path: Path) -> None:
    release(pa.table({"=cmd()": [1]})).save(tmp_path / "a.xlsx")
    assert sheet(tmp_path / "a.xlsx")[0] == ["=cmd()"]
    text = zipfile.ZipFile(tmp_path / "a.xlsx").read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in text


def test_csv_says_where_a_spreadsheet_would_see_formulas(tmp_path: Path) -> None:
    table = pa.table({"a": ["x", "=1+1"], "b": ["x", "y"], "n": [-1, -2]})
    saved = release(table).save(tmp_path / "a.csv")
    (changed,) = saved.changes
    assert (changed.kind, changed.columns) == (Change.formula_like, ("a",))
    assert pl.read_csv(tmp_path / "a.csv")["a"].to_list() == ["x", "=1+1"]
    assert "formula" in repr(saved)


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx"])
def test_columns_of_equal_names_are_told_apart(tmp_path: Path, suffix: str) -> None:
    table = pa.table([pa.array([1]), pa.array([2]), pa.array([3])], names=["a", "a", "a_1"])
    saved = release(table).save(tmp_path / f"a.{suffix}")
    assert kinds(saved) == {Change.renamed}
    read = {"csv": pl.read_csv, "parquet": pl.read_parquet}.get(suffix)
    names = list(read(saved.path).columns) if read else sheet(saved.path)[0]  # type: ignore[operator]
    assert names == ["a", "a_2", "a_1"]


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx"])
def test_an_empty_result_is_a_file_with_headings(tmp_path: Path, suffix: str) -> None:
    saved = release(TABLE.slice(0, 0)).save(tmp_path / f"a.{suffix}")
    assert saved.rows == 0
    if suffix == "xlsx":
        assert sheet(saved.path) == [TABLE.column_names]
    elif suffix == "csv":
        assert pl.read_csv(saved.path).columns == TABLE.column_names
    else:
        assert pq.read_table(saved.path).schema.equals(TABLE.schema)


def test_a_single_column_with_nulls_keeps_its_rows(tmp_path: Path) -> None:
    release(pa.table({"n": [1, None, 2]})).save(tmp_path / "a.csv")
    read = "select n from read_csv(?, header=true)"
    assert duckdb.execute(read, [str(tmp_path / "a.csv")]).fetchall() == [(1,), (None,), (2,)]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("values", [[[1, 2]], [{"a": 1}]])
def test_nested_columns_are_refused_with_the_next_step(
    tmp_path: Path, suffix: str, values: list[Any]
) -> None:
    with pytest.raises(InvalidInput) as raised:
        release(pa.table({"deep": values})).save(tmp_path / f"a.{suffix}")
    assert "deep" in str(raised.value)
    assert ".parquet" in raised.value.said("en")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "limit", "said"),
    [("MAX_ROWS", 4, "4 rows"), ("MAX_COLUMNS", 6, "7 columns"), ("MAX_TEXT", 5, "row 1")],
)
def test_what_is_too_large_for_a_workbook_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, limit: int, said: str
) -> None:
    """With limits made small; Excel's own are asserted below."""
    monkeypatch.setattr(write_xlsx, name, limit)
    with pytest.raises(InvalidInput) as raised:
        release(TABLE).save(tmp_path / "a.xlsx")
    assert said in str(raised.value)
    assert ".parquet" in raised.value.said("en")
    assert list(tmp_path.iterdir()) == []


def test_the_limits_are_those_of_excel(tmp_path: Path) -> None:
    limits = (write_xlsx.MAX_ROWS, write_xlsx.MAX_COLUMNS, write_xlsx.MAX_TEXT)
    assert limits == (1_048_576, 16_384, 32_767)
    release(pa.table({"a": ["x" * 32_767]})).save(tmp_path / "a.xlsx")
    assert len(sheet(tmp_path / "a.xlsx")[1][0]) == 32_767
    for text in ("x" * 32_768, "😀" * 16_384):
        with pytest.raises(InvalidInput):
            release(pa.table({"a": [text]})).save(tmp_path / "b.xlsx")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.pdf", "no form"),
        ("a", "no form"),
        ("gone/a.csv", "not there"),
        (f"{'很' * 90}.csv", "too long"),
    ],
)
def test_a_path_that_does_not_do(tmp_path: Path, name: str, said: str) -> None:
    connection = fake(TABLE)
    with pytest.raises(InvalidInput, match=said):
        connection.sql("t").save(tmp_path / name)
    assert connection.exported == []


def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("mine")
    with pytest.raises(InvalidInput, match="there already"):
        release(TABLE).save(path)
    assert path.read_text() == "mine"
    saved = release(TABLE).save(path, overwrite=True)
    assert sha256(path.read_bytes()).hexdigest() == saved.digest
    path.unlink()
    with pytest.raises(InvalidInput, match="receipt"):  # of an older file: not to be lost
        release(TABLE).save(path)


@pytest.mark.parametrize("name", ["a.csv", "a.csv.receipt.json"])
def test_a_file_that_comes_meanwhile_stays(tmp_path: Path, name: str) -> None:
    """Two notebooks save to one name at the same time: the gateway's answer takes a while."""
    made = release(TABLE)
    gateway = made.exporter
    assert gateway is not None

    def slow(order: Any) -> Any:
        (tmp_path / name).write_text("theirs")
        return gateway(order)

    with pytest.raises(InvalidInput, match="there already"):
        dataclasses.replace(made, exporter=slow).save(tmp_path / "a.csv")
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "theirs"


def test_a_folder_that_may_not_be_written() -> None:
    connection = fake(TABLE)
    with pytest.raises(InvalidInput, match="cannot be written") as raised:
        connection.sql("t").save("/proc/a.csv")  # where not even root makes files
    assert "permissions" in raised.value.said("en")
    assert connection.exported == []


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = fake(TABLE)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InvalidInput, match="No space left"):
        connection.sql("t").save(tmp_path / "a.csv")
    assert connection.exported == []
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_leaves_nothing(tmp_path: Path) -> None:
    no = simple(Code.export_not_allowed, "不能", "no")
    with pytest.raises(Refused):
        fake(TABLE, refuses_exports=no).sql("t").save(tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_release_without_a_gateway_says_how_to_get_one(tmp_path: Path) -> None:
    made = release(TABLE)
    loose = pickle.loads(pickle.dumps(made))
    for other in (loose, dataclasses.replace(made, exporter=None)):
        with pytest.raises(WorkbenchError, match="connection"):
            other.save(tmp_path / "a.csv")
    assert made.limited(3).save(tmp_path / "a.csv").rows == 4  # what is shown is not what is kept
    assert "exporter" not in repr(made)


ODD = {
    "tiny": "1::TINYINT", "huge": "170141183460469231731687303715884105727::HUGEINT",
    "uuid": "uuid()", "interval": "interval '1 month'", "blob": "'x'::BLOB", "bit": "'101'::BIT",
    "enum": "'a'::ENUM('a', 'b')", "zoned": "'2026-01-01 00:00:00+00'::TIMESTAMPTZ",
    "ns": "'2026-01-01 00:00:00.123456789'::TIMESTAMP_NS", "never": "'infinity'::TIMESTAMP",
    "big": "123456789012345678901234567890::BIGNUM", "json": "'{}'::JSON", "null": "NULL",
    "time": "'01:02:03'::TIME", "float": "0.1::FLOAT",
}  # fmt: skip


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx"])
def test_every_flat_type_of_the_engine_is_kept(tmp_path: Path, suffix: str) -> None:
    columns = ", ".join(f'{sql} AS "{name}"' for name, sql in ODD.items())
    nulls = ", ".join(f"NULL AS n{i}" for i in range(len(ODD)))
    table = duckdb.sql(f"SELECT {columns} UNION ALL SELECT {nulls}").to_arrow_table()
    saved = release(table).save(tmp_path / f"a.{suffix}")
    if suffix == "xlsx":
        first = dict(zip(*sheet(saved.path)[:2], strict=True))
        assert first["huge"] == "170141183460469231731687303715884105727"
        assert (first["interval"], first["never"], first["float"]) == ("P1M", "infinity", 0.1)
    elif suffix == "parquet":
        found = pq.read_table(saved.path)
        assert found["huge"].equals(table["huge"])
        assert found["interval"].to_pylist() == ["P1M", None]
    else:
        with duckdb.connect() as con:
            read = 'select huge, never, "null" from read_csv(?, all_varchar=true)'
            (first, _) = con.execute(read, [str(saved.path)]).fetchall()
        assert first == ("170141183460469231731687303715884105727", "infinity", None)
