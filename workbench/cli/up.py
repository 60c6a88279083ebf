"""``workbench up``: the sample city with gateway, JupyterLab and Voila."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

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
from workbench.cli.doctor import ProductionOption, refuse_unready
from workbench.cli.ingest import ingest_all
from workbench.cli.tls_options import CertOption, KeyOption, TlsOption
from workbench.errors import Text
from workbench.gateway.ruled import city_at
from workbench.store.layout import Layout

if TYPE_CHECKING:
    from workbench.catalogue.city import City
    from workbench.gateway.securing import Wanted
    from workbench.up.doors import Door
    from workbench.up.leaders import PageOptions
    from workbench.up.programs import Ports


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
        viewers: Annotated[
            int,
            typer.Option(min=1, help="同时打开的页面数 / Pages that are open at once"),
        ] = 20,
        pages_each: Annotated[
            int,
            typer.Option(min=1, help="每人同时打开的页面数 / Pages that one person has open"),
        ] = 10,
        page_host: Annotated[
            list[str] | None,
            typer.Option(
                help="页面的访问域名，可多次填写 / Name that pages are reached by; repeat"
            ),
        ] = None,
        proxy_secret: Annotated[
            Path | None,
            typer.Option(help="统一入口的密钥文件 / File of the secret of a proxy in front"),
        ] = None,
        proxy_header: Annotated[
            str,
            typer.Option(help="统一入口写明查看人的请求头 / Header by which it names who looks"),
        ] = "X-Forwarded-User",
        tls: TlsOption = None,
        tls_cert: CertOption = None,
        tls_key: KeyOption = None,
        production: ProductionOption = False,
    ) -> None:
        """启动网关、JupyterLab 和 Voila，Ctrl-C 全部结束 / Start all three; Ctrl-C ends them."""
        from workbench.gateway.securing import Wanted
        from workbench.up.kept import read_secret
        from workbench.up.leaders import PageOptions
        from workbench.up.programs import Ports

        with reported():
            wanted = Wanted(tls, tls_cert, tls_key)
            root = city_root(city)
            ports = Ports(http_port, flight_port, lab_port, voila_port)
            if production:
                named = {n.strip("-"): p for n, p in ports.named().items()}
                refuse_unready(root, named, wanted)
            secret = read_secret(proxy_secret) if proxy_secret else ""
            pages = PageOptions(viewers, pages_each, tuple(page_host or ()), proxy_header, secret)
            _run(root, ports, _door(root, wanted), open_browser, pages)


def _door(root: Path, wanted: Wanted) -> Door | None:
    from workbench.client.trust import VARIABLE
    from workbench.gateway.tls import Files
    from workbench.up.doors import door

    return door(Files(Layout(root).state), wanted, os.environ.get(VARIABLE, ""), utc_now())


def _run(
    root: Path,
    ports: Ports,
    door: Door | None,
    open_browser: bool,
    pages: PageOptions,
) -> None:
    # Loaded here: the other commands need no servers.
    from workbench.up.kept import kept
    from workbench.up.programs import Site
    from workbench.up.run import Up

    loaded = city_at(root)
    monthly = _monthly(root, loaded)
    state: State = open_state(root)
    try:
        Up(
            site=Site(root, state.layout.logs, ports, language(), door),
            city=loaded,
            opened=state,
            clock=utc_now,
            say=_say,
            kept=kept(os.environ, Path.home(), Path.cwd()),
            operator=operator(),
            pages=pages,
            monthly=monthly,
        ).run(lambda: ingest_all(state, loaded), open_browser=open_browser)
    except KeyboardInterrupt:
        err().print(Text("已中止。", "Stopped.").said(language()))
        raise typer.Exit(130) from None
    finally:
        state.store.close()


def _monthly(root: Path, city: City) -> int | None:
    """Minutes between two looks at the month; None where the city has no library or no setting.
    Raises InvalidInput for a setting that is wrong, before anything starts."""
    from workbench.catalogue.regulations import known_regulations
    from workbench.cli.monthly_setting import is_there
    from workbench.cli.monthly_steps import load_month
    from workbench.libraries.definition import load_libraries

    if not is_there(root) or not load_libraries(root, known_regulations(root)):
        return None
    return load_month(root, city).setting.every_minutes


def _say(text: Text) -> None:
    out().print(text.said(language()), markup=False)
