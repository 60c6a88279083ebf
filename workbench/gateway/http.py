"""HTTP: signing in, and what one may know before a query. No data passes here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Protocol

from fastapi import Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from workbench.catalogue.city import City
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway import (
    anomalywork,
    assessing,
    briefs,
    casework,
    comparing,
    deriving,
    exporting,
    noising,
    own_tables,
    page_sessions,
    portal_search,
    procedurework,
    tokens,
    told,
    trail,
    uses,
    what_ifs,
)
from workbench.gateway import answers as a
from workbench.gateway.auth import Auth
from workbench.gateway.derived import DerivedDesk
from workbench.gateway.envelope import Envelope, line_of, to_response
from workbench.gateway.exports import Exports
from workbench.gateway.limits import Limits
from workbench.gateway.scenario import picked
from workbench.gateway.told_desk import ToldDesk
from workbench.ledger.chain import Journal
from workbench.model.actor import Actor
from workbench.model.decision import Visible
from workbench.model.entry import EntryFilter
from workbench.sharing.desk import Desk as CaseDesk
from workbench.sharing.opening import Measure
from workbench.sharing.procedures.desk import ProcedureDesk


class Queries(Protocol):
    """The query path, as far as this door needs it."""

    def visible(self, actor: Actor) -> tuple[Visible, ...]: ...
    @property
    def own(self) -> own_tables.OwnTables: ...
    def usable_scenarios(self, actor: Actor) -> tuple[str, ...]: ...
    def columns_of(self, actor: Actor, scenario: str) -> list[Any]: ...
    def stamp(self, actor: Actor, scenario: str) -> str: ...
    def running(self, actor_id: str) -> tuple[Any, ...]: ...
    def cancel(self, actor_id: str, query_id: str) -> bool: ...


@dataclass(frozen=True)
class Desk:
    """What the endpoints need. ``health`` is asked at each call."""

    auth: Auth
    queries: Queries
    city: Callable[[], City]
    journal: Journal
    exports: Exports
    compare_keys: comparing.CompareKeys
    noise: noising.NoiseDesk
    cases: CaseDesk
    procedures: ProcedureDesk
    assessing: assessing.Assessing
    findings: anomalywork.Findings
    measure: Measure
    uses: uses.UseDesk
    told: ToldDesk
    trail: trail.TrailDesk
    portals: portal_search.PortalDesk
    what_ifs: what_ifs.WhatIfDesk
    briefs: briefs.BriefDesk
    derived: DerivedDesk
    clock: Callable[[], datetime]
    limits: Limits
    health: Callable[[], a.Health]
    stopping: Callable[[], bool]


def make_app(desk: Desk, version: str) -> FastAPI:
    """The application. There is no page of documentation: its assets would come from a CDN."""
    app = FastAPI(
        title="Qiku Workbench gateway",
        version=version,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.add_exception_handler(WorkbenchError, _told)
    app.add_exception_handler(RequestValidationError, _told)
    app.add_exception_handler(HTTPException, _told)
    app.add_middleware(Envelope, limits=desk.limits, stopping=desk.stopping)
    _add_sign_in(app, desk)
    _add_own(app, desk)
    exporting.add(app, desk.exports, Depends(_caller(desk.auth)))
    usable = desk.queries.usable_scenarios
    comparing.add(app, desk.compare_keys, usable, Depends(_caller(desk.auth)))
    who = Depends(_caller(desk.auth))
    noising.add(app, desk.noise, usable, who)
    own_tables.add(app, lambda: desk.queries.own, usable, who)
    deriving.add(app, desk.derived, desk.limits, usable, who)
    casework.add(app, desk.cases, desk.city, desk.measure, desk.clock, who)
    procedurework.add(app, desk.procedures, desk.clock, who)
    assessing.add(app, desk.assessing, who)
    anomalywork.add(app, desk.findings, who)
    uses.add(app, desk.uses, desk.city, who)
    told.add(app, desk.told, desk.city, who)
    trail.add(app, desk.trail, who)
    portal_search.add(app, desk.portals, who)
    what_ifs.add(app, desk.what_ifs, who)
    briefs.add(app, desk.briefs, who)
    page_sessions.add(app, page_sessions.PageSessions(desk.auth, desk.city), Depends(_bearer))
    return app


def _told(request: Request, error: Exception) -> Response:
    """The one handler of errors."""
    line = line_of(request.scope)
    if isinstance(error, RequestValidationError):
        fields = sorted({".".join(str(p) for p in e["loc"]) for e in error.errors()})
        # Only the names of fields: what was sent may be a password.
        return to_response(_bad_fields(", ".join(fields)[:200]), request.scope, line)
    if isinstance(error, HTTPException):
        known = _no_such_endpoint() if error.status_code in (404, 405) else _bad_fields("")
        return to_response(known, request.scope, line, status=error.status_code)
    return to_response(error, request.scope, line)


def _add_sign_in(app: FastAPI, desk: Desk) -> None:
    @app.get("/health")
    def health() -> a.Health:
        return desk.health()

    @app.post("/token")
    def token(body: a.SignIn, request: Request) -> a.SignedIn:
        where = _address(body, request, desk.auth)
        found = desk.auth.sign_in(body.user, body.password, address=where)
        line_of(request.scope).actor = body.user
        return a.SignedIn(
            access_token=found.access_token,
            expires_in=found.expires_in,
            session_token=found.session_token,
        )

    @app.post("/token/refresh")
    def refresh(body: a.Refresh) -> a.AccessToken:
        found = desk.auth.refresh(body.session_token)
        return a.AccessToken(access_token=found.access_token, expires_in=found.expires_in)


def _address(body: a.SignIn, request: Request, auth: Auth) -> str:
    """Where the person sits who signs in. A door signs people in for whom it has before it: it is
    believed who they are not, but where they are. Raises Unauthenticated for whoever else says."""
    if body.address:
        auth.door_of(_bearer(request))
        return body.address
    return request.client.host if request.client else ""


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "bearer":
        raise tokens.not_signed_in()
    return token.strip()


def _caller(auth: Auth) -> Callable[[Request], Actor]:
    def caller(request: Request) -> Actor:
        actor = auth.actor_of(_bearer(request))
        line_of(request.scope).actor = actor.id
        return actor

    return caller


def _add_own(app: FastAPI, desk: Desk) -> None:
    """What belongs to the caller. Every endpoint here takes ``who``."""
    caller = Depends(_caller(desk.auth))

    @app.get("/me")
    def me(who: Actor = caller) -> a.Me:
        return a.Me.of(who)

    @app.get("/catalogue")
    def catalogue(who: Actor = caller) -> list[a.CatalogueEntry]:
        city = desk.city()
        found = (city.resources[name] for name in sorted(city.resources))
        return [a.CatalogueEntry.of(one, city.regulation) for one in found]

    @app.get("/grants")
    def grants(who: Actor = caller) -> list[a.VisibleGrant]:
        return [a.VisibleGrant.of(line) for line in desk.queries.visible(who)]

    @app.get("/tables")
    def tables(
        request: Request,
        scenario: Annotated[str, Query(max_length=128)] = "",
        who: Actor = caller,
    ) -> list[a.TableColumn]:
        wanted = picked(scenario, who, desk.queries.usable_scenarios)
        line_of(request.scope).scenario = wanted
        return [a.TableColumn.of(seen) for seen in desk.queries.columns_of(who, wanted)]

    @app.get("/stamp")
    def stamp(
        request: Request,
        scenario: Annotated[str, Query(max_length=128)] = "",
        who: Actor = caller,
    ) -> a.Stamp:
        wanted = picked(scenario, who, desk.queries.usable_scenarios)
        line_of(request.scope).scenario = wanted
        return a.Stamp(stamp=desk.queries.stamp(who, wanted))

    @app.get("/queries")
    def queries(who: Actor = caller) -> list[a.Query]:
        if who.is_page:
            # All viewers of a page share its id; none may see or stop another's.
            return []
        return [a.Query.of(progress) for progress in desk.queries.running(who.id)]

    @app.post("/queries/{query}/cancel")
    def cancel(query: str, who: Actor = caller) -> a.Cancelled:
        return a.Cancelled(cancelled=not who.is_page and desk.queries.cancel(who.id, query))

    @app.get("/usage")
    def usage(
        limit: Annotated[int, Query(ge=1, le=a.MAX_LIMIT)] = 50, who: Actor = caller
    ) -> list[a.Usage]:
        wanted = EntryFilter(person=who.viewer or who.id, limit=limit)
        found = [a.Usage.of(filed) for filed in desk.journal.find(wanted)]
        # A page shows what it did for this viewer, not what the viewer did elsewhere.
        return [u for u in found if u is not None and (not who.is_page or u.actor == who.id)]


def _bad_fields(fields: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"请求的字段有误：{fields}" if fields else "请求无法读取。",
        f"These fields of the request are wrong: {fields}"
        if fields
        else "The request cannot be read.",
        next=Text("接口说明见 /openapi.json。", "/openapi.json describes the interface."),
        subject=fields,
    )


def _no_such_endpoint() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "没有这个接口。",
        "There is no such endpoint.",
        next=Text("接口说明见 /openapi.json。", "/openapi.json describes the interface."),
    )
