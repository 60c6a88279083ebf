"""A city whose year of sharing is played through the real desk, store, ledger and watch, with a
clock of its own; then its facts are delivered. Nothing is made up beside them."""

from __future__ import annotations

import random
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from page_city import edit_city, edit_contract, edit_scenario
from ruamel.yaml import YAML
from unit.kpi.procedures_played import Beside

from workbench.catalogue.identifiers import CodeLists
from workbench.errors import Conflict
from workbench.extracts.ingest import ingest
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.gateway.delivering import Delivering
from workbench.gateway.state import State
from workbench.kpi.definition import SCENARIO
from workbench.kpi.frames import TABLES
from workbench.model.actor import Actor, Role
from workbench.model.case import Application, AskedColumn, Case, Terms
from workbench.model.case import State as CaseState
from workbench.model.contract import SharingMode
from workbench.model.days import day_of
from workbench.model.entry import Draft
from workbench.model.entry import Event as Entered
from workbench.model.grant import ColumnGrant
from workbench.sharing.lifecycle import Command
from workbench.sharing.transitions import Event
from workbench.trial.city import write_city
from workbench.trial.schema import PolicyTest

ROOT = Path(__file__).parents[3]
FIRST = date(2026, 1, 5)
DAYS = 150
DEPARTMENTS = ("d0", "d1", "d2", "d3")
PROVIDERS = ("p0", "p1")
CYCLES = ("每月", "每年", "不定期", "每周")
RESOURCES = tuple(f"r{n}" for n in range(6))
_COLUMNS = {name: {"type": "VARCHAR", "class": "general"} for name in ("code", "town", "kind")}


def write_kpi_city(root: Path, regulation: str = "aba-2024") -> Path:
    """Six resources of two providers; r5 is not shared; the tables of facts with their scenario."""
    test = {
        "resources": {
            name: {
                "data": "none.csv",
                "columns": _COLUMNS,
                "sharing": "not_shared" if name == "r5" else "conditional",
            }
            for name in RESOURCES
        },
        "grants": {
            name: {"mode": "obtain", "columns": {"code": "value", "town": "value"},
                   "departments": [*DEPARTMENTS]}
            for name in RESOURCES[:5]
        },
    }  # fmt: skip
    write_city(PolicyTest.model_validate(test), root)
    names = [*DEPARTMENTS, *PROVIDERS, "data_bureau"]
    edit_city(root, lambda spec: spec["departments"].update({n: {"zh": n, "en": n} for n in names}))
    edit_city(root, lambda spec: spec.update(regulation=regulation))
    for number, name in enumerate(RESOURCES):
        edit_contract(root, name, lambda spec, n=number: _provide(spec, n))
    edit_scenario(root, _decided)
    _facts(root)
    return root


def _provide(spec: dict[str, Any], number: int) -> None:
    wanted = {"provider": PROVIDERS[number % 2], "updateCycle": CYCLES[number % 4]}
    told = [p for p in spec["customProperties"] if p["property"] not in wanted]
    more = [{"property": name, "value": value} for name, value in wanted.items()]
    spec["customProperties"] = [*told, *more]


def _decided(spec: dict[str, Any]) -> None:
    for number, use in enumerate(spec["resources"]):
        use["decided"]["by"] = PROVIDERS[number % 2]


def _facts(root: Path) -> None:
    """The shipped contracts, KPIs and scenario, without the real catalogue."""
    shipped, here = ROOT / "data_contracts", root / "data_contracts"
    for name in TABLES:
        shutil.copy(shipped / "resources" / f"{name}.odcs.yaml", here / "resources")
    for folder in ("kpis", "procedures", "regulations"):
        shutil.copytree(shipped / folder, here / folder, dirs_exist_ok=True)
    for file in (here / "kpis").glob("catalogue_*.yaml"):  # of real catalogues, which it has not
        file.unlink()
    yaml = YAML()
    spec = yaml.load((shipped / "scenarios" / f"{SCENARIO}.yaml").read_text(encoding="utf-8"))
    spec["resources"] = [use for use in spec["resources"] if use["resource"] in TABLES]
    with (here / "scenarios" / f"{SCENARIO}.yaml").open("w", encoding="utf-8") as out:
        yaml.dump(spec, out)


@dataclass
class Year:
    """``now`` is the clock of all parts; the same seed plays the same year."""

    city: Path
    seed: int = 11
    now: datetime = datetime(FIRST.year, FIRST.month, FIRST.day, 1, tzinfo=UTC)
    bench: Workbench = field(init=False)

    def __post_init__(self) -> None:
        self.choose = random.Random(self.seed)
        self.bench = open_workbench(self.city, clock=lambda: self.now)
        self.beside = Beside(self.bench, random.Random(self.seed + 1))
        numbers = iter(range(10_000))
        self.bench.cases._new_id = lambda now: f"{day_of(now):%Y%m%d}-{next(numbers):04}"

    @property
    def today(self) -> date:
        return day_of(self.now)

    def delivering(self) -> Delivering:
        bench = self.bench
        state = State(bench.layout, bench.store, bench.keyring, bench.ledger)
        grants = bench.cases._grants
        return Delivering(
            state, bench.cases, bench.procedures, bench.city, grants, bench.clock
        )  # fmt: skip

    def play(self, days: int = DAYS, applications: int = 60, *, beside: bool = False) -> None:
        """A few applications a week, decided early, late or never; what is granted is used, by
        some, or is not. ``beside``: procedures beside sharing too."""
        calendar = self.bench.cases.calendar()
        made, first = 0, self.today
        for number in range(days):
            day = first + timedelta(days=number)
            self.now = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
            if calendar.is_working(day):
                wanted = applications * (number + 1) // days
                for _ in range(wanted - made):
                    self._apply()
                made = wanted
                self._decide()
                if beside:
                    self.beside.day()
            self._use()
            self.bench.watch.look()
        self.now += timedelta(days=1)

    def load(self, name: str, rows: int, data_date: date) -> None:
        """A delivery of one resource, dated."""
        file = self.city / f"{name}.csv"
        lines = "".join(f"c{n},t{n % 3},k\n" for n in range(rows))
        file.write_text("code,town,kind\n" + lines, encoding="utf-8")
        resource = self.bench.city().resources[name]
        ingest(
            resource,
            [file],
            extracts=self.bench.extracts,
            codes=CodeLists(),
            quarantine_folder=self.city / "quarantine",
            clock=lambda: self.now,
            data_date=data_date,
        )
        detail = {"version": 0, "rows": rows, "rejected": 0, "data_date": data_date.isoformat()}
        draft = Draft(
            Entered.extract_ingested,
            department=resource.provider,
            content={name: ("code", "town", "kind")},
            detail=detail,
        )
        self.bench.ledger.record(draft)

    def _apply(self) -> None:
        department = self.choose.choice(DEPARTMENTS)
        columns = self.choose.sample(["town", "kind", "code"], self.choose.randint(1, 3))
        asked = Application(
            department=department,
            scenario="trial",
            resource=self.choose.choice(RESOURCES[:5]),
            mode=SharingMode.obtain,
            columns=tuple(AskedColumn(ColumnGrant(name), "the duty needs it") for name in columns),
            duty="duty",
            reason="monthly analysis",
            until=self.today + timedelta(days=self.choose.randint(15, 120)),
        )
        officer = Actor(f"{department}-officer", department, frozenset({Role.officer}))
        with suppress(Conflict):  # a suspended grant of the same comes first
            self.bench.cases.apply(asked, officer)

    def _decide(self) -> None:
        for case in self._in(CaseState.under_review):
            if self.choose.random() < 0.15:
                events = (Event.approve, Event.refuse, Event.return_)
                event = self.choose.choices(events, (80, 10, 10))[0]
                is_late = case.application.until < self.today
                self._step(case, Event.refuse if is_late else event)
        for case in self._in(CaseState.approved, CaseState.returned):
            if self.choose.random() < 0.15:
                is_approved = case.state is CaseState.approved
                # Nobody hands in again what was to end by now.
                if is_approved or case.application.until >= self.today:
                    self._step(case, Event.supply if is_approved else Event.resubmit)
        for case in self._in(CaseState.active):
            if self.choose.random() < 0.004:
                self._step(case, self.choose.choice((Event.suspend, Event.revoke, Event.notify)))
        for case in self._in(CaseState.rectifying):
            if self.choose.random() < 0.1:
                self._step(case, Event.rectified)

    def _in(self, *states: CaseState) -> list[Case]:
        return list(self.bench.store.cases.all(frozenset(states)))

    def _step(self, case: Case, event: Event) -> None:
        side = case.application.department if event is Event.resubmit else case.provider
        role = Role.officer if event is Event.resubmit else Role.provider
        actor = Actor(f"{side}-{role}", side, frozenset({role}))
        asked = case.application
        terms = None
        if event is Event.approve:
            columns = tuple(column.grant for column in asked.columns)
            terms = Terms(columns, asked.mode, asked.until, asked.rows)
        days = 5 if event is Event.notify else 0
        command = Command(event, case.version, "reason", "art. 1", terms, days=days)
        with suppress(Conflict):
            self.bench.cases.act(case.id, command, actor)

    def _use(self) -> None:
        """Releases and refusals in the ledger's own form (``query_path.records``)."""
        for case in self._in(CaseState.active):
            if hash_of(case.id) % 3 and self.choose.random() < 0.05:
                self._release(case)
        for _ in range(self.choose.randint(0, 2)):
            self._refuse()

    def _release(self, case: Case) -> None:
        asked, name = case.application, f"q{self.choose.randrange(10**9)}"
        granted = [column.name for column in case.decision.terms.columns]  # type: ignore[union-attr]
        read = tuple(granted[: self.choose.randint(1, len(granted))])
        base: dict[str, Any] = {
            "actor": f"{asked.department}-analyst{self.choose.randrange(3)}",
            "department": asked.department,
            "scenario": asked.scenario,
            "content": {asked.resource: read},
            "release": name,
        }
        grants = {asked.resource: [case.grant_id, "obtain", "", "", ""]}
        self.bench.ledger.record(Draft(Entered.release_opened, detail={"grants": grants}, **base))
        detail = {"outcome": "complete", "rows": self.choose.randint(0, 900)}
        self.bench.ledger.record(Draft(Entered.release_closed, detail=detail, **base))

    def _refuse(self) -> None:
        department = self.choose.choice(DEPARTMENTS)
        reasons = [{"code": "column_not_granted", "subject": f"{self.choose.choice(RESOURCES)}.x"}]
        self.bench.ledger.record(
            Draft(
                Entered.decision,
                actor=f"{department}-analyst0",
                department=department,
                scenario="trial",
                detail={"outcome": "deny", "reasons": reasons},
            )
        )


def hash_of(text: str) -> int:
    return sum(map(ord, text))
