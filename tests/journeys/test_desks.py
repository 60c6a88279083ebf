"""The desks without a browser: what their lists, items and forms say of a real gateway, and what
becomes of forms that are sent twice, too late, or by the wrong person."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from attacks.served import PASSWORD, SCENARIO
from towns import ASKED, ROOT, Town, town_under

from workbench.client.connection import connect
from workbench.errors import Code, Conflict, Language, WorkbenchError
from workbench.ui.desks.desk import Act, Asked
from workbench.ui.page_file import load_page
from workbench.ui.setting import context_for
from workbench.ui.visit import Visit

MY_DATA, APPLICATIONS, DUE, CASES = "p0", "p1", "p0", "p1"
Form = dict[str, Any]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town_under("aba-2024", tmp_path_factory.mktemp("town")) as found:
        yield found


def at(town: Town, person: str, page: str, language: Language = "en") -> Visit:
    client = connect(
        town.gateway.http, user=person, password=PASSWORD, language=language, progress=False
    )
    path = ROOT / "dashboards" / "pages" / f"{page}.yaml"
    visit = Visit(load_page(path), client, context_for(path), language)
    visit.open()
    return visit


def listed(visit: Visit, position: int) -> Form:
    panel = visit.panels()[position]
    assert panel["state"] == "drawn", panel["reasons"]
    found: Form = panel["desk"]
    return found


def values(form: Form, **changed: Any) -> dict[str, Any]:
    """What a form holds as it was opened, with what was typed."""
    found = {field["name"]: field["value"] for field in form["fields"]}
    if "columns" in found:
        found["columns"] = {
            line["name"]: {"use": line["use"], "argument": line["argument"]}
            for line in found["columns"]
            if line["chosen"]
        }
    return found | changed


def form_of(item: Form, event: str) -> Form:
    return next(form for form in item["actions"] if form["event"] == event)


def drafted(visit: Visit) -> Form:
    asked = {"scenario": SCENARIO, "statement": ASKED}
    acted, _ = visit.desk_act(APPLICATIONS, Act("", "from_query", 0, asked, "d"))
    assert acted.form is not None
    return acted.form


def filled(form: Form) -> dict[str, Any]:
    found = values(form, reason="月度分析", until="2027-06-30")
    found["columns"]["amount"]["argument"] = "比较规模"
    return found


def refused(work: Any, *words: Any) -> WorkbenchError:
    with pytest.raises(WorkbenchError) as caught:
        work(*words)
    return caught.value


@pytest.fixture(scope="module")
def case(town: Town) -> str:
    """Applied for at the officer's desk."""
    officer = at(town, "ma", "my_data")
    act = Act("", "apply", 0, filled(drafted(officer)), "once")
    acted, shown = officer.desk_act(APPLICATIONS, act)
    assert acted.item is not None
    again, after = officer.desk_act(APPLICATIONS, act)  # a second click, or a lost answer
    assert again.item is not None
    assert again.item["id"] == acted.item["id"]
    assert after["total"] == shown["total"] == 1
    return str(acted.item["id"])


def test_an_analyst_sees_what_is_granted_and_why_and_takes_the_draft_along(town: Town) -> None:
    visit = at(town, "li", "my_data", "zh")
    grants = listed(visit, 0)
    assert [row["cells"]["state"]["text"] for row in grants["rows"]] == ["有效"]
    item = visit.desk_item(MY_DATA, grants["rows"][0]["id"])
    assert [row["name"]["text"] for row in item["blocks"][0]["rows"]] == ["code", "town"]
    assert 'scenario="trial"' in item["blocks"][1]["rows"][0]["text"]["text"]
    form = drafted(visit)
    lines = {line["name"]: line for line in next(
        f["value"] for f in form["fields"] if f["name"] == "columns"
    )}  # fmt: skip
    assert {name: line["chosen"] for name, line in lines.items()} == dict.fromkeys(
        ("code", "town", "amount"), True
    )
    assert (lines["amount"]["argued"], lines["code"]["argued"]) == (True, False)
    acted, _ = visit.desk_act(APPLICATIONS, Act("", "apply", 0, filled(form), "k"))
    assert acted.download is not None
    draft = base64.b64decode(acted.download["content"]).decode()
    assert json.loads(draft)["application"]["reason"] == "月度分析"
    opened, _ = visit.desk_act(APPLICATIONS, Act("", "from_draft", 0, {"draft": draft}, "k2"))
    assert opened.form is not None
    assert filled(opened.form)["columns"] == filled(form)["columns"]


def test_from_the_catalogue_and_from_what_is_no_draft(town: Town) -> None:
    visit = at(town, "ma", "my_data")
    named = {"scenario": SCENARIO, "resource": "firms"}
    acted, _ = visit.desk_act(APPLICATIONS, Act("", "from_catalogue", 0, named, "k"))
    assert acted.form is not None
    columns = next(f["value"] for f in acted.form["fields"] if f["name"] == "columns")
    assert [line["chosen"] for line in columns] == [False] * 3
    for draft in (
        "",
        "nonsense",
        "application: 3",
        "application: {columns: []}",
        "a: [",
        "{{{",
        "application: {columns: {a: }}",
        "application: {columns: {a: {mask: {x: 1}}}}",
        "application: {columns: {a: {use: [1]}}}",
        "application: {users: 5, columns: {}}",
    ):
        act = Act("", "from_draft", 0, {"draft": draft}, "k")
        error = refused(visit.desk_act, APPLICATIONS, act)
        assert error.reasons[0].what.zh, draft
        assert error.reasons[0].next is not None
    fits = {"scenario": SCENARIO, "statement": "select code from firms"}
    acted, _ = visit.desk_act(APPLICATIONS, Act("", "from_query", 0, fits, "k"))
    assert (acted.form, "may run" in acted.told) == (None, True)
    odd = Act("", "apply", 0, filled(drafted(visit)) | {"rows": "amount > 3"}, "k")
    assert "conditions on rows" in refused(visit.desk_act, APPLICATIONS, odd).reasons[0].what.en
    deep = values(drafted(visit))
    deep["columns"]["amount"] = {"use": "[" * 100_000}
    for odd_values in (deep, filled(drafted(visit)) | {"rows": "[" * 100_000}):
        act = Act("", "apply", 0, odd_values, "k")
        assert refused(visit.desk_act, APPLICATIONS, act).code is Code.invalid_request
    none = Act("", "apply", 0, values(drafted(visit), columns={}), "k")
    assert refused(visit.desk_act, APPLICATIONS, none).code.kind.value == "invalid"


def test_a_reviewer_decides_in_part_and_of_two_the_second_is_told(town: Town, case: str) -> None:
    visit = at(town, "wang", "approval_desk")
    assert [row["id"] for row in listed(visit, 0)["rows"]] == [case]
    assert listed(visit, 0)["rows"][0]["cells"]["article"]["text"] == "article 25"
    item = visit.desk_item(CASES, case)
    columns = {row["name"]["text"]: row for row in item["blocks"][0]["rows"]}
    assert columns["code"]["held"]["text"] == "the same"
    assert "statistics does" in columns["amount"]["remark"]["text"]
    assert columns["amount"]["argument"]["text"] == "比较规模"
    union = next(b for b in item["blocks"] if b["title"].startswith("All that"))
    assert union["rows"][0]["text"]["text"] == "code, town, amount"
    counted, _ = visit.desk_act(CASES, Act(case, "uniqueness", 0, {}, "u"))
    assert counted.item is not None
    assert any("rows" in b["columns"][0]["label"] for b in counted.item["blocks"])

    form = form_of(item, "approve")
    chosen = values(form, reason="ok")
    chosen["columns"].pop("town")
    chosen["columns"]["amount"]["use"] = '"statistics"'
    late = Act(case, "approve", item["version"], chosen, "late")
    acted, _ = visit.desk_act(CASES, Act(case, "approve", item["version"], chosen, "a"))
    assert acted.item is not None
    assert acted.item["state"]["text"] == "active"
    granted = {row["name"]["text"]: row["granted"] for row in acted.item["blocks"][0]["rows"]}
    assert granted["town"] == {"text": "no", "tone": "off", "hint": "", "share": None}
    assert granted["amount"]["text"] == "in statistics"
    with pytest.raises(Conflict):
        visit.desk_act(CASES, late)
    wider = values(form_of(acted.item, "narrow"), reason="x")
    wider["columns"]["town"] = {"use": '"value"'}
    act = Act(case, "narrow", acted.item["version"], wider, "w")
    assert refused(visit.desk_act, CASES, act).code.kind.value == "invalid"
    assert refused(
        visit.desk_act, CASES, Act(case, "notify", 2, {"days": "soon", "reason": "x"}, "n")
    ).reasons[0].subject == "days"  # fmt: skip


def test_nobody_acts_who_may_not_and_what_is_not_there_is_said(town: Town, case: str) -> None:
    analyst = at(town, "li", "approval_desk")  # listed for others, and opened all the same
    item = analyst.desk_item(CASES, case)
    assert item["actions"] == []
    forged = Act(case, "revoke", item["version"], {"reason": "x", "basis": "y"}, "f")
    assert refused(analyst.desk_act, CASES, forged).code.kind.value == "refused"
    assert refused(analyst.desk_item, CASES, "20260101-zzzzzz").code is Code.not_found
    assert refused(analyst.desk_item, CASES, "../users").reasons
    assert refused(analyst.desk_item, CASES, "").code is Code.not_found
    odd = Act("", "apply_all", 0, {}, "k")
    assert "apply_all" in refused(analyst.desk_act, CASES, odd).reasons[0].what.en
    for page in ("who_uses_my_data", "trail"):
        panel = at(town, "li", page).panels()[0]
        assert panel["state"] == "refused"
        assert panel["reasons"][0]["rule"]


def test_lists_are_filtered_and_paged(town: Town, case: str) -> None:
    visit = at(town, "he", "approval_desk")
    some = visit.desk_list(CASES, Asked(0, {"show": "all", "resource": "firms"}))
    assert some["total"] == 1
    assert some["more"] is False
    assert visit.desk_list(CASES, Asked(50, {"show": "all"}))["rows"] == []
    assert visit.desk_list(CASES, Asked(0, {"show": "all", "resource": "other"}))["total"] == 0
    assert visit.refresh()
    assert listed(visit, 1)["filters"][0]["value"] == "all"  # what was chosen stays


def test_a_provider_sees_the_use_and_stops_it(town: Town, case: str) -> None:
    assert town.sql("select count(code) as n from firms").returncode == 0
    visit = at(town, "wang", "who_uses_my_data")
    shown = visit.desk_list("p0", Asked(0, {"state": "active", "order": "recent"}))
    line = next(row for row in shown["rows"] if row["id"] == f"case:{case}")
    assert line["cells"]["columns"]["text"] == "1 / 2"
    item = visit.desk_item("p0", line["id"])
    assert item["blocks"][1]["rows"][0]["id"]["text"] == "li"
    assert "1 granted column was never used" in item["blocks"][0]["note"]
    bare = Act(line["id"], "revoke", 0, {"reason": "", "basis": ""}, "r")
    assert refused(visit.desk_act, "p0", bare).reasons
    stop = Act(line["id"], "revoke", 1, {"reason": "misuse", "basis": "art. 27"}, "s")
    stale = refused(visit.desk_act, "p0", stop)
    assert isinstance(stale, Conflict)  # it was not looked at as it is
    stop = replace(stop, seen=form_of(item, "revoke")["seen"])
    for _ in range(2):  # a second click, or a lost answer
        acted, _ = visit.desk_act("p0", stop)
        assert acted.item is not None
        assert acted.item["state"]["text"] == "revoked"
    assert town.sql("select count(code) as n from firms").returncode == 3


def test_an_auditor_reads_verifies_and_looks_for_an_enterprise(town: Town, case: str) -> None:
    visit = at(town, "he", "trail")
    before = listed(visit, 0)
    assert before["total"] is None or before["total"] == len(before["rows"])
    assert not visit.refresh(), "a reading is recorded, so an open page reads once"
    mine = visit.desk_list("p0", Asked(0, {"person": "wang", "event": "case_stepped"}))
    assert mine["rows"]
    assert refused(visit.desk_list, "p0", Asked(0, {"before": "x"})).code is Code.invalid_request
    item = visit.desk_item("p0", mine["rows"][0]["id"])
    assert any(fact["label"] == "Digest" for fact in item["facts"])
    acted, _ = visit.desk_act("p0", Act("", "verify", 0, {}, "v"))
    assert acted.item is not None
    for _ in range(100):
        item = visit.desk_item("p0", "check")
        if not item["actions"]:
            break
    assert item["state"]["text"] == "whole", item
    found, _ = visit.desk_act("p0", Act("", "enterprise", 0, {"key": "A"}, "e"))
    assert found.item is not None
    assert found.item["blocks"]
