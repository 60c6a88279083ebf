"""What if, worked out: who moves, from where to where, and through which indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.ui.desks.assessment_list import PART
from workbench.ui.desks.assessment_overview import Overview
from workbench.ui.desks.assessment_sheet import head_facts
from workbench.ui.desks.assessment_supposing import Changes, setting_said, tried
from workbench.ui.desks.assessment_words import LIGHTS, light
from workbench.ui.desks.desk import Json
from workbench.ui.desks.drawn_cells import dotted, opening
from workbench.ui.desks.parts import block, cell, lines, said
from workbench.ui.words import Speech

Line = Mapping[str, Any]
GAP = "\u00a0"
"""A space at which no line is broken."""
MOST = 60
"""Departments of which the move is listed (ours), those that move furthest first."""


def supposed_item(
    found: Overview, changes: Changes, answer: Line, actions: Sequence[Json], speech: Speech
) -> Json:
    whole = answer["moved"] is not None
    moved = [one for one in answer["moves"] if _ranks(one) != 0]
    table = _moves(found, answer["moves"], speech) if whole else _own(found, answer, speech)
    return {
        "id": tried(found.id, changes),
        "title": speech._("What if, in {assessment}", assessment=found.title(speech)),
        "version": found.line["version"],
        "state": _state(answer, moved, speech),
        "facts": head_facts(found, speech)[1:],  # the title names the assessment
        "blocks": [_supposed(found, answer["changes"], speech), table,
                   _weights(found, answer["weights"], speech), _limits(speech, whole=whole)],
        "actions": list(actions),
    }  # fmt: skip


def _state(answer: Line, moved: Sequence[Line], speech: Speech) -> Json:
    if answer["moved"] is None:
        return cell("")
    told = speech._("{moved} of {among} have another rank", moved=answer["moved"],
                    among=answer["among"])  # fmt: skip
    return cell(told, "due" if moved else "good")


def _supposed(found: Overview, changes: Sequence[Line], speech: Speech) -> Json:
    texts = [
        speech._("{what}: {to} in the place of {was}", what=path_said(found, one["path"], speech),
                 to=one["to"], was=one["was"])
        for one in changes
    ]  # fmt: skip
    return lines(speech._("Supposed"), texts or [speech._("Nothing is another: move a slider.")])


def path_said(found: Overview, path: str, speech: Speech) -> str:
    kind, _, rest = path.partition(".")
    if kind == "dimension":
        return speech._("Weight of {title}", title=found.dimension(rest, speech))
    name, _, setting = rest.partition(".")
    return f"{found.indicator(name, speech)} · {setting_said(setting, speech)}"


def _ranks(one: Line) -> int:
    """Ranks that it goes up; where it has none on one side, more than any."""
    before, after = one["rank_before"], one["rank_after"]
    if before is None and after is None:
        return 0
    return 10**6 if before is None or after is None else int(before - after)


def _moves(found: Overview, moves: Sequence[Line], speech: Speech) -> Json:
    there = [one for one in moves if _ranks(one) != 0]
    there.sort(key=lambda one: (-abs(_ranks(one)), one["rank_after"] or 0))
    rows = [_row(found, one, speech) for one in there[:MOST]]
    rest = len(moves) - len(there)
    note = speech.ngettext(
        "{number} department keeps its rank.", "{number} departments keep their ranks.", rest,
        number=rest,
    )  # fmt: skip
    if len(there) > MOST:
        note += " " + speech._("The {number} that move furthest are listed.", number=MOST)
    columns = [
        ("department", speech._("Department")),
        ("rank", speech._("Rank")),
        ("points", speech._("Points, 0 to 100")),
        ("why", speech._("Why")),
        ("light", speech._("Light of the grade")),
    ]
    return block(speech._("Who moves, and why"), columns, rows, note=note)


def _row(found: Overview, one: Line, speech: Speech) -> dict[str, Json]:
    name = said(one["title"], speech.language)
    return {
        "department": opening(name, f"{found.id}{PART}{one['department']}"),
        "rank": cell(_rank_said(one)),
        "points": _points(found, one, speech),
        "why": cell(why_said(found, one, speech)),
        "light": _light(one, speech),
    }


def _rank_said(one: Line) -> str:
    before, after = (one[key] if one[key] is not None else "—" for key in _RANKS)
    steps = _ranks(one)
    way = f"{GAP}▲{steps}" if 0 < steps < 10**6 else f"{GAP}▼{-steps}" if steps < 0 else ""
    return f"{before}{GAP}→{GAP}{after}{way}"


_RANKS = ("rank_before", "rank_after")


def _points(found: Overview, one: Line, speech: Speech) -> Json:
    before, after = one["points_before"], one["points_after"]
    if before is None or after is None:
        return cell(f"{before or speech._('no score')} → {after or speech._('no score')}")
    return dotted(
        f"{before}{GAP}→{GAP}{after}", float(after), before=float(before), marks=found.marks
    )


def _light(one: Line, speech: Speech) -> Json:
    """The light that it comes to have, and the one that it had where that was another."""
    after, before = one["light_after"], one["light_before"]
    if after is None:
        return cell(speech._("no score"), "off")
    told = light(after, speech)["text"]
    if before and before != after:
        told = speech._("{now}, was {was}", now=told, was=light(before, speech)["text"])
    return cell(told, LIGHTS.get(after, ""))


def why_said(found: Overview, one: Line, speech: Speech) -> str:
    """Indicators with what each adds to the change of points; all of it adds up to the change."""
    words = {
        "weight": speech._("weighs otherwise"),
        "score": speech._("scores otherwise"),
        "rating": speech._("counts on one side alone"),
    }
    told: dict[str, list[str]] = {}
    for each in one["reasons"]:
        name = found.indicator(each["indicator"], speech)
        told.setdefault(words[_through(each)], []).append(f"{name}{GAP}{_signed(each['points'])}")
    texts = [
        speech._("{through}: {names}", through=through, names=speech._(", ").join(names))
        for through, names in told.items()
    ]
    if float(one["others"]):
        texts.append(speech._("all others {points}", points=_signed(one["others"])))
    if float(one["cap"]):
        texts.append(speech._("the veto's cap {points}", points=_signed(one["cap"])))
    return speech._("; ").join(texts) or speech._("others pass it; its points stay")


def _through(reason: Line) -> str:
    return max(("weight", "score", "rating"), key=lambda part: abs(float(reason[part])))


def _signed(points: str) -> str:
    return f"{float(points):+.2f}".replace("-", "−")


def _own(found: Overview, answer: Line, speech: Speech) -> Json:
    """The points of the reader's own department: ranks would tell of others' sheets."""
    columns = [
        ("department", speech._("Department")),
        ("points", speech._("Points, 0 to 100")),
        ("why", speech._("Why")),
        ("light", speech._("Light of the grade")),
    ]
    rows = [_row(found, one, speech) for one in answer["moves"]]
    for one in rows:
        del one["rank"]
    note = speech._("Ranks under supposed weights would tell what stands in the sheets of others.")
    return block(speech._("Your department"), columns, rows, note=note)


def _weights(found: Overview, weights: Mapping[str, str], speech: Speech) -> Json:
    columns = [
        ("indicator", speech._("Indicator")),
        ("now", speech._("In the scheme")),
        ("then", speech._("Supposed")),
    ]
    rows = [
        {
            "indicator": cell(found.indicator(name, speech)),
            "now": cell(scheme),
            "then": cell(then, "due" if float(then) != float(scheme) else ""),
        }
        for name, then in weights.items()
        for scheme in (found.indicators[name]["settings"].get("weight", "0"),)
        if float(then) or float(scheme)
    ]
    return block(speech._("Weights"), columns, rows)


def _limits(speech: Speech, *, whole: bool) -> Json:
    texts = [speech._("Nothing is kept: a scheme is changed in its file, and measured anew.")]
    if whole:
        texts.append(
            speech._("A rank that such a change moves is not firm: see its range in the ranking.")
        )
    return lines(speech._("How to read it"), texts)
