"""A ``servers:`` entry of ODCS that is a database: a source to attach, or findings.

``type`` is postgres, mysql (MariaDB too) or sqlite, with ODCS's own keys (``host``, ``port``,
``database``, ``schema``, ``path``) and customProperties ``table``, ``secret``, ``ttl``, ``tls`` and
``tlsCa``. No user and no password may stand anywhere in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath
from typing import Literal

from open_data_contract_standard.model import Server
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from workbench.catalogue import properties
from workbench.declared.findings import Path, suggest
from workbench.declared.notes import Notes
from workbench.errors import Text
from workbench.model.contract import Column
from workbench.model.source import DEFAULT_TTL, AttachedSource, SourceKind, Tls

TYPES = frozenset(kind.value for kind in SourceKind)
SECRET_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")

_HOST = re.compile(r"[A-Za-z0-9._:-]+")
_TTL = re.compile(r"([1-9]\d{0,5})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_ALWAYS = ("id", "server", "type", "description", "environment", "roles", "customProperties")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "postgres": ("host", "port", "database", "schema_"),
    "mysql": ("host", "port", "database"),
    "sqlite": ("path",),
}
_WANTED: Mapping[str, tuple[str, ...]] = {
    "postgres": ("host", "database"),
    "mysql": ("host", "database"),
    "sqlite": ("path",),
}
_PORTS = {"postgres": 5432, "mysql": 3306, "sqlite": 0}
_CREDENTIALS = re.compile(r"user|username|account|password|passwd|pwd|pass|token", re.I)
_TELLTALE = re.compile(r"@|://|(user|password|passwd|pwd)\s*=", re.I)


class _Properties(BaseModel):
    """What ODCS has no key for. ``table`` is a table or a view, without its schema."""

    model_config = ConfigDict(alias_generator=to_camel)

    table: str = Field(min_length=1, max_length=128)
    secret: str = ""
    ttl: str = ""
    tls: Literal["disable", "require", "verify-ca", "verify-full"] = "require"
    tls_ca: str = ""


def read(
    servers: Sequence[Server], columns: Sequence[Column], root: FilePath, notes: Notes
) -> AttachedSource | None:
    """The source among ``servers``, or None where there is none or it is wrong."""
    found = [(i, s) for i, s in enumerate(servers) if s.type in TYPES]
    if not found:
        return None
    if len(servers) > 1:
        notes.error(("servers",), _ONE, _ONE_FIX)
        return None
    index, server = found[0]
    before = len(notes.found)
    source = _source(server, ("servers", index), root, notes)
    _check_columns(columns, notes)
    return source if len(notes.found) == before else None


def _source(server: Server, here: Path, root: FilePath, notes: Notes) -> AttachedSource | None:
    kind = str(server.type)
    _check_keys(server, kind, here, notes)
    _check_credentials(server, here, notes)
    mine = properties.read(_Properties, server.customProperties, here, notes)
    if mine is None:
        return None

    def place(name: str) -> Path:
        return properties.place(server.customProperties, name, here)

    _check_names(server, mine, here, place("table"), notes)
    _check_secret(kind, mine, place("secret"), notes)
    _check_tls(kind, mine, place("tls"), root, notes)
    if kind == "sqlite" and not inside(server.path or "", root):
        notes.error((*here, "path"), _PATH, _PATH_FIX)
    return AttachedSource(
        kind=SourceKind(kind),
        table=mine.table,
        schema=(server.schema_ or "public") if kind == "postgres" else "",
        host=server.host or "",
        port=_port(server) or _PORTS[kind],
        database=server.database or "",
        path=server.path or "",
        secret=mine.secret,
        ttl_seconds=_ttl(mine.ttl, place("ttl"), notes),
        tls=Tls(mine.tls),
        tls_ca=mine.tls_ca,
    )


def _check_keys(server: Server, kind: str, here: Path, notes: Notes) -> None:
    """ODCS allows every key for every type; one that is not used here would be overlooked."""
    known = (*_ALWAYS, *_KEYS[kind])
    for name in type(server).model_fields:
        shown = name.rstrip("_")
        if getattr(server, name) is not None and name not in known:
            problem = Text(f"{kind} 来源不用 {shown}", f"a {kind} source does not use {shown}")
            fix = _SECRET_FIX if _CREDENTIALS.fullmatch(shown) else suggest(
                shown, [k.rstrip("_") for k in known]
            )  # fmt: skip
            notes.error((*here, shown), problem, fix)
    for name in _WANTED[kind]:
        if not getattr(server, name):
            notes.error((*here, name), _EMPTY, Text(f"补上 {name}。", f"Add {name}."))
    if server.port is not None and not _port(server):
        notes.error((*here, "port"), _PORT, _PORT_FIX)


def _port(server: Server) -> int:
    """0 for none, or for one that cannot be."""
    given = server.port
    return given if isinstance(given, int) and 1 <= given <= 65_535 else 0


def _check_credentials(server: Server, here: Path, notes: Notes) -> None:
    for name in ("server", "host", "database", "path", "schema_"):
        if _TELLTALE.search(str(getattr(server, name) or "")):
            notes.error((*here, name.rstrip("_")), _CREDENTIAL, _SECRET_FIX)
    for index, item in enumerate(server.customProperties or ()):
        at = (*here, "customProperties", index)
        if _CREDENTIALS.fullmatch((item.property or "").removeprefix("x-")):
            notes.error((*at, "property"), _CREDENTIAL, _SECRET_FIX)
        elif isinstance(item.value, str) and _TELLTALE.search(item.value):
            notes.error((*at, "value"), _CREDENTIAL, _SECRET_FIX)


def _check_names(server: Server, mine: _Properties, here: Path, table: Path, notes: Notes) -> None:
    if server.host and not _HOST.fullmatch(server.host):
        notes.error((*here, "host"), _HOST_NAME, _HOST_FIX)
    named = {"database": server.database, "schema": server.schema_}
    for key, value in named.items():
        if value and not _plain(value):
            notes.error((*here, key), _NAME, _NAME_FIX)
    if not _plain(mine.table) or "." in mine.table:
        notes.error(table, _TABLE, _TABLE_FIX)


def _plain(name: str) -> bool:
    return name.isprintable() and name == name.strip() and not set(name) & set("\"'`;\\=")


def _check_secret(kind: str, mine: _Properties, here: Path, notes: Notes) -> None:
    if kind == "sqlite":
        if mine.secret:
            notes.error(here, _NO_SECRET, _NO_SECRET_FIX)
    elif not SECRET_NAME.fullmatch(mine.secret):
        notes.error(here, _SECRET, _SECRET_FIX)


def _check_tls(kind: str, mine: _Properties, here: Path, root: FilePath, notes: Notes) -> None:
    verified = mine.tls in ("verify-ca", "verify-full")
    if kind == "sqlite" and (mine.tls_ca or mine.tls != "require"):
        notes.error(here, _NO_TLS, _NO_TLS_FIX)
    elif verified != bool(mine.tls_ca):
        notes.error(here, _CA, _CA_FIX)
    elif mine.tls_ca and not inside(mine.tls_ca, root):
        notes.error(here, _PATH, _PATH_FIX)


def inside(path: str, root: FilePath) -> bool:
    """Whether a file that a contract names stays in the city (links followed), out of its state."""
    if not path or "\0" in path or FilePath(path).is_absolute():
        return False
    found = (root / path).resolve()
    state = (root / ".workbench").resolve()
    return found.is_relative_to(root.resolve()) and not found.is_relative_to(state)


def _ttl(text: str, here: Path, notes: Notes) -> int:
    if not text:
        return DEFAULT_TTL
    found = _TTL.fullmatch(text)
    if found is None:
        notes.error(here, _TTL_FORM, _TTL_FIX)
        return DEFAULT_TTL
    return int(found[1]) * _SECONDS[found[2]]


def _check_columns(columns: Sequence[Column], notes: Notes) -> None:
    for index, column in enumerate(columns):
        here = ("schema", 0, "properties", index)
        if column.type == "HUGEINT":
            notes.error((*here, "physicalType"), _HUGE, _HUGE_FIX)
        if len(column.source_names) > 1:
            notes.error(here, _NAMES, _NAMES_FIX)
        if column.reading is not None:
            notes.error(here, _READING, _READING_FIX)


_ONE = Text(
    "数据库来源只能单独写，不能与文件或另一个来源并列",
    "a database as source stands alone, beside no file and no other source",
)
_ONE_FIX = Text("每个资源只保留一个 servers 条目。", "Keep one entry of servers for this resource.")
_EMPTY = Text("缺少此项", "this key is missing")
_PORT = Text("端口应为 1 至 65535", "a port is 1 to 65535")
_PORT_FIX = Text("例如 port: 5432。", "For example port: 5432.")
_CREDENTIAL = Text(
    "契约里不写用户名、口令或连接串", "no user, password or connection string stands in a contract"
)
_SECRET_FIX = Text(
    "只写密钥名 secret: 名称，再运行 workbench secrets set 名称。",
    "Name it with the customProperty secret, then run: workbench secrets set NAME.",
)
_SECRET = Text(
    "缺少密钥名，或写法不对（小写字母、数字、-、_）",
    "the secret's name is missing or not one (lower-case letters, digits, - and _)",
)
_NO_SECRET = Text("SQLite 文件不需要密钥", "an SQLite file needs no secret")
_NO_SECRET_FIX = Text("删除 secret。", "Remove secret.")
_HOST_NAME = Text("host 应为一个主机名或地址", "host is one host name or address")
_HOST_FIX = Text("例如 host: db.example.gov.cn。", "For example host: db.example.gov.cn.")
_NAME = Text(
    "名称含有引号、分号、等号或首尾空格",
    "the name holds quotes, semicolons, equal signs or outer spaces",
)
_NAME_FIX = Text("写数据库里的原名。", "Write the name as the database has it.")
_TABLE = Text("table 只写表或视图的名称", "table is the name of a table or view alone")
_TABLE_FIX = Text(
    "模式写在 schema 里：schema: hr，table: staff。", "Its schema stands apart: schema: hr, "
    "table: staff.",
)  # fmt: skip
_NO_TLS = Text("SQLite 文件不用 tls", "an SQLite file has no TLS")
_NO_TLS_FIX = Text("删除 tls 和 tlsCa。", "Remove tls and tlsCa.")
_CA = Text(
    "verify-ca、verify-full 与 tlsCa（CA 证书）要一起写",
    "verify-ca and verify-full go together with tlsCa, the certificate of the CA",
)
_CA_FIX = Text(
    "补上 tlsCa: 证书路径，或改用 tls: require（加密但不验证对方）。",
    "Add tlsCa: PATH, or write tls: require (encrypts, does not tell who answers).",
)
_PATH = Text(
    "路径必须在城市目录之内，且不在 .workbench 里",
    "the path must stay inside the city's folder, and outside .workbench",
)
_PATH_FIX = Text("写相对路径，例如 shared/x.sqlite。", "Write a relative path: shared/x.sqlite.")
_TTL_FORM = Text("ttl 的写法不对", "this is no ttl")
_TTL_FIX = Text("写成 30s、15m、2h 或 1d。", "Write 30s, 15m, 2h or 1d.")
_HUGE = Text("从数据库取数存不了 HUGEINT", "a pull cannot hold HUGEINT")
_HUGE_FIX = Text("改用 DECIMAL(38,0)。", "Write DECIMAL(38,0).")
_NAMES = Text("来源中的一列只有一个名称", "a column has one name at its source")
_NAMES_FIX = Text("sourceName 只写一个。", "Write one sourceName.")
_READING = Text(
    "read 只用于文件：数据库里的值有自己的类型",
    "read is for files: a value in a database has a type of its own",
)
_READING_FIX = Text(
    "删除 read；需要换算时，在来源处建视图。", "Remove read; to convert, make a view at the source."
)
