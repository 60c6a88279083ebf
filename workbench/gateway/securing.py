"""Whether the doors speak TLS, with which certificate, and which addresses that allows."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway.tls import Files, ServerTls, load, missing

ANY = "0.0.0.0"  # noqa: S104  compared, not bound


@dataclass(frozen=True)
class Wanted:
    """What the operator said. ``tls`` None: TLS where the city has certificates.

    ``certificate`` and ``key`` are files of one's own (the key may stand in the certificate's).
    """

    tls: bool | None = None
    certificate: Path | None = None
    key: Path | None = None


def secured(files: Files, wanted: Wanted, host: str, now: datetime) -> ServerTls | None:
    """The certificate to serve, None for none. Raises InvalidInput for what cannot be: a host
    that other machines reach without TLS, or one that the certificate does not name."""
    host = listened(host)
    found = chosen(files, wanted, now)
    if found is None:
        if not ipaddress.ip_address(host).is_loopback:
            raise _needs_tls(host)
    elif host != ANY and host not in found.names:
        raise _not_named(host, found, own=wanted.certificate is not None)
    return found


def listened(host: str) -> str:
    """An IPv4 address to listen on. Raises InvalidInput for anything else."""
    if host == "localhost":
        return "127.0.0.1"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise _no_address(host) from None
    if address.version != 4:
        raise _no_address(host)
    return host


def chosen(files: Files, wanted: Wanted, now: datetime) -> ServerTls | None:
    """The certificate that a gateway would serve, whatever its address. Raises InvalidInput."""
    if wanted.certificate is not None:
        if wanted.tls is False:
            raise _contradiction()
        return load(wanted.certificate, wanted.key, now)
    if wanted.key is not None:
        raise _key_alone()
    if wanted.tls is False:
        return None
    if files.server.exists():
        return load(files.server, None, now)
    if wanted.tls or files.authority.exists():
        raise missing(files)
    return None


def _needs_tls(host: str) -> WorkbenchError:
    name = "HOST" if host == ANY else host
    return simple(
        Code.invalid_request,
        f"没有 TLS，不能在 {host} 上监听。",
        f"The gateway does not listen on {host} without TLS.",
        why=Text(
            "密码、令牌和数据将以明文经过网络。",
            "Passwords, tokens and data would cross the network in the clear.",
        ),
        next=Text(
            f"请先运行 workbench tls init --name {name}，再加 --tls 启动；"
            "或使用 127.0.0.1，远程访问经 SSH 隧道。",
            f"Run `workbench tls init --name {name}` and start with --tls; "
            "or use 127.0.0.1, and reach it from elsewhere through an SSH tunnel.",
        ),
        subject=host,
    )


def _not_named(host: str, found: ServerTls, *, own: bool) -> WorkbenchError:
    names = ", ".join(found.names)
    renew = Text(
        f"请运行 workbench tls renew --name {host}，或换一个监听地址。",
        f"Run `workbench tls renew --name {host}`, or listen on another address.",
    )
    other = Text(
        f"请换一张写明 {host} 的证书；或去掉 --tls-cert 和 WORKBENCH_TLS_CERT，改用本城的证书；"
        "或用 workbench serve --host 在证书写明的地址上监听。",
        f"Take a certificate that names {host}; or leave --tls-cert and WORKBENCH_TLS_CERT out, "
        "and use the city's own; or listen on an address that it names, with workbench serve "
        "--host.",
    )
    return simple(
        Code.invalid_request,
        f"服务器证书不含 {host}，客户端会拒绝连接。",
        f"The server certificate does not name {host}: clients would refuse to connect.",
        why=Text(f"证书只写明：{names}", f"It names: {names}"),
        next=other if own else renew,
        subject=host,
    )


def _no_address(host: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"{host[:64]} 不是可以监听的 IPv4 地址。",
        f"{host[:64]} is not an IPv4 address to listen on.",
        next=Text(
            "请写 127.0.0.1、本机的 IPv4 地址或 0.0.0.0。",
            "Use 127.0.0.1, an IPv4 address of this machine, or 0.0.0.0.",
        ),
        subject=host[:64],
    )


def _contradiction() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "--no-tls 与 --tls-cert 不能同时使用。",
        "--no-tls and --tls-cert contradict each other.",
    )


def _key_alone() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "--tls-key 需要同时给出 --tls-cert。",
        "--tls-key needs --tls-cert.",
    )
