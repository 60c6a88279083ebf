"""The tables, in types that SQLite and PostgreSQL both keep exactly."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

SCHEMA_VERSION = 3
REVISION = "0003"
"""The migration that makes this schema; a new version has both, and a file in ``migrations``."""

metadata = MetaData()


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC with microseconds; SQLite has no zones, so it keeps none there."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_Long = BigInteger().with_variant(Integer, "sqlite")
"""64 bits; SQLite's INTEGER has as many, and as a primary key is the row id itself."""

meta = Table(
    "meta",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", _Long, nullable=False),
)
"""``schema_version``; ``version``, which counts the changes of users and revocations; ``moved``
where this store was copied to another one and may not be written any more."""

owner = Table(
    "owner",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
)
"""Whose ledger this is: SHA-256 of the checkpoint key's public half, one row."""

users = Table(
    "users",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("department", String(128), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("session_epoch", Integer, nullable=False, default=0),
    Column("created_at", UtcTime, nullable=False),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("id", _Long, primary_key=True, autoincrement=True),
    Column("user_id", String(128), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
)

revocations = Table(
    "revocations",
    metadata,
    Column("grant_id", String(512), primary_key=True),
    Column("revoked_on", Date, nullable=False),
    Column("by", String(128), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("seq", _Long, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    # What an entry is found by, repeated from its body; the verifier compares them.
    Column("event", String(64), nullable=False),
    Column("actor", Text, nullable=False),
    Column("viewer", Text, nullable=False),
    Column("scenario", Text, nullable=False),
    Column("release", Text, nullable=False),
    Column("resources", Text, nullable=False),
)

Index("entries_at", entries.c.at)
# Hash on PostgreSQL: its B-trees refuse a value past 2.7 kB, and we only ask for equality.
Index("entries_actor", entries.c.actor, postgresql_using="hash")
Index("entries_scenario", entries.c.scenario, postgresql_using="hash")
Index(
    "entries_release",
    entries.c.release,
    sqlite_where=entries.c.release != "",
    postgresql_where=entries.c.release != "",
    postgresql_using="hash",
)
Index(
    "entries_viewer",
    entries.c.viewer,
    sqlite_where=entries.c.viewer != "",
    postgresql_where=entries.c.viewer != "",
    postgresql_using="hash",
)

statements = Table(
    "statements",
    metadata,
    Column("seq", _Long, ForeignKey("entries.seq"), primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""The full text of a statement, AES-GCM, by the entry that it belongs to."""

allowances = Table(
    "allowances",
    metadata,
    Column("subject", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("used", _Long, nullable=False),
)
"""Units that a subject used on a day. A subject is a keyed digest, never a name or a value."""

tries = Table(
    "tries",
    metadata,
    Column("subject", String(64), primary_key=True),
    Column("item", String(64), primary_key=True),
    Column("day", Date, nullable=False),
)
"""Which items were tried of a subject, and on what day first in their window; keyed digests."""

Index("allowances_day", allowances.c.day)
Index("tries_day", tries.c.day)
