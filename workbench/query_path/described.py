"""What a release says of itself: its sources, what it obliges to, and until when it holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from workbench.catalogue.city import City
from workbench.disclosure.release import Withheld, release, sources
from workbench.errors import WorkbenchError
from workbench.extracts.sources import notes
from workbench.model.decision import Permit
from workbench.model.read_set import ReadSet
from workbench.model.release import ReleaseInfo
from workbench.query_path.active import ActiveQuery
from workbench.query_path.consenting import left_out
from workbench.query_path.disputing import Disputing
from workbench.workspace.build import Manifest

BelowFloor = Mapping[tuple[str, str], int]
"""(table, column) of each join key that was left out of a workspace -> its distinct values."""


_BESIDE = "含自带表 own.{0}，其内容未经核实 / with own.{0}, brought by the person, not verified"


def below_floor(manifest: Manifest) -> BelowFloor:
    return {(t.name, c): n for t in manifest.tables for c, n in t.below_floor.items()}


def described(
    query: ActiveQuery,
    permit: Permit,
    reads: ReadSet,
    low: BelowFloor,
    city: City,
    now: datetime,
    disputing: Disputing,
) -> ReleaseInfo:
    """Of what ``query`` reads by ``permit``, as all stands now. Raises WorkbenchError for what is
    withheld altogether."""
    named = [resource for resource, _ in permit.reads]
    read = [g for g in permit.grants if g.resource in named]
    known = [query.versions[name] for name in named if name in query.versions]
    info = ReleaseInfo(
        id=query.id,
        scenario=permit.scenario.id,
        mode=", ".join(sorted({grant.mode.value for grant in read})),
        ledger_seq=0,
        valid_until=min((g.valid_until for g in read if g.valid_until), default=None),
        sources=sources(named, city.resources, query.versions),
        notes=(
            *disputing.notes(permit.reads, city),
            *permit.obligations,
            *notes(known, now),
            *left_out(read, city),
            *(_BESIDE.format(name) for name in reads.own),
        ),
        tier=permit.tier.value,
    )
    outcome = release(permit, reads, low, city.settings.join_key_floor, info)
    if isinstance(outcome, Withheld):
        raise WorkbenchError.of(outcome.reasons)
    return outcome
