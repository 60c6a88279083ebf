"""What is in a built file, in which order, and that nobody reads it without its key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from workbench.engine.duckdb import Resources, open_builder, open_reader
from workbench.model.grant import ColumnGrant, Mask, MaskKind, Operator, RowCondition, Use
from workbench.workspace.build import Manifest, build
from workbench.workspace.masks import pseudonym, scenario_key
from workbench.workspace.plan import plan_of

RESOURCES = Resources(memory_mb=512, scratch_mb=512, threads=2)
PSEUDONYMS = scenario_key(b"m" * 32, "s")


def built(folder: Path, spec) -> tuple[Path, Manifest]:
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    file = folder / f"ws-{len(list(folder.iterdir()))}"
    return file, build(plan_of(spec), file, "k" * 32, PSEUDONYMS, RESOURCES, scratch)


def rows(folder: Path, file: Path, sql: str) -> list[tuple]:
    con = open_reader(file, "k" * 32, RESOURCES, folder / "scratch")
    try:
        return con.execute(sql).fetchall()
    finally:
        con.close()


def test_only_granted_columns_and_rows_are_there(tmp_path, spec_of):
    spec = spec_of(rows=(RowCondition("income", Operator.lt, (15,)),))
    file, manifest = built(tmp_path, spec)
    assert manifest.tables[0].columns == (("id", "BIGINT"), ("town", "VARCHAR"))
    assert rows(tmp_path, file, "FROM person") == [(i, f"T{i % 3}") for i in range(10)]


def test_the_order_of_rows_follows_what_is_released_alone(tmp_path, spec_of):
    by_income = "SELECT * FROM ({}) ORDER BY income {}"
    plain = spec_of(columns=(ColumnGrant("town"),))
    base = plain.tables[0].extract.files[0]
    source = f"SELECT * FROM read_parquet('{base}')"
    seen = []
    for version, direction in enumerate(("ASC", "DESC"), start=1):
        spec = spec_of(
            columns=(ColumnGrant("town"),),
            sql=by_income.format(source, direction),
            version=version,
        )
        file, _ = built(tmp_path, spec)
        seen.append(rows(tmp_path, file, "SELECT rowid, * FROM person"))
    assert seen[0] == seen[1]
    assert [town for _, town in seen[0]] == sorted(town for _, town in seen[0])


def test_masks_and_pseudonyms_are_applied(tmp_path, spec_of):
    columns = (
        ColumnGrant("id", Use.join_key),
        ColumnGrant("bsn", mask=Mask(MaskKind.partial, keep_first=3)),
        ColumnGrant("income", mask=Mask(MaskKind.bucket, width=500)),
    )
    file, _ = built(tmp_path, spec_of(columns=columns))
    got = rows(tmp_path, file, "SELECT DISTINCT bsn, income FROM person ORDER BY ALL")
    assert got == [("BSN***", "[0, 500)"), ("BSN***", "[1000, 1500)"), ("BSN***", "[500, 1000)")]
    ids = {i for (i,) in rows(tmp_path, file, "SELECT id FROM person")}
    assert ids == {pseudonym(PSEUDONYMS, str(i)) for i in range(900)}


def test_a_join_key_below_the_floor_is_left_out_and_counted(tmp_path, spec_of):
    columns = (ColumnGrant("id", Use.join_key), ColumnGrant("town", Use.join_key))
    file, manifest = built(tmp_path, spec_of(columns=columns))
    assert manifest.tables[0].below_floor == {"town": 3}
    assert [c for c, _ in manifest.tables[0].columns] == ["id"]
    with pytest.raises(duckdb.BinderException):
        rows(tmp_path, file, "SELECT town FROM person")


def test_an_extract_without_rows_gives_an_empty_table_of_the_right_types(tmp_path, spec_of):
    spec = spec_of(rows=(RowCondition("town", Operator.eq, ("nowhere",)),))
    file, _ = built(tmp_path, spec)
    assert rows(tmp_path, file, "SELECT count(*), any_value(typeof(id)) FROM person") == [(0, None)]
    described = rows(tmp_path, file, "DESCRIBE person")
    assert [d[1] for d in described] == ["BIGINT", "VARCHAR"]


def test_the_file_shows_nothing_without_its_key(tmp_path, spec_of):
    file, _ = built(tmp_path, spec_of(columns=(ColumnGrant("bsn"),)))
    data = file.read_bytes()
    assert b"BSN-" not in data
    assert b"person" not in data
    with pytest.raises(duckdb.Error):
        duckdb.connect().execute(f"ATTACH '{file}' (ENCRYPTION_KEY 'wrong-key-wrong-key')")


@pytest.mark.parametrize(
    "sql",
    [
        "FROM read_csv('/etc/passwd')",
        "FROM glob('/*')",
        "FROM read_csv('http://127.0.0.1:9/x.csv')",
        "FROM read_parquet('s3://bucket/x.parquet')",
        "COPY person TO 'http://127.0.0.1:9/x.csv'",
        "COPY person TO '/tmp/out.csv'",
        "ATTACH '/tmp/other.db'",
        "LOAD postgres_scanner",
        "SET threads = 8",
        "RESET enable_external_access",
        "PRAGMA enable_external_access=true",
    ],
)
def test_a_reader_reaches_nothing_else(tmp_path, spec_of, sql):
    file, _ = built(tmp_path, spec_of())
    with pytest.raises(duckdb.Error):
        rows(tmp_path, file, sql)


def test_an_encrypted_extract_is_read_with_its_key(tmp_path, spec_of):
    plain = spec_of().tables[0]
    key, file = "0123456789abcdef" * 2, tmp_path / "pulled.parquet"
    con = open_builder(RESOURCES, tmp_path)
    con.execute(f"PRAGMA add_parquet_key('k', '{key}')")
    con.execute(
        f"COPY (FROM read_parquet('{plain.extract.files[0]}')) TO '{file}' "
        "(ENCRYPTION_CONFIG {footer_key: 'k'})"
    )
    con.close()
    extract = replace(plain.extract, files=(str(file),), parquet_key=key)
    spec = replace(spec_of(), tables=(replace(plain, extract=extract),))
    workspace, _ = built(tmp_path, spec)
    assert rows(tmp_path, workspace, "SELECT count(*) FROM person") == [(900,)]
    assert key not in repr(spec)
