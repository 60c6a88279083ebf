"""What the gateway answers about procedures, as somebody asks over HTTP."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import Depends, FastAPI, Request
from procedure_house import CHEN, HE, LI, MA, PEOPLE, PROOF, WANG, House, definition, given
from sqlalchemy import text as sql

from workbench.errors import WorkbenchError
from workbench.gateway import procedurework
from workbench.gateway.envelope import Envelope, line_of, to_response
from workbench.gateway.limits import Limits
from workbench.model.actor import Actor

NAMED = {one.id: one for one in PEOPLE}


def _person(request: Request) -> Actor:
    return NAMED[request.headers["x-person"]]


class Door:
    def __init__(self, house: House) -> None:
        app = FastAPI()
        app.add_exception_handler(
            WorkbenchError,
            lambda asked, error: to_response(error, asked.scope, line_of(asked.scope)),
        )
        procedurework.add(app, house.desk, lambda: house.now, Depends(_person))
        limits = Limits(lambda: SimpleNamespace(request_kb=64))  # type: ignore[arg-type,return-value]
        self._app = Envelope(app, limits, lambda: False)

    def get(self, who: Actor, path: str) -> httpx.Response:
        return asyncio.run(self._send(who, "GET", path))

    def post(self, who: Actor, path: str, **body: Any) -> httpx.Response:
        return asyncio.run(self._send(who, "POST", path, body))

    async def _send(self, who: Actor, method: str, path: str, body: Any = None) -> httpx.Response:
        door = httpx.ASGITransport(self._app)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=door, base_url="http://here") as client:
            return await client.request(method, path, json=body, headers={"x-person": who.id})


@pytest.fixture
def door(bureau: House) -> Door:
    return Door(bureau)


def opened(door: Door, kind: str, who: Actor, **more: Any) -> dict[str, Any]:
    answer = door.post(who, "/procedures", kind=kind, fields=given(definition(kind)), **more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_who_deals_with_it_reads_it_and_others_see_that_there_is_one(door: Door) -> None:
    found = opened(door, "correction", LI, reason="数值不对")
    assert (found["state"], found["clock"]["due"], found["clock"]["article"]) == (
        "with_provider",
        "2026-03-16",
        "20",
    )
    assert found["disputed"] is True
    path = f"/procedures/{found['id']}"
    read = door.get(WANG, path).json()
    assert read["steps"][0]["reason"] == "数值不对"
    assert {one["event"] for one in read["offers"]} == {"extend", "correct", "confirm"}
    extend = next(one for one in read["offers"] if one["event"] == "extend")
    assert (extend["needs"], extend["article"]) == (["evidence", "reason"], "20")
    looked = door.get(HE, path).json()
    assert looked["steps"][0]["reason"] is None
    assert [one["text"] for one in looked["values"] if one["sealed"]] == [None, None]
    assert looked["offers"] == []
    assert door.get(MA, path).status_code == 400
    assert door.get(LI, "/procedures/").status_code == 400


def test_what_cannot_be_is_told_as_what_it_is(door: Door) -> None:
    found = opened(door, "demand", LI, reason="why", basis="art. 1")
    path = f"/procedures/{found['id']}"
    assert door.post(WANG, path, event="accept", seen=1).status_code == 200
    assert door.post(WANG, path, event="reject", seen=1, reason="no").status_code == 409
    assert door.post(LI, path, event="mount", seen=2, evidence=PROOF).status_code == 403
    assert door.post(WANG, path, event="mount", seen=2).status_code == 422
    assert door.post(WANG, path, event="mount", seen=2, evidence="paper").status_code == 422
    assert door.post(WANG, path, event="mount", seen=0).status_code == 422
    assert door.post(LI, "/procedures", kind="demands").status_code == 422


def test_what_is_due_is_listed_with_who_acts_and_by_which_article(door: Door) -> None:
    found = opened(door, "correction", LI)
    opened(door, "demand", LI, reason="why", basis="art. 1")
    (due,) = door.get(CHEN, "/procedures/due?within=7").json()
    assert (due["id"], due["who"], due["article"], due["days"]) == (found["id"], "tax", "20", 7)
    assert door.get(CHEN, "/procedures/due?within=6").json() == []
    page = door.get(LI, "/procedures?running=true&kind=demand").json()
    assert (page["total"], [one["kind"] for one in page["procedures"]]) == (1, ["demand"])


def test_a_definition_that_was_lost_keeps_no_other_from_being_listed(
    door: Door, bureau: House
) -> None:
    opened(door, "correction", LI)
    lost = opened(door, "demand", LI, reason="why", basis="art. 1")
    with bureau.store.writing() as connection:
        connection.execute(sql("UPDATE procedure_kinds SET text = '' WHERE kind = 'demand'"))
    page = Door(bureau).get(LI, "/procedures").json()
    titles = {one["kind"]: one["title"]["en"] for one in page["procedures"]}
    assert titles == {"correction": "Correction request", "demand": "demand"}
    told = Door(bureau).get(LI, f"/procedures/{lost['id']}")
    assert told.status_code == 400
    assert "began" in told.text


def test_what_can_be_opened_is_told_with_its_article_or_as_ours(door: Door) -> None:
    kinds = {one["id"]: one for one in door.get(MA, "/procedures/kinds").json()["kinds"]}
    assert (kinds["correction"]["article"], kinds["correction"]["ours"]) == ("20", False)
    assert (kinds["demand"]["article"], kinds["demand"]["ours"]) == ("", True)
    opens = {one["event"]: one["by"] for one in kinds["correction"]["opens"]}
    assert opens == {
        "submit": ["applicant"],
        "submit_to_authority": ["applicant"],
        "order": ["authority"],
    }
