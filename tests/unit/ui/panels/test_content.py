"""What all panels have in common: states, marks, labels, hostile text, both languages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from drawing import HOSTILE, MAPS, draw, page, reason, table, withheld

from workbench.errors import Code, Text
from workbench.ui.page import Chart
from workbench.ui.panels.content import DRAW
from workbench.ui.view import State

MONTHS = ["2025-10", "2025-11", "2025-12"]
D = Decimal
SAMPLES: dict[Chart, tuple[dict[str, Any], dict[str, Any]]] = {
    Chart.card: ({"m": MONTHS, "v": [1, 2, 3]}, {"by": "m", "value": "v"}),
    Chart.line: ({"m": MONTHS, "v": [1.5, 2.5, 3.5]}, {"by": "m", "value": "v"}),
    Chart.area: ({"m": MONTHS, "v": [1, 2, 3]}, {"by": "m", "value": "v"}),
    Chart.bar: ({"n": ["甲", HOSTILE, "乙"], "v": [1, 2, 3]}, {"by": "n", "value": "v"}),
    Chart.stacked: (
        {"n": ["甲", "甲", HOSTILE], "s": ["一", HOSTILE, "一"], "v": [1, 2, 3]},
        {"by": "n", "value": "v", "series": "s"},
    ),
    Chart.ranked: (
        {"n": ["甲", HOSTILE, "乙"], "v": [D("1.5"), D("2"), None]},
        {"by": "n", "value": "v"},
    ),
    Chart.heatmap: (
        {"n": ["甲", HOSTILE, "乙"], "a": ["一", HOSTILE, "一"], "v": [1, 2, 3]},
        {"by": "n", "across": "a", "value": "v"},
    ),
    Chart.scatter: (
        {"x": [1.0, 2.0, 3.0], "v": [3, 2, 1], "n": ["甲", HOSTILE, "乙"]},
        {"by": "x", "value": "v", "label": "n", "series": "n"},
    ),
    Chart.waterfall: (
        {"n": ["年初", HOSTILE, "年末"], "v": [5, -2, 3], "k": ["total", "relative", "合计"]},
        {"by": "n", "value": "v", "kind": "k"},
    ),
    Chart.progress: (
        {"n": ["甲", HOSTILE, "乙"], "v": [1, 2, 3], "p": [2, 2, 2], "d": ["2026-12-31"] * 3},
        {"by": "n", "value": "v", "plan": "p", "due": "d"},
    ),
    Chart.signals: (
        {"n": ["甲", HOSTILE, "乙"], "a": ["一", HOSTILE, "一"], "v": ["绿", "red", "关注"]},
        {"by": "n", "across": "a", "value": "v"},
    ),
    Chart.map: (
        {"n": ["513201", "茂县", HOSTILE], "v": [1, 2, 3]},
        {"by": "n", "value": "v", "boundaries": "aba"},
    ),
    Chart.sankey: (
        {"a": ["甲", HOSTILE, "丙"], "b": ["乙", "乙", HOSTILE], "v": [1, 2, 3]},
        {"source": "a", "target": "b", "value": "v"},
    ),
    Chart.timeline: (
        {
            "n": ["甲", HOSTILE, "乙"],
            "s": ["2026-01-01"] * 3,
            "e": ["2026-02-01", None, "2026-03-01"],
        },
        {"by": "n", "start": "s", "end": "e", "series": "n"},
    ),
    Chart.table: ({"n": ["甲", HOSTILE, "乙"], "v": [1, 2, 3]}, {}),
    Chart.sentences: (
        {"n": ["1", "2", "3"], "f": pa.nulls(3, pa.string()), "v": ["甲。", HOSTILE, "乙。"]},
        {"by": "n", "across": "f", "value": "v"},
    ),
}
DRAWN = [chart for chart in Chart if chart is not Chart.desk]
"""A desk lists what the gateway says; it draws no result."""
OF_WORDS = frozenset({Chart.signals, Chart.timeline, Chart.sentences})
WITH_FIGURES = [c for c in DRAWN if c not in {*OF_WORDS, Chart.table}]


def test_every_chart_of_the_closed_set_is_drawn() -> None:
    assert set(DRAW) == set(DRAWN) == set(SAMPLES)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("chart", DRAWN)
def test_drawn_with_hostile_texts(chart: Chart, language: Any) -> None:
    columns, declared = SAMPLES[chart]
    made = draw(table(**columns), language, chart=chart.value, **declared)
    assert made.state is State.drawn, made.reasons
    assert made.summary
    assert made.data is not None
    assert len(made.data["rows"]) == 3
    assert any((made.figure, made.cards, made.signals, made.sentences, made.table))


@pytest.mark.parametrize("chart", DRAWN)
def test_one_row_and_none(chart: Chart) -> None:
    columns, declared = SAMPLES[chart]
    whole = table(**columns)
    one = draw(whole.slice(0, 1), chart=chart.value, **declared)
    assert one.state is State.drawn, one.reasons
    none = draw(whole.slice(0, 0), chart=chart.value, **declared)
    assert none.state is State.empty
    assert none.summary == "所选范围内没有数据。"
    assert none.figure is None


@pytest.mark.parametrize("chart", WITH_FIGURES)
def test_rows_without_any_figure_are_empty_not_zero(chart: Chart) -> None:
    columns, declared = SAMPLES[chart]
    for missing in (pa.nulls(3, pa.float64()), pa.array([float("nan")] * 3), pa.nulls(3)):
        made = draw(table(**{**columns, "v": missing}), chart=chart.value, **declared)
        assert made.state is State.empty
        assert made.summary == "所选范围内的行没有数值。"


@pytest.mark.parametrize("chart", WITH_FIGURES)
def test_text_where_numbers_are_needed_is_the_pages_fault(chart: Chart) -> None:
    columns, declared = SAMPLES[chart]
    made = draw(table(**{**columns, "v": ["x", "y", "z"]}), "en", chart=chart.value, **declared)
    assert made.state is State.wrong
    found = made.reasons[0]
    assert found.what.en == "Column v holds string, not numbers."
    assert found.what.zh == "列 v 不是数值（引擎的类型名：string）。"
    assert found.why is not None
    assert found.next is not None
    assert found.code is Code.invalid_request
    assert made.summary == found.what.en


def test_a_column_that_is_not_there() -> None:
    made = draw(table(n=["a"], v=[1]), chart="bar", by="n", value="w")
    assert made.state is State.wrong
    assert reason(made) == "The result has no column w."
    assert made.reasons[0].next == Text("可用的列：n, v", "Name one of: n, v")


@pytest.mark.parametrize("chart", WITH_FIGURES)
def test_all_figures_withheld(chart: Chart) -> None:
    columns, declared = SAMPLES[chart]
    release = withheld({**columns, "v": pa.nulls(3, pa.int64())}, {"v": ["suppressed"] * 3})
    made = draw(release, chart=chart.value, **declared)
    assert made.state is State.withheld
    assert made.figure is None
    assert made.summary == "本图的数全部未放行。"
    (found,) = made.reasons
    assert found.what.en == "3 figures are withheld."
    assert found.code is Code.suppressed
    assert found.why is not None
    assert "fewer than 3 entities" in found.why.en
    assert found.rule is not None
    assert "at least 3 entities" in found.rule.en


@pytest.mark.parametrize(
    "chart", [Chart.line, Chart.area, Chart.bar, Chart.stacked, Chart.ranked, Chart.heatmap]
)
def test_a_withheld_figure_is_a_marked_gap_with_its_reason(chart: Chart) -> None:
    columns, declared = SAMPLES[chart]
    release = withheld({**columns, "v": [1, None, None]}, {"v": [None, "suppressed", "empty"]})
    made = draw(release, chart=chart.value, **declared)
    assert made.state is State.drawn
    assert made.figure is not None
    marks = [t for t in made.figure["data"] if t.get("meta") == "withheld"]
    texts = [text for mark in marks for text in mark["hovertext"]]
    assert any("未放行：以免显出单个主体" in text for text in texts)
    drawn = [t for t in made.figure["data"] if t.get("meta") is None]
    values = [v for t in drawn for v in (t["z"] if chart is Chart.heatmap else t["x"] + t["y"])]
    flat = [v for each in values for v in (each if isinstance(each, list) else [each])]
    assert 0 not in [v for v in flat if isinstance(v, (int, float))]
    assert made.data is not None
    column = made.data["columns"].index("v")
    assert [row[column] for row in made.data["rows"]] == ["1", "未放行", "—"]
    assert [r.code for r in made.reasons] == [Code.suppressed]
    assert "1 个数未放行。" in made.summary


def test_what_protected_columns_say_when_nothing_is_withheld() -> None:
    release = withheld({"n": ["a", "b"], "v": [1, 2]}, {"v": [None, None]})
    made = draw(release, chart="bar", by="n", value="v")
    assert made.reasons == ()
    assert made.state is State.drawn


def test_labels_units_and_formats_from_panel_and_page() -> None:
    given = table(n=["a", "b"], v=[D("0.123"), D("0.5")], w=[1, 2])
    paged = page(
        columns={
            "v": {"label": {"zh": "占比", "en": "Share"}, "format": "share"},
            "n": {"label": {"zh": "部门", "en": "Department"}},
            "w": {"unit": {"zh": "条", "en": "entries"}},
        }
    )
    made = draw(given, of=paged, chart="bar", by="n", value=["v", "w"])
    assert made.data is not None
    assert made.data["columns"] == ["部门", "占比", "w（条）"]
    assert made.data["rows"] == [["a", "12.3%", "1"], ["b", "50%", "2"]]
    own = {"v": {"label": {"zh": "率", "en": "Rate"}, "format": "percent", "decimals": 2}}
    made = draw(given, "en", of=paged, chart="bar", by="n", value="v", columns=own)
    assert made.data is not None
    assert made.data["columns"] == ["Department", "Rate"]
    assert made.data["rows"][0] == ["a", "0.12%"]
    panels = draw(given, of=paged, chart="bar", by="n", value="w", unit={"zh": "个", "en": "x"})
    assert panels.data is not None
    assert panels.data["columns"] == ["部门", "w（个）"]


def test_statuses_are_marks() -> None:
    given = table(m=MONTHS, v=[1, 2, 3], s=["final", "awaiting_sign_off", "初步核算"])
    made = draw(given, chart="line", by="m", value="v", status="s")
    assert made.statuses == ("preliminary", "awaiting_sign_off")
    unsaid = draw(
        table(m=MONTHS, v=[1, 2, 3], s=["final", None, "正式"]),
        chart="bar",
        by="m",
        value="v",
        status="s",
    )
    assert unsaid.statuses == ("preliminary",)
    odd = draw(
        table(m=MONTHS, v=[1, 2, 3], s=["maybe"] * 3), chart="bar", by="m", value="v", status="s"
    )
    assert odd.state is State.wrong
    assert reason(odd) == "maybe is no status of a figure."


def test_picks_carry_the_filters_own_values() -> None:
    given = table(code=["511701", "511702"], n=["甲", "乙"], v=[1, 2])
    by_column = page(filters=[{"id": "area", "label": {"zh": "区", "en": "a"}, "column": "code"}])
    made = draw(given, of=by_column, chart="ranked", by="n", value="v", picks="area")
    assert made.picks == {"filter": "area", "values": "customdata"}
    assert made.figure is not None
    trace = made.figure["data"][0]
    assert dict(zip(trace["y"], trace["customdata"], strict=True)) == {
        "甲": "511701",
        "乙": "511702",
    }
    plain = page(filters=[{"id": "area", "label": {"zh": "区", "en": "a"}}])
    made = draw(given, of=plain, chart="ranked", by="n", value="v", picks="area")
    assert made.figure is not None
    assert set(made.figure["data"][0]["customdata"]) == {"甲", "乙"}
    assert draw(given, chart="ranked", by="n", value="v").picks is None


def test_data_has_at_most_200_rows() -> None:
    made = draw(table(x=list(range(500)), v=list(range(500))), chart="line", by="x", value="v")
    assert made.data is not None
    assert len(made.data["rows"]) == 201
    assert made.data["rows"][199] == ["199", "199"]
    assert made.data["rows"][200] == ["……前 200 行，共 500 行，全部见导出的 CSV", ""]


def test_missing_and_empty_names_are_told_apart() -> None:
    made = draw(table(n=[None, "", "甲"], v=[1, 2, 3]), chart="bar", by="n", value="v")
    assert made.figure is not None
    assert made.figure["layout"]["xaxis"]["ticktext"] == ["（未填）", "（空白）", "甲"]


def test_an_axis_has_room_beyond_its_outermost_ticks() -> None:
    made = draw(table(x=[1, 2], v=[100, 120]), chart="line", by="x", value="v")
    assert made.figure is not None
    low, high = made.figure["layout"]["yaxis"]["range"]
    ticks = made.figure["layout"]["yaxis"]["tickvals"]
    assert low < ticks[0]
    assert high > ticks[-1]
    assert made.figure["data"][0]["cliponaxis"] is False
    filled = draw(table(x=[1, 2], v=[100, 120]), chart="area", by="x", value="v")
    assert filled.figure is not None
    assert filled.figure["layout"]["yaxis"]["range"][0] == 0


def test_maps_of_the_sample_are_shipped() -> None:
    assert (Path(MAPS) / "aba.yaml").is_file()


def test_dates_and_moments_are_periods() -> None:
    days = [dt.date(2025, m, 1) for m in (1, 2, 4)]
    made = draw(table(d=days, v=[1, 2, 4]), chart="line", by="d", value="v")
    assert made.figure is not None
    trace = made.figure["data"][0]
    assert trace["x"] == ["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"]
    assert trace["y"] == [1.0, 2.0, None, 4.0]
    assert trace["hovertext"][0] == "2025年1月<br>1"
    moments = [dt.datetime(2025, 1, 1, 8, 30), dt.datetime(2025, 1, 1, 9, 45)]
    made = draw(table(d=moments, v=[1, 2]), "en", chart="line", by="d", value="v")
    assert made.figure is not None
    assert made.figure["data"][0]["x"] == ["2025-01-01T08:30:00", "2025-01-01T09:45:00"]


# ---- a defect of ours


@pytest.mark.parametrize("value", [1e300, -1e300, 1e-300, 1.7e308, 5e-324])
@pytest.mark.parametrize("chart", sorted(set(DRAWN) - OF_WORDS))
def test_a_number_at_the_edge_of_what_a_double_holds_is_drawn(chart: Chart, value: float) -> None:
    columns, declared = SAMPLES[chart]
    if value < 0 and chart in (Chart.stacked, Chart.sankey):
        return
    columns = {**columns, declared.get("value", "v"): [value, abs(value), abs(value) / 2]}
    made = draw(table(**columns), chart=chart.value, **declared)
    if value == 1.7e308 and chart in (Chart.stacked, Chart.waterfall):
        assert reason(made) == "The figures add up to more than can be drawn."
        return
    assert made.state is State.drawn, made.reasons


def test_a_defect_in_one_drawing_is_that_panels_alone_and_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(task: object) -> object:
        raise ZeroDivisionError("no one thought of it")

    monkeypatch.setitem(DRAW, Chart.bar, broken)  # type: ignore[arg-type]
    made = draw(table(n=["甲"], v=[1]), chart="bar", by="n", value="v")
    assert made.state is State.wrong
    assert made.reasons[0].code is Code.internal
    assert made.summary == "这个面板未能画出。"
    assert "no one thought of it" not in made.summary
    assert "no one thought of it" in caplog.text
    assert "Traceback" in caplog.text


def test_groups_that_a_query_names_are_read_in_both_languages() -> None:
    of = page(
        labels={"二线平均": {"en": "Second-tier mean"}, "x": {"zh": "甲", "en": "Alpha"}},
        filters=[{"id": "g", "label": {"zh": "组", "en": "Group"}, "options": ["x"]}],
    )
    given = table(m=["2025-01", "2025-01"], g=["二线平均", "x"], v=[1, 2])
    line = {"chart": "line", "by": "m", "value": "v", "series": "g", "picks": "g"}
    for language, names in (("zh", ["二线平均", "甲"]), ("en", ["Second-tier mean", "Alpha"])):
        made = draw(given, language, of=of, **line)
        assert [t["name"] for t in made.figure["data"]] == names
        assert [t["customdata"] for t in made.figure["data"]] == [["二线平均"], ["x"]]
        assert [row[2] for row in made.data["rows"]] == names
        assert all(name in made.summary for name in names)
        assert [
            row[1] for row in draw(given, language, of=of, chart="table").table["rows"]
        ] == names
        bars = draw(given, language, of=of, chart="bar", by="g", value="v")
        assert [row[0] for row in bars.data["rows"]] == names
