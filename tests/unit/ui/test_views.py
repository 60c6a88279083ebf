"""A page built from answers: what is asked, what is refused, what is asked again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from workbench.client.testing import FakeConnection
from workbench.errors import Code, WorkbenchError, simple
from workbench.model.release import ReleaseInfo, Source
from workbench.ui.build import again, build, chosen
from workbench.ui.page import Page
from workbench.ui.view import Drawn, NotDrawn, State, View

SAID = {"zh": "题", "en": "title"}
AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
SOURCE = Source("t", "表", "T", "某局", "A bureau", 1, "d", date(2026, 1, 1), date(2026, 2, 1))
INFO = ReleaseInfo("r1", "s", "obtain", 7, date(2027, 1, 1), (SOURCE,))


def panel(query: str, **keys: Any) -> dict[str, Any]:
    return {"title": SAID, "chart": "table", "query": query, **keys}


def page(*panels: dict[str, Any], filters: tuple[dict[str, Any], ...] = ()) -> Page:
    return Page.model_validate(
        {
            "title": SAID,
            "scenario": "s",
            "as": "page",
            "filters": list(filters),
            "sections": [{"panels": list(panels)}],
        }
    )


def fake(**answers: pa.Table | WorkbenchError) -> FakeConnection:
    made = FakeConnection(me={"id": "page:p", "viewer": "leader"}, info=INFO, scenario="s")
    for text, answer in answers.items():
        made.answer(text, answer)
    return made


def made(declared: Page, client: FakeConnection, **choices: str) -> View:
    return build(declared, client, choices, lambda: AT)


ROWS = pa.table({"county": ["a", "b"], "n": [1, 2]})


def test_every_panel_is_asked_under_the_pages_scenario() -> None:
    client = fake(alpha=ROWS, beta=ROWS)
    view = made(page(panel("from alpha"), panel("from beta")), client)
    assert [(a.sql, a.scenario) for a in client.asked] == [("from alpha", "s"), ("from beta", "s")]
    assert all(isinstance(shown, Drawn) for shown in view.panels)
    assert (view.standing.subject, view.standing.viewer) == ("page:p", "leader")
    assert (view.standing.modes, view.standing.valid_until) == (("obtain",), date(2027, 1, 1))
    assert view.made_at == AT


def test_a_statement_that_two_panels_draw_is_asked_once() -> None:
    client = fake(alpha=ROWS)
    made(page(panel("from alpha"), panel("from alpha")), client)
    assert len(client.asked) == 1


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (Code.not_granted, State.refused),
        (Code.viewer_not_listed, State.refused),
        (Code.grant_revoked, State.refused),
        (Code.grant_expired, State.expired),
        (Code.gateway_unavailable, State.unavailable),
        (Code.ledger_unavailable, State.unavailable),
        (Code.extract_missing, State.unavailable),
        (Code.too_many_queries, State.unavailable),
        (Code.statement_wrong, State.wrong),
        (Code.not_found, State.wrong),
    ],
)
def test_a_panel_that_fails_keeps_its_frame_and_the_rest_stands(code: Code, state: State) -> None:
    view = made(
        page(panel("from bad"), panel("from alpha")),
        fake(alpha=ROWS, bad=simple(code, "坏", "bad")),
    )
    first, second = view.panels
    assert isinstance(first, NotDrawn)
    assert (first.state, first.reasons[0].code) == (state, code)
    assert isinstance(second, Drawn)


def test_a_column_that_the_result_lacks_is_the_pages_fault() -> None:
    declared = page(panel("from alpha", chart="bar", by="county", value=["m"]))
    shown = made(declared, fake(alpha=ROWS)).panels[0]
    assert isinstance(shown, NotDrawn)
    assert shown.state is State.wrong
    assert "county, n" in shown.reasons[0].said("en")


COUNTY = {"id": "county", "label": SAID, "query": "select county from options"}


def test_a_filter_offers_what_its_query_gives() -> None:
    options = pa.table({"v": ["x", None, "y"], "said": ["X", "none", None]})
    view = made(page(panel("from alpha"), filters=(COUNTY,)), fake(alpha=ROWS, options=options))
    offered = view.filters[0]
    assert [(o.value, o.label) for o in offered.options] == [("x", "X"), ("y", "y")]
    assert offered.value is None


def test_a_required_filter_takes_the_first_and_a_stale_choice_falls_back() -> None:
    options = pa.table({"v": ["x", "y"]})
    required = {**COUNTY, "required": True}
    view = made(page(panel("from alpha"), filters=(required,)), fake(alpha=ROWS, options=options))
    assert view.choices == {"county": "x"}
    view = made(page(panel("from alpha"), filters=(COUNTY,)), fake(alpha=ROWS, options=options),
                county="gone")  # fmt: skip
    assert view.choices == {}


def test_a_filter_whose_options_are_refused_says_so() -> None:
    refused = simple(Code.not_granted, "不", "no")
    view = made(page(panel("from alpha"), filters=(COUNTY,)), fake(alpha=ROWS, options=refused))
    assert view.filters[0].reasons[0].code is Code.not_granted
    assert isinstance(view.panels[0], Drawn)


def test_a_choice_asks_only_what_follows_it() -> None:
    options = pa.table({"v": ["x", "y"]})
    client = fake(alpha=ROWS, beta=ROWS, options=options)
    declared = page(panel("from alpha {where county}"), panel("from beta"), filters=(COUNTY,))
    view = made(declared, client)
    client.asked.clear()
    moved = chosen(view, client, "county", "y")
    assert [(a.sql, a.parameters) for a in client.asked] == [
        ('from alpha where "county" = $county', {"county": "y"})
    ]
    assert moved.filters[0].value == "y"
    assert moved.panels[1] is view.panels[1]
    client.asked.clear()
    assert chosen(moved, client, "county", None).choices == {}
    assert client.asked[0].sql == "from alpha "


def test_a_panel_asked_again_recovers() -> None:
    client = fake(alpha=simple(Code.gateway_unavailable, "停", "down"), beta=ROWS)
    view = made(page(panel("from alpha"), panel("from beta")), client)
    assert view.standing.modes == ("obtain",)
    client.answer("alpha", ROWS)
    healed = again(view, client, {0})
    assert isinstance(healed.panels[0], Drawn)
    assert healed.panels[1] is view.panels[1]
