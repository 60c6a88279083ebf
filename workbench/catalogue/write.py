"""Resources and scenarios back into files, so that a made-up city goes through the real loader."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.representer import SafeRepresenter

from workbench.catalogue import reading, types
from workbench.catalogue.bands import plain_band
from workbench.catalogue.mask_rules import plain_rule
from workbench.catalogue.noise import plain_noise
from workbench.errors import Text
from workbench.model.contract import (
    Column,
    Delivery,
    Derived,
    FigureStatus,
    OpenType,
    Personal,
    QualityRule,
    Resource,
    Sharing,
)
from workbench.model.grant import ColumnGrant, DisclosureRules, Mask, MaskKind, RowCondition, Use
from workbench.model.scenario import PageSubject, ResourceUse, Scenario

Plain = dict[str, Any]


_WORD = re.compile(r"[^\W\d][\w-]*")
_TAKEN = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n"])


class _Quoting(SafeRepresenter):
    """Quotes every text that is more than a word, so that no reader takes it for another type."""

    def text(self, value: str) -> Any:
        plain = _WORD.fullmatch(value) and value.casefold() not in _TAKEN
        return self.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')


_Quoting.add_representer(str, _Quoting.text)


def to_yaml(value: Mapping[str, Any]) -> str:
    """YAML that 1.1 and 1.2 readers take alike."""
    out = io.StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.Representer = _Quoting
    writer.default_flow_style = False
    writer.allow_unicode = True
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    writer.dump(dict(value), out)
    return out.getvalue()


def odcs_of(resource: Resource) -> Plain:
    """The ODCS v3.1 contract of a resource; reading it back gives an equal Resource."""
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": resource.id,
        "name": resource.title.zh,
        "version": resource.version,
        "status": "active",
        "servers": [
            _server(n, d) for n, d in enumerate((*resource.deliveries, *resource.arrivals), 1)
        ],
        "schema": [
            {
                "name": resource.name,
                "logicalType": "object",
                "properties": [_property(c, resource.quality) for c in resource.columns],
                "quality": [_quality(q) for q in resource.quality if not q.column],
            }
        ],
        "customProperties": _custom(_resource_properties(resource)),
    }


def scenario_dict(scenario: Scenario) -> Plain:
    """A scenario file; reading it back gives an equal Scenario."""
    out: Plain = {
        "id": scenario.id,
        "version": scenario.version,
        "title": _text(scenario.title),
        "purpose": scenario.purpose,
        "duty_basis": scenario.duty_basis,
        "approver": scenario.approver,
        "approved_on": scenario.approved_on,
        "valid_from": scenario.valid_from,
        "valid_until": scenario.valid_until,
        "departments": list(scenario.departments),
        "pages": [_page(page) for page in scenario.pages],
        "resources": [_use(use) for use in scenario.resources],
    }
    return {k: _plain(v) for k, v in out.items() if v is not None}


def _text(text: Text) -> Plain:
    return {"zh": text.zh, "en": text.en}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _custom(values: Mapping[str, Any]) -> list[Plain]:
    return [{"property": k, "value": _plain(v)} for k, v in values.items() if v not in ("", None)]


def _resource_properties(resource: Resource) -> Plain:
    sharing, status = resource.sharing, resource.figure_status
    return {
        "titleEn": resource.title.en,
        "provider": resource.provider,
        "department": resource.department,
        "libraryKind": str(resource.library),
        "sharingType": str(sharing.type),
        "sharingMode": str(sharing.mode) if sharing.mode else None,
        "sharingConditions": _conditions(sharing),
        "sharingReason": sharing.reason,
        "legalBasis": sharing.legal_basis,
        "usageRequirements": sharing.usage_requirements,
        "openType": None if resource.open_type is OpenType.not_open else str(resource.open_type),
        "openConditions": resource.open_conditions,
        "updateCycle": resource.update_cycle,
        "lastUpdate": resource.last_update,
        "obtainedOn": resource.obtained_on,
        "provisionMethod": resource.provision_method,
        "sourceSystem": resource.source_system,
        "source": resource.source,
        "licence": resource.licence,
        "membershipTold": resource.membership_told or None,
        "figureStatus": None if status is FigureStatus.final else str(status),
        "passOn": resource.pass_on,
        "derived": None if resource.derived is None else _derived(resource.derived),
    }


def _derived(derived: Derived) -> Plain:
    return {
        "release": derived.release,
        "entry": derived.entry,
        "department": derived.department,
        "mode": str(derived.mode),
        **({} if derived.until is None else {"until": _plain(derived.until)}),
        "sources": [
            {
                "resource": one.resource,
                "version": one.version,
                "columns": list(one.columns),
                "grant": list(one.grant),
            }
            for one in derived.sources
        ],
    }


def _conditions(sharing: Sharing) -> Plain | None:
    if not sharing.scope and not sharing.purpose:
        return None
    return {"scope": sharing.scope, "purpose": sharing.purpose}


def _server(number: int, delivery: Delivery) -> Plain:
    out = {
        "server": f"file-{number}",
        "type": "local",
        "path": delivery.path,
        "format": delivery.format,
        "encoding": delivery.encoding,
        "delimiter": delivery.delimiter,
        "customProperties": _custom(reading.properties_of(delivery)),
    }
    return {k: v for k, v in out.items() if v}


def _property(column: Column, rules: Sequence[QualityRule]) -> Plain:
    options = {
        "minimum": column.minimum,
        "maximum": column.maximum,
        "pattern": column.pattern or None,
        "minLength": column.min_length,
        "maxLength": column.max_length,
    }
    custom = {
        "personal": None if column.personal is Personal.no else str(column.personal),
        "identifier": str(column.identifier) if column.identifier else None,
        "entityKey": column.entity_key or None,
        "masks": [plain_rule(rule) for rule in column.masks] or None,
        "maskRequired": column.mask_required or None,
        "element": column.element or None,
        "bands": [plain_band(band) for band in column.bands] or None,
        "sourceName": list(column.source_names) or None,
        "read": reading.read_of(column.reading) if column.reading else None,
    }
    out: Plain = {
        "name": column.name,
        "businessName": column.title,
        "logicalType": types.logical_of(column.type),
        "physicalType": column.type,
        "required": column.required,
        "unique": column.unique,
        "classification": str(column.classification) if column.classification else None,
        "logicalTypeOptions": {k: v for k, v in options.items() if v is not None},
        "enum": [{"value": v} for v in column.enum],
        "quality": [_quality(q) for q in rules if q.column == column.name],
        "customProperties": _custom(custom),
    }
    return {k: v for k, v in out.items() if v not in (None, "", [], {}, False)}


def _quality(rule: QualityRule) -> Plain:
    operand = list(rule.operand) if isinstance(rule.operand, tuple) else rule.operand
    arguments = {k: list(v) if isinstance(v, tuple) else v for k, v in rule.arguments}
    out: Plain = {
        "type": "library",
        "name": rule.name,
        "metric": rule.metric,
        rule.compare: operand,
        "unit": rule.unit,
        "arguments": arguments,
    }
    return {k: v for k, v in out.items() if v not in ("", {})}


def _page(page: PageSubject) -> Plain:
    return {
        "id": page.id,
        "viewers": sorted(page.viewers),
        "viewer_departments": sorted(page.viewer_departments),
    }


def _use(use: ResourceUse) -> Plain:
    return {
        "resource": use.resource,
        "mode": str(use.mode),
        "reason": use.reason,
        "columns": {granted.name: plain_column(granted) for granted in use.columns},
        "rows": [plain_row(condition) for condition in use.rows],
        "disclosure": _disclosure(use.disclosure),
        **({} if use.decided is None else {"decided": {**use.decided.__dict__}}),
        **({} if use.consent is None else {"consent": {**use.consent.__dict__}}),
    }


def plain_column(granted: ColumnGrant) -> str | Plain:
    if granted.mask is None:
        return str(granted.use)
    return {"use": str(Use.value), "mask": _mask(granted.mask)}


def _mask(mask: Mask) -> str | Plain:
    if mask.kind is MaskKind.pseudonym:
        return str(mask.kind)
    bounds = {
        name: None if bound is None else plain_band(bound)
        for name, bound in (("bottom", mask.bottom), ("top", mask.top))
    }
    fields = {**mask.__dict__, **bounds, "kind": str(mask.kind), "edges": list(mask.edges)}
    if mask.kind is not MaskKind.partial:
        del fields["keep_first"], fields["keep_last"]
    return {k: v for k, v in fields.items() if v not in ("", None, [])}


def plain_row(condition: RowCondition) -> Plain:
    out: Plain = {"column": condition.column, "op": str(condition.op)}
    values = [_plain(v) for v in condition.values]
    if str(condition.op) in ("in", "not in", "between"):
        out["values"] = values
    elif values:
        out["value"] = values[0]
    return out


def _disclosure(rules: DisclosureRules) -> Plain:
    dominance = (
        None if rules.dominance_n is None else {"n": rules.dominance_n, "k": rules.dominance_k}
    )
    rounding = {"counts": rules.round_counts, "values": rules.round_values}
    out = {
        "k": rules.k,
        "dominance": dominance,
        "p_percent": rules.p_percent,
        "rounding": {k: v for k, v in rounding.items() if v is not None} or None,
        "zero": None if rules.zero is None else str(rules.zero),
        "noise": None if rules.noise is None else plain_noise(rules.noise),
    }
    return {k: v for k, v in out.items() if v is not None}
