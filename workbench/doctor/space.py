"""Disk and memory against what the city's settings promise."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.doctor.facts import Facts
from workbench.doctor.results import Result, Status, unseen
from workbench.errors import Text

MB = 1 << 20
LEAST_FREE = 1 << 30
"""With less than 1 GiB the ledger may soon not be written, and nothing runs (our default)."""


def disk(facts: Facts) -> Iterator[Result]:
    space, settings = facts.space, facts.city.settings
    free = space.state_free // MB
    seen = Text(
        f"状态目录所在磁盘剩余 {free:,} MB（共 {space.state_total // MB:,} MB）。",
        f"{free:,} MB of {space.state_total // MB:,} MB are free for the state.",
    )
    unread = facts.city.unread
    wanted = settings.workspaces_mb + settings.temp_mb
    if space.state_free < LEAST_FREE:
        yield Result("disk", Status.fail, seen, _LEDGER_FIRST, _MAKE_ROOM)
    elif unread is not None:
        yield unseen("disk", _settings(seen, unread), next_=_CONTRACTS, blocks=False)
    elif free < wanted:
        why = Text(
            f"设置允许工作区 {settings.workspaces_mb:,} MB 加一个查询的临时空间 "
            f"{settings.temp_mb:,} MB。",
            f"The settings allow {settings.workspaces_mb:,} MB of workspaces and "
            f"{settings.temp_mb:,} MB of scratch space for one query.",
        )
        yield Result("disk", Status.warn, seen, why, _MAKE_ROOM)
    else:
        yield Result("disk", Status.ok, seen)
    if space.temp_free < LEAST_FREE:
        left = space.temp_free // MB
        temp = Text(f"临时目录剩余 {left:,} MB。", f"{left:,} MB are free for temporary files.")
        yield Result("disk", Status.warn, temp, next=_MAKE_ROOM)


def memory(facts: Facts) -> Iterator[Result]:
    space, settings = facts.space, facts.city.settings
    total = space.memory_total // MB
    seen = Text(
        f"内存共 {total:,} MB，可用 {space.memory_free // MB:,} MB；"
        f"每个工作进程至多 {settings.memory_mb:,} MB。",
        f"{total:,} MB of memory, {space.memory_free // MB:,} MB free; a worker may take "
        f"{settings.memory_mb:,} MB.",
    )
    if settings.memory_mb > total:
        yield Result("memory", Status.fail, seen, _TOO_MUCH, _LESS)
    elif facts.city.unread is not None:
        why = _settings(seen, facts.city.unread)
        yield unseen("memory", why, next_=_CONTRACTS, blocks=False)
    elif 2 * settings.memory_mb > total:
        yield Result("memory", Status.warn, seen, _TWO, _LESS)
    else:
        yield Result("memory", Status.ok, seen)


def _settings(seen: Text, unread: Text) -> Text:
    return Text(
        f"是否符合本城的设置：{unread.zh}{seen.zh}",
        f"whether that is enough for the city's settings: {unread.en} {seen.en}",
    )


_CONTRACTS = Text("workbench contracts check", "workbench contracts check")
_LEDGER_FIRST = Text(
    "账本写不进去，查询就会被拒绝。", "Where the ledger cannot be written, every query is refused."
)
_MAKE_ROOM = Text(
    "腾出空间，或在 city.yaml 中调低 settings.workspaces_mb、temp_mb。",
    "Make room, or lower settings.workspaces_mb and temp_mb of city.yaml.",
)
_TOO_MUCH = Text("一个查询就可能耗尽内存。", "A single query could take more than there is.")
_TWO = Text("两个大查询同时运行就会不足。", "Two large queries at once would not fit.")
_LESS = Text("调低 settings.memory_mb。", "Lower settings.memory_mb.")
