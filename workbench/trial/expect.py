"""Whether an outcome is what the line expects, and whether a canary was seen."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from workbench.errors import Code, Kind, Text
from workbench.trial.schema import ExpectForm

RELATIVE = 1e-9
"""Numbers compare within this, relative (POLICY_TEST)."""

What = Literal["ok", "refused", "withheld", "error"]


@dataclass(frozen=True)
class Outcome:
    """What came of one query. ``cells`` counts suppressed cells; ``error`` is all that an error
    carries, ``said`` its sentence for people."""

    what: What
    code: Code | None = None
    rows: tuple[tuple[Any, ...], ...] = ()
    cells: int = 0
    error: str = ""
    said: Text | None = None
    logged: str = ""


@dataclass(frozen=True)
class Sighting:
    """A canary, and where it stood: result, error or log."""

    canary: str
    where: str


_REFUSALS = frozenset({Kind.refused, Kind.unauthenticated, Kind.limit})


def outcome_of(code: Code) -> What:
    """A wrong statement is an error, and so is a name that is not there: a typo does not pass for
    a refusal. A test may still name it: ``{refused: not_found}``."""
    return "refused" if code.kind in _REFUSALS else "error"


def holds(expect: ExpectForm, outcome: Outcome, sql: str) -> bool:
    """Whether ``outcome`` is as expected; ``sql`` tells whether the order of rows counts. Without
    one (a page of a view) it does."""
    if expect.refused is not None:
        return outcome.code is expect.refused
    if expect.withheld is not None:
        return outcome.what in ("ok", "withheld") and outcome.cells == expect.withheld
    if expect.rows is not None:
        return outcome.what in ("ok", "withheld") and same_rows(
            expect.rows, outcome.rows, not sql or ordered(sql)
        )
    if expect.outcome == "ok":  # a table with some cells withheld is an answer
        return outcome.what in ("ok", "withheld")
    return expect.outcome in ("any", outcome.what)


def ordered(sql: str) -> bool:
    """Whether the outermost query has an ORDER BY."""
    try:
        tree = parse_one(sql, dialect="duckdb")
    except (SqlglotError, RecursionError):
        return "order by" in sql.casefold()
    return isinstance(tree, exp.Query) and tree.args.get("order") is not None


def same_rows(
    wanted: Sequence[Sequence[Any]], got: Sequence[Sequence[Any]], in_order: bool
) -> bool:
    if len(wanted) != len(got):
        return False
    if in_order:
        return all(same_row(w, g) for w, g in zip(wanted, got, strict=True))
    left = list(got)
    for row in wanted:
        match = next((i for i, other in enumerate(left) if same_row(row, other)), None)
        if match is None:
            return False
        del left[match]
    return True


def same_row(wanted: Sequence[Any], got: Sequence[Any]) -> bool:
    return len(wanted) == len(got) and all(map(same, wanted, got))


def same(wanted: Any, got: Any) -> bool:
    """One value. Dates and times compare as ISO text, numbers within ``RELATIVE``."""
    if isinstance(wanted, bool) or isinstance(got, bool) or wanted is None or got is None:
        return wanted is got
    if isinstance(wanted, int | float | Decimal) and isinstance(got, int | float | Decimal):
        return wanted == got or math.isclose(wanted, got, rel_tol=RELATIVE)
    if isinstance(wanted, list) and isinstance(got, list):
        return len(wanted) == len(got) and all(map(same, wanted, got))
    if isinstance(wanted, dict) and isinstance(got, dict):
        return wanted.keys() == got.keys() and all(same(wanted[k], got[k]) for k in wanted)
    return not _forms(wanted).isdisjoint(_forms(got))


def sightings(canaries: Iterable[str], sql: str, outcome: Outcome) -> tuple[Sighting, ...]:
    """Canaries in result, error or log. What the query itself spells out is not counted."""
    spelt = sql.casefold()
    places = {"result": _all_text(outcome.rows), "error": outcome.error, "log": outcome.logged}
    return tuple(
        Sighting(canary, where)
        for canary in canaries
        if canary.casefold() not in spelt
        for where, text in places.items()
        if canary.casefold() in text.casefold()
    )


def _forms(value: Any) -> frozenset[str]:
    """The ways in which a value may be written in a file."""
    if isinstance(value, datetime):
        midnight = value.time().isoformat() == "00:00:00"
        written = {value.isoformat(), value.isoformat(sep=" ")}
        return frozenset(written | {value.date().isoformat()} if midnight else written)
    return frozenset({value.isoformat() if isinstance(value, date) else str(value)})


def _all_text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, dict):
        return "\n".join(f"{k}\n{_all_text(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return "\n".join(_all_text(v) for v in value)
    return str(value)
