"""What every release is checked for, whatever its tier: join keys under their floor; and what it
is from: sources and obligations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from workbench.errors import Code, Reason, Text
from workbench.extracts.sources import Pulled
from workbench.extracts.versions import ExtractVersion
from workbench.model.contract import Resource
from workbench.model.decision import Permit
from workbench.model.read_set import ReadSet
from workbench.model.release import ReleaseInfo, Source


@dataclass(frozen=True)
class Withheld:
    """Nothing of this statement may be released."""

    reasons: tuple[Reason, ...]


def release(
    permit: Permit,
    reads: ReadSet,
    below_floor: Iterable[tuple[str, str]],
    floor: int,
    info: ReleaseInfo,
) -> ReleaseInfo | Withheld:
    """``info`` with its notes, or the reasons why the statement is withheld.

    ``below_floor`` are ``(table, column)`` of each join key that was left out of the workspace. How
    many values it has is not said: whoever chooses the days would count a few firms by it.
    """
    asked = {name.casefold() for _, name in reads.columns} | {n.casefold() for n in reads.loose}
    reasons = []
    notes = list(info.notes)
    read = {resource for resource, _ in permit.reads}
    for table, column in below_floor:
        if table not in read:
            continue
        reason = _below_floor(table, column, floor)
        if column.casefold() in asked:
            reasons.append(reason)
        else:
            notes.append(f"{reason.what.zh} / {reason.what.en}")
    if reasons:
        return Withheld(tuple(reasons))
    return ReleaseInfo(**{**info.__dict__, "notes": tuple(notes)})


def sources(
    names: Iterable[str],
    resources: Mapping[str, Resource],
    versions: Mapping[str, ExtractVersion],
) -> tuple[Source, ...]:
    """One Source per resource read, in the order of their names."""
    return tuple(
        Source(
            resource=name,
            title_zh=resources[name].title.zh,
            title_en=resources[name].title.en,
            provider_zh=resources[name].provider_shown.zh,
            provider_en=resources[name].provider_shown.en,
            extract_version=versions[name].version,
            extract_digest=versions[name].digest,
            data_date=versions[name].data_date,
            obtained_on=versions[name].obtained_on,
            licence=resources[name].licence,
            pulled_at=_pulled_at(versions[name]),
            status=resources[name].figure_status.value,
            update_cycle=resources[name].update_cycle,
            stale_since=_stale_since(versions[name]),
        )
        for name in sorted(names)
        if name in versions
    )


def _stale_since(version: ExtractVersion) -> datetime | None:
    return version.stale_since if isinstance(version, Pulled) else None


def _pulled_at(version: ExtractVersion) -> datetime | None:
    return version.pulled_at if isinstance(version, Pulled) else None


def _below_floor(table: str, column: str, floor: int) -> Reason:
    return Reason(
        Code.join_key_floor,
        Text(
            f"连接键 {table}.{column} 在范围内的不同值少于下限 {floor} 个，未提供。",
            f"The join key {table}.{column} has fewer than the floor of {floor} distinct values in "
            "scope, and is not provided.",
        ),
        why=Text(
            "取值太少时，假名的出现频率会暴露原值。",
            "With few values, how often a pseudonym occurs gives the value away.",
        ),
        rule=Text(
            "本产品默认下限（city.yaml 的 settings.join_key_floor）。",
            "Our default floor (settings.join_key_floor of city.yaml).",
        ),
        next=Text(
            "不使用该列即可查询；确需该列，请申请以 value 方式授权。",
            "Leave the column out, or apply for it with the use value.",
        ),
        subject=f"{table}.{column}",
    )
