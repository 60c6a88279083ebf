"""An analyst whose table by industry class shows too little asks what would show more.

Real: contracts, ingest, gateway, workers, ledger, books of the guard, client, shell.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import polars as pl
import pytest
from noisy_city import PASSWORD, Clock
from typer.testing import CliRunner

from workbench.client.connection import Connection, connect
from workbench.errors import Code, InvalidInput, Refused, WorkbenchError
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.gateway.doors import Gateway
from workbench.ledger.chain import fields_of
from workbench.model.actor import Role
from workbench.trial.city import SCENARIO, ingest_all, write_city
from workbench.trial.schema import PolicyTest

CLASSES = {"1311": 12, "1312": 2, "1313": 3, "1411": 10, "1421": 2, "4411": 15}
"""Enterprises of each; below k = 5 by class, and of group 142; not below it by division."""
BY_CLASS = "select class, count(*) as n, sum(paid) as paid from tax group by class order by class"
GENERAL = {"class": "general"}
CITY: dict[str, Any] = {
    "resources": {
        "tax": {
            "data": "tax.csv",
            "entity": "code",
            "columns": {
                "code": {"type": "VARCHAR", **GENERAL},
                "class": {"type": "VARCHAR", "identifier": "industry_code", **GENERAL},
                "paid": {"type": "DOUBLE", **GENERAL},
            },
        },
        "plain": {
            "data": "plain.csv",
            "columns": {"class": {"type": "VARCHAR", **GENERAL}},
        },
    },
    "grants": {
        "tax": {
            "mode": "statistics",
            "columns": {
                "code": "join_key",
                "class": {"use": "value", "mask": {"kind": "industry", "level": "class"}},
                "paid": "statistics",
            },
            "disclosure": {"k": 5, "dominance": {"n": 2, "k": 0.85}, "p_percent": 10},
            "departments": ["user", "elsewhere"],
        },
        "plain": {
            "mode": "obtain",
            "columns": {"class": "value"},
            "departments": ["user", "elsewhere"],
        },
    },
    "settings": {"threads": 1, "warm_workers": 0, "join_key_floor": 3},
}


@dataclass
class Place:
    bench: Workbench
    gateway: Gateway

    @contextmanager
    def client(self, person: str = "li", language: str = "en") -> Iterator[Connection]:
        with connect(
            self.gateway.http,
            person,
            PASSWORD,
            language=language,
            scenario=SCENARIO,
            progress=False,
        ) as found:
            yield found

    def methods(self) -> list[str]:
        """How each query of the ledger was asked, oldest first."""
        journal = self.bench.store.journal
        head = journal.head()
        filed = [journal.at(seq) for seq in range(1, (head.seq if head else 0) + 1)]
        bodies = [fields_of(f.entry.body) or {} for f in filed if f is not None]
        return [b["method"] for b in bodies if b["event"] == "decision"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("suggestions")
    rows = [
        {"code": f"F{class_}{n:02}", "class": class_, "paid": 100.0 + n % 7}
        for class_, number in CLASSES.items()
        for n in range(number)
    ]
    pl.DataFrame(rows).write_csv(folder / "tax.csv")
    pl.DataFrame({"class": ["1311"]}).write_csv(folder / "plain.csv")
    test, root, clock = PolicyTest.model_validate(CITY), folder / "city", Clock()
    write_city(test, root)
    ingest_all(test, folder, root, clock)
    with open_workbench(root, clock) as bench:
        for person, department in (("li", "user"), ("wang", "elsewhere")):
            bench.store.users.add(person, PASSWORD, department, {Role.analyst})
        gateway = Gateway(bench, "test")
        try:
            yield Place(bench, gateway)
        finally:
            gateway.stop()


def test_a_table_by_class_is_suggested_by_division(place: Place) -> None:
    asked = len(place.methods())
    with place.client() as client:
        told = client.explain(BY_CLASS, suggest=True)
        assert (told.released, told.withheld) == (6, 6)
        found = told.suggestions
        assert found is not None
        best = found.found[0]
        assert (best.changed.en, best.released, best.withheld) == ("class by division", 6, 0)
        assert [each.changed.en for each in found.found] == [
            "class by division",
            "class left out",
            "class by group",
        ], "counts show no more here, and are not suggested"
        assert (found.asked, found.left) == (4, 0)
        assert place.bench.store.told.books() == [], "nothing of it counts as told"
        entries = place.methods()[asked:]
        assert entries == ["explain", "suggest", *["explain"] * 4], "each is entered by itself"
        for each in found.found:
            again = client.explain(each.sql)
            assert (again.released, again.withheld) == (each.released, each.withheld)
        release = client.sql(best.sql)
        assert release.withheld == 0
        assert release.arrow().column("class").to_pylist() == ["13", "14", "44"]
        assert release.arrow().column("n").to_pylist() == [17, 12, 15]
        place.bench.store.told.forget()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["3 show a larger share", "class by division", "6 / 12", "6 / 6", "LEFT(class, 2)"]),
        ("zh", ["3 种能公开更大比例", "class 按大类", "改后", "6 / 6", "LEFT(class, 2)"]),
    ],
)
def test_it_is_shown_as_a_table_with_statements_to_copy(
    language: str, words: list[str], place: Place
) -> None:
    with place.client(language=language) as client:
        plain, told = client.explain(BY_CLASS), client.explain(BY_CLASS, suggest=True)
    for shown in (repr(told), told._repr_html_()):
        for word in words:
            assert word in shown
        assert "--suggest" not in shown
    assert "--suggest" in repr(plain)
    assert "--suggest" in plain._repr_html_()


def test_what_shows_all_needs_no_change(place: Place) -> None:
    before = len(place.methods())
    with place.client() as client:
        told = client.explain("select count(*) as n from tax", suggest=True)
    assert told.suggestions is not None
    assert told.suggestions.found == ()
    assert "nothing to change" in repr(told)
    assert place.methods()[before:] == ["explain"]


def test_nothing_coarser_helps(place: Place) -> None:
    text = "select count(*) as n from tax where class = '1312'"
    with place.client() as client:
        told = client.explain(text, suggest=True)
        assert told.withheld == 1
        assert told.suggestions is not None
        assert (told.suggestions.found, told.suggestions.asked) == ((), 0)
        assert "No coarser form of it is known." in repr(told)
        told = client.explain(text.replace("n from", "n, sum(paid) as p from"), suggest=True)
        assert told.suggestions is not None
        assert (told.suggestions.found, told.suggestions.asked) == ((), 1)
        assert "nothing coarser helps" in repr(told)


def test_where_nothing_is_protected_is_an_error(place: Place) -> None:
    with place.client() as client:
        for tier in ("rows", "statistics"):
            with pytest.raises(InvalidInput, match="protected statistic"):
                client.explain(
                    "select class, count(*) as n from plain group by 1", tier=tier, suggest=True
                )


def test_what_aggregates_inside_says_why_there_is_no_suggestion(place: Place) -> None:
    text = f"select sum(n) as n from ({BY_CLASS.partition(' order')[0]})"
    with place.client() as client:
        told = client.explain(text, suggest=True)
    assert told.suggestions is not None
    assert [r.code for r in told.suggestions.refused] == [Code.statistics_grammar]
    assert "Explain the inner SELECT alone." in repr(told)


def test_time_is_bounded(place: Place) -> None:
    with place.client() as client:
        told = client.explain(BY_CLASS, suggest=True, seconds=0)
    assert told.suggestions is not None
    assert (told.suggestions.asked, told.suggestions.left) == (0, 4)
    assert "4 more were not asked" in repr(told)


def test_the_shell_suggests(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with place.client() as client:
        token = client.session_token
        for name, value in (
            ("WORKBENCH_URL", place.gateway.http),
            ("WORKBENCH_TOKEN", token),
            ("WORKBENCH_LANG", "en"),
        ):
            monkeypatch.setenv(name, value)
        from workbench.cli import app

        asked = ["sql", "-s", SCENARIO, "--suggest", BY_CLASS]
        text = CliRunner().invoke(app, asked)
        assert text.exit_code == 0, text.output
        assert "class by division" in text.stdout
        done = CliRunner().invoke(app, [*asked, "-f", "json"])
        body = json.loads(done.stdout)
        assert (body["released"], body["withheld"], body["k"]) == (6, 6, 5)
        best = body["suggestions"]["found"][0]
        assert (best["released"], best["withheld"]) == (6, 0)
        assert best["changed"] == {"zh": "class 按大类", "en": "class by division"}
        assert client.sql(best["sql"]).withheld == 0
        place.bench.store.told.forget()
        refused = CliRunner().invoke(app, [*asked[:-1], "select max(paid) from tax", "-f", "json"])
        assert refused.exit_code == Refused.exit_code
        assert json.loads(refused.stdout)["allowed"] is False


def test_nothing_is_suggested_under_a_grant_that_ended(place: Place) -> None:
    with place.client("wang") as client:
        told = client.explain(BY_CLASS, suggest=True)
        assert told.suggestions is not None
        assert told.suggestions.found
        place.bench.store.revocations.revoke(
            f"{SCENARIO}/elsewhere/tax", Clock()().date(), "authority", "over"
        )
        told = client.explain(BY_CLASS, suggest=True)
        assert (told.allowed, told.suggestions) == (False, None)
        assert [reason.code for reason in told.reasons] == [Code.grant_revoked]
        with pytest.raises(WorkbenchError) as caught:
            client.template({"do": "suggest", "sql": BY_CLASS})
        assert caught.value.code is Code.grant_revoked


def test_a_grant_that_ends_meanwhile_ends_the_suggestions(place: Place) -> None:
    ended: list[str] = []
    with place.client() as client:
        ask = client.template

        def template(body: Any, scenario: str | None = None) -> Any:
            if body["do"] == "explain" and "LEFT" in body["sql"] and not ended:
                place.bench.store.revocations.revoke(
                    f"{SCENARIO}/user/tax", Clock()().date(), "authority", "over"
                )
                ended.append("user")
            return ask(body, scenario)

        client.template = template  # type: ignore[method-assign]
        with pytest.raises(WorkbenchError) as caught:
            client.explain(BY_CLASS, suggest=True)
    assert caught.value.code is Code.grant_revoked
