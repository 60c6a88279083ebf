"""A table that an analyst brings along: used, listed, seen by nobody else, and gone."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import adbc_driver_flightsql.dbapi as flightsql
import own_city as oc
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from workbench.cli.login import logout
from workbench.client.credentials import Session, read_session, write_session
from workbench.errors import Code, InvalidInput, LimitReached, Refused, StatementWrong
from workbench.gateway.tokens import SESSION_LIFE
from workbench.model.entry import Event
from workbench.model.tier import Tier
from workbench.trial.city import SCENARIO
from workbench.workspace.spec import place_of

pytestmark = pytest.mark.slow

NAMES = pl.DataFrame({"industry": ["I0", "I1", "I2"], "said": ["钢铁", "化工", "纺织"]})
JOINED = (
    "select n.said, count(*) as firms, sum(f.staff) as staff "
    "from firm f join own.names n on f.industry = n.industry group by 1 order by 1"
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[oc.Place]:
    with oc.opened(tmp_path_factory.mktemp("own")) as found:
        yield found


def own_worker(place: oc.Place, person: str = "li") -> bool:
    """Whether the person's worker beside own tables lives."""
    pool = place.bench.query_path._pool
    seat = pool._seats.get((person, place_of(SCENARIO, Tier.own)))
    return seat is not None and seat.worker is not None and seat.worker.alive


def test_it_is_joined_by_values_as_a_copy_made_by_hand_would_be(place: oc.Place) -> None:
    client = place.of()
    client.bring("names", NAMES)
    found = pl.DataFrame(client.sql(JOINED).table)
    raw = pl.DataFrame(client.sql("select industry, staff from firm").table)
    wanted = (
        raw.join(NAMES, on="industry")
        .group_by("said")
        .agg(pl.len().alias("firms"), pl.col("staff").sum())
        .sort("said")
    )
    assert found.select(pl.all().cast(pl.String)).equals(wanted.select(pl.all().cast(pl.String)))


def test_the_release_and_the_ledger_say_so_and_hold_no_value(place: oc.Place) -> None:
    client = place.of()
    client.bring("names", NAMES)
    release = client.sql(JOINED)
    assert any("own.names" in note for note in release.info.notes)
    assert release.info.tier == "own"
    brought = place.entries(Event.own_table_brought)[0]
    opened = place.entries(Event.release_opened)[0]
    assert brought["actor"] == "li"
    assert brought["detail"]["columns"] == [["industry", "string"], ["said", "string"]]
    assert brought["detail"]["rows"] == 3
    assert opened["detail"]["own"] == {"names": brought["detail"]["digest"]}
    assert "钢铁" not in json.dumps([brought, opened], ensure_ascii=False)


def test_nothing_of_it_is_written_anywhere(place: oc.Place) -> None:
    mark = "MARK-OWN-7719-ABCDEFGH"
    client = place.of()
    client.bring("marked", pl.DataFrame({"industry": ["I0"], "said": [mark]}))
    release = client.sql("select said from firm join own.marked using (industry) limit 1")
    assert release.table.to_pylist() == [{"said": mark}]
    files = [p for p in (place.root / ".workbench").rglob("*") if p.is_file()]
    assert files
    assert not [p for p in files if mark.encode() in p.read_bytes()]


def test_it_is_listed_replaced_and_let_go(place: oc.Place) -> None:
    client = place.connect("wang")
    client.bring("a", NAMES)
    client.bring("A", NAMES.head(1))
    (row,) = client.own_tables()
    assert (row["table"], row["rows"]) == ("own.a", 1)
    assert client.sql("select count(*) as n from own.a").table.to_pylist() == [{"n": 1}]
    assert own_worker(place, "wang")
    client.drop_own("a")
    assert not own_worker(place, "wang")
    assert list(client.own_tables()) == []
    with pytest.raises(StatementWrong) as refused:
        client.sql("select count(*) as n from own.a")
    assert refused.value.code is Code.not_found
    assert place.entries(Event.own_table_dropped)[0]["detail"]["table"] == "a"


def test_nobody_else_sees_it(place: oc.Place) -> None:
    place.of().bring("names", NAMES)
    other = place.of("wang")
    assert "own.names" not in [row["table"] for row in other.own_tables()]
    with pytest.raises(StatementWrong):
        other.sql("select * from own.names")
    with pytest.raises(StatementWrong):
        other.drop_own("names")
    assert place.of().sql("select * from own.names").table.num_rows == 3


def test_what_is_replaced_is_what_the_next_statement_reads(place: oc.Place) -> None:
    client = place.of()
    for number in (1, 2, 3):
        client.bring("count", pl.DataFrame({"n": [number]}))
        assert client.sql("select n from own.count").table.to_pylist() == [{"n": number}]


def test_a_granted_table_is_never_shadowed(place: oc.Place) -> None:
    client = place.of()
    client.bring("firm", pl.DataFrame({"staff": [1]}))
    assert client.sql("select count(*) as n from firm").table.to_pylist() == [{"n": oc.FIRMS}]
    assert client.sql("select count(*) as n from own.firm").table.to_pylist() == [{"n": 1}]
    both = client.sql("select count(*) as n from firm, own.firm as mine")
    assert both.table.to_pylist() == [{"n": oc.FIRMS}]
    client.drop_own("firm")


def test_it_ends_with_the_session(place: oc.Place) -> None:
    client = place.of()
    client.bring("brief", NAMES)
    assert client.sql("select count(*) as n from own.brief").table.num_rows == 1
    own, key = place.bench.query_path.own, ("li", SCENARIO, "brief")
    assert own._tables[key].until <= place.bench.clock() + SESSION_LIFE
    own._tables[key] = replace(own._tables[key], until=place.bench.clock())
    with pytest.raises(StatementWrong):
        client.sql("select count(*) from own.brief")
    own.purge()
    assert key not in own._tables
    assert not own_worker(place)


def test_signing_out_lets_it_go(
    place: oc.Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    client = place.connect("wang")
    client.bring("left", NAMES)
    write_session(Session(client.url, "wang", client.session_token), os.environ)
    logout()
    assert list(client.own_tables()) == []
    assert read_session(os.environ) is None


def test_another_session_of_the_person_ends_it(place: oc.Place) -> None:
    place.of("wang").bring("mine", NAMES)
    place.bench.store.users.set_password("wang", oc.PASSWORD)
    with pytest.raises(StatementWrong):
        place.connect("wang").sql("select * from own.mine")
    place._open.pop("wang")


@pytest.mark.parametrize("form", ["pandas", "arrow", "csv", "parquet"])
def test_frames_and_files_come_alike(place: oc.Place, tmp_path: Path, form: str) -> None:
    rows = {"code": ["0371", "1"], "n": [1, 2], "day": [date(2026, 1, 2), None]}
    arrow = pa.table(rows)
    if form == "csv":
        (tmp_path / "t.csv").write_text("code,n,day\n0371,1,2026-01-02\n1,2,\n")
    pl.DataFrame(arrow).write_parquet(tmp_path / "t.parquet")
    given = {
        "pandas": pd.DataFrame(rows), "arrow": arrow,
        "csv": tmp_path / "t.csv", "parquet": str(tmp_path / "t.parquet"),
    }[form]  # fmt: skip
    client = place.of()
    client.bring("form", given)
    found = client.sql("select code, n, day from own.form order by n").table
    assert found.to_pylist() == arrow.to_pylist()


def test_a_stock_driver_brings_one_by_the_standard_way(place: oc.Place) -> None:
    header = "adbc.flight.sql.rpc.call_header.x-workbench-scenario"
    options = {"username": "li", "password": oc.PASSWORD, header: SCENARIO}
    with flightsql.connect(place.gateway.flight, db_kwargs=options, autocommit=True) as connection:
        with connection.cursor() as cursor:
            cursor.adbc_ingest("stock", pa.table({"n": [5]}), mode="create", db_schema_name="own")
            cursor.execute("select n from own.stock")
            assert cursor.fetch_arrow_table().to_pylist() == [{"n": 5}]
        with connection.cursor() as cursor, pytest.raises(Exception, match="own"):
            cursor.adbc_ingest("stock", pa.table({"n": [5]}), mode="create")


def test_what_is_too_much_is_refused(place: oc.Place) -> None:
    client, limits = place.of(), place.bench.city().settings
    rows = pa.table({"n": pa.nulls(limits.own_table_rows + 1, pa.int8())})
    wide = pa.table({f"c{i}": [1] for i in range(limits.own_table_columns + 1)})
    text = pa.table({"t": ["x" * 1000] * (limits.own_table_mb * 1050)})
    for table in (rows, wide, text):
        with pytest.raises(LimitReached) as refused:
            client.bring("big", table)
        assert refused.value.code is Code.request_too_large
    for row in client.own_tables():
        client.drop_own(row["table"].removeprefix("own."))
    for number in range(limits.own_tables):
        client.bring(f"t{number}", NAMES)
    with pytest.raises(LimitReached) as refused:
        client.bring("one_more", NAMES)
    assert refused.value.reasons[0].subject == "own_tables"
    for row in client.own_tables():
        client.drop_own(row["table"].removeprefix("own."))


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("a b", NAMES),
        ('x"; drop', NAMES),
        ("1a", NAMES),
        ("", NAMES),
        ("lists", pa.table({"l": [[1, 2]]})),
        ("bytes", pa.table({"l": [b"x"]})),
        ("twice", pa.table([[1], [2]], names=["a", "A"])),
        ("unnamed", pa.table([[1]], names=[" "])),
        ("object", object()),
    ],
)
def test_what_is_no_plain_table_is_refused(place: oc.Place, name: str, table: object) -> None:
    with pytest.raises(InvalidInput):
        place.of().bring(name, table)


def test_a_result_of_it_is_kept_as_a_file(place: oc.Place, tmp_path: Path) -> None:
    client = place.of()
    client.bring("names", NAMES)
    saved = client.sql(JOINED).save(tmp_path / "j.csv")
    assert saved.path.exists()


@pytest.mark.parametrize(
    "sql",
    [
        "select w.county, sum(w.amount) from wage w join own.names n on w.county = n.industry "
        "group by 1",
        "select county, sum(amount) from wage where county in (select industry from own.names) "
        "group by 1",
    ],
)
def test_statistics_refuse_it_and_say_what_to_do_instead(place: oc.Place, sql: str) -> None:
    client = place.of()
    client.bring("names", NAMES)
    with pytest.raises(Refused) as refused:
        client.sql(sql)
    assert refused.value.code is Code.use_not_allowed
    assert "Polars" in refused.value.reasons[0].next.en
    with pytest.raises(Refused):
        client.sql("select n.industry, count(*) from own.names n group by 1", tier="statistics")
