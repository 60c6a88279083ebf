"""How grants are used: counted from the ledger, and when one has been left unused too long."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

from workbench.ledger.chain import Journal, fields_of
from workbench.model.case import GRANTING, Case
from workbench.model.days import day_of
from workbench.model.entry import Event, Filed
from workbench.model.grant import Grant
from workbench.regulations.calendar import Calendar
from workbench.regulations.deadline import Due, due
from workbench.regulations.profile import Key, Profile
from workbench.sharing.transitions import Event as TableEvent
from workbench.store.uses import Key as UseKey
from workbench.store.uses import Used, Uses

PAGE = 2000
"""Entries that are counted in one transaction (our default)."""
SECONDS = 1.0
"""How long whoever looks waits for the counts to be brought up to date (our default)."""


def count_uses(
    journal: Journal,
    uses: Uses,
    progress: Callable[[int], object] = lambda done: None,
    enough: Callable[[], bool] = lambda: False,
) -> int:
    """Count what the ledger holds and ``uses`` does not yet; answers how many entries those were.
    Several may do so at once: each entry is counted once. It ends early, between two pages, where
    it is ``enough``."""
    total = 0
    while not enough():
        after = uses.seen()
        page = list(islice(journal.walk(after or None), PAGE))
        if not page:
            break
        if uses.add(_counted(page), after, page[-1].entry.seq):
            total += len(page)
            progress(total)
    return total


class Tally:
    """Brings the counts up to date before somebody looks at them: one at a time, and not longer
    than ``SECONDS``, whoever waits. What is then still behind is said."""

    def __init__(self, journal: Journal, uses: Uses) -> None:
        self._journal, self._uses = journal, uses
        self._lock = threading.Lock()

    def bring_up(self) -> tuple[int, int]:
        """The entry that is counted to, and how many there are beyond it."""
        limit = time.monotonic() + SECONDS
        head = self._journal.head()
        last = 0 if head is None else head.seq
        if self._uses.seen() < last and self._lock.acquire(timeout=SECONDS):
            try:
                count_uses(self._journal, self._uses, enough=lambda: time.monotonic() > limit)
            finally:
                self._lock.release()
        seen = self._uses.seen()
        return seen, max(0, last - seen)


def dormant_after(
    case: Case, last_use: datetime | None, profile: Profile, calendar: Calendar
) -> Due | None:
    """When a grant counts as unused: so long after its last use, or after it began or was given
    back. None where the case grants nothing now."""
    if case.state not in GRANTING:
        return None
    days = [day_of(step.at) for step in case.steps if step.after in GRANTING and _begins(step)]
    start = max([*days, *([] if last_use is None else [day_of(last_use)])])
    return due(Key.grant_dormant, profile.deadlines[Key.grant_dormant], start, calendar)


def dormant_since_given(
    grant: Grant, last_use: datetime | None, profile: Profile, calendar: Calendar
) -> Due | None:
    """The same of a grant that a scenario gives. None where nobody knows when it began."""
    days = [grant.valid_from, grant.origin.decided_on, last_use and day_of(last_use)]
    known = [day for day in days if day is not None]
    if not known:
        return None
    return due(Key.grant_dormant, profile.deadlines[Key.grant_dormant], max(known), calendar)


def is_over(found: Due | None, today: date) -> bool:
    """Whether there is a number, and it has passed."""
    return found is not None and found.day is not None and today > found.day


def _begins(step: Any) -> bool:
    return step.before not in GRANTING or step.event == TableEvent.rectified


def _counted(page: list[Filed]) -> dict[UseKey, Used]:
    found: dict[UseKey, Used] = {}
    for filed in page:
        for key, used in _uses_in(filed):
            found[key] = used if key not in found else found[key].and_(used)
    return found


def _uses_in(filed: Filed) -> Iterator[tuple[UseKey, Used]]:
    """Of an entry that opened a release: each grant behind it, with the columns that were read. A
    body that somebody broke says nothing here; ``workbench audit verify`` finds it."""
    if filed.keys.get("event") != Event.release_opened.value:
        return
    fields = fields_of(filed.entry.body)
    grants = (fields or {}).get("detail", {}).get("grants", {})
    if fields is None or not isinstance(grants, dict):
        return
    person = str(fields.get("viewer") or fields.get("actor") or "")
    for resource, taken in grants.items():
        columns = frozenset(fields.get("content", {}).get(resource, ()))
        key = (str(taken[0]), person, day_of(filed.entry.at))
        yield key, Used(1, columns, filed.entry.at)
