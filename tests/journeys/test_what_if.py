"""What if at a real gateway, from the shell: worked out of released figures, kept with their ledger
entry, compared, deleted and restored; the same question anew where the data have moved on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from attacks.served import PASSWORD, Served, served
from commands import Said, here
from what_if_city import ELASTICITY, LIBRARIES, deliver

from workbench.gateway.state import open_state
from workbench.ledger.chain import fields_of
from workbench.model.entry import EntryFilter

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("what_if") / "city"
    built = here("sample", "build", "--city", str(root), "--enterprises", "300", "--months", "2")
    assert built.returncode == 0, built.stderr
    for library in LIBRARIES:
        deliver(root, library)
    return root


@pytest.fixture(scope="module")
def gateway(city: Path) -> Iterator[Served]:
    with served(city) as gateway:
        gateway.add("ana", "drc")
        gateway.add("bob", "drc")
        gateway.add("zed", "customs")
        gateway.add("mayor", "government_office")
        for person in ("ana", "bob", "zed", "mayor"):
            words = ("--url", gateway.http, "--user", person, "--password-stdin")
            done = here("login", *words, given=PASSWORD + "\n", **session(city, person))
            assert done.returncode == 0, done.stderr
        yield gateway


def session(city: Path, person: str) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(city / f"session-{person}"), "WORKBENCH_LANG": "en"}


def shell(gateway: Served, city: Path, person: str, *words: str) -> Said:
    return here("whatif", *words, "--url", gateway.http, **session(city, person))


def told(gateway: Served, city: Path, person: str, *words: str) -> Any:
    done = shell(gateway, city, person, *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def entries(city: Path, event: str) -> list[dict[str, Any]]:
    with closing(open_state(city).store) as store:
        filed = store.journal.find(EntryFilter(event=event))
        return [fields_of(one.entry.body) or {} for one in filed]


def test_a_case_from_its_question_to_its_comparison(gateway: Served, city: Path) -> None:
    asked = ("run", "--target", "wage_total", "--shock")
    first = told(gateway, city, "ana", *asked, "exports=-10", "--save", "出口减一成")
    (one,) = first["outcome"]["estimates"]
    assert one["value"] == pytest.approx(ELASTICITY, abs=0.1)
    assert first["outcome"]["low"] < first["outcome"]["value"] < first["outcome"]["high"] < 0
    told(gateway, city, "bob", *asked, "exports=10", "--save", "出口增一成")
    cases = told(gateway, city, "ana", "list")["cases"]
    assert [case["name"] for case in cases] == ["出口增一成", "出口减一成"]
    assert [case["mine"] for case in cases] == [False, True]
    assert cases[1]["entry"] == first["entry"]
    assert set(cases[1]["versions"]) == {"trade_indicators", "employment_indicators"}
    beside = told(gateway, city, "ana", "compare", "出口减一成", "出口增一成")
    assert [case["supposed"]["shocks"]["exports"] for case in beside] == [-10, 10]
    kept = [one for one in entries(city, "what_if_kept") if one["actor"] == "ana"]
    assert kept[0]["detail"] == {
        "what_if": cases[1]["id"], "target": "wage_total", "figures": first["entry"],
    }  # fmt: skip


def test_a_name_is_given_once_and_only_the_maker_deletes(gateway: Served, city: Path) -> None:
    asked = ("run", "--target", "insured_people", "--shock", "exports=5", "--save", "参保")
    told(gateway, city, "ana", *asked)
    again = shell(gateway, city, "bob", *asked)
    assert again.returncode == 2
    assert "already" in again.stderr
    others = shell(gateway, city, "bob", "delete", "参保")
    assert others.returncode == 3
    assert "ana" in others.stderr
    assert shell(gateway, city, "ana", "delete", "参保").returncode == 0
    assert "参保" not in [c["name"] for c in told(gateway, city, "ana", "list")["cases"]]
    gone = told(gateway, city, "bob", "list", "--deleted")["cases"]
    assert [case["name"] for case in gone] == ["参保"]
    assert shell(gateway, city, "ana", "delete", "--undo", "参保").returncode == 0
    assert "参保" in [c["name"] for c in told(gateway, city, "ana", "list")["cases"]]
    assert len(entries(city, "what_if_deleted")) == 1
    assert len(entries(city, "what_if_restored")) == 1


def test_a_department_sees_its_own_and_a_pages_viewers_theirs(gateway: Served, city: Path) -> None:
    told(gateway, city, "ana", "run", "--target", "exports", "--shock", "imports=1", "--save", "看")
    seen = [c["name"] for c in told(gateway, city, "mayor", "list")["cases"]]
    assert "看" in seen  # may open the page decision_support
    assert told(gateway, city, "zed", "list")["cases"] == []
    (case,) = [c for c in told(gateway, city, "ana", "list")["cases"] if c["name"] == "看"]
    other = shell(gateway, city, "zed", "show", case["id"])
    assert other.returncode == 4
    refused = shell(gateway, city, "zed", "run", "--target", "exports", "--shock", "imports=1")
    assert refused.returncode in (2, 3)
    # Whoever looks without a grant sees what was kept, and nothing worked out anew.
    looked = shell(gateway, city, "mayor", "show", "看", "--json")
    assert looked.returncode == 0, looked.stderr
    assert json.loads(looked.stdout)["now"] is None


def test_nothing_is_kept_of_a_release_of_somebody_else(gateway: Served, city: Path) -> None:
    first = told(gateway, city, "ana", "run", "--target", "wage_total", "--shock", "exports=-5")
    body = {
        "name": "借来的", "supposed": first["question"], "outcome": first["outcome"],
        "entry": first["entry"], "key": "a" * 16,
    }  # fmt: skip

    def kept(person: str, **other: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {gateway.token(person)}"}
        made = {**body, **other}
        return httpx.post(f"{gateway.http}/what-ifs", json=made, headers=headers, timeout=30)

    assert kept("zed").status_code == 403
    for wrong in (
        {"entry": 1},
        {"entry": 10**9},
        {"supposed": {**first["question"], "shocks": {"exports": -99.0}}},
        {"supposed": {**first["question"], "shocks": {"imports": -5.0}}},
        {"outcome": {**first["outcome"], "low": 90.0}},
        {"name": "  "},
    ):
        assert kept("ana", **wrong).status_code in (400, 422), wrong
    answer = kept("ana")
    assert answer.status_code == 200
    assert kept("ana").json()["id"] == answer.json()["id"]  # the same command, sent again


def test_too_few_months_are_said_and_nothing_is_kept(gateway: Served, city: Path) -> None:
    words = ("run", "--target", "wage_total", "--shock", "gas_used=-10", "--save", "用气")
    done = shell(gateway, city, "ana", *words, "--json")
    assert done.returncode == 3
    found = json.loads(done.stdout)
    assert (found["outcome"], found["case"]) == (None, None)
    assert found["months"]["gas_used"] == {"released": 4, "withheld": 44, "empty": 0}
    assert "用气" not in [c["name"] for c in told(gateway, city, "ana", "list")["cases"]]


def test_the_same_question_anew_where_the_data_have_moved_on(gateway: Served, city: Path) -> None:
    asked = ("run", "--target", "vat_revenue", "--shock", "exports=-10", "--save", "旧数据")
    told(gateway, city, "ana", *asked)
    before = told(gateway, city, "ana", "show", "旧数据")
    assert not before["moved_on"]
    deliver(city, "trade", scale=2.0)
    after = told(gateway, city, "ana", "show", "旧数据")
    assert after["moved_on"]
    assert after["outcome"] == before["outcome"]  # what was kept stays
    assert after["now"]["value"] == pytest.approx(before["outcome"]["value"])  # of twice as much
