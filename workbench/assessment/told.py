"""A run as a reader is told of it: places with their change, sheets with the items behind each
point, how sure and how firm each figure is. Plain JSON values, made of the run's file alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import Any

from workbench.assessment.frozen import Amends, Before, Frozen, Previous, scheme_of, scored
from workbench.assessment.measured import Gathered, Item, Measured, against
from workbench.assessment.plain import as_plain
from workbench.assessment.ranking import Place, Ranking
from workbench.assessment.scheme import Dimension, Indicator, Scheme
from workbench.assessment.scoring import Row, Sheet, written

Told = dict[str, Any]


def as_told(frozen: Frozen, digest: str) -> Told:
    """``digest``: of the file. ``scores`` are those of the file, exact; ``ranking`` and ``sheets``
    are to be read: points to two digits, and of each row the items behind it."""
    scheme, (found, ranked) = scheme_of(frozen), scored(frozen)
    firm = json.loads(frozen.standing) if frozen.standing else {}
    return {
        **_head(frozen, scheme, digest),
        "ranking": [_place(place, scheme, frozen, firm) for place in ranked.places],
        "unrated": [{"department": name, "title": _title(frozen, name)} for name in ranked.unrated],
        "tied": firm.get("groups", []),
        "without": firm.get("without", []),
        "sheets": [_sheet(sheet, scheme, frozen, firm) for sheet in found],
        "scores": as_plain(scheme, found, ranked),
    }


def _head(frozen: Frozen, scheme: Scheme, digest: str) -> Told:
    return {
        "scheme": scheme.id,
        "title": scheme.title.model_dump(),
        "regulation": scheme.regulation,
        "articles": scheme.articles,
        "city": asdict(frozen.city),
        "synthetic": frozen.synthetic,
        "year": frozen.year,
        "as_of": frozen.as_of.isoformat(),
        "digest": digest,
        "position": asdict(frozen.position),
        "versions": [asdict(each) for each in frozen.versions],
        "software": frozen.software,
        "previous": _previous(frozen.previous),
        "amends": _amends(frozen.amends),
    }


def previous_of(run: str, frozen: Frozen, ranked: Ranking) -> Previous:
    """A run as the one of the year after tells its change from; ``run``: the digest of its file."""
    places = {
        place.department: Before(
            written(place.score), place.rank, place.among, place.grade.title.text()
        )
        for place in ranked.places
    }
    return Previous(run, frozen.year, places)


def _previous(previous: Previous | None) -> Told | None:
    return None if previous is None else {"run": previous.run, "year": previous.year}


def _amends(amends: Amends | None) -> Told | None:
    if amends is None:
        return None
    return {
        "run": amends.run,
        "decided": [
            {
                "case": one.case,
                "department": one.department,
                "indicator": one.indicator,
                "item": one.item,
                "granted": one.granted,
                "reason": asdict(one.reason),
            }
            for one in amends.decided
        ],
    }


def _title(frozen: Frozen, department: str) -> Told:
    return asdict(frozen.departments[department])


def _place(place: Place, scheme: Scheme, frozen: Frozen, firm: Mapping[str, Any]) -> Told:
    name = place.department
    groups = {group.id: group.title.model_dump() for group in scheme.peers}
    before = frozen.previous.places.get(name) if frozen.previous is not None else None
    return {
        "department": name,
        "title": _title(frozen, name),
        "score": written(place.score),
        "rank": place.rank,
        "among": place.among,
        "group": place.group,
        "group_title": groups.get(place.group),
        "group_rank": place.group_rank,
        "group_among": place.group_among,
        "grade": place.grade.title.model_dump(),
        "light": place.grade.light.value,
        "vetoed": place.vetoed,
        "change": _change(place, before),
        "firm": firm.get("standings", {}).get(name),
    }


def _change(place: Place, before: Before | None) -> Told | None:
    """From the run of the year before, where the department was in it; ranks up are positive."""
    if before is None:
        return None
    return {
        "score": written(place.score - Fraction(before.score)),
        "rank": before.rank - place.rank,
        "was": asdict(before),
    }


def _sheet(sheet: Sheet, scheme: Scheme, frozen: Frozen, firm: Mapping[str, Any]) -> Told:
    intervals = firm.get("intervals", {}).get(sheet.department, {})
    known = {each.id: (dim, each) for dim in scheme.dimensions for each in dim.indicators}
    rows = [
        _row(row, *known[row.indicator], frozen.inputs.measures[row.indicator])
        | {"interval": intervals.get(row.indicator)}
        for row in sheet.rows
    ]
    return {
        "department": sheet.department,
        "title": _title(frozen, sheet.department),
        "group": sheet.group,
        "score": _written(sheet.total),
        "before_veto": _written(sheet.before_veto),
        "covered": _written(sheet.covered),
        "rows": rows,
    }


def _row(row: Row, dimension: Dimension, indicator: Indicator, gathered: Gathered) -> Told:
    measured = row.measured
    return {
        "dimension": dimension.id,
        "dimension_title": dimension.title.model_dump(),
        "indicator": indicator.id,
        "title": indicator.title.model_dump(),
        "articles": indicator.articles,
        "measure": indicator.measure.kpi or "manual",
        "state": row.state.value,
        "why": asdict(gathered.why) if gathered.why is not None else None,
        "figure": gathered.figure.value,
        "value": None if measured is None else _exact(measured.value),
        "sample": None if measured is None else _exact(measured.sample),
        "counted": None if measured is None else _exact(measured.counted),
        "score": _written(row.score),
        "weight": _written(row.weight),
        "points": _written(row.points),
        "lost": _written(row.lost),
        "vetoed": row.vetoed,
        "items": _items(gathered, measured),
        "evidence": [] if measured is None else [asdict(each) for each in measured.evidence],
    }


def _items(gathered: Gathered, measured: Measured | None) -> list[Told]:
    """By day. ``against``: those that lower the figure."""
    if measured is None:
        return []
    lowers = set(against(gathered, measured))
    return [_item(each) | {"against": each in lowers} for each in measured.items]


def _item(item: Item) -> Told:
    day: date = item.day
    return {
        "day": day.isoformat(),
        "item": item.item,
        "amount": _exact(item.amount),
        "of": _exact(item.of),
    }


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _written(value: Fraction | None) -> str | None:
    return None if value is None else written(value)
