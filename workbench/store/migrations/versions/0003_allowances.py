"""Counters of what was used of an allowance, and of what was tried."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "allowances",
        sa.Column("subject", sa.String(64), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("used", _LONG, nullable=False),
    )
    op.create_table(
        "tries",
        sa.Column("subject", sa.String(64), primary_key=True),
        sa.Column("item", sa.String(64), primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
    )
    for name in ("allowances", "tries"):
        op.create_index(f"{name}_day", name, ["day"])
    op.execute("UPDATE meta SET value = 3 WHERE key = 'schema_version'")


def downgrade() -> None:
    raise NotImplementedError("a store goes back by its backup")
