"""What the gateway's role needs on PostgreSQL, and no more."""

from __future__ import annotations

import re

from workbench.errors import Code, simple
from workbench.store.address import PostgresAt

RIGHTS = {
    "entries": "SELECT, INSERT",
    "statements": "SELECT, INSERT",
    "meta": "SELECT, INSERT, UPDATE",
    "owner": "SELECT, INSERT",
    "users": "SELECT, INSERT, UPDATE",
    "revocations": "SELECT, INSERT",
    "sign_in_failures": "SELECT, INSERT, DELETE",
    "allowances": "SELECT, INSERT, UPDATE, DELETE",
    "tries": "SELECT, INSERT, UPDATE, DELETE",
    "profiles": "SELECT, INSERT",
    "cases": "SELECT, INSERT, UPDATE",
    "commands": "SELECT, INSERT",
    "uses": "SELECT, INSERT, UPDATE",
    "messages": "SELECT, INSERT, UPDATE",
    "consents": "SELECT, INSERT, UPDATE",
    "consent_sets": "SELECT, INSERT, UPDATE",
    "noise_budgets": "SELECT, INSERT, UPDATE",
    "noise_cells": "SELECT, INSERT, UPDATE",
    "told_pages": "SELECT, INSERT, DELETE",
    "procedure_kinds": "SELECT, INSERT",
    "procedures": "SELECT, INSERT, UPDATE",
    "disputed": "SELECT, INSERT, UPDATE",
    "procedure_effects": "SELECT, INSERT",
    "rulings": "SELECT, INSERT",
    "what_ifs": "SELECT, INSERT, UPDATE",
    "anomalies": "SELECT, INSERT, UPDATE",
    "anomaly_hours": "SELECT, INSERT, UPDATE, DELETE",
    "anomaly_transfers": "SELECT, INSERT, UPDATE",
    "alembic_version": "SELECT",
}
"""By table. A role with these can add to the ledger, and change nothing that stands in it."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


def rights(address: PostgresAt, role: str) -> str:
    """SQL for the owner to run. ``InvalidInput`` for a role's name that would need more quoting."""
    if not _NAME.fullmatch(role):
        raise simple(
            Code.invalid_request,
            "角色名须由字母、数字和下划线组成。",
            "The name of a role has letters, digits and underscores.",
            subject=role,
        )
    schema, name = f'"{address.schema}"', f'"{role}"'
    lines = [f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {name};"]
    lines += [f"GRANT USAGE ON SCHEMA {schema} TO {name};"]
    lines += [f"GRANT {what} ON {schema}.{table} TO {name};" for table, what in RIGHTS.items()]
    lines += [f"GRANT USAGE ON SEQUENCE {schema}.sign_in_failures_id_seq TO {name};"]
    return "\n".join(lines) + "\n"
