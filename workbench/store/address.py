"""Where a city's store is: a file of the city, or a PostgreSQL by its URL.

First the variable ``WORKBENCH_STORE``, then the private file ``.workbench/store.url``, else SQLite
in the city's own folder. A URL never holds a password: libpq takes it from ``PGPASSFILE``,
``~/.pgpass``, the URL's ``passfile=``, or ``PGPASSWORD``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.store.layout import Layout, private_folder, write_private

STORE = "WORKBENCH_STORE"
"""Environment variable: the URL of the store."""

SCHEMA = "workbench"
"""The schema of PostgreSQL where the URL names none (our default)."""

PORT = 5432

PARAMETERS = (
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "sslcrl",
    "channel_binding",
    "passfile",
    "connect_timeout",
    "host",
    "target_session_attrs",
)
"""What is handed on to libpq; beside them ``schema``, which is ours. No password is among them."""

LIBPQ = ("PGPASSFILE", "PGPASSWORD", "PGSSLMODE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY")
"""Variables of libpq that the gateway needs; no other program gets them."""

_SCHEMA = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class SqliteAt:
    """A file."""

    file: Path

    @property
    def shown(self) -> str:
        return str(self.file)


@dataclass(frozen=True)
class PostgresAt:
    """A schema of a database. ``parameters`` go to libpq."""

    user: str
    host: str
    port: int
    database: str
    schema: str
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def shown(self) -> str:
        """The URL; it can be parsed again, and there is no password in it."""
        name = f"{quote(self.user, safe='')}@" if self.user else ""
        socket = [("host", self.host)] if self.host.startswith("/") else []
        host = "" if socket else f"[{self.host}]" if ":" in self.host else self.host
        place = f"{host}:{self.port}/{quote(self.database, safe='')}"
        rest = urlencode([("schema", self.schema), *socket, *self.parameters])
        return f"postgresql://{name}{place}?{rest}"

    def arguments(self) -> dict[str, Any]:
        """For libpq."""
        given = {"user": self.user, "host": self.host, "port": self.port, "dbname": self.database}
        return {k: v for k, v in {**given, **dict(self.parameters)}.items() if v}


Address = SqliteAt | PostgresAt


def address_of(layout: Layout, environ: Mapping[str, str] | None = None) -> Address:
    """Raises ``InvalidInput`` for a URL that is none, holds a password, or reaches out in the
    clear; ``Unavailable`` where others can read or write the file that it stands in."""
    named = (os.environ if environ is None else environ).get(STORE, "").strip()
    if named:
        return parsed(named, STORE)
    written = _written(layout.store_url)
    return parsed(written, str(layout.store_url)) if written else SqliteAt(layout.store)


def remember(layout: Layout, address: PostgresAt) -> None:
    """Write the file, so that a command without the variable cannot go to another store."""
    private_folder(layout.state)
    beside = layout.store_url.with_suffix(".new")
    beside.unlink(missing_ok=True)
    write_private(beside, f"{address.shown}\n".encode())
    beside.rename(layout.store_url)


def _written(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return ""
    if mode & 0o077:
        raise simple(
            Code.gateway_unavailable,
            f"存储库地址文件 {path} 可被其他用户读写。",
            f"The file {path}, which says where the store is, is open to other users.",
            next=Text(f"chmod 600 {path}", f"chmod 600 {path}"),
            subject=str(path),
        )
    return path.read_text(encoding="utf-8").strip()


def parsed(url: str, where: str) -> PostgresAt:
    """The address that ``where`` (a variable, a file, an option) gives. The URL itself stands in
    no error: a password may be in it."""
    try:
        parts = urlsplit(url)
        port = parts.port
        query = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        raise _no_url(where) from None
    if parts.scheme not in ("postgresql", "postgres") or parts.fragment:
        raise _no_url(where)
    given = dict(query)
    if parts.password is not None or any("password" in name.lower() for name in given):
        raise _password(where)
    schema = given.pop("schema", SCHEMA)
    _check(where, given, schema)
    database = unquote(parts.path.lstrip("/"))
    host = given.pop("host", "") or unquote(parts.hostname or "")
    found = PostgresAt(
        unquote(parts.username or ""),
        host or "localhost",
        port or PORT,
        database or "postgres",
        schema,
        tuple(sorted(given.items())),
    )
    _check_encrypted(where, found)
    return found


def _check(where: str, given: Mapping[str, str], schema: str) -> None:
    unknown = sorted(set(given) - set(PARAMETERS))
    if unknown:
        listed = ", ".join(PARAMETERS)
        raise simple(
            Code.invalid_request,
            f"{where} 的地址含有未知参数：{', '.join(unknown)}。",
            f"The URL in {where} has unknown parameters: {', '.join(unknown)}.",
            next=Text(f"可用：schema, {listed}。", f"There are: schema, {listed}."),
            subject=where,
        )
    if not _SCHEMA.fullmatch(schema) or schema == "information_schema":
        raise simple(
            Code.invalid_request,
            f"{where} 中的 schema 须由小写字母、数字和下划线组成，且不以 pg_ 开头。",
            f"The schema in {where} has small letters, digits and underscores, and does not begin "
            "with pg_.",
            next=Text("例如 ?schema=workbench_2", "Such as ?schema=workbench_2"),
            subject=where,
        )


def _check_encrypted(where: str, address: PostgresAt) -> None:
    local = address.host in _LOCAL or address.host.startswith("/")
    if local or "sslmode" in dict(address.parameters) or os.environ.get("PGSSLMODE"):
        return
    raise simple(
        Code.invalid_request,
        f"{where} 指向另一台机器，但没有说明是否加密。",
        f"{where} names another machine, and does not say whether the way there is encrypted.",
        why=Text(
            "libpq 默认会在服务器不支持加密时改用明文。",
            "libpq by default goes on in the clear where the server does not offer TLS.",
        ),
        next=Text(
            "请加上 ?sslmode=verify-full&sslrootcert=/路径/ca.pem；"
            "确属可信线路时可写 sslmode=disable。",
            "Add ?sslmode=verify-full&sslrootcert=/path/ca.pem; sslmode=disable only where the "
            "line is trusted.",
        ),
        subject=where,
    )


def _no_url(where: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"{where} 不是存储库地址。",
        f"{where} is not the URL of a store.",
        next=Text(
            "请写 postgresql://用户@主机:5432/数据库?schema=workbench；"
            "不设置则使用城市目录内的 SQLite。",
            "Write postgresql://user@host:5432/database?schema=workbench; without it the store is "
            "SQLite in the city's folder.",
        ),
        subject=where,
    )


def _password(where: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"{where} 的地址中含有密码，已拒绝。",
        f"The URL in {where} holds a password and is refused.",
        why=Text(
            "地址会出现在进程列表、历史记录和日志中。",
            "URLs end up in lists of processes, histories and logs.",
        ),
        next=Text(
            "请把密码写入 0600 的密码文件（主机:端口:数据库:用户:密码），"
            "由 PGPASSFILE 或地址中的 passfile= 指明，并更换已写出的密码。",
            "Put it into a password file (host:port:database:user:password, mode 0600) that "
            "PGPASSFILE or passfile= in the URL names; and change the password, as it was "
            "written out.",
        ),
        subject=where,
    )
