"""Two ways must agree: decisions and listings over indexes, and the plain ones over everything.

The plain ones here go through all grants, scenarios and resources of a made-up city, as slowly as
the sentences of the rules are read. Names are few and differ in case, so that they meet.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import Text
from workbench.model.actor import Actor, Role
from workbench.model.contract import (
    Classification,
    Column,
    Level,
    LibraryKind,
    Resource,
    Sharing,
    SharingMode,
    SharingType,
)
from workbench.model.decision import Deny, Permit
from workbench.model.grant import ColumnGrant, Grant, Origin, OriginKind, Use
from workbench.model.lookup import Grants, Resources, Scenarios
from workbench.model.scenario import PageSubject, Scenario
from workbench.policy.decide import decide
from workbench.policy.visible import usable_scenarios, visible
from workbench.sql.inspect import inspect

TODAY = date(2026, 6, 1)
TABLES = ("people", "Firms", "tax")
COLUMNS = ("id", "Name", "income")
DEPARTMENTS = ("drc", "health", "page:board")
SCENARIOS = ("one", "two", "three")
_DAYS = st.sampled_from([None, date(2026, 1, 1), TODAY, date(2026, 12, 31)])
_CASES = st.sampled_from([str.lower, str.upper, str.title, str])
_ORIGIN = Origin(OriginKind.scenario, "x@1", "authority")


def _column(name: str, grade: bool) -> Column:
    return Column(name, "VARCHAR", "", Classification(Level.general) if grade else None)


RESOURCE = st.builds(
    lambda name, shared, grades: Resource(
        id=name, name=name, title=Text(name, name), version="1", provider="health",
        department="health", library=LibraryKind.base, sharing=Sharing(shared),
        columns=tuple(map(_column, COLUMNS, grades)),
    ),
    st.sampled_from(TABLES), st.sampled_from(SharingType),
    st.tuples(*[st.booleans()] * len(COLUMNS)),
)  # fmt: skip
SCENARIO = st.builds(
    lambda name, departments, pages: Scenario(
        id=name, version="1", title=Text(name, name), purpose="p", duty_basis="d", resources=(),
        departments=tuple(departments), approver="a", pages=tuple(pages),
    ),
    st.sampled_from(SCENARIOS), st.lists(st.sampled_from(DEPARTMENTS), unique=True, max_size=2),
    st.lists(
        st.builds(
            PageSubject, st.sampled_from(["board", "other"]),
            st.frozensets(st.sampled_from(["li", "wang"])),
            st.frozensets(st.sampled_from(DEPARTMENTS)),
        ),
        unique_by=lambda p: p.id, max_size=2,
    ),
)  # fmt: skip
GRANT = st.builds(
    lambda scenario, holder, table, columns, mode, days: Grant(
        id=f"{scenario}/{holder}/{table}", scenario=scenario, department=holder, resource=table,
        columns=tuple(columns), mode=mode, origin=_ORIGIN, valid_from=days[0],
        valid_until=days[1], revoked_on=days[2],
    ),
    st.sampled_from(SCENARIOS), st.sampled_from(DEPARTMENTS), st.sampled_from(TABLES),
    st.lists(
        st.builds(ColumnGrant, st.sampled_from(COLUMNS), st.sampled_from(Use)),
        unique_by=lambda c: c.name,
    ),
    st.sampled_from([SharingMode.obtain, SharingMode.obtain, SharingMode.statistics]),
    st.tuples(_DAYS, _DAYS, st.sampled_from([None, None, TODAY])),
)  # fmt: skip
ACTOR = st.one_of(
    st.builds(
        lambda d, r: Actor("li", d, frozenset(r)), st.sampled_from([*DEPARTMENTS, ""]),
        st.sets(st.sampled_from([Role.analyst, Role.auditor]), min_size=1),
    ),
    st.builds(
        lambda who, viewer, of: Actor(
            who, who, frozenset({Role.page}), viewer=viewer, viewer_department=of
        ),
        st.sampled_from(["page:board", "page:other", "drc"]), st.sampled_from(["li", "wang", ""]),
        st.sampled_from(DEPARTMENTS),
    ),
)  # fmt: skip


@st.composite
def statement(draw: st.DrawFn) -> str:
    tables = [
        draw(_CASES)(t) for t in draw(st.lists(st.sampled_from((*TABLES, "tmp")), max_size=2))
    ]
    columns = [
        draw(_CASES)(c) for c in draw(st.lists(st.sampled_from((*COLUMNS, "x")), max_size=3))
    ]
    shown = ", ".join(columns) or draw(st.sampled_from(["*", "count(*)", "1"]))
    return f"select {shown}" + (f" from {', '.join(tables)}" if tables else "")


CITY = st.tuples(
    st.lists(RESOURCE, unique_by=lambda r: r.name, max_size=3),
    st.lists(SCENARIO, unique_by=lambda s: s.id, max_size=3),
    st.lists(GRANT, unique_by=lambda g: g.id, max_size=8),
)


# The plain way ------------------------------------------------------------------------------


def who(actor: Actor) -> str:
    page = Role.page in actor.roles
    return actor.department if actor.department.startswith("page:") == page else ""


def mine(actor: Actor, scenario: str, grants: Iterable[Grant]) -> list[Grant]:
    return [
        g for g in grants if who(actor) and g.department == who(actor) and g.scenario == scenario
    ]


def listed(actor: Actor, scenario: Scenario) -> bool:
    if Role.page in actor.roles:
        return who(actor) in {f"page:{p.id}" for p in scenario.pages}
    return who(actor) != "" and who(actor) in scenario.departments


def may_look(actor: Actor, scenario: Scenario) -> bool:
    if Role.page not in actor.roles:
        return True
    return any(
        f"page:{p.id}" == who(actor)
        and actor.viewer != ""
        and (actor.viewer in p.viewers or actor.viewer_department in p.viewer_departments)
        for p in scenario.pages
    )


def runs(grant: Grant) -> bool:
    return (
        grant.revoked_on is None
        and (grant.valid_from is None or grant.valid_from <= TODAY)
        and (grant.valid_until is None or grant.valid_until >= TODAY)
    )


def gives(grant: Grant) -> bool:
    """Something to a query of rows: keys and values of what is obtained, no mere statistics."""
    rows = {Use.value, Use.join_key}
    obtained = grant.mode is SharingMode.obtain
    return runs(grant) and obtained and any(column.use in rows for column in grant.columns)


def plain_scenarios(actor: Actor, scenarios: list[Scenario], grants: list[Grant]) -> list[str]:
    return sorted(s.id for s in scenarios if listed(actor, s) or mine(actor, s.id, grants))


def refused_names(
    actor: Actor,
    scenario: str,
    resources: list[Resource],
    grants: list[Grant],
    tables: list[str],
) -> set[str]:
    """The tables that are refused, by the contracts' spelling."""
    out = set()
    for table in tables:
        for resource in resources:
            if resource.name.casefold() == table.casefold():
                open_now = [
                    g
                    for g in mine(actor, scenario, grants)
                    if g.resource.casefold() == table.casefold() and gives(g)
                ]
                if not open_now:
                    out.add(resource.name)
    return out  # fmt: skip


# They agree ---------------------------------------------------------------------------------


@settings(max_examples=examples(150), deadline=None)
@given(CITY, ACTOR, st.sampled_from((*SCENARIOS, "nine")), statement())
def test_a_decision_over_indexes_is_the_plain_one(
    city: tuple[list[Resource], list[Scenario], list[Grant]], actor: Actor, name: str, sql: str
) -> None:
    resources, scenarios, grants = city
    reads = inspect(sql)
    by_name = {r.name: r for r in resources}
    by_id = {s.id: s for s in scenarios}
    got = decide(actor, name, Scenarios(by_id), Grants(grants), Resources(by_name), reads, TODAY)
    assert got == decide(actor, name, by_id, grants, by_name, reads, TODAY)
    held = mine(actor, name, grants)
    scenario = by_id.get(name)
    if scenario is None or not (listed(actor, scenario) or held):
        assert isinstance(got, Deny)
        own = ", ".join(plain_scenarios(actor, scenarios, grants))
        reason = got.reasons[0]
        assert reason.code == "scenario_unknown"
        assert reason.next is not None
        assert (own in reason.next.en) if own else ("Apply" in reason.next.en)
        return
    if not actor.roles - {Role.auditor}:
        assert isinstance(got, Deny)
        assert [r.code for r in got.reasons] == ["role_missing"]
        return
    if not may_look(actor, scenario):
        assert isinstance(got, Deny)
        assert [r.code for r in got.reasons] == ["viewer_not_listed"]
        return
    _tables_agree(got, held, refused_names(actor, name, resources, grants, list(reads.tables)))


def _tables_agree(got: Permit | Deny, held: list[Grant], refused: set[str]) -> None:
    if isinstance(got, Permit):
        assert not refused
        assert list(got.grants) == [g for g in held if gives(g)]
        assert {name for name, _ in got.reads} <= {g.resource for g in got.grants}
        return
    if any(gives(g) for g in held):
        said = {r.subject.split(".")[0] for r in got.reasons}
        assert refused <= said
    else:
        assert {r.subject for r in got.reasons} <= {g.resource for g in held} | refused


@settings(max_examples=examples(100), deadline=None)
@given(CITY, ACTOR)
def test_a_listing_over_indexes_is_the_plain_one(
    city: tuple[list[Resource], list[Scenario], list[Grant]], actor: Actor
) -> None:
    resources, scenarios, grants = city
    by_name = {r.name: r for r in resources}
    by_id = {s.id: s for s in scenarios}
    wanted = [
        (s.id, g.resource)
        for s in sorted(scenarios, key=lambda s: s.id)
        if may_look(actor, s)
        for g in sorted(mine(actor, s.id, grants), key=lambda g: g.resource)
    ]
    lines = visible(actor, by_id, Grants(grants), by_name, TODAY)
    assert [(line.scenario, line.resource) for line in lines] == wanted
    usable = usable_scenarios(actor, by_id, Grants(grants), TODAY)
    assert list(usable) == sorted({line.scenario for line in lines if line.state == "active"})
