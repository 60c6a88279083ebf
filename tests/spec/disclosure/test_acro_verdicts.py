"""The kept verdicts of ACRO: complete, and explained by the formulas and a closed list of
deviations (README.md beside). Here the formulas are exact, on fractions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from disclosure_tables import DOMINANCE, P_PERCENT, TABLES, THRESHOLDS, Table

HERE = Path(__file__).parent
KEPT = json.loads((HERE / "acro_verdicts.json").read_text("utf-8"))
OLD, NEW = sorted(KEPT)


def exact(values: tuple[float | None, ...]) -> list[Fraction]:
    return sorted((Fraction(str(v)) for v in values if v is not None), reverse=True)


def formulas(values: list[Fraction]) -> Iterator[tuple[str, str, bool, bool]]:
    """Rule, parameter, whether it is violated, and whether the cell is exactly at the limit."""
    total = sum(values, Fraction(0))
    for k in THRESHOLDS:
        yield "threshold", str(k), len(values) < k, False
    for n, k in DOMINANCE:
        most = Fraction(str(k)) * total
        yield "nk", f"{n}/{k}", total > 0 and sum(values[:n]) > most, sum(values[:n]) == most
    for p in P_PERCENT:
        rest, least = total - sum(values[:2]), Fraction(p, 100) * (values[0] if values else 0)
        yield "p_percent", str(p), rest < least, rest == least


def deviation(release: str, rule: str, said: bool | None, table: Table, group: str) -> str:
    """Why a verdict differs from the formula; an empty text where no reason is known."""
    values = exact(table.groups[group])
    if (
        release == NEW
        and said is None
        and any(v < 0 for g in table.groups for v in exact(table.groups[g]))
    ):
        return "not_judged"
    if rule == "p_percent" and values and values[0] == 0 and said:
        return "zeros"
    if rule == "p_percent" and release == OLD and len(values) == 1 and None in table.groups[group]:
        return "one_and_missing"
    if rule == "p_percent" and not values:
        return "nothing"
    return ""


def test_there_are_enough_tables_and_none_twice() -> None:
    assert len(TABLES) >= 40
    assert len({table.id for table in TABLES}) == len(TABLES)
    assert {t.id: set(t.groups) for t in TABLES} == {
        name: set(groups) for name, groups in KEPT[NEW]["tables"].items()
    }


@pytest.mark.parametrize("release", [OLD, NEW])
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.id)
def test_every_verdict_is_the_formula_or_a_listed_deviation(table: Table, release: str) -> None:
    for group, values in table.groups.items():
        kept = KEPT[release]["tables"][table.id][group]
        assert kept["negative"] == any(v is not None and v < 0 for v in values)
        assert kept["whole"].keys() == {"sum", "mean", "count", "std"}
        for rule, key, violated, at_limit in formulas(exact(values)):
            said = kept[rule][key]
            if said == violated:
                continue
            why = deviation(release, rule, said, table, group)
            if not why and at_limit and release == NEW:
                why = "binary" if rule == "p_percent" else "at_limit"
            assert why, (group, rule, key, said)


def test_the_readme_names_every_deviation_that_there_is() -> None:
    text = (HERE / "README.md").read_text("utf-8")
    for name in ("at_limit", "binary", "zeros", "not_judged", "one_and_missing", "nothing"):
        assert f"| `{name}` |" in text
    assert OLD in text
    assert NEW in text
