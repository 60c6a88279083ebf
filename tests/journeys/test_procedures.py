"""Every procedure beside sharing once from its opening to its end: at the command line, with a
gateway of its own, as the people of two departments and a bureau."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attacks.served import PASSWORD
from commands import here
from towns import ROOT, Town, town_under

from workbench.catalogue.city import load_city
from workbench.catalogue.procedures import known_procedures
from workbench.catalogue.working_days import calendar_of
from workbench.gateway.state import open_state
from workbench.model.actor import Actor, Role
from workbench.model.days import day_of
from workbench.model.lookup import Grants
from workbench.model.procedure import Procedure
from workbench.sharing.opening import open_desk
from workbench.sharing.procedures.guards import Command
from workbench.sharing.procedures.opening import open_procedures
from workbench.store.layout import Layout
from workbench.store.session import open_store

KINDS = known_procedures(ROOT)
ASSESSING = {"assessment", "assessment_appeal"}
"""Theirs is a desk of their own (``test_assessment_appeal``)."""
MORE = {
    "zhou": ("provider", {Role.provider}),
    "deng": ("bureau", {Role.authority}),
}
TODAY = day_of(datetime.now(UTC))
LATER = str(TODAY + timedelta(days=400))
PROOF = ("--evidence", "ab" * 32)
WHY, LAW = ("--reason", "理由在此"), ("--basis", "art. 1")
Step = tuple[str, str, tuple[str, ...]]
"""Who does which step, with what."""


@dataclass(frozen=True)
class Script:
    """``event``: by which step it is opened; ``end`` is the state that it comes to."""

    regulation: str
    opener: str
    event: str
    fields: tuple[str, ...]
    said: tuple[str, ...]
    steps: tuple[Step, ...]
    end: str


FIRMS, GRANT = "resource=firms", "grant=trial/user/firms"
SCRIPTS: dict[str, Script] = {
    "catalogue_entry": Script(
        "aba-2024", "wang", "draft", ("department=provider", "name=不动产登记"), (),
        (
            ("wang", "submit", WHY), ("chen", "return", WHY), ("wang", "resubmit", ()),
            ("chen", "publish", PROOF),
        ),
        "published",
    ),
    "catalogue_change": Script(
        "aba-2024", "wang", "begin", (FIRMS, f"since={TODAY}", "what=增加一列"), LAW,
        (("zhou", "update", PROOF), ("wang", "report", LAW)),
        "published",
    ),
    "catalogue_withdrawal": Script(
        "aba-2024", "wang", "apply", (FIRMS,), (*WHY, *LAW),
        (("chen", "approve", ("--until", LATER)), ("wang", "keep", WHY)),
        "kept",
    ),
    "reclassification_review": Script(
        "binzhou-2023", "wang", "assess", (FIRMS, "to=unconditional"), (),
        (("wang", "propose", WHY), ("chen", "change", PROOF)),
        "changed",
    ),
    "reclassification_law": Script(
        "changde-2016", "wang", "note", (FIRMS, "to=unconditional", f"since={TODAY}"), LAW,
        (("zhou", "change", PROOF), ("chen", "list", ())),
        "listed",
    ),
    "reclassification_argued": Script(
        "changde-2016", "ma", "apply", (FIRMS, "to=conditional"), (*WHY, *LAW),
        (("chen", "argue", ()), ("chen", "allow", WHY), ("wang", "change", PROOF)),
        "shared",
    ),
    "reclassification_emergency": Script(
        "binzhou-2023", "wang", "propose", (FIRMS, "to=unconditional", "event=洪水"), WHY,
        (
            ("zhou", "adjust", ("--until", str(TODAY), *PROOF)),
            ("zhou", "prolong", ("--until", LATER, *WHY, *PROOF)), ("chen", "restore", PROOF),
        ),
        "restored",
    ),
    "emergency_data": Script(
        "aba-2024", "wang", "assess", (FIRMS, "event=地震", f"ended={TODAY}"), WHY,
        (("zhou", "destroy", PROOF), ("chen", "confirm", ())),
        "closed",
    ),
    "verify_request": Script(
        "aba-2024", "ma", "ask", (FIRMS, "what=是否登记", "key=A"), (*WHY, *LAW),
        (("wang", "answer", WHY),),
        "answered",
    ),
    "demand": Script(
        "heilongjiang-2025", "ma", "ask", ("from=provider", "items=用电量", "scenario=监测"),
        (*WHY, *LAW),
        (("wang", "accept", ()), ("wang", "mount", PROOF)),
        "mounted",
    ),
    "correction": Script(
        "aba-2024", "ma", "submit_to_authority",
        (FIRMS, "column=amount", "key=A", "wrong=金额多了一位"), (),
        (
            ("chen", "forward", ()), ("wang", "extend", (*WHY, *PROOF)), ("wang", "confirm", WHY),
            ("ma", "contest", WHY), ("chen", "decide", (*WHY, *LAW)),
        ),
        "closed",
    ),
    "conflict": Script(
        "aba-2024", "ma", "report", (FIRMS, "other=firms", "item=amount"), WHY,
        (("wang", "propose", WHY), ("zhou", "agree", ())),
        "settled",
    ),
    "dispute_type": Script(
        "aba-2024", "ma", "object", (FIRMS, "to=unconditional"), WHY,
        (
            ("wang", "answer", WHY), ("ma", "climb", WHY), ("chen", "answer", WHY),
            ("ma", "climb", WHY), ("chen", "allow", (*WHY, *LAW)), ("wang", "change", PROOF),
        ),
        "changed",
    ),
    "dispute_use": Script(
        "heilongjiang-2025", "ma", "raise", (FIRMS, "matter=范围"), WHY,
        (
            ("wang", "answer", WHY), ("ma", "climb", WHY), ("chen", "answer", WHY),
            ("ma", "accept", ()),
        ),
        "settled",
    ),
    "open_application": Script(
        "aba-2024", "ma", "enter", (FIRMS, f"sent={TODAY}", "who=张三", "use=研究"), (),
        (("wang", "approve", ()), ("wang", "sign", PROOF)),
        "opened_up",
    ),
    "open_correction": Script(
        "foshan-2019", "ma", "enter", (FIRMS, "wrong=已失效"), (),
        (("wang", "mark_expired", (*WHY, *PROOF)),),
        "marked",
    ),
    "open_withdrawal": Script(
        "heilongjiang-2025", "wang", "apply", (FIRMS,), (*WHY, *LAW),
        (("chen", "approve", ()), ("chen", "file", PROOF), ("chen", "announce", PROOF)),
        "withdrawn",
    ),
    "open_infringement": Script(
        "aba-2024", "ma", "enter", (FIRMS, "who=某公司", "how=商业秘密"), WHY,
        (("wang", "reject", WHY), ("ma", "contest", WHY), ("chen", "uphold", (*WHY, *LAW))),
        "closed",
    ),
    "data_subject": Script(
        "aba-2024", "ma", "enter_change",
        (FIRMS, "person=A", f"identity={'cd' * 32}", "wish=请删除"), (),
        (("wang", "delete", (*WHY, *PROOF)), ("chen", "confirm", PROOF)),
        "deleted",
    ),
    "wider_use": Script(
        "heilongjiang-2025", "ma", "ask", (GRANT, "scope=年度报告"), (*WHY, *LAW),
        (("wang", "consent", PROOF),),
        "consented",
    ),
    "contractor_exit": Script(
        "aba-2024", "ma", "note", ("contractor=某公司", f"ended={TODAY}", "systems=平台"), WHY,
        (
            ("ma", "revoke", PROOF), ("ma", "delete", (*WHY, *PROOF)), ("chen", "return", WHY),
            ("ma", "delete", (*WHY, *PROOF)), ("deng", "confirm", PROOF),
        ),
        "closed",
    ),
    "complaint": Script(
        "changde-2016", "ma", "complain", ("against=provider", "breach=拖延"), (*WHY, *LAW),
        (("chen", "investigate", ("--days", "10")), ("chen", "answer", (*WHY, *PROOF))),
        "answered",
    ),
    "destruction": Script(
        "heilongjiang-2025", "ma", "report", (GRANT, "method=覆写", f"proof={'ef' * 32}"), (),
        (("wang", "return", WHY), ("ma", "complete", PROOF), ("wang", "confirm", PROOF)),
        "recorded",
    ),
    "repeated_collection": Script(
        "aba-2024", "chen", "order", (FIRMS, "other=firms", "item=town"), (*WHY, "--days", "5"),
        (
            ("wang", "stop", PROOF), ("chen", "send_back", (*WHY, "--days", "5")),
            ("wang", "argue", (*WHY, *LAW)), ("chen", "allow", WHY),
        ),
        "justified",
    ),
    "not_aggregated": Script(
        "heilongjiang-2025", "wang", "by_law", (FIRMS,), LAW,
        (("chen", "confirm", ()), ("wang", "aggregate", PROOF)),
        "aggregated",
    ),
}  # fmt: skip


@contextmanager
def town_of(regulation: str, folder: Path) -> Iterator[Town]:
    with town_under(regulation, folder) as town:
        contracts = town.gateway.root / "data_contracts"
        shutil.copytree(ROOT / "data_contracts" / "procedures", contracts / "procedures")
        store = open_store(Layout(town.gateway.root).store, lambda: datetime.now(UTC))
        for name, (department, roles) in MORE.items():
            store.users.add(name, PASSWORD, department, roles)
        store.close()
        yield town


def walked(kind: str, town: Town, *, looking: bool = True) -> dict[str, Any]:
    """The procedure at its end; what is offered and refused is looked at on the way."""
    script = SCRIPTS[kind]
    words = [word for one in script.fields for word in ("--field", one)]
    opened = ("procedures", "open", kind, "--event", script.event, *words, *script.said)
    found = town.done(script.opener, *opened)
    name = found["id"]
    for person, event, said in script.steps:
        if looking:
            offered(town, name, person, event, said)
        found = town.done(person, "procedures", "do", name, event, *said)
    assert (found["state"], found["over"], found["clock"]) == (script.end, True, None)
    assert found["disputed"] is False
    assert [one["event"] for one in found["steps"]] == [script.event, *(s[1] for s in script.steps)]
    assert found["article"] or found["ours"]
    return dict(found)


def offered(town: Town, name: str, person: str, event: str, said: tuple[str, ...]) -> None:
    """The step is offered to who is to do it; done by hand, it is refused without its proof."""
    shown = town.done(person, "procedures", "show", name)
    offers = {one["event"]: one for one in shown["offers"]}
    assert event in offers, (name, event)
    if offers[event]["by_hand"]:
        bare = [one for one in said if one not in PROOF]
        refused = town.say(person, "procedures", "do", name, event, *bare)
        assert refused.returncode == 2
        assert "by hand" in refused.stderr


def is_sound(town: Town) -> None:
    assert here("audit", "verify", "--city", str(town.gateway.root)).returncode == 0


def test_under_aba_from_the_first_to_the_last_step(tmp_path: Path) -> None:
    with town_of("aba-2024", tmp_path) as town:
        kinds = town.done("ma", "procedures", "kinds")
        assert {one["id"] for one in kinds["kinds"]} == set(KINDS)
        assert (kinds["regulation"], kinds["unreadable"]) == ("aba-2024", [])
        ours = {one["id"] for one in kinds["kinds"] if one["ours"]}
        assert "demand" in ours
        assert "correction" not in ours
        walked("correction", town, looking=False)
        sent_twice_and_late_looks(town)
        what_only_parties_see(town)
        is_sound(town)


def sent_twice_and_late_looks(town: Town) -> None:
    words = ("procedures", "open", "demand", "-f", "from=provider", "-f", "items=x",
             "-f", "scenario=y", *WHY, *LAW, "--key", "once")  # fmt: skip
    first, again = town.done("ma", *words), town.done("ma", *words)
    assert (again["id"], again["repeated"]) == (first["id"], True)
    other = town.say("ma", *words[:-4], "--basis", "art. 2", "--key", "once")
    assert other.returncode == 2
    town.done("wang", "procedures", "do", first["id"], "accept")
    stale = town.say("wang", "procedures", "do", first["id"], "reject", *WHY, "--seen", "1")
    assert stale.returncode == 6
    unknown = town.say("ma", "procedures", "open", "corection", "-f", FIRMS)
    assert "Did you mean correction?" in unknown.stderr
    wrong = town.say("ma", "procedures", "open", "correction", "-f", "resource=firm", "-f", "x=y")
    assert wrong.returncode == 2
    for word in ("Did you mean firms?", "wrong): it is missing", "there is no field x"):
        assert word in wrong.stderr
    assert town.say("li", "procedures", "open", "correction", "-f", FIRMS, "-f", "wrong=x",
                    ).returncode == 3  # fmt: skip


def what_only_parties_see(town: Town) -> None:
    secret = "510000199001010010"
    words = ("procedures", "open", "data_subject", "-f", FIRMS, "-f", "person=-", "-f",
             f"identity={'cd' * 32}", "-f", "wish=查阅本人记录")  # fmt: skip
    found = town.done("ma", *words, given=f"{secret}\n")
    name = found["id"]

    def texts(person: str) -> dict[str, str | None]:
        shown = town.done(person, "procedures", "show", name)
        return {one["name"]: one["text"] for one in shown["values"]}

    assert texts("wang")["person"] == secret
    assert texts("he")["person"] is None, "an auditor sees that there is one"
    assert texts("chen")["wish"] is None, "the authority has no part in it yet"
    due = town.done("chen", "procedures", "due", "--within", "60")
    assert all(one["id"] != name for one in due)
    rows = town.done("ma", "procedures", "list", "--kind", "data_subject", "--running")
    assert [one["id"] for one in rows["procedures"]] == [name]
    for words in (("show", name), ("list",), ("kinds",), ("due", "--within", "60")):
        assert town.say("ma", "procedures", *words).returncode == 0
    city = ("--city", str(town.gateway.root))
    for event in ("procedure_stepped", "procedure_reminded"):
        shown = here("audit", "show", "--json", "--event", event, *city)
        assert secret not in shown.stdout
    kept = (town.gateway.root / ".workbench" / "store.sqlite").read_bytes()
    assert secret.encode() not in kept
    assert "查阅本人记录".encode() not in kept
    town.done("wang", "procedures", "do", name, "refuse", "--reason", "不是本人", *LAW)
    assert (
        "不是本人".encode() not in (town.gateway.root / ".workbench" / "store.sqlite").read_bytes()
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("regulation", sorted({one.regulation for one in SCRIPTS.values()}))
def test_every_procedure_once_to_its_end(regulation: str, tmp_path: Path) -> None:
    assert set(SCRIPTS) == set(KINDS) - ASSESSING
    with town_of(regulation, tmp_path) as town:
        for kind, script in SCRIPTS.items():
            if script.regulation == regulation:
                walked(kind, town)
        is_sound(town)


@pytest.mark.slow
def test_the_clock_of_a_correction_is_the_regulation_s_and_it_is_chased(tmp_path: Path) -> None:
    with town_of("aba-2024", tmp_path) as town:
        words = ("procedures", "open", "correction", "-f", FIRMS, "-f", "wrong=x")
        found = town.done("ma", *words, "--event", "submit")
        last = calendar_of(()).working_day_after(TODAY, 5)
        assert found["clock"]["due"] == last.isoformat()
        assert (found["clock"]["article"], found["clock"]["whose"]) == ("20", "provider")
        city = ("--city", str(town.gateway.root))
        assert here("remind", "--json", *city).returncode == 0
        due = town.done("wang", "procedures", "due", "--within", "30")
        assert [(one["id"], one["who"], one["article"]) for one in due] == [
            (found["id"], "provider", "20")
        ]


@pytest.mark.slow
def test_an_entry_is_withdrawn_when_its_last_day_of_service_is_over(tmp_path: Path) -> None:
    with town_of("heilongjiang-2025", tmp_path) as town:
        then = datetime.now(UTC) - timedelta(days=250)
        early = approved_before(town.gateway.root, then)
        assert early.clock is not None
        assert early.clock.due is not None
        assert early.clock.due < TODAY
        shown = town.done("wang", "procedures", "show", early.id)
        assert shown["clock"]["at_least"] is True
        done = town.done("chen", "procedures", "do", early.id, "withdraw", *PROOF)
        assert (done["state"], done["steps"][-1]["late"]) == ("withdrawn", None)
        words = ("procedures", "open", "catalogue_withdrawal", "-f", FIRMS, *WHY, *LAW)
        now = town.done("wang", *words)["id"]
        soon = str(TODAY + timedelta(days=30))
        refused = town.say("chen", "procedures", "do", now, "approve", "--until", soon)
        assert (refused.returncode, "第" in refused.stderr or "art. 16" in refused.stderr) == (
            2,
            True,
        )
        town.done("chen", "procedures", "do", now, "approve", "--until", LATER)
        assert town.say("chen", "procedures", "do", now, "withdraw", *PROOF).returncode == 6
        is_sound(town)


def approved_before(city: Path, then: datetime) -> Procedure:
    """A withdrawal that was approved at ``then``: by the same code, under a clock of that day."""
    state = open_state(city, lambda: then)
    try:
        store, ledger = state.store, state.ledger

        def grants() -> Grants:
            return Grants(())

        def loaded() -> Any:
            return load_city(city)

        cases = open_desk(store, ledger, loaded, grants, lambda: then)
        key = state.keyring.audit_key
        desk = open_procedures(store, ledger, loaded, grants, cases, key, lambda: then)
        wang = Actor("wang", "provider", frozenset({Role.provider}))
        chen = Actor("chen", "bureau", frozenset({Role.authority}))
        found = desk.open(
            "catalogue_withdrawal", {"resource": "firms"},
            Command("apply", reason="why", basis="art. 16"), wang,
        ).procedure  # fmt: skip
        until = date.fromisoformat(str((then + timedelta(days=200)).date()))
        return desk.act(found.id, Command("approve", found.version, until=until), chen).procedure
    finally:
        state.store.close()
