"""What a page shows at one moment: values, nothing drawn yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from workbench.client.release import Release
from workbench.errors import Code, Kind, Reason, WorkbenchError
from workbench.ui.page import Filter, Page, Panel
from workbench.ui.page_filter import FilterKind

MAX_TEXT = 200
"""Characters that can be typed into a filter (our default)."""


class State(StrEnum):
    """How it stands with a panel. ``withheld``: released, and no cell of it may be shown.
    ``unavailable`` may pass by itself, so the page asks again; ``wrong`` is the page's fault."""

    drawn = "drawn"
    empty = "empty"
    withheld = "withheld"
    refused = "refused"
    expired = "expired"
    unavailable = "unavailable"
    wrong = "wrong"
    waiting = "waiting"


@dataclass(frozen=True)
class Drawn:
    panel: Panel
    release: Release


@dataclass(frozen=True)
class NotDrawn:
    """The panel's reason stands in its place; the other panels stand."""

    panel: Panel
    reasons: tuple[Reason, ...]
    state: State = State.refused


@dataclass(frozen=True)
class Worked:
    """A desk's panel: what the gateway said, and which part of the list was asked for."""

    panel: Panel
    answer: Any
    asked: Any


Shown = Drawn | NotDrawn | Worked


@dataclass(frozen=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True)
class Filtering:
    """A filter with its options and the chosen value; ``reasons`` where they could not be asked,
    ``more`` where there are others than those that are offered. ``default`` is what holds where
    nobody chooses, ``dropped`` a choice that came with the page's address and is not offered."""

    filter: Filter
    options: tuple[Option, ...] = ()
    value: str | None = None
    reasons: tuple[Reason, ...] = ()
    more: bool = False
    default: str | None = None
    dropped: str = ""

    def offers(self, value: str) -> bool:
        """Text can be anything that fits a line; of a choice only what is offered."""
        if self.filter.kind is FilterKind.text:
            return len(value) <= MAX_TEXT
        return any(option.value == value for option in self.options)


@dataclass(frozen=True)
class Standing:
    """What every figure of the page inherits: whose grants, which mode, until when.

    ``modes`` and ``valid_until`` come from the releases, so they are those of the figures on
    the page; ``valid_until`` None means that no release named an end. ``department`` is said where
    there is no scenario.
    """

    subject: str
    viewer: str
    scenario: str
    modes: tuple[str, ...]
    valid_until: date | None
    department: str = ""


@dataclass(frozen=True)
class View:
    """``panels`` are in the order of the page's; ``made_at`` is an aware moment."""

    page: Page
    standing: Standing
    panels: tuple[Shown, ...]
    made_at: datetime
    filters: tuple[Filtering, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def synthetic(self) -> bool:
        """Whether a figure on the page says of itself that it is made up."""
        return any(p.release.synthetic for p in self.panels if isinstance(p, Drawn))

    @property
    def refusal(self) -> NotDrawn | None:
        """What keeps every panel from being drawn, where that is one and the same for all: a page
        that is not open to its reader is told once."""
        told = {(p.state, p.reasons) for p in self.panels if isinstance(p, NotDrawn)}
        whole = all(isinstance(p, NotDrawn) for p in self.panels) and len(self.panels) > 1
        first = self.panels[0] if whole and len(told) == 1 else None
        return first if isinstance(first, NotDrawn) else None


_EXPIRED = frozenset({Code.grant_expired})
_LIMITS_THAT_PASS = frozenset({Code.too_many_queries, Code.deadline_exceeded, Code.disk_exceeded})


def state_of(error: WorkbenchError) -> State:
    """What a panel is whose question met this error."""
    code = error.code
    if code in _EXPIRED:
        return State.expired
    if code.kind is Kind.unavailable or code in _LIMITS_THAT_PASS:
        return State.unavailable
    if code.kind in (Kind.wrong, Kind.invalid):
        return State.wrong
    return State.refused
