"""The page of procedures without a browser: what its lists, items and forms say of the real desk,
and what becomes of forms that are wrong, too late, or somebody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import Depends, FastAPI, Request
from procedure_house import CHEN, HE, LI, MA, PEOPLE, PROOF, ROOT, TODAY, WANG, XU, House

from workbench.client.connection import Connection
from workbench.client.control import Control
from workbench.client.failures import from_body
from workbench.client.testing import FakeConnection
from workbench.errors import Code, Conflict, Language, WorkbenchError
from workbench.gateway import answers, procedurework
from workbench.gateway.envelope import Envelope, line_of, to_response
from workbench.gateway.limits import Limits
from workbench.model.actor import Actor
from workbench.ui.build import build
from workbench.ui.desks import DESKS
from workbench.ui.desks.desk import Act, Asked, connected
from workbench.ui.page import DeskName
from workbench.ui.page_file import load_page
from workbench.ui.setting import context_for
from workbench.ui.view import NotDrawn
from workbench.ui.visit import Visit

PAGE = ROOT / "dashboards" / "pages" / "procedures_desk.yaml"
DUE, LIST = "p0", "p1"
KEY = "91510000MA62000000"
NAMED = {one.id: one for one in PEOPLE}
Form = dict[str, Any]
ENGLISH = context_for(PAGE)("en")
Come = Callable[..., Visit]
KEYS = count()


def _person(request: Request) -> Actor:
    return NAMED[request.headers["x-person"]]


class Direct(Control):
    """Asks the gateway's endpoints of procedures without a port, as one person."""

    def __init__(self, house: House, who: Actor, runner: asyncio.Runner) -> None:
        super().__init__("http://127.0.0.1:1", "none")
        self.who, self.runner, caller = who, runner, Depends(_person)
        app = FastAPI()
        app.add_exception_handler(
            WorkbenchError,
            lambda asked, error: to_response(error, asked.scope, line_of(asked.scope)),
        )
        app.get("/me")(lambda who=caller: answers.Me.of(who))
        app.get("/catalogue")(
            lambda who=caller: [
                answers.CatalogueEntry.of(one) for one in house.city().resources.values()
            ]
        )
        procedurework.add(app, house.desk, lambda: house.now, caller)
        limits = Limits(lambda: SimpleNamespace(request_kb=64))  # type: ignore[arg-type,return-value]
        self.app = Envelope(app, limits, lambda: False)

    def get(self, path: str, **query: str | list[str]) -> Any:
        return self.runner.run(self._ask("GET", path, params=query))

    def post(self, path: str, body: Any = None, *, key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return self.runner.run(self._ask("POST", path, headers, json=body))

    async def _ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any
    ) -> Any:
        door = httpx.ASGITransport(self.app)  # type: ignore[arg-type]
        headers = {**(headers or {}), "x-person": self.who.id}
        async with httpx.AsyncClient(transport=door, base_url="http://here") as client:
            answer = await client.request(method, path, headers=headers, **more)
        if answer.is_success:
            return answer.json()
        raise from_body(answer.text) or AssertionError(answer.text)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture
def visit(bureau: House, runner: asyncio.Runner) -> Come:
    def come(who: Actor, language: Language = "en") -> Visit:
        client = Connection(Direct(bureau, who, runner), language, progress=False)
        found = Visit(
            load_page(PAGE), client, context_for(PAGE), language, clock=lambda: bureau.now
        )  # fmt: skip
        found.open()
        return found

    return come


def listed(at: Visit, position: int) -> Form:
    panel = at.panels()[position]
    assert panel["state"] == "drawn", panel["reasons"]
    found: Form = panel["desk"]
    return found


def form_of(item: Form, event: str) -> Form:
    return next(one for one in item["actions"] if one["event"] == event)


def texts(item: Form) -> str:
    return str(item["facts"]) + str(item["blocks"])


def refused(call: Any, *given: Any) -> WorkbenchError:
    with pytest.raises(WorkbenchError) as raised:
        call(*given)
    return raised.value


def begun(at: Visit, way: str = "correction:submit_to_authority") -> Form:
    """The form that a chosen way leads to."""
    acted, _ = at.desk_act(LIST, Act("", "begin_one", 0, {"kind": way}, "b"))
    assert acted.form is not None
    return acted.form


def corrected(at: Visit) -> Form:
    """A correction, opened by its three forms; its item."""
    first = begun(at)
    assert [one["name"] for one in first["fields"]] == ["field_resource"]
    acted, _ = at.desk_act(
        LIST, Act("", first["event"], 0, {"field_resource": "taxes"}, "c")
    )  # fmt: skip
    assert acted.form is not None
    names = {one["name"]: one for one in acted.form["fields"]}
    assert [one["name"] for one in names["field_column"]["value"]] == ["county", "amount"]
    values = {
        "field_resource": "taxes",
        "field_column": {"amount": {}, "county": {}},
        "field_key": KEY,
        "field_wrong": "多了一位",
    }
    opened, _ = at.desk_act(LIST, Act("", acted.form["event"], 0, values, f"d{next(KEYS)}"))
    assert opened.item is not None
    return opened.item


def entered(house: House) -> str:
    """The same, opened beside the page."""
    fields = {"resource": "taxes", "column": "amount", "key": KEY, "wrong": "多了一位"}
    return house.open("correction", "submit_to_authority", LI, fields=fields, evidence="").id


def test_the_page_is_built_and_wants_a_gateway() -> None:
    view = build(load_page(PAGE), FakeConnection(), clock=lambda: TODAY)  # type: ignore[arg-type,return-value]
    assert len(view.panels) == 2
    for panel in view.panels:
        assert isinstance(panel, NotDrawn)
        assert panel.reasons[0].what.en == "A desk needs a gateway."


def test_it_is_opened_carried_on_and_closed(bureau: House, visit: Come) -> None:
    li, wang, chen = (visit(who) for who in (LI, WANG, CHEN))
    assert listed(li, 1)["rows"] == []
    item = corrected(li)
    assert item["state"]["text"] == "to be forwarded"
    assert KEY in texts(item)
    assert "county,amount" in texts(item) or "amount,county" in texts(item)
    assert "article 20" in texts(item)
    assert item["id"] in [row["id"] for row in listed(li, 1)["rows"]]
    ids = item["id"]

    due = chen.desk_list(DUE, Asked())["rows"][0]
    assert due["cells"]["light"]["text"] == "Soon"
    assert due["cells"]["article"]["text"] == "article 20"
    assert due["cells"]["who"]["text"] == "the authority"
    old = chen.desk_item(LIST, ids)
    forward = Act(ids, "forward", form_of(old, "forward")["seen"], {}, "f")
    acted, _ = chen.desk_act(LIST, forward)
    assert acted.told == "Done: being verified."
    again = Act(ids, "forward", old["version"], {}, "another")
    assert isinstance(refused(chen.desk_act, LIST, again), Conflict)

    item = wang.desk_item(DUE, ids)
    extend = {one["name"]: one for one in form_of(item, "extend")["fields"]}
    assert (extend["evidence"]["kind"], extend["evidence"]["required"]) == ("file", True)
    bare = Act(ids, "extend", item["version"], {"reason": "why"}, "e")
    assert refused(wang.desk_act, DUE, bare).code.kind.value == "invalid"
    proven = Act(ids, "extend", item["version"], {"reason": "why", "evidence": PROOF}, "g")
    acted, _ = wang.desk_act(DUE, proven)
    assert acted.item is not None
    assert "extended once" in texts(acted.item)
    confirm = Act(ids, "confirm", acted.item["version"], {"reason": "对的"}, "h")
    acted, _ = wang.desk_act(DUE, confirm)
    assert acted.item is not None
    item = li.desk_item(LIST, ids)
    acted, found = li.desk_act(LIST, Act(ids, "accept", item["version"], {}, "i"))
    assert acted.item is not None
    assert (acted.item["state"]["text"], acted.item["actions"]) == ("closed", [])
    assert found["rows"] == []  # those that run are listed
    over = li.desk_list(LIST, Asked(0, {"show": "over"}))
    assert [row["id"] for row in over["rows"]] == [ids]


def test_no_sealed_value_is_shown_to_who_may_not_read_it(bureau: House, visit: Come) -> None:
    id_ = entered(bureau)
    looked = visit(HE).desk_item(LIST, id_)
    assert KEY not in str(looked)
    assert "多了一位" not in str(looked)
    assert "sealed: read by those who deal with it" in texts(looked)
    assert looked["actions"] == []
    assert refused(visit(MA).desk_item, LIST, id_).code is Code.not_found


@pytest.mark.parametrize(
    ("regulation", "text"), [("changde-2016", "no number"), ("binzhou-2023", "unknown")]
)
def test_what_has_no_day_is_said_to_have_none(
    bureau: House, visit: Come, regulation: str, text: str
) -> None:
    bureau.under(regulation)
    entered(bureau)
    (row,) = listed(visit(CHEN), 0)["rows"]
    assert row["cells"]["light"]["text"] == text
    assert row["cells"]["due"]["text"] == "—"
    assert "default" not in row["cells"]["article"]["text"]


def test_the_light_is_that_of_the_day(bureau: House, visit: Come) -> None:
    entered(bureau)
    bureau.on(TODAY - timedelta(days=200))
    entered(bureau)
    bureau.on(TODAY)
    found = listed(visit(CHEN, "zh"), 0)
    assert [row["cells"]["light"]["text"] for row in found["rows"]] == ["超期", "临期"]
    assert [one["value"] for one in found["figures"]] == ["1", "1", "2"]


def test_lists_are_filtered_by_kind_and_state(bureau: House, visit: Come) -> None:
    id_, li = entered(bureau), visit(LI)
    demand = begun(li, "verify_request:ask")
    said = {"field_resource": "taxes", "field_what": "?", "reason": "why", "basis": "art. 1"}
    acted, _ = li.desk_act(LIST, Act("", demand["event"], 0, said, "v"))
    assert acted.item is not None
    only = li.desk_list(LIST, Asked(0, {"kind": "correction"}))
    assert [row["id"] for row in only["rows"]] == [id_]
    states = {one["value"] for one in only["filters"][0]["options"]}
    assert "state:with_authority" in states
    some = {"kind": "correction", "show": "state:with_authority"}
    assert li.desk_list(LIST, Asked(0, some))["total"] == 1
    assert li.desk_list(LIST, Asked(0, some | {"show": "over"}))["rows"] == []
    assert li.desk_list(LIST, Asked(50))["rows"] == []


@pytest.mark.slow
def test_what_is_offered_is_what_the_role_opens_and_each_form_can_be_made(
    bureau: House, visit: Come
) -> None:
    for who in (LI, WANG, CHEN):
        at = visit(who)
        (start,) = listed(at, 1)["actions"]
        ways = [one["value"] for one in start["fields"][0]["options"]]
        assert "correction:order" not in ways or who is CHEN
        assert len(ways) == len(set(ways))
        for way in ways:
            begin = Act("", "begin_one", 0, {"kind": way}, "b")
            acted = DESKS[DeskName.procedures].act(connected(at.client), begin, ENGLISH)  # type: ignore[arg-type]
            assert acted.form is not None
            assert acted.form["fields"]
    assert listed(visit(XU), 1)["actions"] == []
    li = visit(LI)
    odd = Act("", "begin_one", 0, {"kind": "correction:order"}, "o")
    assert refused(li.desk_act, LIST, odd).code is Code.invalid_request
    assert refused(li.desk_act, LIST, Act("", "open:x:y", 0, {}, "o")).code is Code.invalid_request
    empty = begun(li, "verify_request:ask")
    told = refused(li.desk_act, LIST, Act("", empty["event"], 0, {}, "p"))
    assert "resource" in told.reasons[0].what.en
