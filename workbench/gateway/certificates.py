"""Making a city's own certificate authority and the server certificates that it signs. No files.

Our defaults, and why:

* ECDSA on P-256: small, fast, and understood by every client that speaks TLS 1.2.
* The authority lives 10 years, so that clients are told of it once; it may sign server
  certificates and nothing below them (path length 0).
* A server certificate lives 397 days, so that renewing is practised while somebody remembers how;
  a browser takes no more than 398.
* Names stand in the subject alternative names only, where clients look (RFC 6125); the extended
  key usage is ``serverAuth``.
* Validity begins five minutes in the past: the clocks of clients differ.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from workbench.errors import Code, Text, WorkbenchError, simple

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397
SKEW = timedelta(minutes=5)
ALWAYS = ("localhost", "127.0.0.1")
"""Names that every server certificate has: kernels and operators on the machine itself."""
_DNS = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")
_SIGNS_CERTIFICATES = {"key_cert_sign", "crl_sign"}
_SIGNS = {"digital_signature"}
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key. The key may stand in no log and no ``repr``."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def __repr__(self) -> str:
        return f"Pair({fingerprint(self.certificate)})"


def make_authority(city: str, now: datetime, days: int = AUTHORITY_DAYS) -> Pair:
    """A new authority for the city with the id ``city``. ``now`` is aware."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"Qiku Workbench CA {city}")
    builder = (
        _begun(name, name, key, now, days)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(_SIGNS_CERTIFICATES), critical=True)
    )
    return Pair(builder.sign(key, hashes.SHA256()), key)


def make_server(authority: Pair, names: Sequence[str], now: datetime, days: int) -> Pair:
    """A new server key with a certificate for ``names`` (DNS names and IP addresses).

    It never outlives its authority. Raises InvalidInput for a name that is neither.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    signer = authority.certificate
    wanted = [alternative(name) for name in dict.fromkeys((*names, *ALWAYS))]
    days = min(days, (signer.not_valid_after_utc - now).days)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = (
        _begun(_name("Qiku Workbench gateway"), signer.subject, key, now, days)
        .add_extension(x509.SubjectAlternativeName(wanted), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(_SIGNS), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
    )
    return Pair(builder.sign(authority.key, hashes.SHA256()), key)


def alternative(name: str) -> x509.GeneralName:
    """``name`` as a subject alternative name. Raises InvalidInput."""
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        if _DNS.fullmatch(name) and len(name) <= 253:
            return x509.DNSName(name.lower())
    raise _bad_name(name)


def names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """The DNS names and IP addresses that it is for."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = found.get_values_for_type(x509.IPAddress)
    return (*found.get_values_for_type(x509.DNSName), *(str(a) for a in addresses))


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 over its DER form, in pairs, as browsers and openssl show it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def pem_of(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def key_pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    days: int,
) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _usage(wanted: set[str]) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: usage in wanted for usage in _USAGES})


def _bad_name(name: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"{name[:64]!r} 既不是域名，也不是 IP 地址。",
        f"{name[:64]!r} is neither a DNS name nor an IP address.",
        next=Text(
            "请写客户端连接时使用的名称，例如 --name gw.city.example --name 10.1.2.3。",
            "Write the names that clients connect by, such as "
            "--name gw.city.example --name 10.1.2.3.",
        ),
        subject=name[:64],
    )
