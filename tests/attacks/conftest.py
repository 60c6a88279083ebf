"""One city of canaries, one real gateway, for all attacks."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from attacks.canary_city import ENVIRONMENT, CanaryCity, make
from attacks.detector import Detector, Find
from attacks.paragraphs import Case
from attacks.served import Answer, Served, served

NEIGHBOUR = (
    "CREATE TEMP TABLE neighbour_notes AS SELECT 'CANARY-STATE-1' AS note",
    "CREATE TEMP VIEW neighbour_view AS FROM neighbour_notes",
    "CREATE TEMP MACRO neighbour_macro() AS (SELECT max(note) FROM neighbour_notes)",
    "SET VARIABLE neighbour_variable = 'CANARY-STATE-2'",
    "PREPARE neighbour_prepared AS SELECT * FROM neighbour_notes",
    "CREATE TEMP SEQUENCE neighbour_sequence START 991199119911",
)
BYSTANDER_SECONDS = 8.0
"""A short query of somebody else while an attack runs: generous, for two busy cores."""
REPORT = "WORKBENCH_ATTACK_REPORT"
"""Environment variable: a file to append each outcome to, for those who want to read them."""


@dataclass
class Arena:
    """The running gateway with everything that an attack needs. Each class is a person."""

    city: CanaryCity
    gateway: Served
    detector: Detector
    places: dict[str, str]
    slowest: float = 0.0
    slowest_bystander: float = 0.0
    people: set[str] = field(default_factory=set)

    def attack(self, case: Case) -> tuple[list[Answer], list[Find]]:
        """All steps of a case, in order, and what was found in their answers."""
        person = f"attacker_{case.kind}"
        self.people.add(person)
        answers, found = [], []
        for step in case.filled(self.places):
            answer = self.gateway.ask(person, step)
            answers.append(answer)
            found += self.look(answer, step)
        _report(case, answers)
        return answers, found

    def look(self, answer: Answer, step: str) -> list[Find]:
        if answer.table is not None:
            return self.detector.in_table(answer.table, step)
        return self.detector.in_text(answer.error, "error", step)

    def attack_watched(self, case: Case) -> tuple[list[Answer], list[Find], Answer]:
        """The same, while a bystander asks something small."""
        seen: list[Answer] = []
        bystander = threading.Thread(target=lambda: seen.append(self._bystander()))
        bystander.start()
        answers, found = self.attack(case)
        bystander.join()
        self.slowest = max(self.slowest, *(a.seconds for a in answers))
        self.slowest_bystander = max(self.slowest_bystander, seen[0].seconds)
        return answers, found, seen[0]

    def _bystander(self) -> Answer:
        time.sleep(0.2)
        return self.gateway.ask("bystander", "SELECT count(*) AS n FROM town")


def _report(case: Case, answers: list[Answer]) -> None:
    if os.environ.get(REPORT):
        outcomes = [[a.code, round(a.seconds, 2), a.error[:2000]] for a in answers]
        with Path(os.environ[REPORT]).open("a") as file:
            file.write(json.dumps([case.id, case.steps[0][:200], outcomes]) + "\n")


@pytest.fixture(scope="session")
def detector() -> Detector:
    return Detector()


@pytest.fixture(scope="package")
def canary_city(tmp_path_factory: pytest.TempPathFactory) -> CanaryCity:
    return make(tmp_path_factory.mktemp("attacks"))


@pytest.fixture(scope="package")
def arena(canary_city: CanaryCity, detector: Detector) -> Iterator[Arena]:
    with served(canary_city.root, ENVIRONMENT) as gateway:
        for statement in NEIGHBOUR:
            gateway.ask("neighbour", statement)
        kept = gateway.ask("neighbour", "SELECT note FROM neighbour_notes")
        assert kept.table is not None, kept.error
        assert gateway.ask("bystander", "SELECT count(*) FROM town").code == "ok"
        places = canary_city.places(gateway.http.rsplit(":", 1)[1])
        yield Arena(canary_city, gateway, detector, places)
