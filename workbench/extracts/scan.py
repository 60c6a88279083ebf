"""The first pass over a delivered file: what it is, its sha256, its encoding.

A text that is not UTF-8 is written again as UTF-8 for the engine, which reads no other; so is one
with lines above its heading or below its data.
"""

from __future__ import annotations

import codecs
import hashlib
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from workbench.extracts import encodings, reasons, text_reasons
from workbench.extracts.encodings import CHUNK, GB18030, UTF8, UTF16
from workbench.extracts.footers import cut
from workbench.extracts.kinds import Kind, kind_of
from workbench.extracts.versions import SourceFile
from workbench.model.contract import Delivery

_BOM = codecs.BOM_UTF8
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SHOWN = {Kind.parquet: "Parquet", Kind.xlsx: "XLSX", Kind.zip: "ZIP"}


@dataclass(frozen=True)
class Scanned:
    """A file that can be read. ``text`` is where its UTF-8 lies (itself, or the rewritten one).

    ``stamp`` tells whether it changed later. ``blank_lines``: two line ends follow each other
    somewhere before the end, perhaps within quotes. ``delivery`` is how the contract reads it.
    """

    path: Path
    text: Path
    source: SourceFile
    stamp: tuple[int, int, int]
    kind: Kind
    delivery: Delivery
    blank_lines: bool = False


@dataclass
class _Pass:
    """What one pass over the bytes found."""

    digest: str = ""
    nul: int | None = None
    wrong: int | None = None
    first_gap: int | None = None


def scan(
    delivery: Delivery,
    rewritten: Path,
    on_bytes: Callable[[int], None],
    name: str = "",
) -> Scanned:
    """Read the file once (other than UTF-8: more than once).

    ``rewritten`` is a free path for a UTF-8 copy. ``on_bytes`` gets the bytes read since its last
    call. ``name`` is how the file is called in reports. Raises InvalidInput.
    """
    path = Path(delivery.path)
    name = name or path.name
    try:
        stamp = stamp_of(path)
        kind = kind_of(path, delivery.format, name)
        with path.open("rb") as stream:
            source = SourceFile(name, "", stamp[1], _SHOWN.get(kind, ""))
            found = Scanned(path, path, source, stamp, kind, delivery)
            if kind in _SHOWN:
                return _hashed(found, stream, on_bytes)
            return _text(found, stream, rewritten, on_bytes)
    except OSError as error:
        raise reasons.unreadable(name, error) from None


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


def _hashed(found: Scanned, stream: BinaryIO, on_bytes: Callable[[int], None]) -> Scanned:
    digest = hashlib.sha256()
    for block in _blocks(stream, found.source.name, found.stamp[1]):
        digest.update(block)
        on_bytes(len(block))
    return replace(found, source=replace(found.source, sha256=digest.hexdigest()))


def _text(
    found: Scanned, stream: BinaryIO, rewritten: Path, on_bytes: Callable[[int], None]
) -> Scanned:
    name, delivery = found.source.name, found.delivery
    declared = _declared(name, delivery.encoding)
    seen = _first_pass(_blocks(stream, name, found.stamp[1]), on_bytes)
    encoding = _encoding(stream, name, declared, seen)
    text = found.path
    if encoding in (GB18030, UTF16):
        text = rewritten
        wrong = encodings.rewrite(stream, encoding, rewritten)
        if wrong is not None:
            raise _wrong_bytes(stream, name, declared, seen, (encoding, wrong))
    if encoding == GB18030 and (line := encodings.first_utf8_line(stream)) is not None:
        other = encodings.first_other_line(stream)
        raise text_reasons.mixed_encodings(name, line, other)
    if encoding == UTF8 and _starts_with(stream, _BOM):
        encoding = "UTF-8-BOM"
    if delivery.header_row > 1 or delivery.footer:
        text = cut(text, rewritten.with_suffix(".cut"), delivery, name)
    return replace(
        found,
        text=text,
        source=replace(found.source, sha256=seen.digest, encoding=encoding),
        blank_lines=_blanks(stream, encoding, text, seen),
    )


def _declared(name: str, encoding: str) -> str:
    found = encodings.known(encoding) if encoding else ""
    if encoding and not found:
        raise text_reasons.unknown_encoding(name, encoding)
    return found


def _encoding(stream: BinaryIO, name: str, declared: str, seen: _Pass) -> str:
    """The encoding to read in. Raises InvalidInput where the bytes speak against it."""
    utf16 = any(_starts_with(stream, mark) for mark in _UTF16)
    if utf16 != (declared == UTF16):
        raise text_reasons.utf16_not_declared(name) if utf16 else text_reasons.no_utf16(name)
    if utf16:
        return UTF16
    if seen.nul is not None:
        raise text_reasons.nul_byte(name, seen.nul)
    if declared == UTF8 and seen.wrong is not None:
        raise _wrong_bytes(stream, name, declared, seen)
    open_question = not declared and seen.wrong is None and not _starts_with(stream, _BOM)
    if open_question and encodings.ambiguous(stream):
        raise text_reasons.ambiguous_encoding(name)
    if declared == GB18030 or (not declared and seen.wrong is not None):
        return GB18030
    return UTF8


def _wrong_bytes(
    stream: BinaryIO, name: str, declared: str, seen: _Pass, other: tuple[str, int] | None = None
) -> Exception:
    tried = [] if seen.wrong is None or declared in (GB18030, UTF16) else [(UTF8, seen.wrong)]
    tried += [] if other is None else [other]
    return text_reasons.wrong_bytes(
        name, [(e, at, encodings.row_of(stream, at)) for e, at in tried]
    )


def _blanks(stream: BinaryIO, encoding: str, text: Path, seen: _Pass) -> bool:
    """UTF-16 hides its line ends from a look at bytes, and a cut file has others: look again."""
    if encoding != UTF16 and not text.name.endswith(".cut"):
        return _blank_before_end(stream, seen.first_gap)
    with text.open("rb") as again:
        gap = _first_pass(iter(lambda: again.read(CHUNK), b""), lambda _: None).first_gap
        return _blank_before_end(again, gap)


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


def _starts_with(stream: BinaryIO, mark: bytes) -> bool:
    stream.seek(0)
    return stream.read(len(mark)) == mark
