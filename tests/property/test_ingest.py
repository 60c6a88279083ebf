"""Ingest against itself: what is written comes back, and SQL agrees with python-stdnum."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from examples import examples
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from workbench.catalogue.identifiers import CodeLists, check
from workbench.errors import InvalidInput, Text
from workbench.extracts.check_digits import bad_identifier
from workbench.extracts.ingest import ingest
from workbench.extracts.report import IngestReport
from workbench.extracts.versions import Extracts
from workbench.model.contract import (
    Classification,
    Column,
    Delivery,
    Identifier,
    Level,
    LibraryKind,
    Resource,
    Sharing,
    SharingType,
)

TYPES = ("VARCHAR", "BIGINT", "DOUBLE", "DECIMAL(18,3)", "DATE", "TIMESTAMP", "BOOLEAN")
COLUMNS = tuple(
    Column(f"c{i}", t, classification=Classification(Level.general)) for i, t in enumerate(TYPES)
)
THINGS = Resource(
    id="things",
    name="things",
    title=Text("things", "things"),
    version="1",
    provider="p",
    department="p",
    library=LibraryKind.base,
    sharing=Sharing(SharingType.unconditional),
    columns=COLUMNS,
)
CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0")
VALUES = (
    st.text(CHARACTERS, max_size=12),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(-(10**14), 10**14, places=3),
    st.dates(),
    st.datetimes(),
    st.booleans(),
)
ROWS = st.lists(st.tuples(*(st.none() | v for v in VALUES)), min_size=1, max_size=20)


def as_csv(rows: Sequence[Sequence[Any]], delimiter: str, line_end: str) -> str:
    """A table in the form that we read: NULL without quotes, every text in quotes."""
    out = [delimiter.join(c.name for c in COLUMNS)]
    for row in rows:
        out.append(delimiter.join(_field(value) for value in row))
    return line_end.join(out) + line_end


def _field(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return '"' + value.replace('"', '""') + '"'
        case bool():
            return str(value).lower()
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.isoformat(sep=" ")
        case _:
            return str(value)


def ingested(content: bytes, encoding: str = "") -> tuple[IngestReport, list[tuple[Any, ...]]]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "a.csv").write_bytes(content)
        report = ingest(
            THINGS,
            [Delivery(str(root / "a.csv"), encoding=encoding)],
            extracts=Extracts(root / "extracts"),
            codes=CodeLists(),
            quarantine_folder=root / "quarantine",
            clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
        )
        assert report.version is not None
        table = pq.read_table(list(report.version.files))
        return report, list(zip(*(c.to_pylist() for c in table.columns), strict=True))


@settings(max_examples=examples(12), deadline=None)
@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
)
@example([("a\n\nb", 1, 0.5, None, None, None, None)], ",", "\n", "utf-8")
@example([(' "x" ', 1, -0.0, None, None, None, None)], ",", "\n", "utf-8")
@example([("\ufeff", None, 1e300, None, None, None, None)], ",", "\r\n", "utf-8-sig")
@example([("汉", -(2**63), 5e-324, None, date(1, 1, 1), None, None)], "|", "\n", "gb18030")
def test_a_table_written_as_csv_comes_back_equal(
    rows: list[tuple[Any, ...]], delimiter: str, line_end: str, encoding: str
) -> None:
    assume(any(value is not None for row in rows for value in row))
    content = as_csv(rows, delimiter, line_end).encode(encoding)
    declared = "GB18030" if encoding == "gb18030" else "UTF-8"  # á alone could be 谩
    report, found = ingested(content, declared)
    assert found == rows
    assert report.accepted == len(rows)


@settings(max_examples=examples(15), deadline=None)
@given(content=st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_bytes_are_either_read_or_refused_with_reasons(content: bytes) -> None:
    header = ",".join(c.name for c in COLUMNS).encode() + b"\n"
    try:
        report, rows = ingested(header + content)
    except InvalidInput as error:
        refusal = error.said("zh"), error.said("en")
        assert all(refusal)
    else:
        assert report.accepted == len(rows)


@settings(max_examples=examples(15), deadline=None)
@given(
    records=st.lists(
        st.lists(st.text('ab "\n', max_size=3), min_size=1, max_size=9).map(tuple), max_size=15
    )
)
def test_ragged_rows_are_numbered_as_pythons_csv_numbers_them(
    records: list[tuple[str, ...]],
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow([c.name for c in COLUMNS])
    writer.writerows(records)
    numbered = enumerate(csv.reader(io.StringIO(out.getvalue(), newline="")), 1)
    wrong = [n for n, record in numbered if len(record) != len(COLUMNS)]
    try:
        ingested(out.getvalue().encode())
    except InvalidInput as error:
        report: IngestReport = error.notes["report"]
        assert report.rows_read == len(records)
        found = next((b.rows for b in report.broken if b.rule == "fields"), 0)
        assert found == len(wrong)
    else:
        assert not wrong


DIGITS = "0123456789"
CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
near_resident = st.builds(
    lambda head, day, tail: (body := f"{head}{day}{tail}") + ric.calc_check_digit(body + "0"),
    st.sampled_from(["110105", "513221", "830000", "990000", "000000", "160101"]),
    st.one_of(
        st.dates(date(1700, 1, 1), date(2199, 12, 31)).map(lambda d: f"{d:%Y%m%d}"),
        st.text(DIGITS, min_size=8, max_size=8),
    ),
    st.text(DIGITS, min_size=3, max_size=3),
)
near_credit = st.builds(
    lambda head, place, tail: (body := head + place + tail) + uscc.calc_check_digit(body),
    st.text(CREDIT, min_size=2, max_size=2),
    st.text(DIGITS, min_size=6, max_size=6),
    st.text(CREDIT, min_size=9, max_size=9),
)
spoilt = st.tuples(near_resident | near_credit, st.integers(0, 17), st.characters()).map(
    lambda t: t[0][: t[1]] + t[2] + t[0][t[1] + 1 :]
)
numbers = near_resident | near_credit | spoilt | st.text(max_size=20)


@pytest.mark.parametrize("kind", list(Identifier))
@settings(max_examples=examples(15), deadline=None)
@given(values=st.lists(numbers | st.sampled_from(["5132", "513200", "A", "0111"]), min_size=1))
@example(["91110000600037341L", "11010519491231002X", "11010519491231002x", "", "１"])
@example(["N2513221MF00000001", "110105190002290010", "110105200002290018"])
def test_whole_columns_are_judged_as_single_values_are(kind: Identifier, values: list[str]) -> None:
    codes = CodeLists(frozenset({"513200"}), frozenset({"A", "0111"}))
    values = [v for v in values if "\0" not in v]
    con = duckdb.connect()
    con.execute("CREATE TABLE t (n INTEGER, v VARCHAR)")
    con.executemany("INSERT INTO t VALUES (?, ?)", [(-1, None), *enumerate(values)])
    bad = bad_identifier(con, "t", "v", kind, codes)
    found = {n for (n,) in con.execute(f"SELECT n FROM t WHERE {bad}").fetchall()}
    con.close()
    assert found == {n for n, v in enumerate(values) if not check(kind, v, codes)}


@settings(max_examples=examples(50), deadline=None)
@given(value=near_credit)
def test_our_credit_codes_are_stdnums(value: str) -> None:
    """With digits in the first two places, where the library accepts nothing else."""
    if value[:2].isdigit():
        assert uscc.is_valid(value)
    assert check(Identifier.credit_code, value, CodeLists())
