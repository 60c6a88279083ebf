"""The rules of the gaming watch over one year: the table of detectors, and one look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from workbench.assessment.gaming import applications, calls, deliveries
from workbench.assessment.gaming.finding import Finding, Found, asked
from workbench.assessment.gaming.rules import Kind, Rule
from workbench.assessment.gaming.seen import Seen

Detector = Callable[[Seen, Rule], Iterator[Found]]

DETECTORS: Mapping[Kind, Detector] = {
    Kind.split_entries: deliveries.split_entries,
    Kind.unchanged: deliveries.unchanged,
    Kind.self_calls: calls.self_calls,
    Kind.own_calls: calls.own_calls,
    Kind.mutual_calls: calls.mutual_calls,
    Kind.opened_and_closed: applications.opened_and_closed,
    Kind.before_count: deliveries.before_count,
}


def look(seen: Seen, rules: Iterable[Rule]) -> tuple[Finding, ...]:
    """By rule in their order, then by department and subject. The order of what was seen makes no
    difference."""
    found: list[Finding] = []
    for rule in rules:
        mine = [asked(rule, one) for one in DETECTORS[rule.kind](seen, rule)]
        found += sorted(mine, key=lambda one: one.key)
    return tuple(found)
