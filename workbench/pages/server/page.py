"""One page: let in, given a kernel, shown piece by piece, and its end noticed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from tornado import web
from tornado.iostream import StreamClosedError
from voila._version import __version__ as voila_version
from voila.utils import ENV_VARIABLE, get_page_config

from workbench.errors import Text, Unauthenticated, WorkbenchError
from workbench.pages.server import refusals
from workbench.pages.server.admission import Entered, OwnShare, Waiting
from workbench.pages.server.asked import Asked
from workbench.pages.server.cards import Card
from workbench.pages.server.door import show_out
from workbench.pages.server.early import NOTHING
from workbench.pages.server.kernels import KernelFailed, Warm
from workbench.pages.server.render import Early, PageRenderer
from workbench.pages.server.visitors import How, Visitor
from workbench.pages.server.visits import Visit
from workbench.pages.server.words import WORDS
from workbench.ui.setting import choices_in

AGAIN_SECONDS = 5
"""A waiting page asks again this often (our default)."""
HEARTBEAT_SECONDS = 10.0
VERSION = f"v{voila_version}"
"""A folder in the address of Voila's scripts, so that browsers may keep them for good."""
_HEARTBEAT = "<script>window.voila_heartbeat && window.voila_heartbeat()</script>\n"
_LANGUAGES = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True)
class Opening:
    """A page that somebody was let in to. ``token`` is the session that its kernel gets."""

    card: Card
    visitor: Visitor
    visit: Visit
    token: str


class PageHandler(Asked):
    """``/voila/render/<page>.ipynb``. Who is looking, whether there is room and whether the page
    may be opened are known before anything runs."""

    def initialize(self, voila_configuration: Any, template_paths: Any, config: Any) -> None:
        self.voila_configuration = voila_configuration
        self.template_paths = template_paths
        self.traitlet_config = config
        self._queue: asyncio.Queue[Any] = asyncio.Queue()

    @web.authenticated
    async def get(self, name: str) -> None:
        visitor, card = self.visitor, self.house.cards.get(name)
        try:
            if card is None:
                raise refusals.no_such_page(name)
            if card.own_session and visitor.how is not How.password:
                raise refusals.own_session_needed()
            answer = self.house.rooms.admission.ask(visitor.viewer, card.name)
            if not isinstance(answer, Entered):
                self._let_wait(card, answer)
                return
            opening = await self._opened(card, visitor, answer)
        except WorkbenchError as error:
            self._refuse(error, visitor, card)
            return
        await self._shown(opening)

    def on_connection_close(self) -> None:
        """The reader left while the page was still on its way."""
        self._queue.put_nowait(StreamClosedError())

    # Before anything runs ----------------------------------------------------------------------

    async def _opened(self, card: Card, visitor: Visitor, entered: Entered) -> Opening:
        house = self.house
        visit = house.rooms.visits.begin(entered.visit, visitor.key, card.name, visitor.until)
        try:
            token = await house.page_token(card, visitor)
        except BaseException:
            house.rooms.visits.end(visit.id)
            raise
        return Opening(card, visitor, visit, token)

    def _let_wait(self, card: Card, waiting: Waiting | OwnShare) -> None:
        self.set_status(503)
        self.set_header("Retry-After", str(AGAIN_SECONDS))
        self.show(
            "waiting.html",
            title=card.title.said(self.language),
            place=waiting.place if isinstance(waiting, Waiting) else 0,
            open=waiting.open if isinstance(waiting, OwnShare) else 0,
            seconds=AGAIN_SECONDS,
            again=self.here(),
        )

    def _refuse(self, error: WorkbenchError, visitor: Visitor, card: Card | None) -> None:
        if error.http_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.log.warning("a page was not opened: %s %r", error.code, error.__cause__)
        if isinstance(error, Unauthenticated) and visitor.how is How.password:
            show_out(self)
            self.ask_to_sign_in(error, error.http_status, self.here())
            return
        own = card is not None and card.own_session
        self.tell(error, sign_in=own and visitor.how is not How.password)

    # The page ------------------------------------------------------------------------------------

    async def _shown(self, opening: Opening) -> None:
        """The head goes out at once; the rest as it comes. The page's end is the visit's end, where
        it did not come to be shown."""
        rooms, visit = self.house.rooms, opening.visit
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.xsrf_token  # noqa: B018  sets the cookie that the page shows when it is left
        shown = False
        try:
            async for html in self._pieces(opening):
                self.write(html)
                await self.flush()
            shown = True
        except StreamClosedError:
            self.log.info("the reader of %s left while it was loading", visit.page)
        except KernelFailed:
            self.write(self._broken())
        except Exception:
            self.log.exception("the page %s broke off", visit.page)
            self.write(self._broken())
        finally:
            if shown:
                rooms.visits.shown(visit.id)
            else:
                await rooms.close(visit)

    async def _pieces(self, opening: Opening) -> AsyncIterator[str]:
        """What is ready together goes out together; a sign of life when nothing is for long."""
        queue = self._queue
        task = asyncio.get_running_loop().create_task(self._fill(opening))
        try:
            while True:
                try:
                    found = [await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)]
                except TimeoutError:
                    yield _HEARTBEAT
                    continue
                while not queue.empty():
                    found.append(queue.get_nowait())
                yield "".join(piece for piece in found if isinstance(piece, str))
                for error in (piece for piece in found if isinstance(piece, BaseException)):
                    raise error
                if found[-1] is None:
                    return
        finally:
            task.cancel()

    async def _fill(self, opening: Opening) -> None:
        kernel = asyncio.get_running_loop().create_task(self._kernel(opening))
        try:
            renderer = await self._renderer(opening, kernel)
            async for html, _ in renderer.generate_content_generator():
                self._queue.put_nowait(html)
            self._queue.put_nowait(None)
        except Exception as error:  # noqa: BLE001  told by whoever reads the queue
            self._queue.put_nowait(error)
        finally:
            kernel.cancel()

    async def _renderer(self, opening: Opening, kernel: asyncio.Task[Warm]) -> PageRenderer:
        early = self._early(opening, kernel)
        renderer = PageRenderer(
            kernel=lambda: asyncio.shield(kernel),
            request_handler=self,
            voila_configuration=self.voila_configuration,
            traitlet_config=self.traitlet_config,
            notebook_path=f"{opening.card.name}.ipynb",
            template_paths=self.template_paths,
            config_manager=self.config_manager,
            contents_manager=self.contents_manager,
            base_url=self.base_url,
            kernel_spec_manager=self.kernel_spec_manager,
            page_config=self._page_config(),
        )
        jupyter_theme = "dark" if self.theme in ("dark", "wall") else "light"
        await renderer.initialize(template=None, theme=jupyter_theme)
        renderer.notebook.metadata["title"] = opening.card.title.said(self.language)
        renderer.tell(self._told(opening), early)
        return renderer

    def _early(self, opening: Opening, kernel: asyncio.Task[Warm]) -> Early:
        """None where the address holds choices: early figures are asked for under none."""
        house = self.house
        if not house.settings.early_seconds or choices_in(self.request.query):
            return _nothing
        asked = house.early.begin(opening.card.name, opening.token, self.language)
        return lambda: house.early.within(asked, kernel)

    async def _kernel(self, opening: Opening) -> Warm:
        """The page's kernel, told what it may know. One that comes too late is ended."""
        rooms, visit = self.house.rooms, opening.visit
        warm = await rooms.kernels.take(self._environment(opening))
        visit.kernel = warm.kernel
        self.log.info("a kernel shows %s: %s", visit.page, warm.kernel)
        if rooms.visits.get(visit.id) is None:
            await rooms.kernels.end(warm.kernel)
            raise KernelFailed("the page has gone")
        return warm

    def _environment(self, opening: Opening) -> dict[str, str]:
        settings, request = self.house.settings, self.request
        told = {
            "WORKBENCH_URL": settings.gateway_url,
            "WORKBENCH_TOKEN": opening.token,
            "WORKBENCH_PAGE": opening.card.name,
            "WORKBENCH_LANG": self.language,
            "WORKBENCH_THEME": self.theme,
            ENV_VARIABLE.VOILA_PREHEAT.value: "False",
            ENV_VARIABLE.VOILA_BASE_URL.value: self.base_url,
            ENV_VARIABLE.VOILA_SERVER_URL.value: self.settings.get("server_url", "/"),
            ENV_VARIABLE.VOILA_REQUEST_URL.value: f"{request.protocol}://{request.host}{self.here()}",
            ENV_VARIABLE.SCRIPT_NAME.value: request.path,
            ENV_VARIABLE.QUERY_STRING.value: self.here().partition("?")[2],
            ENV_VARIABLE.SERVER_PROTOCOL.value: request.version,
        }
        if settings.gateway_ca:
            told["WORKBENCH_CA"] = settings.gateway_ca
        return told

    def _told(self, opening: Opening) -> dict[str, Any]:
        """``resources.workbench`` of the template."""
        house, language = self.house, self.language
        return {
            "language": _LANGUAGES[language],
            "lang": language,
            "theme": self.theme,
            "page": opening.card.name,
            "words": {"loading": WORDS["loading"].said(language)},
            "script": {
                "leave": f"{self.base_url}voila/leave/{opening.visit.id}",
                "seconds": max(0, int(opening.visit.until - house.clock())),
                "over": WORDS["session_over"].said(language),
                "signIn": WORDS["sign_in"].said(language),
                "again": self.sign_in_url(),
            },
            **self.settings["page_assets"],
        }

    def _page_config(self) -> dict[str, Any]:
        found = self.settings.get("page_config")
        if found is None:
            found = self.settings["page_config"] = get_page_config(
                base_url=self.base_url,
                settings=self.settings,
                log=self.log,
                voila_configuration=self.voila_configuration,
            )
            found["fullStaticUrl"] = f"{self.base_url}voila/static/{VERSION}"
        return dict(found)

    def _broken(self) -> str:
        """For a page whose head was sent already."""
        reason: Text = refusals.not_started().reasons[0].what
        return (
            f'<p role="alert" class="workbench-broken">{reason.said(self.language)}</p>'
            "<script>document.getElementById('workbench-loading')?.remove();</script></body></html>"
        )


async def _nothing() -> Any:
    return NOTHING


class _Ending(Asked):
    """Ends a visit, for nobody but who opened it."""

    async def end(self, visit: Visit | None) -> None:
        if visit is not None:
            if visit.visitor != self.visitor.key:
                raise web.HTTPError(403)
            await self.house.rooms.close(visit)
        self.set_status(204)
        self.finish()


class LeaveHandler(_Ending):
    """A page says that it is left: its kernel ends."""

    @web.authenticated
    async def post(self, visit_id: str) -> None:
        await self.end(self.house.rooms.visits.get(visit_id))


class ShutdownHandler(_Ending):
    """What Voila's own script asks for when a page is closed."""

    @web.authenticated
    async def post(self, kernel_id: str) -> None:
        await self.end(self.house.rooms.visits.of_kernel(kernel_id))
