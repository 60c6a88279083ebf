"""What a notebook calls: ``show`` a page, ``chart`` a release."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from workbench.client.connection import connect
from workbench.client.language import language_of
from workbench.client.release import Release
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.ui.build import build
from workbench.ui.page import Chart, Panel, find_page, load_page
from workbench.ui.render import Html, render, render_chart, render_error


def show(name: str) -> Html:
    """The page called ``name``, asked for and drawn.

    An error becomes the page's content: Voila hides a failing cell, and nobody would know why.
    """
    language = language_of(os.environ)
    try:
        page = load_page(find_page(name, Path.cwd()))
        with closing(connect()) as connection:
            return render(build(page, connection), language)
    except WorkbenchError as error:
        return render_error(error, language)


def chart(
    release: Release, kind: str, *, x: str, y: str, series: str = "", title: str = ""
) -> Html:
    """A bar or line chart of a release with its source caption.

    Raises InvalidInput for another kind of chart, or a column that the release has not.
    """
    kinds = (Chart.bar, Chart.line)
    if kind not in kinds:
        raise simple(
            Code.invalid_request,
            f"没有名为 {kind} 的图表。",
            f"There is no chart called {kind}.",
            next=Text(f"可用：{'、'.join(kinds)}", f"There are: {', '.join(kinds)}"),
        )
    panel = Panel(Text(title, title), Chart(kind), "", x, y, series)
    for column in filter(None, (x, y, series)):
        if column not in release.columns:
            names = ", ".join(release.columns)
            raise simple(
                Code.invalid_request,
                f"结果中没有列 {column}。",
                f"The result has no column {column}.",
                next=Text(f"结果的列：{names}", f"Its columns: {names}"),
            )
    return render_chart(panel, release, release.language)
