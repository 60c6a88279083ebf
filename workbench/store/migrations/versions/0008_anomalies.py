"""Findings of the anomaly watch, and the bounded sums of the ledger that it looks at."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "anomalies",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("found", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("ordered", sa.Integer, nullable=False),
        sa.Column("closed", sa.DateTime(timezone=True)),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("anomalies_subject", "anomalies", ["rule", "subject", "until"])
    op.create_index("anomalies_state", "anomalies", ["state", "found"])
    op.create_index("anomalies_case", "anomalies", ["case_id"])
    op.create_table(
        "anomaly_hours",
        sa.Column("person", sa.String(256), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("hour", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("department", sa.String(128), primary_key=True),
        sa.Column("scenario", sa.String(64), primary_key=True),
        sa.Column("resource", sa.String(256), primary_key=True),
        sa.Column("calls", _LONG, nullable=False),
        sa.Column("rows", _LONG, nullable=False),
        sa.Column("scope", _LONG, nullable=False),
        sa.Column("purpose", _LONG, nullable=False),
        sa.Column("lookups", _LONG, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("changed", _LONG, nullable=False),
    )
    op.create_index("anomaly_hours_day", "anomaly_hours", ["day"])
    op.create_index("anomaly_hours_changed", "anomaly_hours", ["changed"])
    op.create_table(
        "anomaly_transfers",
        sa.Column("resource", sa.String(256), primary_key=True),
        sa.Column("position", _LONG, nullable=False),
        sa.Column("received_on", sa.Date),
        sa.Column("data_date", sa.Date),
        sa.Column("missing", _LONG, nullable=False),
        sa.Column("missing_on", sa.Date),
    )
    op.execute("UPDATE meta SET value = 8 WHERE key = 'schema_version'")


def downgrade() -> None:
    raise NotImplementedError("a store goes back by its backup")
