"""Halves that are put to different places: two accounts of one department, its two scenarios, two
resources that hold the same money (a year in one, its months in the other), a table and a join."""

from __future__ import annotations

from ..attacker import HERE, Asking, Attacker
from .family import Family
from .isolating import isolated

JOINED = "(SELECT f.* FROM firm f JOIN month m ON f.code = m.code WHERE m.month = 12) j"
"""The same firms by another way: every firm has a row in December."""


def _accounts(attacker: Attacker) -> dict[int, float]:
    """One asks for sums, the other for averages."""
    return isolated(attacker, HERE, Asking(person=1, figure="avg"))


def _scenarios(attacker: Attacker) -> dict[int, float]:
    return isolated(attacker, HERE, Asking(second=True))


def _resources(attacker: Attacker) -> dict[int, float]:
    return isolated(attacker, HERE, Asking(table="month"))


def _joins(attacker: Attacker) -> dict[int, float]:
    return isolated(attacker, HERE, Asking(table=JOINED))


ACCOUNTS = Family("accounts", "two accounts of a department, each asks half", _accounts)
SCENARIOS = Family("scenarios", "two scenarios of a department, each is asked half", _scenarios)
RESOURCES = Family("resources", "the year from one resource, its months from another", _resources)
JOINS = Family("joins", "a table, and a join that holds the same firms", _joins)
