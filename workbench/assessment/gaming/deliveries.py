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
    days = [day for day, _ in best] or [seen.as_of]
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
    """Resources with a short cycle of which most deliveries of the year are missing, and one or
    more came in the last days. What comes once a year is due whenever it comes."""
    late: dict[str, list[tuple[Entry, int, int, list[Version]]]] = defaultdict(list)
    start = seen.as_of - timedelta(days=rule.limit("days"))
    for entry in seen.entries:
        days = entry.cycle_days
        if days is None or days > rule.limit("longest_cycle"):
            continue
        versions = [one for one in seen.by_resource[entry.resource] if one.day >= seen.first]
        since = max(seen.first, entry.since or seen.as_of)
        due = int((start - since).days // days)
        made = min(sum(one.day < start for one in versions), due)
        last = [one for one in versions if one.day >= start]
        late[entry.provider].append((entry, due, made, last))
    for provider, mine in sorted(late.items()):
        yield from _caught_up(rule, provider, mine, seen.as_of)


def _caught_up(
    rule: Rule, provider: str, mine: list[tuple[Entry, int, int, list[Version]]], as_of: date
) -> Iterator[Found]:
    limit = rule.limit("missed")
    caught = [one for one in mine if one[3] and one[1] and 1 - one[2] / one[1] >= limit]
    due, made = sum(one[1] for one in mine), sum(one[2] for one in mine)
    if not due or len(caught) < rule.limit("resources") or 1 - made / due < limit:
        return
    last = [version for _, _, _, versions in caught for version in versions]
    events = Events(versions=frozenset((one.resource, one.number) for one in last))
    days = [one.day for one in last]
    share = 1 - made / due
    yield Found(provider, "", min(days), max(days), len(last), due, share, events)
