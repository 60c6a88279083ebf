"""The tables, in types that SQLite and PostgreSQL both keep exactly."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

SCHEMA_VERSION = 11
REVISION = "0011"
"""The migration that makes this schema; a new version has both, and a file in ``migrations``."""

metadata = MetaData()


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC with microseconds; SQLite has no zones, so it keeps none there."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_Long = BigInteger().with_variant(Integer, "sqlite")
"""64 bits; SQLite's INTEGER has as many, and as a primary key is the row id itself."""

meta = Table(
    "meta",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", _Long, nullable=False),
)
"""``schema_version``; ``version``, which counts the changes of users and revocations; ``moved``
where this store was copied to another one and may not be written any more."""

owner = Table(
    "owner",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
)
"""Whose ledger this is: SHA-256 of the checkpoint key's public half, one row."""

users = Table(
    "users",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("department", String(128), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("session_epoch", Integer, nullable=False, default=0),
    Column("created_at", UtcTime, nullable=False),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("id", _Long, primary_key=True, autoincrement=True),
    Column("user_id", String(128), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
)

revocations = Table(
    "revocations",
    metadata,
    Column("grant_id", String(512), primary_key=True),
    Column("revoked_on", Date, nullable=False),
    Column("by", String(128), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("seq", _Long, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    # What an entry is found by, repeated from its body; the verifier compares them.
    Column("event", String(64), nullable=False),
    Column("actor", Text, nullable=False),
    Column("viewer", Text, nullable=False),
    Column("scenario", Text, nullable=False),
    Column("release", Text, nullable=False),
    Column("resources", Text, nullable=False),
)

Index("entries_at", entries.c.at)
# Hash on PostgreSQL: its B-trees refuse a value past 2.7 kB, and we only ask for equality.
Index("entries_actor", entries.c.actor, postgresql_using="hash")
Index("entries_scenario", entries.c.scenario, postgresql_using="hash")
Index(
    "entries_release",
    entries.c.release,
    sqlite_where=entries.c.release != "",
    postgresql_where=entries.c.release != "",
    postgresql_using="hash",
)
Index(
    "entries_viewer",
    entries.c.viewer,
    sqlite_where=entries.c.viewer != "",
    postgresql_where=entries.c.viewer != "",
    postgresql_using="hash",
)

statements = Table(
    "statements",
    metadata,
    Column("seq", _Long, ForeignKey("entries.seq"), primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""The full text of a statement, AES-GCM, by the entry that it belongs to."""

allowances = Table(
    "allowances",
    metadata,
    Column("subject", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("used", _Long, nullable=False),
)
"""Units that a subject used on a day. A subject is a keyed digest, never a name or a value."""

tries = Table(
    "tries",
    metadata,
    Column("subject", String(64), primary_key=True),
    Column("item", String(64), primary_key=True),
    Column("day", Date, nullable=False),
)
"""Which items were tried of a subject, and on what day first in their window; keyed digests."""

Index("allowances_day", allowances.c.day)
Index("tries_day", tries.c.day)

profiles = Table(
    "profiles",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("regulation", Text, nullable=False),
    Column("text", Text, nullable=False),
)
"""The files of the regulations that cases began under, whole: a case keeps its rules."""

cases = Table(
    "cases",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("department", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("scenario", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("state", String(32), nullable=False),
    Column("decider", String(32), nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("profile", String(64), ForeignKey("profiles.version"), nullable=False),
    Column("due", Date),
    Column("until", Date, nullable=False),
    Column("opened", UtcTime, nullable=False),
    Column("changed", UtcTime, nullable=False),
    Column("mark", _Long, nullable=False),
    Column("body", Text, nullable=False),
)
"""``body`` is the whole case; the others repeat what it is found by. ``mark`` is the version of the
store at which the grant of the case changed last, 0 before there was one."""

Index("cases_department", cases.c.department, cases.c.changed)
Index("cases_provider", cases.c.provider, cases.c.changed)
Index("cases_reviewer", cases.c.reviewer, cases.c.changed)
Index("cases_state", cases.c.state, cases.c.changed)
Index("cases_due", cases.c.due)
Index("cases_held", cases.c.department, cases.c.scenario, cases.c.resource)
Index("cases_mark", cases.c.mark)

commands = Table(
    "commands",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("case_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
)
"""Commands that were done, by the digest of who sent them and the key that they gave them."""

uses = Table(
    "uses",
    metadata,
    Column("grant_id", String(512), primary_key=True),
    Column("person", String(256), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("releases", Integer, nullable=False),
    Column("columns", Text, nullable=False),
    Column("last", UtcTime, nullable=False),
)
"""What the ledger says of the use of each grant, by person and day; made of it, and made anew where
it is lost. ``meta.uses_seen`` is the last entry that is counted."""

Index("uses_day", uses.c.day)

messages = Table(
    "messages",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("case_id", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("made", UtcTime, nullable=False),
    Column("sent", UtcTime),
    Column("next", UtcTime),
    Column("tries", Integer, nullable=False),
    Column("trouble", Text, nullable=False),
)
"""What is to be told to whom; ``next`` is when it is to be tried, none once it was sent."""

Index("messages_next", messages.c.next)
Index("messages_case", messages.c.case_id)

consents = Table(
    "consents",
    metadata,
    Column("scenario", String(64), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("change", _Long, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("given_on", Date, nullable=False),
    Column("until", Date),
    Column("by", String(256), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("ended", String(16), nullable=False),
    Column("ended_change", _Long),
    Column("ended_by", String(256), nullable=False),
    Column("ended_at", UtcTime),
)
"""Consents of those whom data are about; a subject is a keyed digest, never an identifier, of a key
of this ``kind``. ``change`` and ``ended_change`` number the changes of a scenario's consents;
``ended`` is empty while one stands, else withdrawn or replaced."""

Index("consents_change", consents.c.scenario, consents.c.change)
Index("consents_ended", consents.c.scenario, consents.c.ended_change)
Index("consents_until", consents.c.scenario, consents.c.until)

consent_sets = Table(
    "consent_sets",
    metadata,
    Column("scenario", String(64), primary_key=True),
    Column("changes", _Long, nullable=False),
    Column("withdrawals", _Long, nullable=False),
)
"""How often a scenario's consents changed, and how often somebody was taken out of them."""

noise_budgets = Table(
    "noise_budgets",
    metadata,
    Column("grant_id", String(512), primary_key=True),
    Column("spent", _Long, nullable=False),
)
"""What was spent of the privacy budget of each grant, in millionths of epsilon; it only grows."""

noise_cells = Table(
    "noise_cells",
    metadata,
    Column("cell", String(64), primary_key=True),
    Column("value", _Long),
)
"""Noisy figures by the keyed digest of what was asked; no value: paid for, and not yet drawn."""

told_pages = Table(
    "told_pages",
    metadata,
    Column("department", String(256), primary_key=True),
    Column("resource", String(256), primary_key=True),
    Column("subject", String(256), primary_key=True),
    Column("number", _Long, primary_key=True),
    Column("release", String(64), nullable=False),
    Column("scenario", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("units", _Long, nullable=False),
    Column("cells", _Long, nullable=False),
    Column("withheld", _Long, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""What each release added to what a department was told of a resource: ``subject`` is the column,
``number`` counts from 1 without a gap, ``body`` is sealed (``query_path.told_book``)."""

anomalies = Table(
    "anomalies",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("rule", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("department", Text, nullable=False),
    Column("case_id", String(64), nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("found", UtcTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("ordered", Integer, nullable=False),
    Column("closed", UtcTime),
    Column("revision", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
"""Findings of the anomaly watch. ``body`` is the whole finding; the others repeat what it is found
by. ``key`` is what makes it one finding, whoever comes upon it; ``subject`` is a digest."""

Index("anomalies_subject", anomalies.c.rule, anomalies.c.subject, anomalies.c.until)
Index("anomalies_state", anomalies.c.state, anomalies.c.found)
Index("anomalies_case", anomalies.c.case_id)

anomaly_hours = Table(
    "anomaly_hours",
    metadata,
    Column("person", String(256), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("department", String(128), primary_key=True),
    Column("scenario", String(64), primary_key=True),
    Column("resource", String(256), primary_key=True),
    Column("calls", _Long, nullable=False),
    Column("rows", _Long, nullable=False),
    Column("scope", _Long, nullable=False),
    Column("purpose", _Long, nullable=False),
    Column("lookups", _Long, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("changed", _Long, nullable=False),
)
"""What the anomaly watch keeps of the ledger for as long as its rules look back; made of the
ledger, and made anew where it is lost. ``meta.anomalies_seen`` is the last entry in it, and
``changed`` the one that it stood at when a row last grew: those above ``meta.anomalies_judged`` are
still to be looked at."""

Index("anomaly_hours_day", anomaly_hours.c.day)
Index("anomaly_hours_changed", anomaly_hours.c.changed)

anomaly_transfers = Table(
    "anomaly_transfers",
    metadata,
    Column("resource", String(256), primary_key=True),
    Column("position", _Long, nullable=False),
    Column("received_on", Date),
    Column("data_date", Date),
    Column("missing", _Long, nullable=False),
    Column("missing_on", Date),
)
"""How the deliveries of each resource stand; made of the ledger, as the hours are."""

procedure_kinds = Table(
    "procedure_kinds",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("text", Text, nullable=False),
)
"""The files of the definitions that procedures began under, whole."""

procedures = Table(
    "procedures",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("department", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("other", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("state", String(32), nullable=False),
    Column("over", Boolean, nullable=False),
    Column("decider", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("definition", String(64), ForeignKey("procedure_kinds.version"), nullable=False),
    Column("profile", String(64), ForeignKey("profiles.version"), nullable=False),
    Column("due", Date),
    Column("opened", UtcTime, nullable=False),
    Column("changed", UtcTime, nullable=False),
    Column("body", Text, nullable=False),
)
"""``body`` is the whole procedure; the others repeat what it is found by."""

Index("procedures_department", procedures.c.department, procedures.c.changed)
Index("procedures_provider", procedures.c.provider, procedures.c.changed)
Index("procedures_other", procedures.c.other, procedures.c.changed)
Index("procedures_over", procedures.c.over, procedures.c.changed)
Index("procedures_due", procedures.c.due)

disputed = Table(
    "disputed",
    metadata,
    Column("procedure_id", String(64), ForeignKey("procedures.id"), primary_key=True),
    Column("resource", String(256), primary_key=True),
    Column("column", String(256), primary_key=True),
    Column("row", String(64), nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("ended", UtcTime),
)
"""What is doubted, until its procedure is closed; no column: all of them. ``row`` is a keyed digest
of the row that it is about, empty for all of them."""

Index("disputed_resource", disputed.c.resource, disputed.c.ended)

procedure_effects = Table(
    "procedure_effects",
    metadata,
    Column("procedure_id", String(64), ForeignKey("procedures.id"), primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("effect", String(32), primary_key=True),
    Column("subject", Text, nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column("evidence", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
)
"""What steps did beside their procedure. ``subject`` is the grant, else the resource that it was
done to; ``evidence`` the SHA-256 digest of its proof."""

Index("procedure_effects_done", procedure_effects.c.effect, procedure_effects.c.at)

rulings = Table(
    "rulings",
    metadata,
    Column("procedure_id", String(64), ForeignKey("procedures.id"), primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("effect", String(32), primary_key=True),
    Column("resource", String(256), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("since", Date),
    Column("until", Date),
    Column("sharing", String(32), nullable=False),
    Column("opening", String(32), nullable=False),
    Column("was_sharing", String(32), nullable=False),
    Column("was_opening", String(32), nullable=False),
    Column("contract", String(64), nullable=False),
    Column("title_zh", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("regulation", String(64), nullable=False),
    Column("article", Text, nullable=False),
    Column("text", Text, nullable=False),
)
"""What procedures decided about resources (``model.ruling``); only ever added to. An empty type:
nothing is decided of it."""

Index("rulings_resource", rulings.c.resource)

what_ifs = Table(
    "what_ifs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("department", String(128), nullable=False),
    Column("name", String(128), nullable=False),
    Column("scenario", String(64), nullable=False),
    Column("maker", String(128), nullable=False),
    Column("made", UtcTime, nullable=False),
    Column("deleted", UtcTime),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
"""Named cases of what-if questions (``model.what_if``); ``body`` holds what is not asked for."""

Index("what_ifs_name", what_ifs.c.department, what_ifs.c.name, unique=True)
Index("what_ifs_made", what_ifs.c.made)
