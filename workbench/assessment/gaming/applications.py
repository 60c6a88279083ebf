"""Applications that are opened and closed, and of which nothing was used. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from workbench.assessment.gaming.finding import Events, Found
from workbench.assessment.gaming.rules import Rule
from workbench.assessment.gaming.seen import CaseSeen, Seen


def opened_and_closed(seen: Seen, rule: Rule) -> Iterator[Found]:
    """Cases of a department that it took back or ended itself within so many days, unused: many of
    them and a share of all its cases, or the same content again and again."""
    by: dict[str, list[CaseSeen]] = defaultdict(list)
    for case in seen.cases:
        if seen.within(case.opened):
            by[case.department].append(case)
    for department, cases in sorted(by.items()):
        empty = [one for one in cases if _is_empty(one, seen, rule.limit("days"))]
        repeats = max(Counter(one.asked for one in empty).values(), default=0)
        share = len(empty) / len(cases)
        many = len(empty) >= rule.limit("cases") and share >= rule.limit("share")
        if empty and (many or repeats >= rule.limit("repeats")):
            days = [day for one in empty for day in (one.opened, one.closed) if day is not None]
            providers = Counter(one.provider for one in empty)
            most = min(providers, key=lambda name: (-providers[name], name))
            events = Events(cases=frozenset(one.id for one in empty))
            yield Found(
                department, most, min(days), max(days), len(empty), len(cases), share, events
            )


def _is_empty(case: CaseSeen, seen: Seen, days: float) -> bool:
    if case.used or case.closed is None or case.closed > seen.as_of:
        return False
    return (case.closed - case.opened).days <= days
