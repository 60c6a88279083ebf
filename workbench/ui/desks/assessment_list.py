"""The ranking and the dimensions by department, as the list of a desk. By peer group first: who is
compared with whom; the rank among all stands beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.ui.desks.assessment_overview import Overview
from workbench.ui.desks.assessment_words import LIGHTS, light, state_cell
from workbench.ui.desks.desk import LIMIT, Asked, Json
from workbench.ui.desks.drawn_cells import dotted, heated
from workbench.ui.desks.parts import cell, choice, figure, listing, row, said, typed
from workbench.ui.words import Speech

Line = Mapping[str, Any]
ASSESSMENT, SHOW, GROUP, LIGHT, NAME = "assessment", "show", "group", "light", "name"
RANKING, DIMENSIONS, NONE = "ranking", "dimensions", "none"
NAMED = 4
"""Others that are named with whom a department is tied (ours)."""
PART = "/"
"""Between an assessment, a department and an indicator, in the id of what is opened."""


def shown(
    found: Overview, lines: Sequence[Line], asked: Asked, actions: Sequence[Json], speech: Speech
) -> Json:
    kept = _kept(found, asked, speech)
    of_dimensions = asked.filter(SHOW) == DIMENSIONS
    ties = _ties(found, [one["department"] for one in kept])
    page = kept[asked.offset : asked.offset + LIMIT]
    columns = _dimension_columns(found, speech) if of_dimensions else _columns(found, speech)
    make = _dimension_row if of_dimensions else _row
    return listing(
        columns,
        [
            row(f"{found.id}{PART}{one['department']}", found.line["version"],
                make(found, one, ties.get(one["department"], ""), speech))
            for one in page
        ],
        asked,
        total=len(kept),
        figures=_figures(found, speech),
        filters=_filters(found, lines, asked, speech),
        actions=actions,
        empty=_empty(found, speech),
    )  # fmt: skip


def nothing(asked: Asked, speech: Speech) -> Json:
    """No assessment that is the reader's to see."""
    empty = speech._(
        "No assessment stands here yet, or none was shown to you. The evaluator measures with "
        "`workbench assess run --scheme … --year … --as-of …`, then hands the file in with "
        "`workbench assess open FILE`."
    )
    return listing([("what", speech._("Assessment"), "text")], [], asked, total=0, empty=empty)


def _empty(found: Overview, speech: Speech) -> str:
    if not found.places and not found.unrated:
        return speech._("The ranking is not published yet, and your department is not scored.")
    return speech._("No department fits")


def _kept(found: Overview, asked: Asked, speech: Speech) -> list[Line]:
    """Those that fit the filters: by peer group as the scheme has them, rank within it; who has no
    score stands last in its group."""
    order = {one["id"]: i for i, one in enumerate(found.answer["groups"])}
    every = [*found.places.values(), *found.unrated.values()]
    if asked.filter(SHOW) == DIMENSIONS:  # of whom they are the reader's to see
        every = [one for one in every if one["department"] in found.whose]
    fits = [one for one in every if _fits(one, asked, speech)]
    worst = len(every) + 1

    def place(one: Line) -> tuple[int, int, str]:
        return order.get(one["group"], len(order)), one.get("group_rank", worst), one["department"]

    return sorted(fits, key=place)


def _fits(one: Line, asked: Asked, speech: Speech) -> bool:
    group, lit, name = (asked.filter(key) for key in (GROUP, LIGHT, NAME))
    title = f"{said(one['title'], speech.language)} {one['department']}".casefold()
    return (
        (not group or one["group"] == group)
        and (not lit or one.get("light", NONE) == lit)
        and name.casefold() in title
    )


def _ties(found: Overview, names: Sequence[str]) -> dict[str, str]:
    """Of rows that stand next to each other and cannot be told apart: first, middle or last."""
    number = {name: i for i, names in enumerate(found.answer["tied"]) for name in names}
    made = {}
    for i, name in enumerate(names):
        above = i > 0 and name in number and number.get(names[i - 1]) == number[name]
        below = i + 1 < len(names) and name in number and number.get(names[i + 1]) == number[name]
        if above or below:
            made[name] = "middle" if above and below else "last" if above else "first"
    return made


def _figures(found: Overview, speech: Speech) -> list[Json]:
    counted = Counter(one["light"] for one in found.places.values())
    state = state_cell(found.line["state"], speech)
    made = [figure(speech._("State"), state["text"])]
    if found.line["synthetic"]:
        made.append(figure(speech._("Data"), speech._("synthetic")))
    if len(found.places) > 1 or found.answer["whole"]:
        made += [
            figure(light(name, speech)["text"], counted[name], tone)
            for name, tone in LIGHTS.items()
        ]
    if found.unrated:
        made.append(figure(speech._("No score"), len(found.unrated)))
    if found.answer["tied"]:
        made.append(figure(speech._("Groups not to be told apart"), len(found.answer["tied"])))
    return made


def _filters(
    found: Overview, lines: Sequence[Line], asked: Asked, speech: Speech
) -> list[Json]:  # fmt: skip
    whole = [(one["id"], _called(one, speech)) for one in lines]
    views = [(RANKING, speech._("Ranking"))]
    views += [(DIMENSIONS, speech._("Dimensions"))] if found.whose else []
    made = [
        choice(ASSESSMENT, speech._("Assessment"), asked, whole, found.id),
        choice(SHOW, speech._("Show"), asked, views, RANKING),
    ]
    if len(found.answer["groups"]) > 1:
        groups = [
            (one["id"], said(one["title"], speech.language)) for one in found.answer["groups"]
        ]
        made.append(choice(GROUP, speech._("Peer group"), asked, groups))
    lights = [(name, light(name, speech)["text"]) for name in LIGHTS]
    made.append(
        choice(
            LIGHT, speech._("Light of the grade"), asked, [*lights, (NONE, speech._("no score"))]
        )
    )
    made.append(typed(NAME, speech._("Department"), asked))
    return made


def _called(line: Line, speech: Speech) -> str:
    state = state_cell(line["state"], speech)["text"]
    return f"{said(line['title'], speech.language)} · {line['year']} · {state}"


def _columns(found: Overview, speech: Speech) -> list[tuple[str, str, str]]:
    grouped = [("group", speech._("Peer group"), "text")] if found.answer["groups"] else []
    changed = [("change", speech._("Against {year}", year=found.answer["previous"]), "text")]
    return [
        ("department", speech._("Department"), "text"),
        *grouped,
        *([("in_group", speech._("Rank in its group"), "text")] if grouped else []),
        ("rank", speech._("Rank"), "text"),
        ("points", speech._("Points, 0 to 100"), "text"),
        ("grade", speech._("Grade"), "text"),
        ("covered", speech._("Rests on, of 100"), "text"),
        *(changed if found.answer["previous"] else []),
    ]


def _row(found: Overview, one: Line, tie: str, speech: Speech) -> dict[str, Json]:
    cells = {
        "department": cell(said(one["title"], speech.language), hint=one["department"]),
        "group": cell(found.group(one["group"], speech)),
        "covered": cell(one["covered"], share=float(one["covered"]) / 100),
    }
    if "score" not in one:
        return {**cells, "rank": cell(""), "points": cell(speech._("no score"), "off"),
                "grade": cell(""), "in_group": cell("")}  # fmt: skip
    return {
        **cells,
        "in_group": cell(f"{one['group_rank']} / {one['group_among']}"),
        "rank": cell(ranked(found, one, speech), hint=tie_said(found, one, speech)),
        "points": points_cell(found, one, tie, speech),
        "grade": grade_cell(one, speech),
        "change": cell(change_said(one, speech)),
    }


def points_cell(found: Overview, one: Line, tie: str, speech: Speech) -> Json:
    """The score with the middle 95 % of what drawn weights make of it."""
    ends = None
    if one["points_low"] is not None and one["points_high"] is not None:
        ends = (float(one["points_low"]), float(one["points_high"]))
    told = spread_said(one, speech)
    return dotted(one["score"], float(one["score"]), ends=ends, marks=found.marks, tie=tie,
                  hint=told)  # fmt: skip


def spread_said(one: Line, speech: Speech) -> str:
    if one["points_low"] is None:
        return ""
    return speech._("{low} to {high}", low=one["points_low"], high=one["points_high"])


def ranked(found: Overview, one: Line, speech: Speech) -> str:
    """A rank that is shared, or cannot be told from its neighbours', bears a sign of equality."""
    sign = "= " if found.others_tied(one["department"]) else ""
    told = f"{sign}{one['rank']} / {one['among']}"
    if one["low"] is None or one["low"] == one["high"]:
        return told
    return f"{told} ({ends_said(one, speech)})"


def ends_said(one: Line, speech: Speech) -> str:
    return f"{one['low']}–{one['high']}"


def tie_said(found: Overview, one: Line, speech: Speech) -> str:
    others = found.others_tied(one["department"])
    if not others:
        return ""
    names = speech._(", ").join(found.called(name, speech) for name in others[:NAMED])
    if len(others) <= NAMED:
        return speech._("not to be told apart from {names}", names=names)
    return speech._(
        "not to be told apart from {names} and {number} more",
        names=names,
        number=len(others) - NAMED,
    )


def grade_cell(one: Line, speech: Speech) -> Json:
    """The grade in its light, which is a shape too."""
    told = said(one["grade"], speech.language)
    if one["vetoed"]:
        told = speech._("{grade}, capped by a veto", grade=told)
    return cell(told, LIGHTS.get(one["light"], ""), light(one["light"], speech)["text"])


def change_said(one: Line, speech: Speech) -> str:
    """Ranks up or down, and points."""
    if one["change"] is None:
        return ""
    steps = int(one["change"])
    way = f"▲ {steps}" if steps > 0 else f"▼ {-steps}" if steps < 0 else "="
    score = float(one["change_score"])
    return f"{way} ({score:+.2f})"


def _dimension_columns(found: Overview, speech: Speech) -> list[tuple[str, str, str]]:
    return [
        ("department", speech._("Department"), "text"),
        *([("group", speech._("Peer group"), "text")] if found.answer["groups"] else []),
        ("score", speech._("Points, 0 to 100"), "text"),
        *(
            (one["id"], f"{said(one['title'], speech.language)} · {one['weight']}", "text")
            for one in found.answer["dimensions"]
        ),
    ]


def _dimension_row(found: Overview, one: Line, tie: str, speech: Speech) -> dict[str, Json]:
    made = {
        "department": cell(said(one["title"], speech.language), hint=one["department"]),
        "group": cell(found.group(one["group"], speech)),
        "score": cell(one.get("score") or speech._("no score")),
    }
    for dim in found.answer["dimensions"]:
        made[dim["id"]] = dimension_cell(found, one["department"], dim["id"])
    return made


def dimension_cell(found: Overview, department: str, dimension: str) -> Json:
    """Of a hundred; a dash where nothing counts."""
    known = found.cells.get((department, dimension))
    if known is None or known["score"] is None:
        return cell("")
    return heated(known["score"], float(known["score"]))
