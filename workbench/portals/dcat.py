"""The open catalogue as DCAT (W3C, version 3) in JSON-LD, with the terms that DCAT-AP requires.

Foshan 2019 art. 14: what is not open does not appear in it. Entries whose open type is missing or
not understood do not either, for nobody said that they are open; both are counted. A portal's list
names no address of its files, so there is no ``dcat:Distribution``, which would need one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import polars as pl

from workbench.errors import Text
from workbench.model.contract import OpenType
from workbench.portals.frequency import Frequency
from workbench.portals.search import OPEN

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EU = "http://publications.europa.eu/resource/authority"
ACCESS: Mapping[str, str] = {
    OpenType.unconditional: f"{_EU}/access-right/PUBLIC",
    OpenType.conditional: f"{_EU}/access-right/RESTRICTED",
}
"""DCAT-AP takes access rights from this list of the EU's Publications Office."""
FREQUENCY: Mapping[str, str] = {
    key: f"{_EU}/frequency/{name}"
    for key, name in {
        Frequency.real_time: "UPDATE_CONT",
        Frequency.daily: "DAILY",
        Frequency.weekly: "WEEKLY",
        Frequency.ten_days: "MONTHLY_3",
        Frequency.half_month: "MONTHLY_2",
        Frequency.monthly: "MONTHLY",
        Frequency.two_monthly: "BIMONTHLY",
        Frequency.quarterly: "QUARTERLY",
        Frequency.half_yearly: "ANNUAL_2",
        Frequency.yearly: "ANNUAL",
        Frequency.two_yearly: "BIENNIAL",
        Frequency.three_yearly: "TRIENNIAL",
        Frequency.five_yearly: "QUINQUENNIAL",
        Frequency.static: "NEVER",
        Frequency.irregular: "IRREG",
    }.items()
}
"""And update frequencies from this one."""


@dataclass(frozen=True)
class Publisher:
    """The city whose open catalogue it is; ``base`` begins the identifiers."""

    name: Text
    base: str


@dataclass(frozen=True)
class OpenCatalogue:
    """``document`` is JSON-LD; ``left_out`` counts entries by why they do not appear."""

    document: dict[str, Any]
    datasets: int
    left_out: Mapping[str, int]


def open_catalogue(rows: pl.DataFrame, publisher: Publisher) -> OpenCatalogue:
    """Of rows of ``catalogue_entries``."""
    types = rows.get_column("open_type")
    shown = rows.filter(types.is_in([t.value for t in OPEN]))
    left_out = {
        "not_open": int((types == OpenType.not_open.value).sum()),
        "open_type_missing_or_unknown": int(types.is_null().sum()),
    }
    datasets = [_dataset(row, publisher) for row in shown.iter_rows(named=True)]
    return OpenCatalogue(_catalogue(datasets, shown, publisher), len(datasets), left_out)


def _catalogue(
    datasets: list[dict[str, Any]], shown: pl.DataFrame, publisher: Publisher
) -> dict[str, Any]:
    name = publisher.name
    names = shown.get_column("portal_name").unique().sort().to_list()
    day = shown.get_column("obtained_on").max()
    document = {
        "@context": CONTEXT,
        "@id": f"{publisher.base}catalogue",
        "@type": "dcat:Catalog",
        "dct:title": [_zh(f"{name.zh}开放数据目录"), _en(f"Open data catalogue of {name.en}")],
        "dct:description": [
            _zh(f"汇集的开放目录：{'、'.join(names)}"),
            _en(f"Entries of {len(names)} open-data catalogues"),
        ],
        "dct:publisher": _agent(name.zh),
        "dct:language": {"@id": f"{_EU}/language/ZHO"},
        "dcat:dataset": datasets,
    }
    if day is not None:
        document["dct:modified"] = _date(day)
    return document


def _dataset(row: Mapping[str, Any], publisher: Publisher) -> dict[str, Any]:
    """Title and description are what DCAT-AP requires; the rest where the portal said it."""
    department = row["department"]
    by = department or row["portal_name"]
    made: dict[str, Any] = {
        "@id": f"{publisher.base}dataset/{quote(row['entry_id'], safe='')}",
        "@type": "dcat:Dataset",
        "dct:identifier": row["entry_id"],
        "dct:title": _zh(row["title"]),
        "dct:description": _zh(f"{row['portal_name']}，{by}：{row['title']}"),
        "dct:publisher": _agent(by),
        "dct:accessRights": {"@id": ACCESS[row["open_type"]]},
        "dct:provenance": {
            "@type": "dct:ProvenanceStatement",
            "dct:description": _zh(f"{row['source_file']}，{row['obtained_on']} 取得"),
        },
    }
    if row["frequency"] in FREQUENCY:
        made["dct:accrualPeriodicity"] = {"@id": FREQUENCY[row["frequency"]]}
    for term, column in (("dct:issued", "publish_date"), ("dct:modified", "update_date")):
        if row[column] is not None:
            made[term] = _date(row[column])
    if row["domain"]:
        made["dcat:keyword"] = _zh(row["domain"])
    return made


def _agent(name: str) -> dict[str, Any]:
    return {"@type": "foaf:Agent", "foaf:name": _zh(name)}


def _zh(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "zh"}


def _en(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "en"}


def _date(day: Any) -> dict[str, str]:
    return {"@value": day.isoformat(), "@type": "xsd:date"}
