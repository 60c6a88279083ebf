"""Sets that are put together of small pieces, in whatever words; and those that are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from stat_tables import Lab

from workbench.disclosure.shapes import Rules
from workbench.disclosure.statement import Compiled, compiled
from workbench.model.grant import Use
from workbench.query_path.bound import Guarded, Prepared
from workbench.query_path.guarding import Asking, Guard
from workbench.store.session import open_store

COUNTIES, STREETS = 6, 40
"""One firm in each street of each county: a street alone has six."""
FEW = ", ".join(f"'s{i}'" for i in range(8))
NAMED = " OR ".join(f"(county = 'c0' AND street = 's{i}')" for i in range(8))
UNNAMED = " AND ".join(f"street <> 's{i}'" for i in range(8))

WITHHELD = "differencing"
"""What is said of a withheld cell where reasons are given; analysts are told ``suppressed``."""

Ask = Callable[[str], list[tuple[Any, ...]]]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Asks as a department that was told nothing yet."""
    store = open_store(Path(tmp_path_factory.mktemp("store")) / "store.sqlite", now)
    guard, numbers = Guard(store.told, b"k" * 32, now), count()
    lab = Lab(duckdb.connect())
    firms = pl.DataFrame(
        {
            "code": [f"F{i:04}" for i in range(COUNTIES * STREETS)],
            "county": [f"c{i // STREETS}" for i in range(COUNTIES * STREETS)],
            "street": [f"s{i % STREETS}" for i in range(COUNTIES * STREETS)],
            "turnover": [1_000 + 7 * (i % 11) for i in range(COUNTIES * STREETS)],
        }
    )
    rules = Rules(5, ((2, 0.85),), 0.1)
    lab.put("firm", firms, {"turnover": Use.statistics}, rules=rules, entity="code")
    lab.put("place", pl.DataFrame({"street": [f"s{i}" for i in range(STREETS)]}))

    def run(sql: str) -> pa.Table:
        return lab.con.execute(sql).to_arrow_table()

    def asked(text: str) -> list[tuple[Any, ...]]:
        def written(barred: Any) -> Prepared:
            found = compiled(text, tuple(lab.tables.values()), None, barred)
            assert isinstance(found, Compiled), found
            guarded = Guarded(found.studies, tuple(lab.tables.values()), written)
            return Prepared(found.sql, guarded=guarded)

        asking = Asking(f"department {next(numbers)}", "s", "r", {"firm": "v1"})
        kept, _ = guard.guarded(written({}), asking, run)
        return lab.con.execute(kept.sql).fetchall()

    yield asked
    store.close()


PUT_TOGETHER = {
    "list": f"SELECT sum(turnover) FROM firm WHERE county = 'c0' AND street IN ({FEW})",
    "counted": f"SELECT count(*) FROM firm WHERE county = 'c0' AND street IN ({FEW})",
    "alternatives": f"SELECT sum(turnover) FROM firm WHERE {NAMED}",
    "filter": f"SELECT sum(turnover) FILTER (WHERE street IN ({FEW})) FROM firm "
    "WHERE county = 'c0'",
    "case": f"SELECT sum(CASE WHEN {NAMED} THEN turnover END) FROM firm",
    "if": f"SELECT sum(CASE WHEN street IN ({FEW}) THEN turnover ELSE 0 END) FROM firm "
    "WHERE county = 'c0'",
    "inner": f"SELECT sum(turnover) FROM (SELECT * FROM firm WHERE street IN ({FEW})) f "
    "WHERE county = 'c0'",
    "inner alternatives": f"WITH f AS (SELECT turnover FROM firm WHERE {NAMED}) "
    "SELECT sum(turnover) FROM f",
    "a column": "WITH f AS (SELECT turnover, county, "
    f"CASE WHEN street IN ({FEW}) THEN 'a' END AS x FROM firm) "
    "SELECT sum(turnover) FROM f WHERE county = 'c0' AND x = 'a'",
    "a reference": "SELECT sum(f.turnover) FROM firm f JOIN place p ON f.street = p.street "
    f"WHERE f.county = 'c0' AND p.street IN ({FEW})",
    "a chosen reference": "SELECT sum(f.turnover) FROM firm f JOIN "
    f"(SELECT street FROM place WHERE street IN ({FEW})) p ON f.street = p.street "
    "WHERE f.county = 'c0'",
    "on": "SELECT sum(f.turnover) FROM firm f JOIN place p ON f.street = p.street "
    f"AND p.street IN ({FEW}) WHERE f.county = 'c0'",
    "all but": f"SELECT sum(turnover) FROM firm WHERE county = 'c0' AND street NOT IN ({FEW})",
    "not": f"SELECT sum(turnover) FROM firm WHERE NOT ({NAMED})",
    "other than": f"SELECT sum(turnover) FROM firm WHERE county = 'c0' AND {UNNAMED}",
    "filter not": f"SELECT sum(turnover) FILTER (WHERE NOT ({NAMED})) FROM firm",
    "inner not": f"SELECT sum(turnover) FROM (SELECT * FROM firm WHERE NOT ({NAMED})) f",
    "written together": "SELECT sum(turnover) FROM firm WHERE county || street IN ("
    + ", ".join(f"'c0s{i}'" for i in range(8))
    + ")",
    "by county": f"SELECT sum(turnover) FROM firm WHERE street IN ({FEW}) GROUP BY county",
    "class": f"SELECT sum(turnover) FROM firm WHERE county = 'c0' "
    f"GROUP BY CASE WHEN street IN ({FEW}) THEN 'a' ELSE 'b' END",
    "class of alternatives": "SELECT sum(turnover) FROM firm "
    f"GROUP BY CASE WHEN {NAMED} THEN 1 END",
    "class in a table": f"SELECT county, CASE WHEN street IN ({FEW}) THEN 'a' ELSE 'b' END AS x, "
    "sum(turnover) AS s FROM firm GROUP BY county, x",
    "if as a value": f"SELECT sum(turnover) FROM firm WHERE ({NAMED}) = true",
}  # fmt: skip


@pytest.mark.parametrize("words", PUT_TOGETHER)
def test_a_set_of_small_pieces_is_withheld(ask: Ask, words: str) -> None:
    """Eight firms that are named one by one, or everybody but those."""
    rows = ask(PUT_TOGETHER[words])
    assert rows
    for row in rows:
        assert row[-1] == WITHHELD, row


DESCRIBED = {
    "all": "SELECT sum(turnover) FROM firm",
    "pieces that might be told": f"SELECT sum(turnover) FROM firm WHERE street IN ({FEW})",
    "counties": "SELECT sum(turnover) FROM firm WHERE county IN ('c0', 'c1')",
    "all but a county": "SELECT sum(turnover) FROM firm WHERE county <> 'c0'",
    "not empty": "SELECT sum(turnover) FROM firm WHERE county IS NOT NULL AND street IS NOT NULL",
    "filter": "SELECT sum(turnover) FILTER (WHERE county IN ('c0', 'c1')) FROM firm",
    "inner": "WITH f AS (SELECT * FROM firm WHERE county IN ('c0', 'c1')) SELECT sum(turnover) "
    "FROM f",
    "classes": "SELECT sum(turnover) FROM firm GROUP BY CASE WHEN county IN ('c0', 'c1') THEN 'a' "
    "ELSE 'b' END",
    "a class of streets": f"SELECT sum(turnover) FROM firm GROUP BY CASE WHEN street IN ({FEW}) "
    "THEN 'a' ELSE 'b' END",
    "beginning": "SELECT sum(turnover) FROM firm WHERE starts_with(street, 's1') AND county = 'c0'",
}  # fmt: skip


@pytest.mark.parametrize("words", DESCRIBED)
def test_a_set_of_large_pieces_is_told(ask: Ask, words: str) -> None:
    for row in ask(DESCRIBED[words]):
        assert row[-1] is None, row


def test_a_piece_of_three_may_stand_in_a_class_but_not_in_a_set_of_its_own(ask: Ask) -> None:
    """Three counties of a street at a time: 24 firms in eight pieces of three."""
    three = "county IN ('c0', 'c1', 'c2')"
    some = f"starts_with(county, 'c') AND street IN ({FEW}) AND {three}"
    ((_, chosen),) = ask(f"SELECT sum(turnover) FROM firm WHERE {some}")
    assert chosen == WITHHELD  # each county in each street: pieces of one
    first = "SELECT county, street, turnover FROM firm WHERE county >= 'c0' AND county <= 'c2'"
    by_class = f"WITH f AS ({first}) SELECT sum(turnover) FROM f GROUP BY "
    rows = ask(f"{by_class} CASE WHEN street IN ({FEW}) THEN 'a' ELSE 'b' END")
    assert [row[-1] for row in rows] == [None, None]
    ((_, set_),) = ask(f"WITH f AS ({first}) SELECT sum(turnover) FROM f WHERE street IN ({FEW})")
    assert set_ == WITHHELD


def test_the_right_side_of_a_left_join_is_not_chosen_before() -> None:
    lab = Lab(duckdb.connect())
    lab.put("place", pl.DataFrame({"street": ["s0", "s1"]}))
    lab.put("town", pl.DataFrame({"street": ["s0", "s1"]}))
    chosen = "SELECT street FROM place WHERE street IN ('s0', 's1')"
    text = f"SELECT count(*) FROM town t LEFT JOIN ({chosen}) p ON t.street = p.street"
    found = compiled(text, tuple(lab.tables.values()))
    assert not isinstance(found, Compiled)
    assert "WHERE" in found[0].next.en if found[0].next else False
