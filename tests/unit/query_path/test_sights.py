"""In which tiers a column is said to be, and that this is what may be asked there."""

from __future__ import annotations

import pytest

from workbench.model.contract import SharingMode
from workbench.model.grant import ColumnGrant, Grant, Origin, OriginKind, Use
from workbench.model.tier import Tier, holds_column
from workbench.query_path.sights import _tiers

ORIGIN = Origin(OriginKind.scenario, "w@1", "x")
ROWS, STATISTICS, VIEW, COMPARE = Tier.rows, Tier.statistics, Tier.view, Tier.compare


def grant(mode: SharingMode, *uses: Use) -> Grant:
    columns = tuple(ColumnGrant(use.value, use) for use in uses)
    return Grant("w/d/t", "w", "d", "t", columns, mode, ORIGIN)


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (
            grant(SharingMode.obtain, *Use),
            {
                Use.value: (ROWS, STATISTICS, COMPARE),
                Use.join_key: (ROWS, STATISTICS, COMPARE),
                Use.statistics: (STATISTICS,),
                Use.compare: (COMPARE,),
            },
        ),
        (
            grant(SharingMode.view, Use.value, Use.join_key, Use.compare),
            {Use.value: (VIEW, COMPARE), Use.join_key: (COMPARE,), Use.compare: (COMPARE,)},
        ),
        (
            grant(SharingMode.statistics, Use.value, Use.statistics),
            {Use.value: (STATISTICS,), Use.statistics: (STATISTICS,)},
        ),
    ],
    ids=["obtain", "view", "statistics"],
)
def test_a_column_is_told_in_the_tiers_that_hold_it(
    held: Grant, told: dict[Use, tuple[Tier, ...]]
) -> None:
    for column in held.columns:
        tiers = _tiers(held, column.name, behind=True)
        assert tiers == told[column.use]
        assert all(holds_column(held, column, tier) for tier in tiers)


def test_where_nothing_is_protected_there_is_no_tier_of_statistics() -> None:
    assert _tiers(grant(SharingMode.obtain, Use.value), "value", behind=False) == (ROWS,)
