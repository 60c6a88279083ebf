"""``grammar.txt``: every form of the statistics tier, over real rows; and what it refuses."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from grammar_city import made, sections
from stat_tables import Cells, Lab

from workbench.errors import Reason
from workbench.trial.expect import ordered

TEXTS = sections(Path(__file__).with_name("grammar.txt"))
ASKED = [row for part in ("answered", "refused") for row in TEXTS[part]]
ANSWERED = [row["statement"] for row in ASKED if row["gives"] == "same"]
NUMBERS = (int, float, Decimal)
REFUSED = [(row["statement"], row["gives"]) for row in ASKED if row["gives"] != "same"]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with duckdb.connect(config={"threads": "1"}) as con:
        yield made(con)


def plain(lab: Lab, statement: str) -> list[tuple[Any, ...]]:
    return lab.con.execute(statement).fetchall()


def alike(ours: list[tuple[Any, ...]], theirs: list[tuple[Any, ...]], *, in_order: bool) -> bool:
    if not in_order:
        ours, theirs = sorted(ours, key=repr), sorted(theirs, key=repr)
    return len(ours) == len(theirs) and all(
        len(a) == len(b) and all(map(close, a, b)) for a, b in zip(ours, theirs, strict=True)
    )


def close(one: Any, other: Any) -> bool:
    """Numbers within 1e-9 relative, all else equal; ours truncates to a date, not to a midnight."""
    if isinstance(other, datetime) and not isinstance(one, datetime):
        return bool(datetime.combine(one, time()) == other)
    if isinstance(one, NUMBERS) and isinstance(other, NUMBERS):
        return math.isclose(one, other, rel_tol=1e-9)
    return bool(one == other)


@pytest.mark.parametrize("statement", ANSWERED)
def test_the_answer_is_that_of_plain_duckdb(statement: str, lab: Lab) -> None:
    found, expected = lab.ask(statement), plain(lab, statement)
    assert isinstance(found, Cells), found
    assert found.withheld == 0, found.why
    assert alike(found.rows, expected, in_order=ordered(statement)), (found.rows, expected)
    assert expected
    unknown = lab.ask(statement, facts=False)
    assert isinstance(unknown, Cells), unknown
    assert (sorted(unknown.rows, key=repr), unknown.withheld) == (
        sorted(found.rows, key=repr),
        0,
    )


@pytest.mark.parametrize(("statement", "gives"), REFUSED)
def test_a_refusal_teaches(statement: str, gives: str, lab: Lab) -> None:
    word, _, rest = gives.partition(" ")
    code, _, words = rest.partition(":")
    found = lab.ask(statement)
    assert not isinstance(found, Cells), found.rows
    assert word == "refused"
    (reason,) = found
    assert code in ("", reason.code), said(reason)
    assert words.strip() in said(reason)
    assert reason.what.zh
    assert reason.what.en
    assert reason.next is not None
    assert ("·" in said(reason)) == ("·" in statement)


def said(reason: Reason) -> str:
    return f"{reason.code} {reason.what.en} {reason.next.en if reason.next else ''}"


@pytest.mark.parametrize("facts", [True, False], ids=["measured", "unmeasured"])
@pytest.mark.parametrize("row", TEXTS["withheld"], ids=lambda row: row["statement"])
def test_each_reason_for_a_missing_cell(row: dict[str, str], facts: bool, lab: Lab) -> None:
    towns = {town: text for town, text in row.items() if town != "statement"}
    found = lab.ask(row["statement"], facts=facts)
    assert isinstance(found, Cells), found
    cells = found.by_key("v")
    assert cells.keys() == towns.keys()
    for town, text in towns.items():
        value, why = cells[town]
        assert shown(value, why) == text, town


@pytest.mark.parametrize("facts", [True, False], ids=["measured", "unmeasured"])
@pytest.mark.parametrize("row", TEXTS["cells"], ids=lambda row: row["statement"])
def test_the_cells_of_a_statement(row: dict[str, str], facts: bool, lab: Lab) -> None:
    found = lab.ask(row["statement"], facts=facts)
    assert isinstance(found, Cells), found
    columns = [found.why.get(name, [None] * len(found.rows)) for name in found.names]
    lines = [
        ", ".join(map(shown, cells, whys))
        for cells, whys in zip(found.rows, zip(*columns, strict=True), strict=True)
    ]
    wanted = [] if row["cells"] == "no row" else row["cells"].split("; ")
    if not ordered(row["statement"]):
        lines, wanted = sorted(lines), sorted(wanted)
    assert lines == wanted


def shown(value: Any, why: str | None) -> str:
    """A cell as the texts write it; "none" is a NULL of which nothing is said."""
    assert why is None or value is None
    if value is None:
        return why or "none"
    return (
        f"{value:.10g}"
        if isinstance(value, NUMBERS) and not isinstance(value, bool)
        else str(value)
    )


def test_there_is_a_line_for_every_refusal_and_every_reason() -> None:
    assert len(ANSWERED) > 120
    assert len(REFUSED) > 80
    assert len({*ANSWERED, *(s for s, _ in REFUSED)}) == len(ANSWERED) + len(REFUSED)
