"""What temporary tables were made from, so that no use is recorded as less than it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workbench.model.contract import Resource
from workbench.model.decision import Permit
from workbench.model.lookup import Resources
from workbench.model.read_set import ReadSet, StatementKind
from workbench.workspace.pool import Seat


def with_lineage(
    permit: Permit, reads: ReadSet, seat: Seat, resources: Mapping[str, Resource]
) -> Permit:
    """``permit`` with the reads behind the temporary state that the statement may use.

    An over-estimate on purpose: any name that the catalogue does not know may hold anything that
    a statement with lasting effect has read in this worker.
    """
    if not seat.lineage or not _may_use_state(reads, seat, resources):
        return permit
    merged = {resource: frozenset(columns) for resource, columns in permit.reads}
    for resource, columns in seat.lineage.items():
        merged[resource] = merged.get(resource, frozenset()) | columns
    return replace(
        permit, reads=tuple((name, tuple(sorted(columns))) for name, columns in merged.items())
    )


def remember(seat: Seat, reads: ReadSet, permit: Permit) -> None:
    """After a statement with lasting effect: what it read stays behind in the worker."""
    if reads.kind is StatementKind.query and reads.complete:
        return
    seat.created |= {name.casefold() for name in reads.created}
    for resource, columns in permit.reads:
        seat.lineage[resource] = seat.lineage.get(resource, frozenset()) | frozenset(columns)


def _may_use_state(reads: ReadSet, seat: Seat, resources: Mapping[str, Resource]) -> bool:
    known = Resources.of(resources)
    named = {name.casefold() for name in (*reads.tables, *reads.functions)}
    return (
        not reads.complete
        or reads.kind is not StatementKind.query
        or any(known.named(table) is None for table in reads.tables)
        or bool(named & seat.created)
    )
