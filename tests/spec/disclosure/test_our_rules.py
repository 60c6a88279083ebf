"""Our rules beside ACRO's, rule by rule: the compiled statements run on DuckDB over every table.

Two things hold for every group of every table. Ours is the exact formula (on fractions, over
absolute values), to the word. And where it is not what ACRO said, the difference has a cause, of
those that README.md lists with how often each occurs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import duckdb
import polars as pl
import pytest
from disclosure_tables import DOMINANCE, NK, P_PERCENT, TABLES, THRESHOLDS, K, P, Table
from stat_tables import Cells, Lab
from test_acro_verdicts import KEPT, NEW, OLD, deviation, exact, formulas

from workbench.disclosure.shapes import Rules

README = Path(__file__).with_name("README.md").read_text("utf-8")
OFF = Rules(k=1)
"""No rule at all, but that equal values are withheld."""
WHOLE = Rules(k=K, dominance=(NK,), p=P / 100)
FIGURES = {"sum": "sum(value)", "mean": "avg(value)", "std": "stddev(value)", "count": "count(*)"}
MODES = {
    "doubles": ("DOUBLE", False),
    "decimals": ("DECIMAL(38,8)", False),
    "measured": ("DECIMAL(38,8)", True),
}
"""The type of the measure, and whether the rules know what a build measures."""
Case = tuple[str, str, str]
"""Rule, parameter, aggregate; of all rules together the rule is "whole"."""
Words = dict[tuple[str, str], str | None]
"""By (table, group): why a cell is missing."""


def parameters() -> Iterator[tuple[Case, Rules]]:
    for k in THRESHOLDS:
        yield ("threshold", str(k), "sum"), replace(OFF, k=k)
    for n, share in DOMINANCE:
        yield ("nk", f"{n}/{share}", "sum"), replace(OFF, dominance=((n, share),))
    for p in P_PERCENT:
        yield ("p_percent", str(p), "sum"), replace(OFF, p=p / 100)
    for figure in FIGURES:
        yield ("whole", "", figure), WHOLE


CASES = list(parameters())


# Ours --------------------------------------------------------------------------------------------


@cache
def ours(mode: str) -> dict[Case, Words]:
    """All tables in one; or each alone, with what a build would measure of it."""
    type_, measured = MODES[mode]
    out: dict[Case, Words] = {case: {} for case, _ in CASES}
    with duckdb.connect(config={"threads": "1"}) as con:
        for tables in [(t,) for t in TABLES] if measured else [TABLES]:
            lab = _lab(con, tables, type_)
            for case, rules in CASES:
                out[case].update(_asked(lab, rules, case[2], facts=measured))
    return out


def _lab(con: duckdb.DuckDBPyConnection, tables: tuple[Table, ...], type_: str) -> Lab:
    """A group is named "table group". How many groups there are is left unmeasured: whether a
    column is nearly unique is another question, and these groups are smaller than any k."""
    rows = [(f"{t.id} {g}", e, v) for t in tables for g, e, v in t.rows()]
    schema = {"group": pl.String, "entity": pl.String, "value": pl.Float64}
    lab = Lab(con)
    made = lab.put(
        "t",
        pl.DataFrame(rows, schema, orient="row").with_columns(
            pl.concat_str("group", "entity", separator=" ").alias("entity")
        ),
        {"value": "statistics", "entity": "join_key"},
        rules=OFF,
        entity="entity",
        types_={"value": type_},
    )
    group, *others = made.columns
    unbound = replace(group, facts=replace(group.facts, distinct=None))
    lab.tables["t"] = replace(made, columns=(unbound, *others))
    return lab


def _asked(lab: Lab, rules: Rules, figure: str, *, facts: bool) -> Words:
    lab.tables["t"] = replace(lab.tables["t"], rules=rules)
    text = f'SELECT "group", {FIGURES[figure]} AS v FROM t GROUP BY "group"'
    found = lab.ask(text, facts=facts)
    assert isinstance(found, Cells), found
    out: Words = {}
    for key, (value, why) in found.by_key("v").items():
        assert (value is None) == (why is not None), (key, value, why)
        table, group = key.split(" ")
        out[table, group] = why
    return out


# What it should be -------------------------------------------------------------------------------


def expected(values: tuple[float | None, ...], rules: Rules, figure: str) -> str | None:
    """The word for a group by the formulas, exactly."""
    present = [Fraction(str(v)) for v in values if v is not None]
    if len(values) < rules.k:
        return "below_threshold"
    if figure == "count":
        return None
    if not present:
        return "empty"
    if len(present) < rules.k:
        return "below_threshold"
    if len(set(present)) == 1:
        return "uniform"
    return concentrated(sorted((abs(v) for v in present), reverse=True), rules)


def concentrated(values: list[Fraction], rules: Rules) -> str | None:
    total = sum(values, Fraction(0))
    for n, share in rules.dominance:
        if sum(values[:n]) > Fraction(str(share)) * total:
            return "dominance"
    least = Fraction(str(rules.p or 0)) * values[0]
    return "p_percent" if total - sum(values[:2]) < least else None


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.id)
def test_ours_is_the_exact_formula(table: Table, mode: str) -> None:
    for case, rules in CASES:
        for group, values in table.groups.items():
            wanted = expected(values, rules, case[2])
            assert ours(mode)[case][table.id, group] == wanted, (case, group)


# Beside ACRO -------------------------------------------------------------------------------------


def cause(release: str, case: Case, table: Table, group: str, word: str | None) -> str:
    """Why ours is not what ``release`` of ACRO said; "" where it is, "?" for no known cause."""
    if case[0] == "whole":
        return _whole(release, case[2], table, group, word)
    rule, key, _ = case
    said = KEPT[release]["tables"][table.id][group][rule][key]
    return _of_rule(release, rule, key, said, table, group, word)


def _of_rule(
    release: str, rule: str, key: str, said: bool | None, table: Table, group: str, word: str | None
) -> str:
    if said == (word is not None):
        return ""
    values = exact(table.groups[group])
    acro = deviation(release, rule, said, table, group)
    if acro:
        return acro
    violated, at_limit = {(r, k): (v, at) for r, k, v, at in formulas(values)}[rule, key]
    if said != violated and at_limit and release == NEW:
        return "binary" if rule == "p_percent" else "at_limit"
    if word in ("uniform", "empty"):
        return str(word)
    return "absolute" if said == violated and any(v < 0 for v in values) else "?"


_RULES = {"threshold": str(K), "nk": f"{NK[0]}/{NK[1]}", "p_percent": str(P)}


def _whole(release: str, figure: str, table: Table, group: str, word: str | None) -> str:
    kept = KEPT[release]["tables"][table.id][group]
    said = kept["whole"][figure]
    if said == ("pass" if word is None else "fail"):
        return ""
    if said == "review":
        return "review"
    if figure == "count":
        return "rows" if None in table.groups[group] else "counts" if release == OLD else "?"
    if release == NEW and figure == "std":
        return "moments"
    if word in ("uniform", "empty"):
        return str(word)
    causes = [
        _of_rule(
            release,
            rule,
            key,
            kept[rule][key],
            table,
            group,
            ours("doubles")[rule, key, "sum"][table.id, group],
        )
        for rule, key in _RULES.items()
    ]
    return next((c for c in causes if c not in ("", "uniform", "empty")), "?")


def counted(mode: str) -> Counter[tuple[str, str, str]]:
    """How often each (cause, release, rule) occurs."""
    found: Counter[tuple[str, str, str]] = Counter()
    for release in (OLD, NEW):
        for case, _ in CASES:
            for table in TABLES:
                for group in table.groups:
                    why = cause(release, case, table, group, ours(mode)[case][table.id, group])
                    found[why, release, case[0]] += 1
    return found


RULES = ("threshold", "nk", "p_percent", "whole")


def result_table(found: Counter[tuple[str, str, str]]) -> str:
    """The table that README.md shows."""
    causes = sorted({why for why, _, _ in found if why})
    head = "| ours beside ACRO | " + " | ".join(f"{r} {v}" for v in (OLD, NEW) for r in RULES)
    lines = [f"{head} |", "|---" * (1 + 2 * len(RULES)) + "|"]
    for why in ("", *causes):
        cells = " | ".join(str(found[why, v, r] or "") for v in (OLD, NEW) for r in RULES)
        lines.append(f"| {f'`{why}`' if why else 'the same'} | {cells} |")
    return "\n".join(lines)


def test_every_difference_from_acro_has_a_cause_that_the_readme_counts() -> None:
    found = counted("decimals")
    assert not [key for key in found if key[0] == "?"]
    assert found == counted("doubles")
    assert found == counted("measured")
    assert result_table(found) in README, result_table(found)


def test_the_readme_says_what_each_cause_means_and_names_no_other() -> None:
    part = README.split("## Ours beside ACRO")[1]
    named = set(re.findall(r"^- `(\w+)`:", part, re.M)) | set(
        re.findall(r"^\| `(\w+)` \|", README.split("## Ours beside ACRO")[0], re.M)
    )
    assert {why for why, _, _ in counted("decimals") if why} <= named
    assert set(re.findall(r"^- `(\w+)`:", part, re.M)) <= {why for why, _, _ in counted("decimals")}
