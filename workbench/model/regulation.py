"""A city's regulation, as far as refusals cite it. (Its deadlines and procedures come later.)"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workbench.errors import Text


class Topic(StrEnum):
    """What a refusal may rest on."""

    apply = "apply"
    """A need is applied for, naming its scenario, scope and duty."""
    least = "least"
    """The least data that the duty needs."""
    purpose = "purpose"
    """Only for the stated duty; not beyond it."""
    not_shared = "not_shared"
    grading = "grading"
    """Data are classified and graded before they are shared."""
    ending = "ending"
    """Use runs until a date, and can be ended."""
    modes = "modes"
    consent = "consent"
    """Whom data are about decides whether they are used in a scenario."""


@dataclass(frozen=True)
class Regulation:
    """``citations`` maps a topic to its articles ("12(3), 26"); a topic may have none.

    ``not_shared_route`` is the way that remains for data that are not shared.
    """

    id: str
    title: Text
    citations: Mapping[Topic, str] = field(default_factory=dict)
    not_shared_route: Text | None = None


UNSTATED = Regulation("", Text("", ""))
"""No regulation is known: nothing is cited."""
