"""Reading and screening hold for any text: they answer, and no literal comes out."""

from __future__ import annotations

import re

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.model.read_set import ReadSet
from workbench.sql.inspect import inspect
from workbench.sql.screen import screen

_WORDS = r"""
    select from where group by order having limit with as join on using in ( ) [ ] { } , . ; : ::
    * + - / = < > ' " $$ $a$ -- /* */ ? $1 1 2.5 'x' "q" t u a b count(*) case when then else end
    and or not null is distinct over partition pivot unpivot values union all recursive lambda ->
    => := explain describe summarize create temp table view macro insert into update set delete
    merge drop execute prepare attach copy pragma show columns exclude replace filter lateral
    unnest interval cast(a as int) é 表 \ # @ % ^ & | ~ `
"""
WORDS = st.sampled_from([*_WORDS.split(), "", "\n", "\t", "\u3000", "\u00a0", "\0", "\ud800"])
STATEMENTS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=80),
    st.lists(WORDS, max_size=25).map(" ".join),
    st.lists(WORDS, max_size=25).map("".join),
)
QUICK = settings(max_examples=examples(200), deadline=None)


@QUICK
@given(STATEMENTS)
def test_any_text_is_read(sql: str) -> None:
    found = inspect(sql)
    assert isinstance(found, ReadSet)
    assert {table for table, _ in found.columns} <= set(found.tables)
    assert set(found.stars) <= set(found.tables)


@QUICK
@given(STATEMENTS)
def test_any_text_is_screened(sql: str) -> None:
    for reason in screen(sql):
        assert reason.what.zh
        assert reason.what.en


# A secret in a literal or a comment ------------------------------------------------------------

_ALPHABET = "abcXYZ0123456789张三-_ .*/+#é"
SECRETS = st.tuples(st.text(_ALPHABET, max_size=12), st.text(_ALPHABET, max_size=12)).map(
    lambda ends: f"{ends[0]}S3CR3T{ends[1]}"
)


def _quoted(secret: str) -> str:
    return "'" + secret.replace("'", "''") + "'"


def _comment(secret: str) -> str:
    return "/* " + secret.replace("*/", "").replace("/*", "") + " */"


LITERALS = st.sampled_from(
    [
        _quoted,
        lambda s: "E" + _quoted(s),
        lambda s: f"$${s}$$",
        lambda s: f"$tag${s}$tag$",
        lambda s: _quoted(s) + "::VARCHAR",
        lambda s: f"[{_quoted(s)}]",
        lambda s: "{" + f"'k': {_quoted(s)}" + "}",
        lambda s: f"MAP {{{_quoted(s)}: 1}}",
        lambda s: f"INTERVAL {_quoted(s)} DAY",
        lambda s: f"DATE {_quoted(s)}",
        lambda s: f"a {_comment(s)}",
        lambda s: f"a -- {s}\n",
        lambda s: f"a /* x {_comment(s)} y */",
        lambda s: "x'" + s.encode().hex() + "'",
        lambda s: "a = '" + s,
        lambda s: "a /* " + s,
    ]
)
PLACES = st.sampled_from(
    [
        "SELECT {} FROM t",
        "SELECT a FROM t WHERE b = {} AND c > 1",
        "SELECT a FROM t WHERE b IN ('x', {}) GROUP BY a",
        "SELECT f({}, a) FROM t",
        "INSERT INTO t VALUES (1, {})",
        "CREATE TEMP TABLE x AS SELECT {} AS y FROM t",
        "EXPLAIN SELECT {} FROM t",
        "PREPARE p AS SELECT {} FROM t",
        "SET VARIABLE v = {}",
        "EXECUTE p({})",
        "SELECT {}; SELECT 2",
        "nonsense {} more",
        "SELECT 1 \u3000 , {}",
    ]
)


@QUICK
@given(SECRETS, LITERALS, PLACES)
def test_a_secret_does_not_survive(secret: str, literal: object, place: str) -> None:
    assert callable(literal)
    found = inspect(place.format(literal(secret)))
    said = repr(found)
    for kept in ("S3CR3T", secret, secret.encode().hex()):
        assert kept not in said


@QUICK
@given(st.integers(0, 10**18).map(str), PLACES)
def test_no_number_survives(number: str, place: str) -> None:
    normal = inspect(place.format(f"77{number}")).normal
    assert not re.search(r"\d{2}", normal)


@QUICK
@given(SECRETS, PLACES)
def test_a_value_in_the_wrong_quotes_does_not_stand_in_the_ledger(secret: str, place: str) -> None:
    wrong = '"' + secret.replace('"', "") + '"'
    assert "S3CR3T" not in inspect(place.format(wrong)).normal


@pytest.mark.parametrize("literal", ["0xDEADBEEF", "1e400", "0b1010", "1__2", "12345abc"])
def test_odd_numbers_do_not_survive(literal: str) -> None:
    assert inspect(f"SELECT {literal} FROM t").normal == "SELECT ? FROM t"
