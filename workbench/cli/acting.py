"""Acting for the city without anybody's password: an officer who answers for what is done, the
subject of a file that asks for data in their name, and the desk at which procedures are opened.

A subject has the grants of the scenarios that register it and no others; its session lives in this
process alone. Whoever runs such a command is the operator, on the machine that holds the city.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from workbench.cli.common import utc_now
from workbench.client.connection import Connection, connect
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway.auth import Auth
from workbench.gateway.ruled import RuledCity
from workbench.gateway.sources import GrantSource
from workbench.gateway.state import State
from workbench.model.actor import Actor, Role
from workbench.sharing.opening import open_desk
from workbench.sharing.procedures.desk import ProcedureDesk
from workbench.sharing.procedures.opening import open_procedures


def person(state: State, name: str) -> Actor:
    """An enabled person of the city, with their roles. Raises Refused (role_missing)."""
    found = state.store.users.get(name)
    if found is None or found.disabled:
        raise _no_officer(name)
    return Actor(found.id, found.department, frozenset(found.roles))


def officer(state: State, name: str) -> Actor:
    """Who answers for what is done. Raises Refused (role_missing) for who is no enabled officer."""
    actor = person(state, name)
    if Role.officer not in actor.roles:
        raise _no_officer(name)
    return actor


@contextmanager
def asking(
    state: State, subject: str, viewer: Actor, url: str, ca: str | None = None
) -> Iterator[Connection]:
    """A connection of the subject, with ``viewer`` as who looks at what it asks."""
    auth = Auth(state.store.users, state.keyring.token_key, state.ledger, utc_now)
    session = auth.page_session(subject, viewer.id)
    with connect(url=url, token=session, ca=ca, progress=False) as connection:
        yield connection


def procedure_desk(state: State) -> ProcedureDesk:
    """Where procedures are opened and stepped, as the gateway does it."""
    store, ledger, clock = state.store, state.ledger, utc_now
    city = RuledCity(state.layout.root, store, clock)
    grants = GrantSource(city, store.revocations.all, store.version, store.cases.granted_since)
    cases = open_desk(store, ledger, city, grants, clock)
    return open_procedures(
        store, ledger, city, grants, cases, state.keyring.audit_key, clock, city.tried
    )


def _no_officer(name: str) -> WorkbenchError:
    return simple(
        Code.role_missing,
        f"{name} 不是在用的经办人，不能代表本部门办理。",
        f"{name} is no enabled officer and cannot act for the department.",
        next=Text(
            f"workbench users roles {name} -r officer。",
            f"workbench users roles {name} -r officer.",
        ),
        subject=name,
    )
