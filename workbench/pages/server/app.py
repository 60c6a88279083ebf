"""The application: Voila with a door, warm kernels, and no more pages than the machine carries."""

from __future__ import annotations

import os
import shutil
import signal
import time
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

from jupyter_server.services.kernels.handlers import KernelHandler
from jupyter_server.utils import url_path_join
from tornado.ioloop import IOLoop, PeriodicCallback
from traitlets import Bool, Enum, Float, Integer, List, Unicode
from traitlets.config import Config
from voila.app import Voila
from voila.paths import collect_static_paths
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from workbench.pages.server import requests, static
from workbench.pages.server.cards import Cards
from workbench.pages.server.door import Door, OwnKernels
from workbench.pages.server.early import EarlyFigures
from workbench.pages.server.gateway import Gateway
from workbench.pages.server.house import House, Rooms, Settings
from workbench.pages.server.index import IndexHandler, ThumbnailHandler
from workbench.pages.server.kernels import PageKernels
from workbench.pages.server.page import VERSION, LeaveHandler, PageHandler, ShutdownHandler
from workbench.pages.server.secrets import listen
from workbench.pages.server.signing import SignInHandler, SignOutHandler
from workbench.ui.early import early_payload
from workbench.ui.panels import Drawings

SWEEP_SECONDS = 5.0
MOST_POSTED = 64 << 10
"""Bytes of a request's body (our default)."""
_KERNEL = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"


class PagesServer(Voila):  # type: ignore[misc]
    """Settings of its own, beside Voila's; see docs/pages-server.md."""

    name = "voila"

    gateway_url = Unicode("http://127.0.0.1:8810", config=True, help="The gateway's address")
    gateway_ca = Unicode("", config=True, help="Root certificates for an https gateway")
    language = Enum(("zh", "en"), "zh", config=True, help="zh or en, where a reader has not chosen")
    viewers = Integer(20, config=True, help="Pages open at once on this machine")
    pages_each = Integer(10, config=True, help="Pages that one person has open at once")
    early_seconds = Float(0.8, config=True, help="How long the head waits for figures; 0: never")
    unseen_seconds = Float(60.0, config=True, help="A kernel that no page connects to, ends")
    left_seconds = Float(60.0, config=True, help="A kernel whose page has gone silently, ends")
    place_seconds = Float(12.0, config=True, help="A place in the queue nobody asks for, is lost")
    proxy_header = Unicode("X-Forwarded-User", config=True, help="Names who is looking")
    proxy_secret_header = Unicode("X-Workbench-Proxy-Secret", config=True, help="Proves the proxy")
    hosts = List(Unicode(), config=True, help="Names that it is reached by, beside loopback")
    secure_cookies = Bool(False, config=True, help="Behind a proxy that speaks TLS")

    secrets_from_input = Bool(
        False, config=True, help="Read secrets from the standard input, line by line"
    )

    # What Voila calls -----------------------------------------------------------------------------

    def initialize(self, argv: Any = None) -> None:
        super().initialize(argv)
        self.voila_configuration.multi_kernel_manager_class = PageKernels
        # A kernel that died has lost its page and its token: another would show nothing.
        self.update_config(Config({"KernelRestarter": {"restart_limit": 0}}))
        self.identity_provider_class, self.authorizer_class = Door, OwnKernels
        self.token = ""

    def init_settings(self) -> dict[str, Any]:
        found: dict[str, Any] = super().init_settings()
        self.house = self._house()
        return {
            **found,
            "house": self.house,
            "page_assets": static.page_assets(self._static_folder()),
            "compress_response": True,
            "allow_remote_access": False,  # jupyter_server then looks at the Host header
            "local_hostnames": ["localhost", *self.hosts],
            "log_function": requests.log,
            "xsrf_cookie_kwargs": {"samesite": "Lax"},
        }

    def init_handlers(self) -> list[Any]:
        """What pages need, and nothing else that Voila would serve: no tree, no files, no
        contents."""
        page = {
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        versioned = {"paths": self.static_paths, "default_filename": "index.html"}
        labextensions = {"path": self.labextensions_path, "no_cache_paths": ["/"]}
        kept = [row for row in super().init_handlers() if row[0].endswith("/themes/(.*)")]
        rows: list[tuple[Any, ...]] = [
            (r"/", IndexHandler),
            (r"/login", SignInHandler),
            (r"/logout", SignOutHandler),
            (r"/thumbnails/([A-Za-z0-9_]+)\.png", ThumbnailHandler),
            (r"/voila/render/([A-Za-z0-9_]+)(?:\.ipynb)?", PageHandler, page),
            (r"/voila/leave/([A-Za-z0-9_-]+)", LeaveHandler),
            (r"/voila/api/shutdown/([a-z0-9-]+)", ShutdownHandler),
            (rf"/api/kernels/{_KERNEL}/channels", VoilaKernelWebsocketHandler),
            (rf"/api/kernels/{_KERNEL}", KernelHandler),
            (r"/voila/templates/([A-Za-z0-9_-]+/static/.+)", static.TemplateFiles),
            (rf"/voila/static/{VERSION}/(.*)", static.VersionedFiles, versioned),
            (r"/voila/static/(.*)", static.VoilaFiles, versioned),
            (r"/voila/labextensions/(.*)", static.LabextensionFiles, labextensions),
        ]
        return [(url_path_join(self.server_url, row[0]), *row[1:]) for row in rows] + kept

    def listen(self) -> None:
        """Nothing is posted here but a form: whoever is not signed in may not fill the memory."""
        self.app.listen = partial(self.app.listen, max_body_size=MOST_POSTED)
        super().listen()

    def start(self) -> None:
        requests.without_tokens(self.log)
        signal.signal(signal.SIGINT, self._handle_signal_stop)
        IOLoop.current().add_callback(self._opened)
        super().start()

    def stop(self) -> None:
        self.house.early.close()
        shutil.rmtree(self.connection_dir, ignore_errors=True)

    def _handle_signal_stop(self, sig: int, frame: Any) -> None:
        self.ioloop.add_callback_from_signal(self._close)

    async def _close(self) -> None:
        """In the loop that started them, kernels are ended; then it may stop."""
        try:
            await self.kernel_manager.close()
            await self.house.gateway.close()
        finally:
            self.ioloop.stop()

    # ----------------------------------------------------------------------------------------------

    def _opened(self) -> None:
        """The loop runs: the pool may fill, and what is forgotten is swept."""
        self.kernel_manager.refill()
        self._sweeper = PeriodicCallback(self.house.rooms.sweep, SWEEP_SECONDS * 1000)
        self._sweeper.start()

    def _static_folder(self) -> Path:
        """Where our template keeps what its pages load."""
        found = collect_static_paths(["voila"], self.voila_configuration.template)
        return Path(next((path for path in found if Path(path).is_dir()), os.devnull))

    def _house(self) -> House:
        settings = Settings(**{f.name: getattr(self, f.name) for f in fields(Settings)})
        folder = Path(self.root_dir)
        early = EarlyFigures(
            partial(early_payload, draw=Drawings()),
            folder,
            self.gateway_url,
            self.gateway_ca,
            self.early_seconds,
        )
        house = House(
            settings,
            Gateway(self.gateway_url, self.gateway_ca),
            Cards(folder),
            Rooms.of(settings, self.kernel_manager, time.monotonic),
            early,
        )
        if self.secrets_from_input:
            # Unbuffered: a buffer's lock, held by the thread that listens, would abort the end.
            house.secrets = listen(open(0, "rb", buffering=0), house.heard)  # noqa: SIM115
        return house
