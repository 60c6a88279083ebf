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
    threshold_k: int | None = Field(default=None, ge=3)
    dominance_n: int | None = Field(default=None, ge=1)
    dominance_percent: int | None = Field(default=None, ge=1, le=100)
    p_percent: int | None = Field(default=None, ge=1, le=100)
    view_page_rows: int | None = Field(default=None, ge=1)
    view_rows_per_day: int | None = Field(default=None, ge=1)
    compare_keys_per_call: int | None = Field(default=None, ge=1)
    compare_keys_per_day: int | None = Field(default=None, ge=1)
    compare_tries_per_key: int | None = Field(default=None, ge=1)
    compare_misses_alert: int | None = Field(default=None, ge=1)
    kept_mb: int | None = Field(default=None, ge=0)
    kept_result_mb: int | None = Field(default=None, ge=0)
    told_books_keep_days: int | None = Field(default=None, ge=0)
    own_tables: int | None = Field(default=None, ge=0)
    own_table_columns: int | None = Field(default=None, ge=1)
    own_table_rows: int | None = Field(default=None, ge=1)
    own_table_mb: int | None = Field(default=None, ge=1)
    own_tables_mb: int | None = Field(default=None, ge=1)


class DepartmentSpec(Title):
    """``division``: the code (GB/T 2260) of the region that a lower-level department serves."""

    division: str = Field(default="", pattern=r"^(\d{6})?$")


class CitySpec(BaseModel):
    """``first_page``: the page that `workbench up` names; empty: the first by name."""

    id: str = Field(min_length=1)
    name: Title
    divisions: str
    regulation: str
    languages: list[Literal["zh", "en"]] = Field(default=["zh", "en"], min_length=1)
    departments: dict[str, DepartmentSpec] = Field(min_length=1)
    settings: SettingsSpec = SettingsSpec()
    first_page: str = ""


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
    ``threshold_k``, ``dominance_n`` with ``dominance_percent``, ``p_percent``: the rules of a
    released statistic where a scenario says nothing else (see DisclosureRules).
    ``view_page_rows``: rows of a page of the mode view; ``view_rows_per_day``: of one person and
    resource. ``compare_keys_per_call``, ``compare_keys_per_day``: keys that one person may have
    compared. ``compare_tries_per_key``: different values tried for one key and column in 30 days,
    by a whole department. ``compare_misses_alert``: misses a day from which enumeration is
    suspected. ``kept_mb``, ``kept_result_mb``: results kept for pages, in all and one.
    ``told_books_keep_days``: how long what a department was told is kept after its last grant of
    the resource; 0: as long as the regulation has records of use kept, or else 365.
    ``own_tables``: tables that one person may bring into a scenario (0: none), each of at most
    ``own_table_columns``, ``own_table_rows`` and ``own_table_mb``; ``own_tables_mb``: of everybody
    together, in the gateway's memory.
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
    threshold_k: int = 5
    dominance_n: int = 2
    dominance_percent: int = 85
    p_percent: int = 10
    view_page_rows: int = 100
    view_rows_per_day: int = 2_000
    compare_keys_per_call: int = 10_000
    compare_keys_per_day: int = 20_000
    compare_tries_per_key: int = 3
    compare_misses_alert: int = 100
    kept_mb: int = 256
    kept_result_mb: int = 16
    told_books_keep_days: int = 0
    own_tables: int = 10
    own_table_columns: int = 64
    own_table_rows: int = 100_000
    own_table_mb: int = 16
    own_tables_mb: int = 256
