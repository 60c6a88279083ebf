"""HTTP: who uses whose data, and taking a grant back. ``sharing`` decides who may see what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import FastAPI, Header, Query, Request
from pydantic import Field

from workbench.catalogue.city import City
from workbench.gateway.answers import MAX_LIMIT, Answer
from workbench.gateway.envelope import line_of
from workbench.gateway.use_answers import (
    Day,
    Grounds,
    Revoked,
    UseDays,
    UsePage,
    use_days,
    use_page,
)
from workbench.model.actor import Actor
from workbench.model.grant import GrantState
from workbench.sharing import oversight
from workbench.sharing.revoking import Order as Revocation
from workbench.sharing.revoking import Revoking
from workbench.sharing.use_lines import Order, UseBook, UseFilter

MOST = 500
"""Lines of one answer at most (our default)."""
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=128)]


@dataclass(frozen=True)
class UseDesk:
    """What the endpoints need."""

    book: UseBook
    revoking: Revoking


class _Wanted(Answer):
    scenario: str = Field(default="", max_length=128)
    resource: str = Field(default="", max_length=256)
    department: str = Field(default="", max_length=128)
    state: list[GrantState] = Field(default=[], max_length=len(GrantState))
    since: Day | None = None
    order: Order = Order.recent
    limit: int = Field(default=50, ge=1, le=MOST)
    offset: int = Field(default=0, ge=0, le=10_000_000)

    def filter(self) -> UseFilter:
        return UseFilter(
            scenario=self.scenario,
            resource=self.resource,
            department=self.department,
            states=frozenset(self.state),
            since=self.since,
            order=self.order,
            limit=self.limit,
            offset=self.offset,
        )


def add(app: FastAPI, desk: UseDesk, city: Callable[[], City], caller: Any) -> None:
    _add_views(app, desk.book, city, caller)

    @app.post("/grants/{grant:path}/revoke")
    def revoke(
        grant: str, body: Grounds, request: Request, who: Actor = caller, key: Key = ""
    ) -> Revoked:
        """Take back a grant of a scenario file; its running queries stop. Sent again, under
        whichever key, it answers what came of it. 409 for a grant of a case: it is revoked there.
        """
        chosen = desk.book.seen(grant, who)
        line_of(request.scope).scenario = chosen.scenario
        oversight.may_revoke(who, chosen, desk.book.resource(chosen))
        oversight.with_grounds(body.reason, body.basis)
        order = Revocation(who.id, who.id, body.reason, "http", who.department, body.basis)
        done = desk.revoking.revoke_once(chosen, order)
        made = done.revocation
        return Revoked(
            grant=chosen.id,
            scenario=chosen.scenario,
            resource=chosen.resource,
            department=chosen.department,
            revoked_on=made.revoked_on,
            by=made.by,
            reason=made.reason,
            at=made.at,
            repeated=done.repeated,
        )


def _add_views(app: FastAPI, book: UseBook, city: Callable[[], City], caller: Any) -> None:
    @app.get("/uses")
    def uses(wanted: Annotated[_Wanted, Query()], who: Actor = caller) -> UsePage:
        """A line for each grant on what the caller's department provides or decides of; all, for
        who watches over all. What the ledger says is counted first."""
        return use_page(book.find(wanted.filter(), who), wanted.since, city())

    @app.get("/uses/{grant:path}")
    def use(
        grant: str,
        request: Request,
        since: Day | None = None,
        limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 200,
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
        who: Actor = caller,
    ) -> UseDays:
        """One grant by person and day, the newest first."""
        found = book.days(grant, since, limit, offset, who)
        line_of(request.scope).scenario = found.line.grant.scenario
        return use_days(found, city())
