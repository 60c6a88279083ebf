"""Cases, the regulations that they began under, commands that were done, messages to be sent."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "profiles",
        sa.Column("version", sa.String(64), primary_key=True),
        sa.Column("regulation", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("scenario", sa.Text, nullable=False),
        sa.Column("resource", sa.Text, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("decider", sa.String(32), nullable=False),
        sa.Column("reviewer", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("profile", sa.String(64), sa.ForeignKey("profiles.version"), nullable=False),
        sa.Column("due", sa.Date),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("opened", _TIME, nullable=False),
        sa.Column("changed", _TIME, nullable=False),
        sa.Column("mark", _LONG, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("cases_department", "cases", ["department", "changed"])
    op.create_index("cases_provider", "cases", ["provider", "changed"])
    op.create_index("cases_reviewer", "cases", ["reviewer", "changed"])
    op.create_index("cases_state", "cases", ["state", "changed"])
    op.create_index("cases_due", "cases", ["due"])
    op.create_index("cases_held", "cases", ["department", "scenario", "resource"])
    op.create_index("cases_mark", "cases", ["mark"])
    op.create_table(
        "commands",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_table(
        "uses",
        sa.Column("grant_id", sa.String(512), primary_key=True),
        sa.Column("person", sa.String(256), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("releases", sa.Integer, nullable=False),
        sa.Column("columns", sa.Text, nullable=False),
        sa.Column("last", _TIME, nullable=False),
    )
    op.create_index("uses_day", "uses", ["day"])
    op.create_table(
        "messages",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("made", _TIME, nullable=False),
        sa.Column("sent", _TIME),
        sa.Column("next", _TIME),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("trouble", sa.Text, nullable=False),
    )
    op.create_index("messages_next", "messages", ["next"])
    op.create_index("messages_case", "messages", ["case_id"])
    op.execute("UPDATE meta SET value = 4 WHERE key = 'schema_version'")


def downgrade() -> None:
    raise NotImplementedError("a store goes back by its backup")
