"""Cases over HTTP, as clients send and see them, at the desk of a house."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from desk_house import House
from fastapi import Depends, FastAPI, Request
from matters import PEOPLE

from workbench.errors import WorkbenchError
from workbench.gateway import casework
from workbench.gateway.envelope import Envelope, line_of, to_response
from workbench.gateway.limits import Limits
from workbench.model.actor import Actor

NAMED = {actor.id: actor for actor in PEOPLE}
APPLICATION = {
    "scenario": "watch",
    "department": "drc",
    "resource": "taxes",
    "mode": "obtain",
    "until": "2026-12-31",
    "duty_basis": "三定方案第4条",
    "reason": "monthly analysis",
    "columns": {
        "county": {"use": "value"},
        "amount": {"use": "statistics"},
    },
    "rows": [{"column": "county", "op": "=", "value": "茂县"}],
}


class Door:
    """Sends as somebody, under a key; and asks."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __call__(self, who: Actor, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        headers = {"x-person": who.id, "Idempotency-Key": key}
        answer = asyncio.run(self._send("POST", path, headers, body))
        found: dict[str, Any] = answer.json()
        return found | {"status": answer.status_code}

    def get(self, who: Actor, path: str) -> Any:
        return asyncio.run(self._send("GET", path, {"x-person": who.id})).json()

    async def _send(
        self, method: str, path: str, headers: dict[str, str], body: Any = None
    ) -> httpx.Response:
        door = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=door, base_url="http://here") as client:
            return await client.request(method, path, json=body, headers=headers)


def _person(request: Request) -> Actor:
    return NAMED[request.headers["x-person"]]


@pytest.fixture
def door(house: House) -> Door:
    app = FastAPI()
    app.add_exception_handler(
        WorkbenchError, lambda asked, error: to_response(error, asked.scope, line_of(asked.scope))
    )
    caller = Depends(_person)
    casework.add(app, house.desk, house.city, lambda *_: None, lambda: house.now, caller)  # type: ignore[arg-type]
    limits = Limits(lambda: SimpleNamespace(request_kb=64))  # type: ignore[arg-type,return-value]
    return Door(Envelope(app, limits, lambda: False))
