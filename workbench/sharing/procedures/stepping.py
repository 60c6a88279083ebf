"""One step of a procedure. Pure: all that it rests on is passed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from workbench.errors import WorkbenchError
from workbench.model.actor import Actor
from workbench.model.days import day_of
from workbench.model.procedure import (
    Definition,
    FieldKind,
    Party,
    Procedure,
    Running,
    StepSpec,
    Taken,
    Value,
    by_hand,
)
from workbench.sharing.lifecycle import Rules
from workbench.sharing.procedures import clocks, guards, refusals
from workbench.sharing.procedures.definition import ladder_of, rows_for, rows_from
from workbench.sharing.procedures.guards import Command

Seal = Callable[[str], str]
"""Encrypts a text, so that it can stand where others read."""
Values = Sequence[Value]
_WRITTEN = frozenset({FieldKind.text, FieldKind.contract})


@dataclass(frozen=True)
class Matter:
    """What a procedure is about: what its fields were given, and the departments behind them."""

    values: tuple[Value, ...]
    provider: str = ""
    other: str = ""


def opened(
    id: str,  # noqa: A002
    definition: Definition,
    command: Command,
    matter: Matter,
    actor: Actor,
    now: datetime,
    rules: Rules,
    seal: Seal,
) -> Procedure:
    """The procedure, open, with its first deadline; a command without an event opens it by the
    first step that is theirs. Raises Refused where the regulation orders no
    such thing, or it is not theirs to open; InvalidInput for what is missing."""
    if not definition.is_offered(rules.regulation):
        raise refusals.not_ordered(definition, rules.regulation)
    rows = rows_from(definition, rules.regulation, "")
    if command.event:
        rows = tuple(row for row in rows if row.event == command.event)
    if not rows:
        raise refusals.no_way_to_open(definition, command.event, rules.regulation)
    row, party = guards.mine(rows, guards.opening_parties(actor, matter.provider))
    if row is None or party is None:
        raise refusals.not_yours(rows, rules.regulation, actor, definition.id)
    hand = _Hand(actor, party, command, now, rules, seal)
    return _stepped(_blank(id, definition, matter, hand), definition, row, hand, matter.values)


def stepped(
    procedure: Procedure,
    definition: Definition,
    command: Command,
    actor: Actor,
    now: datetime,
    rules: Rules,
    seal: Seal,
) -> Procedure:
    """The procedure after the command. Raises Refused where it is not theirs, Conflict where it is
    not possible or has moved on, InvalidInput where it is incomplete."""
    if command.seen != procedure.version:
        raise refusals.moved_on(procedure, definition)
    rows = rows_for(definition, procedure.regulation, command.event, procedure.state)
    if not rows:
        raise refusals.not_possible(definition, procedure, command.event)
    row, party = guards.mine(rows, guards.parties_of(procedure, actor))
    if row is None or party is None:
        raise refusals.not_yours(rows, procedure.regulation, actor, procedure.id)
    guards.another_person(procedure, definition, row, actor, rules.profile)
    clocks.waited(procedure, row, day_of(now))
    hand = _Hand(actor, party, command, now, rules, seal)
    return _stepped(procedure, definition, row, hand, procedure.values)


def possible(
    procedure: Procedure,
    definition: Definition,
    row: StepSpec,
    actor: Actor,
    today: date,
    rules: Rules,
) -> bool:
    """Whether this person can take the step today, if they bring what it needs."""
    if not guards.may(procedure, definition, row, actor, rules.profile):
        return False
    try:
        clocks.waited(procedure, row, today)
        _climbed(procedure, definition, row, rules)
        if row.extends:
            clocks.extended(procedure, today, rules)
    except WorkbenchError:
        return False
    return True


# One step ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Hand:
    """Who does the step, in which capacity, with what, when, under which rules."""

    actor: Actor
    party: Party
    command: Command
    now: datetime
    rules: Rules
    seal: Seal

    @property
    def today(self) -> date:
        return day_of(self.now)


def _blank(id: str, definition: Definition, matter: Matter, hand: _Hand) -> Procedure:  # noqa: A002
    """Before its first step."""
    return Procedure(
        id=id,
        kind=definition.id,
        definition=definition.version,
        regulation=hand.rules.regulation,
        profile=hand.rules.version,
        department=hand.actor.department,
        opened_as=hand.party,
        opener=hand.actor.id,
        provider=matter.provider,
        other=matter.other,
        state="",
        over=False,
        version=0,
        opened=hand.now,
        changed=hand.now,
        values=tuple(_sealed(one, definition, hand.seal) for one in matter.values),
        decider=_first_decider(definition, hand.rules),
    )


def _stepped(
    procedure: Procedure, definition: Definition, row: StepSpec, hand: _Hand, values: Values
) -> Procedure:
    """``values`` in the clear as far as they are days."""
    needs = guards.needs_of(row, hand.party, procedure, hand.rules.profile)
    first = by_hand(row, procedure)
    guards.complete(row, needs, hand.command, hand.rules.regulation, hand.today, first)
    clock = _clock(procedure, row, hand, values)
    after = row.after or procedure.state
    over = definition.state(after).over
    goes_on = clock is procedure.clock or row.extends
    ended = None if goes_on and not over else procedure.clock
    taken = replace(
        _taken(procedure, row, hand, after),
        reason=_written(hand.command.reason, definition, hand.seal),
        late=clocks.lateness(ended, hand.today),
    )
    return replace(
        _climbed(procedure, definition, row, hand.rules),
        state=after,
        over=over,
        version=taken.number,
        changed=hand.now,
        clock=None if over else clock,
        steps=(*procedure.steps, taken),
    )


def _clock(procedure: Procedure, row: StepSpec, hand: _Hand, values: Values) -> Running | None:
    if row.extends:
        return clocks.extended(procedure, hand.today, hand.rules)
    begun = clocks.started(row, hand.command, values, hand.today, hand.rules)
    return begun if begun is not None or row.stops else procedure.clock


def _taken(procedure: Procedure, row: StepSpec, hand: _Hand, after: str) -> Taken:
    command = hand.command
    return Taken(
        number=procedure.version + 1,
        event=row.event,
        at=hand.now,
        actor=hand.actor.id,
        department=hand.actor.department,
        before=procedure.state,
        after=after,
        party=hand.party,
        basis=command.basis,
        evidence=command.evidence,
        until=command.until,
        effects=row.effects,
        by_hand=bool(by_hand(row, procedure)),
    )


def _climbed(
    procedure: Procedure, definition: Definition, row: StepSpec, rules: Rules
) -> Procedure:
    if not row.climbs:
        return procedure
    ladder = ladder_of(definition, rules.profile)
    if procedure.ladder + 1 >= len(ladder):
        raise refusals.no_further_step(procedure)
    number = procedure.ladder + 1
    return replace(procedure, ladder=number, decider=ladder[number].by.value)


def _first_decider(definition: Definition, rules: Rules) -> str:
    if not definition.ladder:
        return ""
    ladder = ladder_of(definition, rules.profile)
    if not ladder:
        raise refusals.nobody_decides(definition, rules.regulation)
    return ladder[0].by.value


def _sealed(value: Value, definition: Definition, seal: Seal) -> Value:
    """Which row it is about, and what is written of it, stand nowhere in the clear."""
    hidden = value.kind is FieldKind.key or (definition.confidential and value.kind in _WRITTEN)
    return replace(value, text=seal(value.text), sealed=True) if hidden else value


def _written(text: str, definition: Definition, seal: Seal) -> str:
    return seal(text) if definition.confidential and text else text
