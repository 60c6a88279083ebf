"""What is answered about procedures: strict models."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from workbench.gateway.answers import Answer, Said


class FieldLine(Answer):
    """``kind`` says what it holds (``model.procedure.FieldKind``), ``options`` the words of a
    choice."""

    name: str
    kind: str
    title: Said
    optional: bool
    options: list[str] = Field(default_factory=list)


class StepOffer(Answer):
    """A step, by whom, and what it has to bring. ``article`` is that of the regulation, empty where
    the step is our default (``ours``). ``by_hand``: these ``effects`` people bring about first, and
    the step records them with the evidence."""

    event: str
    told: Said
    by: list[str]
    needs: list[str]
    article: str
    ours: bool
    effects: list[str]
    by_hand: bool


class KindLine(Answer):
    """``article`` and ``ours`` as of a step; ``opens``: the steps by which it is opened."""

    id: str
    title: Said
    about: Said
    article: str
    ours: bool
    fields: list[FieldLine]
    opens: list[StepOffer]


class KindsAnswer(Answer):
    """What the city's regulation offers. ``unreadable``: files that are not sound (``workbench
    procedures check`` says why)."""

    regulation: str
    kinds: list[KindLine]
    unreadable: list[str]


class RunningLine(Answer):
    """``due`` is null where the regulation gives no number (``state``: none), or that part of its
    text is missing (unknown); ``named``: who acted has named the day. ``at_least``: not a limit,
    but the least."""

    key: str
    about: Said
    started: date
    state: str
    due: date | None
    provisional: bool
    article: str
    whose: str
    at_least: bool
    extended: bool


class ValueLine(Answer):
    """``text`` is null where it is sealed and the reader is not one of those who deal with it."""

    name: str
    title: Said
    kind: str
    text: str | None
    sealed: bool


class TakenLine(Answer):
    """``late``: by how many days it missed its deadline; null where none limited it."""

    number: int
    event: str
    told: Said
    at: datetime
    actor: str
    department: str
    party: str
    before: str
    after: str
    reason: str | None
    basis: str
    evidence: str
    until: date | None
    effects: list[Said]
    by_hand: bool
    late: int | None
    article: str


class ProcedureAnswer(Answer):
    """``offers`` is what the caller may do with it now, ``can`` their names. ``article`` is that of
    its regulation, empty where it is our default (``ours``). ``disputed``: what it is about is
    marked as disputed."""

    id: str
    kind: str
    title: Said
    article: str
    ours: bool
    regulation: str
    profile: str
    definition: str
    state: str
    told: Said
    over: bool
    version: int
    department: str
    opener: str
    provider: str
    other: str
    decider: str
    values: list[ValueLine]
    clock: RunningLine | None
    disputed: bool
    opened: datetime
    changed: datetime
    steps: list[TakenLine]
    can: list[str]
    offers: list[StepOffer]
    repeated: bool = False


class ProcedureRow(Answer):
    id: str
    kind: str
    title: Said
    state: str
    told: Said
    over: bool
    version: int
    department: str
    provider: str
    other: str
    resource: str
    due: date | None
    opened: datetime
    changed: datetime


class DueProcedure(ProcedureRow):
    """Who is to act, under which deadline and article; ``days`` until it, negative when it has
    passed."""

    who: str
    key: str
    about: Said
    article: str
    provisional: bool
    at_least: bool
    days: int


class ProcedurePage(Answer):
    total: int
    procedures: list[ProcedureRow] = Field(default_factory=list)
