"""The statements of a KPI: its figure, its figures by group, the items behind it. Pure.

The day is written into a statement as a literal: it comes from a date, never from text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from workbench.kpi.definition import Figure, Kpi

_VALUE = {
    Figure.ratio: (
        "sum(numerator) as numerator, sum(denominator) as denominator, "
        "sum(numerator)::double / nullif(sum(denominator), 0) as value"
    ),
    Figure.median: "median(amount)::double as value",
    Figure.total: "coalesce(sum(amount), 0)::double as value",
}
"""A ratio over nothing and a median of nothing are null: not applicable."""


def figure(kpi: Kpi, as_of: date | None = None, by: Sequence[str] = ()) -> str:
    """One row; or a row for each group of these columns, in their order. ``count`` is the number of
    items."""
    keys = ", ".join(by)
    told = f"{_VALUE[kpi.figure]}, count(*) as count"
    selected = f"{keys}, {told}" if by else told
    grouped = f" group by {keys} order by {keys}" if by else ""
    head = f"select {selected} from"
    return f"{head} ({_body(kpi)}) as items{_until(as_of)}{grouped}"


def drill(kpi: Kpi, as_of: date | None = None, limit: int | None = None) -> str:
    """The items, the newest first."""
    most = "" if limit is None else f" limit {int(limit)}"
    listed = ", ".join(kpi.needs)
    head = f"select {listed} from"
    return f"{head} ({_body(kpi)}) as items{_until(as_of)} order by day desc, item{most}"


def _body(kpi: Kpi) -> str:
    return f"\n{kpi.items.strip().rstrip(';')}\n"


def _until(as_of: date | None) -> str:
    return "" if as_of is None else f" where day <= date '{as_of.isoformat()}'"
