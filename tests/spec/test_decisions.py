"""``decisions.txt``: grants, queries and outcomes, in tables that a lawyer could read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from workbench.errors import Text
from workbench.model.actor import Actor, Role
from workbench.model.contract import (
    Classification,
    Column,
    Level,
    LibraryKind,
    Personal,
    Resource,
    Sharing,
    SharingMode,
    SharingType,
)
from workbench.model.decision import Deny
from workbench.model.grant import ColumnGrant, Grant, Origin, OriginKind, Use
from workbench.model.scenario import PageSubject, Scenario
from workbench.model.tier import Tier
from workbench.policy.decide import decide
from workbench.sql.inspect import inspect

_COLUMN = re.compile(r"(\w+) \(([^)]*)\)")
TODAY = date(2026, 11, 22)
_TEXT = Path(__file__).with_name("decisions.txt").read_text(encoding="utf-8")


def _rows(part: str) -> Iterator[dict[str, str]]:
    """The rows of the tables of one part, by the names in the line that begins each table."""
    names: list[str] = []
    for line in part.splitlines():
        if not line.startswith("|"):
            names = []
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if names:
            assert len(cells) == len(names), line
            yield dict(zip(names, cells, strict=True))
        else:
            names = cells


def _part(name: str) -> list[dict[str, str]]:
    return list(_rows(re.split(rf"^== {name} ==$", _TEXT, flags=re.M)[1].split("\n== ")[0]))


def _resource(row: dict[str, str]) -> Resource:
    kind = SharingType(row["shared"])
    name = row["table"]
    return Resource(
        id=name,
        name=name,
        title=Text(f"{name} 表", f"Table of {name}"),
        version="1.0",
        provider=row["provider"],
        department=row["provider"],
        library=LibraryKind.base,
        sharing=Sharing(kind, legal_basis="a law"),
        columns=tuple(
            _column(*m) for m in re.findall(r"(\w+) \(([^)]*)\)", row["columns (class)"])
        ),
    )


def _column(name: str, marks: str) -> Column:
    grade, *personal = marks.split(", ")
    level, _, sub = grade.partition("-")
    graded = Classification(Level(level), int(sub) if sub else None) if level else None
    return Column(name, "VARCHAR", "", graded, Personal(personal[0]) if personal else Personal.no)


def _scenario(row: dict[str, str]) -> Scenario:
    pages = re.findall(r"(\w+) \(viewers: ([^;]*); ([^)]*)\)", row["pages"])
    return Scenario(
        id=row["scenario"],
        version="1.0",
        title=Text(row["scenario"], row["scenario"]),
        purpose="a purpose",
        duty_basis="a duty",
        resources=(),
        departments=tuple(row["departments"].split(", ")),
        approver="the authority",
        pages=tuple(PageSubject(p, frozenset({v}), frozenset({d})) for p, v, d in pages),
    )


def _grant(row: dict[str, str]) -> Grant:
    columns = (c.partition("=") for c in row["columns"].split(", "))
    days = [date.fromisoformat(row[k]) if row[k] else None for k in ("from", "until", "revoked")]
    return Grant(
        id=f"{row['scenario']}/{row['held by']}/{row['table']}",
        scenario=row["scenario"],
        department=row["held by"],
        resource=row["table"],
        columns=tuple(ColumnGrant(n, Use(u or "value")) for n, _, u in columns),
        mode=SharingMode(row["mode"]),
        origin=Origin(OriginKind.scenario, f"{row['scenario']}@1.0", "the authority"),
        valid_from=days[0],
        valid_until=days[1],
        revoked_on=days[2],
    )


def _actor(who: str) -> Actor:
    page = re.fullmatch(r"(\w+) for (\w+) of (\w+)", who)
    if page is None:
        name, _, department = who.partition(" of ")
        return Actor(name, department, frozenset({Role.analyst}))
    subject = f"page:{page[1]}"
    return Actor(
        subject, subject, frozenset({Role.page}), viewer=page[2], viewer_department=page[3]
    )


RESOURCES = {r.name: r for r in map(_resource, _part("resources"))}
SCENARIOS = {s.id: s for s in map(_scenario, _part("scenarios"))}
GRANTS = tuple(map(_grant, _part("grants")))
DECISIONS = _part("decisions")


def _outcome(row: dict[str, str]) -> str:
    reads = inspect(row["query"])
    got = decide(
        _actor(row["who"]),
        row["scenario"],
        SCENARIOS,
        GRANTS,
        RESOURCES,
        reads,
        TODAY,
        tier=Tier.own if reads.own else Tier.rows,
    )
    if isinstance(got, Deny):
        return "deny " + ", ".join(f"{r.code} {r.subject}".strip() for r in got.reasons)
    read = "; ".join(f"{table}({', '.join(columns)})" for table, columns in got.reads)
    return f"permit {read}".strip()


@pytest.mark.parametrize("row", DECISIONS, ids=lambda r: f"{r['who']}: {r['query']}")
def test_decision(row: dict[str, str]) -> None:
    assert _outcome(row) == row["outcome"]


def test_every_table_was_read() -> None:
    assert len(RESOURCES) == 5
    assert len(SCENARIOS) == 4
    assert len(GRANTS) == 9
    assert len(DECISIONS) == len(re.findall(r"^\| (?!who).* \| (?:permit|deny)", _TEXT, re.M))
