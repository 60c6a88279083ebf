"""Certificates and keys in PEM files: read with care, told what is wrong, replaced at once."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from workbench.errors import Code, Text, WorkbenchError, simple


def read_certificate(path: Path) -> x509.Certificate:
    """The first certificate in a PEM file. Raises InvalidInput."""
    return chain_of(path)[0]


_PUBLIC = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def chain_of(path: Path) -> list[x509.Certificate]:
    """All certificates in a PEM file, in their order. Raises InvalidInput."""
    data = _read(path)
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError:
        raise wrong(path, "里没有 PEM 格式的证书", "holds no certificate in PEM form") from None


def belong(key: PrivateKeyTypes, certificate: x509.Certificate) -> bool:
    """Whether the certificate is made out for this key."""
    mine, its = key.public_key(), certificate.public_key()
    return bool(mine.public_bytes(*_PUBLIC) == its.public_bytes(*_PUBLIC))


def private_key(path: Path) -> PrivateKeyTypes:
    """The key in a PEM file that nobody else can read. Raises InvalidInput."""
    data = _read(path)
    if path.stat().st_mode & 0o077:
        raise wrong(
            path,
            "含有私钥，却可被其他账号读取",
            "holds a private key that other accounts can read",
            Text(f"请运行 chmod 600 {path}", f"Run: chmod 600 {path}"),
        )
    try:
        return serialization.load_pem_private_key(data, None)
    except (ValueError, TypeError):
        raise wrong(
            path,
            "里没有未加密的 PEM 私钥",
            "holds no private key in PEM form without a passphrase",
        ) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise wrong(path, f"无法读取（{why}）", f"cannot be read ({why})") from None


def write(path: Path, data: bytes, mode: int) -> None:
    """Replace the file at once."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:
        os.fchmod(stream.fileno(), mode)
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)


def wrong(path: Path, zh: str, en: str, next_: Text | None = None) -> WorkbenchError:
    """What is the matter with the file, in the words that follow its name."""
    return simple(
        Code.invalid_request, f"{path} {zh}。", f"{path} {en}.", next=next_, subject=str(path)
    )
