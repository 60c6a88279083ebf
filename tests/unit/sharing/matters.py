"""People, a scenario and a resource to apply for; made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from workbench.catalogue.regulations import load_profile
from workbench.catalogue.working_days import calendar_of
from workbench.errors import Text
from workbench.model.actor import Actor, Role
from workbench.model.case import Application, AskedColumn, Case, Terms
from workbench.model.contract import (
    Classification,
    Column,
    Identifier,
    Level,
    LibraryKind,
    Personal,
    Resource,
    Sharing,
    SharingMode,
    SharingType,
)
from workbench.model.grant import ColumnGrant, Operator, RowCondition, Use
from workbench.model.scenario import ResourceUse, Scenario
from workbench.sharing.lifecycle import Matter, Rules

ROOT = Path(__file__).parents[3]
CALENDAR = calendar_of(())
NOON = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
"""Monday noon in China."""
UNTIL = date(2026, 12, 31)

LI = Actor("li", "drc", frozenset({Role.officer}))
SUN = Actor("sun", "drc", frozenset({Role.officer}))
WANG = Actor("wang", "tax", frozenset({Role.provider}))
ZHOU = Actor("zhou", "tax", frozenset({Role.provider, Role.officer}))
CHEN = Actor("chen", "bureau", frozenset({Role.authority}))
XU = Actor("xu", "drc", frozenset({Role.analyst}))
WU = Actor("wu", "other", frozenset({Role.provider, Role.officer}))
PEOPLE = (LI, SUN, WANG, ZHOU, CHEN, XU, WU)

GENERAL = Classification(Level.general)


def resource(kind: SharingType = SharingType.conditional) -> Resource:
    return Resource(
        id="taxes",
        name="taxes",
        title=Text("税收", "Taxes"),
        version="1",
        provider="tax",
        department="tax",
        library=LibraryKind.business,
        sharing=Sharing(kind, SharingMode.obtain, conditions="范围：经济部门"),
        columns=(
            Column("credit_code", "VARCHAR", classification=GENERAL, entity_key=True,
                   identifier=Identifier.credit_code),
            Column("owner", "VARCHAR", classification=GENERAL, personal=Personal.personal),
            Column("county", "VARCHAR", classification=GENERAL),
            Column("amount", "DECIMAL(18,2)", classification=GENERAL),
        ),
    )  # fmt: skip


ROWS = (RowCondition("county", Operator.eq, ("茂县",)),)


def scenario() -> Scenario:
    use = ResourceUse(
        "taxes",
        SharingMode.obtain,
        (
            ColumnGrant("credit_code", Use.join_key),
            ColumnGrant("county"),
            ColumnGrant("amount", Use.statistics),
        ),
        ROWS,
    )
    return Scenario(
        id="watch",
        version="1",
        title=Text("监测", "Watch"),
        purpose="watch the economy",
        duty_basis="duty",
        resources=(use,),
        departments=("drc",),
        approver="bureau",
        valid_until=date(2027, 6, 30),
    )


def matter(kind: SharingType = SharingType.conditional) -> Matter:
    return Matter(scenario(), resource(kind))


def rules(regulation: str) -> Rules:
    found = load_profile(regulation, ROOT)
    return Rules(regulation, found.version, found.profile, CALENDAR)


def application(*columns: AskedColumn, **more: object) -> Application:
    asked = Application(
        department="drc",
        scenario="watch",
        resource="taxes",
        mode=SharingMode.obtain,
        columns=columns or (AskedColumn(ColumnGrant("county")),),
        duty="三定方案第4条",
        reason="monthly analysis",
        until=UNTIL,
        rows=ROWS,
    )
    return replace(asked, **more)  # type: ignore[arg-type]


def terms(case: Case, **more: object) -> Terms:
    """All that was asked for, but for what ``more`` says."""
    asked = case.application
    columns = tuple(c.grant for c in asked.columns)
    made = Terms(columns, asked.mode, asked.until, asked.rows)
    return replace(made, **more)  # type: ignore[arg-type]
