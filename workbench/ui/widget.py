"""The page as one anywidget: a visit on the kernel's side, the board on the browser's.

Each panel is a trait of its own, so that a changed panel travels alone. What a reader does comes
as messages, and is done one at a time in a thread: the kernel's loop stays free to say so.
"""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import anywidget
import traitlets

from workbench.client.language import as_language
from workbench.errors import Code, Conflict, Text, WorkbenchError, simple
from workbench.ui.desks.desk import Act, Asked
from workbench.ui.view import NotDrawn, State
from workbench.ui.visit import Visit, told

Json = dict[str, Any]
log = logging.getLogger(__name__)


class Board(anywidget.AnyWidget):
    """What the browser mirrors. ``page`` is the frame; the panels are ``panel_0`` and so on, made
    by ``board_of``."""

    _esm = files("workbench.ui").joinpath("assets", "widget.js").read_text(encoding="utf-8")
    page = traitlets.Dict().tag(sync=True)
    count = traitlets.Int().tag(sync=True)

    def __repr__(self) -> str:
        """For whoever has no widgets, such as a notebook that was printed: title and sources."""
        panels = [getattr(self, f"panel_{i}") for i in range(self.count)]
        captions = dict.fromkeys(p["provenance"]["caption"] for p in panels)
        return "\n".join(filter(None, (self.page.get("title", ""), *captions)))


def board_of(visit: Visit) -> Board:
    """The widget of an opened visit, listening."""
    panels = visit.panels()
    traits = {f"panel_{i}": traitlets.Dict().tag(sync=True) for i in range(len(panels))}
    kind: type[Board] = type("PageBoard", (Board,), traits)
    board = kind(
        page=visit.frame(),
        count=len(panels),
        **{f"panel_{i}": panel for i, panel in enumerate(panels)},
    )
    service = Service(visit, board)
    board.on_msg(lambda _, message, __: service.receive(message))
    service.start()
    return board


class Service:
    """Does what the board asks for, in order, and looks from time to time whether to ask again."""

    def __init__(self, visit: Visit, board: Any) -> None:
        self._visit, self._board = visit, board
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._latest: dict[str, Any] = {}

    def start(self) -> None:
        """Watch, where a loop is running (a kernel's cell; not a plain script)."""
        loop = _running_loop()
        if loop is not None and self._visit.client is not None:
            self._keep(loop.create_task(self._watch()))

    def receive(self, message: Any) -> None:
        """A message of the board. Unknown ones are answered, never dropped."""
        loop = _running_loop()
        if isinstance(message, Mapping) and message.get("do") == "filter":
            self._latest[str(message.get("filter"))] = message
        if loop is None:
            if self._do(message):
                self._show()
        else:
            self._keep(loop.create_task(self._handle(message)))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _handle(self, message: Any) -> None:
        async with self._turn:
            if self._overtaken(message):
                return
            self._busy(message)
            if await asyncio.to_thread(self._do, message):
                self._show()

    def _overtaken(self, message: Any) -> bool:
        """Whether the reader has chosen again in the same filter meanwhile."""
        if not isinstance(message, Mapping) or message.get("do") != "filter":
            return False
        return self._latest.get(str(message.get("filter"))) is not message

    def _busy(self, message: Any) -> None:
        """Say which panels are being asked, before they are."""
        if isinstance(message, Mapping) and message.get("do") in ("filter", "retry", "turn"):
            named = message.get("panel") or message.get("filter")
            panels = self._visit.concerned(str(named))
            self._board.send({"did": "busy", "panels": panels, "request": message.get("request")})

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._pause())
            try:
                async with self._turn:
                    if await asyncio.to_thread(self._look):
                        self._show()
            except Exception:  # a page that stops looking would go on saying that it is live
                log.exception("an open page could not look for news; it looks again")

    def _pause(self) -> float:
        """Seconds until the next look: sooner while something may recover by itself."""
        view = self._visit.view
        ailing = view is not None and any(
            isinstance(p, NotDrawn) and p.state is State.unavailable for p in view.panels
        )
        return min(3.0, self._visit.page.refresh) if ailing else self._visit.page.refresh

    def _look(self) -> bool:
        try:
            return self._visit.refresh()
        except WorkbenchError as error:
            self._board.send({"did": "told", "reasons": told(error, self._visit.language)})
            return False

    def _do(self, message: Any) -> bool:
        """One message; whether the page has changed by it. What goes wrong is told to the board,
        which shows it."""
        request = message.get("request") if isinstance(message, Mapping) else None
        try:
            name = message["do"]
            _DOES[name](self, message)
            return name in _CHANGING
        except WorkbenchError as error:
            self._answer(message, request, reasons=told(error, self._visit.language))
        except Exception:  # whatever a browser sends: it waits for an answer
            log.warning("a message of the board was not understood", exc_info=True)
            self._answer(message, request, reasons=told(_not_understood(), self._visit.language))
        return True

    def _answer(self, message: Any, request: Any, **said: Any) -> None:
        named = message if isinstance(message, Mapping) else {}
        self._board.send(
            {
                "did": str(named.get("do", "")),
                "panel": named.get("panel"),
                "request": request,
                "ok": False,
                **said,
            }
        )

    def _show(self) -> None:
        """Send what has changed; a trait that is equal travels not."""
        with self._board.hold_sync():
            self._board.page = self._visit.frame()
            for position, panel in enumerate(self._visit.panels()):
                setattr(self._board, f"panel_{position}", panel)

    # What can be asked for --------------------------------------------------------------------

    def _hello(self, _: Json) -> None:
        """The board is there; its traits say all."""

    def _filter(self, message: Json) -> None:
        value = message["value"]
        self._visit.choose(str(message["filter"]), None if value is None else str(value))

    def _language(self, message: Json) -> None:
        self._visit.speak(as_language(str(message["language"])))

    def _retry(self, message: Json) -> None:
        self._visit.retry(str(message["panel"]))

    def _turned(self, message: Json) -> None:
        self._visit.turn(str(message["panel"]), int(message["page"]))

    def _rows(self, message: Json) -> None:
        total, rows = self._visit.rows(
            str(message["panel"]),
            int(message["offset"]),
            int(message["limit"]),
            message.get("sort"),
            str(message.get("search") or ""),
        )
        self._answer(message, message.get("request"), ok=True, total=total, rows=rows)

    def _desk_list(self, message: Json) -> None:
        filters = {str(key): str(value) for key, value in dict(message["filters"]).items()}
        asked = Asked(max(0, int(message["offset"])), filters)
        found = self._visit.desk_list(str(message["panel"]), asked)
        self._answer(message, message.get("request"), ok=True, desk=found)

    def _desk_item(self, message: Json) -> None:
        found = self._visit.desk_item(str(message["panel"]), str(message["id"]))
        self._answer(message, message.get("request"), ok=True, item=found)

    def _desk_act(self, message: Json) -> None:
        act = Act(
            item=str(message["id"] or ""),
            event=str(message["event"]),
            seen=int(message["seen"] or 0),
            values=dict(message["values"]),
            key=str(message["key"]),
        )
        identity, request = str(message["panel"]), message.get("request")
        try:
            acted, found = self._visit.desk_act(identity, act)
        except Conflict as error:
            item = self._visit.desk_item(identity, act.item) if act.item else None
            reasons = told(error, self._visit.language)
            self._answer(message, request, reasons=reasons, item=item)
            return
        self._answer(message, request, ok=True, desk=found, **acted.__dict__)

    def _export(self, message: Json) -> None:
        identity = str(message["panel"])
        if message["form"] == "png":
            name, recorded = self._visit.picture(identity, str(message["picture"]))
            content, kind = None, "image/png"
        else:
            name, found, recorded = self._visit.csv(identity)
            content, kind = base64.b64encode(found).decode(), "text/csv"
        self._answer(
            message,
            message.get("request"),
            ok=True,
            name=name,
            type=kind,
            content=content,
            told=recorded,
            reasons=[],
        )


_DOES: Mapping[str, Callable[[Service, Json], None]] = {
    "hello": Service._hello,
    "filter": Service._filter,
    "language": Service._language,
    "retry": Service._retry,
    "turn": Service._turned,
    "rows": Service._rows,
    "export": Service._export,
    "desk_list": Service._desk_list,
    "desk_item": Service._desk_item,
    "desk_act": Service._desk_act,
}
_CHANGING = frozenset({"filter", "language", "retry", "turn", "desk_list", "desk_act"})


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _not_understood() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "页面发来的请求看不懂。",
        "The page sent a request that is not understood.",
        next=Text("请重新打开页面。", "Open the page again."),
    )
