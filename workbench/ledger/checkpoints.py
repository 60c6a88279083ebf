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
    """The writing side. Lines of several processes go to the same file, each in one write."""

    def __init__(self, folder: Path, key: Ed25519PrivateKey) -> None:
        self.folder = folder
        self._key = key

    def check(self, entry: Entry) -> None:
        """OSError where the file of this entry's month cannot be written."""
        os.close(self._opened(entry))

    def write(self, entry: Entry) -> None:
        """Append the entry's line, durably; OSError where it did not get there whole."""
        at = stamp(entry.at)
        signature = self._key.sign(_message(entry.seq, entry.hash, at))
        data = _written(entry.seq, entry.hash, at, signature) + b"\n"
        descriptor = self._opened(entry)
        try:
            whole = b"\n" + data if _torn(descriptor) else data
            if os.write(descriptor, whole) != len(whole):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)

    def _opened(self, entry: Entry) -> int:
        """Anew for each entry, so that a file moved away does not go on swallowing lines."""
        path = self.folder / f"{stamp(entry.at)[:7]}.jsonl"
        flags = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC
        try:
            return os.open(path, flags)
        except FileNotFoundError:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, flags | os.O_CREAT, 0o600)
            _sync_folder(self.folder)
            return descriptor


def lines(folder: Path) -> Iterator[Line]:
    """All lines of all months, as they stand; a folder that is missing has none."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                if raw.strip():
                    yield _parsed(raw, f"{path.name}:{number}")


def _parsed(raw: bytes, where: str) -> Line:
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


def genuine(found: Sequence[Line], key: Ed25519PublicKey) -> list[bool]:
    """Of each line, whether the holder of the key wrote it."""
    return [_genuine(line, key) for line in found]


def _genuine(line: Line, key: Ed25519PublicKey) -> bool:
    try:
        key.verify(line.signature, _message(line.seq, line.hash, line.at))
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
