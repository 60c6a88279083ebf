"""The application for what is missing, as YAML to paste and fill in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from workbench.model.contract import Column, Personal, Resource
from workbench.model.scenario import Scenario

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NOT_PLAIN = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))


def application(
    scenario: Scenario,
    department: str,
    resource: Resource,
    columns: Iterable[Column],
    *,
    choose: bool = False,
) -> str:
    """What an application names: scenario, mode, scope and duty basis (Heilongjiang 2025
    art. 22), users and end date (Foshan 2019 art. 29). ``columns`` are the missing ones only;
    with ``choose`` they are all there are, and the draft says to leave out what is not needed.
    """
    until = scenario.valid_until.isoformat() if scenario.valid_until else "YYYY-MM-DD"
    lines = [
        "application:",
        f"  scenario: {_scalar(scenario.id)}",
        f"  department: {_scalar(department)}",
        f"  resource: {_scalar(resource.name)}",
        "  mode: obtain",
        f"  until: {until}",
        f"  duty_basis: {_scalar(scenario.duty_basis)}",
        '  reason: ""  # 请填写用途 / say what for',
        "  columns:" + ("  # 删去不需要的列 / delete what you do not need" if choose else ""),
        *(f"    {_scalar(c.name)}: {{use: value}}{_advice(c)}" for c in columns),
    ]
    return "\n".join(lines) + "\n"


def _advice(column: Column) -> str:
    """The least that may do: a key can be a pseudonym that joins, a value can be masked."""
    if column.entity_key or column.identifier is not None:
        return "  # 若只用于连接：use: join_key / to join only: use: join_key"
    if column.personal is not Personal.no:
        return "  # 可否加掩码：mask: pseudonym / would a mask do: mask: pseudonym"
    return ""


def _scalar(text: str) -> str:
    """A JSON string is a YAML one; plain words need no quotes."""
    plain = _PLAIN.fullmatch(text) is not None and text.lower() not in _NOT_PLAIN
    return text if plain else json.dumps(text, ensure_ascii=False)
