"""Which workspaces go when the disk budget would be passed: the longest unused first. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from workbench.errors import Code, Text, WorkbenchError, simple

MB = 1 << 20


class Evictable(Protocol):
    """What takes room on disk and may go. See ``Stored``."""

    @property
    def key(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def used(self) -> float: ...
    @property
    def held(self) -> bool: ...


@dataclass(frozen=True)
class Stored:
    """A workspace on disk. ``size`` in bytes, ``used`` a clock's seconds; ``held`` ones stay."""

    key: str
    department: str
    size: int
    used: float
    held: bool


@dataclass(frozen=True)
class Budget:
    """Megabytes: of all workspaces, and of those that one department asked for."""

    in_all_mb: int
    per_department_mb: int


def evicted(stored: Collection[Stored], grown: Stored, budget: Budget) -> list[str]:
    """The keys that have to go, so that ``grown`` (not in ``stored``) fits.

    Raises LimitReached(disk_exceeded) where it does not fit even alone, or beside those in use.
    """
    own = [s for s in stored if s.department == grown.department]
    gone = _least_used(own, grown, budget.per_department_mb, "workspaces_mb_per_department")
    rest = [s for s in stored if s.key not in gone]
    return gone + _least_used(rest, grown, budget.in_all_mb, "workspaces_mb")


def _least_used(
    stored: Collection[Stored], grown: Stored, limit_mb: int, setting: str
) -> list[str]:
    over = sum(s.size for s in stored) + grown.size - limit_mb * MB
    if grown.size > limit_mb * MB:
        raise _too_large(limit_mb, setting)
    gone, over = longest_unused(stored, over)
    if over > 0:
        raise _full(limit_mb, sum(s.size for s in stored if s.held) // MB, setting)
    return gone


def longest_unused(stored: Iterable[Evictable], over: int) -> tuple[list[str], int]:
    """The keys to let go until ``over`` bytes are gone, and how many are over then still."""
    gone = []
    for candidate in sorted((s for s in stored if not s.held), key=lambda s: s.used):
        if over <= 0:
            break
        gone.append(candidate.key)
        over -= candidate.size
    return gone, over


def no_room() -> WorkbenchError:
    """The disk itself is full, whatever the budget says."""
    return simple(
        Code.disk_exceeded,
        "工作区所在磁盘已满，工作区未能生成。",
        "The disk of the workspaces is full; the workspace could not be made.",
        next=Text(
            "请联系运行人员腾出空间，然后重试。",
            "Ask the operator to make room, then try again.",
        ),
    )


def _too_large(limit_mb: int, setting: str) -> WorkbenchError:
    return simple(
        Code.disk_exceeded,
        f"您的工作区单独就超过 {limit_mb} MB 的磁盘预算，已停止生成。",
        f"Your workspace alone is larger than the disk budget of {limit_mb} MB; it was not built.",
        rule=_rule(setting),
        next=Text(
            "请申请较少的行或列，或请运行人员提高该设置。",
            "Apply for fewer rows or columns, or ask the operator to raise that setting.",
        ),
        subject=setting,
    )


def _full(limit_mb: int, used_mb: int, setting: str) -> WorkbenchError:
    return simple(
        Code.disk_exceeded,
        f"工作区的磁盘预算 {limit_mb} MB 已用尽：正在使用的占 {used_mb} MB，不能清除。",
        f"The disk budget for workspaces, {limit_mb} MB, is used up: {used_mb} MB are in use "
        "and stay.",
        rule=_rule(setting),
        next=Text(
            "请稍后再试（空闲的工作区会被释放），或请运行人员提高该设置。",
            "Try again later (idle workspaces are let go), or ask the operator to raise that "
            "setting.",
        ),
        subject=setting,
    )


def _rule(setting: str) -> Text:
    return Text(
        f"本市设置 settings.{setting}（city.yaml）。", f"The city's settings.{setting} (city.yaml)."
    )
