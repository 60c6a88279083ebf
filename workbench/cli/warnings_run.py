"""What ``workbench warnings run`` is made of: the person, the run's own subject, the desk."""

from __future__ import annotations

import secrets as chance
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from workbench.catalogue.city import City
from workbench.catalogue.regulations import known_regulations
from workbench.cli.common import State, utc_now
from workbench.cli.ingest_desk import Desk
from workbench.client.connection import Connection, connect
from workbench.gateway.auth import Auth
from workbench.gateway.ruled import RuledCity
from workbench.gateway.sources import GrantSource
from workbench.model.actor import Actor
from workbench.sharing.opening import open_desk
from workbench.sharing.procedures.desk import ProcedureDesk
from workbench.sharing.procedures.opening import open_procedures
from workbench.warnings.definition import Rule, load_rules
from workbench.warnings.life import Opener, judge_opener, outcomes
from workbench.warnings.run import Done, Run
from workbench.warnings.setting import Setting, load_setting

_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
"""None that is taken for another one when it is read out or written by hand."""


@dataclass(frozen=True)
class Plan:
    """The city's rules and how they are run."""

    city: City
    rules: dict[str, Rule]
    setting: Setting


@dataclass(frozen=True)
class Worker:
    """One run: what it does, and who opens what it finds."""

    run: Run
    opener: Opener
    state: State
    setting: Setting

    def work(self, first: date, last: date, told: Callable[[Done], object]) -> tuple[int, int]:
        """Months, then procedures, then what is counted: how many procedures were opened, how many
        rows are counted. Each part goes on where an earlier run was killed."""
        for done in self.run.months(first, last):
            told(done)
        opened = sum(self._opened(first, last))
        states = dict(outcomes(self.state.store.procedures.all(), self.setting.procedure))
        return opened, self.run.counted(states)

    def _opened(self, first: date, last: date) -> Iterator[int]:
        for name, rows in self.run.kept_rows():
            yield self.opener.open(name, rows.filter(rows["month"].is_between(first, last)))


def plan(root: Path, city: City) -> Plan:
    """Raises InvalidInput with every mistake of the rules and of the setting."""
    rules = load_rules(root, known_regulations(root))
    return Plan(city, rules, load_setting(root, city, rules.values()))


@contextmanager
def worker(
    state: State,
    made: Plan,
    url: str | None,
    user: str | None,
    told: Callable[[str, date], object],
) -> Iterator[Worker]:
    """The run of whoever is signed in. They are asked who they are; it is the run's own subject
    that asks for data, with them as its viewer, in a session of this process alone.

    Raises Refused (role_missing) for who is no officer, as ``connect``.
    """
    with connect(url=url, user=user, progress=False) as person:
        actor = _actor(state, str(person.whoami()[0]["id"]))
        judge_opener(actor)
        auth = Auth(state.store.users, state.keyring.token_key, state.ledger, utc_now)
        session = auth.page_session(made.setting.subject, actor.id)
        with connect(url=person.url, token=session, ca=person.ca, progress=False) as asks:
            run = _run(state, made, asks, told)
            opener = Opener(_desk(state), made.setting, made.rules, actor)
            yield Worker(run, opener, state, made.setting)


def _run(state: State, made: Plan, asks: Connection, told: Callable[[str, date], object]) -> Run:
    shelf = Desk(state, made.city).shelf()
    return Run(made.city, shelf, asks, made.setting, made.rules, new_alert_id, told)


def _actor(state: State, name: str) -> Actor:
    found = state.store.users.get(name)
    assert found is not None  # the gateway of this city has just said so
    return Actor(found.id, found.department, frozenset(found.roles))


def _desk(state: State) -> ProcedureDesk:
    store, ledger, clock = state.store, state.ledger, utc_now
    city = RuledCity(state.layout.root, store, clock)
    grants = GrantSource(city, store.revocations.all, store.version, store.cases.granted_since)
    cases = open_desk(store, ledger, city, grants, clock)
    return open_procedures(
        store, ledger, city, grants, cases, state.keyring.audit_key, clock, city.tried
    )


def new_alert_id(month: date) -> str:
    """``w202609-k7m2xq34``: its month, and what nobody guesses or mistakes."""
    return f"w{month:%Y%m}-{''.join(chance.choice(_LETTERS) for _ in range(8))}"
