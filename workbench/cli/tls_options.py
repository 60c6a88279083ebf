"""The options of a gateway's TLS; several commands take them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

TlsOption = Annotated[
    bool | None,
    typer.Option(
        "--tls/--no-tls",
        help="网关是否使用 TLS，默认有证书即用 / Gateway with TLS; default: if it has any",
    ),
]
CertOption = Annotated[
    Path | None,
    typer.Option(
        "--tls-cert",
        envvar="WORKBENCH_TLS_CERT",
        help="自备证书（PEM，含中间证书）/ Certificate of your own (PEM, with its chain)",
    ),
]
KeyOption = Annotated[
    Path | None,
    typer.Option(
        "--tls-key",
        envvar="WORKBENCH_TLS_KEY",
        help="自备证书的私钥（PEM，0600）/ Its private key (PEM, 0600)",
    ),
]
