"""Kernels for pages: a few wait warm, one is handed to each page, and none outlives it.

A warm kernel has imported what pages need and knows nothing: no token, no page, no person. What it
may know it is told when a page takes it, over its own channel and not by its environment, which
other processes of this account could read. So the pages of single viewers gain as well, and no
figure is as old as a kernel's heating.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from jupyter_server.utils import ApiPath
from traitlets import Float, Integer, List, Unicode

KERNEL = "python3"
START_SECONDS = 60.0
"""A kernel that is not ready by then has failed (our default)."""
ALIVE_SECONDS = 0.5
"""Whether it still lives is looked at this often while it works (our default)."""
_WARM = """
def _warm(names):
    import importlib.util
    for name in names:
        if importlib.util.find_spec(name.partition(".")[0]) is not None:
            importlib.import_module(name)
_warm({names!r})
del _warm
"""


class KernelFailed(Exception):
    """A kernel did not start, or did not take what it was told."""


@dataclass(frozen=True)
class Warm:
    """A running kernel that nobody has yet, and the client that speaks to it."""

    kernel: str
    manager: Any
    client: Any


class PageKernels(AsyncMappingKernelManager):
    """``on_connect``, ``on_disconnect`` and ``on_gone`` are told the kernel's id; ``busy`` answers
    whether a page is on its way, for the pool is filled in quiet moments only."""

    pool_size = Integer(2, config=True, help="Kernels that wait warm; 0 for none")
    starts_at_once = Integer(0, config=True, help="Kernels that start at once; 0: one a core")
    refill_seconds = Float(2.0, config=True, help="Quiet seconds before the pool is filled")
    warm_modules = List(
        Unicode(),
        ["workbench.ui", "workbench.client.connection", "anywidget"],
        config=True,
        help="What a warm kernel has imported",
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.on_connect: Callable[[str], None] = _ignore
        self.on_disconnect: Callable[[str], None] = _ignore
        self.on_gone: Callable[[str], None] = _ignore
        self.busy: Callable[[], bool] = lambda: False
        self._gate = asyncio.Semaphore(self.starts_at_once or os.cpu_count() or 1)
        self._ready: deque[Warm] = deque()
        self._wanted: deque[asyncio.Future[Warm]] = deque()
        self._coming: set[asyncio.Task[None]] = set()
        self._clients: dict[str, Any] = {}
        self._ending: set[str] = set()
        self._closing = False

    # For pages -------------------------------------------------------------------------------

    @property
    def warm(self) -> int:
        return len(self._ready)

    async def take(self, environment: Mapping[str, str]) -> Warm:
        """A kernel that knows ``environment`` from now on. Raises KernelFailed."""
        try:
            try:
                return await self._told(await self._next(), environment)
            except KernelFailed:  # one that had died while it waited; the next is a fresh one
                return await self._told(await self._next(), environment)
        finally:
            self.refill()

    async def end(self, kernel: str) -> None:
        """At once; one that is gone already is no error."""
        if kernel in self:
            await self.shutdown_kernel(kernel)

    def refill(self) -> None:
        """Fill the pool, one kernel after another, as soon as no page is on its way."""
        if not self._closing:
            asyncio.get_running_loop().call_later(self.refill_seconds, self._fill)

    async def _told(self, warm: Warm, environment: Mapping[str, str]) -> Warm:
        try:
            await _run(warm.manager, warm.client, _tell(environment))
        except BaseException:
            await self.end(warm.kernel)
            raise
        return warm

    def _fill(self) -> None:
        if self._closing or self._coming or len(self._ready) >= self.pool_size:
            return
        if self.busy():
            self.refill()
            return
        self._bring_one(then=self.refill)

    async def _next(self) -> Warm:
        while self._ready:
            warm = self._ready.popleft()
            if await warm.manager.is_alive():
                return warm
            await self.end(warm.kernel)
        wanted: asyncio.Future[Warm] = asyncio.get_running_loop().create_future()
        self._wanted.append(wanted)
        # One that is on its way to the pool comes to whoever waits.
        if len(self._wanted) > len(self._coming):
            self._bring_one()
        try:
            return await wanted
        except asyncio.CancelledError:
            if wanted.done() and not wanted.cancelled() and wanted.exception() is None:
                self._offer(wanted.result())
            raise

    def _bring_one(self, then: Callable[[], None] | None = None) -> None:
        task = asyncio.get_running_loop().create_task(self._bring())
        self._coming.add(task)

        def done(task: asyncio.Task[None]) -> None:
            self._coming.discard(task)
            if then is not None:
                then()

        task.add_done_callback(done)

    async def _bring(self) -> None:
        try:
            try:
                self._offer(await self._start())
            except KernelFailed:
                self._offer(await self._start())
        except KernelFailed as error:
            wanted = self._waiting()
            if wanted is not None:
                wanted.set_exception(error)

    def _offer(self, warm: Warm) -> None:
        wanted = self._waiting()
        if wanted is None:
            self.log.info("a kernel waits warm: %s", warm.kernel)
            self._ready.append(warm)
        else:
            wanted.set_result(warm)

    def _waiting(self) -> asyncio.Future[Warm] | None:
        """Who has waited longest and still does."""
        while self._wanted:
            wanted = self._wanted.popleft()
            if not wanted.done():
                return wanted
        return None

    async def _start(self) -> Warm:
        """A kernel that has imported what pages need. Raises KernelFailed; it is gone then."""
        async with self._gate:
            kernel = ""
            try:
                kernel = await self.start_kernel(kernel_name=KERNEL, path=ApiPath(""))
                manager: Any = self.get_kernel(kernel)
                client = self._clients[kernel] = manager.client()
                client.start_channels(stdin=False, hb=False)
                await client.wait_for_ready(timeout=START_SECONDS)
                await _run(manager, client, _WARM.format(names=tuple(self.warm_modules)))
            except Exception as error:
                self.log.error("a kernel did not start: %s", error)
                await self.end(kernel)
                raise KernelFailed from error
            return Warm(kernel, manager, client)

    # What the base class does otherwise ---------------------------------------------------------

    async def shutdown_kernel(  # type: ignore[override]
        self, kernel_id: str, now: bool = True, restart: bool = False
    ) -> None:
        """At once: a page's kernel has nothing to say at its end."""
        if kernel_id in self._ending:
            return
        self._ending.add(kernel_id)
        self._forget(kernel_id)
        try:
            await super().shutdown_kernel(kernel_id, now=True, restart=restart)
        finally:
            self._ending.discard(kernel_id)
            self.on_gone(kernel_id)

    def _handle_kernel_died(self, kernel_id: str) -> None:
        super()._handle_kernel_died(kernel_id)
        self._forget(kernel_id)
        self.on_gone(kernel_id)
        self.refill()

    def _forget(self, kernel: str) -> None:
        client = self._clients.pop(kernel, None)
        if client is not None:
            client.stop_channels()
        for warm in [w for w in self._ready if w.kernel == kernel]:
            self._ready.remove(warm)

    def notify_connect(self, kernel_id: str) -> None:
        super().notify_connect(kernel_id)
        self.on_connect(kernel_id)

    def notify_disconnect(self, kernel_id: str) -> None:
        super().notify_disconnect(kernel_id)
        self.on_disconnect(kernel_id)

    async def close(self) -> None:
        """End every kernel, also those that are on their way."""
        self._closing = True
        for task in list(self._coming):
            task.cancel()
        await asyncio.gather(*self._coming, return_exceptions=True)
        await asyncio.gather(*(self.end(kernel) for kernel in self.list_kernel_ids()))


async def _run(manager: Any, client: Any, code: str) -> None:
    """Silently: what is run is published to nobody and stands in no history. Raises KernelFailed,
    as soon as the kernel is gone."""
    asked = asyncio.ensure_future(
        client.execute(code, silent=True, store_history=False, reply=True, timeout=START_SECONDS)
    )
    try:
        while not (await asyncio.wait({asked}, timeout=ALIVE_SECONDS))[0]:
            if not await manager.is_alive():
                raise KernelFailed("the kernel died")
        reply = asked.result()
    except TimeoutError as error:
        raise KernelFailed("the kernel does not answer") from error
    finally:
        asked.cancel()
    if reply["content"]["status"] != "ok":
        raise KernelFailed(str(reply["content"].get("ename", "")))


def _tell(environment: Mapping[str, str]) -> str:
    return f"__import__('os').environ.update({dict(environment)!r})"


def _ignore(kernel: str) -> None:
    """Before anybody listens."""
