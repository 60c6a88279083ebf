"""The application for what is missing, as YAML to paste and fill in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from workbench.catalogue.write import plain_column, plain_row
from workbench.model.contract import Column, Personal, Resource
from workbench.model.grant import Grant
from workbench.model.scenario import Scenario

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NOT_PLAIN = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))


def application(
    scenario: Scenario,
    department: str,
    resource: Resource,
    columns: Iterable[Column],
    *,
    held: Grant | None = None,
    choose: bool = False,
) -> str:
    """What an application names: scenario, mode, scope and duty basis (Heilongjiang 2025
    art. 22), users and end date (Foshan 2019 art. 29). ``columns`` are those that are missing. What
    is ``held`` stands there too, as it is: the new grant takes its place. With ``choose`` the
    columns are all there are, and the draft says to leave out what is not needed.
    """
    until = scenario.valid_until.isoformat() if scenario.valid_until else "YYYY-MM-DD"
    had = held.columns if held is not None else ()
    rows = held.rows if held is not None else ()
    lines = [
        "application:",
        f"  scenario: {_scalar(scenario.id)}",
        f"  department: {_scalar(department)}",
        f"  resource: {_scalar(resource.name)}",
        f"  mode: {held.mode.value if held is not None else 'obtain'}",
        f"  until: {until}",
        f"  duty_basis: {_scalar(scenario.duty_basis)}",
        '  reason: ""  # 请填写用途 / say what for',
        "  columns:" + ("  # 删去不需要的列 / delete what you do not need" if choose else ""),
        *(f"    {_scalar(c.name)}: {_flow(plain_column(c))}  # 已有 / held already" for c in had),
        *(f"    {_scalar(c.name)}: {_asked(c, scenario, resource)}{_advice(c)}" for c in columns),
    ]
    if rows:
        lines += ["  rows:", *(f"    - {_flow(plain_row(row))}" for row in rows)]
    return "\n".join(lines) + "\n"


def _asked(column: Column, scenario: Scenario, resource: Resource) -> str:
    """With a place for the argument, where the purpose of the scenario does not list the column
    (Foshan 2019 art. 29)."""
    uses = (
        use for use in scenario.resources if use.resource.casefold() == resource.name.casefold()
    )
    listed = {c.name.casefold() for use in uses for c in use.columns}
    return '{use: value, argument: ""}' if column.name.casefold() not in listed else "{use: value}"


def _flow(value: object) -> str:
    """JSON is YAML. A day stands there as a text, which the reader knows by its column."""
    if isinstance(value, str):
        return _scalar(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _advice(column: Column) -> str:
    """The least that may do: a key can be a pseudonym that joins, a value can be masked."""
    if column.entity_key or column.identifier is not None:
        return "  # 若只用于连接：use: join_key / to join only: use: join_key"
    if column.personal is not Personal.no:
        return "  # 可否加掩码：mask: pseudonym / would a mask do: mask: pseudonym"
    return "  # 请在 argument 中说明为何需要 / say in argument why it is needed"


def _scalar(text: str) -> str:
    """A JSON string is a YAML one; plain words need no quotes."""
    plain = _PLAIN.fullmatch(text) is not None and text.lower() not in _NOT_PLAIN
    return text if plain else json.dumps(text, ensure_ascii=False)
