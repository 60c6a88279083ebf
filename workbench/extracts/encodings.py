"""Which encoding a delivered text is in: by strict decoding, and refused where two would do.

Bytes that are UTF-8 throughout are UTF-8; else they must be GB18030 throughout (GBK and GB 2312
are parts of it). Two traps are looked for, since either would load wrong characters without a
word: a line of UTF-8 within GB18030, which often decodes (名称 becomes 鍚嶇О), and a short text
whose bytes are common Chinese characters in GB 2312 and Cyrillic or accents in UTF-8.
"""

from __future__ import annotations

import codecs
import os
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20
UTF8, GB18030, UTF16 = "UTF-8", "GB18030", "UTF-16"
NAMES = {
    "utf-8": UTF8,
    "gb18030": GB18030,
    "gbk": GB18030,
    "gb2312": GB18030,
    "utf-16": UTF16,
}
"""Names of codecs -> encodings that are read."""
_CODECS = {UTF8: "utf-8", GB18030: "gb18030", UTF16: "utf-16"}
_LAST_OF_TWO_BYTES = "\u07ff"


def known(name: str) -> str:
    """The encoding of that name, or "" where it is not read."""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return ""
    return NAMES.get("utf-8" if found == "utf-8-sig" else found, "")


def row_of(stream: BinaryIO, offset: int) -> int:
    """The line (from 1) of the byte at ``offset``."""
    stream.seek(0)
    lines, left = 1, offset
    while left and (block := stream.read(min(CHUNK, left))):
        lines += block.count(b"\n")
        left -= len(block)
    return lines


def rewrite(stream: BinaryIO, encoding: str, target: Path) -> int | None:
    """Write the stream as UTF-8; the offset of the first byte that does not decode, or None."""
    stream.seek(0)
    decoder, offset = codecs.getincrementaldecoder(_CODECS[encoding])(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
        while True:
            block = stream.read(CHUNK)
            waiting = _waiting(decoder)
            try:
                out.write(decoder.decode(block, not block))
            except UnicodeDecodeError as error:
                return offset - waiting + error.start
            if not block:
                return None
            offset += len(block)


def _waiting(decoder: codecs.IncrementalDecoder) -> int:
    state = decoder.getstate()[0]
    return len(state) if isinstance(state, bytes) else 0


def first_utf8_line(stream: BinaryIO) -> int | None:
    """The first line that reads as Chinese in UTF-8, or None; for a text taken as GB18030.

    Chance makes such a line of GB18030 once in many thousands of rare characters; a refusal that
    asks for one encoding is the lesser harm.
    """
    stream.seek(0)
    for number, line in enumerate(stream, 1):
        if not line.isascii() and _is_utf8_chinese(line):
            return number
    return None


def first_other_line(stream: BinaryIO) -> int | None:
    """The first line with characters that does not decode as UTF-8."""
    stream.seek(0)
    return next((n for n, line in enumerate(stream, 1) if _decoded(line) is None), None)


def _is_utf8_chinese(line: bytes) -> bool:
    text = _decoded(line)
    return text is not None and any(
        "\u3000" <= c <= "\u9fff" or "\uff00" <= c <= "\uffef" for c in text
    )


def _decoded(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None


def ambiguous(stream: BinaryIO) -> bool:
    """For a text that is UTF-8: would GB 2312 make common Chinese of every character of it?"""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    seen = False
    while block := stream.read(CHUNK):
        text = decoder.decode(block)
        if text.isascii():
            continue
        seen = True
        if max(text) > _LAST_OF_TWO_BYTES:
            return False
        if not all(_common(c.encode()) for c in set(text) if c > "\x7f"):
            return False
    return seen


def _common(pair: bytes) -> bool:
    """A character of the first level of GB 2312 (3,755 common ones)."""
    first, second = pair
    return 0xB0 <= first <= 0xD7 and 0xA1 <= second <= 0xFE
