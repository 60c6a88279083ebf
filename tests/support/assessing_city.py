"""A made-up city whose three departments are assessed: its run, its people, its desk over a real
store. ``ben`` stands behind ``ana`` because of one review that was late."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from attacks.served import PASSWORD

from workbench.assessment.frozen import Frozen, Position, Previous, sealed
from workbench.assessment.measured import (
    Evidence,
    Gathered,
    Inputs,
    Item,
    Measured,
    Source,
    of_items,
    stated,
)
from workbench.catalogue.city import City, load_city
from workbench.catalogue.new_city import make_city
from workbench.errors import Text
from workbench.gateway.assessing import Assessing, open_assessing
from workbench.gateway.assessing_runs import Runs
from workbench.gateway.state import State, open_state
from workbench.kpi.definition import Direction, Figure
from workbench.model.actor import Actor, Role
from workbench.model.entry import Draft, Event
from workbench.model.lookup import Grants
from workbench.sharing.opening import open_desk
from workbench.sharing.procedures.opening import open_procedures

_SAID, _OURS = {"zh": "合成", "en": "synthetic"}, {"ours": {"zh": "默认", "en": "a default"}}
_MANUAL = {"evidence": _SAID, "unit": _SAID, "direction": "lower"}
SCHEME = {
    "id": "trial", "title": {"zh": "合成考核", "en": "Synthetic assessment"},
    "regulation": "aba-2024", "articles": "6", "reading": _SAID, **_OURS,
    "evaluator": "data_bureau",
    "missing": {"as": "redistribute", **_OURS},
    "grades": [
        {"from": 90, "title": {"zh": "优秀", "en": "Excellent"}, "light": "green"},
        {"from": 60, "title": {"zh": "合格", "en": "Fair"}, "light": "yellow"},
        {"from": 0, "title": {"zh": "不合格", "en": "Failed"}, "light": "red"},
    ],
    "dimensions": [
        {"id": "sharing", "title": _SAID, "weight": 60, **_OURS, "indicators": [
            {"id": "reviewed", "title": {"zh": "按时审核", "en": "Reviewed on time"}, "weight": 60,
             "measure": {"kpi": "review_on_time"}, "score": {"linear": {"zero": 0, "full": 1}},
             **_OURS},
        ]},
        {"id": "security", "title": _SAID, "weight": 40, **_OURS, "indicators": [
            {"id": "incidents", "title": {"zh": "安全事件", "en": "Incidents"}, "weight": 40,
             "measure": {"manual": _MANUAL}, "score": {"deduct": {"each": 10, "cap": 100}},
             **_OURS},
        ]},
    ],
}  # fmt: skip
DAY = date(2025, 6, 2)
NAMES = ("ana", "ben", "cai")
LATE = {"ana": {3}, "ben": {1, 2}, "cai": set(range(4))}
"""Of ten reviews each, those that were late: ``ana-3``, ``ben-1`` and ``ben-2``, ``cai-0`` to 3."""
INCIDENTS = {"ana": 1, "ben": 0, "cai": 2}
PEOPLE: Mapping[str, tuple[str, Role]] = {
    "eva": ("data_bureau", Role.authority),
    "pan": ("data_bureau", Role.authority),
    "sig": ("data_bureau", Role.authority),
    "aud": ("data_bureau", Role.auditor),
    "a_off": ("ana", Role.officer),
    "a_aut": ("ana", Role.authority),
    "b_off": ("ben", Role.officer),
    "b_lead": ("ben", Role.leader),
    "none": ("", Role.analyst),
}
"""``eva`` makes drafts, ``pan`` decides appeals, ``sig`` signs; ``a_aut`` has the authority's role
and is of a department that is scored."""


def reviews(late: Mapping[str, set[int]]) -> Gathered:
    by = {
        name: of_items(
            Figure.ratio,
            [Item(DAY, f"{name}-{n}", Fraction(n not in missed), Fraction(1)) for n in range(10)],
        )
        for name, missed in late.items()
    }
    return Gathered(Source.kpi, Figure.ratio, Direction.higher, by)


def frozen(
    year: int = 2025, late: Mapping[str, set[int]] = LATE, previous: Previous | None = None
) -> Frozen:
    by: dict[str, Measured] = {
        name: stated(Fraction(count), [Evidence(f"{name}.pdf", "0" * 64)])
        for name, count in INCIDENTS.items()
    }
    incidents = Gathered(Source.manual, Figure.total, Direction.lower, by)
    measures = {"reviewed": reviews(late), "incidents": incidents}
    return sealed(
        Frozen(
            scheme_text=json.dumps(SCHEME, ensure_ascii=False),
            year=year,
            as_of=date(year, 12, 31),
            city=Text("合成市", "Synthetic city"),
            synthetic=True,
            departments={name: Text(f"{name} 局", f"{name} office") for name in NAMES},
            inputs=Inputs(dict.fromkeys(NAMES, ""), measures),
            versions=(),
            position=Position(1, "ab" * 32),
            software="0.1.0",
            previous=previous,
        )
    )


def write_city(folder: Path) -> Path:
    """Its folder, with the three departments."""
    make_city(folder)
    path = folder / "data_contracts" / "city.yaml"
    spec: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    spec["departments"] |= {name: {"zh": f"{name} 局", "en": f"{name} office"} for name in NAMES}
    path.write_text(yaml.safe_dump(spec, allow_unicode=True), encoding="utf-8")
    return folder


def add_people(state: State) -> None:
    for name, (department, role) in PEOPLE.items():
        state.store.users.add(name, PASSWORD, department, {role})


def actor(name: str) -> Actor:
    department, role = PEOPLE[name]
    return Actor(name, department, frozenset({role}))


@dataclass
class Bureau:
    """The desk of assessments over the city's store, at a day that can be changed."""

    root: Path
    state: State
    now: datetime
    assessing: Assessing

    @property
    def runs(self) -> Runs:
        return Runs(self.state.layout.state)

    def keep(self, run: Frozen) -> str:
        """As ``assess run`` does: the file, then its entry."""
        digest = self.runs.keep(run)
        self.state.ledger.record(
            Draft(Event.assessment_run, actor="operator", method="assess run", medium="cli",
                  detail={"sha256": digest})
        )  # fmt: skip
        return digest


@cache
def _loaded(root: Path) -> City:
    """Once, as a gateway does until a file is another."""
    return load_city(root)


@contextmanager
def bureau(root: Path, now: datetime) -> Iterator[Bureau]:
    """By the same code as the gateway's, under a clock of its own."""
    found: list[Bureau] = []
    clock: Callable[[], datetime] = lambda: found[0].now if found else now  # noqa: E731
    state = open_state(root, clock)
    try:
        store, ledger = state.store, state.ledger

        def city() -> City:
            return _loaded(root)

        def grants() -> Grants:
            return Grants(())

        cases = open_desk(store, ledger, city, grants, clock)
        key = state.keyring.audit_key
        procedures = open_procedures(store, ledger, city, grants, cases, key, clock)
        assessing = open_assessing(store, ledger, procedures, state.layout.state)
        found.append(Bureau(root, state, now, assessing))
        yield found[0]
    finally:
        state.store.close()


def utc(day: date) -> datetime:
    """Noon in China."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
