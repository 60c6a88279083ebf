"""Opening the workspaces of a gateway: the city's settings as what builds and workers may take.

They are read once, when a gateway starts: a worker's limits cannot change under it.
"""

from __future__ import annotations

import os
from pathlib import Path

from workbench.catalogue.city_schema import Settings
from workbench.engine.duckdb import Resources
from workbench.model.entry import Draft, Event
from workbench.query_path.records import Recorder, built, destroyed
from workbench.workspace.builds import BuildLimits, Builds
from workbench.workspace.consents import Subjects
from workbench.workspace.disk import Budget
from workbench.workspace.pool import Pool, PoolLimits
from workbench.workspace.process import Limits


def open_pool(
    settings: Settings, state: Path, mask_key: bytes, ledger: Recorder, subjects: Subjects
) -> Pool:
    """Workspaces and workers below ``state``; what a crash left there is wiped, and recorded."""
    builds = Builds(
        state / "b",
        mask_key,
        build_limits(settings),
        lambda build: ledger.record(built(build)),
        lambda build, reason: ledger.record(destroyed(build, reason)),
        subjects,
    )
    if builds.wiped:
        wiped = {"left_by_a_crash": builds.wiped}
        ledger.record(Draft(Event.workspace_destroyed, detail=wiped))
    return Pool(builds, state / "w", query_limits(settings), pool_limits(settings))


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
