"""``workbench serve``: the gateway of one city."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.cli.common import CityOption, city_root, reported
from workbench.cli.doctor import ProductionOption, refuse_unready
from workbench.cli.tls_options import CertOption, KeyOption, TlsOption


def register(app: typer.Typer) -> None:
    """Add the command ``serve``."""

    @app.command()
    def serve(
        city: CityOption = None,
        host: Annotated[
            str,
            typer.Option(
                help="监听地址，本机以外须有 TLS / Address; beyond this machine needs TLS"
            ),
        ] = "127.0.0.1",
        http_port: Annotated[
            int, typer.Option(min=0, max=65535, help="HTTP 端口，0 为任意 / HTTP port, 0 for any")
        ] = 8810,
        flight_port: Annotated[
            int,
            typer.Option(min=0, max=65535, help="Flight 端口，0 为任意 / Flight port, 0 for any"),
        ] = 8811,
        tls: TlsOption = None,
        tls_cert: CertOption = None,
        tls_key: KeyOption = None,
        production: ProductionOption = False,
    ) -> None:
        """启动网关，直到收到 SIGTERM 或 Ctrl-C / Run the gateway until SIGTERM or Ctrl-C."""
        with reported():
            # Loaded here: the other commands need no server.
            from workbench.gateway.securing import Wanted
            from workbench.gateway.serve import serve as run

            wanted = Wanted(tls, tls_cert, tls_key)
            if production:
                ports = {"http": http_port, "flight": flight_port}
                refuse_unready(city_root(city), {n: p for n, p in ports.items() if p}, wanted)
            run(city_root(city), host, http_port, flight_port, wanted)
