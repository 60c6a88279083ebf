"""A city whose every withheld thing carries a mark, so that a leak can be seen wherever it lands.

Marks are texts (``CANARY-COL-...``), numbers of ten and more digits that nothing else holds, and
two dates. What is granted carries none of them.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from workbench.extracts.versions import Extracts
from workbench.store.layout import Layout
from workbench.trial.city import ingest_all, write_city
from workbench.trial.schema import PolicyTest

IN_SCOPE, RESIDENTS, VISITS, PAYROLL, HARBOUR = 1200, 2719, 3000, 3571, 200
ORGANISATIONS, GRADES = 60, 5
SECRET_DAY, BORN = date(1977, 7, 17), date(1966, 6, 16)
INCOME, AMOUNT, WAGE, SCORE = 771177117700, 662266226600, 5533553355.25, 8811881188
FOLDER = "CANARY-PATH-4417"
ENVIRONMENT = {"WORKBENCH_CANARY": "CANARY-ENV-5521"}
SMALL_LIMITS: Mapping[str, int] = {
    "query_seconds": 3,
    "memory_mb": 512,
    "threads": 2,
    "temp_mb": 128,
    "result_mb": 48,
    "request_kb": 1024,
    "queries_per_person": 4,
    "idle_seconds": 600,
}
GENERAL = {"class": "general"}
PERSONAL = {"class": "important", "personal": True}


@dataclass(frozen=True)
class CanaryCity:
    """``root`` is the city, ``data`` holds its deliveries, ``outside`` files of nobody."""

    root: Path
    data: Path
    outside: Path

    @property
    def layout(self) -> Layout:
        return Layout(self.root)

    def places(self, http_port: str) -> dict[str, str]:
        extract = Extracts(self.layout.extracts).latest("resident")
        assert extract is not None
        return {
            "tmpfile": str(self.outside / "note.csv"),
            "tmpdir": str(self.outside),
            "city": str(self.root),
            "state": str(self.layout.state),
            "extract": extract.files[0],
            "workspaces": str(self.layout.workspaces),
            "http_port": http_port,
        }


def frames() -> dict[str, pl.DataFrame]:
    """Every resource as it was delivered, rows in an order that the withheld income shapes."""
    return {
        "resident": residents(),
        "visit": _visits(),
        "town": pl.DataFrame({"code": ["GM1", "GM2", "GM3"], "title": ["one", "two", "three"]}),
        "payroll": _marked("person", "CANARY-TAB-PAY", PAYROLL).with_columns(
            amount=pl.int_range(PAYROLL) % 100 + AMOUNT
        ),
        "sealed": _marked("person", "CANARY-TAB-SEALED", 100),
        "harbour": _marked("berth", "CANARY-SCN-BERTH", HARBOUR),
    }


def residents() -> pl.DataFrame:
    rows = [_resident(i, i < IN_SCOPE) for i in range(RESIDENTS)]
    return pl.DataFrame(rows, infer_schema_length=None).sort("income", "id", descending=True)


def _resident(i: int, inside: bool) -> dict[str, Any]:
    return {
        "id": i if inside else 900_000 + i,
        "bsn": f"CANARY-COL-BSN-{i:04}",
        "name": f"{chr(65 + i % 26)}-CANARY-MASK-NAME-{i:04}",
        "phone": f"CANARY-MASK-PHONE-{i:04}",
        "born": BORN,
        "wage": WAGE + i,
        "income": INCOME + (i * 37) % 100,
        "diagnosis": f"CANARY-COL-DIAG-{i % 7}",
        "secret_day": SECRET_DAY,
        "org": f"CANARY-MASK-ORG-{i % ORGANISATIONS:03}",
        "grade": f"CANARY-MASK-GRADE-{i % GRADES}",
        "town": "GM1" if inside else "GM2",
        "note": f"note {i:04}" if inside else f"CANARY-ROW-{i:04}",
        "score": i % 100 if inside else SCORE,
        "seen": datetime(2024, 1, 1, tzinfo=UTC).replace(tzinfo=None) + timedelta(hours=i),
    }


def _visits() -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "id": i,
                "resident": (i * 7) % IN_SCOPE,
                "org": f"CANARY-MASK-ORG-{(i * 11) % ORGANISATIONS:03}",
                "day": date(2024, 1, 1) + timedelta(days=i % 366),
                "cost": round((i * 31 % 1000) / 7, 4),
                "doctor": f"CANARY-COL-DOCTOR-{i % 50:02}",
            }
            for i in range(VISITS)
        ]
    )


def _marked(column: str, mark: str, rows: int) -> pl.DataFrame:
    return pl.DataFrame({"id": range(rows), column: [f"{mark}-{i:04}" for i in range(rows)]})


RESOURCES: dict[str, dict[str, Any]] = {
    "resident": {
        "id": {"type": "BIGINT", **GENERAL},
        "bsn": {"type": "VARCHAR", **PERSONAL},
        "name": {"type": "VARCHAR", **PERSONAL},
        "phone": {"type": "VARCHAR", **PERSONAL},
        "born": {"type": "DATE", **PERSONAL},
        "wage": {"type": "DOUBLE", **PERSONAL},
        "income": {"type": "BIGINT", **PERSONAL},
        "diagnosis": {"type": "VARCHAR", "class": "important", "personal": "sensitive"},
        "secret_day": {"type": "DATE", **PERSONAL},
        "org": {"type": "VARCHAR", **PERSONAL},
        "grade": {"type": "VARCHAR", **PERSONAL},
        "town": {"type": "VARCHAR", **GENERAL},
        "note": {"type": "VARCHAR", **GENERAL},
        "score": {"type": "BIGINT", **GENERAL},
        "seen": {"type": "TIMESTAMP", **GENERAL},
    },
    "visit": {
        "id": {"type": "BIGINT", **GENERAL},
        "resident": {"type": "BIGINT", **GENERAL},
        "org": {"type": "VARCHAR", **PERSONAL},
        "day": {"type": "DATE", **GENERAL},
        "cost": {"type": "DOUBLE", **GENERAL},
        "doctor": {"type": "VARCHAR", **PERSONAL},
    },
    "town": {"code": {"type": "VARCHAR", **GENERAL}, "title": {"type": "VARCHAR", **GENERAL}},
    "payroll": {
        "id": {"type": "BIGINT", **GENERAL},
        "person": {"type": "VARCHAR", **PERSONAL},
        "amount": {"type": "BIGINT", **PERSONAL},
    },
    "sealed": {"id": {"type": "BIGINT", **GENERAL}, "person": {"type": "VARCHAR", **PERSONAL}},
    "harbour": {"id": {"type": "BIGINT", **GENERAL}, "berth": {"type": "VARCHAR", **PERSONAL}},
}

GRANTS: dict[str, dict[str, Any]] = {
    "resident": {
        "mode": "obtain",
        "columns": {
            "id": "value",
            "name": {"use": "value", "mask": {"kind": "partial", "keep_first": 1}},
            "phone": {"use": "value", "mask": "pseudonym"},
            "born": {"use": "value", "mask": {"kind": "date", "level": "year"}},
            "wage": {"use": "value", "mask": {"kind": "bucket", "width": 1_000_000_000}},
            "org": "join_key",
            "grade": "join_key",
            "town": "value",
            "note": "value",
            "score": "value",
            "seen": "value",
        },
        "rows": [{"column": "town", "op": "=", "value": "GM1"}],
    },
    "visit": {
        "mode": "obtain",
        "columns": {
            "id": "value", "resident": "value", "org": "join_key", "day": "value", "cost": "value",
        },
    },
    "town": {"mode": "obtain", "columns": {"code": "value", "title": "value"}},
}  # fmt: skip


def test_of(settings: Mapping[str, int]) -> PolicyTest:
    """The city in the form of a policy test file."""
    resources = {
        name: {
            "data": f"{name}.parquet",
            "entity": "code" if name == "town" else "id",
            "columns": columns,
            "sharing": "not_shared" if name == "sealed" else "conditional",
        }
        for name, columns in RESOURCES.items()
    }
    return PolicyTest.model_validate(
        {"resources": resources, "grants": GRANTS, "settings": dict(settings)}
    )


test_of.__test__ = False  # type: ignore[attr-defined]  # a maker, not a test


def make(folder: Path, settings: Mapping[str, int] = SMALL_LIMITS) -> CanaryCity:
    """The city below ``folder``, ingested, with its second scenario and the files outside."""
    city = CanaryCity(folder / FOLDER / "city", folder / FOLDER / "delivered", folder / "outside")
    city.data.mkdir(parents=True)
    city.root.mkdir()
    _outside(city)
    for name, frame in frames().items():
        frame.write_parquet(city.data / f"{name}.parquet")
    test = test_of(settings)
    write_city(test, city.root)
    _second_scenario(city.root)
    ingest_all(test, city.data, city.root, lambda: datetime.now(UTC))
    return city


def _outside(city: CanaryCity) -> None:
    text = "mark\n" + "\n".join(f"CANARY-FILE-{i:04}" for i in range(20)) + "\n"
    (city.root / "notes.txt").write_text(text)
    city.outside.mkdir()
    (city.outside / "note.csv").write_text(text)
    (city.outside / "note.csv.gz").write_bytes(gzip.compress(text.encode()))


def _second_scenario(root: Path) -> None:
    """The same department holds other things in another scenario: they must stay there."""
    folder = root / "data_contracts" / "scenarios"
    scenario = json.loads((folder / "trial.yaml").read_text())
    scenario["id"] = "port"
    scenario["resources"] = [
        {**scenario["resources"][0], **use}
        for use in (
            {"resource": "harbour", "columns": {"id": "value", "berth": "value"}, "rows": []},
            {"resource": "visit", "columns": {"id": "value", "doctor": "value"}, "rows": []},
        )
    ]
    (folder / "port.yaml").write_text(json.dumps(scenario, ensure_ascii=False))
