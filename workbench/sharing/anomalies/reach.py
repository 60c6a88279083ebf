"""Where in the ledger a first round begins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from workbench.ledger.chain import Journal
from workbench.model.days import day_of
from workbench.model.entry import EntryFilter, Event, Filed


def first_since(journal: Journal, day: date) -> int:
    """The position after which entries of ``day`` or later stand; 0 for the beginning.

    Entries stand in the order of their times, so that the place is found by halving: a ledger of
    ten million is asked 24 times. Where a clock went back, a few may be left out that are older.
    """
    head = journal.head()
    low, high = 0, 0 if head is None else head.seq
    while low < high:
        middle = (low + high + 1) // 2
        filed = journal.at(middle)
        if filed is not None and day_of(filed.entry.at) < day:
            low = middle
        else:
            high = middle - 1
    return low


def delivered_before(
    journal: Journal, resources: Iterable[str], position: int
) -> tuple[Filed, ...]:
    """Of each of these resources the last delivery that was taken up to this position, in the
    order of the ledger: a yearly one lies further back than any rule looks at people."""
    found: list[Filed] = []
    for name in resources:
        wanted = EntryFilter(
            resource=name, event=Event.extract_ingested.value, before=position + 1, limit=1
        )
        found += journal.find(wanted)
    return tuple(sorted(found, key=lambda filed: filed.entry.seq))
