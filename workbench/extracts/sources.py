"""What was pulled from an attached source: it has no version, but a time and a digest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from workbench.errors import Text
from workbench.extracts.versions import ExtractVersion
from workbench.model.days import clock_text


@dataclass(frozen=True)
class Pulled(ExtractVersion):
    """One pull of some columns and rows of a resource, in one encrypted Parquet file.

    ``version`` is NO_VERSION, ``ingested_at`` when it was pulled, ``digest`` sha256 over its
    contents (equal contents, equal digest, whatever the file's bytes). The row scope has been
    worked out at the source: the file holds the rows in scope, and may lack the scope's columns.
    ``stale_since`` is set where it is older than its time to live because the source does not
    answer; ``cause`` says how.
    """

    stale_since: datetime | None = None
    cause: Text | None = None

    @property
    def pulled_at(self) -> datetime:
        return self.ingested_at


def notes(versions: Iterable[ExtractVersion], now: datetime) -> tuple[str, ...]:
    """A sentence in both languages for each pull that is older than it should be."""
    return tuple(
        _note(v, v.stale_since, now)
        for v in versions
        if isinstance(v, Pulled) and v.stale_since is not None
    )


def age(span: timedelta) -> Text:
    """How old, in the largest unit that gives a whole number above one."""
    seconds = max(0, int(span.total_seconds()))
    for size, zh, en in ((86_400, "天", "days"), (3_600, "小时", "h"), (60, "分钟", "min")):
        if seconds >= 2 * size:
            return Text(f"{seconds // size} {zh}", f"{seconds // size} {en}")
    return Text(f"{seconds} 秒", f"{seconds} s")


def _note(version: Pulled, since: datetime, now: datetime) -> str:
    old = age(now - version.pulled_at)
    why = version.cause or Text("未知", "unknown")
    zh = (
        f"{version.resource} 的来源自 {clock_text(since)} 起不可用（{why.zh}），"
        f"所用数据取于 {clock_text(version.pulled_at)}，距今 {old.zh}"
    )
    en = (
        f"the source of {version.resource} has been unreachable since {clock_text(since)} "
        f"({why.en}); "
        f"data pulled at {clock_text(version.pulled_at)}, {old.en} ago"
    )
    return f"{zh} / {en}"
