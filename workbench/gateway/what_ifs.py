"""HTTP: named cases of what-if questions. Kept with the figures that they rest on; each keeping,
deletion and restoration is an entry of the ledger.

The result was worked out where it was asked, from figures that this gateway released: what is
checked here is that they were released to the department that says so, and which versions of the
data they were of. The arithmetic is theirs, and can be done again from the same figures.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import FastAPI, Query

from workbench.catalogue.city import City
from workbench.gateway import what_if_refusals as say
from workbench.gateway.what_if_answers import (
    CaseAnswer,
    CasesAnswer,
    InputsAnswer,
    KeepBody,
    MarkBody,
)
from workbench.ledger.chain import fields_of
from workbench.ledger.record import Ledger
from workbench.libraries.what_if import Inputs
from workbench.model.actor import Actor, Role
from workbench.model.entry import Draft, Event
from workbench.model.what_if import WhatIf
from workbench.policy.holding import PAGE_PREFIX, may_look, page_of
from workbench.store.session import Store
from workbench.store.what_ifs import MOST


@dataclass(frozen=True)
class WhatIfDesk:
    """``inputs`` reads the city's files, by id; ``usable`` gives the scenarios in which somebody
    has an active grant; ``clock`` an aware time."""

    store: Store
    ledger: Ledger
    city: Callable[[], City]
    inputs: Callable[[], Mapping[str, Inputs]]
    usable: Callable[[Actor], tuple[str, ...]]
    clock: Callable[[], datetime]

    def offered(self, actor: Actor) -> list[InputsAnswer]:
        """Those whose scenario is the caller's, or whose page they may look at."""
        known = {*self.usable(actor), *self._looked_at(actor)}
        found = (one for one in self.inputs().values() if one.scenario in known)
        return [InputsAnswer(inputs=one) for one in found]

    def keep(self, body: KeepBody, actor: Actor) -> CaseAnswer:
        """Raises Refused (not_granted, role_missing), InvalidInput, Unavailable."""
        if actor.is_page:
            raise say.a_person()
        inputs = self.inputs().get(body.supposed.inputs)
        if inputs is None or inputs.scenario not in self.usable(actor):
            raise say.no_such_inputs(body.supposed.inputs)
        case = self._case(body, inputs, actor)
        known = self.store.what_ifs.get(case.id)
        if known is not None:  # the same command, sent again
            return self._answer(known, actor)

        def add() -> None:
            if self.store.what_ifs.named(case.department, case.name) is not None:
                raise say.name_taken(case.name)
            self.store.what_ifs.add(case)

        self.ledger.record(_draft(Event.what_if_kept, case, actor), doing=add)
        return self._answer(case, actor)

    def find(self, actor: Actor, *, deleted: bool, limit: int, offset: int) -> CasesAnswer:
        found, total = self.store.what_ifs.find(
            actor.department, self._looked_at(actor), deleted=deleted, limit=limit, offset=offset
        )
        return CasesAnswer(cases=[self._answer(one, actor) for one in found], total=total)

    def get(self, id: str, actor: Actor) -> CaseAnswer:  # noqa: A002
        """Raises StatementWrong (not_found), also for one that is not the caller's to see."""
        return self._answer(self._seen(id, actor), actor)

    def mark(self, id: str, seen: int, actor: Actor, *, delete: bool) -> CaseAnswer:  # noqa: A002
        """Delete or restore. Raises as ``get``, Refused (not_yours), Conflict (moved_on)."""
        case = self._seen(id, actor)
        if actor.is_page or actor.id != case.maker:
            raise say.only_the_maker(case)
        if (case.deleted is not None) == delete:
            return self._answer(case, actor)
        now = self.clock() if delete else None
        event = Event.what_if_deleted if delete else Event.what_if_restored

        def change() -> None:
            if not self.store.what_ifs.mark(id, seen, now):
                raise say.moved_on(case)

        self.ledger.record(_draft(event, case, actor), doing=change)
        return self._answer(replace(case, deleted=now, version=seen + 1), actor)

    def _seen(self, id: str, actor: Actor) -> WhatIf:  # noqa: A002
        case = self.store.what_ifs.get(id)
        if case is None:
            raise say.no_such(id)
        if actor.department != case.department and case.scenario not in self._looked_at(actor):
            raise say.no_such(id)
        return case

    def _case(self, body: KeepBody, inputs: Inputs, actor: Actor) -> WhatIf:
        supposed = body.supposed.supposed()
        _fits(body, inputs)
        key = hashlib.sha256(f"{actor.id}\0{body.key}".encode()).hexdigest()
        return WhatIf(
            id=key[:24],
            department=actor.department,
            name=body.name,
            scenario=inputs.scenario,
            maker=actor.id,
            made=self.clock(),
            note=body.note.strip(),
            supposed=supposed,
            outcome=body.outcome.outcome(),
            entry=body.entry,
            versions=self._versions(body.entry, inputs, actor),
        )

    def _versions(self, entry: int, inputs: Inputs, actor: Actor) -> dict[str, tuple[Any, ...]]:
        """Of the figures, as the ledger has them: of a release of this scenario to the department.

        Raises InvalidInput for any other entry.
        """
        filed = self.ledger.journal.at(entry)
        fields = fields_of(filed.entry.body) if filed is not None else None
        mine = fields is not None and (
            fields.get("event") == Event.release_opened
            and fields.get("department") == actor.department
            and fields.get("scenario") == inputs.scenario
        )
        if fields is None or not mine:
            raise say.no_release(entry)
        extracts = fields["detail"]["extracts"]
        return {str(name): tuple(one) for name, one in extracts.items()}

    def _looked_at(self, actor: Actor) -> frozenset[str]:
        """The scenarios of which the caller is, or may open, a page."""
        return looked_at(actor, self.city())

    def _answer(self, case: WhatIf, actor: Actor) -> CaseAnswer:
        return CaseAnswer.of(case, mine=not actor.is_page and actor.id == case.maker)


def add(app: FastAPI, cases: WhatIfDesk, caller: Any) -> None:
    """``caller`` is the dependency that gives the signed-in Actor."""

    @app.get("/what-ifs/inputs")
    def inputs(who: Actor = caller) -> list[InputsAnswer]:
        """What may be asked about, and what be moved."""
        return cases.offered(who)

    @app.get("/what-ifs")
    def listed(
        deleted: bool = False,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
        who: Actor = caller,
    ) -> CasesAnswer:
        return cases.find(who, deleted=deleted, limit=limit, offset=offset)

    @app.post("/what-ifs")
    def keep(body: KeepBody, who: Actor = caller) -> CaseAnswer:
        return cases.keep(body, who)

    @app.get("/what-ifs/{case}")
    def get(case: str, who: Actor = caller) -> CaseAnswer:
        return cases.get(case, who)

    @app.post("/what-ifs/{case}/delete")
    def delete(case: str, body: MarkBody, who: Actor = caller) -> CaseAnswer:
        return cases.mark(case, body.seen, who, delete=True)

    @app.post("/what-ifs/{case}/restore")
    def restore(case: str, body: MarkBody, who: Actor = caller) -> CaseAnswer:
        return cases.mark(case, body.seen, who, delete=False)


def looked_at(actor: Actor, city: City) -> frozenset[str]:
    """The scenarios of which the actor is, or may open, a page."""
    return frozenset(
        scenario.id
        for scenario in city.scenarios.values()
        if any(
            page_of(each, scenario) is not None and may_look(each, scenario)
            for each in ([actor] if actor.is_page else _pages(actor, scenario.pages))
        )
    )


def _pages(person: Actor, pages: Any) -> list[Actor]:
    """The pages of a scenario as they would ask for this person."""
    names = [PAGE_PREFIX + page.id for page in pages]
    role = frozenset({Role.page})
    return [Actor(name, name, role, person.id, person.department) for name in names]


def _fits(body: KeepBody, inputs: Inputs) -> None:
    """Raises InvalidInput where the question is none of these inputs."""
    supposed = body.supposed
    moved = set(supposed.shocks)
    known = set(inputs.series) - {supposed.target}
    if supposed.target not in inputs.targets or moved - known or len(moved) > inputs.most:
        raise say.not_of(inputs)
    low, high = inputs.shocks.low, inputs.shocks.high
    if any(not low <= each <= high for each in supposed.shocks.values()):
        raise say.not_of(inputs)
    outcome = body.outcome
    ordered = outcome.low <= outcome.value <= outcome.high
    if not ordered or {one.driver for one in outcome.estimates} != moved:
        raise say.not_of(inputs)


def _draft(event: Event, case: WhatIf, actor: Actor) -> Draft:
    return Draft(
        event,
        actor=actor.id,
        department=actor.department,
        scenario=case.scenario,
        content=dict.fromkeys(case.versions, ()),
        method=case.supposed.inputs,
        medium="desk",
        detail={"what_if": case.id, "target": case.supposed.target, "figures": case.entry},
    )
