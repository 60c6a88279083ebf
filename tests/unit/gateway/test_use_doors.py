"""Who uses whose data, over HTTP: a real city, real queries, every role."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from commands import here
from overseen_city import PASSWORD, Town, grant, overseen

from workbench.catalogue.applications import MOST_TEXT
from workbench.errors import Code, Conflict, InvalidInput, Refused, StatementWrong, WorkbenchError
from workbench.ledger.usage import usage
from workbench.model.actor import Actor, Role
from workbench.model.entry import EntryFilter
from workbench.model.grant import GrantState
from workbench.sharing import oversight

BOTH = "select town, sum(amount) as amount from firms group by town"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Used on two days: by li and xu on the first, on the second by li, and by li at a page."""
    with overseen(tmp_path_factory.mktemp("uses")) as found:
        for person in ("li", "xu"):
            found.use(person, "select code from firms")
        found.later(days=40)
        found.use("li", BOTH)
        found.use("li", BOTH)
        found.use("li", "select town from firms", page="board")
        yield found


def lines(answer: Any) -> dict[str, Any]:
    return {line["grant"]: line for line in answer["lines"]}


def test_a_provider_sees_the_use_of_its_own_data_only(town: Town) -> None:
    found = town.as_("wang").uses.list()
    whole = town.as_("chen").uses.list()
    assert whole["counted_to"] == town.bench.store.journal.head().seq  # type: ignore[union-attr]
    assert (whole["behind"], whole["is_behind"]) == (0, False)
    everything = lines(whole)
    mine = {id_ for id_, line in everything.items() if line["provider"] == "provider"}
    assert lines(found).keys() == mine
    assert (found["total"], found["since"]) == (len(mine), None)
    theirs = lines(town.as_("wu").uses.list())
    assert {line["resource"] for line in theirs.values()} == {"prices"}
    assert mine | theirs.keys() == everything.keys()
    assert len(mine) == 6
    for overseer in ("he", "eve"):
        assert lines(town.as_(overseer).uses.list()).keys() == everything.keys()


def test_how_much_everybody_does_is_for_who_watches_over_all(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The length of the ledger would tell a provider; whether all is counted it is told."""
    id_ = grant("finance", "firms")
    for person, knows in (("wang", False), ("gu", False), ("chen", True), ("he", True)):
        uses = town.as_(person).uses
        for found in (uses.list(), uses.get(id_)):
            told = (found["counted_to"] is not None, found["behind"] is not None)
            assert (told, found["is_behind"]) == ((knows, knows), False)
    monkeypatch.setattr(town.bench.uses.book._tally, "bring_up", lambda: (3, 2))
    for found in (town.as_("wang").uses.list(), town.as_("wang").uses.get(id_)):
        assert (found["counted_to"], found["behind"], found["is_behind"]) == (None, None, True)
    assert town.as_("eve").uses.list()["behind"] == 2


@pytest.mark.parametrize("person", ["li", "ma"])
def test_others_are_told_who_may_look(town: Town, person: str) -> None:
    uses = town.as_(person).uses
    for ask in (uses.list, lambda: uses.get(grant("finance", "firms"))):
        with pytest.raises(Refused) as refused:
            ask()
        reason = refused.value.reasons[0]
        assert reason.code is Code.not_yours
        assert reason.rule is not None
        assert reason.rule.en == "Aba 2024 art. 27; Heilongjiang 2025 art. 28"
        assert reason.next is not None


def test_a_line_tells_who_used_what_of_what_was_granted(town: Town) -> None:
    line = lines(town.as_("wang").uses.list())[grant("finance", "firms")]
    assert (line["department"], line["department_title"]["en"]) == ("finance", "finance")
    assert (line["case"], line["page"], line["provider"]) == ("", "", "provider")
    assert (line["state"], line["told"]["en"], line["mode"]) == ("active", "active", "obtain")
    assert line["valid_from"] == "2026-01-05"
    assert {c["name"]: c["last"] for c in line["columns"]} == {
        "code": "2026-03-09",
        "town": "2026-04-18",
        "amount": "2026-04-18",
    }
    assert [(p["id"], p["releases"]) for p in line["people"]] == [("li", 3)]
    assert (line["people_total"], line["releases"]) == (1, 3)
    assert line["last"].startswith("2026-04-18")
    assert line["dormant"] == {
        "state": "number",
        "day": "2026-07-20",  # three months after its last use, on the next working day
        "over": False,
        "article": "27",
        "provisional": False,
    }
    assert line["revoke"] == "grant"


def test_figures_count_from_a_day_on(town: Town) -> None:
    since = lines(town.as_("wang").uses.list(since=date(2026, 4, 1)))
    line = since[grant("finance", "firms")]
    assert line["releases"] == 2
    assert {c["name"]: c["last"] for c in line["columns"]}["code"] is None
    assert {c["name"]: c["last_ever"] for c in line["columns"]}["code"] == "2026-03-09"
    other = since[grant("trade", "firms")]
    assert (other["releases"], other["last"], other["people"]) == (0, None, [])
    assert other["last_ever"].startswith("2026-03-09")


def test_a_page_is_a_holder_and_its_viewer_the_person(town: Town) -> None:
    line = lines(town.as_("wang").uses.list(department="page:board"))["trial/page:board/firms"]
    assert (line["page"], line["department_title"]["en"]) == ("board", "board")
    assert [p["id"] for p in line["people"]] == ["li"]


def test_filters_orders_and_pages(town: Town) -> None:
    uses = town.as_("chen").uses
    assert uses.list(resource="prices")["total"] == 3
    assert uses.list(department="trade", resource="firms")["total"] == 1
    assert uses.list(scenario="none")["total"] == 0
    assert uses.list(states=("expired", "ended"))["total"] == 0
    recent = [line["grant"] for line in uses.list()["lines"]]
    assert recent[:3] == [
        grant("finance", "firms"),
        "trial/page:board/firms",
        grant("trade", "firms"),
    ]
    idle = [line["grant"] for line in uses.list(order="idle")["lines"]]
    assert idle[-3:] == [
        grant("trade", "firms"),
        grant("finance", "firms"),
        "trial/page:board/firms",
    ]
    paged = [line["grant"] for n in range(9) for line in uses.list(limit=1, offset=n)["lines"]]
    assert paged == recent


def test_one_grant_by_person_and_day(town: Town) -> None:
    found = town.as_("wang").uses.get(grant("finance", "firms"))
    assert found["line"]["grant"] == grant("finance", "firms")
    days = [(d["day"], d["person"], d["releases"], d["columns"]) for d in found["days"]]
    assert days == [
        ("2026-04-18", "li", 2, ["amount", "town"]),
        ("2026-03-09", "li", 1, ["code"]),
    ]
    second = town.as_("wang").uses.get(grant("finance", "firms"), limit=1, offset=1)
    assert (second["total"], [d["day"] for d in second["days"]]) == (2, ["2026-03-09"])


def test_a_grant_that_is_not_theirs_is_not_there(town: Town) -> None:
    told = []
    for id_ in (grant("finance", "prices"), grant("finance", "nothing")):
        with pytest.raises(StatementWrong) as error:
            town.as_("wang").uses.get(id_)
        told.append(error.value.reasons[0].what.en.replace(id_, "ID"))
    assert told[0] == told[1]


def test_a_delegate_sees_what_it_decides_of_and_revokes_nothing(town: Town) -> None:
    """Heilongjiang 2025 art. 23: the counterpart of a region decides in the provider's place."""
    seen = lines(town.as_("gu").uses.list())
    assert seen.keys() == {grant("finance", "firms"), grant("finance", "permits")}
    assert {line["revoke"] for line in seen.values()} == {""}
    with pytest.raises(Refused, match="not yours to revoke"):
        town.as_("gu").uses.revoke(grant("finance", "firms"), "r", "b")


# Revoking -----------------------------------------------------------------------------------------


def entries(town: Town) -> list[Any]:
    return list(usage(town.bench.store.journal, EntryFilter(event="grant_revoked", limit=100)))


def test_who_may_not_revoke_is_told_who_may(town: Town) -> None:
    id_ = grant("finance", "permits")
    for person in ("he", "eve"):
        with pytest.raises(Refused, match="not yours to revoke"):
            town.as_(person).uses.revoke(id_, "misuse", "art. 27")
    with pytest.raises(Refused, match="Only providers"):
        town.as_("li").uses.revoke(id_, "misuse", "art. 27")
    with pytest.raises(StatementWrong):
        town.as_("wu").uses.revoke(id_, "misuse", "art. 27")
    for reason, basis in (("", "art. 27"), ("misuse", " \u200b"), ("", "")):
        with pytest.raises(InvalidInput) as error:
            town.as_("wang").uses.revoke(id_, reason, basis)
        assert error.value.code is Code.decision_incomplete
    assert entries(town) == []


def test_a_revocation_is_done_once_however_often_it_is_sent(town: Town) -> None:
    id_ = grant("trade", "permits")
    town.use("xu", "select count(*) from permits")
    done = town.as_("wang").uses.revoke(id_, "misuse", "art. 27", key="once")
    assert (done["grant"], done["by"], done["reason"], done["repeated"]) == (
        id_, "wang", "misuse", False,
    )  # fmt: skip
    again = town.as_("chen").uses.revoke(id_, "another reason", "art. 1", key="other")
    assert again == {**done, "repeated": True}
    row = entries(town)[0]
    assert (len(entries(town)), row.actor, row.department) == (1, "wang", "provider")
    assert row.detail == {"grant": id_, "reason": "misuse", "basis": "art. 27"}
    with pytest.raises(Refused) as refused:
        town.use("xu", "select count(*) from permits")
    assert refused.value.code is Code.grant_revoked
    line = town.as_("wang").uses.get(id_)["line"]
    assert (line["state"], line["stopped_on"], line["revoke"], line["dormant"]) == (
        "revoked", done["revoked_on"], "", None,
    )  # fmt: skip


def test_a_reason_may_be_as_long_as_in_a_case(town: Town) -> None:
    id_, uses = grant("trade", "firms"), town.as_("wang").uses
    with pytest.raises(InvalidInput, match=r"body\.reason"):
        uses.revoke(id_, "x" * (MOST_TEXT + 1), "art. 27")
    done = uses.revoke(id_, "x" * MOST_TEXT, "y" * MOST_TEXT)
    assert done["reason"] == "x" * MOST_TEXT


def test_two_at_once_revoke_once(town: Town) -> None:
    id_, told = "trial/page:board/permits", []
    wang, chen = town.as_("wang").uses, town.as_("chen").uses
    threads = [
        threading.Thread(target=lambda u=uses: told.append(u.revoke(id_, "r", "b")))  # type: ignore[misc]
        for uses in (wang, chen) * 3
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one["repeated"] for one in told) == [False, *[True] * 5]
    assert len({one["by"] for one in told}) == 1


def test_a_grant_of_a_case_is_revoked_there(town: Town) -> None:
    spec = {
        "department": "finance", "scenario": "trial", "resource": "firms", "mode": "obtain",
        "columns": {"code": "value", "town": "value"}, "duty_basis": "duty", "reason": "month",
        "until": "2026-12-31", "users": ["li"],
        "rows": [{"column": "town", "op": "in", "values": ["东", "西"]}],
    }  # fmt: skip
    case = town.as_("ma").cases.apply(spec)
    approved = town.as_("gu").cases.act(case["id"], "approve", case["version"])
    line = lines(town.as_("wang").uses.list())[f"case:{case['id']}"]
    assert (line["case"], line["revoke"], line["dormant"]["article"]) == (case["id"], "case", "27")
    with pytest.raises(Conflict) as told:
        town.as_("wang").uses.revoke(line["grant"], "misuse", "art. 27")
    assert (told.value.code, told.value.reasons[0].subject) == (
        Code.step_not_possible, case["id"],
    )  # fmt: skip
    town.as_("wang").cases.act(
        case["id"], "revoke", approved["version"], reason="misuse", basis="art. 27"
    )
    line = town.as_("wang").uses.get(line["grant"])["line"]
    assert (line["state"], line["revoke"]) == (GrantState.revoked.value, "")


def test_a_page_is_no_provider(town: Town) -> None:
    page = Actor("page:x", "page:x", frozenset({Role.page, Role.provider, Role.auditor}), "wang")
    for ask in (oversight.oversees, oversight.audits):
        with pytest.raises(WorkbenchError):
            ask(page)
    assert not oversight.over_all(page)


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=501", "state=gone", "since=yesterday", "since=0001-01-01", "order=x", "a=1"],
)
def test_wrong_fields_are_named(town: Town, query: str) -> None:
    token = town.bench.auth.sign_in("wang", PASSWORD).access_token
    with httpx.Client(base_url=town.gateway.http, trust_env=False) as client:
        answer = client.get(f"/uses?{query}", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 422
    assert answer.json()["reasons"][0]["subject"].startswith(f"query.{query.split('=')[0]}")


# At the command line ------------------------------------------------------------------------------


def test_the_command_shows_what_the_gateway_tells(town: Town, tmp_path: Path) -> None:
    environment = {
        "WORKBENCH_URL": town.gateway.http,
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    signed_in = here(
        "login", "--user", "wang", "--password-stdin", given=f"{PASSWORD}\n", **environment
    )
    assert signed_in.returncode == 0, signed_in.stderr
    found = here("uses", "--resource", "firms", "--json", **environment)
    assert found.returncode == 0, found.stderr
    answered = town.as_("wang").uses.list(resource="firms")
    assert json.loads(found.stdout)["lines"] == answered["lines"]
    shown = here("uses", "--idle", "--from", "2026-04-01", **environment)
    assert (shown.returncode, grant("finance", "firms") in shown.stdout) == (0, True)
    refused = here("audit", "enterprise", given="x\n", **environment)
    assert (refused.returncode, "Only auditors" in refused.stderr) == (3, True)
