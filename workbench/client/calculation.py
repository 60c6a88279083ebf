"""What was worked out in the kernel from releases, with their sources.

``chart`` of ``workbench.ui`` draws a Release alone. An adjusted series or a rate that
``workbench.economy`` made of releases becomes one here: it bears the sources of all that went in,
names their ledger entries, says that it was calculated, and cannot be saved as if the gateway had
released it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.client.release import Release
from workbench.client.teaching import taught
from workbench.client.view import viewing_only
from workbench.errors import Code, Text, simple
from workbench.model.release import ReleaseInfo, Source
from workbench.model.tier import Tier

if TYPE_CHECKING:
    import polars as pl


def calculated(frame: pl.DataFrame, *releases: Release) -> Release:
    """``frame`` with the sources of the ``releases`` that it was worked out from.

    Its entry is the newest of theirs, its end the earliest, and its last note names all entries.
    What the releases withhold is null in their frames and stays so by whatever is calculated; the
    gateway has not seen the result. That ``frame`` was really made of these releases is the
    caller's word. ``save`` raises Refused (export_not_allowed). Raises InvalidInput without a
    release, and Refused (export_not_allowed) for one of a view, which cannot be handed on.
    """
    import polars as pl

    if not releases:
        raise simple(
            Code.invalid_request,
            "没有写明由哪些放行的结果计算。",
            "It is not said which releases this was worked out from.",
            next=Text(
                "例如 calculated(frame, trend)，trend 是 gateway.sql(…) 的结果。",
                "For example calculated(frame, trend), where trend came from gateway.sql(...).",
            ),
        )
    for release in releases:
        if release.info.tier == Tier.view:
            raise taught(viewing_only("calculated()"), release.language)
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    return Release(table, _info(releases), releases[0].language, exporter=_not_released)


def _info(releases: Sequence[Release]) -> ReleaseInfo:
    infos = [release.info for release in releases]
    ends = [info.valid_until for info in infos if info.valid_until is not None]
    entries = sorted({info.ledger_seq for info in infos})
    return ReleaseInfo(
        id="",
        scenario=_listed(info.scenario for info in infos),
        mode=_listed(mode for info in infos for mode in info.mode.split(", ") if mode),
        ledger_seq=entries[-1],
        valid_until=min(ends, default=None),
        sources=_sources(infos),
        notes=(*dict.fromkeys(n for info in infos for n in info.notes), _said(entries)),
    )


def _sources(infos: Iterable[ReleaseInfo]) -> tuple[Source, ...]:
    """Each version of a resource once."""
    found = {(s.resource, s.extract_version): s for info in infos for s in info.sources}
    return tuple(found.values())


def _said(entries: Sequence[int]) -> str:
    listed = ", ".join(map(str, entries))
    return (
        f"由账本第 {listed} 条放行的结果计算得出 / "
        f"Calculated from what ledger entries {listed} released"
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _not_released(order: Mapping[str, Any]) -> Mapping[str, Any]:
    raise simple(
        Code.export_not_allowed,
        "这是在本机计算的结果，不是网关放行的，不能附回执保存。",
        "This was worked out here and not released by the gateway: no receipt can stand for it.",
        next=Text(
            "请保存计算所用的放行结果（release.save），或者把计算写进语句。",
            "Save the releases that it was made of (release.save), or calculate in the statement.",
        ),
    )
