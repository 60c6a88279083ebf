"""Where in the ledger a first round begins."""

from __future__ import annotations

from datetime import date

from workbench.ledger.chain import Journal
from workbench.model.days import day_of


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
