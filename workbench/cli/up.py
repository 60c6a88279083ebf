"""``workbench up``: the sample city with gateway, JupyterLab and Voila."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.catalogue.city import load_city
from workbench.cli.common import (
    CityOption,
    State,
    city_root,
    err,
    language,
    open_state,
    operator,
    out,
    reported,
    utc_now,
)
from workbench.cli.doctor import refuse_unready
from workbench.cli.ingest import ingest_all
from workbench.errors import Text
from workbench.store.address import LIBPQ, STORE
from workbench.store.layout import CHECKPOINTS, Layout

if TYPE_CHECKING:
    from workbench.up.programs import Ports

KEPT = (CHECKPOINTS, STORE, *LIBPQ)
"""Variables of the operator that configure the gateway; nothing else is handed on."""


def _port(zh: str, en: str) -> object:
    return typer.Option(min=1, max=65535, help=f"{zh} / {en}")


def register(app: typer.Typer) -> None:
    """Add the command ``up``."""

    @app.command()
    def up(
        city: CityOption = None,
        open_browser: Annotated[
            bool, typer.Option("--open", help="在浏览器中打开 / Open the browser")
        ] = False,
        http_port: Annotated[int, _port("网关 HTTP 端口", "Gateway's HTTP port")] = 8810,
        flight_port: Annotated[int, _port("网关 Flight 端口", "Gateway's Flight port")] = 8811,
        lab_port: Annotated[int, _port("JupyterLab 端口", "JupyterLab's port")] = 8888,
        voila_port: Annotated[int, _port("Voila 端口", "Voila's port")] = 8866,
        tls: Annotated[
            bool | None,
            typer.Option(
                "--tls/--no-tls",
                help="网关是否使用 TLS，默认有证书即用 / Gateway with TLS; default: if it has any",
            ),
        ] = None,
        production: Annotated[
            bool,
            typer.Option(
                "--production",
                help="workbench doctor 有失败项时拒绝启动 / Refuse to start while doctor fails",
            ),
        ] = False,
    ) -> None:
        """启动网关、JupyterLab 和 Voila，Ctrl-C 全部结束 / Start all three; Ctrl-C ends them."""
        from workbench.up.programs import Ports

        with reported():
            root = city_root(city)
            ports = Ports(http_port, flight_port, lab_port, voila_port)
            if production:
                refuse_unready(root, {n.strip("-"): p for n, p in ports.named().items()})
            _run(root, ports, _authority(root, tls), open_browser)


def _authority(root: Path, wanted: bool | None) -> Path | None:
    """The city's own, where the gateway is to speak TLS. Raises InvalidInput."""
    from workbench.gateway.securing import Wanted, secured
    from workbench.gateway.tls import Files

    files = Files(Layout(root).state)
    tls = secured(files, Wanted(wanted), "127.0.0.1", utc_now())
    return None if tls is None else files.authority


def _run(root: Path, ports: Ports, ca: Path | None, open_browser: bool) -> None:
    # Loaded here: the other commands need no servers.
    from workbench.up.programs import Site
    from workbench.up.run import Up

    loaded = load_city(root)
    state: State = open_state(root)
    try:
        Up(
            site=Site(root, state.layout.logs, ports, language(), ca),
            city=loaded,
            opened=state,
            clock=utc_now,
            say=_say,
            kept={name: os.environ[name] for name in KEPT if name in os.environ},
            operator=operator(),
        ).run(lambda: ingest_all(state, loaded), open_browser=open_browser)
    except KeyboardInterrupt:
        err().print(Text("已中止。", "Stopped.").said(language()))
        raise typer.Exit(130) from None
    finally:
        state.store.close()


def _say(text: Text) -> None:
    out().print(text.said(language()), markup=False)
