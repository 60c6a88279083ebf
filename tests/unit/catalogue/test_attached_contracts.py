"""A database as the source of a resource: what a contract may say of it, and each way to go wrong."""

# ruff: noqa: E501 (the table of mistakes reads better with long lines)
from __future__ import annotations

from pathlib import Path

import pytest
from catalogue_texts import CONTRACT, line_of

from workbench.catalogue.contracts import contract_of
from workbench.declared.findings import Severity
from workbench.declared.yaml import parse
from workbench.model.source import DEFAULT_TTL, AttachedSource, SourceKind, Tls

FILE = CONTRACT[CONTRACT.index("  - server: file") : CONTRACT.index("schema:")]
POSTGRES = """\
  - server: registry
    type: postgres
    host: db.example
    port: 5433
    database: hr
    schema: people
    customProperties:
      - {property: table, value: 人员}
      - {property: secret, value: registry}
      - {property: ttl, value: 2h}
      - {property: tls, value: disable}
"""
MYSQL = """\
  - server: registry
    type: mysql
    host: 10.0.0.7
    database: hr
    customProperties:
      - {property: table, value: staff}
      - {property: secret, value: registry}
"""
SQLITE = """\
  - server: share
    type: sqlite
    path: shared/people.sqlite
    customProperties:
      - {property: table, value: staff}
      - {property: ttl, value: 30s}
"""
WRONG = [
    # server, written, instead written, line that begins with, problem, fix
    (POSTGRES, "    host: db.example", "    host: bob@db.example", "    host", "no user", "secrets set"),
    (POSTGRES, "    host: db.example", "    host: postgres://db", "    host", "connection string", "secrets set"),
    (POSTGRES, "    host: db.example", "    host: 'a b'", "    host", "one host", "host:"),
    (POSTGRES, "    host: db.example\n", "", "  - server: registry", "missing", "host"),
    (POSTGRES, "    port: 5433", "    port: 70000", "    port", "65535", "5432"),
    (POSTGRES, "    database: hr", "    database: hr password=x", "    database", "no user", "secrets set"),
    (POSTGRES, "    database: hr", "    account: bob", "    account", "does not use account", "secrets set"),
    (POSTGRES, "    database: hr", "    path: x.db\n    database: hr", "    path", "does not use path", ""),
    (POSTGRES, "    database: hr", "    databse: hr", "    databse", "unknown key", "database"),
    (POSTGRES, "value: 人员", "value: people.staff", "      - {property: table", "table or view", "schema"),
    (POSTGRES, "property: ttl", "property: tll", "      - {property: tll", "unknown key", "ttl"),
    (POSTGRES, "value: 2h", "value: 2 hours", "      - {property: ttl", "ttl", "15m"),
    (POSTGRES, "value: 2h", "value: 0m", "      - {property: ttl", "ttl", "15m"),
    (POSTGRES, "{property: tls, value: disable}", "{property: password, value: x}", "      - {property: password", "no user", "secrets set"),
    (POSTGRES, "{property: tls, value: disable}", "{property: x-password, value: x}", "      - {property: x-password", "no user", "secrets set"),
    (POSTGRES, "value: disable", "value: prefer", "      - {property: tls", "", "require"),
    (POSTGRES, "value: disable", "value: verify-full", "      - {property: tls", "tlsCa", "tlsCa"),
    (POSTGRES, "      - {property: secret, value: registry}\n", "", "    customProperties", "secret", "secrets set"),
    (POSTGRES, "secret, value: registry", "secret, value: ../registry", "      - {property: secret", "secret", "secrets set"),
    (MYSQL, "    database: hr", "    database: hr\n    schema: s", "    schema", "does not use schema", ""),
    (SQLITE, "shared/people.sqlite", "/etc/people.sqlite", "    path", "inside", "relative"),
    (SQLITE, "shared/people.sqlite", "../people.sqlite", "    path", "inside", "relative"),
    (SQLITE, "shared/people.sqlite", ".workbench/store.sqlite", "    path", "outside .workbench", "relative"),
    (SQLITE, "ttl, value: 30s", "secret, value: x", "      - {property: secret", "no secret", "Remove"),
    (SQLITE, "ttl, value: 30s", "tls, value: disable", "      - {property: tls", "no TLS", "Remove"),
    (MYSQL, MYSQL, MYSQL + FILE, "servers", "alone", "one entry"),
    (MYSQL, MYSQL, MYSQL + SQLITE, "servers", "alone", "one entry"),
]  # fmt: skip


def contract(servers: str) -> str:
    return CONTRACT.replace(FILE, servers)


@pytest.mark.parametrize(
    ("servers", "wanted"),
    [
        (
            POSTGRES,
            AttachedSource(
                SourceKind.postgres,
                "人员",
                "people",
                "db.example",
                5433,
                "hr",
                secret="registry",
                ttl_seconds=7200,
                tls=Tls.disable,
            ),
        ),
        (
            MYSQL,
            AttachedSource(
                SourceKind.mysql, "staff", "", "10.0.0.7", 3306, "hr", secret="registry"
            ),
        ),
        (
            SQLITE,
            AttachedSource(SourceKind.sqlite, "staff", path="shared/people.sqlite", ttl_seconds=30),
        ),
    ],
)
def test_a_source_is_read(tmp_path: Path, servers: str, wanted: AttachedSource) -> None:
    found = contract_of(parse(contract(servers).encode(), "x"), tmp_path)
    assert [f for f in found.findings if f.severity is Severity.error] == []
    assert found.resource is not None
    assert (found.resource.attached, found.resource.deliveries) == (wanted, ())


def test_tls_is_on_unless_it_is_switched_off(tmp_path: Path) -> None:
    found = contract_of(parse(contract(MYSQL).encode(), "x"), tmp_path).resource
    assert found is not None
    assert found.attached is not None
    assert (found.attached.tls, found.attached.ttl_seconds) == (Tls.require, DEFAULT_TTL)


@pytest.mark.parametrize(("servers", "old", "new", "begins", "problem", "fix"), WRONG)
def test_a_mistake_is_an_error_with_its_line(
    tmp_path: Path, servers: str, old: str, new: str, begins: str, problem: str, fix: str
) -> None:
    assert old in servers
    text = contract(servers.replace(old, new, 1))
    found = contract_of(parse(text.encode(), "x"), tmp_path)
    errors = [f for f in found.findings if f.severity is Severity.error]
    hits = [f for f in errors if problem in f.problem.en and fix in f.fix.en]
    assert hits, [(f.key, f.problem.en, f.fix.en) for f in errors]
    assert line_of(text, begins) in [f.line for f in hits]


def test_a_link_does_not_lead_out_of_the_city(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    city = tmp_path / "city"
    city.mkdir()
    (city / "shared").symlink_to(tmp_path / "outside")
    found = contract_of(parse(contract(SQLITE).encode(), "x"), city)
    assert any("inside" in f.problem.en for f in found.findings)
    assert found.resource is not None
    assert found.resource.attached is None


def test_a_type_that_a_pull_cannot_hold_is_an_error(tmp_path: Path) -> None:
    text = contract(MYSQL).replace("physicalType: DECIMAL(18, 2)", "physicalType: HUGEINT")
    found = contract_of(parse(text.encode(), "x"), tmp_path)
    assert any("HUGEINT" in f.problem.en for f in found.findings)


def test_a_column_may_have_another_name_at_its_source_but_only_one(tmp_path: Path) -> None:
    old = "      - name: married\n        physicalType: bool\n"
    given = old + "        customProperties:\n          - {property: sourceName, value: VALUE}\n"
    one = contract(MYSQL).replace(old, given.replace("VALUE", "is_married"))
    found = contract_of(parse(one.encode(), "x"), tmp_path).resource
    assert found is not None
    assert found.attached is not None
    married = found.column("married")
    assert married is not None
    assert married.source_names == ("is_married",)
    two = contract(MYSQL).replace(old, given.replace("VALUE", "[a, b]"))
    findings = contract_of(parse(two.encode(), "x"), tmp_path).findings
    assert any("one name" in f.problem.en for f in findings)


def test_values_of_a_database_are_not_read_like_text_of_a_file(tmp_path: Path) -> None:
    old = "      - name: married\n        physicalType: bool\n"
    read = "        customProperties:\n          - {property: read, value: {yes: [Y], no: [N]}}\n"
    text = contract(MYSQL).replace(old, old + read)
    findings = contract_of(parse(text.encode(), "x"), tmp_path).findings
    assert any("read is for files" in f.problem.en for f in findings)
