"""A simulated city as files: contracts, scenarios, its regulation; marked as made up.

The mark is the one of synthetic samples: the titles of all resources, and of the city, say 合成 and
synthetic, which pages and captions show. No data of a person or an enterprise stands in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from importlib import resources as package
from pathlib import Path
from typing import Any

from workbench.catalogue.regulations import FOLDER as REGULATIONS
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.simulation.world import AUTHORITY, EXTRA, ResourcePlan, ScenarioPlan, World

MARK = Text("合成·模拟数据", "synthetic, simulated")
DEFAULT_REGULATION = "aba-2024"


def write_city(world: World, root: Path, regulation: Path | None = None) -> None:
    """``regulation`` is a file of a regulation; None for the one that ships with the package.

    Raises InvalidInput where ``root`` holds anything: a simulated year stands in no real city.
    """
    _must_be_new(root)
    contracts = root / "data_contracts"
    for folder in ("resources", "scenarios", "regulations"):
        (contracts / folder).mkdir(parents=True)
    for folder in ("notebooks", "dashboards"):
        (root / folder).mkdir()
    name, raw = _regulation(regulation)
    (root / REGULATIONS / f"{name}.yaml").write_bytes(raw)
    _write(contracts / "city.yaml", _city(world, name))
    for plan in world.resources:
        _write(contracts / "resources" / f"{plan.name}.odcs.yaml", _contract(plan))
    decided = {one.name: one for one in world.resources}
    for scenario in world.scenarios:
        _write(contracts / "scenarios" / f"{scenario.id}.yaml", _scenario(world, scenario, decided))


def _must_be_new(root: Path) -> None:
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise _not_new(root)


def _not_new(root: Path) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"{root} 不是空目录；模拟的一年不写入已有的城市。",
        f"{root} is not an empty folder; a simulated year is written into no city that is there.",
        why=Text(
            "真实的案件和账本不能与模拟的混在一起。",
            "Real cases and a real ledger must not be mixed with simulated ones.",
        ),
        next=Text("用 --city 指明一个新目录。", "Name a new folder with --city."),
    )


def _regulation(file: Path | None) -> tuple[str, bytes]:
    if file is not None:
        return file.stem, file.read_bytes()
    shipped = package.files("workbench.catalogue") / "starter" / REGULATIONS.as_posix()
    return DEFAULT_REGULATION, (shipped / f"{DEFAULT_REGULATION}.yaml").read_bytes()


def _city(world: World, regulation: str) -> dict[str, Any]:
    titles = {
        one.id: {"zh": f"部门 {one.id}（模拟）", "en": f"Department {one.id} (simulated)"}
        for one in world.departments
    }
    titles[AUTHORITY] = {"zh": "政务数据主管部门（模拟）", "en": "Data authority (simulated)"}
    return {
        "id": f"simulated-{world.year}-{world.seed}",
        "name": {"zh": f"模拟城市（{MARK.zh}）", "en": f"Simulated city ({MARK.en})"},
        "divisions": "990000",
        "regulation": regulation,
        "languages": ["zh", "en"],
        "departments": titles,
    }


def _contract(plan: ResourcePlan) -> dict[str, Any]:
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": plan.name,
        "name": f"资源 {plan.name}（{MARK.zh}）",
        "version": "1.0.0",
        "status": "active",
        "schema": [{"name": plan.name, "properties": _columns(plan)}],
        "customProperties": _properties(_sharing(plan)),
    }


def _columns(plan: ResourcePlan) -> list[dict[str, Any]]:
    amount = {"element": plan.element} if plan.element else {}
    found = [
        _column("code", "VARCHAR", "general", entityKey=True),
        _column("town", "VARCHAR", "general"),
        _column("kind", "VARCHAR", "general"),
        _column("year", "INTEGER", "general"),
        _column("amount", "BIGINT", "general", **amount),
    ]
    if plan.sharing != "unconditional":
        found += [_column(name, "VARCHAR", "important", personal="personal") for name in EXTRA]
    if plan.compared:
        found.append(_column("check_no", "VARCHAR", "important"))
    return [one for one in found if one["name"] != plan.lacks]


COLUMNS = ("code", "town", "kind", "year", "amount")
"""What the purposes need; the others are EXTRA, and ``check_no``, which may only be compared."""
assert not set(EXTRA) & set(COLUMNS)


def _column(name: str, type_: str, level: str, **more: Any) -> dict[str, Any]:
    logical = "string" if type_ == "VARCHAR" else "integer"
    return {
        "name": name,
        "physicalType": type_,
        "logicalType": logical,
        "classification": level,
        "customProperties": _properties({"personal": "no", **more}),
    }


def _sharing(plan: ResourcePlan) -> dict[str, Any]:
    made_up = "模拟 / simulated"
    common: dict[str, Any] = {
        "titleEn": f"Resource {plan.name} ({MARK.en})",
        "provider": plan.provider,
        "libraryKind": "topic",
        "sharingType": plan.sharing,
        "updateCycle": plan.cycle,
        "source": "合成数据 / Synthetic",
    }
    grounds = {"sharingReason": made_up, "legalBasis": made_up}
    if plan.sharing == "unconditional":
        return common
    if plan.sharing == "not_shared":
        return common | grounds
    conditions = {"scope": made_up, "purpose": made_up}
    return common | grounds | {"sharingMode": "obtain", "sharingConditions": conditions}


def _scenario(
    world: World, plan: ScenarioPlan, resources: dict[str, ResourcePlan]
) -> dict[str, Any]:
    """The authority alone has it by the file; every other department applies."""
    return {
        "id": plan.id,
        "version": "1",
        "title": {"zh": f"场景 {plan.id}（模拟）", "en": f"Scenario {plan.id} (simulated)"},
        "purpose": f"模拟用途 {plan.id} / simulated purpose {plan.id}",
        "duty_basis": "模拟 / simulated",
        "approver": AUTHORITY,
        "approved_on": f"{world.year - 1}-12-01",
        "valid_until": f"{world.year + 3}-12-31",
        "departments": [AUTHORITY],
        "resources": [_use(world, resources[name]) for name in plan.resources],
    }


def _use(world: World, plan: ResourcePlan) -> dict[str, Any]:
    columns = dict.fromkeys(COLUMNS, "value")
    if plan.compared:
        columns["check_no"] = "compare"
    decided = {"by": plan.provider, "on": f"{world.year - 1}-12-01", "reference": "模拟"}
    return {
        "resource": plan.name,
        "mode": "obtain",
        "reason": "模拟 / simulated",
        "columns": columns,
        "decided": decided,
    }


def _properties(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"property": name, "value": value} for name, value in values.items()]


def _write(path: Path, value: dict[str, Any]) -> None:
    """As JSON, which is YAML: nothing is read as anything but what it is."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


def rows_of(plan: ResourcePlan, made: date, count: int, turn: int = 0) -> Iterable[str]:
    """A delivery as CSV: made-up codes and figures, those of another day being others. ``turn``:
    the row that comes first."""
    header = [c["name"] for c in _columns(plan)]
    yield ",".join(header)
    for n in ((n + turn) % count for n in range(count)):
        values = {
            "code": f"X{n:05}",
            "town": f"T{n % 9}",
            "kind": f"K{n % 4}",
            "year": str(made.year),
            "amount": str(100 + n * 7 + made.toordinal() % _AMOUNTS),
            **dict.fromkeys(EXTRA, ""),
            "check_no": f"{n:06}",
        }
        yield ",".join(values[name] for name in header)


_AMOUNTS = 977
"""More days than a year has: no two days of one have the same amounts."""
