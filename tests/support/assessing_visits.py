"""Visits to pages of assessments without a browser and without a port: each asks the gateway's own
endpoints as one person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
from assessing_city import Bureau, actor
from fastapi import Depends, FastAPI, Request

from workbench.client.connection import Connection
from workbench.client.control import Control
from workbench.client.failures import from_body
from workbench.errors import Language, WorkbenchError
from workbench.gateway import answers, assessing
from workbench.gateway.envelope import Envelope, line_of, to_response
from workbench.gateway.limits import Limits
from workbench.model.actor import Actor
from workbench.ui.page_file import load_page
from workbench.ui.setting import context_for
from workbench.ui.visit import Visit

Come = Callable[..., Visit]


def _person(request: Request) -> Actor:
    return actor(request.headers["x-person"])


class Direct(Control):
    """Asks the gateway's endpoints without a port, as one person."""

    def __init__(self, app: Envelope, who: str, runner: asyncio.Runner) -> None:
        super().__init__("http://127.0.0.1:1", "none")
        self.app, self.who, self.runner = app, who, runner

    def get(self, path: str, **query: str | list[str]) -> Any:
        return self.runner.run(self._ask("GET", path, "", params=query))

    def post(self, path: str, body: Any = None, *, key: str = "") -> Any:
        return self.runner.run(self._ask("POST", path, key, json=body))

    async def _ask(self, method: str, path: str, key: str, **more: Any) -> Any:
        door = httpx.ASGITransport(self.app)  # type: ignore[arg-type]
        headers = {"x-person": self.who, "Idempotency-Key": key}
        async with httpx.AsyncClient(transport=door, base_url="http://here") as client:
            answer = await client.request(method, path, headers=headers, **more)
        if answer.is_success:
            return answer.json()
        raise from_body(answer.text) or AssertionError(answer.text)


def coming(house: Bureau, page: Path, runner: asyncio.Runner) -> Come:
    """``come(who, language)`` opens the page."""
    app = FastAPI()
    app.add_exception_handler(
        WorkbenchError, lambda asked, error: to_response(error, asked.scope, line_of(asked.scope))
    )
    caller = Depends(_person)
    app.get("/me")(lambda who=caller: answers.Me.of(who))
    assessing.add(app, house.assessing, caller)
    limits = Limits(lambda: SimpleNamespace(request_kb=64))  # type: ignore[arg-type,return-value]
    door = Envelope(app, limits, lambda: False)

    def come(who: str, language: Language = "en") -> Visit:
        client = Connection(Direct(door, who, runner), language, progress=False)
        found = Visit(load_page(page), client, context_for(page), language,
                      clock=lambda: house.now)  # fmt: skip
        found.open()
        return found

    return come
