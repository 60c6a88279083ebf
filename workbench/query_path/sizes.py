"""The city's settings as what builds, workers and statements may take.

They are read once, when a gateway starts: a worker's limits cannot change under it.
"""

from __future__ import annotations

import os

from workbench.catalogue.city_schema import Settings
from workbench.engine.duckdb import Resources
from workbench.workspace.builds import BuildLimits
from workbench.workspace.disk import Budget
from workbench.workspace.pool import PoolLimits
from workbench.workspace.process import Limits


def query_limits(settings: Settings) -> Limits:
    return Limits(settings.query_seconds, settings.memory_mb, settings.temp_mb, _threads(settings))


def build_limits(settings: Settings) -> BuildLimits:
    return BuildLimits(
        Resources(settings.memory_mb, settings.temp_mb, _threads(settings)),
        settings.builds_at_once,
        Budget(settings.workspaces_mb, settings.workspaces_mb_per_department),
        warm=min(settings.warm_workers, 1),
    )


def pool_limits(settings: Settings) -> PoolLimits:
    return PoolLimits(
        settings.idle_seconds,
        settings.workers,
        settings.workers_per_department,
        settings.warm_workers,
    )


def _threads(settings: Settings) -> int:
    return min(settings.threads, os.cpu_count() or 1)
