"""Two accounts of one department, or its two scenarios, each of which asks half of it; and two
resources that hold the same money, a year in one and its months in the other."""

from __future__ import annotations

from ..attacker import Attacker
from .family import Family
from .isolating import Asking, isolated


def _accounts(attacker: Attacker) -> dict[int, float]:
    return isolated(attacker, Asking(), Asking(person=1))


def _scenarios(attacker: Attacker) -> dict[int, float]:
    return isolated(attacker, Asking(), Asking(second=True))


def _resources(attacker: Attacker) -> dict[int, float]:
    return isolated(attacker, Asking(), Asking(table="month"))


ACCOUNTS = Family("accounts", "two accounts of a department, each asks half", _accounts)
SCENARIOS = Family("scenarios", "two scenarios of a department, each is asked half", _scenarios)
RESOURCES = Family("resources", "the year from one resource, its months from another", _resources)
