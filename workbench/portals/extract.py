"""Entries as rows of the governed resource ``catalogue_entries``, portal by portal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from workbench.model.contract import Resource
from workbench.portals import reasons
from workbench.portals.entries import Entries
from workbench.portals.findings import of_each_entry

RESOURCE = "catalogue_entries"
COLUMNS = {
    "entry_id": pl.String,
    "portal": pl.String,
    "portal_name": pl.String,
    "line_no": pl.Int64,
    "title": pl.String,
    "department": pl.String,
    "domain": pl.String,
    "industry": pl.String,
    "open_type": pl.String,
    "open_type_spelt": pl.String,
    "frequency": pl.String,
    "frequency_spelt": pl.String,
    "publish_date": pl.Date,
    "publish_date_spelt": pl.String,
    "update_date": pl.Date,
    "update_date_spelt": pl.String,
    "due_on": pl.Date,
    "formats": pl.String,
    "formats_spelt": pl.String,
    "row_count": pl.Int64,
    "row_count_spelt": pl.String,
    "placeholders": pl.String,
    "findings": pl.String,
    "obtained_on": pl.Date,
    "source_file": pl.String,
    "source_sha256": pl.String,
    "mapping": pl.String,
    "mapping_version": pl.String,
}
"""Column -> type, in the order of the contract."""


@dataclass(frozen=True)
class Origin:
    """Where entries come from: the file as it was handed in, and when it was obtained."""

    file: str
    sha256: str
    obtained_on: date


def rows_of(entries: Entries, findings: pl.DataFrame, origin: Origin) -> pl.DataFrame:
    """A row each entry, ``entry_id`` the portal and the line."""
    noted = of_each_entry(findings)
    frame = entries.frame.join(noted, on=["portal", "line_no"], how="left", maintain_order="left")
    return frame.with_columns(
        pl.format("{}-{}", "portal", pl.col("line_no").cast(pl.String).str.zfill(7)).alias(
            "entry_id"
        ),
        pl.lit(origin.obtained_on).alias("obtained_on"),
        pl.lit(origin.file).alias("source_file"),
        pl.lit(origin.sha256).alias("source_sha256"),
        pl.lit(entries.mapping.id).alias("mapping"),
        pl.lit(entries.mapping.version).alias("mapping_version"),
    ).select(pl.col(name).cast(kind) for name, kind in COLUMNS.items())


def merged(before: pl.DataFrame | None, new: pl.DataFrame) -> pl.DataFrame:
    """The portals in ``new`` as they are there, all others as they were; by portal and line."""
    if before is None:
        return new.sort("portal", "line_no")
    others = before.filter(~pl.col("portal").is_in(new.get_column("portal").unique().to_list()))
    return pl.concat([others.select(list(COLUMNS)), new]).sort("portal", "line_no")


def stored(files: Sequence[str]) -> pl.DataFrame:
    """The rows of a version (its Parquet files)."""
    return pl.read_parquet(list(files)).select(
        pl.col(name).cast(kind) for name, kind in COLUMNS.items()
    )


def check_contract(resource: Resource) -> None:
    """Raises InvalidInput where the city's contract lacks columns that an import writes."""
    there = {column.name for column in resource.columns}
    missing: Iterable[str] = [name for name in COLUMNS if name not in there]
    if missing:
        raise reasons.contract_lacks(RESOURCE, list(missing))
