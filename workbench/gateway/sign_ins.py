"""What the ledger is told of signing in: who came in by which way, and who did not."""

from __future__ import annotations

from typing import Any, Protocol

from workbench.model.actor import Role
from workbench.model.entry import Draft, Event

PAGE_PREFIX, DOOR_PREFIX = "page:", "door:"


class User(Protocol):
    """A person of the store."""

    @property
    def id(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def roles(self) -> frozenset[Role]: ...
    @property
    def disabled(self) -> bool: ...
    @property
    def session_epoch(self) -> int: ...


class Users(Protocol):
    def verify(self, id: str, password: str, address: str = "") -> User | None: ...  # noqa: A002
    def get(self, id: str) -> User | None: ...  # noqa: A002


class Recorder(Protocol):
    def record(self, draft: Draft) -> Any: ...


class SignIns:
    """Each is durable on return, or raises Unavailable."""

    def __init__(self, users: Users, ledger: Recorder) -> None:
        self._users, self._ledger = users, ledger

    def person(self, person: User, medium: str) -> None:
        self._record(Event.signed_in, person.id, person.department, medium)

    def failed(self, claimed: str, medium: str) -> None:
        # People type passwords into the wrong box: only a name that exists is written down.
        person = self._users.get(claimed) if claimed else None
        name, department = (person.id, person.department) if person else ("", "")
        self._record(Event.sign_in_failed, name, department, medium, known=person is not None)

    def page(self, page: str, viewer: str, door: str) -> None:
        """``door`` is who vouched for the viewer; empty where they signed in themselves."""
        name, told = PAGE_PREFIX + page, {"door": door} if door else {}
        self._record(Event.signed_in, name, name, "page", viewer, **told)

    def page_refused(self, page: str, viewer: str, door: str) -> None:
        """``viewer`` is empty where nobody is called so."""
        name, told = PAGE_PREFIX + page, {"door": door} if door else {}
        known = bool(viewer)
        self._record(Event.sign_in_failed, name, name, "page", viewer, known=known, **told)

    def door(self, door: str) -> None:
        self._record(Event.signed_in, door, door, "door")

    def _record(
        self,
        event: Event,
        actor: str,
        department: str,
        medium: str,
        viewer: str = "",
        **detail: Any,
    ) -> None:
        self._ledger.record(
            Draft(
                event=event,
                actor=actor,
                department=department,
                viewer=viewer,
                method="sign in",
                medium=medium,
                detail=detail,
            )
        )
