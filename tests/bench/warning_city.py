"""Records and truth of a sample city for measuring early warning, straight from the simulator.

The rules' own statements are asked of the tables that would have been delivered, so that a rule
sees here what it sees in a city. The truth is of ``planted_economy.json``'s form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from workbench.catalogue.regulations import known_regulations
from workbench.economy import warning
from workbench.economy.frames import add_months
from workbench.simulation.economy.city import Ground, SampleCity
from workbench.simulation.economy.firms import register
from workbench.simulation.economy.plan import shipped
from workbench.simulation.economy.tables import monthly
from workbench.warnings import statements
from workbench.warnings.definition import Rule, load_rules

SHIPPED = Path(str(resources.files("workbench.simulation") / "shipped" / "city"))
LAST = date(2026, 9, 1)
DIVISIONS = "371600"
WATCHED = 15
"""The first month that is judged: before it nothing is planted."""
UNDER_WAY = 6
"""Events that begin in the last months are neither asked for nor wrong: nobody had time."""
GRACE = 1
"""Months after an event's end in which an alarm is still about it: records are a month late."""
INNOCENT = ("maintenance", "meter", "campaign")

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Event:
    """``row``: of the subject; months are numbers. ``judged``: whether it can be missed."""

    kind: str
    row: int
    start: int
    full: int
    last: int
    depth: float
    judged: bool


@dataclass(frozen=True, eq=False)
class Measured:
    """``panel``: all inputs of all rules. ``rows``: number of each subject; ``there``: which of
    them have records in which month. ``areas``: of industries and counties."""

    seed: int
    months: tuple[date, ...]
    panel: pl.DataFrame
    rows: dict[str, int]
    there: npt.NDArray[np.bool_]
    events: tuple[Event, ...]
    areas: tuple[tuple[str, Event], ...]


def rules() -> dict[str, Rule]:
    return load_rules(SHIPPED, known_regulations(SHIPPED))


def measured_city(seed: int, count: int, months: int, asked: dict[str, Rule]) -> Measured:
    start = add_months(LAST, 1 - months)
    ground = Ground.of(SHIPPED, DIVISIONS)
    city = SampleCity(shipped(), ground, count, start, months, seed)
    panel = _panel(city, asked)
    names = panel["subject"].unique().sort().to_list()
    rows = {name: number for number, name in enumerate(names)}
    there = np.zeros((len(rows), months), np.bool_)
    there[_rows(panel, rows), _numbers(panel["month"], start)] = True
    truth: dict[str, Any] = city.truth()
    firms = tuple(
        _event(one, rows[one["subject"]], start, months)
        for one in truth["events"]
        if one["subject"] in rows
    )
    areas = tuple((one["subject"], _event(one, 0, start, months)) for one in truth["areas"])
    known = tuple(add_months(start, n) for n in range(months))
    return Measured(seed, known, panel, rows, there, firms, areas)


def _panel(city: SampleCity, asked: dict[str, Rule]) -> pl.DataFrame:
    """Inputs of the same name are the same in all rules: they are asked once."""
    engine = duckdb.connect(config={"threads": "1"})
    for name, frame in _tables(city).items():
        engine.register(name, frame)
    of = {name: rule for rule in asked.values() for name in rule.inputs}
    first, last = city.month(0), city.month(city.months - 1)
    records = {
        name: engine.execute(statements.of_input(rule, name, first, last)).pl()
        for name, rule in of.items()
    }
    entered = engine.execute(statements.of_register(next(iter(asked.values())))).pl()
    events = frozenset(name for name, rule in of.items() if name in rule.events)
    return warning.together(records, entered, events)


def _tables(city: SampleCity) -> dict[str, pl.DataFrame]:
    course, occasions = city.begun(), city._occasions(None)
    found: dict[str, list[pl.DataFrame]] = {}
    for number in range(city.months):
        month = course.month(number)
        made = monthly(city.firms, city.ground.places, month) | occasions.of(month)
        for name, frame in made.items():
            found.setdefault(name, []).append(frame)
    tables = {name: pl.concat(frames) for name, frames in found.items()}
    entered = register(city.firms, city.ground.places, city.start, city.months)
    return {**tables, "enterprise": entered}


def _rows(panel: pl.DataFrame, rows: dict[str, int]) -> npt.NDArray[np.int64]:
    return panel["subject"].replace_strict(rows, return_dtype=pl.Int64).to_numpy()


def _numbers(months: pl.Series, start: date) -> npt.NDArray[np.int64]:
    counted = months.dt.year().cast(pl.Int64) * 12 + months.dt.month().cast(pl.Int64)
    return (counted - (start.year * 12 + start.month)).to_numpy()


def _event(one: dict[str, Any], row: int, start: date, months: int) -> Event:
    def number(text: str) -> int:
        day = date.fromisoformat(text)
        return (day.year - start.year) * 12 + day.month - start.month

    first, last = number(one["from"]), number(one["until"])
    judged = first < months - UNDER_WAY or last < months
    return Event(one["kind"], row, first, first + one["over"] - 1, last, one["depth"], judged)


def input_matrix(city: Measured, name: str) -> Matrix:
    """A record by subject and month, NaN where there is none."""
    found = np.full(city.there.shape, np.nan)
    at = _rows(city.panel, city.rows), _numbers(city.panel["month"], city.months[0])
    found[at] = city.panel[name].fill_null(np.nan).to_numpy()
    return found


def alert_matrix(city: Measured, rule: Rule, blue: float | None = None) -> Matrix:
    """The rule's scores by subject and month, NaN where it does not alarm. ``blue``: another level
    to begin at, for tuning."""
    levels = rule.levels
    if blue is not None:
        levels = warning.Levels(blue=blue, yellow=blue, orange=blue, red=blue)
    names = city.rows
    if rule.subject != "enterprise":
        names = {n: i for i, n in enumerate(areas_of(city, rule.subject))}
    found = np.full((len(names), len(city.months)), np.nan)
    needed = warning.months_needed(rule.parameters)
    wanted = ("subject", "month", "county", "industry", "closed", *rule.parameters.inputs)
    panel = city.panel.select(wanted).sort("month")
    for number in range(WATCHED - 3, len(city.months)):
        month = city.months[number]
        some = panel.filter(pl.col("month").is_between(add_months(month, 1 - needed), month))
        raised = warning.alerts(rule.found_by, rule.parameters, levels, some, month)
        at = [names[name] for name in raised["subject"].to_list()]
        found[at, number] = raised["score"].to_numpy()
    return found


def areas_of(city: Measured, of: str) -> list[str]:
    names: list[str] = city.panel[of].unique().sort().to_list()
    return names
