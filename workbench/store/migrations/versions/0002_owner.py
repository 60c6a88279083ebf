"""The mark of whose ledger it is; on PostgreSQL indexes that take a value of any length."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "owner",
        sa.Column("fingerprint", sa.String(64), primary_key=True),
    )
    if op.get_context().dialect.name == "postgresql":
        for name in ("actor", "scenario"):
            _hashed(name, None)
        for name in ("release", "viewer"):
            _hashed(name, sa.text(f"{name} != ''"))
    op.execute("UPDATE meta SET value = 2 WHERE key = 'schema_version'")


def _hashed(name: str, where: sa.TextClause | None) -> None:
    """A B-tree refuses values past 2.7 kB."""
    op.drop_index(f"entries_{name}", "entries")
    op.create_index(
        f"entries_{name}", "entries", [name], postgresql_using="hash", postgresql_where=where
    )


def downgrade() -> None:
    raise NotImplementedError("a store goes back by its backup")
