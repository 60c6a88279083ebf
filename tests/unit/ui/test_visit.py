"""A reader's visit: choosing, paging, taking along, recovering. Over the fake gateway."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from workbench.client.testing import FakeConnection
from workbench.errors import Code, WorkbenchError, simple
from workbench.model.release import METADATA_KEY, ReleaseInfo, Source
from workbench.ui.page import Label, Page
from workbench.ui.setting import context_for
from workbench.ui.visit import WINDOW, Visit
from workbench.ui.widget import Service, board_of

SAID = {"zh": "各县产值", "en": "Output by county"}
AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
SOURCE = Source("t", "产值表", "Output", "统计局", "Statistics", 3, "d", date(2026, 1, 1), None)
INFO = ReleaseInfo("r1", "s", "obtain", 7, date(2027, 1, 1), (SOURCE,))
OUTPUT = pa.table({"county": ["汶川", "理县", "茂县"], "output": [3.0, 1.0, 2.0]})
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"


def page() -> Page:
    return Page.model_validate(
        {
            "title": {"zh": "运行", "en": "Economy"},
            "scenario": "s",
            "as": "page",
            "filters": [{"id": "county", "label": SAID, "query": "select county from options"}],
            "sections": [
                {
                    "panels": [
                        {
                            "title": SAID,
                            "chart": "ranked",
                            "query": "from output {where county}",
                            "by": "county",
                            "value": ["output"],
                        },
                        {"title": SAID, "chart": "table", "query": "from big"},
                    ]
                }
            ],
        }
    )


def released(table: pa.Table, info: ReleaseInfo = INFO) -> pa.Table:
    return table.replace_schema_metadata({METADATA_KEY: json.dumps(info.to_dict()).encode()})


@pytest.fixture
def client() -> FakeConnection:
    made = FakeConnection(me={"id": "page:p", "viewer": "leader"}, scenario="s")
    made.answer("from options", released(OUTPUT.select(["county"])))
    made.answer("from output", released(OUTPUT))
    made.answer("from big", released(OUTPUT))
    return made


@pytest.fixture
def visit(client: FakeConnection) -> Visit:
    opened = Visit(page(), client, context_for(Path("pages/p.yaml")), "zh", lambda: AT)
    opened.open()
    return opened


def codes(error: WorkbenchError) -> set[Code]:
    return {reason.code for reason in error.reasons}


def test_the_frame_says_whose_grants_and_who_looks(visit: Visit) -> None:
    frame = visit.frame()
    assert frame["title"] == "运行"
    assert all(part in frame["standing"] for part in ("page:p", "leader", "2027-01-01", "获取"))
    assert frame["released_at"] == "2026-11-22T16:00:00+08:00"
    assert [o["value"] for o in frame["filters"][0]["options"]] == ["汶川", "理县", "茂县"]
    assert frame["sections"][0]["panels"] == ["p0", "p1"]


def test_the_payload_is_plain_json_in_either_language(visit: Visit) -> None:
    zh = json.loads(json.dumps([visit.frame(), *visit.panels()], allow_nan=False))
    visit.speak("en")
    en = json.loads(json.dumps([visit.frame(), *visit.panels()], allow_nan=False))
    assert (zh[1]["title"], en[1]["title"]) == ("各县产值", "Output by county")
    assert "统计局" in json.dumps(zh, ensure_ascii=False)
    assert "Statistics" in json.dumps(en, ensure_ascii=False)


def test_provenance_has_all_that_article_36_asks_for(visit: Visit) -> None:
    lines = dict(visit.panel(0)["provenance"]["rows"])
    assert lines["提供部门"] == "统计局"
    assert lines["数据日期"] == "2026-01-01"
    assert lines["取得日期"] == "未知"
    assert lines["抽取版本"] == "3"
    assert lines["共享方式"] == "获取"
    assert lines["授权有效期至"] == "2027-01-01"
    assert lines["账本条目"] == "7"


def test_a_choice_is_shown_and_asked(visit: Visit, client: FakeConnection) -> None:
    client.asked.clear()
    visit.choose("county", "理县")
    assert [a.parameters for a in client.asked] == [{"county": "理县"}]
    assert visit.frame()["filters"][0]["value"] == "理县"
    visit.choose("county", None)
    assert visit.frame()["filters"][0]["value"] is None


def test_a_filter_that_is_not_there_is_refused(visit: Visit) -> None:
    with pytest.raises(WorkbenchError) as caught:
        visit.choose("town", "x")
    assert codes(caught.value) == {Code.invalid_request}


def test_rows_of_a_hundred_thousand(visit: Visit, client: FakeConnection) -> None:
    many = pa.table({"n": list(range(100_000)), "name": [f"企业 {i}" for i in range(100_000)]})
    client.answer("from big", released(many))
    visit.open()
    begun = time.perf_counter()
    total, rows = visit.rows("p1", 99_990, 50, None, "")
    assert (total, len(rows), rows[-1]) == (100_000, 10, ["99,999", "企业 99999"])
    total, rows = visit.rows("p1", 0, 5, ["n", "desc"], "")
    assert [row[0] for row in rows] == ["99,999", "99,998", "99,997", "99,996", "99,995"]
    total, rows = visit.rows("p1", 0, 5, ["n", "asc"], "企业 9999")
    assert (total, rows[0][1]) == (11, "企业 9999")
    assert len(visit.rows("p1", 0, 10**9, None, "")[1]) == WINDOW
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize("sort", [["secret", "asc"], ["county", "sideways"]])
def test_rows_cannot_be_sorted_by_what_is_not_there(visit: Visit, sort: list[str]) -> None:
    with pytest.raises(WorkbenchError):
        visit.rows("p1", 0, 5, sort, "")


def test_a_csv_is_an_export_and_names_its_source(visit: Visit, client: FakeConnection) -> None:
    name, content, recorded = visit.csv("p0")
    assert name == "各县产值_2026-11-22.csv"
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == '"county","output"'
    assert lines[1] == '"汶川",3'
    assert "统计局" in lines[-2]
    assert "2026-01-01" in lines[-2]
    assert client.exported[0]["format"] == "csv"
    assert "账本第 1 条" in recorded


def test_the_name_of_a_csv_says_that_something_in_it_is_disputed(
    visit: Visit, client: FakeConnection
) -> None:
    """It is the one file that a reader takes: what is disputed stands below the table as well."""
    note = "有争议的数据：产值，自 2026-11-01 起 / Disputed data: output, since 2026-11-01"
    other = "一条说明 / a note"
    client.answer("from output", released(OUTPUT, replace(INFO, notes=(note, other))))
    visit.open()
    name, content, _ = visit.csv("p0")
    assert name == "各县产值_2026-11-22_含争议数据.csv"
    assert client.exported[0]["name"] == name
    lines = content.decode("utf-8-sig").split("\r\n")
    assert "有争议的数据：产值" in lines[-2]
    assert lines[:4] == ['"county","output"', '"汶川",3', '"理县",1', '"茂县",2']
    visit.speak("en")
    assert visit.csv("p0")[0].endswith("_disputed.csv")
    assert "disputed" not in visit.csv("p1")[0]


def test_a_picture_is_an_export(visit: Visit, client: FakeConnection) -> None:
    name, recorded = visit.picture("p0", base64.b64encode(PNG).decode())
    assert name == "各县产值_2026-11-22.png"
    assert client.exported[0]["format"] == "png"
    assert client.exported[0]["release"] == "r1"
    assert "1" in recorded
    with pytest.raises(WorkbenchError):
        visit.picture("p0", base64.b64encode(b"GIF89a").decode())
    assert len(client.exported) == 1


def test_what_may_not_be_kept_is_refused(visit: Visit, client: FakeConnection) -> None:
    client.refuses_exports = simple(Code.export_not_allowed, "不可导出", "may not be kept")
    for take in (
        lambda: visit.csv("p0"),
        lambda: visit.picture("p0", base64.b64encode(PNG).decode()),
    ):
        with pytest.raises(WorkbenchError) as caught:
            take()
        assert codes(caught.value) == {Code.export_not_allowed}


def test_a_view_offers_no_export(client: FakeConnection) -> None:
    info = ReleaseInfo("r1", "s", "view", 7, None, (SOURCE,), tier="view")
    client.answer("from output", released(OUTPUT, info))
    visit = Visit(page(), client, context_for(Path("pages/p.yaml")), "en", lambda: AT)
    visit.open()
    offered = visit.panel(0)["export"]
    assert (offered["png"], offered["csv"]) == (False, False)
    assert "looked at only" in offered["why"]


def test_nothing_is_asked_while_nothing_has_changed(visit: Visit, client: FakeConnection) -> None:
    client.asked.clear()
    assert visit.refresh() is False
    assert client.asked == []


def test_a_new_version_is_asked_for(visit: Visit, client: FakeConnection) -> None:
    client.stamped = "another"
    client.answer("from output", released(OUTPUT.slice(0, 1)))
    assert visit.refresh() is True
    assert len(visit.panel(0)["data"]["rows"]) == 1
    assert visit.refresh() is False


def test_a_panel_that_breaks_says_so_and_recovers(visit: Visit, client: FakeConnection) -> None:
    down = simple(Code.gateway_unavailable, "网关不可用", "The gateway is down")
    client.stamped = down
    for answer in ("from output", "from big"):
        client.answer(answer, down)
    assert visit.refresh() is True
    assert [visit.panel(i)["state"] for i in (0, 1)] == ["unavailable", "unavailable"]
    assert visit.panel(0)["reasons"][0]["what"] == "网关不可用"
    client.stamped = "back"
    for answer in ("from output", "from big"):
        client.answer(answer, released(OUTPUT))
    assert visit.refresh() is True
    assert [visit.panel(i)["state"] for i in (0, 1)] == ["drawn", "drawn"]


def test_a_revoked_grant_takes_the_figures_off(visit: Visit, client: FakeConnection) -> None:
    client.stamped = "revoked"
    client.answer("from output", simple(Code.grant_revoked, "授权已撤销", "The grant is revoked"))
    visit.refresh()
    panel = visit.panel(0)
    assert panel["state"] == "refused"
    assert panel["figure"] is None
    assert "汶川" not in json.dumps(panel, ensure_ascii=False)


# The widget ---------------------------------------------------------------------------------------


class Told:
    """What a board is told: its traits, and messages."""

    def __init__(self, board: Any) -> None:
        self.board, self.messages = board, list[dict[str, Any]]()
        board.send = self.messages.append


@pytest.fixture
def told(visit: Visit) -> tuple[Told, Service]:
    board = board_of(visit)
    made = Told(board)
    return made, Service(visit, board)


def test_each_panel_is_a_trait_of_its_own(told: tuple[Told, Service]) -> None:
    board = told[0].board
    assert board.count == 2
    assert board.page["title"] == "运行"
    assert "panels" not in board.page
    assert board.panel_0["figure"] is not None
    assert board.panel_1["table"]["total"] == 3


def test_messages_are_done_and_answered(told: tuple[Told, Service]) -> None:
    made, service = told
    service.receive({"do": "filter", "filter": "county", "value": "理县"})
    assert made.board.page["filters"][0]["value"] == "理县"
    service.receive({"do": "language", "language": "en"})
    assert made.board.page["title"] == "Economy"
    service.receive({"do": "rows", "panel": "p1", "request": 5, "offset": 1, "limit": 1,
                  "sort": ["output", "asc"], "search": ""})  # fmt: skip
    assert made.messages[-1] | {"reasons": []} == {
        "did": "rows", "panel": "p1", "request": 5, "ok": True, "total": 3,
        "rows": [["茂县", "2"]], "reasons": [],
    }  # fmt: skip
    service.receive({"do": "export", "panel": "p0", "request": 6, "form": "csv"})
    assert made.messages[-1]["ok"] is True
    assert base64.b64decode(made.messages[-1]["content"]).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    "message",
    [None, {}, {"do": "explode"}, {"do": "rows", "panel": "p9", "offset": 0, "limit": 1},
     {"do": "rows", "panel": "p1"}, {"do": "filter", "filter": "nothing", "value": "x"},
     {"do": "export", "panel": "p0", "form": "png", "picture": "%%%"}, {"do": 3}, "text"],
)  # fmt: skip
def test_a_message_that_makes_no_sense_is_answered(
    told: tuple[Told, Service], message: Any
) -> None:
    made, service = told
    service.receive(message)
    assert made.messages[-1]["ok"] is False
    assert made.messages[-1]["reasons"][0]["what"]


def test_what_is_not_offered_cannot_be_chosen(visit: Visit, client: FakeConnection) -> None:
    client.asked.clear()
    with pytest.raises(WorkbenchError) as caught:
        visit.choose("county", "别处' or 1=1 --")
    assert codes(caught.value) == {Code.invalid_request}
    assert client.asked == []


def test_a_file_says_what_was_chosen(visit: Visit) -> None:
    visit.choose("county", "理县")
    caption = visit.panel(0)["provenance"]["caption"]
    assert caption.startswith("所选: 各县产值 理县; 来源：")
    assert caption in visit.csv("p0")[1].decode("utf-8-sig")


def test_of_quick_choices_the_last_is_asked(visit: Visit, client: FakeConnection) -> None:
    """Twenty clicks while one question is under way are one more question, not twenty."""
    board = board_of(visit)
    board.send = lambda _: None
    client.asked.clear()

    async def click() -> None:
        service = Service(visit, board)
        for value in ("汶川", "理县", "茂县"):
            service.receive({"do": "filter", "filter": "county", "value": value})
        await asyncio.gather(*service._tasks)

    asyncio.run(click())
    assert [a.parameters for a in client.asked] == [{"county": "茂县"}]
    assert board.page["filters"][0]["value"] == "茂县"


def test_options_and_what_was_chosen_are_read_by_the_pages_labels(client: FakeConnection) -> None:
    labelled = page().model_copy(
        update={"labels": {"理县": Label(en="Li county"), "茂县": Label(en="Mao county")}}
    )
    visit = Visit(labelled, client, context_for(Path("pages/p.yaml")), "en", lambda: AT)
    visit.open()
    visit.choose("county", "理县")
    (offered,) = visit.frame()["filters"]
    assert offered["value"] == "理县"
    assert {"value": "理县", "label": "Li county"} in offered["options"]
    assert {"value": "汶川", "label": "汶川"} in offered["options"]
    assert dict(visit.panel(0)["provenance"]["rows"])["Chosen"].endswith("Li county")
