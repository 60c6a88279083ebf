"""Which rows some months of a library need, so that the database behind them holds no others. Pure.

A month's sums read the month. Where a table has years of them, the run asks for a database of the
months it works out, and a new month costs what the month costs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date

import sqlglot
from sqlglot import exp

from workbench.catalogue.city import City
from workbench.libraries.definition import Base, Library
from workbench.model.period import Period, cuts
from workbench.sql.inspect import inspect


def period(
    library: Library, city: City, large: Callable[[str], bool], first: date, last: date
) -> Period | None:
    """The days ``first`` to ``last`` of the ``large`` resources in which each base that reads them
    looks at a month by the same column; None where there is none such. What several bases look at
    in other ways stays whole, as does what is not granted with its days."""
    asked: defaultdict[str, set[str | None]] = defaultdict(set)
    for base in library.bases.values():
        column = dated_by(base)
        for table in inspect(f"select 1 from {base.tables}").tables:  # noqa: S608 - checked
            asked[table].add(column if column in _days(library, city, table) else None)
    by = (
        (resource, column)
        for resource, columns in asked.items()
        if len(columns) == 1 and (column := next(iter(columns))) is not None and large(resource)
    )
    named = tuple(sorted(by))
    return Period(named, first, last) if named else None


def dated_by(base: Base) -> str | None:
    """The column whose days are the base's months; None where its ``month`` is another sum."""
    month = sqlglot.parse_one(base.month, read="duckdb")
    truncated = isinstance(month, exp.DateTrunc | exp.TimestampTrunc)
    if truncated and str(month.args["unit"].name).casefold() == "month":
        month = month.this
    return month.name if isinstance(month, exp.Column) else None


def _days(library: Library, city: City, resource: str) -> frozenset[str]:
    """Columns of a resource by which the library's scenario lets days be chosen."""
    scenario = city.scenarios[library.scenario]
    return frozenset(
        granted.name
        for use in scenario.resources
        if use.resource == resource
        for granted in use.columns
        if (column := city.resources[resource].column(granted.name)) is not None
        and cuts(granted, column.type)
    )
