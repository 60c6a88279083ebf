"""An indicator as a KPI: its statement gives every entry with what the indicator made of it. Pure.

The day is written into a statement as a literal: it comes from a date, never from text.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from workbench.assessment.catalogues.definition import (
    COUNTED,
    SCENARIO,
    CatalogueIndicator,
    Oddity,
    Treated,
)
from workbench.kpi.definition import Denominator, Figure, Kpi

GROUPS = ("portal", "portal_name", "treatment")
LATEST = "select max(obtained_on) as day from catalogue_entries"
"""The day on which the newest list was obtained."""


def as_kpi(indicator: CatalogueIndicator, oddities: Mapping[str, Oddity], as_of: date) -> Kpi:
    """With an item for each entry, also for those that are not rated: they have a denominator of 0,
    or no amount. ``treatment``: the oddity that holds, else ``COUNTED``. An entry without a
    department has an empty one. Raises KeyError for an oddity that is not there."""
    return Kpi(
        id=indicator.id,
        title=indicator.title,
        formula=indicator.formula,
        figure=indicator.figure,
        form=indicator.form,
        unit=indicator.unit,
        direction=indicator.direction,
        denominator=None
        if indicator.figure is Figure.total
        else Denominator(of=indicator.over, counted_as=indicator.note),
        articles=indicator.articles,
        scenario=SCENARIO,
        groups=GROUPS,
        items=_items(indicator, oddities, as_of),
        note=indicator.ours,
    )


def dated(condition: str, as_of: date) -> str:
    """A condition of a file, as of a day."""
    return condition.strip().replace("$as_of", f"date '{as_of.isoformat()}'")


def _items(indicator: CatalogueIndicator, oddities: Mapping[str, Oddity], as_of: date) -> str:
    columns = ", ".join(
        [
            f"date '{as_of.isoformat()}' as day",
            "coalesce(department, '') as department",
            "entry_id as item",
            *GROUPS,
            *_amounts(indicator, as_of),
        ]
    )
    told = _treatment(indicator, oddities, as_of)
    return " ".join(("select", columns, "from (select *,", told, "from catalogue_entries) as e"))


def _treatment(indicator: CatalogueIndicator, oddities: Mapping[str, Oddity], as_of: date) -> str:
    cases = [
        f"when ({dated(oddities[each.oddity].where, as_of)}) then '{each.oddity}'"
        for each in indicator.treatments
    ]
    told = f"case {' '.join(cases)} else '{COUNTED}' end" if cases else f"'{COUNTED}'"
    return f"{told} as treatment"


def _amounts(indicator: CatalogueIndicator, as_of: date) -> tuple[str, ...]:
    if indicator.figure is not Figure.ratio:
        amount = dated(indicator.amount or "", as_of)
        return (f"case when treatment = '{COUNTED}' then ({amount}) end as amount",)
    counts = dated(indicator.counts or "", as_of)
    out = [each.oddity for each in indicator.treatments if each.treated is Treated.not_rated]
    listed = ", ".join(f"'{name}'" for name in out)
    whole = f"case when treatment in ({listed}) then 0 else 1 end" if out else "1"
    return (
        f"case when treatment = '{COUNTED}' and ({counts}) then 1 else 0 end as numerator",
        f"{whole} as denominator",
    )
