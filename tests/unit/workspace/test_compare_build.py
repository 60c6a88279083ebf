"""The workspace that is compared with: digests under its resource's own key, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from workbench.engine.duckdb import Resources, open_reader
from workbench.model.canonical import canonical, digest
from workbench.model.grant import ColumnGrant, Mask, MaskKind, Use
from workbench.model.tier import Tier
from workbench.workspace.build import build
from workbench.workspace.masks import compare_key, compare_root
from workbench.workspace.plan import Plan, plan_of

RESOURCES = Resources(memory_mb=512, scratch_mb=512, threads=2)
ROOT = compare_root(b"m" * 32)
GRANTED = (
    ColumnGrant("id", Use.join_key),
    ColumnGrant("bsn", Use.compare),
    ColumnGrant("town", Use.value, Mask(MaskKind.partial, keep_first=1)),
    ColumnGrant("income", Use.compare),
)


def compared(spec: Any) -> Any:
    tables = tuple(replace(table, tier=Tier.compare) for table in spec.tables)
    return replace(spec, tables=tables, tier=Tier.compare)


def test_each_column_is_the_digest_of_its_plain_value(tmp_path: Path, spec_of: Any) -> None:
    specs = [compared(spec_of(GRANTED, name=name)) for name in ("person", "other")]
    plan = Plan(tuple(table for spec in specs for table in plan_of(spec).tables), 50)
    (tmp_path / "scratch").mkdir()
    file = tmp_path / "w"
    build(Plan.from_dict(plan.to_dict()), file, "k" * 32, ROOT, RESOURCES, tmp_path / "scratch")
    con = open_reader(file, "k" * 32, RESOURCES, tmp_path / "scratch")
    for name in ("person", "other"):
        key = compare_key(ROOT, name)
        expected = {
            tuple(
                digest(key, canonical(value, type_))
                for value, type_ in (
                    (i, "BIGINT"), (f"BSN-{i}", "VARCHAR"), (f"T{i % 3}", "VARCHAR"),
                    (i * 1.5, "DOUBLE"),
                )
            )
            for i in range(900)
        }  # fmt: skip
        rows = con.execute(f"SELECT id, bsn, town, income FROM {name}").fetchall()
        assert set(rows) == expected
        assert len(rows) == 900
    (shared,) = con.execute("SELECT count(*) FROM person JOIN other USING (id)").fetchone() or (1,)
    assert shared == 0, "digests of two resources do not join"
    con.close()
