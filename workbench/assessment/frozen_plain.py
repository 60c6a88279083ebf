"""What is in a run's file, as canonical JSON and back. Fractions are texts (``"7/8"``), days ISO.

What was written by hand and fits the manifest may still be no run: it is refused by member.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from workbench.assessment.measured import Evidence, Gathered, Item, Measured, Source
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.kpi.definition import Direction, Figure
from workbench.ledger.chain import canonical

if TYPE_CHECKING:
    from workbench.assessment.frozen import Frozen

FORMAT = 1
_FRACTION = re.compile(r"-?[0-9]{1,1000}(/[0-9]{1,1000})?")
_ODD = (ValueError, TypeError, KeyError, AttributeError, ZeroDivisionError)
"""What reading raises where a member was written by hand."""


@dataclass(frozen=True, order=True)
class Version:
    """Of an extract that was read, with the SHA-256 of its content; ``data_date``: the day of its
    newest facts, "" where it has none."""

    resource: str
    version: int
    digest: str
    data_date: str = ""


@dataclass(frozen=True)
class Position:
    """An entry of the ledger: everything up to it was there."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Before:
    """A department in an earlier run; ``score`` as it was published (``"85.30"``)."""

    score: str
    rank: int
    among: int
    grade: Text


@dataclass(frozen=True)
class Previous:
    """The run of the year before: the digest of its file, and its places by department."""

    run: str
    year: int
    places: Mapping[str, Before]


@dataclass(frozen=True)
class Decided:
    """An appeal that was decided. ``case``: its procedure; ``item``: what it is about, "" for a
    whole indicator. ``was`` and ``now``: the item before and after; ``now`` None: struck out."""

    case: str
    department: str
    indicator: str
    item: str
    granted: bool
    reason: Text
    was: Item | None = None
    now: Item | None = None


@dataclass(frozen=True)
class Amends:
    """``run``: the digest of the file that this one amends, which stays as it is."""

    run: str
    decided: tuple[Decided, ...]


def run(frozen: Frozen) -> bytes:
    """All but the scheme, the measures and the scores."""
    inputs = frozen.inputs
    previous, amends = frozen.previous, frozen.amends
    told: dict[str, Any] = {
        "format": FORMAT,
        "year": frozen.year,
        "as_of": frozen.as_of.isoformat(),
        "city": asdict(frozen.city),
        "synthetic": frozen.synthetic,
        "departments": {name: asdict(title) for name, title in frozen.departments.items()},
        "groups": dict(inputs.groups),
        "having": {kpi: sorted(set(names)) for kpi, names in inputs.having.items()},
        "versions": [asdict(each) for each in sorted(frozen.versions)],
        "position": asdict(frozen.position),
        "software": frozen.software,
        "previous": asdict(previous) if previous is not None else None,
        "amends": _amends(amends) if amends is not None else None,
    }
    return canonical(told).encode()


def run_of(member: str, text: str) -> dict[str, Any]:
    """The arguments of ``Frozen`` that stand there, with ``groups`` and ``having`` of its inputs.
    Raises InvalidInput."""
    try:
        found = json.loads(text)
        if found.pop("format") != FORMAT:
            raise malformed(member)
        return {
            "year": int(found["year"]),
            "as_of": date.fromisoformat(found["as_of"]),
            "city": Text(**found["city"]),
            "synthetic": bool(found["synthetic"]),
            "departments": {name: Text(**each) for name, each in found["departments"].items()},
            "groups": {str(name): str(group) for name, group in found["groups"].items()},
            "having": {kpi: frozenset(names) for kpi, names in found["having"].items()},
            "versions": tuple(Version(**each) for each in found["versions"]),
            "position": Position(**found["position"]),
            "software": str(found["software"]),
            "previous": _previous_of(found["previous"]),
            "amends": _amends_of(found["amends"]),
        }
    except _ODD as error:
        raise malformed(member) from error


def measure(gathered: Gathered) -> bytes:
    why = gathered.why
    told = {
        "source": gathered.source.value,
        "figure": gathered.figure.value,
        "direction": gathered.direction.value,
        "why": asdict(why) if why is not None else None,
        "by": {name: _measured(each) for name, each in gathered.by.items()},
    }
    return canonical(told).encode()


def measure_of(member: str, text: str) -> Gathered:
    """Raises InvalidInput."""
    try:
        found = json.loads(text)
        return Gathered(
            Source(found["source"]),
            Figure(found["figure"]),
            Direction(found["direction"]),
            {str(name): _measured_of(each) for name, each in found["by"].items()},
            Text(**found["why"]) if found["why"] is not None else None,
        )
    except _ODD as error:
        raise malformed(member) from error


def malformed(member: str) -> WorkbenchError:
    """InvalidInput, with the member as its subject."""
    return simple(
        Code.invalid_request,
        f"封存文件的 {member} 读不懂。",
        f"{member} of the frozen file cannot be read.",
        why=Text(
            "它不是本版本软件所知的格式，或者由人手写成。",
            "It is in no form that this version knows, or was written by hand.",
        ),
        next=Text(
            "取原件，或用写下它的版本读取（run.json 的 software）。",
            "Take the original, or the version that wrote it (software in run.json).",
        ),
        subject=member,
    )


def _measured(measured: Measured) -> dict[str, Any]:
    return {
        "value": None if measured.value is None else str(measured.value),
        "sample": str(measured.sample),
        "counted": str(measured.counted),
        "items": [_item(each) for each in sorted(measured.items)],
        "evidence": [asdict(each) for each in sorted(measured.evidence)],
    }


def _measured_of(found: Mapping[str, Any]) -> Measured:
    return Measured(
        None if found["value"] is None else _number(found["value"]),
        _number(found["sample"]),
        _number(found["counted"]),
        tuple(_item_of(each) for each in found["items"]),
        tuple(Evidence(**each) for each in found["evidence"]),
    )


def _item(item: Item) -> list[str]:
    return [item.day.isoformat(), item.item, str(item.amount), str(item.of)]


def _item_of(found: list[str]) -> Item:
    day, item, amount, of = found
    return Item(_day(day), item, _number(amount), _number(of))


@lru_cache(4096)
def _number(text: str) -> Fraction:
    """Of many items most amounts are a few: each is read once. Only as it is written here: what
    ``Fraction`` also reads (``1e999999999``) could keep a reader busy for ever."""
    if not _FRACTION.fullmatch(text):
        raise ValueError("no fraction")
    return Fraction(text)


@lru_cache(4096)
def _day(text: str) -> date:
    return date.fromisoformat(text)


def _amends(amends: Amends) -> dict[str, Any]:
    decided = sorted(amends.decided, key=lambda one: (one.case, one.indicator, one.item))
    return {"run": amends.run, "decided": [_decided(each) for each in decided]}


def _decided(one: Decided) -> dict[str, Any]:
    items = {"was": one.was, "now": one.now}
    told = {name: None if item is None else _item(item) for name, item in items.items()}
    return {**asdict(one), **told}


def _amends_of(found: Mapping[str, Any] | None) -> Amends | None:
    if found is None:
        return None
    return Amends(found["run"], tuple(_decided_of(each) for each in found["decided"]))


def _decided_of(found: Mapping[str, Any]) -> Decided:
    items = {
        name: None if found[name] is None else _item_of(found[name]) for name in ("was", "now")
    }
    return Decided(**{**found, **items, "reason": Text(**found["reason"])})


def _previous_of(found: Mapping[str, Any] | None) -> Previous | None:
    if found is None:
        return None
    places = {
        name: Before(**{**each, "grade": Text(**each["grade"])})
        for name, each in found["places"].items()
    }
    return Previous(found["run"], int(found["year"]), places)
