"""A run as open data: a Frictionless Data Package (version 1) of CSV tables and one JSON file.

Nobody is in it. Items stand by their id where it is known to be that of a case, a resource, a grant
or a day; any other id is replaced by a number, for nobody here can know what it is. Names of files
of proof and reasons of decisions are free text and left out; of a file its SHA-256 is told.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from workbench.reports.assessment import Facts

SPEC = "https://specs.frictionlessdata.io/schemas/data-package.json"
CONTENT, PACKAGE = "assessment.json", "datapackage.json"
_NOT_STATED = "not stated / 未注明"

_TEXT, _NUMBER, _WHOLE, _DAY = "string", "number", "integer", "date"
_WHO = (("department", _TEXT), ("department_zh", _TEXT), ("department_en", _TEXT))
_RANKING = (
    *_WHO, ("score", _NUMBER), ("rank", _WHOLE), ("among", _WHOLE), ("grade_zh", _TEXT),
    ("grade_en", _TEXT), ("light", _TEXT), ("group", _TEXT), ("group_rank", _WHOLE),
    ("group_among", _WHOLE), ("vetoed", "boolean"), ("rank_low", _WHOLE), ("rank_high", _WHOLE),
    ("change", _NUMBER),
)  # fmt: skip
_SHEETS = (
    *_WHO, ("dimension", _TEXT), ("indicator", _TEXT), ("indicator_zh", _TEXT),
    ("indicator_en", _TEXT), ("articles", _TEXT), ("measure", _TEXT), ("figure", _TEXT),
    ("state", _TEXT), ("value", _TEXT), ("sample", _TEXT), ("counted", _TEXT), ("low", _NUMBER),
    ("high", _NUMBER), ("score", _NUMBER), ("weight", _NUMBER), ("points", _NUMBER),
    ("lost", _NUMBER), ("vetoed", "boolean"), ("evidence", _TEXT),
)  # fmt: skip
_ITEMS = (
    ("department", _TEXT), ("indicator", _TEXT), ("day", _DAY), ("item", _TEXT),
    ("amount", _TEXT), ("of", _TEXT), ("against", "boolean"),
)  # fmt: skip
_UNRATED = _WHO
Row = Mapping[str, Any]
Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Licence:
    """``name``: an id such as CC-BY-4.0, empty where none was stated; ``path``: its address."""

    name: str = ""
    path: str = ""


def release(facts: Facts, shown: Collection[str], licence: Licence) -> dict[str, bytes]:
    """Files by name. ``shown``: the KPIs of which items stand by their id. Equal runs give equal
    bytes."""
    tables: dict[str, tuple[Fields, list[Row]]] = {
        "ranking": (_RANKING, [_place(one) for one in facts["ranking"]]),
        "unrated": (_UNRATED, [_who(one) for one in facts["unrated"]]),
        "sheets": (_SHEETS, [_row(sheet, row) for sheet, row in _rows(facts)]),
        "items": (_ITEMS, list(_items(facts, shown))),
    }
    head = _head(facts, licence)
    content = {**head, **{name: rows for name, (_, rows) in tables.items()}}
    files = {f"{name}.csv": _csv(fields, rows) for name, (fields, rows) in tables.items()}
    files[CONTENT] = _json(content)
    described = [
        _described(name, fields, files[f"{name}.csv"]) for name, (fields, _) in tables.items()
    ]
    package = {**head, "$schema": SPEC, "profile": "data-package", "resources": described}
    return {**files, PACKAGE: _json(package)}


def _head(facts: Facts, licence: Licence) -> dict[str, Any]:
    title, city, status = facts["title"], facts["city"], facts["status"]
    return {
        "name": f"assessment-{facts['year']}-{facts['scheme'].replace('_', '-')}",
        "title": f"{city['en']}: {title['en']} {facts['year']}",
        "title_zh": f"{city['zh']}{title['zh']} {facts['year']}",
        "status": status["state"] if status["state"] == "published" else "draft / 草稿",
        "published": {
            "ledger_entry": status.get("position"),
            "day": str(status["day"]) if status.get("day") else None,
        },
        "synthetic": facts["synthetic"],
        "note": "Synthetic data / 合成数据" if facts["synthetic"] else "",
        "year": facts["year"],
        "as_of": facts["as_of"],
        "publisher": facts["about"]["evaluator"],
        "licenses": [_licence(licence)],
        "regulation": facts["regulation"],
        "articles": facts["articles"],
        "reading": facts["about"]["reading"],
        "scheme": facts["scheme"],
        "dimensions": facts["about"]["dimensions"],
        "run": {"sha256": facts["digest"], "amends": _amends(facts)},
        "ledger_position": facts["position"],
        "extracts": facts["versions"],
        "software": facts["software"],
        "left_out": {"zh": LEFT_OUT[0], "en": LEFT_OUT[1]},
    }


LEFT_OUT = (
    "不含任何个人；理由、证明文件的名称和不能确认与个人无关的事项编号未列入，后者以序号代替。",
    "Nobody is in it. Reasons, names of files of proof, and ids of items that may be of a person "
    "are left out; such ids are replaced by numbers.",
)


def _licence(licence: Licence) -> dict[str, str]:
    found = {"name": licence.name or _NOT_STATED}
    return {**found, "path": licence.path} if licence.path else found


def _amends(facts: Facts) -> dict[str, Any] | None:
    if facts["amends"] is None:
        return None
    decided = facts["amends"]["decided"]
    accepted = sum(bool(one["granted"]) for one in decided)
    return {"sha256": facts["amends"]["run"], "decided": len(decided), "accepted": accepted}


def _who(one: Facts) -> dict[str, Any]:
    title = one["title"]
    return {
        "department": one["department"],
        "department_zh": title["zh"],
        "department_en": title["en"],
    }


def _place(one: Facts) -> Row:
    firm, change = one["firm"] or {}, one["change"] or {}
    kept = ("score", "rank", "among", "light", "group", "group_rank", "group_among", "vetoed")
    return {
        **_who(one),
        **{name: one[name] for name in kept},
        "grade_zh": one["grade"]["zh"],
        "grade_en": one["grade"]["en"],
        "rank_low": firm.get("low"),
        "rank_high": firm.get("high"),
        "change": change.get("score"),
    }


def _rows(facts: Facts) -> Iterator[tuple[Facts, Facts]]:
    for sheet in facts["sheets"]:
        for row in sheet["rows"]:
            yield sheet, row


def _row(sheet: Facts, row: Facts) -> Row:
    low, high = row["interval"] or (None, None)
    kept = [name for name, _ in _SHEETS if name in row and name != "evidence"]
    return {
        **_who(sheet),
        **{name: row[name] for name in kept},
        "indicator_zh": row["title"]["zh"],
        "indicator_en": row["title"]["en"],
        "low": low,
        "high": high,
        "evidence": " ".join(f"sha256:{one['sha256']}" for one in row["evidence"]),
    }


def _items(facts: Facts, shown: Collection[str]) -> Iterator[Row]:
    for sheet, row in _rows(facts):
        is_open = row["measure"] in shown
        for number, one in enumerate(row["items"], start=1):
            yield {
                "department": sheet["department"],
                "indicator": row["indicator"],
                "item": one["item"] if is_open else str(number),
                **{name: one[name] for name in ("day", "amount", "of", "against")},
            }


def _described(name: str, fields: Fields, content: bytes) -> dict[str, Any]:
    """``value``, ``sample``, ``amount`` and the like are fractions as texts, and so exact."""
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{sha256(content).hexdigest()}",
        "schema": {"fields": [{"name": one, "type": kind} for one, kind in fields]},
    }


def _csv(fields: Fields, rows: Sequence[Row]) -> bytes:
    """RFC 4180 but for the line end, which is one sign."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [name for name, _ in fields], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return f"{text}\n".encode()
