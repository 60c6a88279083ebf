"""From the refused query through application, decision and query to the end: at the command line,
with a gateway of its own, under each of the five regulations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from attacks.served import SCENARIO
from commands import Said, here
from towns import WORKING_DAYS, Town, town_under

from workbench.catalogue.working_days import calendar_of
from workbench.model.days import day_of

OTHERS = sorted(WORKING_DAYS.keys() - {"aba-2024"})


@pytest.fixture(params=sorted(WORKING_DAYS))
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    with town_under(request.param, tmp_path) as found:
        yield found


def draft_of(refused: Said) -> str:
    """The application in what a refused query says, filled in."""
    found = re.search(r"^application:\n(?:[ ].*\n)+", refused.stderr, re.M)
    assert found, refused.stderr
    text = found[0].replace('reason: ""', "reason: 月度分析")
    return text.replace('"argument": ""', '"argument": "x"').replace(
        'argument: ""', "argument: 比较规模"
    )


@pytest.mark.parametrize(
    "town",
    [
        "changde-2016",
        pytest.param("aba-2024", marks=pytest.mark.slow),
        *(pytest.param(r, marks=pytest.mark.slow) for r in OTHERS if r != "changde-2016"),
    ],
    indirect=True,
)
def test_from_the_refused_query_to_the_end_of_the_grant(town: Town, tmp_path: Path) -> None:
    refused = town.sql()
    assert refused.returncode == 3
    draft = draft_of(refused)
    file = tmp_path / "application.yaml"
    file.write_text(draft, encoding="utf-8")

    # Only an officer applies; what is not argued is not taken in.
    stranger = town.say("li", "apply", str(file))
    assert stranger.returncode == 3
    assert "Only an officer" in stranger.stderr
    bare = draft.replace("比较规模", "")
    assert bare != draft
    incomplete = town.say("ma", "apply", "-", given=bare)
    assert incomplete.returncode == 2
    assert "amount" in incomplete.stderr

    case = town.done("ma", "apply", str(file))
    assert case["state"] == "under_review"
    assert case["regulation"] == town.regulation
    assert [c["name"] for c in case["asked"]["columns"]] == ["code", "town", "amount"]
    assert case["asked"]["rows"] == ["town in 东, 西"]
    working_days = WORKING_DAYS[town.regulation]
    today = day_of(datetime.now(UTC))
    if working_days is None:
        assert case["clock"]["due"] is None
        assert case["clock"]["state"] in ("none", "unknown")
    else:
        last = calendar_of(()).working_day_after(today, working_days)
        assert case["clock"]["due"] == last.isoformat()
        assert [row["id"] for row in town.done("chen", "due", "--within", "40")] == [case["id"]]

    # The applicant decides nothing; the reviewer sees what there is.
    own = town.say("ma", "decide", case["id"], "approve", "--reason", "x")
    assert own.returncode == 3
    seen = town.done("wang", "review", case["id"])
    assert seen["review"]["union"] == ["code", "town", "amount"]
    assert seen["review"]["held_in"] == [SCENARIO]
    assert "approve" in seen["can"]
    apart = seen["uniqueness"]  # no entity key: the two rows in scope, each alone
    assert (apart["entities"], apart["alone"], apart["of_rows"]) == (2, 2, True)
    assert town.sql().returncode == 3, "nothing is granted before the decision"

    stale = town.say("wang", "decide", case["id"], "approve", "--seen", "9")
    assert stale.returncode == 6
    part = ("--columns", "code,amount", "--until", "2027-06-30")
    decided = town.done("wang", "decide", case["id"], "approve", *part, "--key", "once")
    again = town.done(
        "wang", "decide", case["id"], "approve", *part, "--key", "once", "--seen", "1"
    )
    assert (again["repeated"], again["version"]) == (True, decided["version"])
    if town.regulation == "changde-2016":  # art. 17: the provider supplies within ten days
        assert decided["state"] == "approved"
        assert decided["clock"]["article"] == "17"
        assert town.sql().returncode == 3
        decided = town.done("wang", "case", case["id"], "supply")
    assert decided["state"] == "active"
    assert decided["granted"]["until"] == "2027-06-30"
    answer = town.sql()
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.splitlines() == ["amount", "30"]
    assert town.sql("select town from firms").returncode == 3, "it was not granted again"

    # Smaller at any time, never larger; then rectification, suspension, and the end.
    narrowed = town.done("ma", "narrow", case["id"], "--reason", "enough", "--columns", "code")
    assert [c["name"] for c in narrowed["granted"]["columns"]] == ["code"]
    assert town.sql().returncode == 3
    wider = town.say("wang", "narrow", case["id"], "--reason", "x", "--columns", "code,amount")
    assert wider.returncode == 2
    assert town.sql("select count(code) as n from firms").stdout.split() == ["n", "2"]
    noticed = town.done("chen", "case", case["id"], "notify", "--reason", "unused", "--days", "5")
    assert noticed["state"] == "rectifying"
    assert noticed["clock"]["due"] == calendar_of(()).working_day_after(today, 5).isoformat()
    town.done("chen", "case", case["id"], "suspend", "--reason", "not done")
    stopped = town.sql("select count(code) as n from firms")
    assert (stopped.returncode, "grant_suspended" in stopped.stderr) == (3, True)
    town.done("chen", "case", case["id"], "resume", "--reason", "done now")
    assert town.sql("select count(code) as n from firms").returncode == 0
    gone = town.say("wang", "revoke", case["id"], "--reason", "misuse", "--basis", "art. 1")
    assert gone.returncode == 0
    after = town.sql("select count(code) as n from firms")
    assert (after.returncode, "grant_revoked" in after.stderr) == (3, True)
    assert date.fromisoformat(town.done("ma", "cases")["cases"][0]["until"]) == date(2027, 6, 30)

    # Everything stands in the ledger.
    city = ("--city", str(town.gateway.root))
    assert here("audit", "verify", *city).returncode == 0
    shown = here("audit", "show", "--json", "--event", "case_stepped", *city)
    rows = json.loads(shown.stdout)
    did = [row["method"] for row in rows][::-1]
    assert did[:2] == ["apply", "approve"]
    assert did[-5:] == ["narrow", "notify", "suspend", "resume", "revoke"]


@pytest.mark.parametrize(
    "town",
    ["aba-2024", *(pytest.param(r, marks=pytest.mark.slow) for r in OTHERS)],
    indirect=True,
)
def test_commands_say_what_is_wrong_and_show_what_there_is(town: Town, tmp_path: Path) -> None:
    nothing = town.say("ma", "review", "20260101-abcdef")
    assert nothing.returncode == 4
    file = tmp_path / "a.yaml"
    file.write_text("application:\n  scenario: trial\n", encoding="utf-8")
    wrong = town.say("ma", "apply", str(file))
    assert wrong.returncode == 2
    assert f"{file}:1" in wrong.stderr or f"{file}:2" in wrong.stderr
    file.write_text(draft_of(town.sql()), encoding="utf-8")
    case = town.done("ma", "apply", str(file))["id"]
    unclear = town.say("wang", "decide", case, "refuse", "--reason", "no")
    if town.regulation != "heilongjiang-2025":
        assert unclear.returncode == 2
        assert "basis" in unclear.stderr
    assert town.say("ma", "narrow", case, "--reason", "x").returncode == 2
    for words in (("review", case), ("cases",), ("due", "--within", "40")):
        shown = town.say("wang", *words)
        assert shown.returncode == 0
        if words[0] != "due" or WORKING_DAYS[town.regulation]:
            assert case in shown.stdout
    # What is to be said leaves as a file, once, whoever sends it.
    city = ("--city", str(town.gateway.root))
    assert here("remind", "--json", *city).returncode == 0
    again = json.loads(here("remind", "--json", *city).stdout)
    assert (again["reminded"], again["sent"], again["waiting"]) == (0, 0, 0)
    # The gateway beside it goes on: its workspaces are its own.
    assert town.sql("select count(code) as n from firms").returncode == 0
    files = list((town.gateway.root / ".workbench" / "outbox").iterdir())
    told = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    assert any(case in json.dumps(one) and "department:provider" in json.dumps(one) for one in told)
    read = town.say("he", "review", case)
    assert read.returncode == 0
    assert "You may now" not in read.stdout
