"""The magic and the completion in a real IPython shell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from IPython.core.interactiveshell import InteractiveShell

from workbench.client.completion import GrantedCompleter, quoted
from workbench.client.listing import Listing
from workbench.client.magic import Request, parse
from workbench.client.placeholders import bind
from workbench.client.testing import FakeConnection
from workbench.errors import Code, InvalidInput, Reason, Text, WorkbenchError

PRICES = pa.table({"city": ["北京"], "month": ["2025-01"], "my price": [1]})


@pytest.fixture
def fake() -> FakeConnection:
    return FakeConnection({"house_price": PRICES, "division": pa.table({"code": ["51"]})}, "prices")


@pytest.fixture
def shell(fake: FakeConnection) -> Iterator[InteractiveShell]:
    InteractiveShell.clear_instance()
    made = InteractiveShell.instance(colors="nocolor")
    made.run_line_magic("load_ext", "workbench")
    made.user_ns["client"] = fake
    yield made
    made.run_line_magic("unload_ext", "workbench")
    InteractiveShell.clear_instance()


def ran(shell: InteractiveShell, cell: str) -> Any:
    done = shell.run_cell(cell)
    done.raise_error()
    return done.result


@pytest.mark.parametrize(
    ("line", "cell", "expected"),
    [
        ("", "select 1", Request("select 1")),
        ("prices", "select 1", Request("select 1", "prices")),
        ("prices out <<", "select 1", Request("select 1", "prices", "out")),
        ("out <<", "select 1", Request("select 1", "", "out")),
        ("out<<", "select 1", Request("select 1", "", "out")),
        ("--limit-display 5 prices", "q", Request("q", "prices", shown=5)),
        ("prices --limit-display=5 -c b", "q", Request("q", "prices", connection="b", shown=5)),
        ("prices select 1 < 2", None, Request("select 1 < 2", "prices")),
        ("select 1", None, Request("select 1")),
        ("FROM t", None, Request("FROM t")),
        ("(select 1)", None, Request("(select 1)")),
        ("-c b prices from t", None, Request("from t", "prices", connection="b")),
        ("prices --tier statistics", "q", Request("q", "prices", tier="statistics")),
        ("--tier=rows prices q", None, Request("q", "prices", tier="rows")),
        ("prices out << --explain", "q", Request("q", "prices", "out", explain=True)),
        ("--explain --tier rows prices q", None, Request("q", "prices", tier="rows", explain=True)),
        ("prices --suggest", "q", Request("q", "prices", explain=True, suggest=True)),
        ("--explain --suggest", "q", Request("q", explain=True, suggest=True)),
    ],
)
def test_the_line_is_read(line: str, cell: str | None, expected: Request) -> None:
    assert parse(line, cell) == expected


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        ("a b", "select 1"),
        ("prices", "  \n"),
        ("--nope 3", "q"),
        ("prices", None),
        ("", None),
        ("--tier view", "q"),
        ("--tier statisticsx", "q"),
        ("--explained", "q"),
        ("--suggestions", "q"),
    ],
)
def test_a_line_that_is_not_understood_shows_the_usage(line: str, cell: str | None) -> None:
    with pytest.raises(InvalidInput, match="%%sql"):
        parse(line, cell)


def test_a_cell_is_explained(shell: InteractiveShell, fake: FakeConnection) -> None:
    fake.answer('"do": "explain"', pa.table({"column": ["n"], "why": [None], "cells": [3]}))
    told = ran(shell, "%%sql prices --explain --tier statistics\nfrom house_price")
    assert (told.allowed, told.released, told.withheld) == (True, 3, 0)
    asked = json.loads(fake.asked[-1].sql)
    assert asked == {"do": "explain", "sql": "from house_price", "tier": "statistics"}
    assert ran(shell, "%%sql prices told << --explain\nfrom house_price") is None
    assert shell.user_ns["told"].allowed
    shell.user_ns["city"] = "北京"
    before = len(fake.asked)
    with pytest.raises(InvalidInput, match="cannot be explained"):
        ran(shell, "%%sql prices --explain\nfrom house_price where city = :city")
    assert len(fake.asked) == before


def test_a_cell_is_suggested_for(shell: InteractiveShell, fake: FakeConnection) -> None:
    few = pa.table({"column": ["n", "n"], "why": [None, "suppressed"], "cells": [1, 3]})
    fake.answer('"do": "explain"', few)
    offer = {"sql": "from coarser", "change": "level", "zh": "粗", "en": "coarse", "steps": 1}
    offer["key"] = ""
    fake.answer('"do": "suggest"', pa.Table.from_pylist([offer]))
    fake.answer("from coarser", pa.table({"column": ["n"], "why": [None], "cells": [2]}))
    told = ran(shell, "%%sql prices --suggest\nfrom house_price")
    assert [(s.sql, s.released) for s in told.suggestions.found] == [("from coarser", 2)]
    assert [json.loads(each.sql)["do"] for each in fake.asked[-3:]] == [
        "explain", "suggest", "explain",
    ]  # fmt: skip
    assert "--suggest" in repr(ran(shell, "%%sql prices --explain\nfrom house_price"))


def test_a_cell_shows_keeps_and_limits(shell: InteractiveShell, fake: FakeConnection) -> None:
    assert ran(shell, "%%sql prices\nfrom house_price").columns == ("city", "month", "my price")
    release = ran(shell, "%%sql prices --limit-display 7\nfrom house_price")
    assert (release.rows, release.shown) == (1, 7)
    assert fake.asked[-1].sql == "from house_price"
    assert fake.asked[-1].tier == ""
    ran(shell, "%%sql prices --tier statistics\nfrom house_price")
    assert fake.asked[-1].tier == "statistics"
    assert ran(shell, "%%sql prices kept <<\nfrom division") is None
    assert shell.user_ns["kept"].columns == ("code",)
    assert ran(shell, "x = %sql prices from division\nx").columns == ("code",)


def test_parameters_are_bound_never_pasted(shell: InteractiveShell, fake: FakeConnection) -> None:
    shell.user_ns["city"] = "x' or 1=1; --"
    ran(shell, "%%sql prices\nselect ':city', city::text from house_price where city = :city")
    asked = fake.asked[-1]
    assert asked.sql == "select ':city', city::text from house_price where city = $city"
    assert asked.parameters == {"city": "x' or 1=1; --"}


@pytest.mark.parametrize(
    ("sql", "bound"),
    [
        ("a = :x", "a = $x"),
        ("a=:x and b=$x", "a=$x and b=$x"),
        ("f(:x,:x)", "f($x,$x)"),
        ("':x' \":x\" $$ :x $$ $t$ :x $t$ -- :x\n/* :x /* :x */ :x */ 'it''s :x'", None),
        ("e'\\' :x'", None),
        ("a::x", None),
        ("l[a:x]", None),
        ("l[:x]", None),
        ("{'k':x}", None),
        ("f(a := x)", None),
        ("'a' || :x -- :x", "'a' || $x -- :x"),
        ("/* ' */ :x", "/* ' */ $x"),
        ("$1 :x", "$1 $x"),
    ],
)
def test_only_placeholders_are_placeholders(sql: str, bound: str | None) -> None:
    text, values = bind(sql, {"x": 1})
    assert text == (sql if bound is None else bound)
    assert values == ({} if bound is None else {"x": 1})


def test_an_unknown_variable_is_named(shell: InteractiveShell, fake: FakeConnection) -> None:
    with pytest.raises(InvalidInput, match="nope"):
        ran(shell, "%%sql prices\nselect :nope")
    assert fake.asked == []


def test_several_connections_have_to_be_told_apart(
    shell: InteractiveShell, fake: FakeConnection
) -> None:
    shell.user_ns["same"] = fake
    ran(shell, "%%sql\nfrom division")
    shell.user_ns["other"] = FakeConnection({"division": PRICES}, "prices")
    with pytest.raises(InvalidInput, match="-c"):
        ran(shell, "%%sql\nfrom division")
    assert ran(shell, "%%sql -c other\nfrom division").columns[0] == "city"
    with pytest.raises(InvalidInput, match="nobody"):
        ran(shell, "%%sql -c nobody\nfrom division")


def test_a_refusal_is_short_and_teaches(
    shell: InteractiveShell, fake: FakeConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    reason = Reason(
        Code.not_granted,
        Text("没有授权。", "Not granted."),
        why=Text("因为", "Because"),
        next=Text("申请", "Apply"),
        draft="application:\n  columns: [income]",
    )
    fake.answer("income", WorkbenchError.of(reason))
    fake.language = "zh"
    capsys.readouterr()
    shell.run_cell("%%sql prices\nselect income")
    out = "".join(capsys.readouterr())
    assert "没有授权。" in out
    assert "  columns: [income]" in out
    assert "下一步：申请" in out
    assert "Traceback" not in out
    assert ".py" not in out
    assert len(out.splitlines()) < 12


def completions(shell: InteractiveShell, code: str) -> set[str]:
    """As a front end asks: ``|`` is the cursor."""
    from IPython.core.completer import provisionalcompleter

    cursor = code.index("|")
    with provisionalcompleter():
        found = list(shell.Completer.completions(code.replace("|", ""), cursor))
    return {c.text for c in found}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("%%sql prices\nselect * from h|", {"house_price"}),
        ("%%sql prices\nselect * from |", {"house_price", "division"}),
        ("%%sql prices\nselect ci| from house_price", {"city"}),
        ("%%sql prices\nselect p.| from house_price p", {"city", "month", '"my price"'}),
        ("%%sql prices\nselect p.m|\nfrom house_price as p", {"month", '"my price"'}),
        ("%%sql prices\nselect d.c| from house_price p join division d on true", {"code"}),
        ("%%sql prices\nselect x.c| from division d", set()),
        ("%%sql pri|", {"prices"}),
        ("%sql prices select * from di|", {"division"}),
        ("client.sql('select * from di|", {"division"}),
        ('x = client.sql("""\nselect cit| from house_price""", scenario="prices")', {"city"}),
    ],
)
def test_completion_knows_what_is_granted(
    shell: InteractiveShell, code: str, expected: set[str]
) -> None:
    assert completions(shell, code) == expected


def test_python_completes_as_before(shell: InteractiveShell) -> None:
    shell.user_ns["house_of_cards"] = 1
    assert "house_of_cards" in completions(shell, "house_o|")


def test_completion_survives_a_silent_gateway(shell: InteractiveShell) -> None:
    class Silent(FakeConnection):
        def tables(self, scenario: str | None = None) -> Any:
            raise WorkbenchError.of(Reason(Code.gateway_unavailable, Text("无", "none")))

    shell.user_ns["client"] = Silent(scenario="prices")
    assert not completions(shell, "%%sql prices\nselect * from h|") & {"house_price", "division"}


def test_names_are_asked_for_once_in_a_while(fake: FakeConnection) -> None:
    now, asked = [0.0], []
    fake.tables = lambda scenario=None: asked.append(scenario) or []  # type: ignore[method-assign,func-returns-value,assignment]
    completer = GrantedCompleter(lambda name: fake, lambda: now[0])
    for now[0] in (0, 10, 29):
        completer.complete("%%sql prices\nselect * from ", 27)
    assert asked == ["prices"]
    now[0] = 31
    completer.complete("%%sql prices\nselect * from ", 27)
    assert asked == ["prices", "prices"]


def test_odd_names_are_quoted() -> None:
    assert [quoted(n) for n in ("city", "城市", "my price", 'a"b', "1a")] == [
        "city", "城市", '"my price"', '"a""b"', '"1a"'
    ]  # fmt: skip


def test_what_is_only_viewed_or_compared_is_no_name_for_a_statement() -> None:
    class Tiered(FakeConnection):
        def tables(self, scenario: str | None = None) -> Listing:
            rows = [
                {"table": name, "column": "a", "type": "BIGINT", "tiers": tiers}
                for name, tiers in {
                    "t_rows": ["rows", "statistics"], "t_statistics": ["statistics", "compare"],
                    "t_view": ["view"], "t_compare": ["compare"],
                }.items()
            ]  # fmt: skip
            return Listing.of("tables", rows, self.language)

    text = "%%sql prices\nselect * from t_"
    found = GrantedCompleter(lambda name: Tiered()).complete(text, len(text))
    assert {one.text for one in found["completions"]} == {"t_rows", "t_statistics"}
