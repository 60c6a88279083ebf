"""HTTP: the trail of what people did, for auditors. Each reading is recorded before it is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import FastAPI, Query
from pydantic import Field

from workbench.gateway.answers import Answer
from workbench.gateway.entity_answers import EnterpriseSpec, EnterpriseTrail, enterprise_trail
from workbench.gateway.trail_answers import TrailPage, VerifyAnswer, trail_page, verify_answer
from workbench.gateway.use_answers import Day
from workbench.gateway.verifying import Verifying
from workbench.ledger.record import Ledger
from workbench.ledger.usage import days
from workbench.model.actor import Actor
from workbench.model.entry import EntryFilter, Event
from workbench.sharing import oversight
from workbench.sharing.entity_trail import Asked, EntityTrail
from workbench.sharing.trail import no_such_event, read_trail

MOST = 500
"""Rows of one answer at most (our default)."""


@dataclass(frozen=True)
class TrailDesk:
    """What the endpoints need."""

    ledger: Ledger
    verifying: Verifying
    entities: EntityTrail


class _Wanted(Answer):
    """``until`` is the last day, included; ``before`` the entry that the page ends below."""

    person: str = Field(default="", max_length=256)
    scenario: str = Field(default="", max_length=128)
    resource: str = Field(default="", max_length=256)
    event: str = Field(default="", max_length=64, json_schema_extra={"enum": ["", *Event]})
    since: Day | None = None
    until: Day | None = None
    before: int | None = Field(default=None, ge=1, le=2**62)
    limit: int = Field(default=50, ge=1, le=MOST)

    def filter(self) -> EntryFilter:
        """Raises InvalidInput for an event that there is not."""
        if self.event and self.event not in set(Event):
            raise no_such_event(self.event)
        since, until = days(self.since, self.until)
        return EntryFilter(
            person=self.person,
            scenario=self.scenario,
            resource=self.resource,
            event=self.event,
            since=since,
            until=until,
            before=self.before,
            limit=self.limit,
        )


def add(app: FastAPI, desk: TrailDesk, caller: Any) -> None:
    @app.get("/trail")
    def trail(wanted: Annotated[_Wanted, Query()], who: Actor = caller) -> TrailPage:
        """Entries of the ledger, the newest first, without the full text of statements."""
        oversight.audits(who)  # first: who may not read the trail is told that, not of its filters
        return trail_page(read_trail(desk.ledger, who, wanted.filter()), wanted.limit)

    @app.post("/trail/verify", status_code=202)
    def verify(who: Actor = caller) -> VerifyAnswer:
        """Verify the whole ledger, beside everything else; one that runs is not started again."""
        return verify_answer(desk.verifying.start(who))

    @app.get("/trail/verify")
    def verified(who: Actor = caller) -> VerifyAnswer:
        """How far the last verification is, and what it found."""
        return verify_answer(desk.verifying.progress(who))

    @app.post("/trail/enterprise")
    def enterprise(body: EnterpriseSpec, who: Actor = caller) -> EnterpriseTrail:
        """By whom the data of one person or firm could have been seen. Takes seconds on large
        resources."""
        asked = Asked(body.key, body.scenario, body.since)
        return enterprise_trail(desk.entities.trace(asked, who), body.since)
