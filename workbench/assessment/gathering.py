"""The rows behind a KPI (``kpi.statements.drill``) as measures of departments. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from workbench.assessment.measured import NOTHING, Gathered, Item, Measured, Source, exact, of_items
from workbench.errors import Text
from workbench.kpi.definition import Direction, Figure, Kpi

ONE = exact(1)
_STANDS = re.compile(r"\bas_of\s+as\s+day\b", re.IGNORECASE)


def stands(kpi: Kpi) -> bool:
    """Whether it is of how things stand at a day (resources, grants): all its items then have the
    day of the facts, and facts of earlier days are gone."""
    return _STANDS.search(kpi.items) is not None


def window(kpi: Kpi, year: int, as_of: date) -> tuple[date, date]:
    """The days of the items that count for a year, as of a day: of the year up to ``as_of``. What
    stands at a day is taken as it stands then, though the year is over: ours, as no earlier facts
    of it are there."""
    end = as_of if stands(kpi) else min(as_of, date(year, 12, 31))
    return date(year, 1, 1), end


def of_kpi(kpi: Kpi, rows: Iterable[Mapping[str, Any]], since: date, until: date) -> Gathered:
    """Of the items that came to count on these days, both included. What stands at a day (a
    resource, a grant) has the day of its facts: ask for facts of ``until`` and none later, else
    there is nothing of it in the year.

    What is null counts as the engine has it: not, in a sum or a median.
    """
    found: defaultdict[str, list[Item]] = defaultdict(list)
    for row in rows:
        if row["department"] and since <= row["day"] <= until:
            item = _item(kpi.figure, row)
            if item is not None:
                found[row["department"]].append(item)
    by = {department: of_items(kpi.figure, items) for department, items in found.items()}
    return Gathered(Source.kpi, kpi.figure, kpi.direction, by)


def without(kpi: Kpi, source: Source, why: Text) -> Gathered:
    """A KPI that is left out by rule (``kpi.leaving``), or whose data never came."""
    return Gathered(source, kpi.figure, kpi.direction, {}, why)


def manual(direction: Direction, by: Mapping[str, Measured]) -> Gathered:
    """Values that somebody has looked at (``measured.stated``)."""
    return Gathered(Source.manual, Figure.total, direction, by)


def _item(figure: Figure, row: Mapping[str, Any]) -> Item | None:
    if figure is Figure.ratio:
        amount, of = _number(row["numerator"]), _number(row["denominator"])
        return Item(row["day"], str(row["item"]), amount or NOTHING, of or NOTHING)
    amount = _number(row["amount"])
    return None if amount is None else Item(row["day"], str(row["item"]), amount, ONE)


def _number(value: Any) -> Fraction | None:
    return None if value is None else exact(value)
