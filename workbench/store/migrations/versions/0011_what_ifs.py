"""Named cases of what-if questions, as departments keep them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "what_ifs",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("department", sa.String(128), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("scenario", sa.String(64), nullable=False),
        sa.Column("maker", sa.String(128), nullable=False),
        sa.Column("made", _TIME, nullable=False),
        sa.Column("deleted", _TIME),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("what_ifs_name", "what_ifs", ["department", "name"], unique=True)
    op.create_index("what_ifs_made", "what_ifs", ["made"])
    op.execute("UPDATE meta SET value = 11 WHERE key = 'schema_version'")


def downgrade() -> None:
    raise NotImplementedError("a store goes back by its backup")
