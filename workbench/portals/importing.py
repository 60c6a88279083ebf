"""One file of a portal into rows of ``catalogue_entries``, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from workbench.portals.delivered import ASIDE
from workbench.portals.entries import Entries, as_mapping, entries_of
from workbench.portals.extract import Origin, rows_of
from workbench.portals.findings import (
    KINDS,
    Kind,
    counts,
    examples,
    findings_of,
    timeliness,
    unknown,
)
from workbench.portals.mapping import PortalMapping
from workbench.portals.read import read_portal

UNKNOWN = (Kind.unknown_frequency, Kind.unknown_open_type, Kind.unknown_date, Kind.unknown_rows)
SHOWN = 20
"""Lines set aside, and unknown spellings, that a summary lists; all are in ``--findings``."""


@dataclass(frozen=True)
class Wish:
    """``portal``: whose file it is, where the file does not say; ``as_of``: the day of looking."""

    file: Path
    portal: str | None
    as_of: date
    obtained_on: date


@dataclass(frozen=True)
class Imported:
    """``rows`` are those of ``catalogue_entries``; ``findings`` as in ``findings_of``."""

    wish: Wish
    mapping: PortalMapping
    origin: Origin
    encoding: str
    headings: tuple[str, ...]
    entries: Entries
    findings: pl.DataFrame
    rows: pl.DataFrame


def import_file(
    wish: Wish,
    mapping: PortalMapping,
    work: Path,
    on_bytes: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Read, understood, judged; nothing is stored. ``work`` is an empty folder.

    Raises InvalidInput as ``read_portal`` and ``entries_of`` do.
    """
    delivered = read_portal(wish.file, mapping, work, on_bytes)
    entries = entries_of(delivered, mapping, wish.portal)
    findings = findings_of(entries, wish.as_of)
    origin = Origin(delivered.name, delivered.sha256, wish.obtained_on)
    return Imported(
        wish,
        mapping,
        origin,
        delivered.encoding,
        delivered.headings,
        entries,
        findings,
        rows_of(entries, findings, origin),
    )


def summary(found: Imported) -> dict[str, Any]:
    """JSON values: ``entries`` = ``accepted`` + ``set_aside``; ``findings`` has every kind."""
    entries, judged = found.entries, counts(found.findings)
    return {
        "file": found.origin.file,
        "sha256": found.origin.sha256,
        "encoding": found.encoding,
        "obtained_on": found.origin.obtained_on.isoformat(),
        "mapping": {"id": found.mapping.id, "version": found.mapping.version},
        "columns": _columns(found),
        "headings_not_read": list(entries.found.unread),
        "portals": as_mapping(entries.frame, "portal"),
        "entries": entries.lines,
        "accepted": entries.frame.height,
        "set_aside": len(entries.aside),
        "set_aside_lines": [
            {"line": a.number, "reason": a.reason.value, "said": _said(ASIDE[a.reason])}
            for a in entries.aside[:SHOWN]
        ],
        "findings": {kind.value: count for kind, count in judged.items()},
        "finding_examples": [_example(found.findings, kind) for kind in Kind if judged[kind]],
        "unknown_spellings": [
            {"field": field, "spelling": spelling, "count": count}
            for field, spelling, count in unknown(found.findings, UNKNOWN)[:SHOWN]
        ],
        "timeliness": _timeliness(found),
    }


def all_findings(found: Imported) -> pl.DataFrame:
    """Every finding and every line set aside, for a file."""
    aside = pl.DataFrame(
        [(None, a.number, f"set_aside_{a.reason.value}", None, None) for a in found.entries.aside],
        schema=found.findings.schema,
        orient="row",
    )
    return pl.concat([found.findings, aside])


def _columns(found: Imported) -> dict[str, str | None]:
    """Field -> the heading that it was read from; null where the file has none."""
    places = found.entries.found.places
    return {
        field.value: found.headings[places[field]] if field in places else None
        for field in found.mapping.columns
    }


def _example(findings: pl.DataFrame, kind: Kind) -> dict[str, Any]:
    lines = [
        {"portal": portal, "line": line, "field": field, "value": value}
        for portal, line, field, value in examples(findings, kind)
    ]
    return {"kind": kind.value, "said": _said(KINDS[kind]), "lines": lines}


def _timeliness(found: Imported) -> dict[str, Any]:
    seen = timeliness(found.entries.frame, found.wish.as_of)
    return {
        "as_of": seen.as_of.isoformat(),
        "with_period": seen.with_period,
        "overdue": seen.overdue,
    }


def _said(text: Any) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
