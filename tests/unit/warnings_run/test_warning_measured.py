"""What the pages say of the rules is what was measured, and not typed in."""

from __future__ import annotations

import json

from bench.warning_shipped import MEASURED, SHIPPED, rows, text

from workbench.catalogue.city import load_city


def test_the_shipped_figures_are_those_of_the_bench() -> None:
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))
    assert not measured["quick"]
    assert SHIPPED.read_text(encoding="utf-8") == text(measured)


def test_where_a_rule_does_not_beat_the_best_baseline_it_says_so() -> None:
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))
    kinds = measured["figures"]["kinds"]
    for _, kind, *_, baseline_f1, stands in rows(measured):
        best = max(one["f1"] for name, one in kinds[kind].items() if not name.startswith("ours"))
        assert baseline_f1 == round(best, 4)
        assert (stands == "better") == (kinds[kind]["ours"]["f1"] - best >= 0.01)
    assert {stands for *_, stands in rows(measured)} >= {"better", "tie"}


def test_both_pages_of_early_warning_may_show_them() -> None:
    city = load_city(SHIPPED.parents[2])
    columns = {column.name for column in city.resources["warning_benchmark"].columns}
    for name in ("warning_counts", "warning_desk"):
        (use,) = [u for u in city.scenarios[name].resources if u.resource == "warning_benchmark"]
        granted = {column.name for column in use.columns}
        assert {"kind", "f1", "baseline_f1", "stands"} <= granted <= columns
