"""The tiers of a workspace: each a database and a worker of its own, so that what decides is what
is there."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal, get_args

from workbench.model.contract import SharingMode
from workbench.model.grant import ColumnGrant, Grant, Use


class Tier(StrEnum):
    """``rows``: any query. ``own``: any query beside tables that a person brought along; no key is
    there. ``statistics``: its grammar only. ``view``: pages of a fixed template. ``compare``: match
    or no match, and only keyed digests are there."""

    rows = "rows"
    own = "own"
    statistics = "statistics"
    view = "view"
    compare = "compare"


StatementTier = Literal["rows", "statistics"]
"""As a statement asks for it, and as forms and commands read it."""
STATEMENT_TIERS = tuple(map(Tier, get_args(StatementTier)))
"""Where statements may ask to run. One that names a table of the person's own runs in ``own``."""
KEPT_TIERS = (*STATEMENT_TIERS, Tier.own)
"""What statements give may be kept as a file. What is only viewed or compared has none, and is not
kept."""


def asked_tier(named: object) -> Tier | None:
    """The tier that is asked for a statement; None (also written "" and "auto") is the one that
    holds what it names. Raises ValueError for anything else."""
    if named in (None, "", "auto"):
        return None
    if not isinstance(named, str) or named not in STATEMENT_TIERS:
        raise ValueError("no tier of statements")
    return Tier(named)


_KEYS = frozenset({Use.value, Use.join_key, Use.compare})
"""What may identify a row to compare with. It says of a key no more than the key's owner knows."""

HOLDS: Mapping[Tier, Mapping[SharingMode, frozenset[Use]]] = {
    Tier.rows: {SharingMode.obtain: frozenset({Use.value, Use.join_key})},
    Tier.own: {SharingMode.obtain: frozenset({Use.value})},
    Tier.statistics: {
        SharingMode.obtain: frozenset({Use.value, Use.join_key, Use.statistics}),
        SharingMode.statistics: frozenset({Use.value, Use.join_key, Use.statistics}),
    },
    Tier.view: {SharingMode.view: frozenset({Use.value})},
    Tier.compare: dict.fromkeys(SharingMode, _KEYS),
}
"""What of a grant is in which tier, by the grant's mode. This table decides; all else asks it."""


def holds_column(grant: Grant, column: ColumnGrant, tier: Tier) -> bool:
    return column.use in HOLDS[tier].get(grant.mode, frozenset())


def holds_grant(grant: Grant, tier: Tier) -> bool:
    """Whether the tier has anything of the grant. Keys alone are nothing to compare."""
    if tier is Tier.compare:
        return any(column.use is Use.compare for column in grant.columns)
    return any(holds_column(grant, column, tier) for column in grant.columns)


def protected(grant: Grant) -> bool:
    """Whether its rows are behind the statistics grammar: where the rows tier gives them all,
    there is nothing to protect."""
    return grant.mode is SharingMode.statistics or any(
        column.use is Use.statistics for column in grant.columns
    )
