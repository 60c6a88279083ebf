"""Writing a policy test as a city: contracts, one scenario, data ingested through the real path.

The sharing attributes that the short form leaves out (provider, conditions, legal basis) are
filled with words that say they stand for a test; the regulation is that of a new city.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

from workbench.catalogue.city import City, load_city
from workbench.catalogue.identifiers import load_codes
from workbench.catalogue.regulations import FOLDER as REGULATIONS
from workbench.catalogue.types import logical_of
from workbench.extracts.ingest import ingest
from workbench.extracts.versions import Extracts
from workbench.model.contract import SharingMode, SharingType
from workbench.store.layout import Layout
from workbench.trial.schema import DEPARTMENT, ColumnForm, PolicyTest, ResourceForm

SCENARIO = "trial"
FOREVER = "9999-12-31"
_LONG_AGO = "2000-01-01"
_PROVIDER = "provider"
_TEST = "policy test"


def write_city(test: PolicyTest, root: Path) -> None:
    """Write the contracts and the scenario of ``test`` under ``root``. Raises OSError."""
    contracts = root / "data_contracts"
    for folder in ("resources", "scenarios"):
        (contracts / folder).mkdir(parents=True, exist_ok=True)
    starter = resources.files("workbench.catalogue") / "starter" / REGULATIONS
    (regulation,) = starter.iterdir()
    (root / REGULATIONS).mkdir(exist_ok=True)
    (root / REGULATIONS / regulation.name).write_bytes(regulation.read_bytes())
    _write(contracts / "city.yaml", _city(test, regulation.name.removesuffix(".yaml")))
    for name, form in test.resources.items():
        _write(contracts / "resources" / f"{name}.odcs.yaml", _contract(name, form))
    if test.grants:
        _write(contracts / "scenarios" / f"{SCENARIO}.yaml", _scenario(test))


def ingest_all(test: PolicyTest, data: Path, root: Path, clock: Callable[[], datetime]) -> City:
    """Load the city at ``root`` and ingest every resource from its file below ``data``.

    Raises InvalidInput for a contract, a scenario or a row that does not hold.
    """
    city = load_city(root)
    layout = Layout(root)
    extracts = Extracts(layout.extracts)
    for name, form in test.resources.items():
        ingest(
            city.resources[name],
            [data / form.data],
            extracts=extracts,
            codes=load_codes(root),
            quarantine_folder=layout.state / "quarantine",
            clock=clock,
        )
    return city


def departments(test: PolicyTest) -> list[str]:
    """Departments that hold the grants: those the file names, else the default one."""
    named = {d for grant in test.grants.values() for d in grant.departments}
    return sorted(named) or [DEPARTMENT]


def _city(test: PolicyTest, regulation: str) -> dict[str, Any]:
    everyone = {_PROVIDER, DEPARTMENT, *departments(test)}
    everyone |= {person.department for person in test.people.values()}
    return {
        "id": "trial",
        "name": {"zh": "策略测试", "en": "Policy test"},
        "divisions": "990000",
        "regulation": regulation,
        "languages": ["zh", "en"],
        "departments": {d: {"zh": d, "en": d} for d in sorted(everyone)},
        "settings": test.settings,
    }


def _contract(name: str, form: ResourceForm) -> dict[str, Any]:
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": name,
        "name": form.title or name,
        "version": "1.0.0",
        "status": "active",
        "schema": [{"name": name, "properties": _columns(form)}],
        "customProperties": _properties(
            {
                "titleEn": form.title or name,
                "provider": _PROVIDER,
                "libraryKind": "business",
                "sharingType": form.sharing.value,
                **({"membershipTold": True} if form.membership_told else {}),
                **_SHARING[form.sharing],
            }
        ),
    }


_PERSONAL = {True: "personal", False: "no"}
_SHARING: dict[SharingType, dict[str, Any]] = {
    SharingType.unconditional: {},
    SharingType.conditional: {
        "sharingMode": SharingMode.obtain.value,
        "sharingConditions": {"scope": _TEST, "purpose": _TEST},
        "sharingReason": _TEST,
        "legalBasis": _TEST,
    },
    SharingType.not_shared: {"sharingReason": _TEST, "legalBasis": _TEST},
}


def _columns(form: ResourceForm) -> list[dict[str, Any]]:
    keys = [form.entity] if isinstance(form.entity, str) else form.entity or []
    return [_column(name, column, name in keys) for name, column in form.columns.items()]


def _column(name: str, form: ColumnForm, entity: bool) -> dict[str, Any]:
    personal = form.personal if isinstance(form.personal, str) else _PERSONAL[form.personal]
    attributes: dict[str, Any] = {"personal": personal}
    if entity:
        attributes["entityKey"] = True
    if form.identifier is not None:
        attributes["identifier"] = form.identifier.value
    if form.bands:
        attributes["bands"] = form.bands
    if form.element:
        attributes["element"] = form.element
    out: dict[str, Any] = {
        "name": name,
        "physicalType": form.type,
        "logicalType": logical_of(form.type),
        "required": form.required,
        "unique": form.unique,
        "customProperties": _properties(attributes),
    }
    return out if form.class_ is None else {**out, "classification": form.class_}


def _scenario(test: PolicyTest) -> dict[str, Any]:
    out: dict[str, Any] = {
        "id": SCENARIO,
        "version": "1",
        "title": {"zh": "策略测试", "en": "Policy test"},
        "purpose": _TEST,
        "duty_basis": _TEST,
        "approver": _TEST,
        "departments": departments(test),
        "valid_until": test.valid_until.isoformat() if test.valid_until else FOREVER,
        "resources": [
            {
                "resource": name,
                "mode": grant.mode.value,
                "reason": _TEST,
                "columns": grant.columns,
                "rows": grant.rows,
                "disclosure": grant.disclosure,
                "decided": {"by": _PROVIDER, "on": _LONG_AGO, "reference": _TEST},
            }
            for name, grant in test.grants.items()
        ],
    }
    if test.valid_from is not None:
        out["valid_from"] = test.valid_from.isoformat()
    return out


def _properties(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"property": name, "value": value} for name, value in values.items()]


def _write(path: Path, value: dict[str, Any]) -> None:
    """As JSON, which is YAML: nothing is read as anything but what it is."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
