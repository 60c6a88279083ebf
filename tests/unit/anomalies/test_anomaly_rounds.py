"""Rounds of the anomaly watch over a real store and ledger, with real uses and refusals."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import anomaly_dying
import pytest
from anomaly_house import CHEN, DAY, REFUSED, USED, WORLD, House, city_of, no_delivery
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stores import Places

from workbench.errors import Conflict, InvalidInput, Refused, StatementWrong
from workbench.model.actor import Actor, Role
from workbench.model.case import State
from workbench.model.entry import Draft
from workbench.model.entry import Event as Entered
from workbench.sharing.anomalies.closing import precision
from workbench.sharing.anomalies.facts import hours_of
from workbench.sharing.anomalies.reach import first_since
from workbench.sharing.verify import mismatches
from workbench.simulation.year import open_year
from workbench.store.anomalies import FindingState

pytestmark = pytest.mark.slow  # each plays a simulated city; of the gate are the detectors


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_year(WORLD, city_of(tmp_path), no_delivery) as year:
        yield _at(House(year))


@pytest.fixture
def stored(
    store_places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """The same on either kind of store."""
    if store_places.server is not None:
        monkeypatch.setenv("WORKBENCH_STORE", store_places.where(tmp_path))
    with open_year(WORLD, city_of(tmp_path), no_delivery) as year:
        yield _at(House(year))


def _at(house: House) -> House:
    house.at(DAY)
    return house


def beyond(house: House) -> str:
    """Five refused columns under a grant of a case; the id of the case."""
    case = house.granted()
    house.ask(USED, times=3)
    house.ask(REFUSED, times=5)
    return case.id


def test_found_once_with_its_entry_and_ordered_where_the_regulation_says_so(stored: House) -> None:
    house = stored
    case_id = beyond(house)
    done = house.watch.look()
    assert (done.found, done.ordered) == (1, 1)
    (finding,) = house.findings()
    assert (finding.rule, finding.person, finding.measure) == ("beyond_scope", "li", 5)
    assert (finding.case_id, finding.state) == (case_id, FindingState.open)
    shown = [house.year.state.store.journal.at(seq) for seq in finding.evidence]
    assert len(shown) == 5
    assert {one.keys["event"] for one in shown if one} == {"decision"}
    case = house.case(case_id)
    last = case.steps[-1]
    assert (case.state, last.actor, last.number) == (State.rectifying, "platform", finding.ordered)
    assert finding.id in last.reason
    assert str(finding.evidence[0]) in last.reason
    (entry,) = house.entries("anomaly_found")
    assert entry.detail["evidence"] == list(finding.evidence)
    for _ in range(2):
        again = house.watch.look()
        assert (again.found, again.ordered) == (0, 0)
    assert agree(house)
    house.closing.rectify(finding.id, CHEN, "so it is")
    assert house.findings()[0].state is FindingState.confirmed


def agree(house: House) -> bool:
    """Whether cases, ledger and messages say the same."""
    store = house.year.state.store
    return mismatches(store.journal, store.cases, store.messages)[1] == ()


def test_what_goes_on_is_the_same_finding_and_much_later_another(house: House) -> None:
    beyond(house)
    house.watch.look()
    house.closing.explain(house.findings()[0].id, CHEN, "a typing error")
    house.at(DAY + timedelta(days=20))
    house.ask(REFUSED, times=9)
    assert house.watch.look().found == 0
    house.at(DAY + timedelta(days=70))
    house.ask(REFUSED, times=9)
    house.watch.look()
    assert len(house.findings("beyond_scope")) == 2


def test_a_trigger_that_the_regulation_does_not_name_waits_for_an_officer(house: House) -> None:
    case = house.granted()
    house.ask(USED, times=50, rows=1)
    done = house.watch.look()
    (finding,) = house.findings("enumeration")
    assert (done.ordered, done.waiting, finding.ordered) == (0, 1, 0)
    assert house.case(case.id).state is State.active
    closed = house.closing.rectify(finding.id, CHEN, "asked them: no duty needs it")
    assert (closed.state, closed.closed_by) == (FindingState.confirmed, "chen")
    after = house.case(case.id)
    assert (after.state, after.steps[-1].actor) == (State.rectifying, "chen")
    assert closed.ordered == after.version
    (entry,) = house.entries("anomaly_closed")
    assert (entry.actor, entry.method) == ("chen", "confirmed")


def test_what_is_explained_gives_the_grant_back(house: House) -> None:
    case_id = beyond(house)
    house.watch.look()
    (finding,) = house.findings()
    house.closing.explain(finding.id, CHEN, "a typing error")
    case = house.case(case_id)
    assert (case.state, case.steps[-1].event) == (State.active, "rectified")
    with pytest.raises(Conflict, match="closed by chen already"):
        house.closing.rectify(finding.id, CHEN, "after all")
    rights = {(one.rule, one.month): one for one in precision(house.year.state.store)}
    assert rights["beyond_scope", ""].precision == 0
    assert rights["beyond_scope", "2025-02"].explained == 1


def test_a_grant_is_not_given_back_while_something_else_stands(house: House) -> None:
    case_id = beyond(house)
    house.ask(USED, times=50, rows=1)
    house.watch.look()
    assert house.watch.look().ordered == 0
    by_rule = {one.rule: one for one in house.findings()}
    walked = by_rule["enumeration"]
    house.closing.rectify(walked.id, CHEN, "so it is")
    house.closing.explain(by_rule["beyond_scope"].id, CHEN, "a typing error")
    assert house.case(case_id).state is State.rectifying
    (right,) = [
        o for o in precision(house.year.state.store) if o.rule == "enumeration" and not o.month
    ]
    assert right.precision == 1


def test_who_may_close(house: House) -> None:
    beyond(house)
    house.watch.look()
    (finding,) = house.findings()
    wang = Actor("wang", "d01", frozenset({Role.provider, Role.auditor}))
    own = Actor("li", "d03", frozenset({Role.authority}))
    for actor, error in ((wang, Refused), (own, Refused)):
        with pytest.raises(error):
            house.closing.explain(finding.id, actor, "reason")
    with pytest.raises(StatementWrong):
        house.closing.explain("none", CHEN, "reason")
    with pytest.raises((InvalidInput, Refused), match="reason"):
        house.closing.explain(finding.id, CHEN, " ")
    assert house.findings()[0].state is FindingState.open


def test_a_first_round_looks_no_further_back_than_its_rules(house: House) -> None:
    house.granted()
    house.ask(REFUSED, times=5)
    middle = house.year.state.store.journal.head()
    house.at(DAY + timedelta(days=200))
    house.ask(USED, times=2)
    journal = house.year.state.store.journal
    assert middle is not None
    assert first_since(journal, DAY) == 0
    assert first_since(journal, DAY + timedelta(days=1)) == middle.seq
    assert first_since(journal, date(2030, 1, 1)) == journal.head().seq  # type: ignore[union-attr]
    assert house.watch.look().entries == 6, "two uses of three entries each"


def test_a_first_round_knows_deliveries_of_long_ago(house: House) -> None:
    """Nobody is called late for what was delivered before the round looked at anything."""
    ledger, name = house.year.state.ledger, "r02"
    detail = {"data_date": "2024-12-31", "rows": 1}
    taken = Draft(Entered.extract_ingested, content={name: ("code",)}, detail=detail)
    position = ledger.record(taken).seq
    house.at(DAY + timedelta(days=300))
    house.granted()
    house.watch.look()
    (found,) = [one for one in house.findings("overdue_delivery") if one.resource == name]
    assert found.evidence == (position,)
    assert found.since == date(2025, 7, 4), "a quarter until the next data, another to deliver them"


def test_old_sums_are_forgotten(house: House) -> None:
    house.granted()
    house.ask(USED, times=3)
    house.watch.look()
    store = house.year.state.store.anomalies
    assert store.hours(["li"], DAY)
    house.at(DAY + timedelta(days=200))
    house.watch.look()
    assert not store.hours(["li"], DAY)


@settings(
    deadline=None,
    max_examples=examples(10),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(chance=st.randoms(use_true_random=False))
def test_entries_in_any_order_and_in_any_pages_add_up_to_the_same(
    entries: list[object], chance: object
) -> None:
    whole = hours_of(entries, ["r00", "r01"])  # type: ignore[arg-type]
    mixed = list(entries)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    cut = chance.randrange(len(mixed))  # type: ignore[attr-defined]
    parts: dict[object, object] = {}
    for page in (mixed[:cut], mixed[cut:]):
        for hour in hours_of(page, ["r00", "r01"]):  # type: ignore[arg-type]
            parts[hour.key] = parts[hour.key].and_(hour) if hour.key in parts else hour  # type: ignore[attr-defined]
    assert tuple(parts[key] for key in sorted(parts)) == whole  # type: ignore[type-var]


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """Of a real ledger: uses, look-ups and refusals of several hours."""
    folder = tmp_path_factory.mktemp("entries")
    with open_year(WORLD, city_of(folder), no_delivery) as year:  # type: ignore[arg-type]
        house = House(year)
        house.at(DAY)
        house.granted()
        for hour in (9, 10, 23):
            house.at(DAY, hour)
            house.ask(USED, times=3)
            house.ask(USED, times=7, rows=1)
            house.ask(REFUSED, times=2)
            house.ask("select code from sealed", times=2)
        found = list(year.state.store.journal.walk())
    assert {Entered.decision.value, "release_closed"} <= {one.keys["event"] for one in found}
    return found


@pytest.mark.parametrize(
    "point",
    [
        "found",
        pytest.param("taken in", marks=pytest.mark.slow),
        pytest.param("ordered", marks=pytest.mark.slow),
    ],
)
def test_killed_at_the_worst_moment(tmp_path: Path, point: str) -> None:
    """Between taking in and finding, between the finding and its case, and between the case and the
    note of it: the next round finds and orders everything, once."""
    with open_year(WORLD, city_of(tmp_path), no_delivery) as year:
        case_id = beyond(made := _at(House(year)))
        now = made.year.clock.now
        words = [sys.executable, anomaly_dying.__file__, str(city_of(tmp_path)), point]
        words.append(now.isoformat())
        child = subprocess.run(words, check=False, capture_output=True, text=True, env=_path())
        assert child.returncode == -9, child.stderr
        made.watch.look()
        (finding,) = made.findings()
        case = made.case(case_id)
        notices = [step for step in case.steps if step.event == "notify"]
        assert [step.number for step in notices] == [finding.ordered]
        assert len(made.entries("anomaly_found")) == 1
        assert agree(made)


def _path() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
