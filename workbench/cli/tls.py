"""``workbench tls``: a city's own certificate authority, and the certificate of its gateway."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.common import CityOption, city_root, out, reported, said, utc_now
from workbench.store.layout import Layout, private_folder

if TYPE_CHECKING:
    from workbench.gateway.tls import Files

DAYS = 397
"""As ``certificates.SERVER_DAYS``, which is not loaded for --help; a test keeps them equal."""

app = typer.Typer(no_args_is_help=True, help="TLS 证书 / TLS certificates")

DaysOption = Annotated[
    int,
    typer.Option(
        "--days", min=1, max=3650, help="服务器证书的有效天数 / Days of the server certificate"
    ),
]


@app.command("init")
def init(
    city: CityOption = None,
    name: Annotated[
        list[str] | None,
        typer.Option(
            "--name",
            help="客户端使用的域名或 IP，可重复 / DNS name or IP that clients use; may be repeated",
        ),
    ] = None,
    days: DaysOption = DAYS,
) -> None:
    """新建自有 CA 与服务器证书 / Make an authority of one's own and a server certificate."""
    from workbench.catalogue.city import load_city
    from workbench.gateway import tls

    with reported():
        root = city_root(city)
        files = _files(root)
        private_folder(files.state)
        tls.make(files, load_city(root).id, name or [], utc_now(), days)
        _print(files)
        out().print(
            said(
                f"\n请把 {files.authority} 交给客户端（WORKBENCH_CA 或 ca=）；"
                f"{files.authority_key} 可移到离线介质，续期时再取回。",
                f"\nHand {files.authority} to the clients (WORKBENCH_CA or ca=); "
                f"{files.authority_key} can be kept offline until the next renewal.",
            )
        )


@app.command("renew")
def renew(
    city: CityOption = None,
    name: Annotated[
        list[str] | None,
        typer.Option(
            "--name", help="改用这些名称，默认沿用 / These names instead; default: as before"
        ),
    ] = None,
    days: DaysOption = DAYS,
    ca_key: Annotated[
        Path | None,
        typer.Option("--ca-key", help="移走的 CA 私钥 / The authority's key, where it was moved"),
    ] = None,
) -> None:
    """签发新的服务器证书，重启后生效 / Make a new server certificate; restart to use it."""
    from workbench.gateway import tls

    with reported():
        files = _files(city_root(city))
        tls.renew(files, ca_key, name or [], utc_now(), days)
        _print(files)
        out().print(
            said("\n请重启网关，使新证书生效。", "\nRestart the gateway to serve the new one.")
        )


@app.command("show")
def show(city: CityOption = None) -> None:
    """显示名称、到期日和指纹 / Show names, expiry and fingerprints."""
    from workbench.gateway import tls

    with reported():
        files = _files(city_root(city))
        if not files.authority.exists():
            raise tls.missing(files)
        _print(files)


def _files(root: Path) -> Files:
    from workbench.gateway.tls import Files

    return Files(Layout(root).state)


def _print(files: Files) -> None:
    from workbench.gateway.tls import load

    _print_one(said("CA 证书", "Authority"), files.authority)
    _print_one(said("服务器证书", "Server certificate"), files.server)
    now = utc_now()
    warning = load(files.server, None, now).warning(now)
    if warning is not None:
        out().print(said(warning.zh, warning.en), style="yellow")


def _print_one(title: str, path: Path) -> None:
    from workbench.gateway import certificates, pem

    found = pem.read_certificate(path)
    ends = found.not_valid_after_utc
    left = (ends - utc_now()).days
    out().print(title)
    for name, value in (
        (said("文件", "file"), str(path)),
        (said("主体", "subject"), found.subject.rfc4514_string()),
        (said("名称", "names"), ", ".join(certificates.names_of(found)) or "-"),
        (said("到期", "expires"), f"{ends:%Y-%m-%d %H:%M} UTC, {left} {said('天', 'days')}"),
        ("SHA-256", certificates.fingerprint(found)),
    ):
        out().print(f"  {name:<8} {value}")
