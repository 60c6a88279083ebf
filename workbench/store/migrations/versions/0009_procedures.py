"""Procedures beside sharing, the definitions that they began under, what they mark and did."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "procedure_kinds",
        sa.Column("version", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    _procedures()
    op.create_table(
        "disputed",
        _of_a_procedure(),
        sa.Column("resource", sa.String(256), primary_key=True),
        sa.Column("column", sa.String(256), primary_key=True),
        sa.Column("row", sa.String(64), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("ended", _TIME),
    )
    op.create_index("disputed_resource", "disputed", ["resource", "ended"])
    op.create_table(
        "procedure_effects",
        _of_a_procedure(),
        sa.Column("step", sa.Integer, primary_key=True),
        sa.Column("effect", sa.String(32), primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("by_hand", sa.Boolean, nullable=False),
        sa.Column("evidence", sa.String(64), nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("procedure_effects_done", "procedure_effects", ["effect", "at"])
    op.execute("UPDATE meta SET value = 9 WHERE key = 'schema_version'")


def _procedures() -> None:
    kind, profile = sa.ForeignKey("procedure_kinds.version"), sa.ForeignKey("profiles.version")
    op.create_table(
        "procedures",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("other", sa.Text, nullable=False),
        sa.Column("resource", sa.Text, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("over", sa.Boolean, nullable=False),
        sa.Column("decider", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("definition", sa.String(64), kind, nullable=False),
        sa.Column("profile", sa.String(64), profile, nullable=False),
        sa.Column("due", sa.Date),
        sa.Column("opened", _TIME, nullable=False),
        sa.Column("changed", _TIME, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    for name in ("department", "provider", "other", "over"):
        op.create_index(f"procedures_{name}", "procedures", [name, "changed"])
    op.create_index("procedures_due", "procedures", ["due"])


def _of_a_procedure() -> sa.Column[str]:
    return sa.Column(
        "procedure_id", sa.String(64), sa.ForeignKey("procedures.id"), primary_key=True
    )


def downgrade() -> None:
    raise NotImplementedError("a store goes back by its backup")
