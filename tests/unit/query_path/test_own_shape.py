"""What may be brought along, what is in the tier beside it, and how files become tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from workbench.catalogue.city_schema import Settings
from workbench.client.own_tables import as_table
from workbench.errors import InvalidInput, LimitReached
from workbench.model.contract import SharingMode
from workbench.model.grant import Use
from workbench.model.tier import HOLDS, Tier
from workbench.query_path.own_shape import folded, shaped
from workbench.sql.inspect import inspect

LIMITS = Settings(own_table_rows=3, own_table_columns=2, own_table_mb=1)


def test_no_key_and_nothing_protected_is_in_the_tier_beside_own_tables() -> None:
    assert {SharingMode.obtain: frozenset({Use.value})} == HOLDS[Tier.own]


def test_types_become_plain_ones_and_keep_every_value() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    frame = pl.DataFrame({"w": pl.Series(["a", None, "a"], dtype=pl.Categorical), "t": [at] * 3})
    made = shaped("Tab_表", as_table(frame), LIMITS)
    assert made.name == "tab_表"
    assert [type_ for _, type_ in made.columns] == ["string", "timestamp[us, tz=UTC]"]
    assert pa.ipc.open_stream(made.stream).read_all().to_pylist() == frame.to_dicts()


def test_what_lies_in_metadata_does_not_come_along() -> None:
    field = pa.field("a", pa.int8(), metadata={"k": "v"})
    made = shaped("t", pa.table([[1]], schema=pa.schema([field], metadata={"x": "y"})), LIMITS)
    assert made.table.schema.metadata is None
    assert made.table.schema.field(0).metadata is None


@pytest.mark.parametrize("name", ["", "1a", "a b", "a.b", 'a"', "ß", "a" * 64, "a\n", "а"])
def test_odd_names_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        folded(name)


@pytest.mark.parametrize(
    "column",
    [
        pa.array([[1]]), pa.array([{"a": 1}]), pa.array([b"x"]), pa.array([None]),
        pa.array([datetime(2026, 1, 1, 2).time()]), pa.array([datetime(2026, 1, 1) - datetime.min]),
    ],
)  # fmt: skip
def test_types_that_pack_something_are_refused(column: pa.Array) -> None:
    with pytest.raises(InvalidInput) as refused:
        shaped("t", pa.table([column], names=["c"]), LIMITS)
    assert refused.value.reasons[0].subject == "c"


def test_limits_are_the_citys() -> None:
    shaped("t", pa.table({"a": [1, 2, 3], "b": [1, 2, 3]}), LIMITS)
    for table in (
        pa.table({"a": [1, 2, 3, 4]}),
        pa.table({"a": [1], "b": [1], "c": [1]}),
        pa.table({"a": ["x" * (1 << 20)]}),
    ):
        with pytest.raises(LimitReached):
            shaped("t", table, LIMITS)


def test_a_csv_keeps_codes_as_they_are_written(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(
        "code,long,n,x,day\n0371,123456789012345678901,1,1.5,2026-01-02\n1,2,2,,\n",
        encoding="utf-8",
    )
    found = as_table(file)
    assert found.to_pylist() == [
        {"code": "0371", "long": "123456789012345678901", "n": 1, "x": 1.5,
         "day": date(2026, 1, 2)},
        {"code": "1", "long": "2", "n": 2, "x": None, "day": None},
    ]  # fmt: skip


def test_a_pandas_frame_comes_without_its_index() -> None:
    frame = pd.DataFrame({"a": [1, 2, 3]}).iloc[[2, 0]]
    assert as_table(frame).to_pylist() == [{"a": 3}, {"a": 1}]


@pytest.mark.parametrize("what", [3, {"a": [1]}, "t.xlsx", "there_is_none.csv"])
def test_what_is_no_table_is_refused(what: object) -> None:
    with pytest.raises(InvalidInput):
        as_table(what)


@pytest.mark.parametrize(
    ("sql", "own"),
    [
        ("select 1 from own.A, own.a, OWN.b", ("a", "b")),
        ("select * from t where x in (select y from own.c)", ("c",)),
        ("with q as (from own.d) select * from q", ("d",)),
        ("select own.a from own", ()),
        ("select * from 'own.a'", ()),
        ("select 'own.a'", ()),
        ("select " + "(" * 70 + "1" + ")" * 70 + " from own.deep", ("deep",)),
        ("execute q(own.a)", ("a",)),
    ],
)
def test_a_statement_tells_which_it_names_even_where_it_cannot_be_read(
    sql: str, own: tuple[str, ...]
) -> None:
    assert inspect(sql).own == own
