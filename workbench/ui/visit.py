"""One reader's visit to a page: what they chose, what is shown, what they took along.

Pure of widgets and threads: each call asks over the connection and returns. The widget calls it
from the kernel, tests call it with the fake gateway.
"""

from __future__ import annotations

import base64
import re
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workbench.client.base import BaseConnection
from workbench.client.export.picture import keep_picture
from workbench.client.release import Release
from workbench.client.teaching import reason_parts
from workbench.errors import Code, Language, Text, WorkbenchError, simple
from workbench.model.days import day_of
from workbench.model.dispute import disputes
from workbench.ui import build as building
from workbench.ui import payload as p
from workbench.ui.build import Clock
from workbench.ui.desks import DESKS
from workbench.ui.desks.desk import Act, Acted, Asked, Desk, connected
from workbench.ui.page import Chart, Page
from workbench.ui.panels import Context
from workbench.ui.panels.parts import Task
from workbench.ui.panels.tables import rows
from workbench.ui.queries import follows
from workbench.ui.view import Drawn, Filtering, NotDrawn, Shown, State, View, Worked

Json = dict[str, Any]
MAX_PICTURE = 16 << 20
"""Bytes of a picture that is taken along (our default); ours have about 200 kB."""
WINDOW = 400
"""Rows of a table that are handed over at once, at most (our default)."""
_DISPUTED = Text("_含争议数据", "_disputed")
_ODD = re.compile(r"[^\w（）()-]+")


@dataclass
class Visit:
    """``context_for`` gives the drawing context of a language; ``view`` is what is shown now.
    Without a ``client`` it is a release on its own, which asks for nothing more."""

    page: Page
    client: BaseConnection | None
    context_for: Callable[[Language], Context]
    language: Language
    clock: Clock = building.now
    view: View | None = None
    _stamp: str = ""

    def open(self, choices: Mapping[str, str] | None = None) -> View:
        """Ask for everything, under first choices that may come from the page's address. Raises
        WorkbenchError where nobody is known to be asking."""
        self._stamp = self._stamp_now()
        self.view = building.build(self.page, self._asked, choices, self.clock)
        return self.view

    # What is shown ---------------------------------------------------------------------------

    def frame(self) -> Json:
        """A release on its own has no page around it, so its frame is bare."""
        return {**p.frame(self._seen, self._context), "bare": self.client is None}

    def panels(self) -> list[Json]:
        """The contents of all panels, in the page's order."""
        view = self._seen
        return [p.panel(shown, i, view, self._context) for i, shown in enumerate(view.panels)]

    def panel(self, position: int) -> Json:
        view = self._seen
        return p.panel(view.panels[position], position, view, self._context)

    # What a reader does ----------------------------------------------------------------------

    def choose(self, filter_id: str, value: str | None) -> None:
        """Set a filter, or clear it with None. What is not offered is refused (InvalidInput)."""
        found = next((f for f in self._seen.filters if f.filter.id == filter_id), None)
        if found is None:
            raise _unknown_filter(filter_id)
        if value is None and found.filter.required:
            return
        if value is not None and not found.offers(value):
            raise _not_offered(found, value)
        view = building.chosen(self._seen, self._asked, filter_id, value)
        panels = enumerate(self.page.panels)
        self.view = self._timed(view, [i for i, x in panels if filter_id in follows(x, self.page)])

    def speak(self, language: Language) -> None:
        self.language = language
        if self.client is not None:
            self.client.language = language

    # A desk ------------------------------------------------------------------------------------

    def desk_list(self, identity: str, asked: Asked) -> Json:
        """Another part of a desk's list. Raises WorkbenchError, and the list stays as it was."""
        position = self._desk_at(identity)
        view = building.again(self._seen, self._asked, {position}, asked)
        found = view.panels[position]
        if isinstance(found, NotDrawn):
            raise WorkbenchError.of(found.reasons)
        self.view = self._timed(view, {position})
        return self._list(position)

    def desk_item(self, identity: str, item: str) -> Json:
        desk, context = self._desk(identity)
        return desk.item(connected(self._asked), item, context)

    def desk_act(self, identity: str, act: Act) -> tuple[Acted, Json]:
        """What came of a form, and the list after it."""
        desk, context = self._desk(identity)
        acted = desk.act(connected(self._asked), act, context)
        position = self._desk_at(identity)
        worked = {i for i, panel in enumerate(self.page.panels) if panel.desk is not None}
        self.view = self._timed(building.again(self._seen, self._asked, worked), worked)
        return acted, self._list(position)

    def _list(self, position: int) -> Json:
        found: Json = self.panels()[position]["desk"]
        return found

    def _desk_at(self, identity: str) -> int:
        position = p.declared_panel(self.page, identity)
        if self.page.panels[position].desk is None:
            raise KeyError(identity)
        return position

    def _desk(self, identity: str) -> tuple[Desk, Context]:
        name = self.page.panels[self._desk_at(identity)].desk
        assert name is not None  # ``_desk_at`` has looked
        return DESKS[name], p.context_of(self._seen, self._context)

    def turn(self, identity: str, number: int) -> None:
        """To another page of what a panel looks up; it is charged as any page is. Raises
        WorkbenchError, and the page stays as it was."""
        position = p.declared_panel(self.page, identity)
        if self.page.panels[position].view is None:
            raise KeyError(identity)
        view = building.again(self._seen, self._asked, {position}, turned=max(1, number))
        found = view.panels[position]
        if isinstance(found, NotDrawn):
            raise WorkbenchError.of(found.reasons)
        self.view = self._timed(view, {position})

    def retry(self, identity: str) -> None:
        which = {p.declared_panel(self.page, identity)}
        self.view = self._timed(building.again(self._seen, self._asked, which), which)

    def concerned(self, named: str) -> list[str]:
        """The panels that follow a filter, or the panel of that id."""
        return [
            p.panel_id(i)
            for i, panel in enumerate(self.page.panels)
            if p.panel_id(i) == named or named in follows(panel, self.page)
        ]

    def rows(
        self, identity: str, offset: int, limit: int, sort: Any, search: str
    ) -> tuple[int, list[list[str | None]]]:
        """How many rows match, and those from ``offset`` on. Raises InvalidInput."""
        release = self._release(identity)
        panel = self.page.panels[p.declared_panel(self.page, identity)]
        context = p.context_of(self._seen, self._context)
        task = Task(panel, self.page, release, context)
        limit = max(0, min(limit, WINDOW))
        return rows(release, max(0, offset), limit, _sorted_by(sort, release), search, task)

    def csv(self, identity: str) -> tuple[str, bytes, str]:
        """``(file name, bytes, what was recorded)`` of a panel's figures, with its provenance.
        Where something of them is disputed, the name says so: it is the one file that is taken."""
        release = self._release(identity)
        marked = _DISPUTED.said(self.language) if disputes(release.info.notes) else ""
        name = f"{self._file_name(identity)}{marked}.csv"
        with tempfile.TemporaryDirectory() as folder:
            saved = release.save(Path(folder) / name, caption=self._caption(identity))
            content = saved.path.read_bytes()
        recorded = self._recorded(saved.ledger_position)
        if self.page.panels[p.declared_panel(self.page, identity)].chart is Chart.table:
            every = self._context.speech._("All {rows} rows were saved.", rows=f"{release.rows:,}")
            recorded = f"{recorded}{self._context.speech._(' ')}{every}".strip()
        return name, content, recorded

    def _caption(self, identity: str) -> str:
        """Sources, and what was chosen: as the panel says them."""
        caption = self.panel(p.declared_panel(self.page, identity))["provenance"]["caption"]
        return str(caption)

    def picture(self, identity: str, picture: str) -> tuple[str, str]:
        """Have a picture of a panel recorded: ``(file name, what was recorded)``. ``picture`` is
        base64 of a PNG. Raises InvalidInput for anything else."""
        release = self._release(identity)
        content = (
            base64.b64decode(picture, validate=True) if len(picture) < 2 * MAX_PICTURE else b""
        )
        name = f"{self._file_name(identity)}.png"
        position = keep_picture(release, name, content)
        return name, self._recorded(position)

    # What time does --------------------------------------------------------------------------

    def refresh(self) -> bool:
        """Look whether grants or data have changed, or a panel may have recovered, and ask again.
        True where something was asked."""
        view = self._seen
        stamp = self._stamp_now()
        if stamp and stamp != self._stamp:
            self._stamp = stamp
            choices = {f.filter.id: f.value or "" for f in view.filters}
            self.view = building.build(self.page, self._asked, choices, self.clock, seen=True)
            return True
        self._stamp = stamp
        ailing = {i for i, shown in enumerate(view.panels) if _wants_news(shown, known=bool(stamp))}
        if ailing:
            self.view = self._timed(building.again(view, self._asked, ailing), ailing)
        return bool(ailing)

    def _timed(self, view: View, asked: Collection[int]) -> View:
        """The view as of now, where figures have come to one of the panels that were asked."""
        come = any(isinstance(view.panels[i], Drawn | Worked) for i in asked)
        return replace(view, made_at=self.clock()) if come else view

    def _stamp_now(self) -> str:
        """Empty where the gateway cannot say: then every panel is asked, and says why it fails. A
        page without a scenario has desks alone, which are asked each time."""
        if not self.page.scenario:
            return ""
        try:
            return self._asked.stamp(self.page.scenario)
        except WorkbenchError:
            return ""

    # -----------------------------------------------------------------------------------------

    @property
    def _asked(self) -> BaseConnection:
        if self.client is None:
            raise _nothing_shown()
        return self.client

    @property
    def _seen(self) -> View:
        return self.view if self.view is not None else self.open()

    @property
    def _context(self) -> Context:
        return self.context_for(self.language)

    def _release(self, identity: str) -> Release:
        shown = self._seen.panels[p.declared_panel(self.page, identity)]
        if not isinstance(shown, Drawn):
            reasons = shown.reasons if isinstance(shown, NotDrawn) else ()
            raise WorkbenchError.of(reasons or _nothing_shown().reasons)
        return shown.release

    def _file_name(self, identity: str) -> str:
        """The panel's title and the day, as a file's name that every system takes."""
        position = p.declared_panel(self.page, identity)
        title = self.page.panels[position].title.said(self.language)
        day = day_of(self._seen.made_at).isoformat()
        plain = _ODD.sub("_", title).strip("_")[:60]
        return f"{plain}_{day}"

    def _recorded(self, position: int) -> str:
        return self._context.speech._(
            "Recorded as an export: ledger entry {entry}.", entry=f"{position:,}"
        )


def _wants_news(shown: Shown, *, known: bool) -> bool:
    """Whether a panel is asked again though nothing says that it changed."""
    desk = shown.panel.desk
    if desk is not None and isinstance(shown, Worked):
        return DESKS[desk].lives
    if shown.panel.view is not None and isinstance(shown, Drawn):
        return False  # each look is charged to its reader, so that none is taken for them
    return not known or (isinstance(shown, NotDrawn) and shown.state is State.unavailable)


def told(error: WorkbenchError, language: Language) -> list[dict[str, str]]:
    """The reasons of an error, for the board."""
    return reason_parts(error.reasons, language)


def _sorted_by(sort: Any, release: Release) -> tuple[str, bool] | None:
    """``(column, downwards)`` of ``[column, "asc"|"desc"]``."""
    if not sort:
        return None
    column, direction = sort
    if column not in release.columns or direction not in ("asc", "desc"):
        raise simple(
            Code.invalid_request,
            f"不能按 {column} 排序。",
            f"The table cannot be sorted by {column}.",
            next=Text(
                f"可用的列：{'、'.join(release.columns)}",
                f"Its columns: {', '.join(release.columns)}",
            ),
        )
    return str(column), direction == "desc"


def _unknown_filter(name: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"页面没有名为 {name} 的筛选。",
        f"The page has no filter {name}.",
        next=Text("请重新打开页面。", "Open the page again."),
        subject=name,
    )


def _not_offered(one: Filtering, value: str) -> WorkbenchError:
    shown = ", ".join(option.label for option in one.options[:6])
    return simple(
        Code.invalid_request,
        f"筛选 {one.filter.label.zh} 没有选项 {value[:40]}。",
        f"The filter {one.filter.label.en} does not offer {value[:40]}.",
        next=Text(f"可选：{shown}……", f"It offers: {shown} ..."),
        subject=one.filter.id,
    )


def _nothing_shown() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "这个图表框目前没有数据。",
        "This panel shows nothing at present.",
        next=Text("请稍后重试。", "Try again later."),
    )
