"""PostgreSQL as a store: one schema, one advisory lock for the chain. Imported where it is used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.store import backend
from workbench.store.address import PostgresAt
from workbench.store.backend import LAST, Backend, Row
from workbench.store.faults import unfit
from workbench.store.reaching import CAUSES
from workbench.store.reaching import cause as causing
from workbench.store.tables import entries, statements

CONNECT_SECONDS = 10
"""How long a connection may take to come about (our default; ``connect_timeout`` overrides it)."""

OLDEST = 120000
"""PostgreSQL 12, the oldest that is tried (our default)."""

_MARKS = ", ".join(["%s"] * len(entries.c))
_INSERT = f"INSERT INTO {entries.name} VALUES ({_MARKS})"  # noqa: S608 - names of ours
_INSERT_SEALED = f"INSERT INTO {statements.name} VALUES (%s, %s)"  # noqa: S608

_ABOUT = """
SELECT current_setting('server_version_num')::int, current_setting('server_encoding'),
       current_setting('fsync') || current_setting('full_page_writes'), pg_is_in_recovery(),
       EXISTS (SELECT FROM pg_namespace WHERE nspname = %s)
"""


def connect(address: PostgresAt) -> psycopg.Connection[Any]:
    """A bare connection with our settings. Raises ``psycopg.OperationalError``."""
    given = {"connect_timeout": CONNECT_SECONDS, **address.arguments()}
    return psycopg.connect(
        **given,
        options=_options(address),
        application_name="workbench",
        client_encoding="UTF8",
        tcp_user_timeout=int(backend.BUSY_SECONDS * 1000),
        keepalives_idle=10,
    )


def _options(address: PostgresAt) -> str:
    """A writer that hangs or whose machine is gone gives the chain's lock back."""
    patience = int(backend.BUSY_SECONDS * 1000)
    settings = {
        "search_path": address.schema,
        "synchronous_commit": "on",
        "lock_timeout": patience,
        "statement_timeout": patience,
        "idle_in_transaction_session_timeout": patience,
        "tcp_keepalives_idle": 10,
        "tcp_keepalives_interval": 5,
        "tcp_keepalives_count": 3,
        "timezone": "UTC",
    }
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def probed(address: PostgresAt) -> bool:
    """Whether the schema is there. Raises ``Unavailable`` for a server that cannot be reached, or
    on which a commit would not be what the ledger promises."""
    try:
        with connect(address) as connection:
            row = connection.execute(_ABOUT, (address.schema,)).fetchone()
    except psycopg.Error as error:
        raise _unreachable(address, error) from error
    assert row is not None
    version, encoding, syncs, standby, there = row
    unfit_ = {
        "PostgreSQL < 12": version < OLDEST,
        f"server_encoding {encoding}": encoding != "UTF8",
        "fsync/full_page_writes off": syncs != "onon",
        "standby (read-only)": standby,
    }
    wrong = [name for name, is_so in unfit_.items() if is_so]
    if wrong:
        raise unfit(
            f"数据库 {address.shown} 不能用作存储库：{'、'.join(wrong)}。",
            f"The database {address.shown} cannot be the store: {', '.join(wrong)}.",
            Text(
                "需要 12 以上的主库，UTF8 编码，fsync 与 full_page_writes 为 on。",
                "It takes a primary server from version 12, encoding UTF8, fsync and "
                "full_page_writes on.",
            ),
        )
    return bool(there)


def make_schema(address: PostgresAt) -> None:
    """Raises ``Unavailable`` where the role may not."""
    try:
        with connect(address) as connection:
            connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{address.schema}"')
    except psycopg.errors.InsufficientPrivilege as error:
        raise may_not(address) from error
    except psycopg.errors.UniqueViolation:  # two at once: the other one made it
        return
    except psycopg.Error as error:
        raise _unreachable(address, error) from error


@contextmanager
def told_rights(address: PostgresAt) -> Iterator[None]:
    """A change of the schema by a role that may not is told as such."""
    try:
        yield
    except WorkbenchError as error:
        cause = getattr(error.__cause__, "orig", None)
        if isinstance(cause, psycopg.errors.InsufficientPrivilege):
            raise may_not(address) from error
        raise


def may_not(address: PostgresAt) -> WorkbenchError:
    return unfit(
        f"数据库账号无权在 {address.shown} 建立或升级存储库。",
        f"The role may not make or upgrade the store in {address.shown}.",
        Text(
            "请以数据库所有者账号运行 workbench store upgrade，再按 workbench store rights 授权。",
            "Run workbench store upgrade as the owner, then give the rights that workbench store "
            "rights prints.",
        ),
    )


def _unreachable(address: PostgresAt, error: psycopg.Error) -> WorkbenchError:
    cause = CAUSES[causing(str(error))]
    return simple(
        Code.ledger_unavailable,
        f"连接不上存储库 {address.shown}：{cause.zh}。",
        f"The store {address.shown} cannot be reached: {cause.en}.",
        next=Text(
            "请检查数据库服务、网络、账号与密码文件。",
            "Check the server, the network, the role and the password file.",
        ),
        subject=address.shown,
    )


def postgres_backend(address: PostgresAt) -> Backend:
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect(address),
        pool_size=backend.POOL,
        max_overflow=backend.OVERFLOW,
        pool_pre_ping=True,  # the server may have been started again since
    )
    lock = _lock(address.schema)

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        if connection.get_execution_options().get("immediate", False):
            connection.exec_driver_sql(lock)

    view = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return Backend(
        shown=address.shown,
        kind="postgresql",
        reader=engine.execution_options(**view),
        writer=engine.execution_options(isolation_level="READ COMMITTED", immediate=True),
        new_writer=lambda: PostgresWriter(_own(engine), lock),
        new_glance=lambda: _own(engine),
        errors=(psycopg.Error,),
    )


def _lock(schema: str) -> str:
    """Taken first, kept to the end of the transaction: entries commit in the order of their seq."""
    key = int.from_bytes(sha256(b"workbench store\n" + schema.encode()).digest()[:8], signed=True)
    return f"SELECT pg_advisory_xact_lock({key})"


class PostgresWriter:
    """See ``Writer``. Two round trips: lock and last entry; inserts and commit."""

    def __init__(self, connection: psycopg.Connection[Any], lock: str) -> None:
        self._connection = connection
        self._begin = f"BEGIN ISOLATION LEVEL READ COMMITTED; {lock}; {LAST}"

    def begin(self) -> tuple[int, str] | None:
        cursor = self._connection.execute(self._begin)
        while cursor.nextset():
            pass
        last: tuple[int, str] | None = cursor.fetchone()
        return last

    def commit(self, rows: Sequence[Row], sealed: Sequence[tuple[int, bytes]]) -> None:
        connection = self._connection
        with connection.pipeline(), connection.cursor() as cursor:
            for row in rows:
                cursor.execute(_INSERT, row)
            for seq, text in sealed:
                cursor.execute(_INSERT_SEALED, (seq, text))
            cursor.execute("COMMIT")

    @property
    def lost(self) -> bool:
        return self._connection.closed

    def close(self) -> None:
        self._connection.close()


def _own(engine: Engine) -> psycopg.Connection[Any]:
    """A connection that the pool does not know any more; a transaction is written out."""
    pooled = engine.raw_connection()
    connection = pooled.driver_connection
    pooled.detach()
    assert isinstance(connection, psycopg.Connection)
    connection.autocommit = True
    return connection
