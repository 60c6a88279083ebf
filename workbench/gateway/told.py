"""HTTP: how much statistics have told, and their releases for output checkers. Each look is
recorded before it is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import FastAPI, Query
from pydantic import Field

from workbench.catalogue.city import City
from workbench.gateway.answers import Answer
from workbench.gateway.told_answers import release_page, told_detail, told_open, told_page
from workbench.gateway.told_desk import ToldDesk
from workbench.gateway.told_models import ReleasePage, ToldDetail, ToldOpen, ToldPage
from workbench.gateway.use_answers import Day
from workbench.ledger.usage import days
from workbench.model.actor import Actor
from workbench.sharing import told_sight
from workbench.sharing.told_releases import ReleaseFilter

MOST = 500
"""Lines of one answer at most (our default)."""
Name = Annotated[str, Query(min_length=1, max_length=256)]


class _Wanted(Answer):
    resource: str = Field(default="", max_length=256)
    department: str = Field(default="", max_length=256)
    limit: int = Field(default=50, ge=1, le=MOST)
    offset: int = Field(default=0, ge=0, le=10_000_000)


class _Releases(Answer):
    """``until`` is the last day, included; ``before`` the entry that the page ends below."""

    resource: str = Field(default="", max_length=256)
    department: str = Field(default="", max_length=256)
    person: str = Field(default="", max_length=256)
    scenario: str = Field(default="", max_length=128)
    since: Day | None = None
    until: Day | None = None
    withheld: bool = False
    before: int | None = Field(default=None, ge=1, le=2**62)
    limit: int = Field(default=50, ge=1, le=MOST)

    def filter(self) -> ReleaseFilter:
        since, until = days(self.since, self.until)
        return ReleaseFilter(
            resource=self.resource,
            department=self.department,
            person=self.person,
            scenario=self.scenario,
            since=since,
            until=until,
            withheld=self.withheld,
            before=self.before,
            limit=self.limit,
        )


def add(app: FastAPI, desk: ToldDesk, city: Callable[[], City], caller: Any) -> None:
    @app.get("/told")
    def told(wanted: Annotated[_Wanted, Query()], who: Actor = caller) -> ToldPage:
        """A line for each department that was told statistics of a resource: of what the caller's
        department provides, or was told; of all, for output checkers."""
        asked = wanted.resource, wanted.department, wanted.limit, wanted.offset
        return told_page(desk.find(who, *asked), city())

    @app.get("/told/detail")
    def detail(resource: Name, department: Name, who: Actor = caller) -> ToldDetail:
        """One of them by column and day; how fine the parts are takes seconds for long books."""
        return told_detail(desk.detail(who, resource, department), city())

    @app.get("/told/open")
    def open_(resource: Name, department: Name, who: Actor = caller) -> ToldOpen:
        """What stays open: what would follow from the books of two departments together, what was
        spent of privacy budgets, and what no book can know. For output checkers."""
        return told_open(desk.open(who, resource, department), city())

    @app.get("/told/releases")
    def releases(wanted: Annotated[_Releases, Query()], who: Actor = caller) -> ReleasePage:
        """Each release of the statistics tier, the newest first, with the rules that withheld
        something. For output checkers."""
        told_sight.must_check(who)  # first: who may not look is told that, not of the filters
        return release_page(desk.releases(who, wanted.filter()), city())
