"""Running a gateway: one a city, both doors, from the lock to the last entry."""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from workbench.catalogue.kept import told
from workbench.disclosure.differencing.processors import use_one
from workbench.errors import Text
from workbench.gateway.assemble import Workbench, open_workbench, version
from workbench.gateway.chasing import Clockwork
from workbench.gateway.doors import Gateway
from workbench.gateway.locks import only_gateway
from workbench.gateway.logs import start_logging, stop_logging
from workbench.gateway.securing import Wanted, secured
from workbench.gateway.state import utc_now
from workbench.gateway.stop_signal import StopSignal
from workbench.gateway.tls import Files, ServerTls
from workbench.model.entry import Draft, Event
from workbench.store.layout import Layout, private_folder

log = logging.getLogger(__name__)

HTTP_PORT, FLIGHT_PORT = 8810, 8811
"""Our defaults."""
STOP_SECONDS = 60.0
"""A stop that takes longer is broken off (our default; each of its steps has a limit of its own).
Where every thread stood is then on stderr, and the next start closes what was left open."""


@dataclass(frozen=True)
class At:
    """Where to serve. Port 0 is any free one."""

    host: str = "127.0.0.1"
    http_port: int = 0
    flight_port: int = 0


def serve(
    root: Path,
    host: str = "127.0.0.1",
    http_port: int = 0,
    flight_port: int = 0,
    wanted: Wanted | None = None,
) -> NoReturn:
    """Serve the city at ``root`` until SIGTERM or SIGINT, and end the process.

    Prints one line of JSON when both doors are open: ``{"ready": true, "http": url, "flight":
    url, "pid": n}``; a certificate that ends soon is told on stderr. Raises InvalidInput for a
    host that needs TLS, a certificate that cannot be served or for wrong contracts, Unavailable
    where another gateway runs, a port is taken or the store does not open.
    """
    layout = Layout(root)
    tls = secured(Files(layout.state), wanted or Wanted(), host, utc_now())
    private_folder(layout.state)
    use_one()
    with StopSignal() as stop, only_gateway(layout.state):
        handler = start_logging(layout.logs)
        try:
            bench, gateway = _opened(root, At(host, http_port, flight_port), tls)
            clockwork = Clockwork(
                bench.watch.look,
                lambda: bench.send(bench.clock()),
                bench.clock,
                forget=bench.keeping.look,
                find=bench.anomalies.look,
                deliver=bench.delivering.look,
            )
            clockwork.start()
            stop.wait()
            _limit_the_stop()
            clockwork.stop()
            _stopped(bench, gateway.stop)
        finally:
            stop_logging(handler)
        # All is recorded by now. Neither a client that reads nothing nor a thread of gRPC that
        # comes into an interpreter that is being taken down may keep the process.
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
        os._exit(0)


def _limit_the_stop() -> None:
    if sys.stderr is not None:  # as it is for who was started without one
        faulthandler.dump_traceback_later(STOP_SECONDS, exit=True)


def _opened(root: Path, at: At, tls: ServerTls | None) -> tuple[Workbench, Gateway]:
    bench = open_workbench(root, progress=told(_say))
    try:
        closed = bench.ledger.close_open_releases()
        gateway = Gateway(bench, version(), at.host, at.http_port, at.flight_port, tls)
    except BaseException:
        bench.close()
        raise
    detail: dict[str, object] = {"version": version(), "closed_releases": closed}
    if tls is not None:
        detail["certificate"] = tls.fingerprint
        _warn(tls.warning(bench.clock()))
    _recorded(bench, Event.gateway_started, detail)
    log.info("serving at %s and %s; %d open releases closed", gateway.http, gateway.flight, closed)
    ready = {"ready": True, "http": gateway.http, "flight": gateway.flight, "pid": os.getpid()}
    print(json.dumps(ready), flush=True)
    return bench, gateway


def _warn(warning: Text | None) -> None:
    if warning is not None:
        log.warning("%s", warning.en)
        _say(warning)


def _say(text: Text) -> None:
    print(f"{text.zh}\n{text.en}", file=sys.stderr, flush=True)


def _stopped(bench: Workbench, stop: Callable[[], bool]) -> None:
    clean = stop()
    closed = bench.ledger.close_open_releases()
    _recorded(bench, Event.gateway_stopped, {"clean": clean, "closed_releases": closed})
    log.info("stopped; %d open releases closed", closed)
    bench.store.close()


def _recorded(bench: Workbench, event: Event, detail: dict[str, object]) -> None:
    bench.ledger.record(Draft(event, method="gateway", detail=detail))
