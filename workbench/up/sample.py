"""People to try the workbench with: made once, in a city that has nobody yet."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from workbench.errors import Code, Text, simple
from workbench.model.actor import Role
from workbench.model.contract import Resource, SharingType
from workbench.model.entry import Draft, Event
from workbench.model.scenario import Scenario
from workbench.up.jupyter import write_private

ANALYST, LEADER, AUDITOR, OPERATOR = "analyst", "leader", "auditor", "operator"
OFFICER, REVIEWER, AUTHORITY = "officer", "reviewer", "authority"
SAMPLE_PEOPLE: Sequence[tuple[str, Role]] = (
    (ANALYST, Role.analyst),
    (OFFICER, Role.officer),
    (REVIEWER, Role.provider),
    (AUTHORITY, Role.authority),
    (LEADER, Role.leader),
    (AUDITOR, Role.auditor),
    (OPERATOR, Role.operator),
)
PASSWORD_BYTES = 15
"""20 characters of base64 (our default)."""


class Users(Protocol):
    def all(self) -> Sequence[Any]: ...
    def add(self, id: str, password: str, department: str, roles: Any) -> Any: ...  # noqa: A002


class Recorder(Protocol):
    def record(self, draft: Draft, doing: Callable[[], object] | None = None) -> Any: ...


@dataclass(frozen=True)
class Person:
    """A sample person with the password that was made for them."""

    id: str
    department: str
    password: str = field(repr=False)


def sample_people(
    users: Users,
    scenarios: Mapping[str, Scenario],
    resources: Mapping[str, Resource],
    ledger: Recorder,
    path: Path,
    operator: str,
    new_password: Callable[[], str] = lambda: secrets.token_urlsafe(PASSWORD_BYTES),
) -> tuple[tuple[Person, ...], bool]:
    """The sample people, and whether they were made just now; none in a city with people of
    its own. Their passwords lie in ``path``, for its owner's eyes only. ``operator`` is
    who started this, for the ledger."""
    if users.all():
        return read_people(path), False
    analysing, viewing = busiest_department(scenarios), viewing_department(scenarios)
    # Who audits or operates does not sit with those who query.
    seats = {ANALYST: analysing, OFFICER: analysing, REVIEWER: reviewing_department(resources)}
    people = []
    for name, role in SAMPLE_PEOPLE:
        department = seats.get(name) or viewing
        person = Person(name, department, new_password())
        ledger.record(_added(person, role, operator), doing=_adding(users, person, role))
        people.append(person)
    lines = [f"{p.id}\t{p.password}\t{p.department}\n" for p in people]
    write_private(path, "".join(lines), None)
    return tuple(people), True


def _adding(users: Users, person: Person, role: Role) -> Callable[[], object]:
    return lambda: users.add(person.id, person.password, person.department, {role})


def _added(person: Person, role: Role, operator: str) -> Draft:
    return Draft(
        event=Event.user_changed,
        actor=operator,
        department=person.department,
        method="sample users",
        medium="cli",
        detail={"user": person.id, "change": "added", "roles": [role.value]},
    )


def read_people(path: Path) -> tuple[Person, ...]:
    """The people noted in ``path``; none where there is no such file."""
    if not path.is_file():
        return ()
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return tuple(Person(row[0], row[2], row[1]) for row in rows if len(row) == 3)


def busiest_department(scenarios: Mapping[str, Scenario]) -> str:
    """The department with the most scenarios: the one with the most to try; of several, that with
    the most modes of sharing.

    Raises InvalidInput where no scenario names one.
    """
    counted = Counter(d for s in _sorted(scenarios) for d in s.departments)
    modes = {(d, u.mode) for s in scenarios.values() for d in s.departments for u in s.resources}
    tried = Counter(department for department, _ in modes)
    if not counted:
        raise simple(
            Code.invalid_contract,
            "没有任何场景写明使用部门，无法建立示例用户。",
            "No scenario names a department, so there is nobody to make a sample user for.",
            next=Text(
                "请在 data_contracts/scenarios/ 中写明 departments。",
                "Name departments in data_contracts/scenarios/.",
            ),
        )
    return max(counted, key=lambda name: (counted[name], tried[name]))


def reviewing_department(resources: Mapping[str, Resource]) -> str:
    """The department that provides most of what is shared on conditions, of what ships its data
    where any does; empty where there is none."""
    shared = [
        resources[name]
        for name in sorted(resources)
        if resources[name].sharing.type is SharingType.conditional
    ]
    shipped = [resource for resource in shared if resource.deliveries]
    counted = Counter(resource.provider for resource in shipped or shared)
    return counted.most_common(1)[0][0] if counted else ""


def viewing_department(scenarios: Mapping[str, Scenario]) -> str:
    """A department whose people may look at a page, else the busiest one."""
    for scenario in _sorted(scenarios):
        for page in scenario.pages:
            if page.viewer_departments:
                return min(page.viewer_departments)
    return busiest_department(scenarios)


def first_page(scenarios: Mapping[str, Scenario], dashboards: Path, wanted: str = "") -> str:
    """The page that is ``wanted``, else the first registered one, of those that have a notebook;
    empty where there is none."""
    registered = (page.id for scenario in _sorted(scenarios) for page in scenario.pages)
    ids = (wanted, *registered) if wanted else registered
    return next((i for i in ids if (dashboards / f"{i}.ipynb").is_file()), "")


def _sorted(scenarios: Mapping[str, Scenario]) -> list[Scenario]:
    return [scenarios[key] for key in sorted(scenarios)]
