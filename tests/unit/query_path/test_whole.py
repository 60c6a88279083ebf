"""An answer that is settled whole: who pays for it, and what is recorded of it."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from workbench.client.testing import sample_info
from workbench.model.actor import Actor, Role
from workbench.query_path.active import ActiveQuery
from workbench.query_path.whole import Settlement, Settling, Whole

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ANALYST = frozenset({Role.analyst})
UNUSED: Any = SimpleNamespace()


def settling(actor: Actor, key: bytes = b"k") -> Settling:
    seen: list[Settling] = []

    def settle(one: Settling, answer: Whole, info: Any) -> tuple[Whole, Any]:
        seen.append(one)
        return answer, info

    settlement = Settlement(lambda: UNUSED, lambda: NOW, UNUSED, UNUSED, key)
    query = ActiveQuery(actor, "s", 1.0, lambda: False)
    settlement.settled(settle, query, UNUSED, Whole(pa.table({"a": [1]})), sample_info())
    return seen[0]


def test_a_page_uses_its_viewers_allowance_and_a_person_their_own() -> None:
    page = settling(Actor("page:p", "page:p", ANALYST, viewer="li", viewer_department="tax"))
    person = settling(Actor("li", "tax", ANALYST))
    assert (page.person, page.department) == (person.person, person.department) == ("li", "tax")
    assert page.now == NOW


def test_a_subject_is_keyed_and_its_parts_do_not_run_together() -> None:
    li = settling(Actor("li", "tax", ANALYST))
    subjects = {
        li.subject("view", "li", "firm"),
        li.subject("view", "l", "ifirm"),
        li.subject("view", "lifirm"),
        settling(Actor("li", "tax", ANALYST), b"other").subject("view", "li", "firm"),
    }
    assert len(subjects) == 4
    assert all(len(subject) == 64 for subject in subjects)


def test_without_a_settlement_the_answer_is_left_as_it_comes() -> None:
    answer = Whole(pa.table({"a": [1]}))
    settlement = Settlement(lambda: UNUSED, lambda: NOW, UNUSED, UNUSED, b"")
    info = sample_info()
    assert settlement.settled(None, UNUSED, UNUSED, answer, info) == (answer, info)


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_the_digest_is_that_of_what_is_sent(rows: int) -> None:
    table = pa.table({"a": list(range(9))})
    one, other = Whole(table.slice(0, rows)), Whole(table.slice(0, rows))
    assert sum(batch.num_rows for batch in one) == rows
    assert sum(batch.num_rows for batch in other) == rows
    assert one.digest == other.digest
    beside = Whole(table.slice(1, rows))
    list(beside)
    assert (beside.digest != one.digest) is bool(rows)
