"""Both doors of an opened workbench: Flight SQL and HTTP, opened together and closed in order."""

from __future__ import annotations

import os
import socket
import threading
import time
from typing import TYPE_CHECKING

import uvicorn

from workbench.errors import Code, Text, simple
from workbench.gateway.answers import Health, Status
from workbench.gateway.flight import FlightDoor
from workbench.gateway.http import Desk, make_app
from workbench.gateway.limits import Limits
from workbench.gateway.locks import bound, free_port
from workbench.gateway.securing import listened
from workbench.gateway.tls import ServerTls

if TYPE_CHECKING:
    from workbench.gateway.assemble import Workbench

START_SECONDS = 20.0
STOP_SECONDS = 5.0
KEEP_ALIVE_SECONDS = 20
"""An idle connection stays open longer than clients keep one for the next request (5 s in httpx):
were both the same, a request could meet a connection that is just being closed, and fail."""
PROXIES = "FORWARDED_ALLOW_IPS"
"""The environment's list of proxies (addresses, networks) whose X-Forwarded-For is believed, by
the name that uvicorn has for it. Uvicorn believes every program of this machine where it is not
set; to us that is nobody, for kernels of analysts run here too."""


class Gateway:
    """Both doors of an opened workbench. It serves from the moment it is made.

    ``http_port`` and ``flight_port`` 0 take any free port; ``tls`` is for both. Whether ``host``
    may be served without it was settled by ``securing``. ``stop`` does not close the workbench.
    """

    def __init__(
        self,
        bench: Workbench,
        version: str,
        host: str = "127.0.0.1",
        http_port: int = 0,
        flight_port: int = 0,
        tls: ServerTls | None = None,
    ) -> None:
        self._bench = bench
        self._host = listened(host)
        self._tls = tls
        self._stopping = threading.Event()
        self._limits = Limits(lambda: bench.city().settings)
        self._version = version
        socket_ = bound(self._host, http_port)
        try:
            self._flight = self._open_flight(flight_port)
        except BaseException:
            socket_.close()
            raise
        http, flight = ("http", "grpc") if tls is None else ("https", "grpc+tls")
        self.http = f"{http}://{self._host}:{socket_.getsockname()[1]}"
        self.flight = f"{flight}://{self._host}:{self._flight.port}"
        self._server, self._thread = self._open_http(socket_)

    def health(self) -> Health:
        status: Status = "contracts_invalid" if self._bench.city.problem is not None else "ok"
        tls = self._tls
        return Health(
            status=status,
            version=self._version,
            flight=self.flight,
            certificate_expires=tls.expires.date() if tls else None,
            certificate_expires_soon=tls is not None and tls.expires_soon(self._bench.clock()),
        )

    def stop(self) -> bool:
        """Refuse what is new, end what runs. False where a client holds a call open to the end."""
        self._stopping.set()
        self._server.should_exit = True
        self._bench.query_path.close()
        ended = threading.Event()
        threading.Thread(target=self._shut_flight, args=(ended,), daemon=True).start()
        self._thread.join(STOP_SECONDS)
        return ended.wait(STOP_SECONDS) and not self._thread.is_alive()

    def _shut_flight(self, ended: threading.Event) -> None:
        # It waits for every call, also one whose client has stopped reading.
        self._flight.shutdown()
        ended.set()

    def _open_flight(self, port: int) -> FlightDoor:
        bench = self._bench
        return FlightDoor(
            self._host,
            free_port(self._host, port),
            bench.query_path,
            bench.auth,
            self._limits,
            bench.clock,
            self._version,
            self._stopping.is_set,
            self._tls,
        )

    def _open_http(self, listener: socket.socket) -> tuple[uvicorn.Server, threading.Thread]:
        bench, tls = self._bench, self._tls
        desk = Desk(
            auth=bench.auth,
            queries=bench.query_path,
            city=bench.city,
            journal=bench.ledger.journal,
            exports=bench.exports,
            compare_keys=bench.compare_keys,
            noise=bench.noise,
            cases=bench.cases,
            procedures=bench.procedures,
            assessing=bench.assessing,
            findings=bench.findings,
            measure=bench.measure,
            uses=bench.uses,
            told=bench.told,
            trail=bench.trail,
            portals=bench.portals,
            what_ifs=bench.what_ifs,
            briefs=bench.briefs,
            derived=bench.derived,
            clock=bench.clock,
            limits=self._limits,
            health=self.health,
            stopping=self._stopping.is_set,
        )
        server = uvicorn.Server(
            uvicorn.Config(
                make_app(desk, self._version),
                # Our own log has a line for each request, without its values.
                log_config=None,
                forwarded_allow_ips=os.environ.get(PROXIES, ""),
                access_log=False,
                server_header=False,
                lifespan="off",
                ws="none",
                limit_concurrency=256,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=int(STOP_SECONDS),
                ssl_context_factory=None if tls is None else lambda *_: tls.context,
            )
        )
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="http", daemon=True
        )
        thread.start()
        self._await_http(server, thread)
        return server, thread

    def _await_http(self, server: uvicorn.Server, thread: threading.Thread) -> None:
        limit = time.monotonic() + START_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > limit:
                self._flight.shutdown()
                raise simple(
                    Code.gateway_unavailable,
                    "HTTP 服务未能启动。",
                    "The HTTP side did not start.",
                    next=Text("请查看 gateway.log。", "See gateway.log."),
                )
            time.sleep(0.02)
