"""Opening a page for somebody: which pages they may look at, and a session of the page for them.

Only a server of pages opens one: it holds a *door token*, and says who is looking. A viewer never
gets the session itself, for it may ask anything under the page's grants, where the viewer was only
to look at what the page shows. The server learns of nobody whether they exist: whom a page does not
list, and whom nobody knows, are refused in the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from pydantic import Field

from workbench.catalogue.city import City
from workbench.errors import Code, Text, Unauthenticated, WorkbenchError, simple
from workbench.gateway.answers import Answer, Said, SignedIn
from workbench.gateway.auth import Auth, Tokens
from workbench.gateway.envelope import line_of
from workbench.gateway.sign_ins import PAGE_PREFIX
from workbench.model.actor import Actor, Role
from workbench.model.lookup import Scenarios
from workbench.model.scenario import Scenario
from workbench.policy.holding import may_look
from workbench.policy.reasons import viewer_not_listed

MAX_PERSON = 128


@dataclass(frozen=True)
class Visitor:
    """Who is looking. ``door`` is who says so of them; empty where they say it themselves."""

    id: str
    department: str
    door: str = ""

    @property
    def sent_by(self) -> str:
        """For the gateway's own log."""
        return self.door or self.id


class PageSessions:
    """``city`` gives the present one."""

    def __init__(self, auth: Auth, city: Callable[[], City]) -> None:
        self._auth, self._city = auth, city

    def visitor(self, token: str, named: str) -> Visitor:
        """``named`` is whom a door speaks of; a person speaks for themselves.

        Raises Unauthenticated; InvalidInput where it is said twice or not at all who is looking;
        Refused (role_missing) for a page.
        """
        try:
            known = self._auth.known(token)
        except Unauthenticated as error:
            if error.code is not Code.unauthenticated:
                raise
            return self._behind(self._auth.door_of(token), named)
        if known.actor.is_page:
            raise _no_page()
        if named not in ("", known.actor.id):
            raise _for_oneself()
        return Visitor(known.actor.id, known.actor.department)

    def _behind(self, door: str, named: str) -> Visitor:
        if not named:
            raise _nobody_named()
        person = self._auth.enabled(named)
        return Visitor(named, "" if person is None else person.department, door)

    def open(self, page: str, visitor: Visitor) -> Tokens:
        """A session of the page for them. Raises StatementWrong (not_found) for a page of no
        scenario, Refused (viewer_not_listed; role_missing for who comes through no door)."""
        if not visitor.door:
            raise _through_a_door()
        scenarios = Scenarios.of(self._city().scenarios)
        found = [scenarios[name] for name in scenarios.with_page(page)]
        if not found:
            raise _no_such_page(page)
        person = self._auth.enabled(visitor.id)
        actor = _page_for(page, visitor)
        if person is None or not any(may_look(actor, scenario) for scenario in found):
            self._auth.page_refused(page, "" if person is None else person.id, visitor.door)
            raise WorkbenchError.of(viewer_not_listed(actor.id, visitor.id))
        return self._auth.page_tokens(page, person, visitor.door)

    def listed(self, visitor: Visitor) -> Iterator[tuple[str, Scenario]]:
        """Each page that they may look at, with its scenario."""
        if self._auth.enabled(visitor.id) is None:
            return
        for scenario in self._city().scenarios.values():
            for page in scenario.pages:
                if may_look(_page_for(page.id, visitor), scenario):
                    yield page.id, scenario


def _page_for(page: str, visitor: Visitor) -> Actor:
    """The page as it will ask for them: the same question decides now and at every query."""
    name = PAGE_PREFIX + page
    return Actor(name, name, frozenset({Role.page}), visitor.id, visitor.department)


class Looking(Answer):
    """``viewer`` is for a door to say; who signed in looks themselves."""

    viewer: str = Field(default="", max_length=MAX_PERSON)


class ListedPage(Answer):
    """A page that the viewer may open. ``title`` is that of its scenario."""

    id: str
    scenario: str
    title: Said


def add(app: FastAPI, pages: PageSessions, bearer: Any) -> None:
    """``bearer`` is the dependency that gives the token of the request."""

    def visitor(request: Request, token: str, named: str) -> Visitor:
        found = pages.visitor(token, named)
        line_of(request.scope).actor = found.sent_by
        return found

    @app.post("/pages/{page}/session")
    def session(
        page: str, request: Request, body: Looking | None = None, token: str = bearer
    ) -> SignedIn:
        found = pages.open(page, visitor(request, token, body.viewer if body else ""))
        return SignedIn(
            access_token=found.access_token,
            expires_in=found.expires_in,
            session_token=found.session_token,
        )

    @app.get("/pages")
    def listed(
        request: Request,
        viewer: Annotated[str, Query(max_length=MAX_PERSON)] = "",
        token: str = bearer,
    ) -> list[ListedPage]:
        found = sorted(
            pages.listed(visitor(request, token, viewer)), key=lambda one: (one[0], one[1].id)
        )
        return [
            ListedPage(id=page, scenario=scenario.id, title=Said.of(scenario.title))
            for page, scenario in found
        ]


def _no_page() -> WorkbenchError:
    return simple(
        Code.role_missing,
        "页面不能为别的页面登录。",
        "A page cannot open pages.",
        why=Text("页面只代表一位查看人。", "It acts for one viewer, and for itself alone."),
        next=Text("请由查看人本人登录后打开。", "Let the viewer sign in and open it."),
    )


def _through_a_door() -> WorkbenchError:
    return simple(
        Code.role_missing,
        "页面会话只发给页面服务。",
        "Sessions of pages are for a server of pages.",
        why=Text(
            "页面会话可以按页面的授权任意查询；查看人只看页面上的内容。",
            "Such a session may ask anything under the page's grants; a viewer looks at what the "
            "page shows.",
        ),
        next=Text("请在页面服务的地址打开该页面。", "Open the page at the address of its server."),
    )


def _for_oneself() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "登录的人只能以自己的身份打开页面。",
        "Whoever is signed in opens pages for themselves only.",
        next=Text("请去掉 viewer。", "Leave out viewer."),
        subject="viewer",
    )


def _nobody_named() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "没有说明谁在看。",
        "It is not said who is looking.",
        why=Text("每个页面会话都记在查看人名下。", "Each session of a page stands for a viewer."),
        next=Text('请写明 {"viewer": 用户名}。', 'Name {"viewer": their user id}.'),
        subject="viewer",
    )


def _no_such_page(page: str) -> WorkbenchError:
    return simple(
        Code.not_found,
        f"没有页面 {page[:64]}。",
        f"There is no page {page[:64]}.",
        why=Text("没有场景登记了它。", "No scenario registers it."),
        next=Text(
            "请在场景文件的 pages 中登记，并写明查看人。",
            "Register it under pages of a scenario's file, with its viewers.",
        ),
        subject=page[:64],
    )
