"""What departments were told of protected resources, release by release."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "told_pages",
        sa.Column("department", sa.String(256), primary_key=True),
        sa.Column("resource", sa.String(256), primary_key=True),
        sa.Column("subject", sa.String(256), primary_key=True),
        sa.Column("number", _LONG, primary_key=True),
        sa.Column("release", sa.String(64), nullable=False),
        sa.Column("scenario", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("units", _LONG, nullable=False),
        sa.Column("cells", _LONG, nullable=False),
        sa.Column("withheld", _LONG, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.execute("UPDATE meta SET value = 7 WHERE key = 'schema_version'")


def downgrade() -> None:
    raise NotImplementedError("a store goes back by its backup")
