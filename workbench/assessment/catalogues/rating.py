"""Departments of portals, scored by their catalogues: a ranking within each portal. Pure.

Scores, the rule for what is not rated, ranks and grades are those of every scheme
(``assessment.scoring``, ``assessment.ranking``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workbench.assessment.catalogues.definition import CatalogueIndicator
from workbench.assessment.catalogues.reading import Catalogues
from workbench.assessment.catalogues.statements import as_kpi
from workbench.assessment.gathering import of_kpi
from workbench.assessment.measured import Gathered, Inputs
from workbench.assessment.ranking import Ranking, ranking
from workbench.assessment.scheme import Scheme
from workbench.assessment.scoring import Sheet, State, sheets

Rows = Iterable[Mapping[str, Any]]
"""What the statement of an indicator gives: a row for each entry."""
Treatments = Mapping[str, Mapping[tuple[str, str], int]]
"""By indicator: by department (the empty one: nobody's) and treatment, how many entries."""


@dataclass(frozen=True)
class Rated:
    """One portal as of a day. ``gathered``: the figures of each indicator by department, also of
    those that the scheme does not score. The entries of one indicator's ``treatments`` add up to
    ``entries``."""

    portal: str
    name: str
    as_of: date
    entries: int
    gathered: Mapping[str, Gathered]
    treatments: Treatments
    sheets: tuple[Sheet, ...]
    ranking: Ranking

    def rated_by(self, indicator: str) -> int:
        """How many departments can be rated by an indicator of the scheme."""
        rows = (row for sheet in self.sheets for row in sheet.rows)
        return sum(row.indicator == indicator and row.state is State.rated for row in rows)


def rated(catalogues: Catalogues, answers: Mapping[str, Rows], as_of: date) -> tuple[Rated, ...]:
    """Each portal, by its id. ``answers``: by indicator, in any order of rows.

    Raises KeyError where an indicator has no answer.
    """
    found: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for name in catalogues.indicators:
        for row in answers[name]:
            by = found.setdefault(row["portal"], {each: [] for each in catalogues.indicators})
            by[name].append(row)
    return tuple(_portal(catalogues, portal, found[portal], as_of) for portal in sorted(found))


def _portal(
    catalogues: Catalogues,
    portal: str,
    rows: Mapping[str, list[Mapping[str, Any]]],
    as_of: date,
) -> Rated:
    gathered = {
        name: _gathered(indicator, catalogues, rows[name], as_of)
        for name, indicator in catalogues.indicators.items()
    }
    some = next(iter(rows.values()))
    departments = sorted({row["department"] for row in some} - {""})
    found = sheets(catalogues.scheme, _inputs(catalogues.scheme, gathered, departments))
    name = max(row["portal_name"] for row in some)
    treated = {name: _treated(each) for name, each in rows.items()}
    ranked = ranking(catalogues.scheme, found)
    return Rated(portal, name, as_of, len(some), gathered, treated, found, ranked)


def _gathered(
    indicator: CatalogueIndicator, catalogues: Catalogues, rows: Rows, as_of: date
) -> Gathered:
    """Without the entries that are not rated: the figures are over the others alone."""
    kpi = as_kpi(indicator, catalogues.oddities, as_of)
    return of_kpi(kpi, (row for row in rows if row.get("denominator") != 0), as_of, as_of)


def _inputs(scheme: Scheme, gathered: Mapping[str, Gathered], departments: Iterable[str]) -> Inputs:
    measures = {each.id: gathered[each.measure.kpi or ""] for each in scheme.indicators}
    return Inputs(dict.fromkeys(departments, ""), measures)


def _treated(rows: Rows) -> Mapping[tuple[str, str], int]:
    return Counter((row["department"], row["treatment"]) for row in rows)
