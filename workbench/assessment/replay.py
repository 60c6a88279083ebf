"""Scores worked out again from a run's file, and where they differ from what stands in it. Pure.

The figures are made again of the items, the scores of the figures; so what was written into a file
by hand shows where it was written. The file's own digest, which the ledger has, shows the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from workbench.assessment.frozen import SCORES, Frozen, scheme_of, scored
from workbench.assessment.frozen_plain import malformed
from workbench.assessment.measured import Gathered, Inputs, Source, of_items
from workbench.assessment.plain import as_plain

Plain = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """``indicator``: "" for what is of the department as a whole. ``what``: the field. None where
    it is not there at all."""

    department: str
    indicator: str
    what: str
    frozen: str | None
    recomputed: str | None


def replayed(frozen: Frozen, published: Plain | None = None) -> tuple[Difference, ...]:
    """None where all is equal. ``published``: scores from elsewhere (``plain.as_plain``), held
    against the recomputed ones in the place of those in the file.

    Raises InvalidInput where the scheme, or the scores, cannot be read, or where measures that the
    scheme names are not in the file.
    """
    again = replace(frozen, inputs=from_items(frozen.inputs))
    scheme = scheme_of(frozen)
    try:
        found, ranked = scored(again)
    except KeyError as error:
        raise malformed(f"measures/{error.args[0]}.json") from error
    told = published if published is not None else stated(frozen)
    apart = measures_apart(frozen.inputs, again.inputs)
    try:
        return (*apart, *differences(told, as_plain(scheme, found, ranked)))
    except (KeyError, TypeError, AttributeError) as error:
        raise malformed(SCORES) from error


def stated(frozen: Frozen) -> Plain:
    """The scores as they stand in the file. Raises InvalidInput for what is no JSON."""
    try:
        found: Plain = json.loads(frozen.scores)
    except ValueError as error:
        raise malformed(SCORES) from error
    return found


def from_items(inputs: Inputs) -> Inputs:
    """With the figures of KPIs made again of their items. A stated value has none: it stays."""
    return replace(inputs, measures={name: _again(one) for name, one in inputs.measures.items()})


def measures_apart(frozen: Inputs, again: Inputs) -> Iterator[Difference]:
    """Figures that are not those of the items beside them."""
    for name in sorted(frozen.measures):
        both = frozen.measures[name].by, again.measures[name].by
        for who in sorted(both[0]):
            was, now = both[0][who], both[1][who]
            for what in ("value", "sample", "counted"):
                if getattr(was, what) != getattr(now, what):
                    told = str(getattr(was, what)), str(getattr(now, what))
                    yield Difference(who, name, f"measure.{what}", *told)


def differences(frozen: Plain, recomputed: Plain) -> Iterator[Difference]:
    """By department, as they stand on sheets; then in the ranking. Raises KeyError where one of
    them is no such result."""
    if frozen["scheme"] != recomputed["scheme"]:
        yield Difference("", "", "scheme", str(frozen["scheme"]), str(recomputed["scheme"]))
    sheets = _by(frozen["sheets"], "department"), _by(recomputed["sheets"], "department")
    for name in sorted(sheets[0].keys() | sheets[1].keys()):
        was, now = (_flat(some.get(name)) for some in sheets)
        yield from _compared(name, was, now)
    places = _by(frozen["ranking"], "department"), _by(recomputed["ranking"], "department")
    for name in sorted(places[0].keys() | places[1].keys()):
        was, now = (_fields("", some.get(name)) for some in places)
        yield from _compared(name, was, now)


def _again(gathered: Gathered) -> Gathered:
    if gathered.source is not Source.kpi:
        return gathered
    by = {name: of_items(gathered.figure, one.items) for name, one in gathered.by.items()}
    return replace(gathered, by=by)


def _by(found: Any, key: str) -> dict[str, Plain]:
    return {str(one[key]): one for one in found}


def _flat(sheet: Plain | None) -> dict[tuple[str, str], str]:
    """The rows, then what is of the sheet as a whole, by indicator and field."""
    if sheet is None:
        return {}
    told: dict[tuple[str, str], str] = {}
    for row in sheet["rows"]:
        told |= _fields(str(row["indicator"]), row)
    return told | _fields("", {name: one for name, one in sheet.items() if name != "rows"})


def _fields(indicator: str, found: Plain | None) -> dict[tuple[str, str], str]:
    told = {} if found is None else found
    skipped = ("department", "indicator")
    return {(indicator, name): _text(one) for name, one in told.items() if name not in skipped}


def _text(value: Any) -> str:
    return (
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    )


def _compared(
    department: str, was: Mapping[tuple[str, str], str], now: Mapping[tuple[str, str], str]
) -> Iterator[Difference]:
    for key in dict.fromkeys((*was, *now)):
        if was.get(key) != now.get(key):
            yield Difference(department, *key, was.get(key), now.get(key))
