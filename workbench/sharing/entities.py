"""How many entities a resource has now."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb

from workbench.engine.duckdb import Resources, identifier, literal, open_builder
from workbench.extracts.versions import ExtractVersion
from workbench.model.contract import Resource
from workbench.sharing.looks import LOOK_SECONDS, interrupted_after

LIMITS = Resources(memory_mb=512, scratch_mb=4096, threads=1)


def entities_in(
    extract: ExtractVersion, resource: Resource, scratch: Path, seconds: float = LOOK_SECONDS
) -> int | None:
    """In one version; its rows where the contract names no entity key. None where they were not
    counted within so many ``seconds``. ``scratch`` is a folder of the caller's."""
    entity = [identifier(c.name) for c in resource.columns if c.entity_key]
    if not entity:
        return extract.rows
    files = ", ".join(map(literal, extract.files))
    sql = f"SELECT count(DISTINCT row({', '.join(entity)})) FROM read_parquet([{files}])"  # noqa: S608
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        con = open_builder(LIMITS, Path(folder))
        try:
            with interrupted_after(con, seconds):
                (found,) = con.execute(sql).fetchone() or (0,)
        except duckdb.InterruptException:
            return None
        finally:
            con.close()
    return int(found)
