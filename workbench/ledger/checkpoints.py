"""Signed checkpoints of the chain's head, outside the store.

One line of JSON for each entry, appended to ``YYYY-MM.jsonl`` after the entry is durable:
``{"seq", "hash", "at", "signature"}``, Ed25519 over the first three. A cut tail, a chain computed
anew and a store exchanged for an empty one contradict these lines. Best kept where the account
of the gateway can only append, or on another machine.
"""

from __future__ import annotations

import base64
import binascii
import errno
import json
import os
import re
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from workbench.ledger.chain import stamp
from workbench.model.entry import Entry


@dataclass(frozen=True)
class Line:
    """One line as found; ``seq`` is 0 where it cannot be read. ``where`` is ``file:line``."""

    where: str
    seq: int = 0
    hash: str = ""
    at: str = ""
    signature: bytes = b""


class Checkpoints:
    """The writing side, for one thread at a time. Lines of several processes go to the same file,
    those of one transaction in one write."""

    def __init__(self, folder: Path, key: Ed25519PrivateKey) -> None:
        self.folder = folder
        self._key = key
        self._kept: _Kept | None = None

    def check(self, entry: Entry) -> None:
        """OSError where the file of this entry's month cannot be written."""
        self._opened(stamp(entry.at)[:7])

    def write(self, *entries: Entry) -> None:
        """Append the entries' lines, durably; OSError where they did not get there whole."""
        months: dict[str, list[bytes]] = {}
        for entry in entries:
            at = stamp(entry.at)
            signature = self._key.sign(_message(entry.seq, entry.hash, at))
            line = _written(entry.seq, entry.hash, at, signature)
            months.setdefault(at[:7], []).append(line + b"\n")
        for month, written in months.items():
            self._append(self._opened(month), b"".join(written))

    @staticmethod
    def _append(descriptor: int, data: bytes) -> None:
        whole = b"\n" + data if _torn(descriptor) else data
        if os.write(descriptor, whole) != len(whole):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fdatasync(descriptor)

    def _opened(self, month: str) -> int:
        """Kept open, and opened anew where the path leads to another file by now, so that one
        that was moved away does not go on swallowing lines."""
        path = self.folder / f"{month}.jsonl"
        if self._kept is None or not self._kept.is_at(path):
            self._kept = None
            self._kept = _Kept(path, _open(path))
        return self._kept.descriptor


class _Kept:
    """An open file, closed with this object."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.descriptor = descriptor
        self._path = path
        self._same = _identity(os.fstat(descriptor))
        weakref.finalize(self, os.close, descriptor)

    def is_at(self, path: Path) -> bool:
        try:
            return self._path == path and _identity(path.stat()) == self._same
        except FileNotFoundError:
            return False


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def _open(path: Path) -> int:
    flags = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC
    try:
        return os.open(path, flags)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, flags | os.O_CREAT, 0o600)
        _sync_folder(path.parent)
        return descriptor


def lines(folder: Path) -> Iterator[Line]:
    """All lines of all months, as they stand; a folder that is missing has none."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                if raw.strip():
                    yield _parsed(raw, f"{path.name}:{number}")


TAIL_BYTES = 64 << 10
"""The end of a month's file in which its last line is looked for (our default)."""


def last_line(folder: Path) -> Line | None:
    """The line with the highest seq near the end of the last month; None where there is none."""
    for path in sorted(folder.glob("*.jsonl"), reverse=True):
        with path.open("rb") as file:
            start = max(0, path.stat().st_size - TAIL_BYTES)
            file.seek(start)
            raw = file.read().splitlines(keepends=True)[start > 0 :]
        found = [_parsed(one, path.name) for one in raw if one.endswith(b"\n") and one.strip()]
        if found:
            return max(found, key=lambda line: line.seq)
    return None


_PLAIN = re.compile(
    rb'\{"seq":([1-9][0-9]{0,17}),"hash":"([0-9a-f]{64})","at":"([0-9TZ:.-]{1,40})",'
    rb'"signature":"([A-Za-z0-9+/]{86}==)"\}\n?'
)
"""A line as we write it; every other goes the long way."""


def _parsed(raw: bytes, where: str) -> Line:
    plain = _PLAIN.fullmatch(raw)
    if plain is not None:
        signature = base64.b64decode(plain[4])
        if base64.b64encode(signature) == plain[4]:
            return Line(where, int(plain[1]), plain[2].decode(), plain[3].decode(), signature)
    return _parsed_slowly(raw, where)


def _parsed_slowly(raw: bytes, where: str) -> Line:
    try:
        found = json.loads(raw)
        seq, chained, at = found["seq"], found["hash"], found["at"]
        signature = base64.b64decode(found["signature"], validate=True)
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError):
        return Line(where)
    whole = type(seq) is int and seq > 0 and isinstance(chained, str) and isinstance(at, str)
    if not whole or _written(seq, chained, at, signature) != raw.rstrip(b"\n"):
        return Line(where)
    return Line(where, seq, chained, at, signature)


def _written(seq: int, chained: str, at: str, signature: bytes) -> bytes:
    """The one way to write a line; one that reads the same but looks different is none."""
    line = {
        "seq": seq,
        "hash": chained,
        "at": at,
        "signature": base64.b64encode(signature).decode(),
    }
    return json.dumps(line, separators=(",", ":")).encode()


def genuine(
    found: Sequence[Line], key: Ed25519PublicKey, signer: Ed25519PrivateKey | None = None
) -> list[bool]:
    """Of each line, whether the holder of the key wrote it.

    Ed25519 is deterministic (RFC 8032, 5.1.6): who has the private key too may sign again and
    compare, in a third of the time. A signature that differs is verified all the same.
    """
    return [_genuine(line, key, signer) for line in found]


def _genuine(line: Line, key: Ed25519PublicKey, signer: Ed25519PrivateKey | None) -> bool:
    message = _message(line.seq, line.hash, line.at)
    if signer is not None and signer.sign(message) == line.signature:
        return True
    try:
        key.verify(line.signature, message)
    except InvalidSignature:
        return False
    return True


def _message(seq: int, chained: str, at: str) -> bytes:
    text = f"workbench checkpoint\n{seq}\n{chained}\n{at}"
    return text.encode("utf-8", "backslashreplace")


def _torn(descriptor: int) -> bool:
    """Whether the file ends within a line, as a crash in the middle of a write leaves it."""
    size = os.fstat(descriptor).st_size
    return size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
