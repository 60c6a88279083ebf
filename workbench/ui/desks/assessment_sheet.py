"""A department's sheet as an item: its place and how firm it is, dimensions, indicators with their
points, what could be won back. From an indicator the events behind it are opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from workbench.ui.desks.assessment_list import (
    PART,
    dimension_cell,
    ends_said,
    grade_cell,
    spread_said,
    tie_said,
)
from workbench.ui.desks.assessment_overview import Overview
from workbench.ui.desks.assessment_rule import share_said, value_said
from workbench.ui.desks.assessment_words import outcome, row_state
from workbench.ui.desks.desk import Json
from workbench.ui.desks.drawn_cells import dotted, opening
from workbench.ui.desks.parts import block, cell, fact, lines, said
from workbench.ui.words import Speech

Line = Mapping[str, Any]
Intervals = Mapping[str, tuple[float, float]]


def sheet_item(
    found: Overview,
    department: str,
    sheet: Line | None,
    intervals: Intervals,
    actions: Sequence[Json],
    speech: Speech,
) -> Json:
    """``sheet`` None: it is not the reader's to see; then its place alone is told."""
    place = found.places.get(department)
    blocks = [not_yours(speech)] if sheet is None else _blocks(found, sheet, intervals, speech)
    return {
        "id": f"{found.id}{PART}{department}",
        "title": found.called(department, speech),
        "version": found.line["version"],
        "state": cell(speech._("no score"), "off") if place is None else grade_cell(place, speech),
        "facts": [*_place_facts(found, department, place, speech), *head_facts(found, speech)],
        "blocks": blocks,
        "actions": list(actions),
    }


def not_yours(speech: Speech) -> Json:
    text = speech._("A sheet is seen by its own department and by who watches over all.")
    return lines(speech._("Sheet"), [text])


def head_facts(found: Overview, speech: Speech) -> list[Json]:
    line = found.line
    return [
        fact(speech._("Assessment"), found.title(speech)),
        fact(speech._("Data until"), line["as_of"]),
        *([fact(speech._("Data"), speech._("synthetic"))] if line["synthetic"] else []),
        fact(speech._("Digest (SHA-256)"), line["run"]),
    ]


def _place_facts(
    found: Overview, department: str, place: Line | None, speech: Speech
) -> list[Json]:  # fmt: skip
    known = place or found.unrated.get(department)
    if known is None:
        return []
    told = [fact(speech._("Rests on, of 100"), known["covered"])]
    if known["group"]:
        told.insert(0, fact(speech._("Peer group"), found.group(known["group"], speech)))
    if place is None:
        return [*told, fact(speech._("No score"), _too_little(found, speech))]
    spread, tied = spread_said(place, speech), tie_said(found, place, speech)
    ranks = [fact(speech._("Rank"), f"{place['rank']} / {place['among']}")]
    if place["group"]:
        in_group = f"{place['group_rank']} / {place['group_among']}"
        ranks.insert(0, fact(speech._("Rank in its group"), in_group))
    return [
        fact(speech._("Points, 0 to 100"), place["score"]),
        *ranks,
        *([fact(speech._("Points under drawn weights (95 %)"), spread)] if spread else []),
        *([fact(speech._("Ranks under drawn weights (95 %)"), ends_said(place, speech))]
          if place["low"] is not None else []),
        *([fact(speech._("Tie"), tied)] if tied else []),
        *told,
    ]  # fmt: skip


def _too_little(found: Overview, speech: Speech) -> str:
    enough = found.answer["enough"]
    if enough is None:
        return speech._("nothing of it could be rated")
    return speech._("less than {enough} of the hundred could be rated", enough=enough)


def _blocks(found: Overview, sheet: Line, intervals: Intervals, speech: Speech) -> list[Json]:
    made = [_dimensions(found, sheet, speech), _rows(found, sheet, intervals, speech)]
    if sheet["vetoes"]:
        made.insert(0, _vetoes(found, sheet, speech))
    if sheet["advice"]:
        made.append(_advice(found, sheet, speech))
    if sheet["followed"]:
        made.append(_followed(sheet["followed"], speech))
    return made


def _vetoes(found: Overview, sheet: Line, speech: Speech) -> Json:
    texts = [
        said(found.indicators[name]["says"], speech.language)
        for name in sheet["vetoes"]
        if name in found.indicators
    ]
    return lines(speech._("A veto holds: the total is capped"), texts)


def _dimensions(found: Overview, sheet: Line, speech: Speech) -> Json:
    columns = [
        ("dimension", speech._("Dimension")),
        ("score", speech._("Score, of 100")),
        ("weight", speech._("Weighs")),
        ("points", speech._("Points reached")),
        ("lost", speech._("Not reached")),
    ]
    rows = []
    for dim in found.answer["dimensions"]:
        own = [row for row in sheet["rows"]
               if found.indicators[row["indicator"]]["dimension"] == dim["id"]]  # fmt: skip
        rows.append(
            {
                "dimension": cell(said(dim["title"], speech.language), hint=dim["articles"] or ""),
                "score": dimension_cell(found, sheet["department"], dim["id"]),
                "weight": cell(_of(_sum(row["weight"] for row in own), dim["weight"], speech)),
                "points": cell(_sum(row["points"] for row in own)),
                "lost": cell(_sum(row["lost"] for row in own)),
            }
        )
    return block(speech._("Dimensions"), columns, rows)


def _sum(texts: Iterable[str | None]) -> str:
    """Of what stands in the rows, each of two digits."""
    return f"{float(sum((Fraction(text) for text in texts if text), Fraction())):.2f}"


def _of(now: str, scheme: str, speech: Speech) -> str:
    """A weight, with that of the scheme where redistribution made it another."""
    if Fraction(now) == Fraction(scheme):
        return scheme
    return speech._("{now}, in the scheme {scheme}", now=now, scheme=scheme)


def _rows(found: Overview, sheet: Line, intervals: Intervals, speech: Speech) -> Json:
    columns = [
        ("indicator", speech._("Indicator")),
        ("value", speech._("Value")),
        ("score", speech._("Score, of 100")),
        ("weight", speech._("Weighs")),
        ("points", speech._("Points reached")),
        ("lost", speech._("Not reached")),
        ("against", speech._("Events against it")),
    ]
    rows = [_row(found, sheet, row, intervals, speech) for row in sheet["rows"]]
    note = speech._(
        "Open an indicator for the events behind it. A weight of what cannot be rated goes to the "
        "others; rows are rounded each by itself."
    )
    return block(speech._("Indicators"), columns, rows, note=note)


def _row(
    found: Overview, sheet: Line, one: Line, intervals: Intervals, speech: Speech
) -> dict[str, Json]:
    known = found.indicators[one["indicator"]]
    id_ = PART.join((found.id, sheet["department"], one["indicator"]))
    scheme = known["settings"].get("weight", "0")
    score = one["score"]
    return {
        "indicator": opening(said(one["title"], speech.language), id_),
        "value": cell(value_said(one["value"], known["figure"]),
                      hint=interval_said(intervals.get(one["indicator"]), speech)),
        "score": dotted(score, float(score)) if score is not None
        else cell(row_state(one["state"], speech), "off"),
        "weight": cell(_of(one["weight"], scheme, speech)),
        "points": cell(one["points"]),
        "lost": cell("" if one["points"] is None else one["lost"]),
        "against": cell(sum(item["against"] for item in one["items"]) or ""),
    }  # fmt: skip


def interval_said(ends: tuple[float, float] | None, speech: Speech) -> str:
    if ends is None:
        return ""
    return speech._("{low} to {high}", low=share_said(ends[0]), high=share_said(ends[1]))


def _advice(found: Overview, sheet: Line, speech: Speech) -> Json:
    columns = [
        ("indicator", speech._("Indicator")),
        ("gain", speech._("Points to win back")),
        ("items", speech._("Items")),
    ]
    most = max(float(one["gain"]) for one in sheet["advice"]) or 1
    rows = [
        {
            "indicator": opening(said(one["title"], speech.language),
                                 PART.join((found.id, sheet["department"], one["indicator"]))),
            "gain": cell(one["gain"], share=float(one["gain"]) / most),
            "items": cell(len(one["items"]) or ""),
        }
        for one in sheet["advice"]
    ]  # fmt: skip
    note = speech._("Each by itself, were its items as they should be; the largest first.")
    return block(speech._("Advice"), columns, rows, note=note)


def _followed(followed: Sequence[Line], speech: Speech) -> Json:
    columns = [
        ("indicator", speech._("Indicator")),
        ("gain", speech._("Points to win back")),
        ("outcome", speech._("What came of it")),
        ("still", speech._("Still there")),
    ]
    rows = [
        {
            "indicator": cell(said(one["title"], speech.language)),
            "gain": cell(one["gain"]),
            "outcome": outcome(one["outcome"], speech),
            "still": cell(speech._(", ").join(one["still"])),
        }
        for one in followed
    ]
    return block(speech._("Last year's advice"), columns, rows)
