"""How much was told, what two departments determine together, and each release: over HTTP, by
everybody who may look and who may not.

Real: contracts, ingest, gateway, workers, ledger, store, the product's own client.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from commands import Said, here
from told_city import PASSWORD, Telling, ask_all, firms, make, telling
from towns import ROOT

from workbench.client.connection import connect
from workbench.errors import Code, Language, Refused, StatementWrong, WorkbenchError
from workbench.ledger.usage import usage
from workbench.model.entry import EntryFilter
from workbench.ui.desks.desk import Act, Asked
from workbench.ui.page_file import load_page
from workbench.ui.setting import context_for
from workbench.ui.visit import Visit

WAIT = 60.0
FIRM = ("firm", "user")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telling]:
    with telling(make(tmp_path_factory.mktemp("told"))) as found:
        ask_all(found)
        yield found


def lines(city: Telling, person: str, **named: str) -> dict[tuple[str, str], Any]:
    found = city.as_(person).told.list(**named)
    return {(line["resource"], line["department"]): line for line in found["lines"]}


# Who sees what ------------------------------------------------------------------------------------


def test_everybody_sees_what_concerns_them(city: Telling) -> None:
    every = {("firm", d) for d in ("user", "elsewhere", "third")} | {("noisy", "user")}
    for person in ("chen", "he", "wang"):
        assert lines(city, person).keys() == every, person
    assert lines(city, "ma").keys() == {FIRM, ("noisy", "user")}
    assert lines(city, "mu").keys() == {("firm", "elsewhere")}
    assert lines(city, "ru") == {}  # provides nothing of it, and is no officer


@pytest.mark.parametrize("person", ["li", "eve"])
def test_others_are_told_who_may_look(city: Telling, person: str) -> None:
    told = city.as_(person).told
    asks: list[Callable[[], object]] = [
        told.list, lambda: told.detail(*FIRM), lambda: told.open(*FIRM), told.releases,
    ]  # fmt: skip
    for ask in asks:
        with pytest.raises(Refused) as refused:
            ask()
        reason = refused.value.reasons[0]
        assert reason.code is Code.not_yours
        assert all((reason.what.zh, reason.what.en, reason.rule, reason.next, reason.why))


@pytest.mark.parametrize("person", ["ma", "wang"])
def test_only_output_checkers_see_releases_and_what_stays_open(city: Telling, person: str) -> None:
    told = city.as_(person).told
    for ask in (told.releases, lambda: told.open(*FIRM)):
        with pytest.raises(Refused, match="check output") as refused:
            ask()
        rule = refused.value.reasons[0].rule
        assert rule is not None
        assert rule.en == "Foshan 2019 art. 40"


def test_what_is_not_theirs_is_not_there(city: Telling) -> None:
    told = []
    for person, asked in (("mu", FIRM), ("ru", FIRM), ("wang", ("none", "user"))):
        with pytest.raises(StatementWrong) as error:
            city.as_(person).told.detail(*asked)
        said = error.value.reasons[0]
        told.append(said.what.en.replace(asked[0], "R"))
    assert len(set(told)) == 1


def test_a_department_is_not_told_by_which_rule_nor_how_fine_its_parts_are(city: Telling) -> None:
    line = lines(city, "ma")[FIRM]
    assert line["withheld"] > 0
    assert (line["rules"], line["checks"]) == (None, False)
    found = city.as_("ma").told.detail(*FIRM)
    assert found["ready"]
    assert {(c["parts"], c["percent"]) for c in found["columns"]} == {(None, None)}


def test_each_look_is_recorded(city: Telling) -> None:
    city.as_("wang").told.list(resource="firm")
    city.as_("he").told.releases(department="user", withheld=True)
    journal = city.bench.store.journal
    second, first = usage(journal, EntryFilter(event="audit_read", limit=2))
    assert (first.actor, first.department, first.method) == ("wang", "provider", "told")
    assert first.detail == {"filter": {"resource": "firm"}}
    assert (second.actor, second.method) == ("he", "told releases")
    assert second.detail["filter"] == {"department": "user", "withheld": True, "limit": 50}


# How much -----------------------------------------------------------------------------------------


def test_how_much_was_told(city: Telling) -> None:
    line = lines(city, "wang")[FIRM]
    assert (line["releases"], line["book"], line["page"]) == (3, True, "")
    # two counties of rows and amounts; then the south once more, which followed
    assert line["cells"] == 4
    assert {rule["rule"]: rule["figures"] for rule in line["rules"]} == {"below_threshold": 4}
    assert line["withheld"] == 4
    assert (line["first"][:10], line["last"][:10]) == ("2026-03-02", "2026-03-05")
    noisy = lines(city, "wang")["noisy", "user"]
    assert (noisy["releases"], noisy["noisy"], noisy["cells"], noisy["book"]) == (1, 1, 0, False)


def test_how_fine_the_parts_are(city: Telling) -> None:
    found = city.as_("wang").told.detail(*FIRM, wait=WAIT)
    assert (found["ready"], found["k"]) == (True, 5)
    assert [column["column"] for column in found["columns"]] == ["", "turnover"]
    for column in found["columns"]:
        assert column["percent"] == 95 or column["percent"] == 100
        parts = column["parts"]
        assert (parts["parts"], parts["determined"], parts["strict"]) == (2, 2, False)
        assert parts["entities"] == {"number": 57, "fewer_than": None}
        assert parts["smallest"] == {"number": 27, "fewer_than": None}
    assert found["days"] == [{"day": "2026-03-02", "cells": 4}]


def test_nothing_below_the_threshold_no_amount_and_nobody_appears(city: Telling) -> None:
    """In whole answers, for every role: neither codes nor amounts, nor the three of the west."""
    given = firms()
    names = {*given["code"], *(str(a) for a in given["turnover"]), "CANARY-LITERAL"}
    names |= {str(total) for total in given.group_by("county").agg(pl.sum("turnover"))["turnover"]}
    for person in ("wang", "ma", "chen", "he"):
        told = city.as_(person).told
        answers = [told.list(), told.detail(*FIRM, wait=WAIT)]
        if person in ("chen", "he"):
            answers += [told.releases(), told.open(*FIRM, wait=WAIT)]
        text = json.dumps(answers, ensure_ascii=False)
        assert not [name for name in names if name in text]
        sizes = [size for answer in answers for size in _sizes(answer)]
        assert all(n is None or n == 0 or n >= 5 for n in sizes)
        assert sizes or person == "ma"


def _sizes(answer: Any) -> Iterator[int | None]:
    """Every number of entities, wherever it stands."""
    if isinstance(answer, dict):
        if answer.keys() == {"number", "fewer_than"}:
            yield answer["number"]
        for each in answer.values():
            yield from _sizes(each)
    elif isinstance(answer, list):
        for each in answer:
            yield from _sizes(each)


# What stays open ----------------------------------------------------------------------------------


def test_two_departments_that_determine_the_three_are_found_and_others_not(city: Telling) -> None:
    found = city.as_("he").told.open(*FIRM, wait=WAIT)
    assert found["ready"]
    assert {(p["column"], p["other"], p["follows"]["parts"]) for p in found["alone"]} == {
        ("", "", 0), ("turnover", "", 0),
    }  # fmt: skip
    pairs = {(p["column"], p["other"]): p["follows"] for p in found["pairs"]}
    for column in ("", "turnover"):
        follows = pairs[column, "elsewhere"]
        assert (follows["determined"], follows["parts"]) == (1, 1)
        assert pairs[column, "third"]["parts"] == 0
    assert len(pairs) == 4
    assert all(limit["zh"] and limit["en"] for limit in found["limits"])
    other = city.as_("chen").told.open("firm", "elsewhere", wait=WAIT)
    assert [p["follows"]["parts"] for p in other["pairs"]] == [1, 1, 1, 1]


def test_what_was_worked_out_is_kept_until_a_page_is_added(
    city: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    he = city.as_("he").told
    he.open("firm", "third", wait=WAIT)
    asked = []
    view = type(city.bench.query_path.told)
    follows = view.follows
    monkeypatch.setattr(view, "follows", lambda *a: (asked.append(a[1:3]), follows(*a))[1])
    he.open("firm", "third", wait=WAIT)
    assert asked == []
    city.as_("xu").sql("select count(*) as n from firm where county = 'north' or county = 'south'")
    he.open("firm", "third", wait=WAIT)
    assert asked


def test_what_was_spent_of_a_budget_stands_beside(city: Telling) -> None:
    (spent,) = city.as_("he").told.open("noisy", "user", wait=WAIT)["noise"]
    assert (spent["total"], spent["spent"]) == (2, 0.5)


# Releases -----------------------------------------------------------------------------------------


def test_releases_with_the_rules_that_fired(city: Telling) -> None:
    found = city.as_("he").told.releases(department="user", resource="firm")
    assert (found["before"], found["whole"]) == (None, True)
    again, first = found["lines"][1:]
    assert (first["person"], first["department"], first["outcome"]) == ("li", "user", "complete")
    assert (first["cells"], first["rows"], first["withheld"], first["k"]) == (4, 3, 2, 5)
    assert [(r["rule"], r["figures"]) for r in first["rules"]] == [("below_threshold", 2)]
    assert first["statement"].startswith("select county, count(*) as n")
    assert again["cells"] is None
    south = found["lines"][0]
    assert "CANARY-LITERAL" not in south["statement"]
    assert south["statement"].count("?") + south["statement"].count("...") > 0


def test_releases_are_filtered_and_paged(city: Telling) -> None:
    told = city.as_("chen").told
    every = told.releases()["lines"]
    assert {line["department"] for line in every} == {"user", "elsewhere", "third"}
    seqs, before = [], None
    while True:
        page = told.releases(limit=2, before=before)
        seqs += [line["seq"] for line in page["lines"]]
        before = page["before"]
        if before is None:
            break
    assert seqs == [line["seq"] for line in every]
    assert all(line["withheld"] for line in told.releases(withheld=True)["lines"])
    (noisy,) = told.releases(resource="noisy")["lines"]
    assert (noisy["epsilon"], noisy["epsilon_spent"], noisy["cells"]) == (0.5, 0.5, None)
    assert [line["person"] for line in told.releases(until="2026-03-03")["lines"]] == ["wu", "li"]
    assert told.releases(person="nobody")["lines"] == []


# The shell ----------------------------------------------------------------------------------------


@pytest.fixture
def shell(city: Telling, tmp_path: Path) -> Callable[..., Said]:
    environment = {
        "WORKBENCH_URL": city.gateway.http,
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    words = "login", "--user", "he", "--password-stdin"
    assert here(*words, given=f"{PASSWORD}\n", **environment).returncode == 0
    return lambda *words: here("told", *words, **environment)


def test_the_commands_tell_the_same(city: Telling, shell: Callable[..., Said]) -> None:
    found = shell("--resource", "firm", "--json")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["lines"] == city.as_("he").told.list("firm")["lines"]
    assert "below the threshold 4" in shell().stdout
    assert "27" in shell("detail", "firm", "user").stdout
    opened = shell("open", "firm", "user")
    assert "elsewhere" in opened.stdout, opened.stderr
    assert "put their results together" in opened.stdout
    told = shell("releases", "--withheld", "--until", "2026-03-03", "--limit", "1")
    assert "select county" in told.stdout, told.stderr
    assert "--before" in told.stdout
    assert shell("detail", "firm", "nobody").returncode == 4


# The desks ----------------------------------------------------------------------------------------


def desk(city: Telling, person: str, page: str, language: Language = "en") -> Visit:
    client = connect(city.gateway.http, person, PASSWORD, language=language, progress=False)
    path = ROOT / "dashboards" / "pages" / f"{page}.yaml"
    visit = Visit(load_page(path), client, context_for(path), language)
    visit.open()
    return visit


def table(item: Any, title: str) -> list[dict[str, str]]:
    (found,) = [each for each in item["blocks"] if each["title"] == title]
    return [{key: cell["text"] for key, cell in row.items()} for row in found["rows"]]


def test_a_provider_opens_a_line_at_the_desk(city: Telling) -> None:
    visit = desk(city, "wang", "told_statistics")
    shown = visit.desk_list("p0", Asked(0, {"resource": "firm", "department": "user"}))
    (line,) = shown["rows"]
    assert line["cells"]["withheld"]["hint"] == "below the threshold 4"
    item = visit.desk_item("p0", line["id"])
    columns = table(item, "By column")
    assert [(c["column"], c["smallest"], c["strict"]) for c in columns] == [
        ("rows", "27", "exactly"), ("turnover", "27", "exactly"),
    ]  # fmt: skip
    sizes = table(item, "Entities by the smallest part that they can be told apart in")
    assert {size["size"]: size["c0"] for size in sizes}["20 to 99"] == "100 %"
    assert table(item, "Cells told, over time") == [{"when": "2026-03-02", "cells": "4"}]
    assert item["actions"] == []
    for odd in ("firm", "::user", "firm::nobody"):
        with pytest.raises(WorkbenchError) as caught:
            visit.desk_item("p0", odd)
        assert caught.value.code is Code.not_found
    with pytest.raises(Refused, match="check output"):
        visit.desk_act("p0", Act(line["id"], "open", 0, {}, "k"))


def test_who_was_told_sees_how_much_at_the_desk(city: Telling) -> None:
    visit = desk(city, "ma", "told_statistics")
    item = visit.desk_item("p0", "firm::user")
    assert [each["title"] for each in item["blocks"]] == ["By column", "Cells told, over time"]
    (first, _) = table(item, "By column")
    assert first.keys() >= {"column", "cells", "withheld"}
    assert not first.get("smallest")


def test_an_output_checker_works_at_the_desk(city: Telling) -> None:
    visit = desk(city, "he", "output_checking", "zh")
    acted, _ = visit.desk_act("p0", Act("firm::user", "open", 0, {}, "k"))
    assert acted.item is not None
    assert acted.item["state"]["text"] == "可推出"
    pairs = table(acted.item, "部门合并各自所得")
    assert {(p["column"], p["other"]): p["parts"] for p in pairs}["行数", "elsewhere"] == "1"
    acted, _ = visit.desk_act("p0", Act("noisy::user", "open", 0, {}, "k"))
    assert acted.item is not None
    assert table(acted.item, "同时使用的隐私预算")[0]["spent"] == "0.5 / 2"
    some = visit.desk_list("p1", Asked(0, {"show": "withheld", "person": "xu"}))
    (row,) = some["rows"]
    item = visit.desk_item("p1", row["id"])
    assert table(item, "未放行，按规则")[0]["rule"] == "个体数不足"
    assert any("select county" in line["text"] for line in table(item, "语句"))
    for odd in ("999999", "1"):
        with pytest.raises(WorkbenchError) as caught:
            visit.desk_item("p1", odd)
        assert caught.value.code is Code.not_found
    assert not visit.refresh(), "looking is recorded, so an open page looks once"
    with pytest.raises(WorkbenchError):
        visit.desk_act("p1", Act(row["id"], "open", 0, {}, "k"))
