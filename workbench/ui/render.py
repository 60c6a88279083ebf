"""A view as one piece of HTML that draws itself, in Voila and in JupyterLab alike.

plotly.js is Plotly's own bundle, served by the same server as the page (see ``assets``); nothing
is asked of any other machine. Every text is escaped; figures travel as JSON without ``<``.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from workbench.client.release import Release
from workbench.client.tables import html_table
from workbench.client.teaching import error_html
from workbench.client.values import is_number, texts
from workbench.client.watermark import overlaid
from workbench.errors import Language, Text, WorkbenchError
from workbench.ui.build import Drawn, NotDrawn, Shown, Standing, View
from workbench.ui.charts import Figure, figure
from workbench.ui.page import Chart, Panel

_MODES: Mapping[str, Text] = {
    "view": Text("查阅", "view"),
    "compare": Text("比对", "compare"),
    "statistics": Text("统计结果", "statistics"),
    "obtain": Text("获取", "obtain"),
}


class Html:
    """What IPython shows as HTML, with a text for everything else."""

    def __init__(self, html: str, text: str) -> None:
        self._html = html
        self._text = text

    def _repr_html_(self) -> str:
        return self._html

    def __repr__(self) -> str:
        return self._text


def render(view: View, language: Language) -> Html:
    """The whole page."""
    figures: dict[str, Figure] = {}
    panels = "".join(_panel(shown, language, figures) for shown in view.panels)
    title = escape(view.page.title.said(language))
    standing = escape(standing_text(view.standing, language))
    html = (
        f'{_style()}<div class="wb-page" lang="{language}"><h1>{title}</h1>'
        f'<p class="wb-standing">{standing}</p>'
        f'<div class="wb-grid">{panels}</div></div>{_script(figures, language)}'
    )
    return Html(html, view.page.title.said(language))


def render_chart(panel: Panel, release: Release, language: Language) -> Html:
    """One panel on its own, for a notebook."""
    figures: dict[str, Figure] = {}
    inner = _panel(Drawn(panel, release), language, figures)
    html = f'{_style()}<div class="wb-page" lang="{language}">{inner}</div>'
    return Html(html + _script(figures, language), release.caption(language))


def render_error(error: WorkbenchError, language: Language) -> Html:
    """A page that could not be shown at all."""
    inner = error_html(error, language)
    return Html(f'{_style()}<div class="wb-page">{inner}</div>', error.said(language))


def standing_text(standing: Standing, language: Language) -> str:
    """Which subject, mode and expiry the figures of the page inherit."""
    known = [_MODES.get(m, Text(m, m)).said(language) for m in standing.modes]
    if language == "zh":
        who = f"查看者 {standing.viewer} 记入账本。" if standing.viewer else ""
        until = standing.valid_until or "未写明"
        return (
            f"本页以 {standing.subject} 的授权取数：场景 {standing.scenario}，"
            f"共享方式 {'、'.join(known) or '未知'}，有效期至 {until}。{who}"
        )
    who = f" The viewer, {standing.viewer}, stands in the ledger." if standing.viewer else ""
    return (
        f"This page asks with the grants of {standing.subject}: scenario {standing.scenario}, "
        f"sharing mode {', '.join(known) or 'unknown'}, "
        f"valid until {standing.valid_until or 'not stated'}.{who}"
    )


def _panel(shown: Shown, language: Language, figures: dict[str, Figure]) -> str:
    panel = shown.panel
    title = panel.title.said(language)
    head = f"<h2>{escape(title)}</h2>" if title else ""
    if isinstance(shown, NotDrawn):
        error = WorkbenchError.of(shown.reasons)
        return f'<section class="wb-panel wb-refused">{head}{error_html(error, language)}</section>'
    release = shown.release
    caption = f'<p class="wb-caption">{escape(release.caption(language))}</p>'
    body = overlaid(_body(panel, release, figures), release.info.watermark)
    return f'<section class="wb-panel wb-{panel.chart}">{head}{body}{caption}</section>'


def _body(panel: Panel, release: Release, figures: dict[str, Figure]) -> str:
    if panel.chart is Chart.table:
        return f'<div class="wb-scroll">{_table(release)}</div>'
    if panel.chart is Chart.card:
        return _cards(release)
    drawn = figure(panel, release)
    name = f"wb-{secrets.token_hex(6)}"
    figures[name] = drawn
    height = drawn["layout"]["height"]
    return f'<div class="wb-chart" id="{name}" style="height:{height}px"></div>'


def _cards(release: Release) -> str:
    row = [texts(column)[0] if len(column) else None for column in release.visible.columns]
    return '<div class="wb-cards">{}</div>'.format(
        "".join(
            f'<div class="wb-figure"><b>{escape(_grouped(value))}</b>'
            f"<span>{escape(name)}</span></div>"
            for name, value in zip(release.columns, row, strict=True)
        )
    )


def _grouped(value: str | None) -> str:
    """Thousands apart; a missing value is a dash, never a zero."""
    if value is None:
        return "—"
    return f"{int(value):,}" if value.lstrip("-").isdecimal() else value


def _table(release: Release) -> str:
    head = release.visible.slice(0, release.shown)
    rows: Sequence[tuple[str | None, ...]] = list(
        zip(*(texts(column) for column in head.columns), strict=True)
    )
    numbers = frozenset(i for i, f in enumerate(head.schema) if is_number(f.type))
    return html_table(release.columns, rows, numbers)


def _style() -> str:
    return f"<style>{_asset('page.css')}</style>"


def _script(figures: Mapping[str, Figure], language: Language) -> str:
    if not figures:
        return ""
    values: dict[str, Any] = {"figures": figures, "language": language}
    return f"<script>({_asset('draw.js')})({_safe_json(values)})</script>"


def _safe_json(value: Any) -> str:
    """JSON that no HTML parser can take for markup."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _asset(name: str) -> str:
    return files("workbench.ui").joinpath("assets", name).read_text(encoding="utf-8").strip()
