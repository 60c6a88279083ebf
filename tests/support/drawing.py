"""Draws one panel from one table, and holds every figure against plotly.graph_objects."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

import workbench.ui
from workbench.client.release import Release
from workbench.client.testing import sample_info
from workbench.errors import Language
from workbench.model.release import ReleaseInfo
from workbench.ui.page import Page, Panel
from workbench.ui.panels import Content, Context, content
from workbench.ui.panels.boundaries import load_boundaries
from workbench.ui.words import Speech

ASSETS = Path(workbench.ui.__file__).parent / "assets" / "static"
TOKENS = json.loads((ASSETS / "themes.json").read_text(encoding="utf-8"))["light"]["tokens"]
ROOT = Path(__file__).parents[2]
MAPS = ROOT / "dashboards" / "maps"
HOSTILE = "<img src=x onerror=alert(1)>&amp;<b>粗</b>"
RULES = {"k": 3, "dominance": [{"n": 1, "k": 0.7}], "p_percent": 10.0, "rounding": {}}


def page(**given: Any) -> Page:
    panel = {"title": {"zh": "图", "en": "Panel"}, "chart": "table", "query": "select 1"}
    return Page.model_validate(
        {
            "title": {"zh": "页", "en": "Page"},
            "scenario": "s",
            "as": "page",
            "sections": [{"panels": [panel]}],
            **given,
        }
    )


def panel(**given: Any) -> Panel:
    return Panel.model_validate(
        {"title": {"zh": "图", "en": "Panel"}, "query": "select 1", **given}
    )


def table(**columns: Any) -> pa.Table:
    return pa.table(columns)


def withheld(columns: Mapping[str, Any], why: Mapping[str, Sequence[str | None]]) -> Release:
    """A statistic in which ``why`` says of columns which of their cells are withheld."""
    names = {name: f"{name}_why" for name in why}
    whole = pa.table({**columns, **{names[n]: list(kinds) for n, kinds in why.items()}})
    told = {"columns": names, "rules": RULES, "protected": ["tax"]}
    info = ReleaseInfo("r", "s", "statistics", 1, None, (), (), "statistics", told)
    return Release(whole, info, "zh")


def draw(
    given: pa.Table | Release,
    language: Language = "zh",
    *,
    of: Page | None = None,
    picked: Mapping[str, str] | None = None,
    today: dt.date | None = None,
    maps: Path = MAPS,
    **declared: Any,
) -> Content:
    """What the panel shows; its figure is valid for Plotly and its parts are JSON."""
    release = given if isinstance(given, Release) else Release(given, sample_info(), language)
    speech = Speech(language)
    context = Context(speech, lambda name: load_boundaries(maps, name), today, picked or {})
    made = content(panel(**declared), of or page(), release, context)
    for part in (made.figure, made.cards, made.signals, made.table, made.data, made.picks):
        json.dumps(part, allow_nan=False)
    if made.figure is not None:
        go.Figure(resolved(made.figure))
        raw = [text for text in displayed(made.figure) if "<img" in text or "<b>" in text]
        assert not raw, raw
    return made


def resolved(value: Any) -> Any:
    """With the colours of the light theme for tokens; an unknown token fails in Plotly."""
    if isinstance(value, str):
        return TOKENS.get(value[1:], value) if value.startswith("@") else value
    if isinstance(value, list):
        return [resolved(item) for item in value]
    if isinstance(value, dict):
        return {key: resolved(item) for key, item in value.items()}
    return value


SHOWN = frozenset({"text", "hovertext", "name", "ticktext", "label", "customdata_shown"})


def displayed(value: Any, key: str = "") -> list[str]:
    """Every text of a figure that Plotly writes on the screen."""
    if isinstance(value, str):
        return [value] if key in SHOWN else []
    if isinstance(value, list):
        return [text for item in value for text in displayed(item, key)]
    if isinstance(value, dict):
        return [text for k, item in value.items() for text in displayed(item, k)]
    return []


def reason(made: Content) -> str:
    """The first reason, in English."""
    return made.reasons[0].what.en
