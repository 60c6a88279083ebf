"""What a build measures of a table of the statistics tier is what Polars counts in its rows."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import polars as pl
import pytest
from grammar_city import firms, shops, visits
from stat_tables import measured

from workbench.catalogue import types
from workbench.disclosure.shapes import Rules, StatColumn, StatTable
from workbench.engine.duckdb import Resources
from workbench.model.grant import Use
from workbench.workspace.build import ENTITY, BuiltTable, build
from workbench.workspace.plan import Plan, TablePlan

RESOURCES = Resources(memory_mb=256, scratch_mb=256, threads=1)
ODD = pl.DataFrame(
    {
        "who": ["a", "a", "b", "c", None, None, "d"],
        "part": [1, 2, 1, None, 5, 5, 1],
        "even": [2.0, 2.0, 2.0, 0.0, 0.0, None, 7.0],
        "minus": [1.0, -1.0, 3.0, 4.0, 5.0, 6.0, 7.0],
        "never": [None] * 7,
        "endless": [1.0, float("inf"), 2.0, 3.0, None, 5.0, 6.0],
        "nought": [1.0, float("nan"), 2.0, 3.0, None, 5.0, 6.0],
        "zeros": [0.0] * 7,
    },
    schema_overrides={"never": pl.Float64},
)
EMPTY = ODD.clear()
TABLES = {
    "firms": (firms(), ["code"], ["county", "industry", "owner", "year", "listed", "name"],
              ["turnover", "taxes"]),
    "visits": (visits(), ["code"], ["kind"], ["amount"]),
    "shops": (shops(), ["shop"], ["town"], ["sales"]),
    "odd": (ODD, ["who"], ["part"], ["even", "minus", "never", "endless", "nought", "zeros"]),
    "a key of two": (ODD, ["who", "part"], ["part"], ["even", "zeros"]),
    "empty": (EMPTY, ["who"], ["part"], ["even"]),
}  # fmt: skip


def written(
    folder: Path, frame: pl.DataFrame, entity: list[str], grouping: list[str], sums: list[str]
) -> BuiltTable:
    frame.write_parquet(folder / "t.parquet")
    names = [*grouping, *sums]
    plan = TablePlan(
        name="t",
        source=f"(SELECT * FROM read_parquet('{folder / 't.parquet'}'))",
        columns=tuple((name, f'"{name}"') for name in names),
        join_keys=(),
        entity=", ".join(f'"{name}"' for name in entity),
        grouping=tuple(grouping),
        measures=tuple(sums),
    )
    scratch = folder / "scratch"
    scratch.mkdir()
    manifest = build(Plan((plan,), 0), folder / "w", "k" * 32, b"p" * 32, RESOURCES, scratch)
    (table,) = manifest.tables
    return table


@pytest.mark.parametrize("name", TABLES)
def test_the_facts_of_a_build(name: str, tmp_path: Path) -> None:
    frame, entity, grouping, sums = TABLES[name]
    built = written(tmp_path, frame, entity, grouping, sums)
    assert built.facts is not None
    marked = frame.with_columns(pl.struct(entity).hash().alias(ENTITY))
    columns = tuple(
        StatColumn(n, types.Family.number, Use.statistics if n in sums else Use.value)
        for n in (*grouping, *sums)
    )
    counted = measured(StatTable("t", columns, Rules(5), entity_column=ENTITY), marked)
    assert (built.rows, built.facts.entities, built.facts.most_rows) == (
        counted.rows,
        counted.entities,
        counted.most_rows,
    )
    for column in counted.columns:
        known = asdict(column.facts)
        found = {key: built.facts.columns[column.name].get(key) for key in known}
        assert found == pytest.approx(known), column.name


def test_a_table_without_entities_counts_its_rows(tmp_path: Path) -> None:
    built = written(tmp_path, ODD, [], ["part"], [])
    assert built.facts is not None
    assert (built.facts.entities, built.facts.most_rows) == (ODD.height, 1)
    assert built.facts.columns["part"] == {"distinct": 3, "nulls": 1, "often": 3}
    assert ENTITY not in [name for name, _ in built.columns]
