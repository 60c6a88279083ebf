"""How ``data_contracts/city.yaml`` is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

from workbench.catalogue.scenario_schema import Title


class SettingsSpec(BaseModel):
    """Whole numbers; what is left out keeps its default (see Settings)."""

    join_key_floor: int | None = Field(default=None, ge=2)
    query_seconds: int | None = Field(default=None, ge=1)
    memory_mb: int | None = Field(default=None, ge=128)
    threads: int | None = Field(default=None, ge=1)
    temp_mb: int | None = Field(default=None, ge=1)
    result_mb: int | None = Field(default=None, ge=1)
    request_kb: int | None = Field(default=None, ge=1)
    queries_per_person: int | None = Field(default=None, ge=1)
    idle_seconds: int | None = Field(default=None, ge=1)
    queries_in_all: int | None = Field(default=None, ge=1)
    queries_per_department: int | None = Field(default=None, ge=1)
    builds_at_once: int | None = Field(default=None, ge=1)
    workspaces_mb: int | None = Field(default=None, ge=1)
    workspaces_mb_per_department: int | None = Field(default=None, ge=1)
    workers: int | None = Field(default=None, ge=1)
    workers_per_department: int | None = Field(default=None, ge=1)
    warm_workers: int | None = Field(default=None, ge=0)
    pull_seconds: int | None = Field(default=None, ge=1)
    pull_rows: int | None = Field(default=None, ge=1)
    pull_mb: int | None = Field(default=None, ge=1)
    pulls_at_once: int | None = Field(default=None, ge=1)
    pulls_mb: int | None = Field(default=None, ge=1)
    pull_max_age_hours: int | None = Field(default=None, ge=1)
    pull_retry_seconds: int | None = Field(default=None, ge=1)


class CitySpec(BaseModel):
    id: str = Field(min_length=1)
    name: Title
    divisions: str
    regulation: str
    languages: list[Literal["zh", "en"]] = Field(default=["zh", "en"], min_length=1)
    departments: dict[str, Title] = Field(min_length=1)
    settings: SettingsSpec = SettingsSpec()


@dataclass(frozen=True)
class Settings:
    """Limits of a city, all our defaults.

    ``join_key_floor``: fewest distinct values of a join key. ``query_seconds``: deadline of a
    query. ``memory_mb``, ``threads``, ``temp_mb``: of one worker. ``result_mb``, ``request_kb``:
    of one query. ``queries_per_person``, ``queries_per_department``, ``queries_in_all``: at once.
    ``idle_seconds``: before a worker is let go. ``builds_at_once``: workspaces being built.
    ``workspaces_mb``, ``workspaces_mb_per_department``: files of built workspaces, in all and of
    what one department asked for. ``workers``, ``workers_per_department``: processes with an open
    workspace. ``warm_workers``: started processes that wait for one.
    ``pull_seconds``, ``pull_rows``, ``pull_mb``: what one pull from an attached source may take.
    ``pulls_at_once``: pulls that run; ``pulls_mb``: files of all pulls.
    ``pull_max_age_hours``: how old a pull may stand in for a source that does not answer.
    ``pull_retry_seconds``: before such a source is asked again.
    """

    join_key_floor: int = 50
    query_seconds: int = 300
    memory_mb: int = 2048
    threads: int = 2
    temp_mb: int = 4096
    result_mb: int = 2048
    request_kb: int = 256
    queries_per_person: int = 4
    idle_seconds: int = 600
    queries_in_all: int = 32
    queries_per_department: int = 24
    builds_at_once: int = 2
    workspaces_mb: int = 20_480
    workspaces_mb_per_department: int = 10_240
    workers: int = 64
    workers_per_department: int = 32
    warm_workers: int = 1
    pull_seconds: int = 120
    pull_rows: int = 10_000_000
    pull_mb: int = 1024
    pulls_at_once: int = 2
    pulls_mb: int = 10_240
    pull_max_age_hours: int = 24
    pull_retry_seconds: int = 30
