"""The gateway's certificate, and whether the kernels of this machine will believe it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workbench.client import trust
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway.pem import wrong
from workbench.gateway.securing import Wanted, secured
from workbench.gateway.tls import Files, ServerTls

HOST = "127.0.0.1"
_STEPS = 6
"""Of a handshake in memory; it takes three (our default)."""


@dataclass(frozen=True)
class Door:
    """How the gateway is reached. ``ca``: the roots to trust, None for the machine's own list;
    ``certificate`` and ``key``: files of one's own, None for the city's."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


def door(files: Files, wanted: Wanted, ca: str, now: datetime) -> Door | None:
    """None without TLS. ``ca`` is the operator's own file of roots, or "".

    Raises InvalidInput for a certificate that cannot be served, and Refused
    (certificate_refused) for one of one's own that a kernel of this machine would not believe.
    """
    served = secured(files, wanted, HOST, now)
    if served is None:
        return None
    if wanted.certificate is None:
        return Door(files.authority)
    refuse_unbelieved(served, ca)
    return Door(
        _roots(ca) if ca else None,
        wanted.certificate.absolute(),
        wanted.key.absolute() if wanted.key else None,
    )


def _roots(ca: str) -> Path:
    """Kernels get a copy of the file: no key may be in it."""
    if "PRIVATE KEY" in trust.root_certificates(ca):
        raise wrong(
            Path(ca),
            "含有私钥，不能交给内核",
            "holds a private key, and is not handed to the kernels",
            Text(
                f"{trust.VARIABLE} 应指向只含 CA 证书的文件。",
                f"Name a file by {trust.VARIABLE} that holds the authority's certificate alone.",
            ),
        )
    return Path(ca).absolute()


def refuse_unbelieved(served: ServerTls, ca: str) -> None:
    """Better now than as a gateway that never becomes ready: the handshake, in memory."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trust.context_for(ca).wrap_bio(back, there, server_hostname=HOST)
    server = served.context.wrap_bio(there, back, server_side=True)
    try:
        for _ in range(_STEPS):
            _step(client)
            _step(server)
    except ssl.SSLCertVerificationError as error:
        raise _unbelieved(error) from error


def _step(side: ssl.SSLObject) -> None:
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return


def _unbelieved(error: ssl.SSLCertVerificationError) -> WorkbenchError:
    return simple(
        Code.certificate_refused,
        "本机的内核不会信任这张自备证书，没有启动。",
        "The kernels of this machine would not believe this certificate: nothing was started.",
        why=Text(
            f"证书校验失败（OpenSSL {error.verify_code}）。",
            f"It does not verify (OpenSSL {error.verify_code}: {error.verify_message}).",
        ),
        next=Text(
            f"用 {trust.VARIABLE} 指明签发它的 CA 证书文件（PEM），证书文件须含中间证书；"
            "或去掉自备证书，用 workbench tls init。",
            f"Name the file of the authority that signed it (PEM) with {trust.VARIABLE}, and keep "
            "its chain in the certificate's file; or leave it out, and use workbench tls init.",
        ),
    )
