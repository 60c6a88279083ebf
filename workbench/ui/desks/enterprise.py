"""Who could have seen the data of one enterprise, as an item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.ui.desks.columns import use_said
from workbench.ui.desks.desk import Json
from workbench.ui.desks.parts import block, cell, fact, lines, moment, said
from workbench.ui.desks.states import grant_state
from workbench.ui.words import Speech

Row = Mapping[str, Any]
ENTERPRISE = "enterprise"


def enterprise_item(found: Row, speech: Speech) -> Json:
    facts = [
        fact(speech._("Digest"), found["digest"]),
        fact(speech._("Since"), found["since"]),
        fact(speech._("Lost grants"), speech._(", ").join(found["lost_grants"])),
    ]
    blocks = []
    if found["scenario_gone"] is None:  # else nothing was looked into, and the note says so
        blocks = [_seen(found, speech), _held_in(found, speech), _granted(found, speech)]
        blocks.append(_looked_at(found, speech))
    if found["not_looked_at"]:
        told = [
            f"{said(one['title'], speech.language)}: {said(one['why'], speech.language)}"
            for one in found["not_looked_at"]
        ]
        blocks.append(lines(speech._("Not looked at"), told))
    return {
        "id": ENTERPRISE,
        "title": speech._("Who could have seen an enterprise"),
        "version": 0,
        "state": cell(said(found["note"], speech.language)),
        "facts": [one for one in facts if one["value"]],
        "blocks": [*_unfinished(found, speech), *blocks],
        "actions": [],
    }


def _unfinished(found: Row, speech: Speech) -> list[Json]:
    """What keeps this from being the whole answer."""
    told = []
    if found["behind"]:
        told.append(
            speech._(
                "{number} entries of the ledger are not counted yet: look again in a moment.",
                number=f"{found['behind']:,}",
            )
        )
    for name, said_of in (("people", speech._("People")), ("grants", speech._("Grants"))):
        more = found[f"{name}_total"] - len(found[name])
        if more > 0:
            told.append(
                speech._("{what}: {number} more are not listed.", what=said_of, number=f"{more:,}")
            )
    return [lines(speech._("Not the whole"), told)] if told else []


def _seen(found: Row, speech: Speech) -> Json:
    columns = [
        ("person", speech._("Person")),
        ("department", speech._("Department")),
        ("scenario", speech._("Scenario")),
        ("resource", speech._("Resource")),
        ("columns", speech._("Columns")),
        ("releases", speech._("Results")),
        ("last", speech._("Last used")),
    ]
    rows = [
        {
            "person": cell(one["person"]),
            "department": cell(one["department"]),
            "scenario": cell(one["scenario"]),
            "resource": cell(one["resource"]),
            "columns": cell("; ".join(_read_column(column, speech) for column in one["columns"])),
            "releases": cell(f"{one['releases']:,}"),
            "last": cell(moment(one["last"])),
        }
        for one in found["people"]
    ]
    note = "" if rows else speech._("Nobody has used a grant that takes its rows in.")
    return block(speech._("Could have been seen by"), columns, rows, note=note)


def _read_column(column: Row, speech: Speech) -> str:
    return f"{column['name']} ({use_said(column, speech)})"


def _held_in(found: Row, speech: Speech) -> Json:
    columns = [
        ("resource", speech._("Resource")),
        ("provider", speech._("Provides")),
        ("version", speech._("Version")),
        ("date", speech._("Data of")),
    ]
    rows = [
        {
            "resource": cell(said(one["title"], speech.language), hint=one["resource"]),
            "provider": cell(one["provider"]),
            "version": cell(one["version"]),
            "date": cell(one["data_date"]),
        }
        for one in found["resources"]
    ]
    note = "" if rows else speech._("No extract has a row of it.")
    return block(speech._("Its rows stand in"), columns, rows, note=note)


def _looked_at(found: Row, speech: Speech) -> Json:
    told = [
        f"{said(one['title'], speech.language)}: {speech._(', ').join(one['columns'])}"
        for one in found["looked_at"]
    ]
    return lines(speech._("Looked at, by which columns"), told or [speech._("Nothing.")])


def _granted(found: Row, speech: Speech) -> Json:
    columns = [
        ("grant", speech._("Grant")),
        ("department", speech._("Department")),
        ("resource", speech._("Resource")),
        ("state", speech._("State")),
        ("scope", speech._("Its rows")),
    ]
    scopes = {"in": speech._("taken in"), "unknown": speech._("could not be told: taken as in")}
    rows = [
        {
            "grant": cell(one["grant"]),
            "department": cell(one["department"]),
            "resource": cell(one["resource"]),
            "state": grant_state(one["state"], speech),
            "scope": cell(scopes[one["scope"]], "due" if one["scope"] == "unknown" else ""),
        }
        for one in found["grants"]
    ]
    return block(speech._("Grants that take its rows in"), columns, rows)
