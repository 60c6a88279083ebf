"""Consents of those whom data are about, by scenario."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("scenario", sa.String(64), primary_key=True),
        sa.Column("subject", sa.String(64), primary_key=True),
        sa.Column("change", _LONG, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("given_on", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("by", sa.String(256), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("ended", sa.String(16), nullable=False),
        sa.Column("ended_change", _LONG),
        sa.Column("ended_by", sa.String(256), nullable=False),
        sa.Column("ended_at", _TIME),
    )
    op.create_index("consents_change", "consents", ["scenario", "change"])
    op.create_index("consents_ended", "consents", ["scenario", "ended_change"])
    op.create_index("consents_until", "consents", ["scenario", "until"])
    op.create_table(
        "consent_sets",
        sa.Column("scenario", sa.String(64), primary_key=True),
        sa.Column("changes", _LONG, nullable=False),
        sa.Column("withdrawals", _LONG, nullable=False),
    )
    op.execute("UPDATE meta SET value = 5 WHERE key = 'schema_version'")


def downgrade() -> None:
    raise NotImplementedError("a store goes back by its backup")
