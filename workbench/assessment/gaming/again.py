"""Facts of a city without some of their events, and what KPIs come to then.

As far as facts say it: of a grant the columns that were read under it, not whether it lay unused;
of a use its opening, and not the entry that closes it (``rows_released`` is in no scheme).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import duckdb
import polars as pl

from workbench.assessment.gaming.finding import Events
from workbench.extracts.versions import ExtractVersion
from workbench.kpi import facts, statements
from workbench.kpi.definition import Kpi
from workbench.kpi.frames import TABLES
from workbench.model.contract import Resource

_CHANGED: Mapping[str, tuple[str, ...]] = {
    "resources": ("gov_resource", "gov_delivery", "gov_grant", "gov_case", "gov_step"),
    "versions": ("gov_resource", "gov_delivery"),
    "uses": ("gov_use", "gov_use_day", "gov_column_day", "gov_grant"),
    "cases": ("gov_case", "gov_step", "gov_grant"),
}
"""The tables that change where events of this sort are left out."""


@dataclass(frozen=True)
class Facts:
    """As of a day. ``frames``: the tables that are made of entries, cases and grants;
    ``versions`` by resource, newest first."""

    frames: Mapping[str, pl.DataFrame] = field(repr=False)
    resources: Mapping[str, Resource] = field(repr=False)
    versions: Mapping[str, tuple[ExtractVersion, ...]] = field(repr=False)
    as_of: date
    simulated: bool = False

    @cached_property
    def tables(self) -> Mapping[str, pl.DataFrame]:
        """Every table that a KPI of governance reads; ``gov_kpi`` has nothing of a department."""
        used = self.frames["gov_use"]
        return {
            **self.frames,
            "gov_use_day": facts.use_days(used),
            "gov_column_day": facts.column_days(used),
            "gov_resource": facts.resources(
                self.resources.values(), self._latest, TABLES, self.as_of, simulated=self.simulated
            ),
        }

    def _latest(self, resource: Resource) -> ExtractVersion | None:
        return next(iter(self.versions.get(resource.name, ())), None)


def changed_tables(events: Events) -> frozenset[str]:
    return frozenset(
        table for sort, tables in _CHANGED.items() if getattr(events, sort) for table in tables
    )


def without(found: Facts, events: Events) -> Facts:
    """As if the events had not been: entries with their deliveries and cases, versions, uses,
    cases with their grants."""
    frames, gone = dict(found.frames), pl.col("resource").is_in(sorted(events.resources))
    for name in ("gov_delivery", "gov_case", "gov_step", "gov_grant"):
        frames[name] = frames[name].filter(~gone)
    for name in ("gov_case", "gov_step", "gov_grant"):
        frames[name] = frames[name].filter(~pl.col("case_id").is_in(sorted(events.cases)))
    keys = {"resource": pl.String(), "version": pl.Int64()}
    sent = pl.DataFrame(sorted(events.versions), schema=keys, orient="row")
    kept = frames["gov_delivery"].join(sent, on=["resource", "version"], how="anti")
    frames["gov_delivery"] = kept.sort("position", "resource")
    if events.uses:
        is_out = (pl.col("event") == "release_opened") & pl.col("position").is_in(
            sorted(events.uses)
        )
        frames["gov_use"] = frames["gov_use"].filter(~is_out)
        frames["gov_grant"] = _read(frames["gov_grant"], frames["gov_use"])
    return replace(
        found,
        frames=frames,
        resources={k: one for k, one in found.resources.items() if k not in events.resources},
        versions=_left(found.versions, events),
    )


def _read(grants: pl.DataFrame, used: pl.DataFrame) -> pl.DataFrame:
    """With the columns that are still read under each: never more than there were."""
    names = facts.column_days(used).group_by("grant_id")
    counted = names.agg(pl.col("column_name").n_unique().cast(pl.Int64).alias("still"))
    still = pl.min_horizontal("columns_used", pl.col("still").fill_null(0))
    joined = grants.join(counted, on="grant_id", how="left", maintain_order="left")
    return joined.with_columns(still.alias("columns_used")).drop("still")


def _left(
    versions: Mapping[str, tuple[ExtractVersion, ...]], events: Events
) -> dict[str, tuple[ExtractVersion, ...]]:
    return {
        name: tuple(one for one in mine if (name, one.version) not in events.versions)
        for name, mine in versions.items()
        if name not in events.resources
    }


def items(kpis: Iterable[Kpi], found: Facts) -> dict[str, list[dict[str, Any]]]:
    """The rows behind each KPI (``kpi.statements.drill``), asked of an engine in memory."""
    with duckdb.connect(":memory:") as engine:
        for name, table in found.tables.items():
            engine.register(name, table.to_arrow())
        return {
            kpi.id: engine.execute(statements.drill(kpi)).to_arrow_table().to_pylist()
            for kpi in kpis
        }
