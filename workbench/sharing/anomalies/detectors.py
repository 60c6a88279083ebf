"""What is out of the ordinary in what people did: frames in, findings out. Pure.

Every detector looks at windows that end on one of ``days``, those with new entries, so that a round
costs what is new; which windows there are does not depend on how the entries came in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from workbench.regulations.calendar import Calendar
from workbench.sharing.anomalies.rules import Kind, Rule
from workbench.store.anomalies import COUNTED

_WHO = ["person", "department"]
_MAD = 1.4826
"""A normal distribution's standard deviation over its median absolute deviation (Rousseeuw and
Croux 1993, Alternatives to the median absolute deviation, JASA 88, section 1)."""
_FLOOR = 0.25
"""Of the median: a person who does the same every day is not sudden for doing one more (ours)."""


@dataclass(frozen=True)
class Found:
    """What a rule found: whom or what about, the window, what was measured against what limit, and
    the positions of entries that show it. Empty: it is not about one."""

    rule: Rule
    since: date
    until: date
    measure: float
    threshold: float
    evidence: tuple[int, ...] = ()
    person: str = ""
    department: str = ""
    scenario: str = ""
    resource: str = ""
    grant_id: str = ""

    @property
    def subject(self) -> tuple[str, ...]:
        """One subject is found once for a window: the person, with their resource where keys are
        walked; or the grant, or the resource."""
        if self.rule.kind is Kind.enumeration:
            return self.person, self.department, self.resource
        if self.person:
            return self.person, self.department
        return (self.grant_id or self.resource,)


def beyond_scope(rule: Rule, hours: pl.DataFrame, days: Collection[date]) -> list[Found]:
    """``hours`` is ``facts.FRAME``: refused columns, by number and by their share of all asks."""
    asks = pl.col("calls") + pl.col("scope") + pl.col("purpose")
    windows = _windows(hours, days, rule.window_days, _WHO)
    found = _measured(windows, _WHO, "scope", asks.sum().alias("asks"))
    over = found.filter(
        (pl.col("measure") >= rule.limit("refusals"))
        & (pl.col("measure") >= rule.limit("share") * pl.col("asks"))
    )
    return _found(rule, over, rule.limit("refusals"))


def beyond_purpose(rule: Rule, hours: pl.DataFrame, days: Collection[date]) -> list[Found]:
    """Tables and scenarios that are somebody else's."""
    windows = _windows(hours, days, rule.window_days, _WHO)
    over = _measured(windows, _WHO, "purpose").filter(pl.col("measure") >= rule.limit("tries"))
    return _found(rule, over, rule.limit("tries"))


def enumeration(rule: Rule, hours: pl.DataFrame, days: Collection[date]) -> list[Found]:
    """Answers of a few rows on one resource."""
    by = [*_WHO, "resource"]
    windows = _windows(hours.filter(pl.col("resource") != ""), days, rule.window_days, by)
    found = _measured(windows, by, "lookups", pl.col("calls").sum().alias("all_calls"))
    over = found.filter(
        (pl.col("measure") >= rule.limit("lookups"))
        & (pl.col("measure") >= rule.limit("share") * pl.col("all_calls"))
    )
    return _found(rule, over, rule.limit("lookups"))


def sudden_volume(
    rule: Rule, hours: pl.DataFrame, days: Collection[date], others: Iterable[Found] = ()
) -> list[Found]:
    """A day's calls against the median of the person's own days of use before it. The look-ups of a
    day on which they were found walking keys (``others``) are told by that finding, and only the
    rest of the day counts here; for the days after it the whole of the day is history."""
    used = hours.filter(pl.col("calls") > 0)
    daily = used.group_by([*_WHO, "day"]).agg(pl.col("calls").sum().alias("past"))
    rest = _without_walks(used, others)
    marks = _measured(_windows(rest, days, 1, _WHO), _WHO, "calls")
    before = marks.select(*_WHO, "mark").join(daily, on=_WHO)
    history = timedelta(days=int(rule.limit("history_days")))
    before = before.filter(
        (pl.col("day") < pl.col("mark")) & (pl.col("day") >= pl.col("mark") - history)
    )
    over = marks.join(_limits(before, rule), on=[*_WHO, "mark"]).filter(
        (pl.col("active") >= rule.limit("active_days"))
        & (pl.col("measure") >= rule.limit("calls"))
        & (pl.col("measure") > pl.col("limit"))
    )
    return _found(rule, over.rename({"limit": "threshold"}), None)


def _without_walks(used: pl.DataFrame, others: Iterable[Found]) -> pl.DataFrame:
    walked = {
        (one.person, one.department, one.resource, one.until)
        for one in others
        if one.rule.kind is Kind.enumeration
    }
    keys = [*_WHO, "resource", "day"]
    told = pl.DataFrame(
        sorted(walked), schema={name: used.schema[name] for name in keys}, orient="row"
    )
    told = used.join(told.with_columns(walked=pl.lit(1)), on=keys, how="left")
    rest = pl.col("calls") - pl.col("walked").fill_null(0) * pl.col("lookups")
    return told.with_columns(calls=rest).filter(pl.col("calls") > 0).drop("walked")


def _limits(before: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """Of each person and day: the days of use before it, and how much would be sudden."""
    by = [*_WHO, "mark"]
    middle = before.with_columns(pl.col("past").median().over(by).alias("median"))
    spread = (pl.col("past") - pl.col("median")).abs().median() * _MAD
    found = middle.group_by(by).agg(
        pl.len().alias("active"), pl.col("median").first(), spread.alias("spread")
    )
    least = pl.max_horizontal(pl.col("spread"), pl.col("median") * _FLOOR, pl.lit(1.0))
    limit = pl.col("median") + rule.limit("deviations") * least
    return found.select(*by, "active", limit.alias("limit"))


def odd_hours(
    rule: Rule, hours: pl.DataFrame, days: Collection[date], calendar: Calendar
) -> list[Found]:
    """Outside working time, by somebody who did not work so before."""
    marked = _with_odd(rule, hours, calendar)
    odd = marked.filter(pl.col("odd") & (pl.col("calls") > 0))
    windows = _windows(odd, days, rule.window_days, _WHO)
    found = _measured(windows, _WHO, "calls", pl.col("day").n_unique().alias("days"))
    over = found.filter(
        (pl.col("measure") >= rule.limit("calls")) & (pl.col("days") >= rule.limit("days"))
    )
    return _found(rule, _without_habit(rule, over, marked), rule.limit("calls"))


def _with_odd(rule: Rule, hours: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
    working = [day for day in hours["day"].unique().to_list() if calendar.is_working(day)]
    within = pl.col("hour").is_between(
        rule.limit("from_hour"), rule.limit("to_hour"), closed="left"
    )
    return hours.with_columns(odd=~(within & pl.col("day").is_in(working)))


def _without_habit(rule: Rule, over: pl.DataFrame, marked: pl.DataFrame) -> pl.DataFrame:
    """The history ends where the window begins: what is found is not its own habit."""
    by = [*_WHO, "mark"]
    ends = pl.col("mark") - timedelta(days=rule.window_days)
    begins = ends - timedelta(days=int(rule.limit("history_days")))
    active = marked.filter(pl.col("calls") > 0).select(*_WHO, "day", "odd")
    past = over.select(by).join(active, on=_WHO)
    past = past.filter((pl.col("day") <= ends) & (pl.col("day") > begins))
    habits = past.group_by(by).agg(
        (pl.col("day").filter(pl.col("odd")).n_unique() / pl.col("day").n_unique()).alias("habit")
    )
    known = over.join(habits, on=by, how="left")
    return known.filter(pl.col("habit").fill_null(0.0) < rule.limit("habit"))


# Windows ------------------------------------------------------------------------------------------


def _windows(
    frame: pl.DataFrame, days: Collection[date], length: int, by: list[str]
) -> pl.DataFrame:
    """The rows of every window of so many days that ends on a day (``mark``) on which the subject
    did something."""
    marks = frame.filter(pl.col("day").is_in(list(days)))
    marks = marks.select(*by, pl.col("day").alias("mark")).unique()
    rows = marks.join(frame, on=by)
    begins = pl.col("mark") - timedelta(days=length)
    return rows.filter((pl.col("day") <= pl.col("mark")) & (pl.col("day") > begins))


def _measured(windows: pl.DataFrame, by: list[str], what: str, *more: pl.Expr) -> pl.DataFrame:
    """Of each window: how much (``measure``), where most of it was, and the last entries that show
    it. Of equals the first by name; a place that is known comes before one that is not."""
    window = [*by, "mark"]
    positions = pl.col(f"at_{what}").list.explode(keep_nulls=False, empty_as_null=False)
    shown = positions.unique().sort().tail(COUNTED * 2).alias("evidence")
    sums = windows.group_by(window).agg(pl.col(what).sum().alias("measure"), shown, *more)
    place = [name for name in ("scenario", "resource") if name not in by]
    places = windows.group_by([*window, *place]).agg(pl.col(what).sum().alias("here"))
    places = places.filter(pl.col("here") > 0).sort(
        pl.col("resource") == "", -pl.col("here"), "scenario", "resource"
    )
    places = places.unique(window, keep="first", maintain_order=True).drop("here")
    return sums.join(places, on=window)


def _found(rule: Rule, over: pl.DataFrame, threshold: float | None) -> list[Found]:
    """In the order of their days and subjects."""
    rows = over.sort("mark", *_WHO, "resource").iter_rows(named=True)
    return [_one(rule, row, threshold) for row in rows]


def _one(rule: Rule, row: Mapping[str, Any], threshold: float | None) -> Found:
    limit = row["threshold"] if threshold is None else threshold
    return Found(
        rule=rule,
        since=row["mark"] - timedelta(days=rule.window_days - 1),
        until=row["mark"],
        measure=float(row["measure"]),
        threshold=round(float(limit), 2),
        evidence=tuple(row["evidence"]),
        person=row["person"],
        department=row["department"],
        scenario=row["scenario"] or "",
        resource=row["resource"] or "",
    )
