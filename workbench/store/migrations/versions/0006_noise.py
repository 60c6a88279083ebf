"""Privacy budgets of grants, and the noisy figures that were paid for."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "noise_budgets",
        sa.Column("grant_id", sa.String(512), primary_key=True),
        sa.Column("spent", _LONG, nullable=False),
    )
    op.create_table(
        "noise_cells",
        sa.Column("cell", sa.String(64), primary_key=True),
        sa.Column("value", _LONG),
    )
    op.execute("UPDATE meta SET value = 6 WHERE key = 'schema_version'")


def downgrade() -> None:
    raise NotImplementedError("a store goes back by its backup")
