"""What a notebook calls: ``show`` a page, ``chart`` a release."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from workbench.client.base import BaseConnection
from workbench.client.connection import connect
from workbench.client.language import language_of
from workbench.client.release import Release
from workbench.client.teaching import error_html
from workbench.errors import Code, Language, Text, WorkbenchError, simple
from workbench.ui.build import now
from workbench.ui.names import Names, names_in
from workbench.ui.page import Chart, Page, Panel, RunsAs, Section, Words
from workbench.ui.page_file import find_page, load_page
from workbench.ui.setting import context_for, first_choices
from workbench.ui.view import Drawn, Standing, View
from workbench.ui.visit import Visit
from workbench.ui.widget import board_of

log = logging.getLogger(__name__)


class Told:
    """An error as the content of a page: Voila hides a failing cell, and nobody would know why."""

    def __init__(self, error: WorkbenchError, language: Language) -> None:
        self._error, self._language = error, language

    def _repr_html_(self) -> str:
        return f'<div class="wb-page">{error_html(self._error, self._language)}</div>'

    def __repr__(self) -> str:
        return self._error.said(self._language)


def show(name: str, client: BaseConnection | None = None) -> Any:
    """The page called ``name``, asked for and drawn: a widget, or what went wrong.

    ``client`` is for tests and for a session of one's own; without it the kernel's is used.
    """
    language = language_of(os.environ)
    try:
        path = find_page(name, Path.cwd())
        page = load_page(path)
        visit = Visit(page, client or connect(), context_for(path), language)
        visit.open(first_choices(name, os.environ))
        return board_of(visit)
    except WorkbenchError as error:
        return Told(error, language)
    except Exception:  # a defect of ours would else be Voila's blank page
        log.exception("the page %s could not be shown", name)
        return Told(_defect(), language)


def _defect() -> WorkbenchError:
    return simple(
        Code.internal,
        "页面出错，未能显示。",
        "The page failed and could not be shown.",
        next=Text(
            "请联系平台运维人员，详情见页面服务的日志。",
            "Tell those who run the workbench; the page server's log has the details.",
        ),
    )


def chart(
    release: Release,
    kind: str,
    *,
    x: str = "",
    y: str = "",
    series: str = "",
    title: str = "",
) -> Any:
    """A chart of a release with its sources: ``chart(release, "line", x="month", y="index")``.

    ``kind`` is bar, line, area, ranked, scatter, waterfall or table. Columns and codes are called
    as ``names.yaml`` of the working folder says (``names``). Raises InvalidInput for another kind,
    a column that the release has not, or a mistake in that file.
    """
    kinds = (
        *(Chart.bar, Chart.line, Chart.area, Chart.ranked),
        *(Chart.scatter, Chart.waterfall, Chart.table),
    )
    if kind not in {k.value for k in kinds}:
        raise simple(
            Code.invalid_request,
            f"没有名为 {kind} 的图表。",
            f"There is no chart called {kind}.",
            next=Text(f"可用：{'、'.join(kinds)}", f"There are: {', '.join(kinds)}"),
        )
    for column in filter(None, (x, y, series)):
        if column not in release.columns:
            names = ", ".join(release.columns)
            raise simple(
                Code.invalid_request,
                f"结果中没有列 {column}。",
                f"The result has no column {column}.",
                next=Text(f"结果的列：{names}", f"Its columns: {names}"),
            )
    name = title or y or " "
    panel = Panel(
        title=Words(zh=name, en=name),
        chart=Chart(kind),
        by=x,
        value=(y,) if y else (),
        series=series,
    )
    return board_of(_one_panel(panel, release, names_in(Path.cwd())))


def _one_panel(panel: Panel, release: Release, names: Names) -> Visit:
    """A visit of a page that is this panel alone, whose release is there already."""
    page = Page.model_validate(
        {
            "title": panel.title,
            "scenario": release.info.scenario,
            "as": RunsAs.viewer,
            "columns": names.columns,
            "labels": names.labels,
            "sections": (Section(panels=(panel,)),),
        }
    )
    standing = Standing("", "", release.info.scenario, (), release.info.valid_until)
    view = View(page, standing, (Drawn(panel, release),), now())
    here = context_for(Path.cwd() / "pages" / "chart.yaml")
    return Visit(page, None, here, release.language, view=view)
