"""All of it inside one statement: tables of WITH, UNION ALL, subqueries in FROM."""

from __future__ import annotations

from collections.abc import Callable

from ..attacker import Attacker
from .family import Family


def _with(all_: str, less: str) -> str:
    return f"WITH a AS ({all_}), b AS ({less}) SELECT a.s - b.s AS x FROM a CROSS JOIN b"


def _union(all_: str, less: str) -> str:
    return f"SELECT sum(s) AS x FROM ({all_} UNION ALL SELECT -s AS s FROM ({less}) q) u"


def _subqueries(all_: str, less: str) -> str:
    return f"SELECT a.s - b.s AS x FROM ({all_}) a JOIN ({less}) b ON true"


def _filtered(all_: str, less: str) -> str:
    """FILTER on one side, so that the rows chosen look the same."""
    where = less.partition(" WHERE ")[2]
    part = f"SELECT sum(turnover) FILTER (WHERE {where}) AS s FROM firm"
    return f"WITH a AS ({all_}), b AS ({part}) SELECT a.s - b.s AS x FROM a, b"


_FORMS: tuple[Callable[[str, str], str], ...] = (_with, _union, _subqueries, _filtered)


def _play(attacker: Attacker) -> dict[int, float]:
    found = {}
    for number, unit in enumerate(attacker.units):
        less = f"SELECT sum(turnover) AS s FROM firm WHERE NOT {attacker.narrow(unit)}"
        frame = attacker.ask(
            _FORMS[number % len(_FORMS)]("SELECT sum(turnover) AS s FROM firm", less)
        )
        if frame is not None and frame.height and frame["x"][0] is not None:
            found[unit] = float(frame["x"][0])
    return found


FAMILY = Family("statements", "WITH, UNION ALL, subqueries and FILTER in one statement", _play)
