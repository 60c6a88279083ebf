"""How far somebody can be told apart: counted by DuckDB, and again in plain Python."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matters import resource

from workbench.errors import Code, LimitReached
from workbench.extracts.versions import ExtractVersion
from workbench.model.contract import Column
from workbench.model.grant import (
    ColumnGrant,
    Mask,
    MaskKind,
    Operator,
    RowCondition,
    Use,
)
from workbench.sharing.uniqueness import Uniqueness, uniqueness

TOWNS = st.sampled_from(["510101", "510102", "510201", None])
ROW = st.tuples(st.sampled_from([f"c{n}" for n in range(8)]), TOWNS, st.sampled_from(["甲", "乙"]))
Row = tuple[str, str | None, str]
COUNTY = Mask(MaskKind.partial, keep_first=4)


def found_in(
    rows: list[Row], granted: list[ColumnGrant], folder: Path, **more: object
) -> Uniqueness:
    file = folder / "rows.parquet"
    schema = {"credit_code": pl.String, "county": pl.String, "owner": pl.String}
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(file)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    extract = ExtractVersion("taxes", 3, "", len(rows), now, None, None, "1", (str(file),))
    return uniqueness(extract, resource(), granted, more.get("scope", ()), folder)  # type: ignore[arg-type]


def expected(rows: list[Row], keys: list[int]) -> tuple[int, int, int]:
    groups: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for row in rows:
        groups[tuple(row[k] for k in keys)].add(row[0])
    smallest: dict[str, int] = {}
    for row in rows:
        size = len(groups[tuple(row[k] for k in keys)])
        smallest[row[0]] = min(size, smallest.get(row[0], size))
    sizes = list(smallest.values())
    return len(sizes), sum(n == 1 for n in sizes), sum(n < 5 for n in sizes)


@settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(ROW, min_size=1, max_size=40))
def test_it_counts_as_one_would_by_hand(tmp_path: Path, rows: list[Row]) -> None:
    granted = [
        ColumnGrant("county"),
        ColumnGrant("owner"),
        ColumnGrant("credit_code", Use.join_key),
    ]
    seen = found_in(rows, granted, tmp_path)
    assert (seen.entities, seen.alone, seen.small) == expected(rows, [1, 2])
    assert (seen.columns, seen.direct, seen.of_rows) == (("county", "owner"), (), False)


ROWS: list[Row] = [(f"c{n}", f"51010{n % 2}", "甲" if n else "乙") for n in range(8)]


def test_a_mask_makes_groups_larger(tmp_path: Path) -> None:
    plain = found_in(ROWS, [ColumnGrant("county")], tmp_path)
    coarse = found_in(ROWS, [ColumnGrant("county", Use.value, COUNTY)], tmp_path)
    assert (plain.small, coarse.small) == (8, 0)


def test_identifiers_are_named_and_not_counted(tmp_path: Path) -> None:
    seen = found_in(ROWS, [ColumnGrant("credit_code"), ColumnGrant("owner")], tmp_path)
    assert (seen.direct, seen.columns, seen.alone) == (("credit_code",), ("owner",), 1)


def test_what_is_joined_counted_or_hidden_tells_nobody_apart(tmp_path: Path) -> None:
    hidden = [
        ColumnGrant("credit_code", Use.value, Mask(MaskKind.pseudonym)),
        ColumnGrant("owner", Use.statistics),
        ColumnGrant("county", Use.compare),
    ]
    seen = found_in(ROWS, hidden, tmp_path)
    assert (seen.columns, seen.alone, seen.entities) == ((), 0, 8)


def test_only_the_rows_in_scope_count(tmp_path: Path) -> None:
    scope = (RowCondition("county", Operator.eq, ("510100",)),)
    seen = found_in(ROWS, [ColumnGrant("owner")], tmp_path, scope=scope)
    assert (seen.entities, seen.alone) == (4, 1)


@pytest.mark.parametrize("rows", [[], [("c1", None, "甲")]])
def test_nobody_and_nothing(tmp_path: Path, rows: list[Row]) -> None:
    seen = found_in(rows, [ColumnGrant("county")], tmp_path)
    assert (seen.entities, seen.alone) == (len(rows), len(rows))


def test_without_an_entity_key_rows_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    pl.DataFrame({"county": ["a", "a", "b"]}).write_parquet(file)
    plain = replace(resource(), columns=(Column("county", "VARCHAR"),))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    extract = ExtractVersion("taxes", 1, "", 3, now, None, None, "1", (str(file),))
    seen = uniqueness(extract, plain, [ColumnGrant("county")], (), tmp_path)
    assert (seen.of_rows, seen.entities, seen.alone) == (True, 3, 1)


def test_a_count_that_takes_too_long_ends(tmp_path: Path) -> None:
    """The same file over and over: minutes of reading."""
    file = tmp_path / "rows.parquet"
    towns = [f"town {n}" for n in range(100_000)]
    pl.DataFrame({"credit_code": towns, "county": towns}).write_parquet(file)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    much = ExtractVersion("taxes", 1, "", 3, now, None, None, "1", (str(file),) * 5_000)
    with pytest.raises(LimitReached, match=r"not counted within 1 seconds") as told:
        uniqueness(much, resource(), [ColumnGrant("county")], (), tmp_path, seconds=0.6)
    assert told.value.code is Code.deadline_exceeded
    assert told.value.reasons[0].next is not None
