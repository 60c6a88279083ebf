"""Two ways must agree: TPC-H under grants, and plain DuckDB on a copy trimmed by hand."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from attacks.served import Served, served
from tpch_city import WITHHELD, Tpch

SCALE = 0.1
NUMBERS = range(1, 23)

pytestmark = pytest.mark.slow


class Bench(Tpch):
    """What each query took both ways, too."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, SCALE)
        self.seconds: dict[int, tuple[float, float]] = {}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("tpch"))


@pytest.fixture(scope="module")
def gateway(bench: Bench) -> Iterator[Served]:
    with served(bench.city()) as running:
        bench.trim()
        first = running.ask("analyst", "SELECT count(*) FROM lineitem")
        assert first.table is not None, first.error
        yield running


@pytest.mark.parametrize("number", NUMBERS)
def test_a_governed_query_gives_the_same_rows(number: int, bench: Bench, gateway: Served) -> None:
    answer = gateway.ask("analyst", bench.queries[number])
    assert answer.table is not None, answer.error
    started = time.perf_counter()
    expected = bench.con.execute(bench.queries[number]).to_arrow_table()
    bench.seconds[number] = answer.seconds, time.perf_counter() - started
    assert answer.table.schema.names == expected.schema.names
    assert answer.table.schema.types == expected.schema.types
    ours, theirs = _rows(answer.table), _rows(expected)
    if "order by" not in bench.queries[number].casefold():
        ours, theirs = sorted(ours, key=repr), sorted(theirs, key=repr)
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        assert all(_same(a, b) for a, b in zip(mine, other, strict=True)), (mine, other)


def _rows(table: pa.Table) -> list[tuple[Any, ...]]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _same(a: Any, b: Any) -> bool:
    """Exact for texts, whole numbers, decimals and dates; 1e-9 relative for doubles."""
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-9)
    return type(a) is type(b) and bool(a == b)


@pytest.mark.parametrize(("table", "columns"), sorted(WITHHELD.items()))
def test_what_no_query_needs_is_not_there(table: str, columns: set[str], gateway: Served) -> None:
    for column in columns:
        assert gateway.ask("analyst", f"SELECT {column} FROM {table}").code == "not_granted"


def test_how_long_it_took(
    bench: Bench, gateway: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    """A figure for the reader, from one run each, gateway and wire included: no threshold."""
    del gateway
    assert len(bench.seconds) == len(NUMBERS)
    ratios = [governed / plain for governed, plain in bench.seconds.values()]
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    governed, plain = (sum(times) for times in zip(*bench.seconds.values(), strict=True))
    with capsys.disabled():
        print(
            f"\nTPC-H SF {SCALE}: governed {governed:.2f} s, plain DuckDB {plain:.2f} s; "
            f"geometric mean of the ratios {mean:.2f}, highest {max(ratios):.2f}"
        )


def test_money_stays_exact(gateway: Served, bench: Bench) -> None:
    statement = "SELECT sum(l_extendedprice * (1 - l_discount)) AS s FROM lineitem"
    answer = gateway.ask("analyst", statement)
    assert answer.table is not None, answer.error
    (found,) = answer.table.column("s").to_pylist()
    assert isinstance(found, Decimal)
    assert (found,) == bench.con.execute(statement).fetchone()
