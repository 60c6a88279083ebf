"""Ratings as rows of the governed resource ``catalogue_ratings``. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import polars as pl

from workbench.assessment.catalogues.definition import COUNTED, CatalogueIndicator
from workbench.assessment.catalogues.rating import Rated
from workbench.assessment.catalogues.reading import Catalogues
from workbench.assessment.measured import Measured
from workbench.assessment.scoring import Sheet, State

NOT_SCORED = "not_scored"
"""State of an indicator that is shown and is not in the scheme."""
NO_SCORE = "no_score"
"""State of a department that has none: less of the hundred can be rated than is enough."""
SCHEMA = {
    "as_of": pl.Date,
    "portal": pl.String,
    "portal_name": pl.String,
    "part": pl.String,
    "department": pl.String,
    "indicator": pl.String,
    "treatment": pl.String,
    "treated": pl.String,
    "state": pl.String,
    "entries": pl.Int64,
    "counted": pl.Float64,
    "sample": pl.Float64,
    "value": pl.Float64,
    "score": pl.Float64,
    "weight": pl.Float64,
    "points": pl.Float64,
    "covered": pl.Float64,
    "rank": pl.Int64,
    "among": pl.Int64,
    "grade": pl.String,
    "entry": pl.Int64,
}
"""Column -> type, in the order of the contract."""


def frame(catalogues: Catalogues, found: Iterable[Rated], entry: int) -> pl.DataFrame:
    """``part``: ``score`` has a row for each department, with the score as it is published (null:
    there is none); ``indicator`` one for each department and indicator; ``treatment`` one for each
    department, indicator and treatment that occurs. ``entry``: the latest of the ledger that the
    ratings rest on."""
    rows = [
        {"as_of": one.as_of, "portal": one.portal, "portal_name": one.name, "entry": entry} | row
        for one in found
        for row in (*_scores(one), *_indicators(catalogues, one), *_treatments(catalogues, one))
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def treated(indicator: CatalogueIndicator) -> dict[str, str]:
    """What becomes of an entry, by its treatment."""
    return {COUNTED: COUNTED} | {each.oddity: each.treated.value for each in indicator.treatments}


def _scores(one: Rated) -> Iterator[dict[str, Any]]:
    places = {place.department: place for place in one.ranking.places}
    for sheet in one.sheets:
        row = {"part": "score", "department": sheet.department, "covered": float(sheet.covered)}
        place = places.get(sheet.department)
        if place is None:
            yield row | {"state": NO_SCORE}
            continue
        yield row | {
            "state": State.rated.value,
            "score": float(place.score),
            "rank": place.rank,
            "among": place.among,
            "grade": place.grade.title.zh,
        }


def _indicators(catalogues: Catalogues, one: Rated) -> Iterator[dict[str, Any]]:
    scored = {each.id: each.measure.kpi for each in catalogues.scheme.indicators}
    for sheet in one.sheets:
        for row in sheet.rows:
            yield _figure(sheet, scored[row.indicator] or "", row.state.value, row.measured) | {
                "score": _number(row.score),
                "weight": float(row.weight),
                "points": _number(row.points),
            }
        for name in catalogues.indicators.keys() - scored.values():
            yield _figure(sheet, name, NOT_SCORED, one.gathered[name].of(sheet.department))


def _figure(sheet: Sheet, indicator: str, state: str, measured: Measured | None) -> dict[str, Any]:
    told = {
        "part": "indicator",
        "department": sheet.department,
        "indicator": indicator,
        "state": state,
    }
    if measured is None:
        return told
    counted, sample = float(measured.counted), float(measured.sample)
    return told | {"counted": counted, "sample": sample, "value": _number(measured.value)}


def _treatments(catalogues: Catalogues, one: Rated) -> Iterator[dict[str, Any]]:
    for name, indicator in catalogues.indicators.items():
        rules = treated(indicator)
        for (department, treatment), entries in sorted(one.treatments[name].items()):
            yield {
                "part": "treatment",
                "department": department or None,
                "indicator": name,
                "treatment": treatment,
                "treated": rules[treatment],
                "entries": entries,
            }


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
