"""Certificates as openssl sees them, and what is refused before a door opens."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import (
    BasicConstraints,
    CertificateBuilder,
    Name,
    SubjectAlternativeName,
    random_serial_number,
)

from workbench.cli import tls as command
from workbench.errors import WorkbenchError
from workbench.gateway import certificates, pem
from workbench.gateway.securing import Wanted, listened, secured
from workbench.gateway.tls import Files, load, make, renew

NOW = datetime.now(UTC).replace(microsecond=0)
NAMES = ("gw.city.example", "10.1.2.3")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    made = Files(tmp_path / "state")
    make(made, "city", NAMES, NOW, 397)
    return made


def openssl(*words: str) -> str:
    done = subprocess.run(["openssl", *words], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def refused(call: object, *arguments: object) -> str:
    with pytest.raises(WorkbenchError) as raised:
        call(*arguments)  # type: ignore[operator]
    assert raised.value.exit_code == 2
    assert raised.value.said("zh") != raised.value.said("en")
    return raised.value.said("en")


def test_openssl_verifies_the_server_by_the_authority_and_the_names(files: Files) -> None:
    for name in ("gw.city.example", "localhost"):
        said = openssl("verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", name,
                       "-CAfile", str(files.authority), str(files.server))  # fmt: skip
        assert said.strip().endswith("OK"), said
    for address in ("10.1.2.3", "127.0.0.1"):
        said = openssl("verify", "-x509_strict", "-verify_ip", address,
                       "-CAfile", str(files.authority), str(files.server))  # fmt: skip
        assert said.strip().endswith("OK"), said
    said = openssl("verify", "-verify_hostname", "other.example",
                   "-CAfile", str(files.authority), str(files.server))  # fmt: skip
    assert "hostname mismatch" in said


def test_the_defaults(files: Files) -> None:
    text = openssl("x509", "-in", str(files.server), "-noout", "-text")
    for part in ("prime256v1", "ecdsa-with-SHA256", "TLS Web Server Authentication", "CA:FALSE"):
        assert part in text
    authority = openssl("x509", "-in", str(files.authority), "-noout", "-text")
    for part in ("CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign", "Qiku Workbench CA city"):
        assert part in authority
    server = pem.read_certificate(files.server)
    assert server.not_valid_after_utc - NOW == timedelta(days=397)
    assert server.not_valid_before_utc == NOW - timedelta(minutes=5)
    assert pem.read_certificate(files.authority).not_valid_after_utc - NOW == timedelta(days=3650)
    assert command.DAYS == certificates.SERVER_DAYS


def test_keys_are_their_owner_s_alone_and_in_no_repr(files: Files) -> None:
    modes = {p.name: oct(p.stat().st_mode & 0o777) for p in files.folder.iterdir()}
    assert modes == {"ca.pem": "0o644", "ca.key": "0o600", "server.pem": "0o600"}
    assert oct(files.folder.stat().st_mode & 0o777) == "0o700"
    assert "PRIVATE" not in repr(load(files.server, None, NOW))


def test_a_second_authority_is_refused(files: Files) -> None:
    before = files.authority.read_bytes()
    assert "is there already" in refused(make, files, "city", NAMES, NOW, 397)
    assert files.authority.read_bytes() == before


def test_renewing_keeps_the_names_changes_the_key_and_needs_the_authority_s_key(
    files: Files, tmp_path: Path
) -> None:
    old = files.server.read_bytes()
    away = tmp_path / "stick" / "ca.key"
    away.parent.mkdir()
    files.authority_key.rename(away)
    later = NOW + timedelta(days=300)
    assert "--ca-key" in refused(renew, files, None, (), later, 397)
    assert files.server.read_bytes() == old
    renew(files, away, (), later, 397)
    fresh = load(files.server, None, later)
    assert set(fresh.names) == {*NAMES, "localhost", "127.0.0.1"}
    assert fresh.key_pem not in old
    renew(files, away, ("new.example",), later, 10)
    assert set(load(files.server, None, later).names) == {"new.example", "localhost", "127.0.0.1"}


def test_a_strange_key_and_an_authority_that_ended(files: Files, tmp_path: Path) -> None:
    other = Files(tmp_path / "other")
    make(other, "other", (), NOW, 397)
    assert "not the key of ca.pem" in refused(renew, files, other.authority_key, (), NOW, 397)
    ended = NOW + timedelta(days=3651)
    assert "signs no more" in refused(renew, files, None, (), ended, 397)


def test_a_server_certificate_never_outlives_its_authority(files: Files) -> None:
    renew(files, None, (), NOW + timedelta(days=3600), 397)
    server, authority = (pem.read_certificate(p) for p in (files.server, files.authority))
    assert server.not_valid_after_utc <= authority.not_valid_after_utc


def test_a_warning_thirty_days_before_the_end(files: Files) -> None:
    found = load(files.server, None, NOW)
    assert found.warning(NOW + timedelta(days=367)) is None
    soon = found.warning(NOW + timedelta(days=368))
    assert soon is not None
    assert "29 days left" in soon.en
    assert "workbench tls renew" in soon.en
    assert "workbench tls renew" in soon.zh


@pytest.mark.parametrize("name", ["", "-a.example", "a b", "gw_1", "*.example", "x" * 64, "中文"])
def test_what_is_no_name(tmp_path: Path, name: str) -> None:
    assert "neither a DNS name nor" in refused(make, Files(tmp_path), "city", [name], NOW, 397)
    assert not (tmp_path / "tls").exists()


def test_what_cannot_be_served(files: Files, tmp_path: Path) -> None:
    open_ = tmp_path / "open.pem"
    open_.write_bytes(files.server.read_bytes())
    open_.chmod(0o644)
    assert "chmod 600" in refused(load, open_, None, NOW)
    assert "has expired" in refused(load, files.server, None, NOW + timedelta(days=397))
    assert "not valid before" in refused(load, files.server, None, NOW - timedelta(days=1))
    assert "cannot be read" in refused(load, tmp_path / "none.pem", None, NOW)
    assert "no private key" in refused(load, files.server, _private(tmp_path, b"x"), NOW)
    assert "no certificate" in refused(load, _private(tmp_path, b"x"), None, NOW)
    assert "not the key" in refused(load, files.server, files.authority_key, NOW)


def test_a_certificate_without_names_is_refused(tmp_path: Path) -> None:
    """Clients look at no other field."""
    assert "states no names" in refused(load, _own(tmp_path, []), None, NOW)


def test_a_certificate_of_one_s_own_with_an_rsa_key(tmp_path: Path) -> None:
    found = load(_own(tmp_path, [certificates.alternative("own.example")]), None, NOW)
    assert found.names == ("own.example",)


def _private(folder: Path, data: bytes) -> Path:
    path = folder / "private.pem"
    path.write_bytes(data)
    path.chmod(0o600)
    return path


def _own(folder: Path, names: list[object]) -> Path:
    from cryptography.hazmat.primitives import serialization as s

    key = rsa.generate_private_key(65537, 2048)
    builder = (
        CertificateBuilder()
        .subject_name(Name([]))
        .issuer_name(Name([]))
        .public_key(key.public_key())
        .serial_number(random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=10))
        .add_extension(BasicConstraints(False, None), True)
    )
    if names:
        builder = builder.add_extension(SubjectAlternativeName(names), False)  # type: ignore[arg-type]
    pem = builder.sign(key, hashes.SHA256()).public_bytes(s.Encoding.PEM)
    private = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
    return _private(folder, pem + private)


# Which addresses may be served ------------------------------------------------------------------


def test_without_tls_only_this_machine(tmp_path: Path) -> None:
    for host in ("localhost", "127.0.0.1", "127.0.0.2"):
        assert secured(Files(tmp_path), Wanted(), host, NOW) is None
    for host in ("0.0.0.0", "10.1.2.3"):
        said = refused(secured, Files(tmp_path), Wanted(), host, NOW)
        assert "without TLS" in said
        assert "workbench tls init --name" in said


def test_certificates_are_used_where_they_are(files: Files) -> None:
    found = secured(files, Wanted(), "127.0.0.1", NOW)
    assert found is not None
    assert found.fingerprint == certificates.fingerprint(pem.read_certificate(files.server))
    assert secured(files, Wanted(tls=False), "127.0.0.1", NOW) is None
    assert secured(files, Wanted(), "0.0.0.0", NOW) is not None
    assert secured(files, Wanted(), "10.1.2.3", NOW) is not None


def test_an_address_that_the_certificate_does_not_name(files: Files) -> None:
    said = refused(secured, files, Wanted(), "10.9.9.9", NOW)
    assert "workbench tls renew --name 10.9.9.9" in said


def test_plain_beyond_this_machine_is_refused_with_certificates_too(files: Files) -> None:
    assert "without TLS" in refused(secured, files, Wanted(tls=False), "10.1.2.3", NOW)


def test_an_unfinished_folder_is_not_served_plainly(files: Files) -> None:
    files.server.unlink()
    assert "workbench tls init" in refused(secured, files, Wanted(), "127.0.0.1", NOW)


def test_what_contradicts_itself(tmp_path: Path, files: Files) -> None:
    none = Files(tmp_path / "none")
    assert "workbench tls init" in refused(secured, none, Wanted(tls=True), "127.0.0.1", NOW)
    both = Wanted(tls=False, certificate=files.server)
    assert "contradict" in refused(secured, files, both, "127.0.0.1", NOW)
    assert "needs --tls-cert" in refused(secured, files, Wanted(key=files.server), "127.0.0.1", NOW)


@pytest.mark.parametrize("host", ["::", "::1", "example.org", "", "1.2.3"])
def test_what_is_no_address_to_listen_on(host: str) -> None:
    assert "IPv4" in refused(listened, host)


def test_addresses_to_listen_on() -> None:
    assert [listened(h) for h in ("localhost", "127.0.0.2", "0.0.0.0")] == [
        "127.0.0.1",
        "127.0.0.2",
        "0.0.0.0",
    ]
