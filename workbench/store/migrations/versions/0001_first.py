"""The first version: schema_version 1, as it was made before there were migrations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TIME = sa.DateTime(timezone=True)
_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_RELEASE, _VIEWER = sa.text("release != ''"), sa.text("viewer != ''")


def upgrade() -> None:
    _people()
    _ledger()
    for statement in _guards(op.get_context().dialect.name):
        op.execute(statement)
    op.execute("INSERT INTO meta (key, value) VALUES ('schema_version', 1), ('version', 0)")


def downgrade() -> None:
    raise NotImplementedError("a store goes back by its backup")


def _people() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("value", _LONG, nullable=False),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("department", sa.String(128), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("session_epoch", sa.Integer, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("id", _LONG, primary_key=True, autoincrement=True),
        sa.Column("user_id", sa.String(128), nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("ix_sign_in_failures_user_id", "sign_in_failures", ["user_id"])
    op.create_table(
        "revocations",
        sa.Column("grant_id", sa.String(512), primary_key=True),
        sa.Column("revoked_on", sa.Date, nullable=False),
        sa.Column("by", sa.String(128), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )


def _ledger() -> None:
    op.create_table(
        "entries",
        sa.Column("seq", _LONG, primary_key=True, autoincrement=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("viewer", sa.Text, nullable=False),
        sa.Column("scenario", sa.Text, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("resources", sa.Text, nullable=False),
    )
    op.create_index("entries_at", "entries", ["at"])
    op.create_index("entries_actor", "entries", ["actor"])
    op.create_index("entries_scenario", "entries", ["scenario"])
    for name, where in (("release", _RELEASE), ("viewer", _VIEWER)):
        op.create_index(
            f"entries_{name}", "entries", [name], sqlite_where=where, postgresql_where=where
        )
    op.create_table(
        "statements",
        sa.Column(
            "seq", _LONG, sa.ForeignKey("entries.seq"), primary_key=True, autoincrement=False
        ),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )


def _guards(dialect: str) -> list[str]:
    """Written out: a migration does not change when the program does."""
    names = ("entries", "statements")
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {name}_no_{verb} BEFORE {verb} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, '{name} are append-only'); END"
            for name in names
            for verb in ("update", "delete")
        ]
    return [
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' are append-only'; END $$",
        *(
            f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            for name in names
        ),
    ]
