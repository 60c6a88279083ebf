"""``workbench login`` and ``workbench logout``: a session for this account on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from workbench.client.language import language_of
from workbench.errors import InvalidInput, Text, Unauthenticated, WorkbenchError

UrlOption = Annotated[
    str | None,
    typer.Option(
        "--url", envvar="WORKBENCH_URL", help="网关地址 / Address of the gateway (http://host:port)"
    ),
]


CaOption = Annotated[
    Path | None,
    typer.Option(
        "--ca",
        envvar="WORKBENCH_CA",
        help="网关的 CA 证书 ca.pem（https）/ The gateway's ca.pem (https)",
        dir_okay=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Adds ``login`` and ``logout``."""
    app.command("login")(login)
    app.command("logout")(logout)


def login(
    user: Annotated[str, typer.Option("--user", "-u", help="用户名 / Your user name")],
    url: UrlOption = None,
    ca: CaOption = None,
    password_stdin: Annotated[
        bool,
        typer.Option(
            "--password-stdin",
            help="从标准输入的第一行读取密码 / Password on the first line of stdin",
        ),
    ] = False,
) -> None:
    """登录网关，保存会话（不保存密码） / Sign in and keep the session, not the password."""
    from workbench.client.connection import asked, connect
    from workbench.client.credentials import Session, write_session

    language = language_of(os.environ)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else asked(user, language)
    connection = connect(
        url=url, user=user, password=password, progress=False, ca=str(ca) if ca else None
    )
    trusted = str(Path(connection.ca).resolve()) if connection.ca else ""
    session = Session(connection.url, user, connection.session_token, trusted)
    file = write_session(session, os.environ)
    said = Text(f"已登录 {connection.url}，会话保存在 {file}", f"Signed in; session kept in {file}")
    typer.echo(said.said(language), err=True)


def logout() -> None:
    """删除保存的会话和自带表 / Forget the kept session, and let tables of one's own go."""
    from workbench.client.credentials import forget_session

    _let_own_tables_go()
    found = forget_session(os.environ)
    said = Text("已删除会话。", "The session is gone.") if found else _NOTHING
    typer.echo(said.said(language_of(os.environ)), err=True)


def _let_own_tables_go() -> None:
    """Signing out is not kept from anybody because the gateway does not answer."""
    from workbench.client.connection import connect
    from workbench.client.credentials import read_session

    try:
        kept = read_session(os.environ)
        if kept is None:
            return
        with connect(kept.url, token=kept.token, ca=kept.ca, progress=False) as connection:
            for row in connection.own_tables():
                connection.drop_own(row["table"].partition(".")[2], row["scenario"])
    except (Unauthenticated, InvalidInput):  # what had a session went with it
        return
    except WorkbenchError:
        typer.echo(_LEFT.said(language_of(os.environ)), err=True)


_LEFT = Text(
    "网关没有应答：若有自带表，会话到期时才移除。",
    "The gateway did not answer: tables of your own, if any, go when the session runs out.",
)
_NOTHING = Text("没有保存的会话。", "There was no session.")
