"""What procedures decided about resources."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rulings",
        sa.Column("procedure_id", sa.String(64), sa.ForeignKey("procedures.id"), primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True),
        sa.Column("effect", sa.String(32), primary_key=True),
        sa.Column("resource", sa.String(256), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("since", sa.Date),
        sa.Column("until", sa.Date),
        sa.Column("sharing", sa.String(32), nullable=False),
        sa.Column("opening", sa.String(32), nullable=False),
        sa.Column("was_sharing", sa.String(32), nullable=False),
        sa.Column("was_opening", sa.String(32), nullable=False),
        sa.Column("contract", sa.String(64), nullable=False),
        sa.Column("title_zh", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("regulation", sa.String(64), nullable=False),
        sa.Column("article", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("rulings_resource", "rulings", ["resource"])
    op.execute("UPDATE meta SET value = 10 WHERE key = 'schema_version'")


def downgrade() -> None:
    raise NotImplementedError("a store goes back by its backup")
