"""Procedures as they are answered: made of the shared values, for who asks."""

from __future__ import annotations

from datetime import date

from workbench.errors import Text
from workbench.gateway.answers import Said
from workbench.gateway.procedure_answers import (
    DueProcedure,
    FieldLine,
    KindLine,
    ProcedureAnswer,
    ProcedureRow,
    RunningLine,
    StepOffer,
    TakenLine,
    ValueLine,
)
from workbench.model.actor import Actor
from workbench.model.procedure import (
    Definition,
    Procedure,
    Running,
    StepSpec,
    Taken,
    Value,
    by_hand,
)
from workbench.sharing.lifecycle import Rules
from workbench.sharing.procedures.definition import article_of, event_text, rows_from
from workbench.sharing.procedures.desk import ProcedureDesk
from workbench.sharing.procedures.effects import TEXTS, is_marked
from workbench.sharing.procedures.guards import mine, needs_of, parties_of
from workbench.sharing.procedures.notices import clock_text, whose
from workbench.sharing.procedures.sight import may_read
from workbench.sharing.procedures.stepping import possible
from workbench.store.procedures import ProcedureLine


def kind_line(definition: Definition, regulation: str) -> KindLine:
    return KindLine(
        id=definition.id,
        title=Said.of(definition.title),
        about=Said.of(definition.about),
        article=definition.orders.get(regulation, ""),
        ours=regulation not in definition.orders,
        fields=[
            FieldLine(
                name=f.name,
                kind=f.kind.value,
                title=Said.of(f.title),
                optional=f.optional,
                options=list(f.options),
            )
            for f in definition.fields
        ],
        opens=[
            _offer(row, sorted(n.value for n in row.needs), regulation, hand=row.by_hand)
            for row in rows_from(definition, regulation, "")
        ],
    )


def procedure_answer(
    procedure: Procedure, desk: ProcedureDesk, who: Actor, *, repeated: bool = False
) -> ProcedureAnswer:
    definition, rules = desk.definition(procedure), desk.rules(procedure)
    reads = may_read(procedure, definition, who)
    offers = _offers(procedure, definition, who, rules, desk.today())
    regulation = procedure.regulation
    return ProcedureAnswer(
        id=procedure.id,
        kind=procedure.kind,
        title=Said.of(definition.title),
        article=definition.orders.get(regulation, ""),
        ours=regulation not in definition.orders,
        regulation=regulation,
        profile=procedure.profile,
        definition=procedure.definition,
        state=procedure.state,
        told=Said.of(definition.state(procedure.state).title),
        over=procedure.over,
        version=procedure.version,
        department=procedure.department,
        opener=procedure.opener,
        provider=procedure.provider,
        other=procedure.other,
        decider=procedure.decider,
        values=[_value(one, definition, desk, reads=reads) for one in procedure.values],
        clock=_clock(procedure.clock) if procedure.clock else None,
        disputed=is_marked(procedure),
        opened=procedure.opened,
        changed=procedure.changed,
        steps=[_taken(one, procedure, definition, desk, reads=reads) for one in procedure.steps],
        can=[one.event for one in offers],
        offers=offers,
        repeated=repeated,
    )


def _offers(
    procedure: Procedure, definition: Definition, who: Actor, rules: Rules, today: date
) -> list[StepOffer]:
    parties, found = parties_of(procedure, who), []
    for row in rows_from(definition, procedure.regulation, procedure.state):
        _, party = mine([row], parties)
        if party is None or not possible(procedure, definition, row, who, today, rules):
            continue
        needs = sorted(need.value for need in needs_of(row, party, procedure, rules.profile))
        hand = bool(by_hand(row, procedure))
        found.append(_offer(row, needs, procedure.regulation, hand=hand))
    return found


def _offer(row: StepSpec, needs: list[str], regulation: str, *, hand: bool) -> StepOffer:
    article = article_of(row, regulation)
    return StepOffer(
        event=row.event,
        told=Said.of(row.title),
        by=sorted(party.value for party in row.by),
        needs=needs,
        article=article,
        ours=not article,
        effects=[effect.value for effect in row.effects],
        by_hand=hand,
    )


def _value(value: Value, definition: Definition, desk: ProcedureDesk, *, reads: bool) -> ValueLine:
    spec = next(one for one in definition.fields if one.name == value.name)
    text: str | None = value.text
    if value.sealed:
        text = desk.opened(value.text) if reads else None
    return ValueLine(
        name=value.name, title=Said.of(spec.title), kind=value.kind.value, text=text,
        sealed=value.sealed,
    )  # fmt: skip


def _taken(
    taken: Taken, procedure: Procedure, definition: Definition, desk: ProcedureDesk, *, reads: bool
) -> TakenLine:
    reason: str | None = taken.reason
    if taken.reason and definition.confidential:
        reason = desk.opened(taken.reason) if reads else None
    rows = (
        row
        for row in rows_from(definition, procedure.regulation, taken.before)
        if row.event == taken.event and taken.party in row.by
    )
    return TakenLine(
        number=taken.number,
        event=taken.event,
        told=Said.of(event_text(definition, taken.event)),
        at=taken.at,
        actor=taken.actor,
        department=taken.department,
        party=taken.party.value,
        before=taken.before,
        after=taken.after,
        reason=reason,
        basis=taken.basis,
        evidence=taken.evidence,
        until=taken.until,
        effects=[Said.of(TEXTS[one]) for one in taken.effects],
        by_hand=taken.by_hand,
        late=taken.late,
        article=next((article_of(row, procedure.regulation) for row in rows), ""),
    )


def _clock(clock: Running) -> RunningLine:
    plain = {**clock.__dict__, "whose": clock.whose.value}
    return RunningLine(**plain, about=Said.of(clock_text(clock.key)))


def procedure_row(line: ProcedureLine, definition: Definition | None) -> ProcedureRow:
    """Without its definition, which was lost, it bears the names of its file."""
    plain = {k: v for k, v in line.__dict__.items() if k not in ("decider", "definition")}
    title, told = Text(line.kind, line.kind), Text(line.state, line.state)
    if definition is not None:
        title, told = definition.title, definition.state(line.state).title
    return ProcedureRow(**plain, title=Said.of(title), told=Said.of(told))


def due_row(
    line: ProcedureLine, procedure: Procedure, definition: Definition, today: date
) -> DueProcedure:
    clock = procedure.clock
    assert clock is not None  # it is found by its day
    assert clock.due is not None
    who = whose(procedure, definition, clock)[0]
    return DueProcedure(
        **procedure_row(line, definition).model_dump(),
        who=who.removeprefix("department:").removeprefix("role:"),
        key=clock.key,
        about=Said.of(clock_text(clock.key)),
        article=clock.article,
        provisional=clock.provisional,
        at_least=clock.at_least,
        days=(clock.due - today).days,
    )
