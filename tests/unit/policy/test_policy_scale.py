"""A city a hundred times as large: no decision takes longer, and a listing stays short."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median

import pytest
from big_city import (
    ISSUE,
    Made,
    Size,
    analyst_of,
    column_name,
    made_city,
    resource_name,
    scenario_name,
    uses_of,
    write_big_city,
)

from workbench.catalogue.city import City, load_city
from workbench.gateway.answers import CatalogueEntry, VisibleGrant, json_bytes
from workbench.gateway.sources import all_grants
from workbench.model.decision import Deny, Permit
from workbench.policy.decide import decide
from workbench.policy.reasons import explain_missing
from workbench.policy.visible import usable_scenarios, visible
from workbench.sql.inspect import inspect
from workbench.sql.screen import screen

TODAY = date(2026, 11, 22)
SMALL = Size(resources=20, columns=25, grants=10, departments=4)
BOUND = 1.3
"""A scan of the larger city would take about a hundred times as long."""


@pytest.fixture(scope="module")
def small() -> Made:
    return made_city(SMALL)


@pytest.fixture(scope="module")
def large() -> Made:
    return made_city(ISSUE)


def statements(size: Size) -> dict[str, str]:
    """What is asked of the last scenario, and what must come of it."""
    number = size.scenarios - 1
    first, second = uses_of(number, size)[:2]
    other = (first - 1) % size.resources
    a, b = resource_name(first), resource_name(second)
    granted, withheld = column_name(first, 2), column_name(first, 1)
    return {
        "permit": f"select {granted}, count(*) from {a} join {b} on {granted} = "
        f"{column_name(second, 0)} where {granted} <> 'x' group by 1",
        "permit folded": f"select {granted.upper()} from {a.upper()}",
        "column refused": f"select {withheld} from {a}",
        "table refused": f"select * from {resource_name(other)}",
        "table unknown": "select * from somewhere_else",
        "scenario refused": "select 1",
    }


def asked(made: Made, size: Size, what: str) -> Callable[[], Permit | Deny]:
    sql = statements(size)[what]
    scenario = "s9999" if what == "scenario refused" else scenario_name(size.scenarios - 1)
    actor = analyst_of(size.scenarios - 1, size)

    def ask() -> Permit | Deny:
        assert not screen(sql)
        reads = inspect(sql, made.names)
        return decide(actor, scenario, made.scenarios, made.grants, made.resources, reads, TODAY)

    return ask


def seconds(work: Callable[[], object], times: int = 15) -> float:
    """Of this thread on the processor: other processes do not count."""
    found = []
    for _ in range(times):
        start = time.thread_time()
        work()
        found.append(time.thread_time() - start)
    return median(found)


def ratio(large: Callable[[], object], small: Callable[[], object]) -> float:
    """The smallest of a few ratios measured side by side: noise only ever adds."""
    large(), small()
    return min(seconds(large) / seconds(small) for _ in range(5))


@pytest.mark.parametrize("what", statements(SMALL))
def test_a_decision_takes_no_longer_in_a_large_city(small: Made, large: Made, what: str) -> None:
    in_small, in_large = asked(small, SMALL, what), asked(large, ISSUE, what)
    assert type(in_small()) is type(in_large())
    assert isinstance(in_large(), Permit) == what.startswith(("permit", "table unknown"))
    assert ratio(in_large, in_small) <= BOUND


def test_nor_does_what_is_asked_around_it(small: Made, large: Made) -> None:
    """The person's scenarios, and why the engine found no such table."""

    def around(made: Made, size: Size) -> Callable[[], object]:
        number = size.scenarios - 1
        scenario = made.scenarios[scenario_name(number)]
        actor = analyst_of(number, size)
        held = made.grants.held(actor.department, scenario.id)
        reads = inspect("select 1")
        other = resource_name((uses_of(number, size)[0] - 1) % size.resources).upper()

        def ask() -> None:
            for name in (other, "nowhere"):
                explain_missing("table", name, reads, scenario, held, made.resources)

        return ask

    assert ratio(around(large, ISSUE), around(small, SMALL)) <= BOUND


def test_what_a_person_sees_is_listed_within_a_second(large: Made) -> None:
    """At worst one department holds all 1,000 grants; its people see 12,500 columns of them, and
    the catalogue of 50,000."""
    size = replace(ISSUE, departments=1)
    made = made_city(size)
    actor = analyst_of(0, size)

    def listing() -> int:
        lines = visible(actor, made.scenarios, made.grants, made.resources, TODAY)
        return sum(len(json_bytes(VisibleGrant.of(line))) for line in lines)

    def catalogue() -> int:
        return sum(len(json_bytes(CatalogueEntry.of(r))) for r in large.resources.values())

    assert len(visible(actor, made.scenarios, made.grants, made.resources, TODAY)) == 1000
    assert len(usable_scenarios(actor, made.scenarios, made.grants, TODAY)) == 100
    assert seconds(listing, 3) < 1
    assert seconds(catalogue, 1) < 4
    other = analyst_of(7, ISSUE)
    assert seconds(
        lambda: visible(other, large.scenarios, large.grants, large.resources, TODAY), 3
    ) < 0.1  # fmt: skip


def test_the_city_in_memory_is_the_one_in_the_files(tmp_path: Path) -> None:
    size = Size(resources=12, columns=5, grants=30, departments=3)
    city: City = load_city(write_big_city(tmp_path, size))
    made = made_city(size)
    assert city.resources == made.resources
    assert city.scenarios == made.scenarios
    assert all_grants(city, {}) == made.grants
    assert city.names == made.names


def test_literals_and_names_are_told_apart_among_fifty_thousand_names(large: Made) -> None:
    """Names of the catalogue stay in the ledger's form of a statement, anything else goes."""
    assert len(large.names) == 52_000
    names = large.names | {"身份证号", "mobile 13800138000"}
    said = inspect(
        'select "r01999_c024", "R00007_C003", 身份证号, "mobile 13800138000", "13912345678", '
        "张三, r01999_c999999 from r01999 where r01999_c000 = 'r00007_c003'",
        names,
    )
    assert said.normal == (
        'select "r01999_c024", "R00007_C003", 身份证号, "mobile 13800138000", "?", ?, ? '
        "from r01999 where r01999_c000 = ?"
    )
