"""Scores as bytes that are the same whenever the measures are: exact fractions as texts, keys in
order. What is published stands beside what is exact."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from workbench.assessment.ranking import Place, Ranking
from workbench.assessment.scheme import Scheme
from workbench.assessment.scoring import Row, Sheet, written
from workbench.ledger.chain import canonical


def as_bytes(scheme: Scheme, found: Iterable[Sheet], ranked: Ranking) -> bytes:
    """Canonical JSON in UTF-8."""
    return canonical(as_plain(scheme, found, ranked)).encode()


def as_plain(scheme: Scheme, found: Iterable[Sheet], ranked: Ranking) -> dict[str, Any]:
    """Items are not in it: they are with the measures."""
    return {
        "scheme": scheme.id,
        "ranking": [_place(place) for place in ranked.places],
        "unrated": list(ranked.unrated),
        "sheets": [_sheet(sheet) for sheet in sorted(found, key=lambda one: one.department)],
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "department": place.department,
        "score": written(place.score),
        "rank": place.rank,
        "among": place.among,
        "group": place.group,
        "group_rank": place.group_rank,
        "group_among": place.group_among,
        "grade": place.grade.title.model_dump(),
        "light": place.grade.light.value,
        "vetoed": place.vetoed,
    }


def _sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "department": sheet.department,
        "group": sheet.group,
        "before_veto": _exact(sheet.before_veto),
        "total": _exact(sheet.total),
        "published": None if sheet.total is None else written(sheet.total),
        "covered": _exact(sheet.covered),
        "vetoes": list(sheet.vetoes),
        "rows": [_row(row) for row in sheet.rows],
    }


def _row(row: Row) -> dict[str, Any]:
    measured = row.measured
    return {
        "dimension": row.dimension,
        "indicator": row.indicator,
        "state": row.state.value,
        "value": _exact(measured.value) if measured is not None else None,
        "sample": _exact(measured.sample) if measured is not None else None,
        "counted": _exact(measured.counted) if measured is not None else None,
        "score": _exact(row.score),
        "weight": _exact(row.weight),
        "points": _exact(row.points),
        "vetoed": row.vetoed,
    }


def _exact(value: Fraction | None) -> str | None:
    """``"7/8"``; a whole number without a denominator."""
    return None if value is None else str(value)
