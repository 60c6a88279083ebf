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
from itertools import pairwise
from typing import Any

import polars as pl

from workbench.gateway.assemble import Workbench
from workbench.model.case import State
from workbench.model.days import day_of
from workbench.model.grant import OriginKind

REVIEW_DAYS = {"aba-2024": 7, "heilongjiang-2025": 1, "changde-2016": None}
"""Aba art. 25, Heilongjiang art. 22; Changde has none (DIGEST, deadlines)."""
SUPPLY_DAYS = {"changde-2016": 10}
"""Changde art. 17, of business libraries."""
ANSWER_DAYS = {("heilongjiang-2025", "correction"): 5, ("heilongjiang-2025", "demand"): 3}
"""Heilongjiang arts. 24, 29."""
ASKS = {"submit", "order", "forward", "send_back", "ask"}
ANSWERS = {"correct", "confirm", "accept", "reject", "point_to"}
ENDS = {
    "correction": {"corrected", "closed", "withdrawn"},
    "demand": {"mounted", "rejected", "answered", "withdrawn"},
    "repeated_collection": {"stopped", "justified", "dismissed", "withdrawn"},
    "not_aggregated": {"aggregated", "refused", "withdrawn"},
}
_PROCEDURE = {
    "kind": pl.String, "department": pl.String, "state": pl.String, "over": pl.Boolean,
    "due": pl.Date, "answered": pl.Date,
}  # fmt: skip
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
            "open_rate": lambda: (
                self.resources.with_columns(numerator=pl.col("open"), denominator=1), ratio
            ),
            "updates_on_time": lambda: (self._updated(), ratio),
            "deliveries_on_time": lambda: (self._deliveries(), ratio),
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
            "repeated_collection": lambda: (
                self._of_kind("repeated_collection", "found", "stopping", "argued", "stopped"),
                total,
            ),
            "not_aggregated": lambda: (
                self._of_kind("not_aggregated", "confirmed"), total
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
                    "open": int(resource.open_type.value in ("unconditional", "conditional")),
                    "mounted": version is not None,
                    "cycle": CYCLE_DAYS.get(resource.update_cycle),
                    "dated": version.data_date if version else None,
                }
            )
        return pl.DataFrame(rows)

    def _catalogued(self) -> pl.DataFrame:
        known = self.resources.select("department", numerator=1, denominator=1)
        wanted = self._of_kind("demand").filter(~pl.col("over"))
        more = wanted.select("department", numerator=0, denominator=1)
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

    def _deliveries(self) -> pl.DataFrame:
        """Each after the first within two cycles of the date of the data before; what is owed."""
        rows = []
        for resource in self.bench.city().resources.values():
            cycle = CYCLE_DAYS.get(resource.update_cycle)
            if resource.name.startswith(GOVERNANCE) or cycle is None:
                continue
            history = self.bench.extracts.history(resource.name)
            there = [v for v in history if day_of(v.ingested_at) <= self.as_of]
            for before, made in pairwise(sorted(there, key=lambda version: version.version)):
                if before.data_date is not None:
                    due = before.data_date + timedelta(days=2 * cycle)
                    rows.append((resource.provider, int(day_of(made.ingested_at) <= due), 1))
        named = {"department": pl.String, "numerator": pl.Int64, "denominator": pl.Int64}
        owed = self._updated().filter(pl.col("numerator") == 0)
        made_so_far = pl.DataFrame(rows, schema=named, orient="row")
        return pl.concat([made_so_far, owed.select(*named)], how="vertical_relaxed")

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
            late = bool(case.clock and case.clock.due and case.clock.due < self.as_of)
            if late and grant.valid_until >= self.as_of:  # what has run out is not suspended too
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

    @cached_property
    def procedures(self) -> pl.DataFrame:
        """A row for each, as its steps left it at the end of the day."""
        rows = []
        for found in self.bench.store.procedures.all():
            steps = [(s.event, day_of(s.at), s.after) for s in found.steps]
            steps = [step for step in steps if step[1] <= self.as_of]
            if found.kind not in ENDS or not steps:
                continue
            due, answered = self._asked(found.kind, steps)
            rows.append(
                {
                    "kind": found.kind,
                    "department": found.provider,
                    "state": steps[-1][2],
                    "over": steps[-1][2] in ENDS[found.kind],
                    "due": due,
                    "answered": answered,
                }
            )
        return pl.DataFrame(rows, schema=_PROCEDURE).with_columns(amount=1, denominator=1)

    def _asked(self, kind: str, steps: list[tuple[str, date, str]]) -> tuple[Any, Any]:
        """The day by which an answer was due, and when it came: of the first that came late, else
        of the last. What was withdrawn was not to be answered any more."""
        number = ANSWER_DAYS.get((self.regulation, kind))
        asked: date | None = None
        found: list[tuple[date, date | None]] = []
        for event, day, _ in steps:
            if asked is not None and event in ANSWERS:
                found.append((asked, day))
            if event in ANSWERS or event == "withdraw":
                asked = None
            if number is not None and event in ASKS:
                asked = self._due(day, number)
        if asked is not None:
            found.append((asked, None))
        late = [(due, came) for due, came in found if came is not None and came > due]
        return (late or found[-1:] or [(None, None)])[0]

    def _of_kind(self, kind: str, *states: str) -> pl.DataFrame:
        found = self.procedures.filter(pl.col("kind") == kind)
        return found.filter(pl.col("state").is_in(states)) if states else found

    def _answered(self, kind: str) -> pl.DataFrame:
        dated = self._of_kind(kind).filter(pl.col("due").is_not_null())
        came = pl.col("answered")
        known = dated.filter(came.is_not_null() | (pl.col("due") < self.as_of))
        hit = (came <= pl.col("due")).fill_null(value=False)
        return known.with_columns(numerator=hit.cast(pl.Int64))

    def _met(self) -> pl.DataFrame:
        hit = pl.col("state").is_in(["mounted", "answered"])
        return self._of_kind("demand").filter("over").with_columns(numerator=hit.cast(pl.Int64))


def ratio(items: pl.DataFrame) -> float | None:
    over = items["denominator"].sum()
    return items["numerator"].sum() / over if over else None


def total(items: pl.DataFrame) -> float | None:
    return float(items["amount"].sum() or 0)


def median(items: pl.DataFrame) -> float | None:
    found = items["amount"].median()
    return None if found is None else float(found)  # type: ignore[arg-type]
