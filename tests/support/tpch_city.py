"""The eight tables of TPC-H as a city, granted without the columns that no query reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from workbench.engine.duckdb import extension_file, literal
from workbench.trial.city import ingest_all, write_city
from workbench.trial.schema import PolicyTest

WITHHELD = {
    "lineitem": {"l_linenumber", "l_comment"},
    "nation": {"n_comment"},
    "orders": {"o_clerk"},
    "part": {"p_retailprice", "p_comment"},
    "partsupp": {"ps_comment"},
    "region": {"r_comment"},
}
"""No query of the benchmark reads these."""

KEYS = {
    "customer": ("c_custkey",),
    "lineitem": ("l_orderkey", "l_linenumber"),
    "nation": ("n_nationkey",),
    "orders": ("o_orderkey",),
    "part": ("p_partkey",),
    "partsupp": ("ps_partkey", "ps_suppkey"),
    "region": ("r_regionkey",),
    "supplier": ("s_suppkey",),
}


class Tpch:
    """The generated tables in ``con`` (two threads), and the queries by number."""

    def __init__(self, folder: Path, scale: float) -> None:
        self.folder = folder
        self.con = duckdb.connect(config={"threads": "2"})
        self.con.execute(f"LOAD {literal(str(extension_file('tpch')))}")
        self.con.execute(f"CALL dbgen(sf = {scale})")
        self.queries: dict[int, str] = dict(self._all("SELECT query_nr, query FROM tpch_queries()"))
        self.columns = {
            table: {name: kind for name, kind, *_ in self._all(f"DESCRIBE {table}")}
            for (table,) in self._all("SHOW TABLES")
        }

    def _all(self, statement: str) -> list[tuple[Any, ...]]:
        return self.con.execute(statement).fetchall()

    def files(self) -> dict[str, Path]:
        """Every table as one Parquet file; written once."""
        data = self.folder / "delivered"
        data.mkdir(exist_ok=True)
        found = {table: data / f"{table}.parquet" for table in self.columns}
        for table, file in found.items():
            if not file.exists():
                self.con.execute(f"COPY {table} TO {literal(str(file))} (FORMAT parquet)")
        return found

    def city(self, settings: Mapping[str, int] | None = None) -> Path:
        """A city with the eight tables, ingested and granted without the withheld columns."""
        root = self.folder / "city"
        root.mkdir()
        files = self.files()
        test = PolicyTest.model_validate(
            {
                "resources": {t: self._resource(t) for t in self.columns},
                "grants": {t: self._grant(t) for t in self.columns},
            }
        )
        write_city(test, root)
        set_settings(root, settings or {})
        ingest_all(test, files["region"].parent, root, lambda: datetime.now(UTC))
        return root

    def trim(self) -> None:
        """Make the plain copy hold what is granted, and no more."""
        for table, columns in WITHHELD.items():
            for column in columns:
                self.con.execute(f"ALTER TABLE {table} DROP COLUMN {column}")

    def _resource(self, table: str) -> dict[str, Any]:
        columns = {c: {"type": t, "class": "general"} for c, t in self.columns[table].items()}
        return {"data": f"{table}.parquet", "columns": columns}

    def _grant(self, table: str) -> dict[str, Any]:
        kept = [c for c in self.columns[table] if c not in WITHHELD.get(table, set())]
        return {"mode": "obtain", "columns": dict.fromkeys(kept, "value")}


def set_settings(root: Path, settings: Mapping[str, int]) -> None:
    """Write ``settings`` into the city's file (JSON, which is YAML)."""
    file = root / "data_contracts" / "city.yaml"
    city = json.loads(file.read_text())
    city["settings"] = {**city.get("settings", {}), **settings}
    file.write_text(json.dumps(city, ensure_ascii=False, indent=2))
