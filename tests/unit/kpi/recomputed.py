"""Every KPI once more, in plain Polars, from what the store and the ledger say themselves.

Written apart from ``workbench.kpi``: no fact, no statement and no clock of it is used here.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import polars as pl

from workbench.gateway.assemble import Workbench
from workbench.kpi.procedures import Record
from workbench.model.case import State
from workbench.model.days import day_of
from workbench.model.grant import OriginKind

REVIEW_DAYS = {"aba-2024": 7, "heilongjiang-2025": 1, "changde-2016": None}
"""Aba art. 25, Heilongjiang art. 22; Changde has none (DIGEST, deadlines)."""
SUPPLY_DAYS = {"changde-2016": 10}
"""Changde art. 17, of business libraries."""
DORMANT_MONTHS = {"heilongjiang-2025": 3}
"""Heilongjiang art. 27."""
CYCLE_DAYS = {"每周": 7, "每月": 31, "每季度": 92, "每年": 366}
GOVERNANCE = "gov_"
_NAMES = ("day", "department", "numerator", "denominator")


@dataclass
class Again:
    """One city as it is. ``figure(kpi)`` gives the value over all and by department."""

    bench: Workbench
    regulation: str
    as_of: date
    records: tuple[Record, ...] = ()
    workdays: list[date] = field(init=False)

    def __post_init__(self) -> None:
        calendar = self.bench.cases.calendar()
        days = (date(2025, 12, 1) + timedelta(days=n) for n in range(700))
        self.workdays = [day for day in days if calendar.is_working(day)]

    def figure(self, kpi: str) -> dict[str, float | None]:
        """By department; the whole under an empty name."""
        items, how = self._items()[kpi]()
        groups = {"": items} | {str(key[0]): part for key, part in items.group_by("department")}
        return {name: how(part) for name, part in groups.items()}

    def _items(self) -> dict[str, Callable[[], tuple[pl.DataFrame, Any]]]:
        in_force = pl.col("state").is_in(["active", "dormant"])
        opened, closed = pl.col("event") == "release_opened", pl.col("event") == "release_closed"
        return {
            "catalogued_rate": lambda: (self._catalogued(), ratio),
            "mounted_rate": lambda: (self._mounted(), ratio),
            "shared_rate": lambda: (self._shared(), ratio),
            "resources_by_type": lambda: (self.resources.with_columns(amount=1), total),
            "basis_stated": lambda: (
                self.resources.filter(pl.col("type") != "unconditional").with_columns(
                    numerator=pl.col("basis").cast(pl.Int64), denominator=1
                ),
                ratio,
            ),
            "updates_on_time": lambda: (self._updated(), ratio),
            "review_on_time": lambda: (self._on_time("review"), ratio),
            "supply_on_time": lambda: (self._on_time("supply"), ratio),
            "review_days": lambda: (self._took("review"), median),
            "supply_days": lambda: (self._took("supply"), median),
            "rectification_days": lambda: (self._took("rectify"), median),
            **{
                f"grants_{state}": lambda state=state: (self._in_state(state), total)
                for state in ("active", "dormant", "suspended")
            },
            "columns_used": lambda: (
                self.grants.filter(in_force).rename({"used": "numerator", "given": "denominator"}),
                ratio,
            ),
            "calls": lambda: (self.entries.filter(opened).with_columns(amount=1), total),
            "rows_released": lambda: (
                self.entries.filter(closed).rename({"rows": "amount"}), total
            ),
            "refusals": lambda: (self._refused().with_columns(amount=1), total),
            "refusal_rate": lambda: (self._refusal_rate(), ratio),
            "corrections_on_time": lambda: (self._answered("correction"), ratio),
            "demands_reviewed_on_time": lambda: (self._answered("demand"), ratio),
            "demands_met": lambda: (self._met(), ratio),
            "repeated_collection": lambda: (self._procedures("repeated_collection"), total),
            "not_aggregated": lambda: (
                self._procedures("not_aggregated").filter(pl.col("closed").is_null()), total
            ),
        }  # fmt: skip

    # The catalogue -------------------------------------------------------------------------------

    @cached_property
    def resources(self) -> pl.DataFrame:
        rows = []
        for resource in self.bench.city().resources.values():
            if resource.name.startswith(GOVERNANCE):
                continue
            history = self.bench.extracts.history(resource.name)
            version = next((v for v in history if day_of(v.ingested_at) <= self.as_of), None)
            rows.append(
                {
                    "department": resource.provider,
                    "resource": resource.name,
                    "type": resource.sharing.type.value,
                    "basis": bool(resource.sharing.legal_basis),
                    "mounted": version is not None,
                    "cycle": CYCLE_DAYS.get(resource.update_cycle),
                    "dated": version.data_date if version else None,
                }
            )
        return pl.DataFrame(rows)

    def _catalogued(self) -> pl.DataFrame:
        known = self.resources.select("department", numerator=1, denominator=1)
        wanted = [r for r in self.records if r.kind == "demand" and r.closed is None]
        if not wanted:
            return known
        asked = pl.DataFrame({"department": [r.provider for r in wanted]})
        more = asked.with_columns(numerator=pl.lit(0, pl.Int32), denominator=pl.lit(1, pl.Int32))
        return pl.concat([known, more], how="vertical_relaxed")

    def _mounted(self) -> pl.DataFrame:
        shareable = self.resources.filter(pl.col("type") != "not_shared")
        return shareable.with_columns(numerator=pl.col("mounted").cast(pl.Int64), denominator=1)

    def _shared(self) -> pl.DataFrame:
        live = self.grants.filter(pl.col("state").is_in(["active", "dormant"]))["resource"]
        there = self.resources.filter((pl.col("type") != "not_shared") & pl.col("mounted"))
        granted = pl.col("resource").is_in(live.unique().to_list())
        return there.with_columns(numerator=granted.cast(pl.Int64), denominator=1)

    def _updated(self) -> pl.DataFrame:
        kept = self.resources.filter(pl.col("cycle").is_not_null() & pl.col("dated").is_not_null())
        age = (pl.lit(self.as_of) - pl.col("dated")).dt.total_days()
        return kept.with_columns(
            numerator=(age <= 2 * pl.col("cycle")).cast(pl.Int64), denominator=1
        )

    # Cases ---------------------------------------------------------------------------------------

    @cached_property
    def steps(self) -> pl.DataFrame:
        """Each step with the one that follows it in its case."""
        rows = [
            {
                "case": case.id,
                "number": step.number,
                "event": step.event,
                "after": step.after.value,
                "day": day_of(step.at),
                "actor": step.actor,
                "applicant": case.application.department,
                "provider": case.provider,
            }
            for case in self.bench.store.cases.all()
            for step in case.steps
        ]
        following = [
            pl.col(name).shift(-1).over("case", order_by="number").alias(f"next_{name}")
            for name in ("event", "day", "actor")
        ]
        return pl.DataFrame(rows).with_columns(following)

    def _waits(self, kind: str) -> pl.DataFrame:
        """What began a wait, and what ended it."""
        begins = {
            "review": pl.col("event").is_in(["apply", "resubmit"]),
            "supply": (pl.col("event") == "approve") & (pl.col("after") == "approved"),
            "rectify": pl.col("event") == "notify",
        }[kind]
        whose = {"review": "provider", "supply": "provider", "rectify": "applicant"}[kind]
        return self.steps.filter(begins).with_columns(department=pl.col(whose))

    def _ended(self, kind: str) -> pl.DataFrame:
        by = {
            "review": ["approve", "refuse", "return"],
            "supply": ["supply"],
            "rectify": ["rectified", "suspend"],
        }[kind]
        ended = self._waits(kind).filter(pl.col("next_event").is_in(by))
        return ended if kind == "rectify" else ended.filter(pl.col("next_actor") != "platform")

    def _on_time(self, kind: str) -> pl.DataFrame:
        days = (REVIEW_DAYS if kind == "review" else SUPPLY_DAYS).get(self.regulation)
        if days is None:
            return pl.DataFrame(schema=dict.fromkeys(_NAMES[1:], pl.Int64))
        due = pl.col("day").map_elements(lambda day: self._due(day, days), pl.Date)
        answered = self._ended(kind).with_columns(
            numerator=(pl.col("next_day") <= due).cast(pl.Int64), denominator=1
        )
        running = self._waits(kind).filter(pl.col("next_event").is_null())
        overdue = running.filter(due < self.as_of).with_columns(
            numerator=pl.lit(0, pl.Int64), denominator=1
        )
        return pl.concat([answered, overdue])

    def _took(self, kind: str) -> pl.DataFrame:
        took = pl.struct("day", "next_day").map_elements(
            lambda row: sum(row["day"] < day <= row["next_day"] for day in self.workdays), pl.Int64
        )
        return self._ended(kind).with_columns(amount=took)

    def _due(self, day: date, count: int) -> date:
        return [one for one in self.workdays if one > day][count - 1]

    # Grants --------------------------------------------------------------------------------------

    @cached_property
    def grants(self) -> pl.DataFrame:
        read: dict[str, set[str]] = {}
        last: dict[str, date] = {}
        for body, day in self._bodies("release_opened"):
            for resource, taken in body["detail"].get("grants", {}).items():
                read.setdefault(taken[0], set()).update(body["content"][resource])
                last[taken[0]] = max(day, last.get(taken[0], day))
        rows = []
        for grant in self.bench.cases._grants():
            if grant.origin.decided_on and grant.origin.decided_on > self.as_of:
                continue  # nobody had decided of it by then
            given = {column.name for column in grant.columns}
            rows.append(
                {
                    "department": grant.department,
                    "resource": grant.resource,
                    "state": self._state(grant, last.get(grant.id)),
                    "given": len(given),
                    "used": len(given & read.get(grant.id, set())),
                }
            )
        return pl.DataFrame(rows)

    def _state(self, grant: Any, last: date | None) -> str:
        begun = grant.valid_from
        if grant.origin.kind is OriginKind.application:
            case = self.bench.store.cases.get(grant.origin.reference)
            assert case is not None
            if case.state not in (State.active, State.rectifying):
                return case.state.value
            granting = [
                day_of(s.at)
                for s in case.steps
                if s.after in (State.active, State.rectifying)
                and (s.before not in (State.active, State.rectifying) or s.event == "rectified")
            ]
            begun = max(granting)
            if case.clock and case.clock.due and case.clock.due < self.as_of:
                return "suspended"
        if grant.valid_until < self.as_of:
            return "expired"
        months = DORMANT_MONTHS.get(self.regulation)
        starts = [day for day in (begun, grant.origin.decided_on, last) if day is not None]
        if grant.origin.kind is OriginKind.application:
            starts = [day for day in (begun, last) if day is not None]
        if months and self._after(max(starts), months) < self.as_of:
            return "dormant"
        return "active"

    def _after(self, day: date, months: int) -> date:
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        same = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
        return next((one for one in self.workdays if one >= same), same)

    def _in_state(self, state: str) -> pl.DataFrame:
        return self.grants.filter(pl.col("state") == state).with_columns(amount=1)

    # Uses ----------------------------------------------------------------------------------------

    def _bodies(self, *events: str) -> Iterable[tuple[dict[str, Any], date]]:
        for filed in self.bench.store.journal.walk():
            body = json.loads(filed.entry.body)
            day = day_of(filed.entry.at)
            if body["event"] in events and day <= self.as_of:
                yield body, day

    @cached_property
    def entries(self) -> pl.DataFrame:
        rows = [
            {
                "event": body["event"],
                "department": body["department"],
                "outcome": body["detail"].get("outcome", ""),
                "rows": body["detail"].get("rows"),
            }
            for body, _ in self._bodies("release_opened", "release_closed", "decision")
        ]
        return pl.DataFrame(rows)

    def _refused(self) -> pl.DataFrame:
        return self.entries.filter((pl.col("event") == "decision") & (pl.col("outcome") == "deny"))

    def _refusal_rate(self) -> pl.DataFrame:
        opened = self.entries.filter(pl.col("event") == "release_opened")
        return pl.concat(
            [opened.with_columns(numerator=0), self._refused().with_columns(numerator=1)]
        ).with_columns(denominator=1)

    # Procedures ----------------------------------------------------------------------------------

    def _procedures(self, kind: str) -> pl.DataFrame:
        rows = [
            {
                "department": r.department,
                "provider": r.provider,
                "closed": r.closed,
                "due": r.due,
                "state": r.state,
                "key": r.deadline_key,
            }
            for r in self.records
            if r.kind == kind
        ]
        schema = {"department": pl.String, "provider": pl.String, "closed": pl.Date,
                  "due": pl.Date, "state": pl.String, "key": pl.String}  # fmt: skip
        return pl.DataFrame(rows, schema=schema).with_columns(amount=1)

    def _answered(self, kind: str) -> pl.DataFrame:
        key = {"correction": "correction.answer", "demand": "demand.review"}[kind]
        dated = self._procedures(kind).filter((pl.col("key") == key) & pl.col("due").is_not_null())
        known = dated.filter(pl.col("closed").is_not_null() | (pl.col("due") < self.as_of))
        hit = (pl.col("closed") <= pl.col("due")).fill_null(value=False)
        return known.with_columns(
            department=pl.col("provider"), numerator=hit.cast(pl.Int64), denominator=1
        )

    def _met(self) -> pl.DataFrame:
        closed = self._procedures("demand").filter(pl.col("closed").is_not_null())
        return closed.with_columns(
            department=pl.col("provider"),
            numerator=(pl.col("state") == "met").cast(pl.Int64),
            denominator=1,
        )


def ratio(items: pl.DataFrame) -> float | None:
    over = items["denominator"].sum()
    return items["numerator"].sum() / over if over else None


def total(items: pl.DataFrame) -> float | None:
    return float(items["amount"].sum() or 0)


def median(items: pl.DataFrame) -> float | None:
    found = items["amount"].median()
    return None if found is None else float(found)  # type: ignore[arg-type]
