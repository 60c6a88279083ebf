"""A grant: who, scenario, resource, columns with uses and masks, rows, mode, until when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from workbench.model.contract import SharingMode
from workbench.model.noise import NoiseRules

Scalar = str | int | float | bool | date


class Use(StrEnum):
    """What arrives of a column (DESIGN: each granted column carries a use)."""

    value = "value"
    join_key = "join_key"
    statistics = "statistics"
    compare = "compare"


class MaskKind(StrEnum):
    pseudonym = "pseudonym"
    partial = "partial"
    division = "division"
    industry = "industry"
    date = "date"
    bucket = "bucket"
    coding = "coding"


@dataclass(frozen=True)
class Mask:
    """How a value is coarsened. Only the fields of its kind are set.

    ``keep_first``/``keep_last``: characters left readable (partial).
    ``level``: province, city, county, town (division); section, division, group, class (industry);
    day, week, month, quarter, year (date). ``width`` or ``edges``: classes of a number (bucket),
    lower edge inclusive. ``bottom``, ``top``: what is beyond is set to the bound (coding).
    """

    kind: MaskKind
    keep_first: int = 0
    keep_last: int = 0
    level: str = ""
    width: float | None = None
    edges: tuple[float, ...] = ()
    bottom: Decimal | None = None
    top: Decimal | None = None


class Operator(StrEnum):
    eq = "="
    ne = "!="
    lt = "<"
    le = "<="
    gt = ">"
    ge = ">="
    in_ = "in"
    not_in = "not in"
    between = "between"
    starts_with = "starts with"
    is_null = "is null"
    is_not_null = "is not null"


@dataclass(frozen=True)
class RowCondition:
    """``column operator values``; conditions of one scope are joined by AND."""

    column: str
    op: Operator
    values: tuple[Scalar, ...] = ()


@dataclass(frozen=True)
class ColumnGrant:
    name: str
    use: Use = Use.value
    mask: Mask | None = None


class Zero(StrEnum):
    """What an empty cell of a released table says. ``told``: a true zero, 0. ``hidden``: it looks
    like a cell under the threshold, and the keys of such cells are not told either."""

    told = "told"
    hidden = "hidden"


@dataclass(frozen=True)
class DisclosureRules:
    """What a statistic must pass to be released. None means the city's default applies.

    ``k``: fewest distinct entities. ``dominance_n`` of them may hold no more than the share
    ``dominance_k`` (0-1) of a total. ``p_percent``: the second largest must not be able to estimate
    the largest closer than this. ``round_counts``, ``round_values``: bases that released counts
    and magnitudes are rounded to. ``noise``: figures with noise may be asked for under a budget;
    None: they may not.
    """

    k: int | None = None
    dominance_n: int | None = None
    dominance_k: float | None = None
    p_percent: float | None = None
    round_counts: int | None = None
    round_values: float | None = None
    zero: Zero | None = None
    noise: NoiseRules | None = field(default=None, repr=False)  # it shapes no workspace


DEFAULT_RULES = DisclosureRules()
"""Nothing said: the city's defaults hold."""


class OriginKind(StrEnum):
    scenario = "scenario"
    application = "application"


@dataclass(frozen=True)
class Origin:
    """The approving decision a grant comes from.

    ``reference`` is the scenario (with its version) or the application; ``approver`` who decided.
    """

    kind: OriginKind
    reference: str
    approver: str
    decided_on: date | None = None


class GrantState(StrEnum):
    """Computed when read, so that a late sweep cannot lengthen access."""

    active = "active"
    not_started = "not_started"
    expired = "expired"
    revoked = "revoked"
    suspended = "suspended"
    ended = "ended"


@dataclass(frozen=True)
class Grant:
    """Exists only as the product of an approving decision (see ``origin``).

    ``users`` are the people of the department who may use it; empty: all of them.
    ``revoked_on`` is the day on which it was stopped before its end, ``stopped`` how.
    ``rectify_by`` is the last day on which it gives anything, unless what was found wrong has been
    put right by then. ``consent`` is the column that tells whom a row is about, where only rows are
    given of those who consent (``model.consent``); empty where nobody is asked.
    """

    id: str
    scenario: str
    department: str
    resource: str
    columns: tuple[ColumnGrant, ...]
    mode: SharingMode
    origin: Origin
    rows: tuple[RowCondition, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    revoked_on: date | None = None
    disclosure: DisclosureRules = DEFAULT_RULES
    stopped: GrantState = GrantState.revoked
    rectify_by: date | None = None
    users: frozenset[str] = frozenset()
    consent: str = ""

    def column(self, name: str) -> ColumnGrant | None:
        return self._columns.get(name.casefold())

    @cached_property
    def _columns(self) -> dict[str, ColumnGrant]:
        """By folded name; of two that differ in case only, the first."""
        return {c.name.casefold(): c for c in reversed(self.columns)}


def state_of(grant: Grant, today: date) -> GrantState:
    """The state on ``today`` (Asia/Shanghai). ``valid_until`` is the last day of use."""
    if grant.revoked_on is not None:
        return grant.stopped
    if grant.valid_from is not None and today < grant.valid_from:
        return GrantState.not_started
    if grant.valid_until is not None and today > grant.valid_until:
        return GrantState.expired
    if grant.rectify_by is not None and today > grant.rectify_by:
        return GrantState.suspended
    return GrantState.active


def stopped_on(grant: Grant, today: date) -> date | None:
    """The first day on which it gave nothing any more; None while it gives."""
    last = {
        GrantState.expired: grant.valid_until,
        GrantState.suspended: grant.rectify_by,
    }.get(state_of(grant, today))
    if grant.revoked_on is not None or last is None:
        return grant.revoked_on
    return last + timedelta(days=1)
