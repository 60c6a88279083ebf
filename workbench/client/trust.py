"""Whom the client believes: the certificates of a gateway, checked and never skipped.

``ca`` is a file with the root certificates to trust (``WORKBENCH_CA``, ``connect(ca=...)``): the
``ca.pem`` of a city that runs its own authority. Without it the machine's own list is used. There
is no way to leave the check out.
"""

from __future__ import annotations

import ipaddress
import re
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from workbench.errors import Code, Text, WorkbenchError, simple

VARIABLE = "WORKBENCH_CA"
SECURE_FLIGHT = "grpc+tls"


def checked_url(url: str) -> str:
    """``url`` without its last slash. Raises Refused(tls_required) for plain HTTP to another
    machine: passwords and tokens would cross the network in the clear."""
    parts = urlsplit(url)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise _in_the_clear(url)
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine for certain, without asking a name server."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def root_certificates(ca: str) -> str:
    """The PEM text of the file ``ca``. Raises InvalidInput where there is none in it."""
    try:
        text = Path(ca).read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        raise _no_file(ca, getattr(error, "strerror", None) or "not ASCII") from None
    try:
        ssl.create_default_context(cadata=text)
    except ssl.SSLError:
        raise _no_file(ca, "no certificate in PEM form") from None
    return text


def machine_roots() -> bytes | None:
    """The machine's own list in PEM form, as Python finds it (SSL_CERT_FILE first); None leaves it
    to gRPC to find it. Raises InvalidInput where it cannot be read."""
    file = ssl.get_default_verify_paths().cafile or ""
    if not file:
        return None
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise _no_file(file, error.strerror or "unreadable") from None


def context_for(ca: str) -> ssl.SSLContext:
    """Checks certificate and name, TLS 1.2 at least; trusts ``ca`` alone where it is given."""
    found = ssl.create_default_context(cadata=root_certificates(ca) if ca else None)
    found.minimum_version = ssl.TLSVersion.TLSv1_2
    return found


# What OpenSSL (X509_V_ERR_*) and gRPC say, as one of our three.
_BY_NUMBER: Mapping[int, str] = {9: "expired", 10: "expired", 62: "name", 63: "name", 64: "name"}
_BY_TEXT = (
    ("expired", re.compile(r"certificate (has expired|is not yet valid)")),
    ("name", re.compile(r"is not in peer certificate")),
    ("unknown", re.compile(r"certificate verify failed", re.I)),
)
_SAID: Mapping[str, tuple[Text, Text]] = {
    "unknown": (
        Text("证书不是由受信任的 CA 签发。", "It was not signed by an authority that you trust."),
        Text(
            "请向运维人员索取 ca.pem，用 ca= 或环境变量 WORKBENCH_CA 指明；不要跳过校验。",
            "Ask the operator for ca.pem, and name it with ca= or the variable WORKBENCH_CA; "
            "do not skip the check.",
        ),
    ),
    "name": (
        Text("证书不是为这个名称签发的。", "It was made out for other names."),
        Text(
            "请用证书写明的名称连接，或请运维人员运行 workbench tls renew --name 名称。",
            "Connect by a name that the certificate states, or ask the operator to run "
            "`workbench tls renew --name NAME`.",
        ),
    ),
    "expired": (
        Text("证书已过期或尚未生效。", "It has expired, or is not valid yet."),
        Text(
            "请运维人员运行 workbench tls renew 并重启网关；并核对本机时钟。",
            "Ask the operator to run `workbench tls renew` and restart the gateway; "
            "and check this machine's clock.",
        ),
    ),
}


def from_exception(url: str, error: BaseException) -> WorkbenchError | None:
    """Our error, where a refused certificate is among the causes of ``error``."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return refused(url, _BY_NUMBER.get(cause.verify_code, "unknown"))
    return None


def from_grpc(url: str, message: str) -> WorkbenchError | None:
    """The same from the text of a Flight error."""
    for kind, pattern in _BY_TEXT:
        if pattern.search(message):
            return refused(url, kind)
    return None


def refused(url: str, kind: str) -> WorkbenchError:
    why, next_ = _SAID[kind]
    return simple(
        Code.certificate_refused,
        f"网关 {url} 的证书未通过校验，没有连接。",
        f"The certificate of {url} was refused; no connection was made.",
        why=why,
        next=next_,
        subject=kind,
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen = 0
    while error is not None and seen < 20:
        yield error
        error, seen = error.__cause__ or error.__context__, seen + 1


def _in_the_clear(url: str) -> WorkbenchError:
    host = urlsplit(url).hostname or url
    return simple(
        Code.tls_required,
        f"不向 {host} 发送密码或令牌：{url[:200]} 不是 https。",
        f"No password or token is sent to {host}: {url[:200]} is not https.",
        why=Text(
            "它们将以明文经过网络，任何人都能截取。",
            "They would cross the network in the clear, for anybody to read.",
        ),
        next=Text(
            "请改用 https:// 地址（网关运行 workbench tls init 后即提供），"
            "或经 SSH 隧道连接本机地址。",
            "Use an https:// address (a gateway has one after `workbench tls init`), or a local "
            "address through an SSH tunnel.",
        ),
        subject=host,
    )


def downgraded(url: str) -> WorkbenchError:
    """The gateway names a data address that is not protected as ``url`` is."""
    return simple(
        Code.tls_required,
        f"网关 {url} 给出的数据地址没有 TLS，没有连接。",
        f"The data address that {url} names has no TLS; no connection was made.",
        next=Text(
            "请让运维人员核对网关的 TLS 设置。",
            "Ask the operator to check the gateway's TLS settings.",
        ),
        subject=url,
    )


def _no_file(ca: str, why: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"CA 文件 {ca} 无法使用（{why}）。",
        f"The file of root certificates {ca} cannot be used ({why}).",
        next=Text(
            "请用 ca= 或环境变量 WORKBENCH_CA 指明网关的 ca.pem。",
            "Name the gateway's ca.pem with ca= or the variable WORKBENCH_CA.",
        ),
        subject=ca,
    )
