"""Procedures beside sharing, played through the real desk: opened, stepped early, late or never."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass, field

from workbench.errors import Conflict, InvalidInput, Refused
from workbench.gateway.assemble import Workbench
from workbench.model.actor import Actor, Role
from workbench.model.procedure import Party, Procedure
from workbench.sharing.procedures.guards import Command

PROOF = "ab" * 32
BUREAU = Actor("bureau-1", "data_bureau", frozenset({Role.authority}))
BOTH = frozenset({Role.officer, Role.provider})
OPENED = (
    ("correction", "submit"),
    ("correction", "submit_to_authority"),
    ("correction", "order"),
    ("demand", "ask"),
    ("repeated_collection", "report"),
    ("repeated_collection", "order"),
    ("not_aggregated", "by_law"),
)


@dataclass
class Beside:
    """The same ``choose`` plays the same procedures. Two people of each department take turns:
    some steps want another one than the step before. ``left``: those that nobody steps."""

    bench: Workbench
    choose: random.Random
    left: set[str] = field(default_factory=set)

    def day(self) -> None:
        """One is opened on most days, and each that runs is stepped on some."""
        if self.choose.random() < 0.8:
            self._open()
        for procedure in sorted(self._running(), key=lambda one: (one.opened, one.id)):
            if procedure.id not in self.left and self.choose.random() < 0.2:
                self._step(procedure)

    def _running(self) -> list[Procedure]:
        return list(self.bench.store.procedures.all(running=True))

    def _open(self) -> None:
        kind, event = self.choose.choice(OPENED)
        number = self.choose.randrange(6)
        resource, provider = f"r{number}", f"p{number % 2}"
        fields = {
            "correction": {"resource": resource, "wrong": "x"},
            "demand": {"from": provider, "items": "x", "scenario": "x"},
            "repeated_collection": {"resource": resource, "other": "r0", "item": "x"},
            "not_aggregated": {"resource": resource},
        }[kind]
        own = {"order": BUREAU, "by_law": Actor(f"{provider}-1", provider, BOTH)}
        actor = own.get(event, Actor("d0-1", "d0", BOTH))
        # Not each regulation orders each way, and some leave the days to who acts.
        for days in (0, 5):
            with suppress(Refused, InvalidInput):
                command = self._command(event, 0, days)
                found = self.bench.procedures.open(kind, fields, command, actor).procedure
                if self.choose.random() < 0.25:
                    self.left.add(found.id)
                return

    def _command(self, event: str, seen: int, days: int) -> Command:
        return Command(event, seen, "reason", "art. 1", PROOF, days)

    def _step(self, procedure: Procedure) -> None:
        """One that follows by the file; where it cannot be done, nothing is done."""
        desk = self.bench.procedures
        rows = [
            row
            for row in desk.definition(procedure).steps
            if procedure.state in row.before and row.is_offered(procedure.regulation)
        ]
        row = self.choose.choice(rows)
        department = {
            Party.applicant: procedure.department, Party.provider: procedure.provider,
            Party.other_provider: procedure.other,
        }.get(min(row.by), "data_bureau")  # fmt: skip
        roles = BOTH | BUREAU.roles if department == "data_bureau" else BOTH
        for days, number in ((0, 1), (0, 2), (5, 1), (5, 2)):
            actor = Actor(f"{department}-{number}", department, roles)
            with suppress(Refused, InvalidInput, Conflict):
                command = self._command(row.event, procedure.version, days)
                desk.act(procedure.id, command, actor)
                return
