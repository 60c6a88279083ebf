"""What happens now and then: projects with their progress, deals of public resources, and entries
of the credit record. By month, of the enterprises that are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import polars as pl

from workbench.simulation.economy.chance import chance
from workbench.simulation.economy.course import Month
from workbench.simulation.economy.firms import Firms, Floats, Ints, Place, month_of
from workbench.simulation.economy.plan import Plan

LENGTHS = (6, 12, 18, 24, 36)
"""Months for which a project runs (ours)."""
STALLED = 0.06
"""The share of projects that stop half-way for half a year (ours)."""
DEALS = ("工程建设", "政府采购", "土地使用权", "矿业权", "国有产权")
DEAL_PARTS = (0.45, 0.35, 0.12, 0.02, 0.06)
CREDIT = ("行政处罚", "经营异常名录", "严重违法失信", "失信被执行人", "信用修复")
CREDIT_PARTS = (0.50, 0.27, 0.03, 0.12, 0.08)
SLID = 0.15
"""From which loss on an enterprise counts as one that slides (ours)."""


@dataclass(frozen=True)
class Project:
    """``whose``: number of the enterprise; ``begun``: number of the month; ``stalls``: number of
    the month of its own in which it stops for half a year, −1 if never."""

    number: int
    whose: int
    begun: int
    length: int
    planned: int
    stalls: int


@dataclass
class Occasions:
    """Projects go on from month to month, so this is asked for each month in order. ``deals`` and
    ``credit``: how many there were so far."""

    plan: Plan
    firms: Firms
    places: Sequence[Place]
    start: date
    seed: int
    projects: list[Project] = field(default_factory=list)
    deals: int = 0
    credit: int = 0

    def of(self, month: Month) -> dict[str, pl.DataFrame]:
        """A month's rows, by the name of the resource; projects are of ``register``."""
        self._begin(month, chance(self.seed, "projects", month.number))
        return {
            "project_progress": self._progress(month),
            "public_deal": self._dealt(month, chance(self.seed, "deals", month.number)),
            "credit_event": self._recorded(month, chance(self.seed, "credit", month.number)),
        }

    def register(self) -> pl.DataFrame:
        """All projects that were ever begun, as they were planned."""
        who = np.array([p.whose for p in self.projects], np.int64)
        begun = [month_of(self.start, p.begun) for p in self.projects]
        ends = [month_of(self.start, p.begun + p.length) for p in self.projects]
        return pl.DataFrame(
            {
                "project_code": [self._code(p) for p in self.projects],
                "project_name": [f"合成项目{p.number:06}号" for p in self.projects],
                **{column.name: column for column in self._whose(who)},
                "planned_investment": [p.planned for p in self.projects],
                "started_on": pl.Series(begun, dtype=pl.Date),
                "planned_end": pl.Series([e - timedelta(days=1) for e in ends], dtype=pl.Date),
            },
            schema_overrides={"project_code": pl.String, "project_name": pl.String,
                              "planned_investment": pl.Int64},
        )  # fmt: skip

    # Projects -------------------------------------------------------------------------------------

    def _begin(self, month: Month, rng: np.random.Generator) -> None:
        for whose in month.at[rng.random(len(month.at)) < self.plan.projects].tolist():
            length = int(rng.choice(LENGTHS))
            size = float(np.exp(self.firms.level[whose])) * float(rng.lognormal(1.0, 0.6))
            planned = max(500_000, int(round(size * length / 3, -4)))
            stalls = int(rng.integers(2, length)) if rng.random() < STALLED else -1
            number = len(self.projects) + 1
            self.projects.append(Project(number, whose, month.number, length, planned, stalls))

    def _progress(self, month: Month) -> pl.DataFrame:
        """What was invested so far and in the month, for projects that run, and by whom."""
        some = [p for p in self.projects if 0 <= month.number - p.begun <= p.length + 6]
        done = [_done(p, month.number - p.begun) for p in some]
        paired = list(zip(some, done, strict=True))
        invested = [round(p.planned * part) for p, part in paired]
        before = [_invested(p, month.number - 1) for p in some]
        told = pl.DataFrame(
            {
                "project_code": [self._code(p) for p in some],
                "month": [month.first] * len(some),
                "invested": invested,
                "state": [_state(p, month.number - p.begun, part) for p, part in paired],
                "completed": [now - then for now, then in zip(invested, before, strict=True)],
            },
            schema={"project_code": pl.String, "month": pl.Date, "invested": pl.Int64,
                    "state": pl.String, "completed": pl.Int64},
        )  # fmt: skip
        return told.with_columns(self._whose(np.array([p.whose for p in some], np.int64)))

    def _whose(self, who: Ints) -> list[pl.Series]:
        """Columns of enterprises by their numbers: code, county, class of industry."""
        counties = pl.Series("county_code", [place.code for place in self.places], dtype=pl.String)
        return [
            self.firms.code.gather(who).alias("credit_code"),
            counties.gather(self.firms.county[who]),
            self.firms.class_code.gather(who).alias("industry_code"),
        ]

    def _code(self, project: Project) -> str:
        place = self.places[self.firms.county[project.whose]].code
        return f"{month_of(self.start, project.begun).year}-{place}-{project.number:06}"

    # Deals and credit -----------------------------------------------------------------------------

    def _dealt(self, month: Month, rng: np.random.Generator) -> pl.DataFrame:
        count = int(rng.poisson(self.plan.deals * len(month.at) / 10_000))
        whose = rng.choice(month.at, count)
        ceiling = (
            np.round(np.exp(self.firms.level[whose]) * rng.lognormal(0.0, 0.8, count), -3) + 1_000
        )
        cut = np.clip(rng.normal(0.06, 0.05, count), 0.0, 0.4)
        numbers = self.deals + 1 + np.arange(count)
        self.deals += count
        counties = pl.Series([place.code for place in self.places])
        return pl.DataFrame(
            {
                "deal_code": [f"D{number:08}" for number in numbers.tolist()],
                "credit_code": self.firms.code.gather(whose),
                "county_code": counties.gather(self.firms.county[whose]),
                "deal_kind": pl.Series(DEALS).gather(rng.choice(len(DEALS), count, p=DEAL_PARTS)),
                "dealt_on": _days(month, count, rng),
                "ceiling_price": ceiling.astype(np.int64),
                "deal_price": np.round(ceiling * (1.0 - cut)).astype(np.int64),
                "bidders": rng.integers(1, 12, count),
            },
            schema_overrides={"deal_code": pl.String},
        )

    def _recorded(self, month: Month, rng: np.random.Generator) -> pl.DataFrame:
        usual = self.plan.credit.ordinary / 10_000
        chances = usual * np.where(month.sliding > SLID, self.plan.credit.sliding, 1.0)
        whose: Ints = month.at[rng.random(len(month.at)) < chances]
        kind = rng.choice(len(CREDIT), len(whose), p=CREDIT_PARTS)
        amount: Floats = np.round(rng.lognormal(9.5, 1.2, len(whose)))
        numbers = self.credit + 1 + np.arange(len(whose))
        self.credit += len(whose)
        fined = pl.Series(amount.astype(np.int64)).zip_with(
            pl.Series(kind == 0), pl.Series([None] * len(whose), dtype=pl.Int64)
        )
        return pl.DataFrame(
            {
                "event_code": [f"C{number:08}" for number in numbers.tolist()],
                "credit_code": self.firms.code.gather(whose),
                "event_kind": pl.Series(CREDIT).gather(kind),
                "happened_on": _days(month, len(whose), rng),
                "fine": fined,
            },
            schema_overrides={"event_code": pl.String},
        ).with_columns(self._whose(whose)[1:])


def _done(project: Project, month: int) -> float:
    """The part that is invested after so many months: slow, fast, slow."""
    if project.stalls >= 0 and month > project.stalls:
        month = max(project.stalls, month - 6)
    part = min(1.0, (month + 1) / (project.length + 1))
    return part * part * (3.0 - 2.0 * part)


def _invested(project: Project, month: int) -> int:
    """Yuan until a month, by its number; 0 before it begins."""
    age = month - project.begun
    return round(project.planned * _done(project, age)) if age >= 0 else 0


def _state(project: Project, month: int, done: float) -> str:
    if done >= 1.0:
        return "已完工"
    stalled = project.stalls >= 0 and project.stalls < month <= project.stalls + 6
    return "停工" if stalled else "在建"


def _days(month: Month, count: int, rng: np.random.Generator) -> pl.Series:
    days = rng.integers(0, 28, count).tolist()
    return pl.Series([month.first + timedelta(days=day) for day in days], dtype=pl.Date)
