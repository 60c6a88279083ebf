"""One family against one oracle on one seed, scored beside the prior."""

from __future__ import annotations

import multiprocessing
import operator
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial, reduce

import polars as pl

from .attacker import Attacker, Quantity
from .families import FAMILIES, Family
from .oracles import ASKING_PRIOR, Oracle, opened
from .prior import close, guesses
from .scorer import Score
from .truth import JUNE, Truth, cell_of, truth

EXACT = 1e-6
"""An estimate this close was not guessed."""


def play(
    seeds: Iterable[int],
    oracle: str,
    families: Sequence[Family] = FAMILIES,
    jobs: int = 1,
    ready: Callable[[], None] | None = None,
    told: Callable[[list[Score]], None] = lambda _: None,
) -> list[Score]:
    """The scores of each family over all seeds, ``jobs`` of them at once in processes of their
    own, each made ``ready`` first. Families with ``skip`` are left out. ``told`` is called with
    the scores of each seed, in order."""
    names = [f.name for f in families if not f.skip]
    of_seed = partial(_seed, oracle=oracle, names=names)
    if jobs == 1:
        return _added(map(of_seed, seeds), told)
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), ready) as pool:
        return _added(pool.map(of_seed, seeds), told)


def _seed(seed: int, oracle: str, names: Sequence[str]) -> list[Score]:
    played, known = [f for f in FAMILIES if f.name in names], truth(seed)
    with opened(oracle, known, [ASKING_PRIOR.department, *names]) as open_:
        prior = priors(open_, known, played)
        return [attack(f, known, open_, prior[f.quantity]) for f in played]


def _added(all_: Iterable[list[Score]], told: Callable[[list[Score]], None]) -> list[Score]:
    kept = []
    for scores in all_:
        told(scores)
        kept.append(scores)
    return [reduce(operator.add, column) for column in zip(*kept, strict=True)]


def priors(
    oracle: Oracle, known: Truth, families: Sequence[Family]
) -> dict[Quantity, dict[int, float]]:
    """What the prior-only attacker thinks of every unit, for each quantity."""
    wanted = dict.fromkeys(f.quantity for f in families)
    return {quantity: _guesses(oracle, known, quantity) for quantity in wanted}


def attack(family: Family, known: Truth, oracle: Oracle, prior: Mapping[int, float]) -> Score:
    """One family on one seed."""
    started = time.monotonic()
    values = _values(known, family.quantity)
    units = _targets(family, known, values)
    mine = _known(known, family, values)
    # of whom a value is known the prior says it, and of whom is restated what it was before
    prior = {u: mine.get(u, known.before(u) or guess) for u, guess in prior.items()}
    attacker = Attacker(oracle, known, family.name, family.quantity, units, mine, prior)
    learned = family.play(attacker)
    took = time.monotonic() - started
    hits = {u: close(learned.get(u, prior[u]), values[u]) for u in units}
    before = {u: close(prior[u], values[u]) for u in units}
    return Score(
        family.name,
        tried=len(units),
        hits=sum(hits.values()),
        prior=sum(before.values()),
        only=sum(hits[u] and not before[u] for u in units),
        lost=sum(before[u] and not hits[u] for u in units),
        exact=sum(abs(e - values[u]) <= EXACT * values[u] for u, e in learned.items()),
        asked=attacker.asked,
        refused=attacker.refused,
        told=attacker.told,
        seconds=took,
    )


def _values(known: Truth, quantity: Quantity) -> Mapping[int, float]:
    """The truth, by unit."""
    return known.monthly if quantity.table == "month" else known.turnovers


def _targets(family: Family, known: Truth, values: Mapping[int, float]) -> tuple[int, ...]:
    if family.versions:
        return tuple(u for u in known.events if values[u] > 0)
    if family.quantity.table == "month":
        return tuple(cell_of(n, JUNE) for n in known.targets)
    return known.targets


def _known(known: Truth, family: Family, values: Mapping[int, float]) -> dict[int, float]:
    """What the attacker knows exactly, by unit; of whom is restated, also what was before."""
    if family.quantity.table == "month":
        return {u: v for u, v in values.items() if u // 12 in known.known}
    mine = {n: values[n] for n in known.known}
    if family.versions:
        mine |= known.restated
    return mine


def _guesses(oracle: Oracle, known: Truth, quantity: Quantity) -> dict[int, float]:
    """The prior-only attacker, of every unit that there ever is."""
    values = _values(known, quantity)
    if quantity.table == "month":
        firms = known.months.filter(pl.col("month") == JUNE)
        mine = {u: values[u] for u in firms["unit"] if u // 12 in known.known}
        return guesses(oracle, quantity, firms, mine)
    firms = pl.concat(known.firms).unique("unit", keep="first", maintain_order=True)
    return guesses(oracle, quantity, firms, {n: values[n] for n in known.known})
