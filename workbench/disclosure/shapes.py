"""What the statistics grammar knows of the tables it may read: roles, rules and measured facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from workbench.catalogue.types import Family
from workbench.model.grant import DisclosureRules, Use, Zero

Edge = Decimal | date


@dataclass(frozen=True)
class Rules:
    """What every released cell must pass; made complete, and the strictest of all concerned.

    ``dominance`` are pairs (n, share); ``p`` a share of the largest contribution (0-1), or None.
    ``hidden``: an empty cell must look like one under the threshold.
    """

    k: int
    dominance: tuple[tuple[int, float], ...] = ()
    p: float | None = None
    round_counts: int | None = None
    round_values: float | None = None
    hidden: bool = False

    @property
    def top(self) -> int:
        """How many of the largest contributions have to be known."""
        return max([2 if self.p is not None else 0, *(n for n, _ in self.dominance)])

    @staticmethod
    def of(said: DisclosureRules, default: Rules) -> Rules:
        """``said`` of one grant, with what it leaves open from the city's ``default``."""
        pair = default.dominance
        if said.dominance_n is not None and said.dominance_k is not None:
            pair = ((said.dominance_n, said.dominance_k),)
        return Rules(
            default.k if said.k is None else said.k,
            pair,
            default.p if said.p_percent is None else said.p_percent / 100,
            said.round_counts or default.round_counts,
            said.round_values or default.round_values,
            default.hidden if said.zero is None else said.zero is Zero.hidden,
        )


def strictest(rules: Iterable[Rules]) -> Rules:
    """What holds where several resources meet: each rule of each of them."""
    all_ = tuple(rules)
    return Rules(
        max(r.k for r in all_),
        tuple(sorted({pair for r in all_ for pair in r.dominance})),
        max((r.p for r in all_ if r.p is not None), default=None),
        max((r.round_counts for r in all_ if r.round_counts), default=None),
        max((r.round_values for r in all_ if r.round_values), default=None),
        any(r.hidden for r in all_),
    )


@dataclass(frozen=True)
class Facts:
    """What a build measured of one column. ``distinct`` values; ``nulls``: rows without one;
    ``often``: the most rows that share one value.

    Of a measure also: ``largest``, the most that one entity holds of it over all its rows in
    absolute terms (None where some value is negative or not finite, so that a sum bounds nothing);
    ``commonest``: rows that share one value other than zero.
    """

    distinct: int | None = None
    nulls: int | None = None
    often: int | None = None
    largest: float | None = None
    commonest: int | None = None


UNMEASURED = Facts()


@dataclass(frozen=True)
class StatColumn:
    """A column of the statistics tier. ``family`` is that of what arrives, after its mask;
    ``wide``: a number of so many digits that a sum may overflow; ``element``: the data element
    that other columns may hold too."""

    name: str
    family: Family
    use: Use
    bands: tuple[Edge, ...] = ()
    facts: Facts = UNMEASURED
    wide: bool = False
    element: str = ""


@dataclass(frozen=True)
class StatTable:
    """``rules`` None: a table that the rows tier gives in full, so that nothing is protected;
    ``secret``: no other tier shows any of its rows.

    ``rows``, ``entities`` and ``most_rows`` of one entity: None before the workspace was built.
    """

    name: str
    columns: tuple[StatColumn, ...]
    rules: Rules | None = None
    rows: int | None = None
    entities: int | None = None
    most_rows: int | None = None
    entity_column: str = field(default="", repr=False)
    unit_column: str = field(default="", repr=False)
    secret: bool = False
