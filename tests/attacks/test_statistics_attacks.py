"""No statement of the statistics tier tells of one firm: it is refused, or each of its cells is
withheld or safe. Sent to a real gateway; what is safe is judged by the truth of the city."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import adbc_driver_flightsql.dbapi as flightsql
import pyarrow as pa
import pytest
from told_books import forget

from attacks.paragraphs import Case, cases, kinds, repeated
from attacks.served import PASSWORD, SCENARIO, Answer, Served, ask, served
from attacks.statistics_city import BANDS, Firm, K, firms, make, targets
from attacks.statistics_detector import Seen, Truth, marks_in, withheld
from workbench.store.layout import Layout
from workbench.wire import SCENARIO_HEADER, TIER_HEADER

FOLDER = Path(__file__).parent / "statistics"
LEAST = {
    "aggregates": 36, "amplification": 23, "bands": 36, "coarsening": 34, "complement": 30,
    "errors": 31, "joins": 45, "names": 44, "near_unique": 31, "order": 31, "quantiles": 26,
    "reading": 42, "shapes": 34, "size": 13, "subqueries": 29, "subtotals": 19, "tiers": 27,
}  # fmt: skip
"""Cases of each family: a lower number means that somebody dropped some."""
CASES = [case for kind in kinds(FOLDER) for case in cases(kind, FOLDER)]
BROKEN = frozenset(["?", "internal", "worker_died", "gateway_unavailable", "deadline_exceeded"])
_PINNED = re.compile(r"\[([a-z_|]+)\] .+")


@dataclass
class Arena:
    gateway: Served
    truth: Truth
    root: Path

    def attack(self, person: str, statement: str, **more: Any) -> tuple[str, Answer]:
        """What became of it (``ok``, ``withheld`` if some cells are, else a code). Each is asked as
        if it were the first: what follows from several is ``adversary``'s to try."""
        forget(self.root)
        answer = self.gateway.ask(person, statement, **more)
        assert not self.seen(answer, statement), statement
        if answer.table is not None and withheld(answer.table):
            return "withheld", answer
        return answer.code, answer

    def seen(self, answer: Answer, statement: str) -> list[Seen]:
        if answer.table is None:
            return self.truth.said(answer.error, statement)
        return self.truth.seen(answer.table, statement)


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    root = make(tmp_path_factory.mktemp("statistics_attacks"))
    with served(root) as gateway:
        yield Arena(gateway, Truth(), root)


def filled(step: str) -> str:
    for name, value in targets().items():
        step = step.replace("{" + name + "}", value)
    return repeated(step)


def test_there_are_as_many_statements_of_each_family_as_there_were() -> None:
    counted = {kind: len(cases(kind, FOLDER)) for kind in kinds(FOLDER)}
    assert counted.keys() == LEAST.keys()
    assert all(counted[kind] >= least for kind, least in LEAST.items()), counted
    assert len({case.steps for case in CASES}) == len(CASES), "a statement stands there twice"


TURNOVER = firms()[7].years[2021][0]
LEAKS = [
    {"x": [TURNOVER], "x_withheld": [None]},
    {"x": [TURNOVER * 1000.0], "x_withheld": [None]},
    {"x": [10**12 + TURNOVER], "x_withheld": [None], "y": [10**12], "y_withheld": [None]},
    {"x": [TURNOVER / 7], "x_withheld": [None], "n": [7], "n_withheld": [None]},
    {"x": [5.0], "x_withheld": ["suppressed"]},
    {"x": [None], "x_withheld": [None]},
    {"n": [K - 1], "n_withheld": [None]},
    {"county": ["C00 canary-name-0007"]},
    {"CANARY-NAME-0007": [1]},
]


@pytest.mark.parametrize("leak", LEAKS)
def test_the_detector_sees_what_is_of_one_firm(leak: dict[str, list[Any]]) -> None:
    truth = Truth()
    assert truth.seen(pa.table(leak), "SELECT 1")
    harmless = {
        "x": [TURNOVER + 11.5, None],
        "x_withheld": [None, "suppressed"],
        "county": ["C", ""],
    }
    assert not truth.seen(pa.table(harmless), "SELECT 1")
    assert truth.said(f"cannot cast {TURNOVER}", "")
    assert not truth.said(f"cannot cast {TURNOVER}", f"SELECT {TURNOVER}")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_nothing_of_one_firm_comes_back(case: Case, arena: Arena) -> None:
    pinned = _PINNED.fullmatch(case.idea)
    assert pinned is not None, case.idea
    outcome = ""
    for step in map(filled, case.steps):
        outcome, answer = arena.attack("attacker", step)
        assert outcome not in BROKEN, answer.error
    assert outcome in pinned[1].split("|"), (outcome, answer.error or answer.table)


# One firm in a cell: is it above the band? --------------------------------------------------------

ABOUT = [
    "SELECT count(*) AS n FROM firm WHERE {here} AND turnover >= {band}",
    "SELECT sum(turnover) AS x FROM firm WHERE {here} AND turnover < {band}",
    "SELECT county, count(*) AS n FROM firm WHERE {here} AND turnover >= {band} GROUP BY county",
    "SELECT DISTINCT county FROM firm WHERE {here} AND turnover >= {band}",
    "SELECT county, count(*) FILTER (WHERE turnover >= {band}) AS n FROM firm WHERE {here} "
    "GROUP BY county",
    "SELECT CASE WHEN turnover >= {band} THEN 'h' ELSE 'l' END AS k, count(*) AS n FROM firm "
    "WHERE {here} GROUP BY 1",
    "SELECT county, count(*) AS n FROM (SELECT county, turnover >= {band} AS b FROM firm "
    "WHERE {here}) q WHERE b GROUP BY county",
    "SELECT count(*) AS n FROM firm f JOIN region r ON f.county = r.county AND "
    "f.turnover >= {band} WHERE {here}",
    "SELECT r.county, count(f.grade) AS n FROM region r LEFT JOIN (SELECT * FROM firm "
    "WHERE {here} AND turnover >= {band}) f ON r.county = f.county GROUP BY r.county",
    "SELECT DISTINCT b FROM (SELECT turnover >= {band} AS b FROM firm WHERE {here}) q",
    "SELECT b, count(*) AS n FROM (SELECT turnover >= {band} AS b FROM firm WHERE {here}) q "
    "GROUP BY CUBE (b)",
    "SELECT count(b) AS n FROM (SELECT CASE WHEN turnover >= {band} THEN county END AS b "
    "FROM firm WHERE {here}) q",
    "SELECT r.county, count(q.b) AS n FROM region r LEFT JOIN (SELECT CASE WHEN turnover >= {band} "
    "THEN county END AS b FROM firm WHERE {here}) q ON q.b = r.county GROUP BY r.county",
    "SELECT count(DISTINCT code) AS n FROM (SELECT code, county, turnover >= {band} AS b "
    "FROM firm WHERE {here}) q JOIN (SELECT county, true AS b FROM region) g USING (county, b)",
    "SELECT county, count(*) AS n FROM firm WHERE {here} AND (turnover >= {band}) = true "
    "GROUP BY county",
    "SELECT county, sum(turnover) AS x FROM firm WHERE {here} AND turnover >= {band} "
    "GROUP BY ROLLUP (county)",
    "SELECT count(*) AS m FROM (SELECT county, count(*) AS n FROM firm WHERE {here} AND "
    "turnover >= {band} GROUP BY county) q",
]
BAND = BANDS["turnover"][1]


def alone(above: bool) -> Firm:
    """A firm that is alone in its cell, of one year, above the band or not."""
    places = [(f.county, f.industry, f.size) for f in firms()]
    return next(
        f for f in firms()
        if places.count((f.county, f.industry, f.size)) == 1
        and len(f.years) == 1
        and (f.years[2021][0] >= BAND) is above
    )  # fmt: skip


@pytest.mark.parametrize("about", ABOUT)
def test_a_firm_that_is_alone_looks_the_same_above_a_band_and_below(
    about: str, arena: Arena
) -> None:
    looks = []
    for above in (True, False):
        firm = alone(above)
        here = f"county = '{firm.county}' AND industry = '{firm.industry}' AND size = '{firm.size}'"
        if "firm f JOIN" in about:
            here = here.replace("county =", "f.county =", 1)
        _, answer = arena.attack("attacker", about.format(here=here, band=BAND))
        assert answer.table is not None, answer.error
        rows = answer.table.to_pylist()
        looks.append(sorted(str(r).replace(firm.county, "here") for r in rows))
    assert looks[0] == looks[1]


# Ways around the text -----------------------------------------------------------------------------

PARAMETERS: list[tuple[str, Any]] = [
    ("turnover >= ?", pa.array([Decimal("10000001")])),
    ("turnover >= ?", pa.array([1e7 + 1e-3])),
    ("turnover >= ?", pa.array([float("nan")])),
    ("turnover >= ?", pa.array([float("inf")])),
    ("turnover >= ?", pa.array(["10000000 OR true"])),
    ("turnover >= ?", pa.array([b"10000000"])),
    ("turnover >= ?", pa.array([True])),
    ("turnover >= ?", pa.array([None], pa.int64())),
    ("turnover >= ?", pa.array([[10_000_000]])),
    ("turnover >= ?", pa.array([{"a": 10_000_000}])),
    ("name = ?", pa.array(["N1-CANARY-NAME-0007"])),
    ("county = ?", pa.array(["C11' OR county = 'C00"])),
    ("county = ?", pa.array([date(2024, 1, 1)])),
    ("county = ?", pa.array(["C\0"])),
    ("county = ?", pa.array(["C11" * 5_000])),
    ("? = county", pa.array(["C11"])),
    ("?", pa.array([True])),
    ("?", pa.array(["turnover >= 5"])),
    ("opened >= ?", pa.array(["1990-01-02"])),
    ("year = ?", pa.array([2**62])),
    ("year IN (?)", pa.array([2021])),
    ("county LIKE ?", pa.array(["%"])),
]


@pytest.mark.parametrize(("chosen", "value"), PARAMETERS)
def test_a_parameter_is_but_a_literal(chosen: str, value: pa.Array, arena: Arena) -> None:
    statement = f"SELECT sum(turnover) AS x, count(*) AS n FROM firm WHERE {chosen}"
    batch = pa.RecordBatch.from_arrays([value], ["1"])
    outcome, answer = arena.attack("attacker", statement, parameters=batch)
    assert outcome not in BROKEN, answer.error
    if "turnover" in chosen or "name" in chosen or "opened" in chosen:
        assert answer.table is None, answer.table


def test_a_tier_that_is_asked_for_gives_nothing_more(arena: Arena) -> None:
    arena.gateway.add("attacker")
    for tier in ("rows", "statistics", "view", "compare", "ROWS", "", "x", "rows,statistics"):
        options = {
            "username": "attacker",
            "password": PASSWORD,
            f"adbc.flight.sql.rpc.call_header.{SCENARIO_HEADER}": SCENARIO,
            f"adbc.flight.sql.rpc.call_header.{TIER_HEADER}": tier,
        }
        connection = flightsql.connect(arena.gateway.flight, db_kwargs=options, autocommit=True)
        try:
            for statement in ("SELECT turnover FROM firm", "SELECT max(turnover) AS x FROM firm",
                              "SELECT * FROM licence", "SELECT score FROM rating"):  # fmt: skip
                answer = ask(connection, statement)
                assert answer.table is None, (tier, statement)
                assert not arena.seen(answer, statement)
            rows = ask(connection, "SELECT boss FROM roster")
            assert (rows.table is not None) == (tier in ("rows", "")), (tier, rows.error)
        finally:
            connection.close()


# After all of the above ---------------------------------------------------------------------------


def test_honest_statistics_are_still_answered(arena: Arena) -> None:
    outcome, answer = arena.attack(
        "bystander", "SELECT county, count(*) AS n, sum(turnover) AS x FROM firm GROUP BY county"
    )
    assert outcome == "withheld"
    assert answer.table is not None
    truth: dict[str, int] = {}
    for firm in firms():
        held = sum(turnover for turnover, _ in firm.years.values())
        truth[firm.county] = truth.get(firm.county, 0) + held
    shown = {r["county"]: r["x"] for r in answer.table.to_pylist() if r["x"] is not None}
    assert shown == {county: truth[county] for county in shown}
    assert len(shown) >= 2 * K


def test_no_log_and_no_ledger_entry_holds_a_mark(arena: Arena) -> None:
    state = Layout(arena.root).state
    files = [
        path
        for path in state.rglob("*")
        if path.is_file() and path.relative_to(state).parts[0] not in ("extracts", "quarantine")
    ]
    assert any(path.name == "store.sqlite" for path in files)
    for path in files:
        text = path.read_bytes().decode("latin-1")
        assert not list(marks_in(text, "")), path.name
