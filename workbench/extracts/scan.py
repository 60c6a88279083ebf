"""The first pass over a delivered file: what it is, its sha256, its encoding.

The encoding is decided by strict decoding, not guessed: bytes that are UTF-8 throughout are
UTF-8 (text of another encoding hardly ever is); else they must be GB18030 throughout (GBK and
GB 2312 are parts of it); else the file is refused. A GB18030 file is written again as UTF-8 for
the engine, which reads no other.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from workbench.extracts import reasons
from workbench.extracts.versions import SourceFile

CHUNK = 1 << 20
PARQUET = "Parquet"
_BOM = codecs.BOM_UTF8
_ENCODINGS = {"utf-8": "UTF-8", "gb18030": "GB18030", "gbk": "GB18030", "gb2312": "GB18030"}
_SIGNATURES = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "ZIP / Excel (xlsx)"),
    (b"\xd0\xcf\x11\xe0", "Excel (xls)"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


@dataclass(frozen=True)
class Scanned:
    """A file that can be read. ``text`` is where its UTF-8 lies (itself, or the rewritten one).

    ``stamp`` tells whether it changed later. ``blank_lines``: two line ends follow each other
    somewhere before the end, perhaps within quotes.
    """

    path: Path
    text: Path
    source: SourceFile
    stamp: tuple[int, int, int]
    blank_lines: bool = False

    @property
    def is_parquet(self) -> bool:
        return self.source.encoding == PARQUET


@dataclass
class _Pass:
    """What one pass over the bytes found."""

    digest: str = ""
    nul: int | None = None
    wrong: int | None = None
    first_gap: int | None = None


def scan(path: Path, encoding: str, rewritten: Path, on_bytes: Callable[[int], None]) -> Scanned:
    """Read ``path`` once (GB18030: twice).

    ``encoding`` is the contract's, or empty. ``rewritten`` is a free path for the UTF-8 copy.
    ``on_bytes`` gets the bytes read since its last call. Raises InvalidInput.
    """
    declared = _declared(path, encoding)
    try:
        stamp = stamp_of(path)
        with path.open("rb") as stream:
            head = stream.read(8)
            stream.seek(0)
            if head[:4] == b"PAR1":
                return _parquet(path, stamp, stream, on_bytes)
            _refuse_other_kinds(path, head)
            return _text(path, stamp, stream, declared, rewritten, on_bytes)
    except OSError as error:
        raise reasons.unreadable(path.name, error) from None


def stamp_of(path: Path) -> tuple[int, int, int]:
    """Inode, bytes and time of change. Raises InvalidInput for all but regular files."""
    try:
        found = path.lstat()
    except OSError as error:
        raise reasons.unreadable(path.name, error) from None
    if stat.S_ISLNK(found.st_mode):
        raise reasons.symbolic_link(path.name)
    if not stat.S_ISREG(found.st_mode):
        raise reasons.not_a_file(path.name)
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def require_unchanged(scanned: Scanned) -> None:
    """Raises InvalidInput where the file is no longer the one that was hashed."""
    if stamp_of(scanned.path) != scanned.stamp:
        raise reasons.changed_meanwhile(scanned.source.name)


def _declared(path: Path, encoding: str) -> str:
    if not encoding:
        return ""
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        name = ""
    name = "utf-8" if name == "utf-8-sig" else name
    if name not in _ENCODINGS:
        raise reasons.unknown_encoding(path.name, encoding)
    return _ENCODINGS[name]


def _refuse_other_kinds(path: Path, head: bytes) -> None:
    if not head:
        raise reasons.empty_file(path.name)
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            raise reasons.other_kind(path.name, kind)


def _parquet(
    path: Path, stamp: tuple[int, int, int], stream: BinaryIO, on_bytes: Callable[[int], None]
) -> Scanned:
    digest = hashlib.sha256()
    for block in _blocks(stream, path.name, stamp[1]):
        digest.update(block)
        on_bytes(len(block))
    source = SourceFile(path.name, digest.hexdigest(), stamp[1], PARQUET)
    return Scanned(path, path, source, stamp)


def _text(
    path: Path,
    stamp: tuple[int, int, int],
    stream: BinaryIO,
    declared: str,
    rewritten: Path,
    on_bytes: Callable[[int], None],
) -> Scanned:
    found = _first_pass(_blocks(stream, path.name, stamp[1]), on_bytes)
    if found.nul is not None:
        raise reasons.nul_byte(path.name, found.nul)
    bom = _starts_with_bom(stream)
    text = path
    if declared == "UTF-8" or (not declared and found.wrong is None):
        if found.wrong is not None:
            raise reasons.wrong_bytes(path.name, (("UTF-8", found.wrong),))
        encoding = "UTF-8-BOM" if bom else "UTF-8"
    else:
        wrong = _rewrite(stream, rewritten)
        if wrong is not None:
            tried = (("UTF-8", found.wrong),) if found.wrong is not None and not declared else ()
            raise reasons.wrong_bytes(path.name, (*tried, ("GB18030", wrong)))
        encoding, text = "GB18030", rewritten
    source = SourceFile(path.name, found.digest, stamp[1], encoding)
    return Scanned(path, text, source, stamp, _blank_before_end(stream, found.first_gap))


def _blocks(stream: BinaryIO, name: str, size: int) -> Iterator[bytes]:
    """The file's bytes; raises InvalidInput once there are more than when it was opened."""
    read = 0
    while block := stream.read(CHUNK):
        read += len(block)
        if read > size:
            raise reasons.changed_meanwhile(name)
        yield block


def _first_pass(blocks: Iterable[bytes], on_bytes: Callable[[int], None]) -> _Pass:
    """sha256, the first NUL, the first byte that is not UTF-8, the first doubled line end."""
    digest, found = hashlib.sha256(), _Pass()
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset, tail = 0, b""
    for block in blocks:
        digest.update(block)
        if found.nul is None and (at := block.find(0)) >= 0:
            found.nul = offset + at
        if found.wrong is None:
            found.wrong = _decode(decoder, block, offset, final=False)
        if found.first_gap is None and (at := _gap(tail + block)) >= 0:
            found.first_gap = offset - len(tail) + at
        offset, tail = offset + len(block), block[-2:]
        on_bytes(len(block))
    if found.wrong is None:
        found.wrong = _decode(decoder, b"", offset, final=True)
    found.digest = digest.hexdigest()
    return found


def _decode(
    decoder: codecs.IncrementalDecoder, block: bytes, offset: int, *, final: bool
) -> int | None:
    """The offset in the file of the first byte that does not decode, or None."""
    waiting = len(decoder.getstate()[0])
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError as error:
        return offset - waiting + error.start
    return None


def _gap(block: bytes) -> int:
    """Where two line ends follow each other (LF LF, CR CR, LF CR LF), or -1."""
    found = [at for mark in (b"\n\n", b"\r\r", b"\n\r\n") if (at := block.find(mark)) >= 0]
    return min(found, default=-1)


def _blank_before_end(stream: BinaryIO, first_gap: int | None) -> bool:
    """Empty lines at the end of a file are nobody's row."""
    if first_gap is None:
        return False
    stream.seek(first_gap)
    while block := stream.read(CHUNK):
        if block.strip(b"\r\n"):
            return True
    return False


def _starts_with_bom(stream: BinaryIO) -> bool:
    stream.seek(0)
    return stream.read(3) == _BOM


def _rewrite(stream: BinaryIO, target: Path) -> int | None:
    """Write the stream's GB18030 as UTF-8; the offset of the first wrong byte, or None."""
    stream.seek(0)
    decoder, offset = codecs.getincrementaldecoder("gb18030")(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
        while True:
            block = stream.read(CHUNK)
            waiting = len(decoder.getstate()[0])
            try:
                out.write(decoder.decode(block, not block))
            except UnicodeDecodeError as error:
                return offset - waiting + error.start
            if not block:
                return None
            offset += len(block)
