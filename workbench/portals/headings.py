"""Which heading of a file is which field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.portals import reasons
from workbench.portals.fold import fold
from workbench.portals.mapping import PortalMapping
from workbench.portals.mapping_schema import Field


@dataclass(frozen=True)
class Found:
    """``places``: field -> its column, from 0; ``unread``: headings that no field took."""

    places: dict[Field, int]
    unread: tuple[str, ...]


def find(headings: Sequence[str], mapping: PortalMapping) -> Found:
    """For each field the first heading of the mapping's list that the file has."""
    at = {fold(heading): place for place, heading in reversed(list(enumerate(headings)))}
    places = {
        field: at[next(name for name in names if name in at)]
        for field, names in mapping.columns.items()
        if any(name in at for name in names)
    }
    taken = set(places.values())
    return Found(places, tuple(h for n, h in enumerate(headings) if n not in taken))


def check_headings(name: str, headings: Sequence[str], mapping: PortalMapping) -> None:
    """Raises InvalidInput: no heading is the title, or one that is read stands twice."""
    wanted = mapping.columns.get(Field.title, ())
    folded = [fold(h) for h in headings]
    if not set(wanted) & set(folded):
        raise reasons.no_title(name, headings, wanted)
    read = {heading for names in mapping.columns.values() for heading in names}
    for heading, at in zip(headings, folded, strict=True):
        if at in read and folded.count(at) > 1:
            raise reasons.heading_twice(name, heading)
