"""TLS to a source: it is on where the contract says so, and a stranger's certificate is refused."""

from __future__ import annotations

import ipaddress
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attached_city as at
import pytest
import servers
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from workbench.workspace.puller import work
from workbench.workspace.source_connection import Problem

pytestmark = [
    pytest.mark.slow,  # two servers of its own
    pytest.mark.skipif(
        bool(servers.missing_programs()), reason=f"missing: {servers.missing_programs()}"
    ),
]
PEM = serialization.Encoding.PEM
TRIED = [
    # tls, certificate of the CA, cause of the refusal
    ("disable", "", ""),
    ("require", "", ""),
    ("verify-ca", "ca.pem", ""),
    ("verify-full", "ca.pem", ""),
    ("verify-ca", "other.pem", "tls"),
    ("verify-full", "other.pem", "tls"),
]


def certificates(folder: Path) -> None:
    """``ca.pem`` and ``other.pem``; ``s.pem`` and ``s.key`` for 127.0.0.1 by the first."""
    key, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    (folder / "ca.pem").write_bytes(certificate("ca", "ca", key, key))
    (folder / "other.pem").write_bytes(certificate("other", "other", other, other))
    mine = ec.generate_private_key(ec.SECP256R1())
    (folder / "s.pem").write_bytes(certificate("server", "ca", mine, key))
    plain = serialization.NoEncryption()
    text = mine.private_bytes(PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "s.key").write_bytes(text)
    (folder / "s.key").chmod(0o600)


def certificate(
    subject: str, issuer: str, key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey
) -> bytes:
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n)]) for n in (subject, issuer)]
    now = datetime.now(UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(names[0])
        .issuer_name(names[1])
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=subject == issuer, path_length=None), critical=True)
        .add_extension(here, critical=False)
        .sign(by, hashes.SHA256())
    )
    return made.public_bytes(PEM)


def refusals(kind: str, server: servers.Server, folder: Path) -> list[tuple[str, str, str]]:
    """Each way that is tried, with what came of it."""
    scratch = folder / "scratch"
    scratch.mkdir()
    out = []
    for tls, ca, _ in TRIED:
        source: dict[str, Any] = {
            "kind": kind, "host": server.host, "port": server.port, "table": "staff", "path": "",
            "database": "postgres" if kind == "postgres" else "test", "schema": "public",
            "user": "reader", "password": at.READER_PASSWORD,
            "tls": tls, "tls_ca": str(folder / ca) if ca else "",
        }  # fmt: skip
        job = {
            "task": "look", "source": source, "items": [("id", "id", "BIGINT")], "conditions": [],
            "limits": {"connect_seconds": 10, "seconds": 30},
            "resources": {"memory_mb": 256, "scratch_mb": 256, "threads": 1},
            "scratch": str(scratch),
        }  # fmt: skip
        try:
            found = work(job, lambda _: None)
        except Problem as problem:
            out.append((tls, ca, str(problem)))
        else:
            out.append((tls, ca, "" if found["columns"][0]["state"] == "fits" else "unfit"))
    return out


def test_postgresql() -> None:
    with servers.postgres() as server:
        at.fill_postgres(server)
        folder = server.log.parent / "tls"
        folder.mkdir()
        certificates(folder)
        if server.account is not None:
            for file in (folder, *folder.iterdir()):
                os.chown(file, server.account, server.account)
        with at.admin(server) as con:
            con.execute(f"ALTER SYSTEM SET ssl_cert_file = '{folder}/s.pem'")  # type: ignore[arg-type]
            con.execute(f"ALTER SYSTEM SET ssl_key_file = '{folder}/s.key'")  # type: ignore[arg-type]
            con.execute("ALTER SYSTEM SET ssl = on")
            con.execute("SELECT pg_reload_conf()")
            until = time.monotonic() + 30
            while con.execute("SHOW ssl").fetchone() != ("on",):
                assert time.monotonic() < until
                time.sleep(0.1)
        assert refusals("postgres", server, folder) == TRIED


def test_mariadb(tmp_path: Path) -> None:
    certificates(tmp_path)
    with servers.mariadb() as server:
        at.fill_mariadb(server)
        server.stop()
        server.command += [f"--ssl-cert={tmp_path}/s.pem", f"--ssl-key={tmp_path}/s.key"]
        server.start()
        assert refusals("mysql", server, tmp_path) == TRIED


@pytest.mark.parametrize("kind", ["postgres", "mysql"])
def test_a_server_without_tls_is_refused_where_tls_is_required(kind: str, tmp_path: Path) -> None:
    opened = servers.postgres if kind == "postgres" else servers.mariadb
    fill = at.fill_postgres if kind == "postgres" else at.fill_mariadb
    (tmp_path / "ca.pem").write_text("")
    with opened() as server:
        fill(server)
        found = refusals(kind, server, tmp_path)
    assert found[0] == ("disable", "", "")
    assert found[1] == ("require", "", "tls")
