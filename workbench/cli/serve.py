"""``workbench serve``: the gateway of one city."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.cli.common import CityOption, city_root, reported


def register(app: typer.Typer) -> None:
    """Add the command ``serve``."""

    @app.command()
    def serve(
        city: CityOption = None,
        host: Annotated[
            str, typer.Option(help="监听地址，仅限本机 / Address, this machine only")
        ] = "127.0.0.1",
        http_port: Annotated[
            int, typer.Option(min=0, max=65535, help="HTTP 端口，0 为任意 / HTTP port, 0 for any")
        ] = 8810,
        flight_port: Annotated[
            int,
            typer.Option(min=0, max=65535, help="Flight 端口，0 为任意 / Flight port, 0 for any"),
        ] = 8811,
    ) -> None:
        """启动网关，直到收到 SIGTERM 或 Ctrl-C / Run the gateway until SIGTERM or Ctrl-C."""
        with reported():
            # Loaded here: the other commands need no server.
            from workbench.gateway.serve import serve as run

            run(city_root(city), host, http_port, flight_port)
