"""Calls that are made to be counted. Pure: frames of uses in, what was seen out.

A day of one person that stands out of their own days, and look-ups of one entity after the other,
are for the anomaly watch (docs/anomalies.md): here it is the even distance of calls, and who calls
whom over the whole year.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from workbench.assessment.gaming.finding import Events, Found
from workbench.assessment.gaming.rules import Rule
from workbench.assessment.gaming.seen import Seen

_TEMPLATE = ["department", "actor", "resource", "columns_used"]
"""One person, one resource, the same columns: a statement without its literals."""


def self_calls(seen: Seen, rule: Rule) -> Iterator[Found]:
    """Bursts: so many calls of one template in a day, at distances that are alike, on so many
    days. Found where they are such a share of a department's calls. ``unevenness`` is the
    interquartile range of the distances over their median: 0 of a clock, about 1.6 of calls at
    random moments (the exponential distribution); ours."""
    calls = seen.calls
    bursts = _bursts(calls, int(rule.limit("calls")), rule.limit("unevenness"))
    often = bursts.filter(pl.len().over(_TEMPLATE) >= rule.limit("bursts"))
    of = dict(calls.group_by("department").agg(pl.col("position").n_unique()).iter_rows())
    for (department,), mine in sorted(often.group_by("department"), key=lambda one: str(one[0])):
        hit = calls.join(mine, on=[*_TEMPLATE, "day"], how="semi")
        if hit["position"].n_unique() / of[department] >= rule.limit("share"):
            yield _found(hit, str(department), _most(hit), of[department])


def _bursts(calls: pl.DataFrame, least: int, unevenness: float) -> pl.DataFrame:
    """Template, day and ``count`` of those that are even. A median below a second is taken as one:
    what a machine sends as fast as it can is even, whatever the milliseconds."""
    apart = pl.col("at").diff().dt.total_milliseconds().drop_nulls()
    range_ = apart.quantile(0.75) - apart.quantile(0.25)
    return (
        calls.sort("at", "position")
        .group_by([*_TEMPLATE, "day"], maintain_order=True)
        .agg(
            pl.len().alias("count"),
            (range_ / pl.max_horizontal(apart.median(), 1000.0)).alias("unevenness"),
        )
        .filter((pl.col("count") >= least) & (pl.col("unevenness") <= unevenness))
    )


def own_calls(seen: Seen, rule: Rule) -> Iterator[Found]:
    """A department's calls of its own data, where they are so large a share of all its calls, and
    one person makes most of them, also without this person's busiest days: some days that stand
    out are for the anomaly watch. Own data used by many people are only used."""
    calls = seen.calls
    own = calls.filter(pl.col("provider") == pl.col("department"))
    of = dict(calls.group_by("department").agg(pl.col("position").n_unique()).iter_rows())
    for (department,), mine in sorted(own.group_by("department"), key=lambda one: str(one[0])):
        count = mine["position"].n_unique()
        made, steady = _by_one(mine, int(rule.limit("busiest_days")))
        is_one = made / count >= rule.limit("one_person") and steady >= rule.limit("calls")
        if is_one and count / of[department] >= rule.limit("share"):
            yield _found(mine, str(department), _most(mine), of[department])


def _by_one(calls: pl.DataFrame, busiest: int) -> tuple[int, int]:
    """Calls of the person who made most of them: all, and those without the busiest days."""
    daily = calls.group_by("actor", "day").agg(pl.col("position").n_unique().alias("made"))
    people: list[list[int]] = [
        sorted(made["made"].to_list(), reverse=True) for _, made in daily.group_by("actor")
    ]
    most = max(people, key=lambda made: (sum(made), made))
    return sum(most), sum(most[busiest:])


def mutual_calls(seen: Seen, rule: Rule) -> Iterator[Found]:
    """Two departments, of each of which such a share of its calls is of the other's data. Told of
    the one that is first by the alphabet; the events are of both."""
    calls = seen.calls
    of = dict(calls.group_by("department").agg(pl.col("position").n_unique()).iter_rows())
    between = {
        (one, other): count
        for one, other, count in calls.drop_nulls("provider")
        .group_by("department", "provider")
        .agg(pl.col("position").n_unique())
        .iter_rows()
    }
    for (one, other), count in sorted(between.items()):
        back = between.get((other, one), 0)
        least = min(count / of[one], back / of[other]) if one < other and back else 0.0
        if least >= rule.limit("share") and min(count, back) >= rule.limit("calls"):
            there = (pl.col("department") == one) & (pl.col("provider") == other)
            back_again = (pl.col("department") == other) & (pl.col("provider") == one)
            both = calls.filter(there | back_again)
            yield _found(both, one, other, of[one] + of[other], least)


def _most(hit: pl.DataFrame) -> str:
    """The resource with most of them."""
    counted = hit.group_by("resource").len().sort(["len", "resource"], descending=[True, False])
    return str(counted["resource"][0])


def _found(
    hit: pl.DataFrame, department: str, subject: str, of: int, share: float | None = None
) -> Found:
    positions, days = frozenset(hit["position"].to_list()), sorted(hit["day"].to_list())
    part = len(positions) / of if share is None else share
    events = Events(uses=positions)
    return Found(department, subject, days[0], days[-1], len(positions), of, part, events)
