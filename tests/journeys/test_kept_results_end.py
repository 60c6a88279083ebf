"""The moment at which a kept result may be given no more, asked before any sweep has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import page_city as pc
import pytest

from workbench.errors import Code, WorkbenchError
from workbench.extracts.recall import Wish, recall
from workbench.gateway.assemble import Workbench
from workbench.model.actor import Role
from workbench.model.days import CHINA, day_of
from workbench.query_path.kept import Key
from workbench.trial.city import SCENARIO

pytestmark = pytest.mark.slow


LI, WANG = pc.page("li"), pc.page("wang")
SUM = "select city, sum(value) as v from price group by city order by city"
TOWNS = "select count(*) as n from person"
MANY = "select r.range, city from range(300000) r, price order by 1, 2"
SLOW = "select count(*) as n from range(4000000000) r, price where r.range % 7 = value"
NEXT = "city,day,value\n丙,2026-01-01,9\n"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pc.write_pages(tmp_path_factory.mktemp("pages"))


@pytest.fixture
def clock() -> pc.Clock:
    return pc.Clock()


@pytest.fixture
def bench(city: Path, tmp_path: Path, clock: pc.Clock) -> Iterator[Workbench]:
    with pc.opened(pc.copied(city, tmp_path), clock) as opened:
        yield opened


@pytest.fixture
def unswept(bench: Workbench) -> Workbench:
    """What is refused here is refused by the query itself: nobody sweeps any more."""
    bench.query_path._watch.close()
    return bench


def kept(bench: Workbench) -> list[Key]:
    return list(bench.query_path._kept._results)


def again(bench: Workbench, sql: str, who: Any = WANG) -> bool:
    return pc.given_again(bench, pc.ask(bench, sql, who)[1]) is not None


def refused(bench: Workbench, sql: str, who: Any = WANG) -> Code:
    with pytest.raises(WorkbenchError) as raised:
        pc.ask(bench, sql, who)
    return raised.value.code


# Midnight -----------------------------------------------------------------------------------------


def until_midnight(clock: pc.Clock) -> timedelta:
    """From now to the end of the day in China."""
    tomorrow = day_of(clock()) + timedelta(days=1)
    return datetime.combine(tomorrow, time(), CHINA) - clock()


def ending_today(bench: Workbench, clock: pc.Clock) -> None:
    last = day_of(clock())
    pc.edit_scenario(bench.city().root, lambda s: s.update(valid_until=last.isoformat()))
    pc.eventually(lambda: bench.city().scenarios[SCENARIO].valid_until == last)


def test_yesterday_s_result_is_given_to_nobody_once_its_grant_has_ended(
    bench: Workbench, clock: pc.Clock
) -> None:
    clock.ahead += until_midnight(clock) - timedelta(minutes=5)
    ending_today(bench, clock)
    bench.query_path._watch.close()
    for sql in (SUM, TOWNS):
        pc.ask(bench, sql, LI)
        assert again(bench, sql), "all of the last day, to its last minutes"
    clock.ahead += until_midnight(clock)
    assert len(kept(bench)) == 2, "no sweep has come"
    for sql in (SUM, TOWNS):
        assert refused(bench, sql) is Code.grant_expired
    assert bench.query_path._standing.sweep()
    assert kept(bench) == []


def test_yesterday_s_result_is_today_s_where_no_grant_ends(
    bench: Workbench, clock: pc.Clock
) -> None:
    rows, _ = pc.ask(bench, SUM, LI)
    clock.ahead += until_midnight(clock) + timedelta(hours=1)
    assert bench.query_path._standing.sweep()
    same, info = pc.ask(bench, SUM, WANG)
    assert rows == same
    assert pc.given_again(bench, info) is not None


def test_who_waits_for_a_result_over_midnight_is_given_none(
    bench: Workbench, clock: pc.Clock
) -> None:
    clock.ahead += until_midnight(clock) - timedelta(minutes=5)
    ending_today(bench, clock)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(refused, bench, SLOW, LI)
        pc.eventually(lambda: bool(bench.query_path._kept._making))
        second = pool.submit(refused, bench, SLOW, WANG)
        pc.eventually(lambda: len(bench.query_path.running(LI.id)) == 2)
        clock.ahead += until_midnight(clock)
        codes = {first.result(timeout=20), second.result(timeout=20)}
    assert codes == {Code.grant_revoked}
    assert kept(bench) == []


def test_what_was_computed_over_midnight_is_not_kept(unswept: Workbench, clock: pc.Clock) -> None:
    clock.ahead += until_midnight(clock) - timedelta(minutes=5)
    ending_today(unswept, clock)
    with unswept.query_path.run(LI, SCENARIO, SUM, method="test", medium="memory") as running:
        clock.ahead += until_midnight(clock)
        assert sum(batch.num_rows for batch in running) == 2, "it began while the grant stood"
    assert kept(unswept) == []


# Who looks ----------------------------------------------------------------------------------------


CHANGES: dict[str, tuple[Callable[[Workbench, str], None], Code]] = {
    "disabled": (lambda bench, who: bench.store.users.disable(who), Code.user_disabled),
    "password": (
        lambda bench, who: bench.store.users.set_password(who, "another long password"),
        Code.token_expired,
    ),
    "roles": (
        lambda bench, who: bench.store.users.set_roles(who, {Role.leader}),
        Code.token_expired,
    ),
}


@pytest.mark.parametrize(("change", "code"), CHANGES.values(), ids=CHANGES)
def test_what_runs_ends_with_the_session_that_it_was_asked_in(
    change: Callable[[Workbench, str], None], code: Code, bench: Workbench
) -> None:
    """Who computes, who waits for it, and a person themselves; not the other viewer."""
    with ThreadPoolExecutor(3) as pool:
        page = pool.submit(refused, bench, SLOW, WANG)
        person = pool.submit(refused, bench, SLOW, pc.person("wang"))
        pc.eventually(lambda: bool(bench.query_path._kept._making))
        other = pool.submit(pc.ask, bench, SLOW.replace("4000000000", "4"), LI)
        pc.eventually(lambda: len(bench.query_path._active.all()) == 3)
        change(bench, "wang")
        assert page.result(timeout=20) is code
        assert person.result(timeout=20) is code
        assert other.result(timeout=20)[0] == [(3,)]
    pc.ask(bench, SUM, LI)
    if code is not Code.user_disabled:  # in a new session
        assert again(bench, SUM, WANG)


# Other data ---------------------------------------------------------------------------------------


def delivered(bench: Workbench) -> None:
    pc.deliver(bench, bench.city().root, "price", NEXT)


def recalled(bench: Workbench, version: int) -> None:
    recall(bench.extracts, Wish("price", version, "x", "counted twice"), bench.clock)


def test_a_result_of_older_data_is_no_answer_any_more(unswept: Workbench) -> None:
    pc.ask(unswept, SUM, LI)
    delivered(unswept)
    assert len(kept(unswept)) == 1, "no sweep has come"
    rows, info = pc.ask(unswept, SUM, WANG)
    assert rows == [("丙", 9)]
    assert pc.given_again(unswept, info) is None
    assert again(unswept, SUM)


def test_a_recalled_result_is_no_answer_any_more(unswept: Workbench) -> None:
    pc.ask(unswept, SUM, LI)
    delivered(unswept)
    pc.ask(unswept, SUM, LI)
    recalled(unswept, 1)
    assert pc.ask(unswept, SUM, WANG)[0] == [("乙", 3), ("甲", 3)]
    recalled(unswept, 0)
    assert refused(unswept, SUM) is Code.extract_recalled


@pytest.mark.parametrize(
    "end", [delivered, lambda bench: recalled(bench, 0)], ids=["new", "recall"]
)
def test_what_was_half_read_when_its_data_went_is_not_kept(
    end: Callable[[Workbench], None], unswept: Workbench
) -> None:
    with unswept.query_path.run(LI, SCENARIO, MANY, method="test", medium="memory") as running:
        batches = iter(running)
        next(batches)
        end(unswept)
        for _ in batches:
            pass
    assert kept(unswept) == []


def test_who_waits_for_a_result_that_is_recalled_is_given_none(bench: Workbench) -> None:
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(refused, bench, SLOW, LI)
        pc.eventually(lambda: bool(bench.query_path._kept._making))
        second = pool.submit(refused, bench, SLOW, WANG)
        pc.eventually(lambda: len(bench.query_path.running(LI.id)) == 2)
        recalled(bench, 0)
        assert first.result(timeout=20) is second.result(timeout=20) is Code.extract_recalled
    assert kept(bench) == []


# Statistics ---------------------------------------------------------------------------------------


def a_stricter_rule(scenario: dict[str, Any]) -> None:
    scenario["resources"][1]["disclosure"] = {"k": 5}


def a_mask(scenario: dict[str, Any]) -> None:
    scenario["resources"][1]["columns"]["town"] = {"use": "value", "mask": {"kind": "pseudonym"}}


def fewer_rows(scenario: dict[str, Any]) -> None:
    scenario["resources"][1]["rows"] = [{"column": "town", "op": "=", "value": "东"}]


def bands(contract: dict[str, Any]) -> None:
    """Without another version of the contract."""
    properties = contract["schema"][0]["properties"][2]["customProperties"]
    properties.append({"property": "bands", "value": [0, 1000]})


def not_shared(contract: dict[str, Any]) -> None:
    for one in contract["customProperties"]:
        if one["property"] == "sharingType":
            one["value"] = "not_shared"


SHAPES: dict[str, Callable[[Path], None]] = {
    "rules": lambda root: pc.edit_scenario(root, a_stricter_rule),
    "mask": lambda root: pc.edit_scenario(root, a_mask),
    "rows": lambda root: pc.edit_scenario(root, fewer_rows),
    "bands": lambda root: pc.edit_contract(root, "person", bands),
    "settings": lambda root: pc.edit_city(root, lambda c: c["settings"].update(p_percent=11)),
}


@pytest.mark.parametrize("change", SHAPES.values(), ids=SHAPES)
def test_a_statistic_s_key_holds_all_that_it_is_protected_by(
    change: Callable[[Path], None], bench: Workbench
) -> None:
    """Not only that an edit drops all: were it kept, it would lie under another key."""
    before, _ = pc.ask(bench, pc.BY_TOWN, LI)
    (old,) = kept(bench)
    known = bench.city()
    change(known.root)
    pc.eventually(lambda: bench.city() is not known)
    after, info = pc.ask(bench, pc.BY_TOWN, WANG)
    assert pc.given_again(bench, info) is None
    pc.eventually(lambda: again(bench, pc.BY_TOWN))  # what was just written is read twice
    (new,) = kept(bench)
    assert (old.workspace, old.asked) != (new.workspace, new.asked)
    assert (old.page, old.place) == (new.page, new.place)
    if change in (SHAPES["rules"], SHAPES["mask"], SHAPES["rows"]):
        assert before != after


def test_what_is_shared_no_more_is_not_given_again(bench: Workbench) -> None:
    pc.ask(bench, pc.BY_TOWN, LI)
    known = bench.city()
    pc.edit_contract(known.root, "person", not_shared)
    pc.eventually(lambda: bench.city() is not known)
    with pytest.raises(WorkbenchError):
        pc.ask(bench, pc.BY_TOWN, WANG)
    assert kept(bench) == []
