"""Where procedures are opened and stepped: one command, one transaction, one ledger entry.

As at the desk of cases (``sharing.desk``): a command is worked out on the procedure as it was read,
and kept only where nobody changed it since. The procedure, its effects, its messages and its entry
stand together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from workbench.catalogue.city import City
from workbench.catalogue.contracts import Contract
from workbench.catalogue.procedures import (
    Written,
    definition_in,
    known_procedures,
    load_procedure,
    version_of,
)
from workbench.catalogue.published import LABEL, contract_in
from workbench.catalogue.regulations import Orders
from workbench.declared.findings import Finding, raise_errors
from workbench.errors import WorkbenchError
from workbench.ledger.record import Ledger
from workbench.model.actor import Actor
from workbench.model.case import Case
from workbench.model.days import day_of
from workbench.model.lookup import Grants
from workbench.model.procedure import Definition, Effect, Procedure, by_hand
from workbench.model.ruling import KEPT, Ruling
from workbench.regulations.calendar import Calendar
from workbench.sharing.frozen import FrozenOrders
from workbench.sharing.lifecycle import Rules
from workbench.sharing.once import Once
from workbench.sharing.procedures import refusals, sight
from workbench.sharing.procedures.contracts import Place, contract_findings
from workbench.sharing.procedures.decided import row_of, rulings_of
from workbench.sharing.procedures.effects import Effects, users_of
from workbench.sharing.procedures.entered import draft
from workbench.sharing.procedures.fields import Around, judged
from workbench.sharing.procedures.guards import Command
from workbench.sharing.procedures.notices import notices
from workbench.sharing.procedures.sealing import Sealing, unsealed
from workbench.sharing.procedures.stepping import opened, stepped
from workbench.store.cases import Cases, MovedOn
from workbench.store.messages import Messages
from workbench.store.procedures import ProcedureFilter, ProcedureLine, Procedures


@dataclass(frozen=True)
class Books:
    """What the desk writes. ``cases`` keeps the regulations and the commands of both desks."""

    procedures: Procedures
    effects: Effects
    cases: Cases
    messages: Messages
    ledger: Ledger


@dataclass(frozen=True)
class Now:
    """The city as it is now: ``orders`` its regulation as its file says, ``calendar`` its working
    days, ``grants`` all that are granted; ``case`` gives a case to who may see it; ``tried`` says
    what the city's other files have against a contract; ``dispose`` removes what was decided to be
    destroyed."""

    city: Callable[[], City]
    orders: Callable[[], Orders]
    calendar: Callable[[], Calendar]
    grants: Callable[[], Grants]
    case: Callable[[str, Actor], Case]
    tried: Callable[[Contract], Iterable[Finding]] = lambda contract: ()
    dispose: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Outcome:
    """``repeated``: the command had been done before, and nothing was done now."""

    procedure: Procedure
    repeated: bool = False


class ProcedureDesk:
    """``clock`` gives aware times, ``new_id`` names procedures."""

    def __init__(
        self,
        books: Books,
        now: Now,
        sealing: Sealing,
        clock: Callable[[], datetime],
        new_id: Callable[[datetime], str],
    ) -> None:
        self._books, self._now, self._sealing = books, now, sealing
        self._clock, self._new_id = clock, new_id
        self._orders_of = FrozenOrders(books.cases).of
        self._definition_of = lru_cache(maxsize=256)(self._kept_definition)
        self._once = Once(books.cases, self.look)

    def open(
        self,
        kind: str,
        given: Mapping[str, str],
        command: Command,
        actor: Actor,
        key: str = "",
        named: str = "",
    ) -> Outcome:
        """Open a procedure of this kind. ``key``: who sends the same command again gets the same
        one. ``named``: its id, where what opens it has one: whoever opens that again gets it as it
        is. Raises Refused, InvalidInput with every reason, Unavailable where it cannot be
        recorded."""
        known = self._books.procedures.get(named) if named else None
        if known is not None:
            return Outcome(known, repeated=True)

        def work() -> _Change:
            written = load_procedure(kind, self._now.city().root)
            orders, now = self._now.orders(), self._clock()
            rules = Rules(
                orders.regulation.id, orders.version, orders.profile, self._now.calendar()
            )
            if not written.definition.is_offered(rules.regulation):
                raise refusals.not_ordered(written.definition, rules.regulation)
            matter = judged(written.definition, given, actor, self._around(actor))
            procedure = opened(
                named or self._new_id(now), written.definition, command, matter, actor, now, rules,
                self._sealing.seal,
            )  # fmt: skip
            return _Change(None, procedure, written.definition, written, orders)

        told = self._sealing.command("open", kind, sorted(given.items()), command)
        return self._done(actor, key, told, work)

    def act(self, id: str, command: Command, actor: Actor, key: str = "") -> Outcome:  # noqa: A002
        """One step of a procedure. Raises as ``open``, and Conflict where it has moved on."""

        def work() -> _Change:
            before = self.look(id, actor)
            definition, rules = self.definition(before), self.rules(before)
            after = stepped(
                before, definition, command, actor, self._clock(), rules, self._sealing.seal
            )
            return _Change(before, after, definition)

        return self._done(actor, key, self._sealing.command(id, command), work)

    # Looking -------------------------------------------------------------------------------------

    def look(self, id: str, actor: Actor) -> Procedure:  # noqa: A002
        """Raises StatementWrong (not_found), the same for one that is not theirs."""
        procedure = self._books.procedures.get(id)
        if procedure is None or not sight.may_see(procedure, actor):
            raise refusals.no_such_procedure(id)
        return procedure

    def find(self, wanted: ProcedureFilter, actor: Actor) -> tuple[ProcedureLine, ...]:
        """Those of these that the actor may see."""
        return self._books.procedures.find(sight.narrowed(wanted, actor))

    def count(self, wanted: ProcedureFilter, actor: Actor) -> int:
        return self._books.procedures.count(sight.narrowed(wanted, actor))

    def whole(self, lines: Sequence[ProcedureLine]) -> dict[str, Procedure]:
        """The procedures of these lines, which ``find`` gave."""
        return self._books.procedures.whole([line.id for line in lines])

    def kinds(self) -> tuple[tuple[Definition, ...], tuple[str, ...]]:
        """The definitions that the city's regulation offers, and the names of files that are not
        sound."""
        root, regulation = self._now.city().root, self._now.orders().regulation.id
        sound, wrong = [], []
        for name in known_procedures(root):
            try:
                sound.append(load_procedure(name, root).definition)
            except WorkbenchError:
                wrong.append(name)
        return tuple(one for one in sound if one.is_offered(regulation)), tuple(wrong)

    def regulation(self) -> str:
        return self._now.orders().regulation.id

    def definition(self, procedure: Procedure) -> Definition:
        """The one under which it began."""
        return self._definition_of(procedure.kind, procedure.definition)

    def definition_of(self, line: ProcedureLine) -> Definition:
        return self._definition_of(line.kind, line.definition)

    def rules(self, procedure: Procedure) -> Rules:
        """Those under which it began; the days that are worked are a fact, and as known now."""
        orders = self._orders_of(procedure.regulation, procedure.profile)
        calendar = self._now.calendar()
        return Rules(procedure.regulation, procedure.profile, orders.profile, calendar)

    def opened(self, sealed: str) -> str | None:
        """A sealed text, for who ``sight.may_read`` it; None where it was changed."""
        return self._sealing.opened(sealed)

    # Keeping -------------------------------------------------------------------------------------

    def _around(self, actor: Actor) -> Around:
        city = self._now.city()

        def case(id: str) -> Case | None:  # noqa: A002
            try:
                return self._now.case(id, actor)
            except WorkbenchError:
                return None  # told as one that is not there

        return Around(city.root, city.resources, city.departments, self._now.grants().by_id, case)

    def _kept_definition(self, kind: str, version: str) -> Definition:
        text = self._books.procedures.definition(version)
        if text is None or version_of(text.encode()) != version:
            raise refusals.definition_lost(kind, version)
        return definition_in(text.encode(), kind).definition

    def _done(self, actor: Actor, key: str, told: str, work: Callable[[], _Change]) -> Outcome:
        def done() -> Procedure:
            change = work()
            self._keep(change, actor, key, told)
            return change.after

        return Outcome(*self._once.do(actor, key, told, done))

    def _keep(self, change: _Change, actor: Actor, key: str, told: str) -> None:
        books, after = self._books, change.after
        made = list(notices(after, change.definition, self._users(after)))
        clear = unsealed(after, self._sealing)
        decided = self._decided(clear, change.definition)
        row = row_of(after, change.definition)
        hand = by_hand(row, after) if row is not None else ()

        def doing() -> None:
            self._keep_rules(change)
            _put(books.procedures, change)
            books.effects.apply(clear, decided, hand)
            for notice in made:
                books.messages.make(notice)
            self._once.keep(actor, key, told, after.id, after.version, after.changed)

        keys = [notice.key for notice in made]
        books.ledger.record(
            draft(change.before, after, change.definition, keys, actor, decided), doing=doing
        )
        if any(one.effect is Effect.destroy for one in decided):
            self._now.dispose()

    def _keep_rules(self, change: _Change) -> None:
        if change.written is None or change.orders is None:
            return
        kept, definition = change.orders, change.definition
        self._books.cases.keep_profile(kept.version, kept.regulation.id, kept.text)
        text = change.written.text
        self._books.procedures.keep_definition(definition.version, definition.id, text)

    def _decided(self, procedure: Procedure, definition: Definition) -> tuple[Ruling, ...]:
        """Looked up before the transaction: in it the city is not what it was."""
        if not KEPT.intersection(procedure.steps[-1].effects):
            return ()
        city = self._now.city()
        decided = rulings_of(procedure, definition, city.resources)
        for one in decided:
            if one.text:
                raise_errors(self._against(one, procedure, city))
        return decided

    def _against(self, one: Ruling, procedure: Procedure, city: City) -> Iterable[Finding]:
        """The contract as it would stand today: the city may have changed since it was sent."""
        known = city.resources.get(one.resource)
        changes = known if procedure.resource else None
        place = Place(city.root, city.resources, city.departments, changes, procedure.provider)
        found = contract_findings(one.text, procedure.id, place)
        return found or self._now.tried(contract_in(one.text, city.root, LABEL + procedure.id))

    def dispose(self) -> None:
        """Remove what was decided to be destroyed and is still there."""
        self._now.dispose()

    def today(self) -> date:
        return day_of(self._clock())

    def _users(self, procedure: Procedure) -> frozenset[str]:
        if Effect.notify_users not in procedure.steps[-1].effects:
            return frozenset()
        today = day_of(procedure.changed)
        users = users_of(procedure.resource, self._now.grants(), today)
        return users & frozenset(self._now.city().departments)


@dataclass(frozen=True)
class _Change:
    """What a command makes of a procedure. ``written`` and ``orders`` where it is new, to be kept
    with it."""

    before: Procedure | None
    after: Procedure
    definition: Definition
    written: Written | None = None
    orders: Orders | None = None


def _put(procedures: Procedures, change: _Change) -> None:
    try:
        procedures.put(change.after, seen=0 if change.before is None else change.before.version)
    except MovedOn:
        now = procedures.get(change.after.id) or change.after
        raise refusals.moved_on(now, change.definition) from None
