"""Cases of what-if questions, made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from workbench.model.what_if import Estimate, Outcome, Supposed, WhatIf

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

SUPPOSED = Supposed("economy", "tax_revenue", {"exports": -10.0}, 0.8)
OUTCOME = Outcome(
    -4.2, -6.0, -2.1, 36, 0.55, "2026-09", 1.25e9, (Estimate("exports", 0.41, 0.2, 0.6),)
)


def case(**other: Any) -> WhatIf:
    first = WhatIf(
        id="c1",
        department="drc",
        name="出口减一成",
        scenario="decision_support",
        maker="ana",
        made=NOW,
        note="",
        supposed=SUPPOSED,
        outcome=OUTCOME,
        entry=7,
        versions={"tax_indicators": (3, "ab")},
    )
    return replace(first, **other)
