"""A frozen run of the small scheme of ``assessed``: three departments, a leak, a rate."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from assessed import DECLARED, inputs

from workbench.assessment.frozen import Before, Frozen, Position, Previous, Version, sealed
from workbench.assessment.measured import Inputs
from workbench.errors import Text

TEXT = json.dumps(DECLARED, ensure_ascii=False, indent=1) + "\n"
AMOUNTS = {
    "reviewed": {"a": [(1, 1)] * 3 + [(0, 1)], "b": [(1, 1)] * 5, "c": [(0, 1)] * 2 + [(1, 1)]},
    "repeated": {"b": [(1, 1)]},
    "asked": {"a": [(3, 1)], "b": [(4, 1)], "c": [(4, 1)]},
    "days": {"a": [(2, 1), (3, 1)], "c": [(9, 1)]},
}
NAMES = {"a": Text("甲局", "A"), "b": Text("乙局", "B"), "c": Text("丙局", "C")}


def measured() -> Inputs:
    return inputs(AMOUNTS, "abc", {"c": 1}, {"a": "providers", "b": "providers", "c": ""})


def small_run(**changed: Any) -> Frozen:
    before = {"a": Before("70.00", 1, 2, Text("良好", "Good"))}
    given: dict[str, Any] = {
        "scheme_text": TEXT,
        "year": 2025,
        "as_of": date(2025, 12, 31),
        "city": Text("模拟市", "Simulated city"),
        "synthetic": True,
        "departments": NAMES,
        "inputs": measured(),
        "versions": (Version("gov_step", 3, "ab" * 32, "2025-12-31"),),
        "position": Position(17, "cd" * 32),
        "software": "0.1.0",
        "kpis": {"reviewed": "id: reviewed\n"},
        "previous": Previous("ef" * 32, 2024, before),
    }
    return sealed(Frozen(**{**given, **changed}))
