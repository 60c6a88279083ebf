"""Which tier is asked for a statement."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.model.tier import STATEMENT_TIERS, Tier, asked_tier


@pytest.mark.parametrize("named", [None, "", "auto"])
def test_by_itself_a_statement_runs_where_it_can(named: str | None) -> None:
    assert asked_tier(named) is None


@pytest.mark.parametrize("tier", list(Tier))
def test_only_tiers_with_statements_may_be_asked_for(tier: Tier) -> None:
    if tier in STATEMENT_TIERS:
        assert asked_tier(tier.value) is tier
        return
    with pytest.raises(ValueError, match="no tier"):
        asked_tier(tier.value)


@pytest.mark.parametrize("named", ["ROWS", "rows ", "rows,statistics", 1, True, [], ["rows"], {}])
def test_anything_else_is_no_tier(named: Any) -> None:
    with pytest.raises(ValueError, match="no tier"):
        asked_tier(named)
