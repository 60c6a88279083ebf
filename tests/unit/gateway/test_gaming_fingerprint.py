"""The fingerprint of a version: of its rows in any order, and of nothing else."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.extracts.versions import ExtractVersion
from workbench.gateway.gaming import fingerprint

ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["", "a", "b", None])), min_size=1, max_size=8
)


def of(parts: list[list[tuple[int, str | None]]], columns: list[str], key: str = "") -> str:
    """Of a version in so many files."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, rows in enumerate(parts):
            made = pl.DataFrame(rows, {"n": pl.Int64, "t": pl.String}, orient="row")
            files.append(str(Path(folder) / f"{number}.parquet"))
            made.select(columns).write_parquet(files[-1])
        now = datetime(2025, 1, 1, tzinfo=UTC)
        return fingerprint(
            ExtractVersion("r", 0, "", 1, now, None, None, "1", tuple(files), parquet_key=key)
        )


@settings(max_examples=20, deadline=None)
@given(ROWS, st.randoms(use_true_random=False), st.integers(0, 8))
def test_rows_columns_and_files_in_any_order_are_the_same(rows, random, cut) -> None:  # type: ignore[no-untyped-def]
    turned = random.sample(rows, len(rows))
    parts = [part for part in (turned[:cut], turned[cut:]) if part]
    assert of([rows], ["n", "t"]) == of(parts, ["t", "n"])


@settings(max_examples=20, deadline=None)
@given(ROWS, ROWS)
def test_other_rows_are_another(rows, others) -> None:  # type: ignore[no-untyped-def]
    def order(row: tuple[int, str | None]) -> str:
        return repr(row)

    same = sorted(rows, key=order) == sorted(others, key=order)
    assert (of([rows], ["n", "t"]) == of([others], ["n", "t"])) == same


def test_what_is_encrypted_tells_nothing() -> None:
    assert of([[(1, "a")]], ["n", "t"], key="secret") == ""
