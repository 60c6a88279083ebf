"""A page built from answers and drawn: what stands on it, and what must not."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape

import plotly.graph_objects as go
import pyarrow as pa
import pytest

from workbench.client.release import Release
from workbench.client.testing import Asked, FakeConnection
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.release import METADATA_KEY, ReleaseInfo, Source
from workbench.ui import chart
from workbench.ui.build import Drawn, NotDrawn, View, build
from workbench.ui.charts import figure
from workbench.ui.page import Chart, Page, Panel
from workbench.ui.render import render, render_error, standing_text

SOURCE = Source(
    "catalogue_aba",
    "阿坝目录",
    "Aba catalogue",
    "某部门",
    "A bureau",
    1,
    "d",
    date(2023, 1, 2),
    None,
)
INFO = ReleaseInfo("r1", "overview", "obtain", 7, date(2027, 1, 1), (SOURCE,))


def release(info: ReleaseInfo = INFO, **columns: list[object]) -> Release:
    return Release(pa.table(columns), info, "zh")


def panel(kind: Chart, title: str = "标题", sql: str = "q", **names: str) -> Panel:
    return Panel(Text(title, title), kind, sql, **names)


def view_of(panels: dict[str, Panel], answers: dict[str, Release | WorkbenchError]) -> View:
    page = Page("overview", Text("概览", "Overview"), "overview", "page", tuple(panels.values()))
    return build(page, connection(answers))


def connection(answers: dict[str, Release | WorkbenchError]) -> FakeConnection:
    fake = FakeConnection(me={"id": "page:overview", "viewer": "leader"}, language="zh")
    for sql, answer in answers.items():
        fake.answer(sql, answer if isinstance(answer, WorkbenchError) else described(answer))
    return fake


def described(release: Release) -> pa.Table:
    """The table as the gateway sends it, with its sources."""
    metadata = {METADATA_KEY: json.dumps(release.info.to_dict()).encode()}
    return release.table.replace_schema_metadata(metadata)


def html_of(view: View) -> str:
    return render(view, "zh")._repr_html_()


BARS = release(department=["甲", "乙"], entries=[3, 2])
REFUSAL = simple(
    Code.not_granted, "未获授权：姓名", "Not granted: name", next=Text("申请", "apply")
)


def test_every_panel_is_asked_for_under_the_page_s_scenario() -> None:
    page = Page("p", Text("甲", "a"), "overview", "page", (panel(Chart.table, sql="select 1"),))
    client = connection({"select 1": BARS})
    build(page, client)
    assert client.asked == [Asked("select 1", "overview")]


def test_a_refused_panel_keeps_its_frame_and_the_rest_stands() -> None:
    view = view_of(
        {
            "a": panel(Chart.bar, "甲图", "a", x="department", y="entries"),
            "b": panel(Chart.table, "乙表", "b"),
        },
        {"a": BARS, "b": REFUSAL},
    )
    assert isinstance(view.panels[0], Drawn)
    assert isinstance(view.panels[1], NotDrawn)
    html = html_of(view)
    assert "未获授权：姓名" in html
    assert "甲图" in html
    assert "乙表" in html
    assert html.count("wb-caption") > 0


def test_a_column_that_is_not_in_the_result_is_named() -> None:
    view = view_of({"a": panel(Chart.bar, sql="a", x="nowhere", y="entries")}, {"a": BARS})
    assert "没有列 nowhere" in html_of(view)


def test_the_page_says_whose_grants_which_mode_and_until_when() -> None:
    sooner = replace(INFO, valid_until=date(2026, 12, 31))
    view = view_of(
        {"a": panel(Chart.table, sql="a"), "b": panel(Chart.card, sql="b")},
        {"a": BARS, "b": release(sooner, n=[1])},
    )
    told = standing_text(view.standing, "zh")
    for part in ("page:overview", "overview", "获取", "2026-12-31", "leader"):
        assert part in told
    assert told in unescape(html_of(view))


def test_an_unknown_mode_and_end_are_called_unknown() -> None:
    view = view_of({"a": panel(Chart.table, sql="a")}, {"a": REFUSAL})
    assert "未知" in standing_text(view.standing, "zh")
    assert "not stated" in standing_text(view.standing, "en")


def test_every_drawn_panel_has_its_source_caption() -> None:
    kinds = {
        "a": panel(Chart.bar, sql="a", x="department", y="entries"),
        "b": panel(Chart.line, sql="a", x="department", y="entries"),
        "c": panel(Chart.table, sql="a"),
        "d": panel(Chart.card, sql="a"),
    }
    html = html_of(view_of(kinds, {"a": BARS}))
    assert html.count('class="wb-caption"') == 4
    assert html.count("阿坝目录") == 4


def test_what_came_from_outside_is_escaped() -> None:
    evil = "</script><script>alert(1)</script>"
    source = replace(SOURCE, title_zh=evil)
    bad = release(replace(INFO, sources=(source,)), department=[evil], entries=[1])
    html = html_of(
        view_of(
            {
                "a": panel(Chart.bar, evil, "a", x="department", y="entries"),
                "b": panel(Chart.table, evil, "a"),
            },
            {"a": bad},
        )
    )
    assert "<script>alert" not in html
    assert html.count("</script>") == 1
    assert evil in [
        v for trace in figures(html) for v in trace["data"][0]["x"] + trace["data"][0]["y"]
    ]


def figures(html: str) -> list[dict[str, object]]:
    found = re.search(r"\}\)\((\{.*\})\)</script>", html, re.DOTALL)
    assert found is not None
    return list(json.loads(found[1])["figures"].values())


def test_a_card_shows_one_figure_a_column_and_a_dash_for_nothing() -> None:
    html = html_of(
        view_of({"a": panel(Chart.card, sql="a")}, {"a": release(条目=[7379], 部门=[None])})
    )
    assert "<b>7,379</b><span>条目</span>" in html
    assert "<b>—</b><span>部门</span>" in html


def test_an_empty_result_draws() -> None:
    empty = Release(BARS.table.slice(0, 0), INFO, "zh")
    kinds = {
        kind: panel(
            kind,
            sql="a",
            **({"x": "department", "y": "entries"} if kind in (Chart.bar, Chart.line) else {}),
        )
        for kind in Chart
    }
    assert "wb-panel wb-refused" not in html_of(view_of(kinds, {"a": empty}))


def test_a_page_that_cannot_be_shown_tells_why() -> None:
    html = render_error(REFUSAL, "zh")._repr_html_()
    assert "未获授权：姓名" in html


@pytest.mark.parametrize("kind", [Chart.bar, Chart.line])
@pytest.mark.parametrize(
    "columns",
    [
        {"x": ["甲", "乙", None], "y": [1, None, 3]},
        {"x": [2021, 2022, 2023], "y": [1.5, float("nan"), 2.5]},
        {"x": [date(2024, 1, 1), date(2024, 2, 1), None], "y": [1, 2, 3]},
        {"x": ["一个很长很长的部门名称"] * 3, "y": [1, 2, 3]},
    ],
)
def test_figures_are_plotly_s(kind: Chart, columns: dict[str, list[object]]) -> None:
    drawn = figure(panel(kind, x="x", y="y"), release(**columns))
    json.dumps(drawn, allow_nan=False)
    go.Figure(drawn)


def test_a_wrong_key_would_not_pass_for_plotly_s() -> None:
    drawn = figure(panel(Chart.bar, x="x", y="y"), release(x=["甲"], y=[1]))
    drawn["layout"]["no_such_key"] = 1
    with pytest.raises(ValueError, match="no_such_key"):
        go.Figure(drawn)


def test_long_labels_lie_down_and_numbers_stay() -> None:
    lying = figure(panel(Chart.bar, x="x", y="y"), release(x=["一个很长的部门名称"], y=[5]))
    assert lying["data"][0]["orientation"] == "h"
    assert lying["data"][0]["x"] == [5]
    upright = figure(panel(Chart.bar, x="x", y="y"), release(x=["甲"], y=[5]))
    assert upright["data"][0]["y"] == [5]


def test_a_series_makes_a_line_each_in_the_order_of_the_result() -> None:
    drawn = figure(
        panel(Chart.line, x="month", y="index", series="city"),
        release(month=["1", "2", "1"], index=[1.0, 2.0, 3.0], city=["乙", "乙", "甲"]),
    )
    assert [(t["name"], t["x"], t["y"]) for t in drawn["data"]] == [
        ("乙", ["1", "2"], [1.0, 2.0]),
        ("甲", ["1"], [3.0]),
    ]
    assert drawn["layout"]["showlegend"] is True


def test_chart_draws_a_release_with_its_caption() -> None:
    html = chart(BARS, "bar", x="department", y="entries", title="题")._repr_html_()
    assert "阿坝目录" in html
    assert "题" in html


@pytest.mark.parametrize(
    ("kind", "x", "told"), [("pie", "department", "没有名为 pie"), ("bar", "none", "没有列 none")]
)
def test_chart_refuses_what_it_cannot_draw(kind: str, x: str, told: str) -> None:
    with pytest.raises(WorkbenchError) as caught:
        chart(BARS, kind, x=x, y="entries")
    assert told in caught.value.said("zh")
