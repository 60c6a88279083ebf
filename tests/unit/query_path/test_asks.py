"""A statement that was not read to its end is not read again for the statistics tier."""

from __future__ import annotations

import time
from typing import Any

import pytest

from workbench.errors import Code
from workbench.model.decision import Deny, Permit
from workbench.model.tier import Tier
from workbench.query_path.asks import Sql
from workbench.sql.inspect import inspect


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT " + "date(" * 60 + "'x'" + ")" * 60 + ", count(*) FROM firm GROUP BY 1",
        "SELECT count(*) FROM firm WHERE a = 'x" + "y" * 70_000 + "'" + " AND a = 1" * 7_000,
    ],
    ids=["nested names of types", "too long"],
)
def test_what_takes_too_long_to_read_is_refused_at_once(sql: str) -> None:
    nobody: Any = None
    reads = inspect(sql)
    assert not reads.complete
    started = time.process_time()
    found = Sql(sql).bind(Permit(nobody, (), (), tier=Tier.statistics), reads, nobody)
    assert time.process_time() - started < 1
    assert isinstance(found, Deny)
    assert [reason.code for reason in found.reasons] == [Code.statistics_grammar]
