"""Voila's renderer with a kernel of ours, and what our template is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from jinja2.bccache import Bucket, BytecodeCache
from markupsafe import Markup
from voila.execute import VoilaExecutor
from voila.notebook_renderer import NotebookRenderer

from workbench.pages.server.kernels import Warm


class Compiled(BytecodeCache):
    """The templates' code, kept in memory: Voila makes an environment for each page, and would
    compile fourteen templates each time (80 ms)."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()
Early = Callable[[], Awaitable[Markup]]


class PageRenderer(NotebookRenderer):  # type: ignore[misc]
    """``kernel`` is asked for when the template gets there: by then the head has been sent.

    The kernel's own client is used, so that nobody waits for a second one to be ready.
    """

    def __init__(self, kernel: Callable[[], Awaitable[Warm]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._kernel = kernel

    async def initialize(self, **kwargs: Any) -> None:
        await super().initialize(**kwargs)
        self.exporter.environment.bytecode_cache = COMPILED

    async def _jinja_kernel_start(self, nb: Any, kernel_id: Any, kernel_future: Any) -> str:
        warm = await self._kernel()
        self.executor = VoilaExecutor(
            nb,
            km=warm.manager,
            config=self.traitlet_config,
            show_tracebacks=self.voila_configuration.show_tracebacks,
        )
        self.executor.kc = warm.client
        self.kernel_started = True
        return warm.kernel

    def tell(self, told: Mapping[str, Any], early: Early) -> None:
        """``resources.workbench`` of the template. After ``initialize``."""

        # A plain function: the exporter copies resources deeply, and with a method its object.
        async def early_html() -> Markup:
            return await early()

        self.resources["workbench"] = {**told, "early": early_html}
