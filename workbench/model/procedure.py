"""A procedure beside sharing: its definition, which is data, and one that runs. Frozen.

Names of events, states and deadlines are those of the definition's file; ``catalogue.procedures``
reads it and knows that they fit together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from workbench.errors import Text


class FieldKind(StrEnum):
    """What a field of a procedure holds."""

    resource = "resource"
    column = "column"
    """One column of a resource, or several with commas between."""
    key = "key"
    """Which row: sealed, and never in the ledger."""
    grant = "grant"
    case = "case"
    department = "department"
    date = "date"
    text = "text"
    choice = "choice"
    """One of the words that its file lists: never sealed, so that a deadline may hang on it."""
    sharing_type = "sharing_type"
    open_type = "open_type"
    contract = "contract"
    """The text of a contract (``*.odcs.yaml``)."""
    evidence = "evidence"
    """The SHA-256 digest of a file that stays where it is."""


class Party(StrEnum):
    """In what capacity somebody acts on a procedure."""

    applicant = "applicant"
    """Of the department that opened it; in matters of the public, the officer who enters it for a
    citizen or a firm."""
    provider = "provider"
    other_provider = "other_provider"
    authority = "authority"
    decider = "decider"
    """Whom the regulation's ladder names for the step that was reached."""
    committee = "committee"
    higher_authority = "higher_authority"
    court = "court"
    """Outside: what it decided is recorded here."""
    platform = "platform"


class Need(StrEnum):
    """What a step must bring along."""

    reason = "reason"
    basis = "basis"
    days = "days"
    """Working days, where the regulation leaves the day to the notice."""
    until = "until"
    """A last day, named by who acts."""
    evidence = "evidence"


class Effect(StrEnum):
    """What a step does beside the procedure itself: a closed set."""

    mark_disputed = "mark_disputed"
    clear_disputed = "clear_disputed"
    publish_entry = "publish_entry"
    change_entry = "change_entry"
    withdraw_entry = "withdraw_entry"
    reclassify = "reclassify"
    reclassify_until = "reclassify_until"
    seal = "seal"
    destroy = "destroy"
    take_back = "take_back"
    """What this procedure decided of a type, a withdrawal or a seal holds no longer."""
    grant_wider = "grant_wider"
    record_destruction = "record_destruction"
    notify_users = "notify_users"


@dataclass(frozen=True)
class FieldSpec:
    """``names``: the department behind it (the provider of a resource, the holder of a grant, a
    department itself) is this party. ``of``: the field with the resource of a column. ``options``:
    the words of a choice."""

    name: str
    kind: FieldKind
    title: Text
    names: Party | None = None
    of: str = ""
    optional: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class StateSpec:
    name: str
    title: Text
    over: bool = False


@dataclass(frozen=True)
class Starts:
    """A deadline that begins: one of the regulation's (``deadline``), or of a day that who acts
    names; ``whose`` it is; ``since``: the field with the day of its event, else the day of the
    step. ``ours``: working days that no regulation gives and the file says are ours, by the word of
    the choice ``of`` (under "" where they are the same for all)."""

    whose: Party
    deadline: str = ""
    since: str = ""
    at_least: bool = False
    """Not a limit but the least: what ``waits`` cannot be done before it is over."""
    ours: Mapping[str, int] = field(default_factory=dict)
    of: str = ""


@dataclass(frozen=True)
class StepSpec:
    """One row of the table. ``before`` is empty for a step that opens, ``after`` is empty where the
    procedure stays as it is. ``orders``: the article of each regulation that orders the step;
    ``ours``: offered elsewhere too, as our default. ``other_than``: who did one of these may not
    do it."""

    event: str
    title: Text
    before: frozenset[str]
    after: str
    by: frozenset[Party]
    needs: frozenset[Need] = frozenset()
    starts: Starts | None = None
    stops: bool = False
    extends: bool = False
    climbs: bool = False
    waits: bool = False
    effects: tuple[Effect, ...] = ()
    by_hand: bool = False
    other_than: frozenset[str] = frozenset()
    other_side: bool = False
    """Nor anybody of the department that did the last of them."""
    orders: Mapping[str, str] = field(default_factory=dict)
    ours: bool = True
    not_under: frozenset[str] = frozenset()
    """Regulations that order another way."""

    def is_offered(self, regulation: str) -> bool:
        if regulation in self.not_under:
            return False
        return self.ours or regulation in self.orders


@dataclass(frozen=True)
class Definition:
    """``ladder``: which of the profile's ladders decides its disputes; ``own_ladder`` stands in
    where a regulation has none of that name, as our default. ``personal``: all that is written in
    it is about a person, and sealed."""

    id: str
    version: str
    title: Text
    about: Text
    orders: Mapping[str, str]
    ours: bool
    fields: tuple[FieldSpec, ...]
    states: tuple[StateSpec, ...]
    steps: tuple[StepSpec, ...]
    ladder: str = ""
    own_ladder: tuple[str, ...] = ()
    personal: bool = False

    @property
    def confidential(self) -> bool:
        """What people write in it may hold a value: it is sealed, and stands in no message and no
        ledger entry."""
        return self.personal or any(one.kind is FieldKind.key for one in self.fields)

    def is_offered(self, regulation: str) -> bool:
        return self.ours or regulation in self.orders

    def state(self, name: str) -> StateSpec:
        return next(one for one in self.states if one.name == name)

    def first(self, kind: FieldKind) -> FieldSpec | None:
        return next((one for one in self.fields if one.kind is kind), None)


@dataclass(frozen=True)
class Value:
    """What a field was given. ``sealed``: ``text`` is encrypted (``procedures.sealing``)."""

    name: str
    kind: FieldKind
    text: str
    sealed: bool = False


@dataclass(frozen=True)
class Running:
    """A deadline that runs. ``state``: number (the regulation's), none, unknown, ours (of the
    definition's file) or named (by who acted; the article is that of the step). ``due`` is the last
    day, None for none and unknown."""

    key: str
    started: date
    state: str
    due: date | None
    provisional: bool
    article: str
    whose: Party
    at_least: bool = False
    extended: bool = False


@dataclass(frozen=True)
class Taken:
    """One step of a procedure, as it happened. ``late``: by how many days it came after the
    deadline that it ended; None where it ended none that had a day. ``at_hand``: the effects were
    done by hand, as the evidence says."""

    number: int
    event: str
    at: datetime
    actor: str
    department: str
    before: str
    after: str
    party: Party
    reason: str = ""
    basis: str = ""
    evidence: str = ""
    until: date | None = None
    effects: tuple[Effect, ...] = ()
    by_hand: bool = False
    late: int | None = None


@dataclass(frozen=True)
class Procedure:
    """``definition`` and ``profile`` are the digests of the files that it began under.
    ``department`` opened it, as ``opened_as``; ``decider`` is the step of the ladder that decides,
    empty where there is none. ``version`` counts the steps."""

    id: str
    kind: str
    definition: str
    regulation: str
    profile: str
    department: str
    opened_as: Party
    opener: str
    provider: str
    other: str
    state: str
    over: bool
    version: int
    opened: datetime
    changed: datetime
    values: tuple[Value, ...]
    ladder: int = 0
    decider: str = ""
    clock: Running | None = None
    steps: tuple[Taken, ...] = field(default=(), repr=False)

    def text(self, kind: FieldKind) -> str:
        """Of the first field of this kind; empty where there is none."""
        return next((one.text for one in self.values if one.kind is kind), "")

    @property
    def resource(self) -> str:
        return self.text(FieldKind.resource)

    @property
    def departments(self) -> frozenset[str]:
        return frozenset({self.department, self.provider, self.other} - {""})


DONE_HERE = frozenset(set(Effect) - {Effect.grant_wider})
"""What the workbench can do by itself. Every other effect is done by hand, and recorded with its
evidence; a definition that has one says so (``by_hand``)."""
RECORDED = frozenset(
    {
        Effect.mark_disputed,
        Effect.clear_disputed,
        Effect.record_destruction,
        Effect.notify_users,
        Effect.take_back,
    }
)
"""What a definition cannot have done by hand: it changes nothing but the workbench's own books."""


def by_hand(row: StepSpec, procedure: Procedure) -> tuple[Effect, ...]:
    """Those effects of a step that people bring about. ``by_hand`` in the definition means all that
    is not only recorded; a contract is published here where the procedure has one, and what was
    withdrawn is published again where this procedure withdrew it."""
    return tuple(one for one in row.effects if _is_by_hand(one, row, procedure))


def _is_by_hand(effect: Effect, row: StepSpec, procedure: Procedure) -> bool:
    if effect not in DONE_HERE:
        return True
    if row.by_hand:
        return effect not in RECORDED
    if effect not in (Effect.publish_entry, Effect.change_entry):
        return False
    withdrew = any(Effect.withdraw_entry in taken.effects for taken in procedure.steps)
    reopens = effect is Effect.publish_entry and withdrew
    return not reopens and not procedure.text(FieldKind.contract)
