"""From a page to what it shows: asks, and draws nothing. A refused panel keeps its own frame."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from workbench.client.base import BaseConnection
from workbench.client.release import Release
from workbench.client.values import texts
from workbench.errors import Code, Reason, Text, WorkbenchError
from workbench.ui.desks import DESKS
from workbench.ui.desks.desk import ALL, Asked, Desk, connected
from workbench.ui.page import Filter, Page, Panel
from workbench.ui.page_view import Looked
from workbench.ui.queries import Choices, Statement, bound, follows, looked_up, statement
from workbench.ui.view import (
    Drawn,
    Filtering,
    NotDrawn,
    Option,
    Shown,
    Standing,
    State,
    View,
    Worked,
    state_of,
)

Clock = Callable[[], datetime]
MAX_OPTIONS = 5000
"""Options of a filter that are offered (our default); more cannot be read through."""


def now() -> datetime:
    return datetime.now(UTC)


def build(
    page: Page,
    client: BaseConnection,
    choices: Choices | None = None,
    clock: Clock = now,
    *,
    seen: bool = False,
    early: bool = False,
) -> View:
    """Ask for every panel. Raises WorkbenchError only where nobody is known to be asking.

    ``choices``: filter -> value, "" to set none; a filter without one has its default. ``seen``:
    they were offered before, so they stand while the options cannot be asked for. ``early``: for
    the page before its kernel lives; its desks and views wait, for what is read there may be
    recorded, and is counted.
    """
    asking = _Asking(page.scenario, client)
    me = client.whoami()[0]
    filters = tuple(
        _offered(one, page, asking, (choices or {}).get(one.id), seen) for one in page.filters
    )
    chosen = {f.filter.id: f.value for f in filters if f.value is not None}
    panels = tuple(
        NotDrawn(panel, (), State.waiting)
        if early and (panel.desk is not None or panel.view is not None)
        else _shown(panel, page, chosen, asking)
        for panel in page.panels
    )
    viewer, department = str(me.get("viewer", "") or ""), str(me.get("department", ""))
    standing = Standing(str(me.get("id", "")), viewer, page.scenario, (), None, department)
    return View(page, _inherited(standing, panels), panels, clock(), filters, chosen)


def chosen(view: View, client: BaseConnection, filter_id: str, value: str | None) -> View:
    """The view under another choice: only the panels that follow the filter ask again."""
    filters = tuple(
        replace(f, value=value, dropped="") if f.filter.id == filter_id else f for f in view.filters
    )
    choices = {f.filter.id: f.value for f in filters if f.value is not None}
    moved = [
        i for i, panel in enumerate(view.page.panels) if filter_id in follows(panel, view.page)
    ]
    return again(replace(view, filters=filters, choices=choices), client, moved)


def again(
    view: View,
    client: BaseConnection,
    which: Collection[int],
    part: Asked | None = None,
    turned: int = 1,
) -> View:
    """The view with these panels asked again; ``made_at`` stays that of the view before. ``part``
    is what a desk's list is asked for; else it is asked for what it shows. ``turned``: the page of
    a panel that looks rows up."""
    asking = _Asking(view.page.scenario, client)
    panels = tuple(
        _shown(old.panel, view.page, view.choices, asking, part or _part(old), turned)
        if i in which
        else old
        for i, old in enumerate(view.panels)
    )
    return replace(view, panels=panels, standing=_inherited(view.standing, panels))


@dataclass
class _Asking:
    """Asks a statement once, however many panels draw it."""

    scenario: str
    client: BaseConnection
    answers: dict[tuple[str, tuple[tuple[str, Any], ...]], Release | WorkbenchError] = field(
        default_factory=dict
    )

    def ask(self, asked: Statement) -> Release:
        """Raises WorkbenchError, the same each time."""
        key = (asked.sql, tuple(sorted(asked.parameters.items())))
        if key not in self.answers:
            self.answers[key] = self._once(asked)
        found = self.answers[key]
        if isinstance(found, WorkbenchError):
            raise found
        return found

    def _once(self, asked: Statement) -> Release | WorkbenchError:
        try:
            return self.client.sql(asked.sql, self.scenario, dict(asked.parameters) or None)
        except WorkbenchError as error:
            return error


def _part(old: Shown) -> Asked:
    return old.asked if isinstance(old, Worked) else Asked()


def _shown(
    panel: Panel, page: Page, choices: Choices, asking: _Asking, part: Asked = ALL, turned: int = 1
) -> Shown:
    if panel.desk is not None:
        return _worked(panel, DESKS[panel.desk], asking.client, part)
    try:
        if panel.view is not None:
            release = _looked(panel.view, looked_up(panel, page, choices), asking, turned)
        else:
            release = asking.ask(statement(panel, page, choices))
    except WorkbenchError as error:
        return NotDrawn(panel, error.reasons, state_of(error))
    missing = _missing(panel, release)
    if missing is not None:
        return NotDrawn(panel, (missing,), State.wrong)
    return Drawn(panel, release)


def _looked(
    view: Looked, where: list[tuple[str, str, Any]], asking: _Asking, turned: int
) -> Release:
    """A page of the mode view, charged like any other. Raises WorkbenchError."""
    return asking.client.view(
        view.resource, view.columns, where, view.order_by, turned, view.rows, asking.scenario
    )


def _worked(panel: Panel, desk: Desk, client: BaseConnection, part: Asked) -> Shown:
    try:
        return Worked(panel, desk.ask(connected(client), part), part)
    except WorkbenchError as error:
        return NotDrawn(panel, error.reasons, state_of(error))


def _offered(one: Filter, page: Page, asking: _Asking, wanted: str | None, seen: bool) -> Filtering:
    """The filter with what can be chosen. A choice that is not offered (any more) falls back."""
    try:
        options = _options(one, page, asking)
    except WorkbenchError as error:
        found = Filtering(one, (), one.default, error.reasons, default=one.default)
        return replace(found, value=wanted or None) if seen else _chosen(found, wanted)
    usual = _default(one, options)
    more = len(options) > MAX_OPTIONS
    return _chosen(Filtering(one, options[:MAX_OPTIONS], usual, more=more, default=usual), wanted)


def _default(one: Filter, options: tuple[Option, ...]) -> str | None:
    offered = [option.value for option in options]
    if not offered or one.default in offered:
        return one.default
    return offered[0] if one.required else None


def _chosen(found: Filtering, wanted: str | None) -> Filtering:
    """Under a choice that may have come from anywhere: held to what can be chosen on the page."""
    if wanted is None:
        return found
    if not wanted and not found.filter.required:
        return replace(found, value=None)
    if found.offers(wanted) and _fits(found.filter, wanted):
        return replace(found, value=wanted)
    return replace(found, dropped=wanted)


def _fits(one: Filter, value: str) -> bool:
    try:
        one.typed(value)
    except WorkbenchError:
        return False
    return True


def _options(one: Filter, page: Page, asking: _Asking) -> tuple[Option, ...]:
    if not one.query:
        return tuple(Option(value, value) for value in one.options)
    table = asking.ask(bound(one.query, page, {})).visible
    if not table.num_columns:
        return ()
    columns = [texts(column.slice(0, MAX_OPTIONS + 1)) for column in table.columns[:2]]
    values, labels = columns[0], columns[-1]
    pairs = zip(values, labels, strict=True)
    return tuple(Option(v, label or v) for v, label in pairs if v is not None)


def _missing(panel: Panel, release: Release) -> Reason | None:
    for name in panel.named:
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


def _inherited(standing: Standing, panels: Iterable[Shown]) -> Standing:
    released = [p.release for p in panels if isinstance(p, Drawn)]
    modes = tuple(sorted({mode for r in released for mode in r.info.mode.split(", ") if mode}))
    return replace(
        standing, modes=modes, valid_until=_earliest(r.info.valid_until for r in released)
    )


def _earliest(dates: Iterable[date | None]) -> date | None:
    return min((d for d in dates if d is not None), default=None)
