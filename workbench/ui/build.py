"""From a page to what it shows: asks, and draws nothing. A refused panel keeps its own frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from workbench.client.base import BaseConnection
from workbench.client.release import Release
from workbench.errors import Code, Reason, Text, WorkbenchError
from workbench.ui.page import Page, Panel


@dataclass(frozen=True)
class Drawn:
    panel: Panel
    release: Release


@dataclass(frozen=True)
class NotDrawn:
    """The panel's reason stands in its place; the other panels stand."""

    panel: Panel
    reasons: tuple[Reason, ...]


Shown = Drawn | NotDrawn


@dataclass(frozen=True)
class Standing:
    """What every figure of the page inherits: whose grants, which mode, until when.

    ``modes`` and ``valid_until`` come from the releases, so they are those of the figures on
    the page; ``valid_until`` None means that no release named an end.
    """

    subject: str
    viewer: str
    scenario: str
    modes: tuple[str, ...]
    valid_until: date | None


@dataclass(frozen=True)
class View:
    page: Page
    standing: Standing
    panels: tuple[Shown, ...]


def build(page: Page, client: BaseConnection) -> View:
    """Ask for every panel. Raises WorkbenchError only where nobody is known to be asking."""
    me = client.whoami()[0]
    panels = tuple(_ask(panel, page.scenario, client) for panel in page.panels)
    released = [p.release for p in panels if isinstance(p, Drawn)]
    standing = Standing(
        subject=str(me.get("id", "")),
        viewer=str(me.get("viewer", "") or ""),
        scenario=page.scenario,
        modes=tuple(sorted({r.info.mode for r in released})),
        valid_until=_earliest(r.info.valid_until for r in released),
    )
    return View(page, standing, panels)


def _ask(panel: Panel, scenario: str, client: BaseConnection) -> Shown:
    try:
        release = client.sql(panel.sql, scenario=scenario)
    except WorkbenchError as error:
        return NotDrawn(panel, error.reasons)
    missing = _missing(panel, release)
    return NotDrawn(panel, (missing,)) if missing else Drawn(panel, release)


def _missing(panel: Panel, release: Release) -> Reason | None:
    wanted = [name for name in (panel.x, panel.y, panel.series) if name]
    for name in wanted:
        if name not in release.columns:
            return Reason(
                Code.invalid_request,
                Text(f"结果中没有列 {name}。", f"The result has no column {name}."),
                next=Text(
                    f"请在页面文件中改为：{', '.join(release.columns)}",
                    f"In the page's file name one of: {', '.join(release.columns)}",
                ),
                subject=name,
            )
    return None


def _earliest(dates: Iterable[date | None]) -> date | None:
    return min((d for d in dates if d is not None), default=None)
