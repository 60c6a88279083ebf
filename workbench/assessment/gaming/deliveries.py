"""Entries and deliveries that raise a count and bring nothing new. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from workbench.assessment.gaming.finding import Events, Found
from workbench.assessment.gaming.rules import Rule
from workbench.assessment.gaming.seen import Entry, Seen, Version


def split_entries(seen: Seen, rule: Rule) -> Iterator[Found]:
    """Entries of one provider that are alike in their columns (Jaccard, with the data element of
    each), so many of them new within so many days. Those that never had data have no day, and count
    with every one of them. What was there before the first new one is taken as what was divided."""
    by: dict[str, list[Entry]] = defaultdict(list)
    for entry in seen.entries:
        if entry.columns and (entry.since is None or entry.since <= seen.as_of):
            by[entry.provider].append(entry)
    for provider, mine in sorted(by.items()):
        for alike in _alike(mine, rule.limit("likeness")):
            yield from _divided(seen, rule, provider, alike)


def _divided(seen: Seen, rule: Rule, provider: str, alike: Sequence[Entry]) -> Iterator[Found]:
    dated = sorted((one.since, one.resource) for one in alike if one.since is not None)
    undated = [one.resource for one in alike if one.since is None]
    new = [(day, name) for day, name in dated[1:] if seen.within(day)]
    span = timedelta(days=rule.limit("days"))
    best = max(
        ([one for one in new if day <= one[0] <= day + span] for day, _ in new),
        key=len,
        default=[],
    )
    parts = [name for _, name in best] + (undated if dated else undated[1:])
    if len(parts) < rule.limit("entries"):
        return
    first = dated[0][1] if dated else undated[0]
    days = [day for day, _ in best] or [seen.first, seen.as_of]
    share = len(parts) / len(alike)
    events = Events(resources=frozenset(parts))
    yield Found(provider, first, min(days), max(days), len(parts), len(alike), share, events)


def _alike(entries: Iterable[Entry], likeness: float) -> list[list[Entry]]:
    """Groups: each is like the first of its group."""
    groups: list[list[Entry]] = []
    for entry in sorted(entries, key=lambda one: (one.since or date.max, one.resource)):
        home = next((one for one in groups if _jaccard(one[0], entry) >= likeness), None)
        if home is None:
            groups.append([entry])
        else:
            home.append(entry)
    return [group for group in groups if len(group) > 1]


def _jaccard(one: Entry, other: Entry) -> float:
    """Columns in both over columns in either (Jaccard, Bull. Soc. vaudoise 37 (1901) 547-579)."""
    return len(one.columns & other.columns) / len(one.columns | other.columns)


def unchanged(seen: Seen, rule: Rule) -> Iterator[Found]:
    """Deliveries of a resource in the year whose contents are those of the one before."""
    for name, versions in sorted(seen.by_resource.items()):
        of = sum(seen.within(one.day) for one in versions)
        same = [
            after
            for before, after in pairwise(versions)
            if seen.within(after.day) and after.content and after.content == before.content
        ]
        if same and len(same) >= rule.limit("times") and len(same) / of >= rule.limit("share"):
            events = Events(versions=frozenset((one.resource, one.number) for one in same))
            days = [one.day for one in same]
            share = len(same) / of
            who = seen.providers[name]
            yield Found(who, name, min(days), max(days), len(same), of, share, events)


def before_count(seen: Seen, rule: Rule) -> Iterator[Found]:
    """Resources with a short cycle of which nothing came for so many cycles, and then something in
    the last days; so many of one provider. What comes once a year is due whenever it comes."""
    start = seen.as_of - timedelta(days=rule.limit("days"))
    short: dict[str, list[Entry]] = defaultdict(list)
    for entry in seen.entries:
        if entry.cycle_days is not None and entry.cycle_days <= rule.limit("longest_cycle"):
            short[entry.provider].append(entry)
    for provider, mine in sorted(short.items()):
        caught = [last for one in mine if (last := _late(seen, rule, one, start))]
        if caught and len(caught) >= rule.limit("resources"):
            last = [version for versions in caught for version in versions]
            events = Events(versions=frozenset((one.resource, one.number) for one in last))
            days, share = [one.day for one in last], len(caught) / len(mine)
            yield Found(provider, "", min(days), max(days), len(caught), len(mine), share, events)


def _late(seen: Seen, rule: Rule, entry: Entry, start: date) -> list[Version]:
    """What came in the last days after a silence that was too long."""
    versions = seen.by_resource[entry.resource]
    last = [one for one in versions if one.day >= start]
    before = [one for one in versions if one.day < start]
    if not last or not before or entry.cycle_days is None:
        return []
    silence = (last[0].day - before[-1].day).days
    return last if silence >= rule.limit("silent") * entry.cycle_days else []
