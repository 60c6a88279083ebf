"""What one department was told of one resource, as an item: by rule, column and time; and what
stays open beside it, for output checkers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.ui.desks.desk import Json
from workbench.ui.desks.parts import block, cell, fact, form, lines, moment, said
from workbench.ui.words import Speech

Line = Mapping[str, Any]
OPEN = "open"
_MOST_DAYS = 31
"""Past so many days they are put together by month."""
_MOST_COLUMNS = 6
"""Columns of which the classes of parts stand side by side."""


def told_item(id: str, found: Line, speech: Speech) -> Json:  # noqa: A002
    line = found["line"]
    blocks = [*_rules(line, speech), _columns(found, speech), *_classes(found, speech)]
    return _item(id, line, speech) | {
        "blocks": [*blocks, *_times(found["days"], speech)],
        "actions": _actions(line, speech),
    }


def open_item(id: str, found: Line, speech: Speech) -> Json:  # noqa: A002
    """What stays open beside it."""
    line = found["line"]
    limits = [said(limit, speech.language) for limit in found["limits"]]
    return _item(id, line, speech) | {
        "state": _opened(found, speech),
        "blocks": [
            _pairs(found, speech),
            *_noise(found["noise"], speech),
            lines(speech._("What no book can know"), limits),
        ],
        "actions": _actions(line, speech),
    }


def told_department(line: Line, speech: Speech) -> str:
    if line["page"]:
        return speech._("page {name}", name=line["page"])
    return said(line["department_title"], speech.language)


def rules_said(line: Line, speech: Speech) -> str:
    """How many figures each rule withheld; nothing where the reader may not know."""
    rules = line["rules"] or ()
    told = (f"{said(rule['told'], speech.language)} {rule['figures']:,}" for rule in rules)
    return speech._(", ").join(told)


def _item(id: str, line: Line, speech: Speech) -> Json:  # noqa: A002
    facts = [
        fact(speech._("Told to"), told_department(line, speech), line["department"]),
        fact(speech._("Provides"), line["provider"]),
        fact(speech._("Releases"), f"{line['releases']:,}"),
        fact(speech._("With noise"), f"{line['noisy']:,}" if line["noisy"] else ""),
        fact(speech._("Cells told"), f"{line['cells']:,}"),
        fact(speech._("Figures withheld"), f"{line['withheld']:,}"),
        fact(speech._("First"), moment(line["first"])),
        fact(speech._("Last"), moment(line["last"])),
        fact(speech._("Book destroyed on"), moment(line["destroyed"])[:10]),
    ]
    title = said(line["resource_title"], speech.language)
    return {
        "id": id,
        "title": f"{title} · {told_department(line, speech)}",
        "version": 0,
        "state": cell(""),
        "facts": [one for one in facts if one["value"]],
    }


def _rules(line: Line, speech: Speech) -> list[Json]:
    rules = line["rules"] or ()
    if not rules:
        return []
    most = max(rule["figures"] for rule in rules)
    rows = (
        {
            "rule": cell(said(rule["told"], speech.language), hint=rule["rule"]),
            "figures": cell(f"{rule['figures']:,}", share=rule["figures"] / max(most, 1)),
        }
        for rule in rules
    )
    columns = [("rule", speech._("Disclosure rule")), ("figures", speech._("Figures withheld"))]
    note = speech._("Of a release that reads several resources, each has all of its figures.")
    return [block(speech._("Withheld, by rule"), columns, rows, note=note)]


def _columns(found: Line, speech: Speech) -> Json:
    fine = any(column["parts"] for column in found["columns"])
    columns = [
        ("column", speech._("Column")),
        ("cells", speech._("Cells told")),
        ("withheld", speech._("Withheld by differences")),
    ]
    if fine:
        columns += [
            ("percent", speech._("Entities in a told cell")),
            ("parts", speech._("Parts told apart")),
            ("smallest", speech._("Smallest part")),
            ("median", speech._("Median part")),
            ("strict", speech._("Judged")),
        ]
    most = max((column["cells"] for column in found["columns"]), default=0)
    rows = [_column(column, max(most, 1), speech) for column in found["columns"]]
    note = "" if found["ready"] else speech._("How fine the parts are is still being worked out.")
    if fine:
        note = speech._(
            "A part is a group of entities that told cells tell apart from others; its own figure "
            "need not be known. Numbers of entities below {k} are not told.",
            k=found["k"],
        )
    return block(speech._("By column"), columns, rows, note=note)


def _column(column: Line, most: int, speech: Speech) -> dict[str, Json]:
    cells = {
        "column": cell(said(column["title"], speech.language)),
        "cells": cell(f"{column['cells']:,}", share=column["cells"] / most),
        "withheld": cell(f"{column['withheld']:,}"),
    }
    parts, percent = column["parts"], column["percent"]
    if parts is None:
        return cells | dict.fromkeys(("percent", "parts", "smallest", "median", "strict"), cell(""))
    unknown = speech._("unknown")
    share = cell(unknown, "off") if percent is None else cell(f"{percent} %", share=percent / 100)
    strict = cell(speech._("strictly"), "due") if parts["strict"] else cell(speech._("exactly"))
    return cells | {
        "percent": share,
        "parts": cell(f"{parts['parts']:,}"),
        "smallest": _size(parts["smallest"], speech),
        "median": _size(parts["median"], speech),
        "strict": strict,
    }


def _size(size: Line, speech: Speech) -> Json:
    if size["number"] is None:
        return cell(speech._("fewer than {k}", k=size["fewer_than"]), "due")
    return cell(f"{size['number']:,}")


def _classes(found: Line, speech: Speech) -> list[Json]:
    """By size of the smallest part, one bar for each column."""
    fine = [column for column in found["columns"] if column["parts"]][:_MOST_COLUMNS]
    if not fine:
        return []
    columns = [("size", speech._("Entities in the part"))]
    columns += [(f"c{n}", said(c["title"], speech.language)) for n, c in enumerate(fine)]
    rows = []
    for at, each in enumerate(fine[0]["parts"]["classes"]):
        shares = {f"c{n}": _share(c["parts"]["classes"][at], speech) for n, c in enumerate(fine)}
        rows.append({"size": cell(_range(each, speech)), **shares})
    title = speech._("Entities by the smallest part that they can be told apart in")
    return [block(title, columns, rows)]


def _range(each: Line, speech: Speech) -> str:
    if each["most"] is None:
        return speech._("{least} and more", least=each["least"])
    return speech._("{least} to {most}", least=each["least"], most=each["most"])


def _share(each: Line, speech: Speech) -> Json:
    if each["percent"] is None:
        return cell(speech._("a few"), "due")
    return cell(f"{each['percent']} %", share=each["percent"] / 100)


def _times(days: Sequence[Line], speech: Speech) -> list[Json]:
    if not days:
        return []
    size = len("2026-01") if len(days) > _MOST_DAYS else len("2026-01-01")
    told: Counter[str] = Counter()
    for day in days:
        told[day["day"][:size]] += day["cells"]
    most = max(*told.values(), 1)
    rows = (
        {"when": cell(when), "cells": cell(f"{cells:,}", share=cells / most)}
        for when, cells in sorted(told.items())
    )
    columns = [("when", speech._("When")), ("cells", speech._("Cells told"))]
    return [block(speech._("Cells told, over time"), columns, rows)]


def _actions(line: Line, speech: Speech) -> list[Json]:
    if not line["checks"]:
        return []
    look = speech._("What stays open")
    what = speech._(
        "Puts the books of this department and of each other one together, two by two, and looks "
        "what would follow; takes seconds, minutes for long books."
    )
    return [form(OPEN, look, [], submit=speech._("Look"), what=what, slow=True)]


# What stays open ----------------------------------------------------------------------------------


def _opened(found: Line, speech: Speech) -> Json:
    pairs = [*found["alone"], *found["pairs"]]
    if not found["ready"]:
        return cell(speech._("still being worked out"), "due")
    if any(each["follows"] and each["follows"]["parts"] for each in pairs):
        return cell(speech._("something would follow"), "late")
    if any(each["follows"] is None or each["follows"]["bounded"] is None for each in pairs):
        return cell(speech._("not all was worked out"), "due")
    return cell(speech._("nothing would follow"), "good")


def _pairs(found: Line, speech: Speech) -> Json:
    columns = [
        ("column", speech._("Column")),
        ("other", speech._("Put together with")),
        ("parts", speech._("Parts that follow")),
        ("determined", speech._("exactly")),
        ("combined", speech._("in sums of a few")),
        ("bounded", speech._("bounded too closely")),
    ]
    rows = [_pair(each, speech) for each in (*found["alone"], *found["pairs"])]
    note = speech._(
        "How many parts may not be told by themselves, and would follow from both books together. "
        "Whom they are about is told nowhere."
    )
    if not found["pairs"]:
        note = speech._("No other department was told of the same columns.")
    return block(speech._("Departments that put their results together"), columns, rows, note=note)


def _pair(each: Line, speech: Speech) -> dict[str, Json]:
    found = each["follows"]
    told = {
        "column": cell(said(each["title"], speech.language)),
        "other": cell(
            said(each["other_title"], speech.language)
            if each["other"]
            else speech._("nobody: its own book")
        ),
    }
    if found is None:
        late = cell(speech._("not worked out in time"), "due")
        return (
            told | {"parts": late} | dict.fromkeys(("determined", "combined", "bounded"), cell(""))
        )
    number = speech._("at least {number}", number=found["parts"])
    close = cell(found["bounded"])
    if found["bounded"] is None:
        close = cell(speech._("not worked out in time"), "due")
    hint = (
        speech._("judged strictly: not all that follows is worked out") if found["strict"] else ""
    )
    return told | {
        "parts": cell(
            number if found["at_least"] else found["parts"],
            "late" if found["parts"] else "good",
            hint,
        ),
        "determined": cell(found["determined"]),
        "combined": cell(found["combined"]),
        "bounded": close,
    }


def _noise(spent: Sequence[Line], speech: Speech) -> list[Json]:
    if not spent:
        return []
    rows = (
        {
            "scenario": cell(one["scenario"], hint=one["grant"]),
            "spent": cell(
                f"{one['spent']:g} / {one['total']:g}", share=min(one["spent"] / one["total"], 1.0)
            ),
        }
        for one in spent
    )
    columns = [("scenario", speech._("Scenario")), ("spent", speech._("Epsilon spent"))]
    return [block(speech._("Privacy budgets beside it"), columns, rows)]
