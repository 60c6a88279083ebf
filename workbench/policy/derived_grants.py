"""A grant of a derived resource lasts no longer than the grants that its rows were released under.

Pure. Computed whenever grants are read, so that what was kept as a resource is no way around an
end: an expiry, a revocation, a narrower decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from workbench.model.contract import Derived, DerivedSource, Resource, SharingMode
from workbench.model.grant import Grant
from workbench.model.terms import Taken


def bounded(grants: Iterable[Grant], resources: Mapping[str, Resource]) -> Iterator[Grant]:
    """``grants``, those of derived resources no wider than what the resource was made of. One is
    left out whose sources are granted no more as they were, and one of another department than the
    rows were released to: unless every provider lets them be passed on (``pass_on``), and never the
    figures of a statistic, for what that department knows stands in no book of what it was told.
    """
    found = tuple(grants)
    by_id = {grant.id: grant for grant in found}
    for grant in found:
        ended = _bounded(grant, by_id, resources, frozenset())
        if ended is not None:
            yield ended


def _bounded(
    grant: Grant,
    by_id: Mapping[str, Grant],
    resources: Mapping[str, Resource],
    above: frozenset[str],
) -> Grant | None:
    """``above``: the grants that this one is a source of; a resource made of itself is none."""
    resource = resources.get(grant.resource)
    if resource is None or resource.derived is None:
        return grant
    derived = resource.derived
    if grant.id in above or not _may_have(resource, derived, grant):
        return None
    grant = replace(grant, valid_until=_earlier(grant.valid_until, derived.until))
    for source in derived.sources:
        known = by_id.get(Taken.of(source.grant).id)
        under = None if known is None else _bounded(known, by_id, resources, above | {grant.id})
        if under is None or not _given(source, under):
            return None
        grant = _within(grant, under)
    return grant


def _may_have(resource: Resource, derived: Derived, grant: Grant) -> bool:
    if grant.department == derived.department:
        return True
    return derived.mode is not SharingMode.statistics and resource.pass_on is True


def _given(source: DerivedSource, grant: Grant) -> bool:
    same = grant.resource.casefold() == source.resource.casefold()
    return same and Taken.of(source.grant).given_by(grant, source.columns)


def _within(grant: Grant, source: Grant) -> Grant:
    grant = replace(
        grant,
        valid_until=_earlier(grant.valid_until, source.valid_until),
        rectify_by=_earlier(grant.rectify_by, source.rectify_by),
    )
    if source.revoked_on is None or grant.revoked_on is not None:
        return grant
    return replace(grant, revoked_on=source.revoked_on, stopped=source.stopped)


def _earlier(one: date | None, other: date | None) -> date | None:
    days = [day for day in (one, other) if day is not None]
    return min(days, default=None)
