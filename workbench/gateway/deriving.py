"""HTTP: propose a result as a derived resource."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from pydantic import Field

from workbench.errors import Text
from workbench.gateway.answers import Answer
from workbench.gateway.derived import DerivedDesk, Wish
from workbench.gateway.envelope import line_of
from workbench.gateway.limits import Limits
from workbench.gateway.scenario import picked
from workbench.model.actor import Actor


class Proposing(Answer):
    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,62}$")
    title_zh: str = Field(min_length=1, max_length=200)
    title_en: str = Field(min_length=1, max_length=200)
    sql: str = Field(min_length=1)
    scenario: str = Field(default="", max_length=128)


class Proposed(Answer):
    """``contract`` is ODCS as YAML; ``terms`` have to be read by whoever accepts it."""

    id: str
    name: str
    rows: int
    columns: int
    terms: list[str]
    contract: str


def add(
    app: FastAPI,
    desk: DerivedDesk,
    limits: Limits,
    usable: Callable[[Actor], tuple[str, ...]],
    caller: Any,
) -> None:
    """``usable`` gives the scenarios in which somebody has an active grant."""

    @app.post("/derived")
    def propose(body: Proposing, request: Request, who: Actor = caller) -> Proposed:
        scenario = picked(body.scenario, who, usable)
        line_of(request.scope).scenario = scenario
        wish = Wish(body.name, Text(body.title_zh, body.title_en), scenario, body.sql)
        whose = (who.viewer or who.id, who.viewer_department or who.department)
        limits.take(*whose)
        try:
            found, contract = desk.propose(wish, who)
        finally:
            limits.give_back(*whose)
        return Proposed(
            id=found.id,
            name=found.name,
            rows=found.rows,
            columns=found.columns,
            terms=list(found.terms),
            contract=contract,
        )
