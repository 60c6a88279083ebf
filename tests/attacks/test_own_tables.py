"""No statement brings a table of one's own into any relation with a join key.

Each attack is tried twice: with the list as a temporary table of the rows tier, where it works (so
that the attack is one), and with the list as an own table, where it finds nobody. The list holds
the pseudonyms themselves, which is the best that an attacker can have.
"""

from __future__ import annotations

from collections.abc import Iterator

import own_city as oc
import polars as pl
import pyarrow as pa
import pytest

from workbench.errors import Code, WorkbenchError
from workbench.trial.city import SCENARIO

pytestmark = pytest.mark.slow

KNOWN = {
    Code.mode_not_available, Code.not_found, Code.statement_wrong, Code.statement_not_allowed,
    Code.use_not_allowed, Code.function_not_allowed, Code.not_granted,
}  # fmt: skip
FIRST = 40
"""How many of the firms are on the list."""

FINDS = [
    "select count(*) as n from firm f join {L} o on f.code = o.k",
    "select count(*) as n from firm f join {L} o on o.k = f.code and f.staff > 0",
    "select count(*) as n from firm join {L} on code = k",
    "select count(*) as n from firm f, {L} o where f.code = o.k",
    "select count(*) as n from firm where code in (select k from {L})",
    "select count(*) as n from firm where code = any (select k from {L})",
    "select count(*) as n from firm f where exists (from {L} o where o.k = f.code)",
    "select count(*) as n from firm f where (select count(*) from {L} o where o.k = f.code) > 0",
    "select count(*) as n from firm f where not exists (from {L} o where o.k <> f.code) or "
    "f.code in (from (select k from {L}))",
    "select count(*) as n from firm f semi join {L} o on f.code = o.k",
    "select count(*) as n from firm f asof join {L} o on f.code >= o.k where f.code = o.k",
    "select count(*) as n from (select code as k from firm) natural join {L}",
    "select count(*) as n from (select code as k from firm) join {L} using (k)",
    "select count(*) as n from (select code as k, * exclude (code) from firm) natural join {L}",
    "select count(*) as n from (select * rename (code as k) from firm) join {L} using (k)",
    "select count(*) as n from (select code from firm intersect select k from {L})",
    "select count(*) as n from (select k from {L} intersect select code from firm)",
    "select 240 - count(*) as n from (select code from firm except select k from {L})",
    "select count(*) as n from (select c from (select code as c from firm union all "
    "select k from {L}) group by c having count(*) > 1)",
    "select count(*) as n from (select code from (select code from firm union all by name "
    "select k as code from {L}) group by code having count(*) > 1)",
    "with keys as (select code as c from firm), mine as materialized (select k from {L}) "
    "select count(*) as n from keys join mine on c = k",
    "with recursive r(c) as (select code from firm union select k from {L}) "
    "select 240 + 40 - count(*) as n from r",
    "select count(*) as n from firm f, lateral (select k from {L} o where o.k = f.code)",
    "select count(*) as n from firm f where list_contains((select list(k) from {L}), f.code)",
    "select count(*) as n from firm f where len(list_intersect([f.code], "
    "(select list(k) from {L}))) > 0",
    "select count(*) as n from firm f, (select list(k) as ks from {L}) where f.code in ks",
    "select count(*) as n from firm f, (select list(k) as ks from {L}) "
    "where len([x for x in ks if x = f.code]) > 0",
    "select count(*) as n from firm f, (select map_from_entries(list((k, 1))) as m from {L}) "
    "where m[f.code] is not null",
    "select count(*) as n from firm f, (select string_agg(k, ',') as s from {L}) "
    "where contains(s, f.code)",
    "select count(*) as n from firm f, (select string_agg(k, '|') as s from {L}) "
    "where regexp_matches(f.code, s)",
    "select count(*) as n from firm f join {L} o on hash(f.code) = hash(o.k)",
    "select count(*) as n from firm f join {L} o on md5(f.code) = md5(o.k)",
    "select count(*) as n from firm f join {L} o on concat(f.code, '') = o.k",
    "select count(*) as n from firm f join {L} o on f.code || '' = o.k",
    "select count(*) as n from firm f join {L} o on left(f.code, 40) = left(o.k, 40)",
    "select count(*) as n from firm f join {L} o on levenshtein(f.code, o.k) = 0",
    "select count(*) as n from firm f join {L} o on {{'a': f.code}} = {{'a': o.k}}",
    "select count(*) as n from firm f join {L} o on (f).code = (o).k",
    "select count(*) as n from (select f as r from firm f) join {L} o on r.code = o.k",
    "select count(*) as n from (select f as r from firm f) join {L} o on contains(r::varchar, o.k)",
    "select count(*) as n from (select to_json(f)::varchar as j from firm f) join {L} o "
    "on contains(j, o.k)",
    "select count(*) as n from (select unnest(f) from firm f) join {L} o on code = k",
    "select count(*) as n from (select columns('c.de') as c from firm) join {L} o on c = k",
    "select count(*) as n from (select columns(c -> c = 'code') as c from firm) "
    "join {L} o on c = k",
    "select count(*) as n from (select #1 as c from firm) join {L} o on c = k",
    "select count(*) as n from firm as f(c, a, b, d) join {L} o on f.c = o.k",
    "select count(*) as n from (unpivot (select code, county from firm) on code into name a "
    "value v) join {L} o on v = k",
    "select count(*) as n from (pivot firm on industry using min(code) group by county) p "
    "join {L} o on p.I0 = o.k",
    "select count(*) as n from (select max(code) as m from firm group by code) join {L} on m = k",
    "select count(*) as n from (select first(code) over (partition by code) as m from firm) "
    "join {L} on m = k",
    "select count(*) as n from (select arg_max(code, staff) as m from firm group by code) "
    "join {L} on m = k",
    "select count(*) as n from (select unnest(list(code)) as m from firm) join {L} on m = k",
    "select count(*) as n from (select case when code > '' then code end as m from firm) "
    "join {L} on m = k",
    "select sum((f.code = o.k)::int) as n from firm f, {L} o",
    "select count(*) filter (where f.code = o.k) as n from firm f, {L} o",
    "select count(nullif(f.code = o.k, false)) as n from firm f cross join {L} o",
    "select count(*) as n from firm f positional join (select code as c from firm) g "
    "join {L} o on g.c = o.k",
    "select count(*) as n from (select * from firm f join tax t on f.code = t.code) "
    "join {L} o on code = k",
    "select count(*) as n from tax t join {L} o on t.code = o.k join firm f on f.code = t.code",
    "select count(*) as n from firm f join tax t using (code) where code in (select k from {L})",
    "select count(*) as n from main.firm f join {L} o on f.code = o.k",
    "select count(*) as n from workspace.main.firm f join {L} o on f.code = o.k",
    "select count(*) as n from (table firm) f join {L} o on f.code = o.k",
    "select count(*) as n from (from firm select code) f join {L} o on f.code = o.k",
    "select count(*) as n from (describe firm) d, firm f join {L} o on f.code = o.k "
    "where d.column_name = 'code'",
    "select count(*) as n from {L} o join firm f on struct_pack(v := f.code).v = o.k",
    "select count(*) as n from {L} o, firm f where row(f.code) = row(o.k)",
    "select count(*) as n from {L} o, firm f where (f.code, 1) in (select k, 1 from {L})",
    "select count(*) as n from {L} o, firm f where f.code between o.k and o.k",
    "select count(*) as n from {L} o, firm f where f.code is not distinct from o.k",
    "select count(*) as n from {L} o, firm f where f.code like o.k",
    "select count(*) as n from {L} o, firm f where greatest(f.code, o.k) = least(f.code, o.k)",
    "select count(*) as n from {L} o, firm f where instr(f.code, o.k) = 1",
    "select count(*) as n from {L} o, firm f where encode(f.code) = encode(o.k)",
    "select count(*) as n from {L} o, firm f where strlen(replace(f.code, o.k, '')) = 0",
]
"""Each counts firms on the list in ``n``; ``{L}`` is the list."""

WHOLE_ROWS = {number for number, sql in enumerate(FINDS) if "::varchar" in sql or "#1" in sql}
"""They name no key, so that they are answered."""

CARRIES = [
    "create temp table t as select * from {L}",
    "create temp view t as select * from {L}",
    "create temp macro t() as table select * from {L}",
    "create temp macro t(x) as x in (select k from {L})",
    "set variable t = (select list(k) from {L})",
    "prepare t as select * from {L}",
    "insert into {L} select code from firm",
    "update {L} set k = 'x'",
    "delete from {L}",
    "drop table {L}",
    "alter table {L} rename to other",
    "truncate {L}",
    "create temp table t (k varchar); insert into t select k from {L}",
    "explain analyze select * from {L}",
    "begin; select * from {L}",
    "attach ':memory:' as own",
    "create schema own",
    "create table own.more as select 1 as k",
    "copy {L} to '/tmp/x.csv'",
    "use own",
]
"""Each would carry the list to where keys are, or change it."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[oc.Place]:
    with oc.opened(tmp_path_factory.mktemp("own_attacks")) as found:
        client = found.of()
        keys = client.sql("select code as k from firm order by code").table
        client.sql("create temp table picked (k varchar)")
        listed = keys.slice(0, FIRST)
        literals = ", ".join(f"('{k}')" for k in listed["k"].to_pylist())
        client.sql(f"insert into picked values {literals}")
        client.bring("picked", listed)
        yield found


def asked(place: oc.Place, sql: str) -> pa.Table | WorkbenchError:
    try:
        return place.of().sql(sql).table
    except WorkbenchError as error:
        return error


def test_the_attacks_are_many_and_each_its_own() -> None:
    assert len(set(FINDS)) == len(FINDS) >= 70
    assert len(set(CARRIES)) == len(CARRIES) >= 20


@pytest.mark.parametrize("number", range(len(FINDS)))
def test_the_list_finds_nobody_by_a_key(place: oc.Place, number: int) -> None:
    sql = FINDS[number]
    works = asked(place, sql.format(L="picked"))
    assert isinstance(works, pa.Table), f"this attack is none: {works}"
    assert works["n"].to_pylist()[0] > 0
    found = asked(place, sql.format(L="own.picked"))
    if isinstance(found, WorkbenchError):
        assert found.code in KNOWN, found
    else:  # a whole row was asked for, and no key is in it
        assert number in WHOLE_ROWS
        assert found["n"].to_pylist() == [0]


@pytest.mark.parametrize("number", range(len(CARRIES)))
def test_nothing_lasting_is_made_of_it(place: oc.Place, number: int) -> None:
    found = asked(place, CARRIES[number].format(L="own.picked"))
    assert isinstance(found, WorkbenchError), found
    assert found.code in KNOWN | {Code.several_statements}, found
    still = asked(place, "select count(*) as n from own.picked")
    assert isinstance(still, pa.Table)
    assert still["n"].to_pylist() == [FIRST]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from firm f, {L} o",
        "select f, o from firm f, {L} o",
        "select columns(*) from firm, {L}",
        "select to_json(f) as j from firm f, {L} o limit 50",
        "select f.* from firm f, {L} o",
        "select unnest(f) from firm f, {L} o",
        "select * from duckdb_columns(), {L}",
        "select table_name, column_name from information_schema.columns, {L} limit 90",
        "from firm natural full join {L}",
        "summarize select * from firm, {L}",
    ],
)
def test_no_key_lies_where_the_list_is(place: oc.Place, sql: str) -> None:
    """Whatever form asks for whole rows: what comes has no column ``code`` and no pseudonym that
    is not on the list."""
    rest = place.of().sql("select code from firm order by code").table["code"].to_pylist()[FIRST:]
    found = asked(place, sql.format(L="own.picked"))
    if isinstance(found, WorkbenchError):
        assert found.code in KNOWN, found
        return
    text = str(found.to_pylist())
    assert found.num_rows > 0
    assert "'code'" not in text
    assert '"code"' not in text
    assert not [k for k in rest if k in text]


def test_a_column_called_like_the_key_is_the_lists_own(place: oc.Place) -> None:
    client = place.of()
    client.bring("named", pl.DataFrame({"code": ["x"], "industry": ["I0"]}))
    found = client.sql("select distinct code from firm join own.named using (industry)").table
    assert found.to_pylist() == [{"code": "x"}]
    client.drop_own("named")


def test_a_refusal_teaches(place: oc.Place) -> None:
    found = asked(place, FINDS[0].format(L="own.picked"))
    assert isinstance(found, WorkbenchError)
    (reason,) = found.reasons
    assert (reason.code, reason.subject) == (Code.mode_not_available, "firm.code")
    assert "client.bring" in reason.next.en
    assert "client.bring" in reason.next.zh
    loose = asked(place, FINDS[2].format(L="own.picked"))
    assert isinstance(loose, WorkbenchError)
    assert loose.reasons[0].subject == "firm.code"


def test_a_worker_of_the_rows_tier_has_no_place_for_it(place: oc.Place) -> None:
    pool = place.bench.query_path._pool
    seats = {where: seat for where, seat in pool._seats.items() if seat.worker is not None}
    assert seats["li", f"{SCENARIO}/rows"].own == {}
    assert seats["li", f"{SCENARIO}/own"].own.keys() >= {"picked"}
    assert "own" not in str(asked(place, "show all tables"))


@pytest.mark.parametrize("tier", ["view", "compare"])
def test_templates_cannot_name_it(place: oc.Place, tier: str) -> None:
    body = {
        "view": {"do": "view", "resource": "own.picked", "columns": ["k"]},
        "compare": {"do": "compare", "resource": "own.picked", "on": {"k": "k"}, "keys": [["x"]],
                    "values": {"k": ["x"]}},
    }[tier]  # fmt: skip
    with pytest.raises(WorkbenchError) as refused:
        place.of().template(body)
    assert refused.value.code is not Code.internal
