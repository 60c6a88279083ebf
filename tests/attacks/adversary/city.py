"""A seed's truth as a real city: contracts, two scenarios, a department for each family."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from workbench.catalogue.city import City, load_city
from workbench.catalogue.identifiers import load_codes
from workbench.extracts.ingest import ingest
from workbench.extracts.versions import Extracts
from workbench.store.layout import Layout
from workbench.trial.city import SCENARIO, ingest_all, write_city
from workbench.trial.schema import PolicyTest

from .truth import EDGES, Truth

SECOND = "second"
"""Another scenario of the same departments over the same resources."""
_GENERAL = {"class": "general"}
_SECRET = {"class": "important", "personal": True}
_YEAR = {"element": "turnover"}
"""The months of ``month`` add up to the year of ``firm``, and the contracts say so."""
_DIMENSIONS: dict[str, Any] = {
    "code": {"type": "VARCHAR", **_GENERAL},
    "county": {"type": "VARCHAR", **_GENERAL},
    "town": {"type": "VARCHAR", **_GENERAL},
    "industry": {"type": "VARCHAR", **_GENERAL},
    "size": {"type": "VARCHAR", **_GENERAL},
    "status": {"type": "VARCHAR", **_GENERAL},
    "opened": {"type": "DATE", **_GENERAL},
}
COLUMNS: dict[str, dict[str, Any]] = {
    "firm": {
        **_DIMENSIONS,
        "turnover": {"type": "BIGINT", **_SECRET, "bands": list(EDGES), **_YEAR},
        "tax": {"type": "BIGINT", **_SECRET},
    },
    "month": {
        **_DIMENSIONS,
        "month": {"type": "INTEGER", **_GENERAL},
        "turnover": {"type": "BIGINT", **_SECRET, **_YEAR},
    },
}
MEASURES = frozenset({"turnover", "tax"})
SETTINGS = {
    "threshold_k": 5, "dominance_n": 2, "dominance_percent": 85, "p_percent": 10, "threads": 1,
    "warm_workers": 1,
}  # fmt: skip
"""The rules are the defaults of a city, spelt out."""


def uses(table: str) -> dict[str, str]:
    named = {"code": "join_key"} | dict.fromkeys(MEASURES, "statistics")
    return {column: named.get(column, "value") for column in COLUMNS[table]}


def delivered(truth: Truth, table: str, version: int = 0) -> pl.DataFrame:
    """A resource as its provider delivers it."""
    frame = truth.months if table == "month" else truth.firms[version]
    code = pl.format("F{}", pl.col("number").cast(pl.String).str.zfill(5)).alias("code")
    return frame.with_columns(code).select(list(COLUMNS[table]))


def make(folder: Path, truth: Truth, departments: Iterable[str]) -> Path:
    """The root of the city, its first version ingested."""
    data = folder / "delivered"
    data.mkdir(parents=True)
    for table in COLUMNS:
        delivered(truth, table).write_parquet(data / f"{table}.parquet")
    test = PolicyTest.model_validate(
        {
            "resources": {
                table: {"data": f"{table}.parquet", "entity": "code", "columns": columns}
                for table, columns in COLUMNS.items()
            },
            "grants": {
                table: {
                    "mode": "statistics",
                    "columns": uses(table),
                    "departments": sorted(departments),
                }
                for table in COLUMNS
            },
            "settings": SETTINGS,
        }
    )
    root = folder / "city"
    root.mkdir()
    write_city(test, root)
    _second_scenario(root)
    ingest_all(test, data, root, _now)
    return root


def deliver(root: Path, truth: Truth, version: int) -> None:
    """Ingest the next version of ``firm``, as an operator would."""
    file = root.parent / "delivered" / f"firm-{version}.parquet"
    delivered(truth, "firm", version).write_parquet(file)
    city: City = load_city(root)
    layout = Layout(root)
    ingest(
        city.resources["firm"],
        [file],
        extracts=Extracts(layout.extracts),
        codes=load_codes(root),
        quarantine_folder=layout.state / "quarantine",
        clock=_now,
    )


def _second_scenario(root: Path) -> None:
    folder = root / "data_contracts" / "scenarios"
    first = json.loads((folder / f"{SCENARIO}.yaml").read_text(encoding="utf-8"))
    text = json.dumps({**first, "id": SECOND}, ensure_ascii=False, indent=1)
    (folder / f"{SECOND}.yaml").write_text(text, encoding="utf-8")


def _now() -> datetime:
    return datetime.now(UTC)
