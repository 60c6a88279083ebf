"""Made-up questions of the statistics grammar: the cells and the reasons are those of an oracle
that knows no SQL, and it makes no difference how much was measured beforehand.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from disclosure_oracle import EITHER, Asked, Question, answer
from disclosure_questions import City, city, made_up
from stat_tables import Cells

QUESTIONS, MANY = 100, 1_500


def disagreements(asked: Question, held: City, *, facts: bool) -> list[str]:
    if not facts:
        of_table = {name for a in asked.asked for name in a.of}
        asked = replace(asked, nullable=frozenset(of_table))
    got = held.lab.ask(asked.sql, facts=facts)
    if not isinstance(got, Cells):
        return [f"refused: {got[0].what.en}"]
    wanted = answer(asked, held.limits)
    width = len(asked.keys)
    shown = [
        (row[:width], [(v, got.why[f"v{i}"][n]) for i, v in enumerate(row[width:])])
        for n, row in enumerate(got.rows)
    ]
    ours, theirs = (Counter(repr(tuple(key)) for key, _ in each) for each in (wanted, shown))
    if ours != theirs:
        return [f"groups: {ours - theirs} missing, {theirs - ours} too many"]
    return [
        f"{key}: {cells} is wanted, not {[c for k, c in shown if repr(tuple(k)) == key]}"
        for key, cells in _unmatched(asked, held, wanted, shown)
    ]


def _unmatched(
    asked: Question, held: City, wanted: list[Any], shown: list[Any]
) -> Iterator[tuple[str, list[Any]]]:
    """Groups that are not shown. A group of NULL and a subtotal have the same keys."""
    left = [(repr(tuple(key)), cells) for key, cells in shown]
    for key, row in wanted:
        cells = [_rounded(a, c, held.rounding) for a, c in zip(asked.asked, row, strict=True)]
        found = next(
            (each for each in left
             if each[0] == repr(tuple(key)) and all(map(_same, cells, each[1]))), None
        )  # fmt: skip
        if found is None:
            yield repr(tuple(key)), cells
        else:
            left.remove(found)


def _same(wanted: tuple[Any, str | None], got: tuple[Any, str | None]) -> bool:
    (value, why), (shown, told) = wanted, got
    if why == EITHER:
        return True
    if why is not None or told is not None:
        return why == told and shown is None
    if isinstance(value, float) and math.isnan(value):
        return shown is None or math.isnan(shown)
    return math.isclose(float(value), float(shown), rel_tol=1e-9, abs_tol=1e-9)


def _rounded(
    asked: Asked, cell: tuple[Any, str | None], rounding: tuple[int, int]
) -> tuple[Any, str | None]:
    value, why = cell
    base = rounding[0] if asked.number else rounding[1]
    if value is None or not base or asked.kind in ("corr", "var_pop", "stddev_samp"):
        return cell
    up = math.floor(abs(Fraction(value)) / base + Fraction(1, 2)) * base
    return (up if value >= 0 else -up), why


def _tried(count: int, seed: int, *, facts: bool) -> Counter[str]:
    """How often each reason was told; fails on the first question that is answered otherwise."""
    seen: Counter[str] = Counter()
    for which, asked in made_up(count, seed):
        found = disagreements(asked, city(which), facts=facts)
        assert not found, f"city {which}: {asked.sql}\n" + "\n".join(found[:8])
        cells = [cell for _, row in answer(asked, city(which).limits) for cell in row]
        seen.update(why or "released" for _, why in cells)
    return seen


def test_cells_and_reasons_are_those_of_the_oracle() -> None:
    seen = _tried(QUESTIONS, 1, facts=True)
    wanted = {"released", "below_threshold", "complement", "dominance", "p_percent", "uniform",
              "quantile_edge", "empty"}  # fmt: skip
    assert wanted <= seen.keys(), seen
    assert seen["released"] >= 150, seen


def test_they_are_the_same_if_nothing_was_measured() -> None:
    assert _tried(QUESTIONS // 4, 2, facts=False)["released"] >= 25


@pytest.mark.slow
@pytest.mark.parametrize("facts", [True, False])
def test_many_more_of_them(facts: bool) -> None:
    _tried(MANY, 3, facts=facts)
