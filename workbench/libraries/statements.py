"""What is asked for the indicators of a library. Pure.

A month is written into a statement as a literal: it comes from a date, never from text.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from workbench.libraries.definition import Library


def of_base(library: Library, name: str, month: date, without: Collection[str] = ()) -> str:
    """All indicators of a base in a month: a row for each combination of its dimensions, for each
    dimension by itself, and for all. NULL in a dimension is all of it. ``without``: dimensions that
    are not asked."""
    base = library.bases[name]
    by = {dimension: column for dimension, column in base.by.items() if dimension not in without}
    asked = [f"{each.formula} as {each.id}" for each in library.of(name)]
    keys = [f"{column} as {dimension}" for dimension, column in by.items()]
    where = [f"({base.where})"] if base.where else []
    where.append(f"{base.month} = date '{month.isoformat()}'")
    cube = f" group by cube ({', '.join(by.values())})" if by else ""
    return (
        f"select {', '.join((*keys, *asked))} from {base.tables} "  # noqa: S608 - a checked file
        f"where {' and '.join(where)}{cube}"
    )


def derived(library: Library, wide: str) -> str:
    """Indicators over others, of a table with a column for each of those that are asked."""
    text = f"select * from {wide}"  # noqa: S608 - a name of ours
    for each in library.derived():
        text = f"select *, {each.formula} as {each.id} from ({text})"  # noqa: S608 - checked
    return text
