"""A year of applications through the real desk, store, ledger and watch, with a clock of its own;
then lists and desks over HTTP with many cases in the store."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
from attacks.served import PASSWORD, served
from page_city import edit_city, edit_contract, edit_scenario

from tests.bench.measure import table
from workbench.client.connection import connect
from workbench.errors import Conflict
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.model.actor import Actor, Role
from workbench.model.case import Application, AskedColumn, Case, State, Terms
from workbench.model.contract import SharingMode
from workbench.model.days import day_of
from workbench.model.entry import Draft
from workbench.model.entry import Event as Entered
from workbench.model.grant import ColumnGrant
from workbench.sharing.lifecycle import Command
from workbench.sharing.transitions import Event
from workbench.sharing.verify import mismatches
from workbench.sharing.watch import Watch
from workbench.trial.city import write_city
from workbench.trial.schema import PolicyTest
from workbench.ui.desks.desk import ALL
from workbench.ui.page_file import load_page
from workbench.ui.setting import context_for
from workbench.ui.visit import Visit

NAME = "cases"
DEPARTMENTS, RESOURCES, PROVIDERS = 100, 40, 10
APPLICATIONS, CASES = 5_000, 50_000
FIRST = date(2026, 1, 5)
ASKS = 200
"""Requests of each kind."""
ROOT = Path(__file__).parents[2]
LOOKS = 60
"""Looks at each desk."""
DESKS = (
    ("d00-analyst", "my_data"),
    ("p0-provider", "approval_desk"),
    ("authority", "approval_desk"),
    ("p0-provider", "who_uses_my_data"),
    ("authority", "who_uses_my_data"),
    ("auditor", "trail"),
)
_COLUMNS = {
    name: {"type": "VARCHAR", "class": "general"} for name in ("code", "town", "kind", "year")
}


def run(quick: bool) -> dict[str, Any]:
    applications, cases = (200, 1_000) if quick else (APPLICATIONS, CASES)
    with tempfile.TemporaryDirectory() as folder:
        city = Path(folder) / "city"
        _write(city)
        year = _Year(city, random.Random(7), applications)
        figures = {"year": year.live()}
        _fill(city, cases)
        figures["lists"] = _lists(city, cases)
        return figures


def report(figures: dict[str, Any]) -> str:
    year, lists = figures["year"], figures["lists"]
    rows = [
        [name, f"{one['p50']:.0f}", f"{one['p95']:.0f}"] for name, one in lists["asked"].items()
    ]
    desks = [
        [name, f"{one['p50']:.0f}", f"{one['p95']:.0f}"] for name, one in lists["desks"].items()
    ]
    steps = [[name, f"{n:,}"] for name, n in sorted(year["did"].items())]
    return f"""## cases

**A year**: {year["applications"]:,} applications of {DEPARTMENTS} departments to {PROVIDERS}
providers, decided, narrowed, used, left unused and ended, with a clock of the bench's own; each
command with its ledger entry and checkpoint, each day with a round of the watch. It took
{year["seconds"]:.0f} s: {year["commands"]:,} commands at {year["ms"]["p50"]:.1f} ms (median) and
{year["ms"]["p95"]:.1f} ms (p95), {year["entries"]:,} entries; a round of the watch {year["watch"]["p50"]:.0f} ms
(median), {year["watch"]["p95"]:.0f} ms (p95) at the year's end. Store and ledger agreed afterwards on all of
{year["kept"]:,} cases ({year["apart"]} findings).

{table(["step", "times"], steps)}

**{lists["cases"]:,} cases** in the store, asked over HTTP, {ASKS} times each, in turns; milliseconds.

{table(["asked", "p50", "p95"], rows)}

The desks on the same store, {LOOKS} looks each: asked for by the kernel of their page, with the counts
and filters over the list, and drawn as the board takes them; milliseconds.

{table(["desk", "p50", "p95"], desks)}

The gateway was ready after {lists["ready"]:.1f} s and took {lists["memory"]:.0f} MB; one more
decision and the first listing of grants after it: {lists["after_decision"]:.0f} ms.
"""


def _write(city: Path) -> None:
    names = [f"d{n:02}" for n in range(DEPARTMENTS)]
    test = {
        "resources": {
            f"r{n:02}": {"data": "none.csv", "columns": _COLUMNS} for n in range(RESOURCES)
        },
        "grants": {
            f"r{n:02}": {"mode": "obtain", "columns": {"code": "value"}, "departments": names}
            for n in range(RESOURCES)
        },
    }
    write_city(PolicyTest.model_validate(test), city)
    edit_city(city, lambda spec: spec["departments"].update(_titles()))
    for n in range(RESOURCES):
        edit_contract(city, f"r{n:02}", lambda spec, n=n: _provide(spec, _provider(n)))
    edit_scenario(city, _decided)


def _titles() -> dict[str, dict[str, str]]:
    names = [*map(_provider, range(PROVIDERS)), "bureau"]
    return {name: {"zh": name, "en": name} for name in names}


def _decided(spec: dict[str, Any]) -> None:
    for n, use in enumerate(spec["resources"]):
        use["decided"]["by"] = _provider(n)


def _provide(spec: dict[str, Any], provider: str) -> None:
    for one in spec["customProperties"]:
        if one["property"] == "provider":
            one["value"] = provider


def _provider(number: int) -> str:
    return f"p{number % PROVIDERS}"


@dataclass
class _Year:
    """``now`` is the clock of all parts."""

    city: Path
    choose: random.Random
    applications: int
    now: datetime = datetime(FIRST.year, FIRST.month, FIRST.day, 1, tzinfo=UTC)
    took: list[float] = field(default_factory=list)
    did: dict[str, int] = field(default_factory=dict)
    rounds: list[float] = field(default_factory=list)

    def live(self) -> dict[str, Any]:
        started = time.monotonic()
        with open_workbench(self.city, clock=lambda: self.now) as bench:
            watch = Watch(bench.store, bench.ledger, bench.cases, lambda: self.now)
            days = [FIRST + timedelta(days=n) for n in range(365)]
            worked = [day for day in days if bench.cases.calendar().is_working(day)]
            made = 0
            for number, day in enumerate(days):
                self.now = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
                if day in worked:
                    upto = self.applications * (worked.index(day) + 1) // len(worked)
                    for _ in range(upto - made):
                        self._apply(bench)
                    made = upto
                    self._decide(bench)
                self._watched(watch)
                if number % 30 == 0:
                    spent = time.monotonic() - started
                    print(f"  {day}: {made:,} applications, {spent:.0f} s", file=sys.stderr)
            spent = time.monotonic() - started
            kept, apart = mismatches(bench.store.journal, bench.store.cases, bench.store.messages)
            head = bench.store.journal.head()
        return {
            "applications": made,
            "seconds": spent,
            "commands": len(self.took),
            "ms": _quantiles(self.took),
            "watch": _quantiles(self.rounds[-60:]),
            "entries": head.seq if head else 0,
            "did": self.did,
            "kept": kept,
            "apart": len(apart),
        }

    def _watched(self, watch: Watch) -> None:
        began = time.monotonic()
        found = watch.look()
        self.rounds.append(time.monotonic() - began)
        for name in ("reminded", "dormant", "suspended", "used_again"):
            self._count(name, getattr(found, name))

    def _apply(self, bench: Workbench) -> None:
        department = f"d{self.choose.randrange(DEPARTMENTS):02}"
        officer = Actor(f"{department}-officer", department, frozenset({Role.officer}))
        asked = _application(self.choose, department, day_of(self.now))
        self._timed("apply", lambda: _ask(bench, asked, officer))

    def _decide(self, bench: Workbench) -> None:
        """A share of what waits each day: some at once, a few too late. Some of what is granted is
        used, some is stopped."""
        for case in list(bench.store.cases.all(frozenset({State.under_review}))):
            if self.choose.random() < 0.18:
                self._step(bench, case, self._verdict())
        for case in list(bench.store.cases.all(frozenset({State.approved, State.returned}))):
            event = Event.supply if case.state is State.approved else Event.resubmit
            self._step(bench, case, event)
        for case in list(bench.store.cases.all(frozenset({State.active}))):
            chance = self.choose.random()
            if chance < 0.002:
                self._step(bench, case, self.choose.choice((Event.suspend, Event.revoke)))
            elif chance < 0.02:
                bench.ledger.record(_use(case))

    def _verdict(self) -> Event:
        weights = {Event.approve: 80, Event.refuse: 12, Event.return_: 8}
        return self.choose.choices(list(weights), list(weights.values()))[0]

    def _step(self, bench: Workbench, case: Case, event: Event) -> None:
        side = case.application.department if event is Event.resubmit else case.provider
        role = Role.officer if event is Event.resubmit else Role.provider
        actor = Actor(f"{side}-{role}", side, frozenset({role}))
        terms = _all_of(case) if event is Event.approve else None
        command = Command(event, case.version, reason="reason", basis="art. 1", terms=terms)
        self._timed(event.value, lambda: _act(bench, case, command, actor))

    def _timed(self, name: str, work: Callable[[], object]) -> None:
        began = time.monotonic()
        work()
        self.took.append(time.monotonic() - began)
        self._count(name, 1)

    def _count(self, name: str, more: int) -> None:
        self.did[name] = self.did.get(name, 0) + more


def _ask(bench: Workbench, asked: Application, officer: Actor) -> None:
    """Where a grant of the same is suspended, that comes first."""
    with suppress(Conflict):
        bench.cases.apply(asked, officer)


def _act(bench: Workbench, case: Case, command: Command, actor: Actor) -> None:
    """One that was replaced by another approval on the same day has moved on by itself."""
    with suppress(Conflict):
        bench.cases.act(case.id, command, actor)


def _application(choose: random.Random, department: str, day: date) -> Application:
    columns = choose.sample(["town", "kind", "year"], choose.randint(1, 3))
    return Application(
        department=department,
        scenario="trial",
        resource=f"r{choose.randrange(RESOURCES):02}",
        mode=SharingMode.obtain,
        columns=tuple(AskedColumn(ColumnGrant(name), "the duty needs it") for name in columns),
        duty="duty",
        reason="monthly analysis",
        until=day + timedelta(days=choose.randint(60, 700)),
    )


def _all_of(case: Case) -> Terms:
    asked = case.application
    return Terms(tuple(c.grant for c in asked.columns), asked.mode, asked.until, asked.rows)


def _use(case: Case) -> Draft:
    asked = case.application
    return Draft(
        Entered.release_opened,
        actor=f"{asked.department}-analyst",
        department=asked.department,
        scenario=asked.scenario,
        content={asked.resource: tuple(c.grant.name for c in asked.columns)},
        detail={"grants": {asked.resource: [case.grant_id, "obtain", "", "", ""]}},
    )


def _fill(city: Path, cases: int) -> None:
    """Up to so many cases: those that there are, again under other ids, for lists alone."""
    with open_workbench(city) as bench:
        store = bench.store
        known = list(store.cases.all())
        with store.writing():
            for number in range(cases - len(known)):
                like = known[number % len(known)]
                store.cases.put(replace(like, id=f"{like.id[:9]}x{number:06}"), seen=0)
        for person, department, role in (
            ("d00-officer", "d00", Role.officer),
            ("d00-analyst", "d00", Role.analyst),
            ("p0-provider", "p0", Role.provider),
            ("authority", "bureau", Role.authority),
            ("auditor", "bureau", Role.auditor),
        ):
            store.users.add(person, PASSWORD, department, {role})


def _lists(city: Path, cases: int) -> dict[str, Any]:
    began = time.monotonic()
    with served(city) as gateway:
        ready = time.monotonic() - began
        asked = {
            "my cases (officer)": ("d00-officer", "/cases"),
            "to be decided (provider)": ("p0-provider", "/cases?state=under_review"),
            "all cases (authority)": ("authority", "/cases?limit=100"),
            "the last page of all": ("authority", f"/cases?limit=100&offset={cases - 100}"),
            "what is due": ("authority", "/due?within=30"),
            "my grants (analyst)": ("d00-analyst", "/grants"),
        }
        with httpx.Client(base_url=gateway.http, timeout=120) as client:
            headers = {p: _signed_in(client, p) for p in {p for p, _ in asked.values()}}
            waiting = "/cases?state=under_review"
            line = client.get(waiting, headers=headers["p0-provider"]).json()["cases"][0]
            asked["one case with its review"] = ("p0-provider", f"/cases/{line['id']}")
            took: dict[str, list[float]] = {name: [] for name in asked}
            for _ in range(ASKS):
                for name, (person, path) in asked.items():
                    took[name].append(_get(client, path, headers[person]))
            desks = _desks(gateway.http)
            after = _after_decision(client, headers, line)
        memory = psutil.Process(gateway.process.pid).memory_info().rss / 1e6
        return {
            "cases": cases,
            "ready": ready,
            "memory": memory,
            "asked": {name: _quantiles(times) for name, times in took.items()},
            "desks": desks,
            "after_decision": after,
        }


def _desks(url: str) -> dict[str, dict[str, float]]:
    """Each desk asked for its list and drawn, as the kernel of its page does it."""
    took: dict[str, list[float]] = {}
    for person, page in DESKS:
        client = connect(url, user=person, password=PASSWORD, language="zh", progress=False)
        path = ROOT / "dashboards" / "pages" / f"{page}.yaml"
        visit = Visit(load_page(path), client, context_for(path), "zh")
        visit.open()
        for number, panel in enumerate(visit.page.panels):
            name = f"{panel.desk} ({person.rpartition('-')[2]})"
            for _ in range(LOOKS):
                began = time.monotonic()
                visit.desk_list(f"p{number}", ALL)
                took.setdefault(name, []).append(time.monotonic() - began)
        client.close()
    return {name: _quantiles(times) for name, times in took.items()}


def _after_decision(
    client: httpx.Client, headers: dict[str, dict[str, str]], line: dict[str, Any]
) -> float:
    """Milliseconds of a decision and of the first listing that has to know of it."""
    began = time.monotonic()
    body = {"event": "approve", "seen": line["version"], "reason": "needed"}
    path = f"/cases/{line['id']}"
    client.post(path, json=body, headers=headers["p0-provider"]).raise_for_status()
    _get(client, "/grants", headers["d00-analyst"])
    return (time.monotonic() - began) * 1000


def _signed_in(client: httpx.Client, person: str) -> dict[str, str]:
    answer = client.post("/token", json={"user": person, "password": PASSWORD})
    answer.raise_for_status()
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def _get(client: httpx.Client, path: str, headers: dict[str, str]) -> float:
    began = time.monotonic()
    client.get(path, headers=headers).raise_for_status()
    return time.monotonic() - began


def _quantiles(seconds: list[float]) -> dict[str, float]:
    """Milliseconds."""
    ordered = sorted(seconds)
    last = len(ordered) - 1
    return {f"p{n}": ordered[min(last, n * len(ordered) // 100)] * 1000 for n in (50, 95)}
