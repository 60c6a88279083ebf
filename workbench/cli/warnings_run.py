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
from workbench.cli import acting
from workbench.cli.common import State
from workbench.cli.ingest_desk import Desk
from workbench.client.connection import Connection, connect
from workbench.model.actor import Actor
from workbench.warnings.climbing import Climber
from workbench.warnings.definition import Rule, load_rules
from workbench.warnings.kept import present
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
class Opened:
    """What became of alerts' procedures: opened, and given a nearer day; ``counted``: rows."""

    opened: int
    climbed: int
    counted: int


@dataclass(frozen=True)
class Worker:
    """One run: what it does, who opens what it finds, and who lets it climb."""

    run: Run
    opener: Opener
    climber: Climber
    state: State
    setting: Setting

    def work(self, first: date, last: date, told: Callable[[Done], object]) -> Opened:
        """Months, then procedures, then what is counted. Each part goes on where an earlier run was
        killed."""
        for done in self.run.months(first, last):
            told(done)
        return self.follow()

    def follow(self) -> Opened:
        """A procedure for each alert that has none, nearer days for those that climbed, and the
        counts of what became of all: of the months that are kept."""
        kept = [(name, rows) for name, rows in self.run.kept_rows()]
        known = {one.id for one in self.state.store.procedures.all()}
        opened = sum(
            self.opener.open(name, rows.filter(~rows["alert_id"].is_in(list(known))))
            for name, rows in kept
        )
        levels = {key: level for _, rows in kept for key, level in present(rows).items()}
        climbed = self.climber.climb(list(self.state.store.procedures.all(running=True)), levels)
        states = dict(outcomes(self.state.store.procedures.all(), self.setting.procedure))
        return Opened(opened, climbed, self.run.counted(states))


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
    with connect(url=url, user=user, progress=False) as signed_in:
        actor = acting.person(state, str(signed_in.whoami()[0]["id"]))
        with worker_for(state, made, actor, signed_in.url, told, signed_in.ca) as found:
            yield found


@contextmanager
def worker_for(
    state: State,
    made: Plan,
    actor: Actor,
    url: str,
    told: Callable[[str, date], object],
    ca: str | None = None,
) -> Iterator[Worker]:
    """The run in the name of ``actor``, without their password. Raises Refused (role_missing) for
    who is no officer."""
    judge_opener(actor)
    with acting.asking(state, made.setting.subject, actor, url, ca) as asks:
        run, desk = _run(state, made, asks, told), acting.procedure_desk(state)
        opener = Opener(desk, made.setting, made.rules, actor)
        yield Worker(run, opener, Climber(desk, made.setting), state, made.setting)


def _run(state: State, made: Plan, asks: Connection, told: Callable[[str, date], object]) -> Run:
    shelf = Desk(state, made.city).shelf()
    return Run(made.city, shelf, asks, made.setting, made.rules, new_alert_id, told)


def new_alert_id(month: date) -> str:
    """``w202609-k7m2xq34``: its month, and what nobody guesses or mistakes."""
    return f"w{month:%Y%m}-{''.join(chance.choice(_LETTERS) for _ in range(8))}"
