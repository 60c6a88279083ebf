"""TLS of both doors: the files of a city's own authority, and the certificate that is served.

``.workbench/tls`` holds ``ca.pem`` (for clients), ``ca.key`` (may be moved away; needed only to
renew) and ``server.pem``, which is certificate and key in one file, so that a renewal replaces
both at once.
"""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway import certificates
from workbench.gateway.certificates import Pair
from workbench.gateway.pem import belong, chain_of, private_key, read_certificate, write, wrong
from workbench.store.layout import private_folder

FOLDER = "tls"
SOON = timedelta(days=30)
"""An operator is told this long before the end (our default)."""


@dataclass(frozen=True)
class Files:
    """Where a city's own certificates lie. ``state`` is ``.workbench``."""

    state: Path

    @property
    def folder(self) -> Path:
        return self.state / FOLDER

    @property
    def authority(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def authority_key(self) -> Path:
        return self.folder / "ca.key"

    @property
    def server(self) -> Path:
        return self.folder / "server.pem"


@dataclass(frozen=True)
class ServerTls:
    """What a gateway serves: for Flight as PEM, for HTTP as a context; one certificate."""

    chain_pem: bytes
    key_pem: bytes = field(repr=False)
    context: ssl.SSLContext = field(repr=False)
    expires: datetime
    names: tuple[str, ...]
    fingerprint: str

    def expires_soon(self, now: datetime) -> bool:
        return self.expires - now < SOON

    def warning(self, now: datetime) -> Text | None:
        """What to tell the operator while the end is near."""
        if not self.expires_soon(now):
            return None
        day = self.expires.date().isoformat()
        left = max(0, (self.expires - now).days)
        return Text(
            f"服务器证书将于 {day} 到期（还有 {left} 天）："
            "请运行 workbench tls renew（自备证书则请更换）并重启网关。",
            f"The server certificate expires on {day} ({left} days left): "
            "run `workbench tls renew` (or exchange one of your own) and restart the gateway.",
        )


def make(files: Files, city: str, names: Sequence[str], now: datetime, days: int) -> Pair:
    """A new authority and a first server certificate. Raises InvalidInput where one is there."""
    if files.authority.exists():
        raise _exists(files)
    authority = certificates.make_authority(city, now)
    server = certificates.make_server(authority, names, now, days)
    private_folder(files.folder)
    write(files.authority_key, certificates.key_pem_of(authority.key), 0o600)
    write(files.server, _both(server), 0o600)
    # Last: an authority without the rest would be taken for a finished one.
    write(files.authority, certificates.pem_of(authority.certificate), 0o644)
    return server


def renew(files: Files, key: Path | None, names: Sequence[str], now: datetime, days: int) -> Pair:
    """A new server key and certificate by the same authority, for the names of the old one unless
    ``names`` says others. ``key`` is the authority's, where it was moved away.

    Raises InvalidInput where authority or key are missing, do not belong together or have expired.
    """
    if not files.authority.exists():
        raise missing(files)
    authority = _authority(files, key or files.authority_key)
    if authority.certificate.not_valid_after_utc <= now:
        raise _authority_expired(authority.certificate.not_valid_after_utc.date())
    old = certificates.names_of(read_certificate(files.server)) if not names else ()
    server = certificates.make_server(authority, [*names, *old], now, days)
    write(files.server, _both(server), 0o600)
    return server


def load(certificate: Path, key: Path | None, now: datetime) -> ServerTls:
    """The certificate (with its chain) and key to serve; the key may stand in the same file.

    Raises InvalidInput where a file cannot be read, the two do not belong together, the key can
    be read by others, no names are given, or it is not valid ``now``.
    """
    keyfile = key or certificate
    chain = chain_of(certificate)
    leaf = chain[0]
    private = private_key(keyfile)
    _refuse_unusable(leaf, certificate, now)
    if not belong(private, leaf):
        raise wrong(keyfile, "不是该证书的私钥", "is not the key of the certificate")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, keyfile)
    return ServerTls(
        chain_pem=b"".join(certificates.pem_of(c) for c in chain),
        key_pem=private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        context=context,
        expires=leaf.not_valid_after_utc,
        names=certificates.names_of(leaf),
        fingerprint=certificates.fingerprint(leaf),
    )


def _refuse_unusable(leaf: x509.Certificate, path: Path, now: datetime) -> None:
    ends, begins = leaf.not_valid_after_utc, leaf.not_valid_before_utc
    if now >= ends:
        raise wrong(
            path,
            f"已于 {ends.date()} 到期",
            f"has expired on {ends.date()}",
            Text(
                "请运行 workbench tls renew（自备证书则请更换），再启动网关。",
                "Run `workbench tls renew` (or exchange one of your own), then start the gateway.",
            ),
        )
    if now < begins:
        raise wrong(
            path, f"要到 {begins.date()} 才生效", f"is not valid before {begins.date()}", _CLOCK
        )
    if not certificates.names_of(leaf):
        raise wrong(
            path, "没有写明名称（subjectAltName）", "states no names (subjectAltName)", _NAMES
        )


def _authority(files: Files, key: Path) -> Pair:
    if not key.exists():
        raise wrong(
            key,
            "不存在：续期需要 CA 私钥",
            "is not there: renewing needs the key of the authority",
            Text(
                "请取回 CA 私钥，用 --ca-key 文件 指明。",
                "Bring the key of the authority back, and name it with --ca-key FILE.",
            ),
        )
    private = private_key(key)
    certificate = read_certificate(files.authority)
    if not belong(private, certificate) or not isinstance(private, ec.EllipticCurvePrivateKey):
        raise wrong(key, "不是 ca.pem 的私钥", "is not the key of ca.pem")
    return Pair(certificate, private)


def _both(server: Pair) -> bytes:
    return certificates.pem_of(server.certificate) + certificates.key_pem_of(server.key)


_CLOCK = Text("请核对本机时钟。", "Check this machine's clock.")
_NAMES = Text(
    "请换用写明了域名或 IP 地址的证书；workbench tls init 会做一张。",
    "Take a certificate that states DNS names or IP addresses; `workbench tls init` makes one.",
)


def missing(files: Files) -> WorkbenchError:
    """There is no authority and no certificate yet."""
    return simple(
        Code.invalid_request,
        "此城市还没有 TLS 证书。",
        "This city has no TLS certificate yet.",
        next=Text(
            "请运行 workbench tls init --name 主机名，或用 --tls-cert 与 --tls-key 指明已有证书。",
            "Run `workbench tls init --name HOST`, or name a certificate of your own with "
            "--tls-cert and --tls-key.",
        ),
        subject=str(files.folder),
    )


def _exists(files: Files) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"{files.authority} 已存在。",
        f"{files.authority} is there already.",
        why=Text(
            "换一个 CA 会使所有客户端拒绝连接，直到它们收到新的 ca.pem。",
            "With another authority every client refuses to connect until it has the new ca.pem.",
        ),
        next=Text(
            "续期或更换名称请用 workbench tls renew；确实要换 CA，请先移走该目录。",
            "To renew or to change names use `workbench tls renew`; to change the authority all "
            "the same, move the folder away first.",
        ),
    )


def _authority_expired(day: date) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"CA 证书已于 {day} 到期，不能再签发。",
        f"The authority has expired on {day} and signs no more.",
        next=Text(
            "请移走 .workbench/tls，运行 workbench tls init，再把新的 ca.pem 发给客户端。",
            "Move .workbench/tls away, run `workbench tls init`, and hand out the new ca.pem.",
        ),
    )
