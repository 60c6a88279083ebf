"""A city whose registers ask for the consent of those whom they are about, in each mode.

``person`` (obtain), ``counted`` (statistics), ``looked`` (view) and ``matched`` (compare) have the
same 40 people; ``free`` asks nobody. ``ids(20)`` are the resident IDs of the first twenty.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from compare_city import resident

from workbench.trial.city import SCENARIO, ingest_all, write_city
from workbench.trial.schema import PolicyTest

COUNT = 40
PERSONAL = {"class": "important", "personal": True}
COLUMNS: dict[str, Any] = {
    "id": {"type": "VARCHAR", "identifier": "resident_id", **PERSONAL},
    "number": {"type": "BIGINT", "class": "general"},
    "county": {"type": "VARCHAR", "class": "general"},
    "income": {"type": "DECIMAL(18,2)", **PERSONAL},
}
MODES: dict[str, dict[str, Any]] = {
    "person": {"mode": "obtain", "columns": {"number": "value", "income": "value"}},
    "counted": {
        "mode": "statistics",
        "columns": {"county": "value", "income": "statistics"},
        "disclosure": {"k": 3},
    },
    "looked": {"mode": "view", "columns": {"number": "value", "income": "value"}},
    "matched": {"mode": "compare", "columns": {"id": "compare", "income": "compare"}},
    "free": {"mode": "obtain", "columns": {"number": "value", "income": "value"}},
}
ASKING = tuple(name for name in MODES if name != "free")


def ids(count: int) -> list[str]:
    return [resident(number) for number in range(count)]


def write_consent_city(folder: Path, *, required: bool = True, regulation: str = "") -> Path:
    """The city, with its rows ingested; ``regulation`` other than that of the shipped example."""
    rows = {
        "id": ids(COUNT),
        "number": range(COUNT),
        "county": [f"C{number % 2}" for number in range(COUNT)],
        "income": [f"{1000 + number}.00" for number in range(COUNT)],
    }
    pl.DataFrame(rows).write_csv(folder / "p.csv")
    test = PolicyTest.model_validate(
        {
            "resources": {
                name: {"data": "p.csv", "entity": "id", "columns": COLUMNS} for name in MODES
            },
            "grants": MODES,
            "settings": {"warm_workers": 0},
        }
    )
    root = folder / "city"
    write_city(test, root)
    ask_for(root, dict.fromkeys(ASKING, "id"), required=required)
    if regulation:
        under(root, regulation)
    ingest_all(test, folder, root, lambda: datetime.now(UTC))
    return root


def ask_for(root: Path, subjects: dict[str, str], *, required: bool = True) -> None:
    """Write ``consent`` under these resources of the scenario."""
    file = root / "data_contracts" / "scenarios" / f"{SCENARIO}.yaml"
    scenario = json.loads(file.read_text(encoding="utf-8"))
    for use in scenario["resources"]:
        if use["resource"] in subjects:
            use["consent"] = {"required": required, "subject": subjects[use["resource"]]}
    file.write_text(json.dumps(scenario, ensure_ascii=False, indent=1), encoding="utf-8")


def under(root: Path, regulation: str) -> None:
    """The same city under one of the shipped regulations."""
    shipped = Path(__file__).parents[2] / "data_contracts" / "regulations" / f"{regulation}.yaml"
    (root / "data_contracts" / "regulations" / shipped.name).write_bytes(shipped.read_bytes())
    file = root / "data_contracts" / "city.yaml"
    city = json.loads(file.read_text(encoding="utf-8"))
    text = json.dumps({**city, "regulation": regulation}, ensure_ascii=False, indent=1)
    file.write_text(text, encoding="utf-8")


def file_of(folder: Path, people: list[str], **columns: list[str]) -> Path:
    """A CSV of consents, in UTF-8."""
    file = folder / f"consents-{len(list(folder.iterdir()))}.csv"
    pl.DataFrame({"subject": people, **columns}).write_csv(file)
    return file
