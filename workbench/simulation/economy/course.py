"""Each month of a sample city: what every enterprise makes, sells, uses, pays, employs and owes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from workbench.simulation.economy.chance import chance
from workbench.simulation.economy.cycles import Cycles
from workbench.simulation.economy.events import PlantedEconomy, kept
from workbench.simulation.economy.firms import Firms, Floats, Ints, month_of
from workbench.simulation.economy.plan import Plan

SALES_NOW = 0.7
"""What of a month's output is invoiced in it; the rest is in the next (ours)."""
HIRING = 0.25
"""What of the employees that are missing is hired in a month; who leaves goes as fast (ours)."""
TURNOVER = 0.02
WAGE = 5_600.0
"""Yuan a month in the middle, at the beginning (ours)."""
INCOME_TAX = 0.25
"""The rate of enterprise income tax (Enterprise Income Tax Law of 2007, art. 4)."""
QUARTERS = (1, 4, 7, 10)
"""Months in which income tax of the quarter before is paid in advance (the same law, art. 54)."""


@dataclass(frozen=True, eq=False)
class Month:
    """``at``: the enterprises that are there; all else is of these, in yuan, kWh, m3 and people.
    ``paid`` are taxes, ``exports`` and ``imports`` are sales and purchases abroad, ``overdue`` is
    of ``loans``; ``sliding``: whether something that lasts is wrong with it."""

    number: int
    first: date
    at: Ints
    output: Floats
    sales: Floats
    purchases: Floats
    vat: Floats
    income_tax: Floats
    other_tax: Floats
    power: Floats
    gas: Floats
    people: Ints
    joined: Ints
    left: Ints
    wages: Floats
    exports: Floats
    imports: Floats
    loans: Floats
    lent: Floats
    overdue: Floats
    sliding: Floats


@dataclass
class Carried:
    """What the next month goes on from, of those that opened by then."""

    own: Floats
    output: Floats
    sales: Floats
    quarter: Floats
    people: Floats
    loans: Floats
    behind: Floats
    """Months for which it has not paid its loans as agreed, fading."""

    def __len__(self) -> int:
        return len(self.own)


@dataclass
class Course:
    """Months in order, each once. A month depends on those before it alone, so that with more of
    them the first stay the same. ``carried``: None before the first."""

    plan: Plan
    firms: Firms
    cycles: Cycles
    planted: PlantedEconomy
    start: date
    seed: int
    carried: Carried | None = None

    def month(self, number: int) -> Month:
        firms = self.firms.between(0, self.firms.known(number))
        self.carried = _grown(self.carried, firms, self.plan)
        left = kept(self.planted.firms, firms, self.planted.areas, number)
        rng = chance(self.seed, "month", number)
        return _month(self.plan, firms, self.cycles, self.carried, left, number, self.start, rng)


@dataclass(frozen=True, eq=False)
class _Steady:
    """What each enterprise has of its industry, by enterprise."""

    people: Floats
    power: Floats
    gas: Floats
    tax: Floats
    local: Floats

    @staticmethod
    def of(plan: Plan, firms: Firms) -> _Steady:
        def each(name: str) -> Floats:
            values: Floats = np.array([getattr(i, name) for i in plan.industries], np.float64)
            return values[firms.industry]

        return _Steady(
            people=each("people") / 100_000 * firms.people,
            power=each("power") / 1_000 * firms.power,
            gas=each("gas") / 1_000 * firms.power,
            tax=each("tax"),
            local=1.0 - firms.abroad,
        )


def _grown(carried: Carried | None, firms: Firms, plan: Plan) -> Carried:
    """With those that are new."""
    old = 0 if carried is None else len(carried)
    new = firms.between(old, len(firms))
    output = np.exp(new.level)
    needed = _needed(output, new, _Steady.of(plan, new))
    added = Carried(
        own=np.zeros(len(new)),
        output=output,
        sales=output.copy(),
        quarter=np.zeros(len(new)),
        people=np.maximum(needed, 1.0),
        loans=output * 4.0,
        behind=np.zeros(len(new)),
    )
    if carried is None or not len(new):
        return carried or added
    names = [each.name for each in fields(Carried)]
    return Carried(**{n: np.concatenate([getattr(carried, n), getattr(added, n)]) for n in names})


def _needed(output: Floats, firms: Firms, steady: _Steady) -> Floats:
    """Large ones need fewer people for the same (ours: an elasticity of 0.7)."""
    usual = np.exp(firms.level)
    scale = (usual / 1e6) ** -0.3
    found: Floats = steady.people * usual * np.minimum(scale, 3.0) * (output / usual) ** 0.7
    return found


def _month(
    plan: Plan, firms: Firms, cycles: Cycles, carried: Carried, left: dict[str, Floats],
    number: int, start: date, rng: np.random.Generator,
) -> Month:  # fmt: skip
    steady = _Steady.of(plan, firms)
    at, first = firms.there(number), month_of(start, number)
    output, usual = _output(plan, firms, cycles, carried, left, number, rng)
    exports, imports = _trade(plan, firms, output, left, rng)
    sales = _sales(plan, output, carried, rng)
    purchases = sales * (1.0 - firms.margin) * 0.75 * rng.lognormal(0.0, 0.1, len(firms))
    vat, income, other = _taxes(firms, steady, carried, sales, left, first)
    people, joined, gone = _people(
        firms, steady, carried, usual * left["activity"], left, number, rng
    )
    loans, lent, overdue = _loans(carried, usual, left, rng)
    power, gas = _energy(plan, firms, steady, cycles, output, left, number, rng)
    carried.output, carried.sales = output, sales
    trouble = 1.0 - left["activity"] * left["tax"]
    wages = people * WAGE * (1.0 + 0.05 * number / 12) * rng.lognormal(0.0, 0.02, len(firms))
    reported = output * rng.lognormal(0.0, plan.noise.output, len(firms))
    return Month(
        number, first, at, _yuan(reported[at]), _yuan(sales[at]), _yuan(purchases[at]),
        _yuan(vat[at]), _yuan(income[at]), _yuan(other[at]), np.round(power[at]), np.round(gas[at]),
        people[at], joined[at], gone[at], _yuan(wages[at]), _yuan(exports[at]), _yuan(imports[at]),
        _yuan(loans[at]), _yuan(lent[at]), _yuan(overdue[at]), trouble[at],
    )  # fmt: skip


def _output(
    plan: Plan, firms: Firms, cycles: Cycles, carried: Carried, left: dict[str, Floats],
    number: int, rng: np.random.Generator,
) -> tuple[Floats, Floats]:  # fmt: skip
    """What is made, and what would be made in a month without season and trouble."""
    each = plan.enterprise
    carried.own = each.lasts * carried.own + rng.normal(0.0, each.news, len(firms))
    trend = cycles.industry[firms.industry, number] + cycles.county[firms.county, number]
    usual = np.exp(firms.level + trend + carried.own)
    alone = rng.normal(0.0, each.alone, len(firms))
    season = np.exp(cycles.season[firms.industry, number] + alone)
    abroad = 1.0 - firms.abroad * (1.0 - left["exports"])  # what is not sold there is not made
    return usual * season * left["activity"] * abroad, usual


def _trade(
    plan: Plan, firms: Firms, output: Floats, left: dict[str, Floats], rng: np.random.Generator
) -> tuple[Floats, Floats]:
    kept_abroad = np.where(firms.abroad > 0, left["exports"] / _share(firms, left), 0.0)
    noise = rng.lognormal(0.0, plan.noise.exports, len(firms))
    exports = output * firms.abroad * kept_abroad * noise
    imports = exports * 0.35 * rng.lognormal(0.0, 0.3, len(firms))
    return exports, imports


def _share(firms: Firms, left: dict[str, Floats]) -> Floats:
    """What is left of output where a part of the sales abroad is lost."""
    found: Floats = np.maximum(1.0 - firms.abroad * (1.0 - left["exports"]), 1e-6)
    return found


def _sales(plan: Plan, output: Floats, carried: Carried, rng: np.random.Generator) -> Floats:
    noise = rng.lognormal(0.0, plan.noise.invoices, len(output))
    found: Floats = (SALES_NOW * output + (1.0 - SALES_NOW) * carried.output) * noise
    return found


def _taxes(
    firms: Firms, steady: _Steady, carried: Carried, sales: Floats, left: dict[str, Floats],
    first: date,
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """Of the sales of the month before: a month's taxes are declared in the next."""
    declared = carried.sales * left["tax"]
    vat = declared * steady.tax * 0.65
    carried.quarter = carried.quarter + declared * np.maximum(firms.margin, 0.0) * INCOME_TAX
    income = np.zeros_like(vat)
    if first.month in QUARTERS:
        income, carried.quarter = carried.quarter, np.zeros_like(vat)
    return vat, income, declared * steady.tax * 0.35


def _people(
    firms: Firms, steady: _Steady, carried: Carried, activity: Floats, left: dict[str, Floats],
    number: int, rng: np.random.Generator,
) -> tuple[Ints, Ints, Ints]:  # fmt: skip
    before = np.round(carried.people).astype(np.int64)
    needed = np.maximum(_needed(np.maximum(activity, 1.0), firms, steady) * left["people"], 1.0)
    quick = np.where(left["people"] < 1.0, 0.8, HIRING)
    carried.people = carried.people + quick * (needed - carried.people)
    opening = firms.opened == number
    carried.people = np.where(opening, needed, carried.people)
    now = np.maximum(np.round(carried.people), 1.0).astype(np.int64)
    before = np.where(opening, 0, np.maximum(before, 1))
    moved = rng.binomial(np.minimum(before, now), TURNOVER)
    return now, moved + np.maximum(now - before, 0), moved + np.maximum(before - now, 0)


def _energy(
    plan: Plan, firms: Firms, steady: _Steady, cycles: Cycles, output: Floats,
    left: dict[str, Floats], number: int, rng: np.random.Generator,
) -> tuple[Floats, Floats]:  # fmt: skip
    """A tenth is used whatever is made; prices do not make machines turn (ours)."""
    made = 0.1 * np.exp(firms.level) + 0.9 * output
    noise = rng.lognormal(0.0, plan.noise.power, len(firms))
    power = steady.power * made * noise * left["power"]
    return power, steady.gas * made * rng.lognormal(0.0, plan.noise.power, len(firms))


def _loans(
    carried: Carried, usual: Floats, left: dict[str, Floats], rng: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    trouble = 1.0 - left["activity"] * left["tax"]
    carried.behind = 0.8 * carried.behind + trouble
    wanted = usual * 4.0
    lent = np.maximum(wanted - carried.loans, 0.0) * 0.3 + carried.loans * 0.05
    lent = lent * (1.0 - np.minimum(trouble, 1.0)) * rng.lognormal(0.0, 0.1, len(usual))
    carried.loans = carried.loans * 0.95 + lent
    late = rng.random(len(usual)) < 0.004 + 0.25 * np.clip(carried.behind - 0.6, 0.0, 1.0)
    share = np.where(late, rng.uniform(0.02, 0.4, len(usual)), 0.0)
    return carried.loans.copy(), lent, carried.loans * share


def _yuan(amounts: Floats) -> Floats:
    found: Floats = np.round(amounts)
    return found
