"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may do. Foshan 2019 art. 40 keeps the last three apart (see ``SEPARATED``)."""

    analyst = "analyst"
    leader = "leader"
    officer = "officer"
    """Applies for the department."""
    provider = "provider"
    """Reviews what others apply for of the department's resources."""
    authority = "authority"
    page = "page"
    operator = "operator"
    auditor = "auditor"
    evaluator = "evaluator"
    """Scores departments, and looks at every case for it."""
    security = "security"


SEPARATED = frozenset({Role.operator, Role.auditor, Role.security})
"""Data operation, audit and security management are different people (Foshan 2019 art. 40)."""


@dataclass(frozen=True)
class Actor:
    """A person, or a page acting for a viewer.

    ``viewer`` is the person who looks at a page that runs ``as: page``; for people it is empty.
    """

    id: str
    department: str
    roles: frozenset[Role] = frozenset()
    viewer: str = ""
    viewer_department: str = ""

    @property
    def is_page(self) -> bool:
        return Role.page in self.roles


PLATFORM = Actor("platform", "")
"""The workbench itself: where a regulation lets nobody decide, and where a date has passed."""
