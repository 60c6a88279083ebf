"""Attacks on the compare mode: what each is told, and what it has used up of its attacker's tries.

A real gateway by a clock of ours; the product's own client, and one of the attacker's own making.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.flight as fl
import pytest
from compare_city import SCENARIO, SECOND, Comparing, comparing, make, resident

from workbench.client.compare import hashed
from workbench.client.release import info_of
from workbench.errors import Code, LimitReached, WorkbenchError
from workbench.ledger import record
from workbench.ledger.chain import compose
from workbench.model.actor import Actor, Role
from workbench.model.canonical import digest
from workbench.model.comparison import Comparison
from workbench.model.entry import Draft, Event
from workbench.wire import TEMPLATE
from workbench.workspace.process import Worker

MARKS = re.compile(r"CANARY|77100\d\d|1101011\d{11}")
"""Names, incomes and people: no error may hold one."""
_CODE = re.compile(r"\[(" + "|".join(Code) + r")\]")
_fresh = count(1)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("attacks"), compare_misses_alert=1_000_000)


@pytest.fixture(scope="module")
def city(root: Path) -> Iterator[Comparing]:
    with comparing(root) as found:
        yield found


@pytest.fixture
def victim() -> int:
    """A taxpayer that no other test has tried: 1 to 60 are there."""
    return next(_fresh)


def clean(said: str) -> None:
    assert not MARKS.search(said), said


@pytest.fixture(scope="module")
def narrow_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    limits = {"compare_keys_per_call": 30, "compare_keys_per_day": 40, "compare_misses_alert": 4}
    return make(tmp_path_factory.mktemp("narrow"), compare_tries_per_key=100, **limits)


@pytest.fixture(scope="module")
def narrow_gateway(narrow_root: Path) -> Iterator[Comparing]:
    with comparing(narrow_root) as found:
        yield found


@pytest.fixture
def narrow(narrow_gateway: Comparing) -> Comparing:
    """Low limits by the day, and a day that nobody has used."""
    narrow_gateway.next_day()
    return narrow_gateway


@dataclass
class Used:
    keys: int = 0
    tries: int = 0


@contextmanager
def using(city: Comparing, person: str = "li") -> Iterator[Used]:
    """What is used up meanwhile."""
    keys, tries = city.counted("keys", person), city.tries()
    used = Used()
    yield used
    used.keys, used.tries = city.counted("keys", person) - keys, city.tries() - tries


def told(city: Comparing, *asked: Any, person: str = "li", **more: Any) -> str | list[str]:
    """The outcomes, or the code of the refusal."""
    try:
        found = city.client(person).compare(*asked, **more)
    except WorkbenchError as error:
        clean(error.to_json())
        return error.code.value
    column: list[str] = found.table.columns[-1].to_pylist()
    return column


def sent(city: Comparing, body: Any, person: str = "li") -> str | list[str]:
    """What a client of the attacker's own making is told."""
    try:
        table = city.body(person, body)
    except (fl.FlightError, pa.ArrowException) as error:
        said = f"{error}\n{getattr(error, 'extra_info', b'')!r}"
        clean(said)
        found = _CODE.search(said)
        return found[1] if found else "?"
    column: list[str] = table.columns[-1].to_pylist()
    return column


def guess(city: Comparing, victim: int, value: Any, **more: Any) -> str | list[str]:
    return told(city, "tax", {"code": "paid"}, [victim], [value], **more)


# Guessing a value by trying ----------------------------------------------------------------------


def test_three_different_values_of_one_key_and_no_fourth(city: Comparing, victim: int) -> None:
    with using(city) as used:
        assert [guess(city, victim, v) for v in (1, 2, 3)] == [["no_match"]] * 3
        assert guess(city, victim, victim * 1000 + 2020) == "compare_limit"
    assert (used.keys, used.tries) == (3, 3)


def test_the_same_value_again_in_any_spelling_is_no_new_try(city: Comparing, victim: int) -> None:
    with using(city) as used:
        for value in (5, "5", "5.00", 5.0, "05"):
            assert guess(city, victim, value) == ["no_match"]
    assert (used.keys, used.tries) == (5, 1)


def test_waiting_for_tomorrow_gives_no_tries(city: Comparing, victim: int) -> None:
    for value in (1, 2, 3):
        assert guess(city, victim, value) == ["no_match"]
        city.next_day()
    assert guess(city, victim, 4) == "compare_limit"
    city.next_day(26)  # the 30th day of the first
    assert guess(city, victim, 4) == "compare_limit"
    city.next_day()
    assert guess(city, victim, 4) == ["no_match"]
    assert guess(city, victim, 5) == "compare_limit", "the second is still in the window"


def test_colleagues_have_no_tries_of_their_own(city: Comparing, victim: int) -> None:
    people = ("li", "wang", "zhao")
    for value, person in enumerate(people):
        assert guess(city, victim, value, person=person) == ["no_match"]
    for person in people:
        assert guess(city, victim, 9, person=person) == "compare_limit"


@pytest.mark.parametrize("how", [False, True])
def test_another_scenario_has_no_tries_of_its_own(city: Comparing, victim: int, how: bool) -> None:
    assert guess(city, victim, 1, hashed=how) == ["no_match"]
    assert guess(city, victim, 2, scenario=SECOND, hashed=how) == ["no_match"]
    assert guess(city, victim, 3, hashed=not how) == ["no_match"]
    assert guess(city, victim, 4, scenario=SECOND, hashed=how) == "compare_limit"
    assert guess(city, victim, 4, scenario=SECOND, hashed=not how) == "compare_limit"


def test_a_page_has_no_tries_of_its_own_and_counts_for_its_viewer(
    city: Comparing, victim: int
) -> None:
    page = Actor("page:desk", "page:desk", frozenset({Role.page}), "zhao", "user")
    path, how = city.bench.query_path, {"method": "compare", "medium": "memory"}

    def shown(value: int, actor: Actor = page) -> int:
        body = Comparison.of("tax", {"code": "paid"}, [victim], [value]).to_body()
        with path.template(actor, SECOND, body, **how) as running:
            return sum(batch.num_rows for batch in running)

    with using(city, "zhao") as zhao, using(city, "page:desk") as none:
        assert [shown(value) for value in (1, 2)] == [1, 1]
    assert (zhao.keys, none.keys, zhao.tries) == (2, 0, 2)
    assert guess(city, victim, 3) == ["no_match"]
    with pytest.raises(LimitReached) as caught:
        shown(4)
    assert caught.value.code is Code.compare_limit
    with pytest.raises(WorkbenchError) as unlisted:
        shown(1, replace(page, viewer="li"))
    assert unlisted.value.code is Code.viewer_not_listed


def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    root = make(tmp_path)
    with comparing(root) as city:
        assert told(city, "tax", {"code": "paid"}, [1] * 3, [1, 2, 3]) == ["no_match"] * 3
    with comparing(root, city.clock) as city:
        assert guess(city, 1, 4) == "compare_limit"
        assert (city.counted("keys"), city.counted("misses"), city.tries()) == (3, 3, 3)


def test_several_values_in_one_batch_are_several_tries(city: Comparing, victim: int) -> None:
    asked = "tax", {"code": "paid"}
    with using(city) as used:
        assert told(city, *asked, [victim] * 2, [1, 2]) == ["no_match"] * 2
        assert told(city, *asked, [victim] * 2, [2, 3]) == ["no_match"] * 2
        assert told(city, *asked, [victim] * 2, [3, 4]) == "compare_limit"
    assert (used.keys, used.tries) == (4, 3)


def test_a_batch_that_is_refused_tries_none_of_its_keys(city: Comparing, victim: int) -> None:
    other = next(_fresh)
    with using(city) as used:
        keys = [other, *[victim] * 4]
        assert told(city, "tax", {"code": "paid"}, keys, [1, 1, 2, 3, 4]) == "compare_limit"
    assert (used.keys, used.tries) == (0, 0)
    with pytest.raises(LimitReached) as caught:
        city.client().compare("tax", {"code": "paid"}, keys, [1, 1, 2, 3, 4])
    assert "the key of 4 rows (rows 2, 3, 4, 5)" in caught.value.said("en")


def test_ten_thousand_values_of_one_key(city: Comparing, victim: int) -> None:
    with using(city) as used:
        many = list(range(10_000))
        assert told(city, "tax", {"code": "paid"}, [victim] * 10_000, many) == "compare_limit"
    assert (used.keys, used.tries) == (0, 0)


def test_parts_of_a_row_give_no_endless_tries(city: Comparing, victim: int) -> None:
    """Each year may be tried; each combination of columns that narrows is not a new allowance."""
    values, got = iter(range(1000)), 0
    for year in range(2000, 2040):
        for _ in range(3):
            keys = [[victim, year]]
            got += told(city, "tax", ["code", "year"], keys, {"paid": [next(values)]}) == [
                "no_match"
            ]
    assert got == 30
    regions = [[victim, f"R{i}"] for i in range(9)]
    assert told(city, "tax", ["code", "region"], regions, {"paid": range(9)}) == "compare_limit"
    assert guess(city, victim, 5000) == ["no_match"], "the whole key has its own three"


def test_a_secret_column_in_the_key_is_tried_as_well(city: Comparing, victim: int) -> None:
    """Knowing one compared column, an attacker puts the guess for another one into the key."""
    known = victim * 1000 + 2020
    with using(city) as used:
        for grade in "XYZ":
            asked = told(city, "tax", ["code", "grade"], [[victim, grade]], {"paid": [known]})
            assert asked == ["no_match"]
    assert used.tries == 6
    right = "ABC"[victim % 3]
    assert told(city, "tax", ["code", "grade"], [[victim, right]], {"paid": [known]}) == (
        "compare_limit"
    )
    assert told(city, "tax", {"code": "grade"}, [victim], [right]) == "compare_limit"
    assert guess(city, victim, known) == "compare_limit", "that column was tried with each"


def test_what_a_mask_hides_is_tried_when_it_stands_in_the_key(city: Comparing, victim: int) -> None:
    """Its own value is known to match: the day, of which the mask leaves the year, is the guess."""
    known = victim * 1000 + 2020
    days = [f"2001-02-{(victim - n) % 28 + 1:02}" for n in (1, 2, 3, 0)]
    for day in days[:3]:
        wrong = told(city, "tax", ["code", "opened"], [[victim, day]], {"paid": [known]})
        assert wrong == ["no_match"]
    keys = [[victim, days[3]]]
    assert told(city, "tax", ["code", "opened"], keys, {"grade": ["?"]}) == "compare_limit"
    assert told(city, "tax", ["code", "opened"], keys, {"paid": [known]}) == "compare_limit"


def test_the_last_try_goes_to_one_of_two(city: Comparing, victim: int) -> None:
    guess(city, victim, 0)
    for person in ("li", "wang", "zhao"):
        city.client(person)
    with ThreadPoolExecutor(3) as pool:
        found = list(
            pool.map(
                lambda pair: guess(city, victim, pair[0], person=pair[1]),
                ((1, "li"), (2, "wang"), (3, "zhao")),
            )
        )
    assert found.count("compare_limit") == 1


def test_a_crash_between_charge_and_lookup_gives_no_free_try(
    city: Comparing, victim: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    guess(city, victim, 0)

    def died(*_: Any) -> None:
        raise RuntimeError("the machine fails here")

    with using(city) as used, monkeypatch.context() as patched:
        patched.setattr(Worker, "run", died)
        assert guess(city, victim, 1) == "internal"
    assert (used.keys, used.tries) == (1, 1)


# Who is in it -----------------------------------------------------------------------------------


def test_a_key_that_is_not_there_is_told_as_a_wrong_value(city: Comparing) -> None:
    """Outcome, shape, bytes, description and record: all but the entry's place are equal."""
    seen = []
    for code in (next(_fresh), 987_654):
        table = city.body("li", Comparison.of("tax", {"code": "paid"}, [code], [1]).to_body())
        closed = city.entries(Event.release_closed)[-1]
        assert closed["detail"].pop("seconds") >= 0
        told_ = {**info_of(table.schema).to_dict(), "id": "", "ledger_seq": 0}
        seen.append((table.to_pydict(), told_, closed["detail"]))
    assert seen[0] == seen[1]
    assert seen[0][2]["compared"] == {"keys": 1, "no_match": 1}


@pytest.mark.parametrize("value", ["seventeen", 1.005, "2024-01-01", True, [1], {"a": 1}, 10**30])
def test_a_wrong_type_tells_nothing_of_a_key(city: Comparing, value: Any) -> None:
    body = Comparison.of("tax", {"code": "paid"}, [1], [1]).to_body()
    with using(city) as used:
        found = {sent(city, {**body, "keys": [[key]], "values": [[value]]}) for key in (1, 987_654)}
    assert found == {"invalid_request"}
    assert (used.keys, used.tries) == (0, 0)


@pytest.mark.parametrize(
    "key",
    ["", "1", resident(5)[:-1] + "A", resident(5)[:-1], "0" * 18, f" {resident(5)}", "Ⅷ" * 18],
)
def test_a_malformed_key_is_told_so_and_costs_nothing(city: Comparing, key: str) -> None:
    with using(city) as used:
        assert told(city, "person", {"id": "income"}, [key], ["1"]) == ["malformed"]
    assert (used.keys, used.tries) == (0, 0)


def test_a_key_that_names_no_entity_lists_nobody(city: Comparing) -> None:
    cases: list[tuple[Any, ...]] = [
        ("tax", {"year": "paid"}, [2020], [1]),
        ("tax", ["region", "year"], [["R1", 2020]], {"grade": ["B"]}),
        ("person", {"born": "poor"}, ["1990-01-06"], [True]),
        ("person", ["name", "born"], [["张伟5", "1990-01-06"]], {"poor": [True]}),
        ("keyless", {"code": "flag"}, [1], [True]),
    ]
    with using(city) as used:
        assert {told(city, *case) for case in cases} == {"use_not_allowed"}  # type: ignore[arg-type]
    assert (used.keys, used.tries) == (0, 0)


def test_enumerating_keys_ends_with_the_day(narrow: Comparing) -> None:
    asked = "listed", {"code": "flag"}

    def right(first: int, last: int) -> tuple[range, list[bool]]:
        return range(first, last), [code % 2 == 0 for code in range(first, last)]

    assert told(narrow, *asked, [1] * 31, [False] * 31) == "compare_limit"
    assert narrow.counted("keys") == 0
    for _ in range(2):
        assert told(narrow, *asked, *right(0, 18)) == ["match"] * 18
    with pytest.raises(LimitReached) as caught:
        narrow.client().compare(*asked, *right(0, 5))
    assert "4 are left today" in caught.value.said("en")
    assert "今天还可核验 4 个" in caught.value.said("zh")
    assert told(narrow, *asked, *right(0, 4)) == ["match"] * 4
    assert told(narrow, *asked, [1], [False]) == "compare_limit", "an old one costs a key as well"
    assert told(narrow, *asked, [1], [False], person="wang") == ["match"]
    narrow.next_day()
    assert told(narrow, *asked, [1], [False]) == ["match"]


def test_misses_slow_down_alert_and_close_the_day(narrow: Comparing) -> None:
    asked, took = ("tax", {"code": "paid"}), []
    for first in range(100, 108, 2):
        began = time.monotonic()
        found = told(narrow, *asked, [first, first + 1, 7], [1, 1, 9020])
        took.append(time.monotonic() - began)
        assert found == ["no_match", "no_match", "match"]
    assert (narrow.counted("misses"), narrow.counted("slowed")) == (8, 2)
    assert took[2] >= 0.1
    assert took[3] >= 0.2
    assert told(narrow, *asked, range(200, 224), [1] * 24) == ["no_match"] * 24
    assert (narrow.counted("misses"), narrow.counted("keys")) == (32, 36)
    with pytest.raises(LimitReached) as caught:
        narrow.client().compare(*asked, [7], [9020])  # closed, whatever is right
    assert "until tomorrow" in caught.value.said("en")
    assert narrow.counted("keys") == 36, "and nothing taken"
    assert told(narrow, *asked, [7], [9020], person="wang") == ["match"]
    alerts = [entry["detail"] for entry in narrow.entries_by("li")]
    assert [(a["misses"], a["closed"]) for a in alerts] == [(4, False), (8, False), (32, True)]
    assert alerts[0]["resource"] == "tax"
    narrow.next_day()
    assert told(narrow, *asked, [7], [9020]) == ["match"]


def test_an_alert_that_the_ledger_does_not_take_is_not_lost(
    narrow: Comparing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is one that a crash came before: what is counted and what is told are one."""
    asked = ("tax", {"code": "paid"})

    def full(draft: Draft, *rest: Any) -> Any:
        if draft.event is Event.comparison_alert:
            raise OSError("no space left on device")
        return compose(draft, *rest)

    already = len(narrow.entries_by("li"))
    with monkeypatch.context() as patched:
        patched.setattr(record, "compose", full)
        assert told(narrow, *asked, range(300, 305), [1] * 5) == "ledger_unavailable"
    assert (narrow.counted("misses"), len(narrow.entries_by("li"))) == (0, already)
    assert told(narrow, *asked, range(300, 305), [1] * 5) == ["no_match"] * 5
    assert [e["detail"]["misses"] for e in narrow.entries_by("li")[already:]] == [5]


def test_alerts_of_calls_at_once_tell_what_was_counted(narrow: Comparing) -> None:
    already = len(narrow.entries_by("li"))
    narrow.client()
    with ThreadPoolExecutor(3) as pool:
        asked = [(range(first, first + 3), [1] * 3) for first in (400, 410, 420)]
        for found in pool.map(lambda one: told(narrow, "tax", {"code": "paid"}, *one), asked):
            assert found == ["no_match"] * 3
    alerts = [e["detail"]["misses"] for e in narrow.entries_by("li")[already:]]
    assert (narrow.counted("misses"), sorted(alerts)) == (9, [6, 9])


def test_not_found_is_a_miss(narrow: Comparing) -> None:
    found = told(narrow, "listed", {"code": "flag"}, [777, 778, 4, None], [True] * 4)
    assert found == ["not_found", "not_found", "match", "malformed"]
    assert narrow.counted("misses") == 2


def test_a_call_that_is_slowed_down_can_be_cancelled_and_has_used_nothing(
    narrow: Comparing,
) -> None:
    assert told(narrow, "tax", {"code": "paid"}, [777] * 4, [1, 2, 3, 4]) == ["no_match"] * 4
    narrow.bench.store.allowances.take(narrow.subject("slowed"), narrow.day, 5)
    with ThreadPoolExecutor(1) as pool, using(narrow) as used:
        waiting = pool.submit(guess, narrow, 778, 1)
        end = time.monotonic() + 30
        while not (running := narrow.bench.query_path.running("li")) and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(0.1)
        assert narrow.bench.query_path.cancel("li", running[0].id)
        assert waiting.result(timeout=2) == "cancelled"
    assert (used.keys, used.tries) == (0, 0)


# What is sent -----------------------------------------------------------------------------------

INJECTIONS = ["' OR 1=1 --", "x'); DROP TABLE person; --", "$1", "?", "*", "CANARY-%", "NULL", "\\"]


@pytest.mark.parametrize("text", INJECTIONS)
def test_sql_in_a_value_is_a_value(city: Comparing, text: str) -> None:
    who = resident(100 + INJECTIONS.index(text))
    assert told(city, "person", {"id": "name"}, [who], [text]) == ["no_match"]
    assert told(city, "person", {"id": "name"}, [text], ["x"]) == ["malformed"]


@pytest.mark.parametrize(
    "name",
    ['name" FROM person --', "name, income", "*", "person.name", "rowid", "i", "·entity", "k0", ""],
)
def test_sql_in_a_name_is_no_name(city: Comparing, name: str) -> None:
    body = Comparison.of("person", {"id": "name"}, [resident(5)], ["x"]).to_body()
    with using(city) as used:
        wrong = {"not_found", "invalid_request"}
        assert sent(city, {**body, "columns": [name]}) in wrong
        assert sent(city, {**body, "on": [name]}) in wrong
        assert sent(city, {**body, "resource": name}) in wrong
    assert (used.keys, used.tries) == (0, 0)


BODY = Comparison.of("tax", {"code": "paid"}, [1], [1]).to_body()
SHAPES: list[tuple[str, Any]] = [
    ("another field", {**BODY, "sql": "select 1"}),
    ("a limit of one's own", {**BODY, "limit": 10**9}),
    ("no keys", {k: v for k, v in BODY.items() if k != "keys"}),
    ("keys no list", {**BODY, "keys": "1"}),
    ("keys not by column", {**BODY, "keys": [1]}),
    ("a list in a key", {**BODY, "keys": [[[1]]]}),
    ("a mapping in a key", {**BODY, "keys": [[{"a": 1}]]}),
    ("more keys than values", {**BODY, "keys": [[1, 2]]}),
    ("more values than keys", {**BODY, "values": [[1, 2]]}),
    ("more columns of values than columns", {**BODY, "values": [[1], [1]]}),
    ("hashed as text", {**BODY, "hashed": "yes"}),
    ("hashed as a number", {**BODY, "hashed": 1}),
    ("names no text", {**BODY, "on": [1]}),
    ("no key column", {**BODY, "on": [], "keys": []}),
    ("one column twice", {**BODY, "on": ["code", "CODE"], "keys": [[1], [1]]}),
    ("a column as key and value", {**BODY, "columns": ["Code"]}),
    ("a resource that is no text", {**BODY, "resource": ["tax"]}),
    ("another template", {**BODY, "do": "select"}),
    ("no template", {k: v for k, v in BODY.items() if k != "do"}),
    ("no mapping", [BODY]),
]


@pytest.mark.parametrize(("what", "body"), SHAPES, ids=[what for what, _ in SHAPES])
def test_a_request_of_another_shape(city: Comparing, what: str, body: Any) -> None:
    with using(city) as used:
        assert sent(city, body) == "invalid_request"
    assert (used.keys, used.tries) == (0, 0)


@pytest.mark.parametrize("ticket", [b"", b"{", b"null", b'"\xff"', b"[" * 100_000, b'{"do": NaN}'])
def test_a_ticket_that_is_no_request(city: Comparing, ticket: bytes) -> None:
    with pytest.raises(fl.FlightError, match="invalid_request"):
        city.raw("li", TEMPLATE + ticket)


def test_a_huge_ticket_is_not_read(city: Comparing) -> None:
    body = {**BODY, "keys": [[1] * 1_000_000], "values": [["1" * 8] * 1_000_000]}
    with using(city) as used:
        assert sent(city, body) == "request_too_large"
        assert told(city, "tax", {"code": "paid"}, [1] * 10_001, [1] * 10_001) == "compare_limit"
    assert (used.keys, used.tries) == (0, 0)


def test_null_matches_nothing_and_tries_nothing(city: Comparing, victim: int) -> None:
    with using(city) as used:
        assert guess(city, victim, None) == ["no_match"]
        assert told(city, "person", {"id": "income"}, [resident(3)] * 2, [None] * 2) == (
            ["no_match"] * 2
        )
        assert told(city, "tax", {"code": "paid"}, [None], [1]) == ["malformed"]
    assert (used.keys, used.tries) == (3, 0)


def test_lookalikes_do_not_match_and_one_text_in_two_forms_does(narrow: Comparing) -> None:
    who, asked = resident(5), ("person", {"id": "name"})
    wrong = ["张偉5", "张伟５", "张伟5\u200b", "\ufeff张伟5", "张伟 5", "⼸长伟5", "張伟5"]
    assert told(narrow, *asked, [who] * len(wrong), wrong) == ["no_match"] * len(wrong)
    before = narrow.tries()
    forms = ["é", "e\u0301", "\u00e9"]
    assert told(narrow, *asked, [who] * 3, forms) == ["no_match"] * 3
    assert narrow.tries() == before + 1
    assert told(narrow, *asked, [who], ["张伟5"]) == ["match"]


# Digests ----------------------------------------------------------------------------------------


def test_digests_by_a_wrong_key_match_nothing_and_are_tries(city: Comparing, victim: int) -> None:
    asked = Comparison.of("tax", {"code": "paid"}, [victim], [victim * 1000 + 2020])
    right = city.client().compare_terms("tax")
    assert right["key"] != city.client().compare_terms("person")["key"]
    for key in ("00" * 32, city.client().compare_terms("person")["key"]):
        with using(city) as used:
            assert sent(city, hashed(asked, {**right, "key": key}).to_body()) == ["no_match"]
        assert (used.keys, used.tries) == (1, 1)
    assert sent(city, hashed(asked, right).to_body()) == ["match"]


@pytest.mark.parametrize(
    "made", ["", "0" * 31, "0" * 33, "A" * 32, "g" * 32, 5, True, "' OR 1=1 --"]
)
def test_what_is_no_digest(city: Comparing, made: Any) -> None:
    zeros = [["0" * 32]]
    body = {**BODY, "keys": zeros, "values": zeros, "hashed": True}
    with using(city) as used:
        assert sent(city, {**body, "keys": [[made]]}) == "invalid_request"
        assert sent(city, {**body, "values": [[made]]}) == "invalid_request"
    assert (used.keys, used.tries) == (0, 0)


def test_plain_text_sent_as_hashed_tells_nothing(city: Comparing, victim: int) -> None:
    key = digest(b"guess", str(victim))
    body = {**BODY, "keys": [[key]], "values": [[key]], "hashed": True}
    assert sent(city, body) == ["no_match"]


# Tickets and tiers ------------------------------------------------------------------------------


def test_a_ticket_that_is_sent_again_costs_its_keys_again(city: Comparing, victim: int) -> None:
    body = Comparison.of("tax", {"code": "paid"}, [victim], [1]).to_body()
    with using(city) as used:
        assert [sent(city, body) for _ in range(5)] == [["no_match"]] * 5
    assert (used.keys, used.tries) == (5, 1)


def test_another_s_ticket_is_one_s_own_request(city: Comparing, victim: int) -> None:
    body = Comparison.of("tax", {"code": "paid"}, [victim], [1]).to_body()
    with using(city, "wang") as wang, using(city, "li") as li:
        assert sent(city, body, person="wang") == ["no_match"]
    assert (wang.keys, li.keys) == (1, 0)
    with using(city) as used:
        assert sent(city, body, person="other") == "scenario_unknown"
    assert used.tries == 0


STATEMENTS = [
    "select paid from tax",
    "select * from tax where paid > 7000",
    "select code from tax order by paid",
    "select sum(paid) from tax",
    "select count(*) filter (where grade = 'A') from tax",
    "select t.PAID from tax as t",
    "select income from person",
    "select * from person",
    "describe person",
    "select flag from listed",
]


@pytest.mark.parametrize("tier", [None, "rows", "statistics", "compare"])
def test_no_statement_reaches_what_is_only_compared(city: Comparing, tier: str | None) -> None:
    for sql in STATEMENTS:
        with pytest.raises(WorkbenchError) as caught:
            city.client().sql(sql, tier=tier)
        clean(caught.value.to_json())


def test_the_tier_has_no_statement_of_its_own(city: Comparing) -> None:
    assert told(city, "tax", {"code": "paid"}, [7], [9020]) in (["match"], "compare_limit")
    for sql in ("select 1", "show tables", "select count(*) from tax"):
        with pytest.raises(WorkbenchError) as caught:
            city.client().sql(sql, tier="compare")
        assert caught.value.code is Code.invalid_request


def test_a_grant_that_ended_is_compared_no_more(city: Comparing, victim: int) -> None:
    asked = Comparison.of("tax", {"code": "paid"}, [victim], [1])
    assert sent(city, asked.to_body()) == ["no_match"]
    city.bench.store.revocations.revoke(f"{SCENARIO}/user/person", city.day, "authority", "left")
    with using(city) as used:
        body = Comparison.of("person", {"id": "name"}, [resident(5)], ["x"]).to_body()
        assert sent(city, body) == "grant_revoked"
        with pytest.raises(WorkbenchError) as caught:
            city.client().compare_terms("person")
        assert caught.value.code is Code.grant_revoked
    assert (used.keys, used.tries) == (0, 0)
