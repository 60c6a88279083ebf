"""Lines of a ranking, of dimensions by department, and of who moves. Pure: of a run alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import Any

from workbench.assessment.ranking import Place, grade
from workbench.assessment.scoring import Row, Sheet, published, written
from workbench.assessment.sensitivity import Change, Move
from workbench.assessment.totals import WHOLE
from workbench.gateway import assessment_views_answers as v
from workbench.gateway.answers import Said
from workbench.gateway.assessing_runs import Run

NAMED = 4
"""Reasons of a move that are named (ours); the rest is added up."""


def standings(
    run: Run, whose: Collection[str], firm: Mapping[str, Any], *, compared: bool
) -> list[v.StandingLine]:
    """By rank. ``compared``: with the year before."""
    return [
        _standing(run, place, firm.get("standings", {}).get(place.department, {}), compared)
        for place in run.ranking.places
        if place.department in whose
    ]


def _standing(run: Run, place: Place, firm: Mapping[str, Any], compared: bool) -> v.StandingLine:
    return v.StandingLine(
        department=place.department,
        title=_title(run, place.department),
        group=place.group,
        score=written(place.score),
        rank=place.rank,
        among=place.among,
        group_rank=place.group_rank,
        group_among=place.group_among,
        grade=Said.of(place.grade.title.text()),
        light=place.grade.light.value,
        vetoed=place.vetoed,
        covered=written(run.sheets[place.department].covered),
        low=firm.get("low"),
        high=firm.get("high"),
        points_low=_two(firm.get("points_low")),
        points_high=_two(firm.get("points_high")),
        **(_change(run, place) if compared else {}),
    )


def _change(run: Run, place: Place) -> dict[str, Any]:
    previous = run.frozen.previous
    before = previous.places.get(place.department) if previous is not None else None
    if before is None:
        return {}
    score = place.score - Fraction(before.score)
    return {"change": before.rank - place.rank, "change_score": written(score)}


def unrated(run: Run, whose: Collection[str]) -> list[v.UnratedLine]:
    return [
        v.UnratedLine(
            department=name,
            title=_title(run, name),
            group=run.sheets[name].group,
            covered=written(run.sheets[name].covered),
        )
        for name in run.ranking.unrated
        if name in whose
    ]


def tied(firm: Mapping[str, Any], whose: Collection[str]) -> list[list[str]]:
    """Groups of two and more that are the reader's to see."""
    found = (
        [name for name in group["departments"] if name in whose] for group in firm.get("groups", [])
    )
    return [names for names in found if len(names) > 1]


def cells(found: Iterable[Sheet]) -> list[v.CellLine]:
    """A cell for each dimension of each sheet."""
    made = []
    for sheet in found:
        rows: dict[str, list[Row]] = {}
        for row in sheet.rows:
            rows.setdefault(row.dimension, []).append(row)
        made += [_cell(sheet.department, name, within) for name, within in rows.items()]
    return made


def _cell(department: str, dimension: str, rows: Iterable[Row]) -> v.CellLine:
    counted = [row for row in rows if row.points is not None and row.weight]
    weight = sum((row.weight for row in counted), Fraction())
    points = sum((row.points or Fraction() for row in counted), Fraction())
    score = written(points * WHOLE / weight) if weight else None
    return v.CellLine(
        department=department, dimension=dimension, score=score, weight=written(weight)
    )


def move_line(run: Run, one: Move, *, whole: bool) -> v.MoveLine:
    """Ranks for who watches over the whole."""
    named, rest = one.changes[:NAMED], one.changes[NAMED:]
    return v.MoveLine(
        department=one.department,
        title=_title(run, one.department),
        group=run.sheets[one.department].group,
        rank_before=one.rank_before if whole else None,
        rank_after=one.rank_after if whole else None,
        points_before=_points(one.points_before),
        points_after=_points(one.points_after),
        light_before=_light(run, one.points_before),
        light_after=_light(run, one.points_after),
        reasons=[_reason(each) for each in named],
        others=written(sum((each.points for each in rest), Fraction())),
        cap=written(one.cap),
    )


def _reason(one: Change) -> v.ReasonLine:
    return v.ReasonLine(
        indicator=one.indicator,
        points=written(one.points),
        weight=written(one.weight),
        score=written(one.score),
        rating=written(one.rating),
    )


def _points(value: Fraction | None) -> str | None:
    return None if value is None else written(value)


def _light(run: Run, points: Fraction | None) -> str | None:
    return None if points is None else grade(run.scheme.grades, published(points)).light.value


def _two(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _title(run: Run, department: str) -> Said:
    return Said.of(run.frozen.departments[department])
