"""Whose own tables are kept, for how long, and within which limits: with a clock and no gateway."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from workbench.catalogue.city_schema import Settings
from workbench.errors import Code, LimitReached, Refused, Unavailable, WorkbenchError, simple
from workbench.model.actor import Actor, Role
from workbench.model.contract import SharingMode
from workbench.model.entry import Draft, Event
from workbench.model.grant import ColumnGrant, Grant, Origin, OriginKind, Use
from workbench.model.lookup import Grants
from workbench.model.tier import Tier
from workbench.query_path.own_tables import OwnTables
from workbench.sql.inspect import inspect
from workbench.workspace.spec import place_of

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
UNTIL = NOW + timedelta(hours=12)
LI, WANG = (Actor(p, "drc", frozenset({Role.analyst})) for p in ("li", "wang"))
PAGE = Actor("page:o", "page:o", frozenset({Role.page}), viewer="li", viewer_department="drc")
TABLE = pa.table({"a": ["x", "y"]})
GIVEN = Grant(
    "g", "s", "drc", "t", (ColumnGrant("a"),), SharingMode.obtain,
    Origin(OriginKind.scenario, "s@1", "b"),
)  # fmt: skip


class Place:
    def __init__(self, grant: Grant = GIVEN, key: bytes = b"k", **limits: int) -> None:
        self.now, self.session = NOW, 1
        self.drafts: list[Draft] = []
        self.refuses: Exception | None = None
        city: Any = SimpleNamespace(settings=Settings(**limits), scenarios={})
        self.own = OwnTables(
            lambda: city, lambda: Grants((grant,)), lambda _: self.session, self, key,  # type: ignore[arg-type]
            lambda: self.now,
        )  # fmt: skip

    def record(self, draft: Draft, *, doing: Callable[[], object] | None = None) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.drafts.append(draft)

    def bring(self, name: str = "mine", actor: Actor = LI, table: pa.Table = TABLE) -> None:
        self.own.bring(actor, "s", name, table, UNTIL)

    def why_not(self, sql: str, actor: Actor = LI, tier: Tier = Tier.own) -> list[Code]:
        return [reason.code for reason in self.own.refused(actor, "s", inspect(sql), tier)]


def test_it_is_used_by_whoever_brought_it_in_that_scenario() -> None:
    place = Place()
    place.bring()
    assert place.why_not("select * from own.mine") == []
    assert place.why_not("select * from OWN.Mine") == []
    assert place.why_not("select * from own.mine", WANG) == [Code.not_found]
    assert place.own.mine(WANG) == ()
    with pytest.raises(WorkbenchError):
        place.own.of("li", "other", ("mine",))


def test_a_page_brings_sees_and_uses_none() -> None:
    place = Place()
    place.bring()
    with pytest.raises(Refused):
        place.bring(actor=PAGE)
    assert place.own.mine(PAGE) == ()
    assert place.why_not("select * from own.mine", PAGE) == [Code.use_not_allowed]


@pytest.mark.parametrize("tier", [tier for tier in Tier if tier is not Tier.own])
def test_no_other_tier_has_any(tier: Tier) -> None:
    place = Place()
    place.bring()
    assert place.why_not("select * from own.mine", tier=tier) == [Code.use_not_allowed]
    assert place.why_not("select * from t", tier=tier) == []


@pytest.mark.parametrize(
    "sql",
    [
        "create temp table t as from own.mine",
        "explain analyze from own.mine",
        "set variable x = (select max(a) from own.mine)",
        "prepare p as from own.mine",
        "insert into own.mine values (1)",
        "attach 'x' as own; from own.mine",
        "execute p(own.mine)",
    ],
)
def test_only_queries_name_one(sql: str) -> None:
    place = Place()
    place.bring()
    reads = inspect(sql)
    assert not reads.own or place.why_not(sql) == [Code.statement_not_allowed]


@pytest.mark.parametrize("ends", ["time", "session", "person"])
def test_it_ends_with_the_session(ends: str) -> None:
    place = Place()
    place.bring()
    kept = {"mine": place.own.mine(LI)[0].digest}
    where = place_of("s", Tier.own)
    assert place.own.lasts("li", where, kept)
    if ends == "time":
        place.now = UNTIL
    else:
        place.session = 2 if ends == "session" else None  # type: ignore[assignment]
    assert place.why_not("select * from own.mine") == [Code.not_found]
    assert not place.own.lasts("li", where, kept)
    place.own.purge()
    assert place.own._tables == {}


def test_one_of_the_same_name_takes_its_place_and_the_worker_is_told() -> None:
    place, told = Place(), []
    place.own.forget = lambda: told.append(1)
    place.bring()
    old = place.own.mine(LI)[0].digest
    place.bring("MINE", table=pa.table({"a": ["z"]}))
    assert [t.rows for t in place.own.mine(LI)] == [1]
    assert not place.own.lasts("li", place_of("s", Tier.own), {"mine": old})
    place.own.drop(LI, "s", "Mine")
    assert place.own.mine(LI) == ()
    assert len(told) == 3


def test_each_is_entered_without_a_value_and_before_it_is_there() -> None:
    place = Place()
    place.bring(table=pa.table({"a": ["MARK-77"]}))
    (draft,) = place.drafts
    assert draft.event is Event.own_table_brought
    assert draft.detail["columns"] == [["a", "string"]]
    assert "MARK-77" not in str(draft)
    place.refuses = simple(Code.ledger_unavailable, "x", "x")
    with pytest.raises(Unavailable):
        place.bring("other")
    assert [t.name for t in place.own.mine(LI)] == ["mine"]


def test_a_digest_cannot_be_guessed_without_the_key() -> None:
    one, other = Place(), Place(key=b"another")
    one.bring("a")
    one.bring("b", WANG)
    other.bring("a")
    (mine,), (hers,), (elsewhere,) = one.own.mine(LI), one.own.mine(WANG), other.own.mine(LI)
    assert mine.digest == hers.digest != elsewhere.digest


def test_limits_count_what_is_there_now() -> None:
    place = Place(own_tables=2)
    place.bring("a")
    place.bring("b")
    place.bring("b")
    with pytest.raises(LimitReached):
        place.bring("c")
    place.bring("c", WANG)
    place.own.drop(LI, "s", "a")
    place.bring("c")


def test_memory_is_everybodys() -> None:
    place = Place(own_tables_mb=1, own_table_mb=1)
    big = pa.table({"a": ["x" * 700_000]})
    place.bring("a", table=big)
    place.bring("a", table=big)
    with pytest.raises(LimitReached) as refused:
        place.bring("a", WANG, big)
    assert refused.value.reasons[0].subject == "own_tables_mb"


@pytest.mark.parametrize("use", [Use.join_key, Use.statistics, Use.compare])
def test_where_nothing_stands_beside_it_it_is_not_taken(use: Use) -> None:
    grant = Grant(
        "g", "s", "drc", "t", (ColumnGrant("a", use),), SharingMode.obtain,
        Origin(OriginKind.scenario, "s@1", "b"),
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        Place(grant).bring()
    assert refused.value.code is Code.use_not_allowed
