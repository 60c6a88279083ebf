"""Differencing by one entity: a total, and the same total where WHERE leaves out one firm.

The description is written in turn with NOT (...), IN lists, LIKE, and ranges of dates.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from ..attacker import HERE, Attacker, literal
from ..truth import described
from .family import Family
from .isolating import isolated


def _equal(name: str, value: Any) -> str:
    return f"{name} = {literal(value)}"


def _listed(name: str, value: Any) -> str:
    return f"{name} IN ({literal(value)}, {literal(value)})"


def _like(name: str, value: Any) -> str:
    return _ranged(name, value) if isinstance(value, date) else f"{name} LIKE '{value}%'"


def _ranged(name: str, value: Any) -> str:
    if not isinstance(value, date):
        return f"({name} >= '{value}' AND {name} <= '{value}')"
    after = date(value.year + value.month // 12, value.month % 12 + 1, 1)
    return f"({name} >= {literal(value)} AND {name} < {literal(after)})"


_FORMS = (_equal, _listed, _like, _ranged)


def _described(attacker: Attacker, unit: int) -> str:
    form = _FORMS[attacker.units.index(unit) % len(_FORMS)]
    mine = described(attacker.register, attacker.number(unit))
    return "(" + " AND ".join(form(name, value) for name, value in mine.items()) + ")"


def _play(attacker: Attacker) -> dict[int, float]:
    return isolated(attacker, HERE, HERE, _described)


FAMILY = Family("single", "a total, and the same without one firm (=, IN, LIKE, dates)", _play)
