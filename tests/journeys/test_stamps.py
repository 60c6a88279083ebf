"""What an open page is told of the answers that it shows: that they may be others by now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import attached_city as at
import page_city as pc
import pytest

from workbench.client import connect
from workbench.extracts.recall import Wish, recall
from workbench.gateway.assemble import Workbench
from workbench.gateway.doors import Gateway
from workbench.model.actor import Actor
from workbench.trial.city import SCENARIO

LI = pc.page("li")
ALL = "select * from staff order by id"


@pytest.fixture
def clock() -> pc.Clock:
    return pc.Clock()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pc.write_pages(tmp_path_factory.mktemp("pages"))


@pytest.fixture
def bench(city: Path, tmp_path: Path, clock: pc.Clock) -> Iterator[Workbench]:
    with pc.opened(pc.copied(city, tmp_path), clock) as opened:
        yield opened


def stamp(bench: Workbench, who: Actor = LI, scenario: str = SCENARIO) -> str:
    return bench.query_path.stamp(who, scenario)


def test_it_is_the_same_for_all_viewers_while_nothing_changes(
    bench: Workbench, clock: pc.Clock
) -> None:
    first = stamp(bench)
    assert len(bytes.fromhex(first)) == 16
    pc.ask(bench, "select count(*) from price", LI)
    clock.ahead += timedelta(days=400)  # no end depends on these days
    assert stamp(bench) == stamp(bench, pc.page("wang")) == first
    assert stamp(bench, pc.page("li", "desk")) != first, "another page has other grants"


def test_what_is_not_ones_own_is_all_alike(bench: Workbench) -> None:
    unlisted = stamp(bench, pc.page("chen"))
    unknown = {stamp(bench, LI, name) for name in ("nothing", "", "x" * 128)}
    assert len(unknown) == 1
    assert stamp(bench, pc.page("li", "nothing")) in unknown
    assert unlisted not in {stamp(bench), *unknown}, "it changes when the page lists them"


def a_row_less(scenario: dict[str, Any]) -> None:
    scenario["resources"][0]["rows"] = [{"column": "city", "op": "=", "value": "甲"}]


def a_stricter_rule(scenario: dict[str, Any]) -> None:
    scenario["resources"][1]["disclosure"] = {"k": 7}


def an_end(scenario: dict[str, Any]) -> None:
    scenario["valid_until"] = "2090-01-01"


def no_viewer(scenario: dict[str, Any]) -> None:
    scenario["pages"][0]["viewers"] = ["wang"]


def bands(contract: dict[str, Any]) -> None:
    """Without another version of the contract."""
    properties = contract["schema"][0]["properties"][2]["customProperties"]
    properties.append({"property": "bands", "value": [0, 1000]})


def not_final(contract: dict[str, Any]) -> None:
    contract["customProperties"].append({"property": "figureStatus", "value": "preliminary"})


def requirements(contract: dict[str, Any]) -> None:
    contract["customProperties"].append({"property": "usageRequirements", "value": "不得转让"})


CHANGES: dict[str, Callable[[Workbench, Path], object]] = {
    "rows": lambda _, city: pc.edit_scenario(city, a_row_less),
    "rules": lambda _, city: pc.edit_scenario(city, a_stricter_rule),
    "end": lambda _, city: pc.edit_scenario(city, an_end),
    "viewers": lambda _, city: pc.edit_scenario(city, no_viewer),
    "bands": lambda _, city: pc.edit_contract(city, "person", bands),
    "obligation": lambda _, city: pc.edit_contract(city, "price", requirements),
    "status": lambda _, city: pc.edit_contract(city, "price", not_final),
    "settings": lambda _, city: pc.edit_city(city, lambda c: c["settings"].update(threshold_k=4)),
    "extract": lambda bench, city: pc.deliver(
        bench, city, "price", "city,day,value\n丙,2026-01-01,9\n"
    ),
    "revocation": lambda bench, _: bench.store.revocations.revoke(
        f"{SCENARIO}/page:board/price", bench.clock().date(), "x", "y"
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_of_what_shapes_an_answer_is_told(
    change: Callable[[Workbench, Path], object], bench: Workbench
) -> None:
    before = stamp(bench)
    change(bench, bench.city().root)
    pc.eventually(lambda: stamp(bench) != before)
    assert stamp(bench) == stamp(bench)


def test_a_recall_gives_the_stamp_of_before(bench: Workbench) -> None:
    before = stamp(bench)
    pc.deliver(bench, bench.city().root, "price", "city,day,value\n丙,2026-01-01,9\n")
    assert stamp(bench) != before
    wish = Wish("price", 1, "x", "counted twice")
    recall(bench.extracts, wish, bench.clock)
    assert stamp(bench) == before


def test_an_end_is_told_on_its_day(bench: Workbench, clock: pc.Clock) -> None:
    pc.edit_scenario(
        bench.city().root,
        lambda s: s.update(valid_until=(clock() + timedelta(days=3)).date().isoformat()),
    )
    clock.ahead += timedelta(seconds=5)
    pc.eventually(lambda: bench.city().scenarios[SCENARIO].valid_until.year < 9000)
    before = stamp(bench)
    clock.ahead += timedelta(days=1)
    assert stamp(bench) == before
    clock.ahead += timedelta(days=4)
    assert stamp(bench) != before


def test_nothing_is_recorded_or_built_for_it(bench: Workbench) -> None:
    head = bench.store.journal.head()
    for _ in range(3):
        stamp(bench)
    assert bench.store.journal.head() == head
    assert list((bench.layout.workspaces / "b").iterdir()) == []


def test_a_client_asks_for_it(bench: Workbench) -> None:
    gateway = Gateway(bench, "1")
    try:
        session = bench.auth.page_session("board", "li")
        with connect(gateway.http, token=session, scenario=SCENARIO) as connection:
            assert connection.stamp() == connection.stamp(SCENARIO) == stamp(bench)
            assert connection.stamp("nothing") == stamp(bench, LI, "nothing")
    finally:
        gateway.stop()


def test_a_pull_is_told_and_when_it_is_due(tmp_path: Path, clock: pc.Clock) -> None:
    at.write_attached(tmp_path, at.server_of("sqlite", None, "10m"))
    at.fill_sqlite(tmp_path)
    li = pc.person("li")
    with pc.opened(tmp_path, clock) as bench:
        bench.store.users.add("li", pc.PASSWORD, "user", li.roles)
        never = stamp(bench, li)
        pc.ask(bench, ALL, li)
        pulled = stamp(bench, li)
        assert pulled != never
        clock.ahead += timedelta(minutes=9)
        assert stamp(bench, li) == pulled
        clock.ahead += timedelta(minutes=1)
        due = stamp(bench, li)
        assert due not in (never, pulled)
        assert stamp(bench, li) == due
        pc.ask(bench, ALL, li)
        assert stamp(bench, li) not in (due, pulled)
