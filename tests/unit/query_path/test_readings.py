"""What is kept of a statement, for whom, and until when."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from workbench.errors import Code
from workbench.query_path import readings
from workbench.query_path.readings import KEPT, LONGEST, Readings


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that were read, not remembered."""
    seen: list[str] = []
    inspect = readings.inspect

    def noted(sql: str, known: Any) -> Any:
        seen.append(sql)
        return inspect(sql, known)

    monkeypatch.setattr(readings, "inspect", noted)
    return seen


def city(*names: str) -> Any:
    return SimpleNamespace(names=frozenset(names))


def test_the_same_text_of_the_same_person_is_read_once(read: list[str]) -> None:
    kept, here = Readings(), city("person")
    first = kept.of("zhang", "SELECT a FROM person WHERE a = 1", here)
    assert kept.of("zhang", "SELECT a FROM person WHERE a = 1", here) is first
    kept.of("zhang", "SELECT a FROM person WHERE a = 2", here)
    kept.of("li", "SELECT a FROM person WHERE a = 1", here)
    assert len(read) == 3, "another literal and another person are read"
    assert first.reads.tables == ("person",)
    assert first.refused == ()


def test_another_city_drops_all(read: list[str]) -> None:
    kept, before, after = Readings(), city(), city("person")
    sql = 'SELECT * FROM "person"'
    assert "person" not in kept.of("zhang", sql, before).reads.normal
    assert "person" in kept.of("zhang", sql, after).reads.normal
    kept.of("zhang", sql, before)
    assert len(read) == 3


def test_a_refusal_is_kept_with_its_reasons(read: list[str]) -> None:
    kept, here = Readings(), city()
    for _ in range(2):
        (reason,) = kept.of("zhang", "COPY t TO 'x'", here).refused
        assert reason.code is Code.statement_not_allowed
    assert len(read) == 1


def test_long_and_many_statements_do_not_fill_the_memory(read: list[str]) -> None:
    kept, here = Readings(), city()
    long = f"SELECT '{'x' * LONGEST}'"
    for _ in range(2):
        kept.of("zhang", long, here)
    assert read == [long, long]
    for number in range(KEPT + 1):
        kept.of("zhang", f"SELECT {number}", here)
    read.clear()
    kept.of("zhang", f"SELECT {KEPT}", here)
    kept.of("zhang", "SELECT 0", here)
    assert read == ["SELECT 0"]
