"""HTTP: the open catalogues of the portals that were imported, searched as by ``workbench catalogue
search``. Whoever is signed in may; what is not open is not there, whoever asks."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import FastAPI, Query
from pydantic import Field

from workbench.gateway.answers import Answer
from workbench.model.actor import Actor
from workbench.model.contract import OpenType
from workbench.store.layout import Layout

if TYPE_CHECKING:  # Polars and the dictionary come along: no start has to wait for them
    from workbench.extracts.versions import Extracts
    from workbench.portals.asking import PortalSearch

MOST = 200
"""Hits of one answer at most; as many as the command gives (our default)."""


class Found(Answer):
    """``asked`` occurs in the entry as ``found``, in ``where`` (title, department, domain)."""

    asked: str
    found: str
    where: str


class Hit(Answer):
    """``cover``: the share of the question's weight that the entry has (0 to 1); ``repeats``: how
    many lines of its list say the same."""

    entry_id: str
    title: str
    department: str | None
    portal: str
    portal_name: str
    open_type: str | None
    frequency: str | None
    update_date: str | None
    repeats: int
    score: float
    cover: float
    evidence: list[Found]


class Hits(Answer):
    """``words`` were looked for; ``total`` open entries have at least one of them."""

    asked: str
    words: list[str]
    total: int
    hits: list[Hit]


class _Wanted(Answer):
    q: str = Field(max_length=400)
    department: str = Field(default="", max_length=200)
    portal: str = Field(default="", max_length=200)
    type: list[OpenType] = Field(default=[], max_length=len(OpenType))
    limit: int = Field(default=10, ge=1, le=MOST)


class PortalDesk:
    """Opens the search at its first question."""

    def __init__(self, extracts: Extracts, layout: Layout) -> None:
        self._extracts, self._layout = extracts, layout
        self._search: PortalSearch | None = None

    def ask(self, wanted: _Wanted) -> Hits:
        """Raises Unavailable where nothing was imported."""
        from workbench.portals.search import Asked

        asked = Asked(
            wanted.q, wanted.department, wanted.portal, tuple(wanted.type), limit=wanted.limit
        )
        found = self._opened().ask(asked)
        return Hits.model_validate({"asked": wanted.q, **asdict(found)})

    def _opened(self) -> PortalSearch:
        from workbench.portals.asking import PortalSearch

        if self._search is None:
            self._search = PortalSearch(self._extracts, self._layout.root, self._layout.state)
        return self._search


def add(app: FastAPI, desk: PortalDesk, caller: Any) -> None:
    @app.get("/catalogue/search")
    def search(wanted: Annotated[_Wanted, Query()], who: Actor = caller) -> Hits:
        """Open entries of all portals, best first."""
        return desk.ask(wanted)
