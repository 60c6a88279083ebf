"""A sheet, a ranking and appeals as blocks of an item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.ui.desks.assessment_words import light, outcome, row_state, state_cell
from workbench.ui.desks.desk import Json
from workbench.ui.desks.parts import block, cell, said
from workbench.ui.words import Speech

Line = Mapping[str, Any]


def sheet_blocks(found: Line, speech: Speech) -> list[Json]:
    """The department's points, what lowers them, and what could be won back."""
    blocks = [_points(found, speech), _against(found, speech)]
    if found["advice"]:
        blocks.append(_advice(found["advice"], speech))
    if found["followed"]:
        blocks.append(_followed(found["followed"], speech))
    return blocks


def ranking_blocks(found: Line, speech: Speech) -> list[Json]:
    columns = [
        ("rank", speech._("Rank")),
        ("department", speech._("Department")),
        ("score", speech._("Score")),
        ("grade", speech._("Grade")),
        ("light", speech._("Light of the grade")),
        ("group", speech._("In its group")),
        ("was", speech._("In the draft")),
    ]
    rows = [
        {
            "rank": cell(one["rank"]),
            "department": cell(said(one["title"], speech.language)),
            "score": cell(one["score"]),
            "grade": cell(said(one["grade"], speech.language)),
            "light": light(one["light"], speech),
            "group": cell(f"{one['group']} {one['group_rank']}/{one['group_among']}".strip()),
            "was": cell(_was(one)),
        }
        for one in found["places"]
    ]
    title = speech._("Ranking, not published") if found["draft"] else speech._("Ranking")
    unrated = speech._(", ").join(found["unrated"])
    note = speech._("No score: {names}", names=unrated) if unrated else ""
    return [block(title, columns, rows, note=note)]


def appeals_block(appeals: Sequence[Line], speech: Speech) -> Json:
    columns = [
        ("item", speech._("Item")),
        ("department", speech._("Department")),
        ("amount", speech._("Should count")),
        ("why", speech._("Reason")),
        ("state", speech._("State")),
        ("because", speech._("Why it was decided so")),
    ]
    rows = [
        {
            "item": cell(f"{one['indicator']} · {one['item']}", hint=one["id"]),
            "department": cell(one["department"]),
            "amount": cell(one["amount"] or speech._("nothing: to be struck")),
            "why": cell(one["why"]),
            "state": state_cell(one["state"], speech),
            "because": cell(one["because"]),
        }
        for one in appeals
    ]
    return block(speech._("Appeals"), columns, rows)


def _points(found: Line, speech: Speech) -> Json:
    columns = [
        ("indicator", speech._("Indicator")),
        ("value", speech._("Value")),
        ("score", speech._("Score")),
        ("weight", speech._("Weight")),
        ("points", speech._("Points reached")),
    ]
    rows = [
        {
            "indicator": cell(said(one["title"], speech.language), hint=one["indicator"]),
            "value": cell(one["value"]),
            "score": cell(one["score"] or row_state(one["state"], speech)),
            "weight": cell(one["weight"]),
            "points": cell(one["points"]),
        }
        for one in found["rows"]
    ]
    return block(_heading(found, speech), columns, rows)


def _heading(found: Line, speech: Speech) -> str:
    name, place = said(found["title"], speech.language), found["place"]
    if place is None:
        return speech._("{department}: no score", department=name)
    told = speech._(
        "{department}: {score} points, rank {rank} of {among}",
        department=name, score=place["score"], rank=place["rank"], among=place["among"],
    )  # fmt: skip
    was = _was(place)
    return f"{told} · {speech._('in the draft {was}', was=was)}" if was else told


def _against(found: Line, speech: Speech) -> Json:
    columns = [
        ("indicator", speech._("Indicator")),
        ("day", speech._("Day")),
        ("item", speech._("Item")),
        ("amount", speech._("Counts")),
    ]
    rows = [
        {
            "indicator": cell(said(one["title"], speech.language)),
            "day": cell(item["day"]),
            "item": cell(item["item"]),
            "amount": cell(f"{item['amount']} / {item['of']}"),
        }
        for one in found["rows"]
        for item in one["items"]
        if item["against"]
    ]
    return block(speech._("What is not as it should be"), columns, rows)


def _advice(advice: Sequence[Line], speech: Speech) -> Json:
    columns = [
        ("indicator", speech._("Indicator")),
        ("gain", speech._("Points to win back")),
        ("items", speech._("Items")),
    ]
    rows = [
        {
            "indicator": cell(said(one["title"], speech.language)),
            "gain": cell(one["gain"]),
            "items": cell(len(one["items"]) or ""),
        }
        for one in advice
    ]
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


def _was(place: Line) -> str:
    return f"{place['was_score']} ({place['was_rank']})" if place["was_score"] else ""
