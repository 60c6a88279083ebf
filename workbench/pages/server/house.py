"""What the handlers share: settings, who is in, which pages are open, the way to the gateway."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from workbench.errors import Language, Unauthenticated, WorkbenchError
from workbench.pages.server import refusals
from workbench.pages.server.admission import PATIENCE_SECONDS, Admission
from workbench.pages.server.cards import Card, Cards
from workbench.pages.server.early import EarlyFigures
from workbench.pages.server.gateway import Gateway, Listed
from workbench.pages.server.kernels import PageKernels
from workbench.pages.server.secrets import Secrets
from workbench.pages.server.visitors import How, Visitor, Visitors
from workbench.pages.server.visits import Patience, Visit, Visits

Clock = Callable[[], float]


@dataclass(frozen=True)
class Settings:
    """See docs/pages-server.md. Times are seconds."""

    gateway_url: str
    gateway_ca: str = ""
    language: Language = "zh"
    viewers: int = 20
    pages_each: int = 10
    early_seconds: float = 0.8
    unseen_seconds: float = 60.0
    left_seconds: float = 60.0
    place_seconds: float = PATIENCE_SECONDS
    proxy_header: str = "X-Forwarded-User"
    proxy_secret_header: str = "X-Workbench-Proxy-Secret"  # noqa: S105  a header's name
    secure_cookies: bool = False
    port: int = 8866

    @property
    def cookie(self) -> str:
        """Browsers send a host's cookies to all its ports: two servers keep theirs apart."""
        return f"workbench-pages-{self.port}"


@dataclass
class Rooms:
    """The pages that are open: admission, visits and kernels, always told of each other."""

    admission: Admission
    visits: Visits
    kernels: PageKernels
    _endings: set[asyncio.Task[None]] = field(default_factory=set)

    @classmethod
    def of(cls, settings: Settings, kernels: PageKernels, clock: Clock) -> Rooms:
        admission = Admission(settings.viewers, settings.pages_each, clock, settings.place_seconds)
        patience = Patience(settings.unseen_seconds, settings.left_seconds)
        visits = Visits(clock, patience, admission.leave)
        rooms = cls(admission, visits, kernels)
        kernels.on_connect, kernels.on_disconnect = visits.connected, visits.disconnected
        kernels.on_gone = rooms._gone
        kernels.busy = lambda: visits.loading
        return rooms

    async def close(self, visit: Visit) -> None:
        """The visit is over, and its kernel with it."""
        self.visits.end(visit.id)
        if visit.kernel:
            await self.kernels.end(visit.kernel)

    def close_soon(self, visit: Visit) -> None:
        """The same, from where nobody can wait."""
        task = asyncio.get_running_loop().create_task(self.close(visit))
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)

    async def sweep(self) -> None:
        """End the kernels that nobody needs any more."""
        for visit, why in self.visits.due():
            self.kernels.log.info("ending a kernel of %s: %s", visit.page, why)
            await self.close(visit)

    def _gone(self, kernel: str) -> None:
        visit = self.visits.of_kernel(kernel)
        if visit is not None:
            self.visits.end(visit.id)


@dataclass
class House:
    settings: Settings
    gateway: Gateway
    cards: Cards
    rooms: Rooms
    early: EarlyFigures
    secrets: Secrets = field(default_factory=Secrets)
    clock: Clock = time.monotonic
    visitors: Visitors = field(init=False)

    def __post_init__(self) -> None:
        self.visitors = Visitors(self.clock)

    def heard(self, secrets: Secrets) -> None:
        self.secrets = secrets

    async def page_token(self, card: Card, visitor: Visitor) -> str:
        """The session that the kernel of this page is to have: the page's, acting for this visitor,
        or the visitor's own where the page runs as its viewer.

        Raises Refused, Unauthenticated (their session at the gateway is over: ``farewell`` has been
        said), StatementWrong (no such page), Unavailable.
        """
        if card.own_session:
            if visitor.how is not How.password:
                raise refusals.own_session_needed()
            await self._bearer(visitor)
            return visitor.session_token
        await self._still_signed_in(visitor)
        if not self.secrets.door_token:
            raise refusals.no_door()
        try:
            found = await self.gateway.page_session(
                card.name, self.secrets.door_token, visitor.viewer
            )
        except Unauthenticated as error:
            self._over(visitor, error)
            raise
        return found.session_token

    async def listed(self, visitor: Visitor) -> list[tuple[Card, Listed | None]]:
        """The pages that they may open, by title. Raises as ``page_token``."""
        bearer, viewer = await self._bearer(visitor)
        known = {one.id: one for one in await self.gateway.pages(bearer, viewer)}
        own, roles = frozenset[str](), frozenset[str]()
        if visitor.how is How.password:
            own = await self.gateway.scenarios(bearer)
            roles = await self.gateway.roles(bearer)
        signed_in = visitor.how is How.password

        def opens(card: Card) -> bool:
            if not card.own_session:
                return card.name in known
            if card.scenario:
                return card.scenario in own
            return signed_in and (not card.roles or bool(card.roles & roles))

        found = [(card, known.get(card.name)) for card in self.cards.all() if opens(card)]
        return sorted(found, key=lambda one: one[0].title.zh)

    async def _still_signed_in(self, visitor: Visitor) -> None:
        """Whoever signed in has a session of their own; where it is over, so is the visit."""
        if visitor.how is not How.password:
            return
        bearer, _ = await self._bearer(visitor)
        try:
            await self.gateway.confirm(bearer)
        except Unauthenticated as error:
            self._over(visitor, error)

    async def _bearer(self, visitor: Visitor) -> tuple[str, str]:
        """``(token, viewer)`` for the gateway: one's own, or the door's with who is looking."""
        if visitor.how is not How.password:
            if not self.secrets.door_token:
                raise refusals.no_door()
            return self.secrets.door_token, visitor.viewer
        try:
            return await self.gateway.renewed(visitor, self.clock()), ""
        except Unauthenticated as error:
            self._over(visitor, error)
            raise

    def _over(self, visitor: Visitor, error: WorkbenchError) -> None:
        # Who came by a link or a proxy is not signed in at the gateway: its refusal is the door's.
        if visitor.how is How.password:
            self.visitors.farewell(visitor)
            raise error
        raise refusals.no_door() from error
