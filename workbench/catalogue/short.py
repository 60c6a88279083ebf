"""The short form of a contract and a grant (policy tests) into the files of a city.

Nothing is checked here: the texts go through the real loader, which finds what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.catalogue import types

Plain = dict[str, Any]

_PERSONAL = {True: "personal", False: None}
OFFICE = "office"
"""The one department of a short-form city: it provides everything and uses everything."""


def short_city(name: str = "policy-test") -> Plain:
    """A ``city.yaml`` with one department."""
    return {
        "id": name,
        "name": {"zh": "策略测试", "en": "Policy test"},
        "divisions": "100000",
        "regulation": "none-2026",
        "languages": ["zh", "en"],
        "departments": {OFFICE: {"zh": "测试部门", "en": "Test office"}},
    }


def short_contract(name: str, entry: Mapping[str, Any], data: str = "") -> Plain:
    """An ODCS contract from ``{entity, columns: {name: {type, class, personal, ...}}}``.

    ``data`` is the delivered file, relative to the city. A column may also say ``identifier``,
    ``required``, ``unique`` and ``title``.
    """
    entity = entry.get("entity") or ()
    keys = {entity} if isinstance(entity, str) else set(entity)
    columns = entry.get("columns") or {}
    out: Plain = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": f"short-{name}",
        "name": name,
        "version": "1.0.0",
        "status": "active",
        "schema": [
            {
                "name": name,
                "properties": [_property(c, spec or {}, c in keys) for c, spec in columns.items()],
            }
        ],
        "customProperties": [
            {"property": "titleEn", "value": name},
            {"property": "provider", "value": OFFICE},
            {"property": "libraryKind", "value": "business"},
            {"property": "sharingType", "value": "unconditional"},
        ],
    }
    if data:
        out["servers"] = [{"server": "data", "type": "local", "path": data}]
    return out


def short_scenario(
    grants: Mapping[str, Mapping[str, Any]],
    valid_until: str,
    id_: str = "policy_test",
    departments: Sequence[str] = (OFFICE,),
) -> Plain:
    """A scenario file from ``{resource: {mode, columns, rows, disclosure}}``."""
    resources = [
        {"resource": name, "reason": "policy test", **_grant(grant)}
        for name, grant in grants.items()
    ]
    return {
        "id": id_,
        "version": "1",
        "title": {"zh": "策略测试", "en": "Policy test"},
        "purpose": "检验授权 / check what a grant lets through",
        "duty_basis": "policy test",
        "approver": "policy-test",
        "approved_on": "2026-01-01",
        "valid_until": valid_until,
        "departments": list(departments),
        "resources": resources,
    }


def _grant(grant: Mapping[str, Any]) -> Plain:
    return {"mode": "obtain", **{k: v for k, v in grant.items() if v is not None}}


def _property(name: str, spec: Mapping[str, Any], entity_key: bool) -> Plain:
    type_ = spec.get("type")
    known = types.normal(type_) if isinstance(type_, str) else None
    personal = spec.get("personal", False)
    custom = {
        "personal": _PERSONAL[personal] if isinstance(personal, bool) else personal,
        "identifier": spec.get("identifier"),
        "entityKey": entity_key or None,
    }
    out: Plain = {
        "name": name,
        "businessName": spec.get("title"),
        "physicalType": type_,
        "logicalType": types.logical_of(known) if known else None,
        "classification": spec.get("class"),
        "required": spec.get("required"),
        "unique": spec.get("unique"),
        "customProperties": [
            {"property": k, "value": v} for k, v in custom.items() if v is not None
        ],
    }
    strangers = set(spec) - {"type", "class", "personal", "identifier", "required", "unique"}
    out |= {key: spec[key] for key in strangers - {"title"}}  # the loader names what it knows not
    return {k: v for k, v in out.items() if v is not None}
