"""A zipped delivery into its files: the members that the contract's pattern names, and no other.

An archive says itself how large its members are, and may lie: what is written is counted.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from workbench.extracts import archive_reasons
from workbench.extracts.encodings import CHUNK
from workbench.extracts.kinds import Kind, fits
from workbench.extracts.scan import Scanned, require_unchanged, scan
from workbench.model.contract import Delivery

MEMBERS = 1_000
"""Members that match in one archive (our default)."""
UNPACKED = 4 << 30
"""Bytes of all members together (our default)."""
RATIO, FROM = 200, 64 << 20
"""Times a member may grow once it is larger than ``FROM`` bytes (our default)."""
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1


@dataclass(frozen=True)
class Limits:
    members: int = MEMBERS
    unpacked: int = UNPACKED
    ratio: int = RATIO
    ratio_from: int = FROM


def opened(
    delivery: Delivery,
    rewritten: Path,
    on_bytes: Callable[[int], None],
    limits: Limits | None = None,
) -> tuple[Scanned, ...]:
    """The file itself, or each member of an archive. ``rewritten`` as in ``scan``.

    Raises InvalidInput.
    """
    found = scan(delivery, rewritten, on_bytes)
    if found.kind is not Kind.zip:
        return (found,)
    members = tuple(_members(found, rewritten, limits or Limits()))
    require_unchanged(found)
    return members


def _members(archive: Scanned, rewritten: Path, limits: Limits) -> Iterator[Scanned]:
    name, delivery = archive.source.name, archive.delivery
    if not delivery.members:
        raise archive_reasons.members_not_named(name)
    left = limits.unpacked
    try:
        with zipfile.ZipFile(archive.path) as opened_archive:
            for number, (member, info) in enumerate(_matching(opened_archive, archive, limits)):
                target = rewritten.with_name(f"{rewritten.name}.{number}{_suffix(member)}")
                left -= _write(opened_archive, info, target, f"{name}/{member}", left, limits)
                inner = replace(delivery, path=str(target), format="", members="", member_names="")
                again = rewritten.with_name(f"{rewritten.name}.{number}.utf8")
                yield _inner(scan(inner, again, lambda _: None, f"{name}/{member}"), archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise archive_reasons.broken_archive(name) from None


def _inner(found: Scanned, archive: Scanned) -> Scanned:
    if found.kind is Kind.zip:
        raise archive_reasons.nested_archive(found.source.name)
    return replace(found, source=replace(found.source, archive=archive.source.sha256))


def _matching(
    archive: zipfile.ZipFile, scanned: Scanned, limits: Limits
) -> list[tuple[str, zipfile.ZipInfo]]:
    """``(name, entry)`` in the order of names. Raises InvalidInput."""
    name, delivery = scanned.source.name, scanned.delivery
    listed = [
        (_name_of(info, delivery, name), info) for info in archive.infolist() if not info.is_dir()
    ]
    for member, _ in listed:
        _check_name(name, member)
    wanted = [(m, i) for m, i in listed if fits(m, delivery.members)]
    names = [member for member, _ in wanted]
    if len(set(names)) < len(names):
        raise archive_reasons.member_twice(name, max(names, key=names.count))
    if not wanted:
        raise archive_reasons.no_member(name, delivery.members, [m for m, _ in listed])
    if len(wanted) > limits.members:
        raise archive_reasons.too_many_members(name, len(wanted), limits.members)
    return sorted(wanted, key=lambda pair: pair[0])


def _name_of(info: zipfile.ZipInfo, delivery: Delivery, name: str) -> str:
    """Without the mark for UTF-8 nobody knows the encoding of a name but the contract."""
    if info.flag_bits & _UTF8_NAME or info.filename.isascii():
        return info.filename
    if not delivery.member_names:
        raise archive_reasons.member_names_unknown(name)
    try:
        return info.filename.encode("cp437").decode(delivery.member_names)
    except UnicodeError:
        raise archive_reasons.member_names_wrong(name, delivery.member_names) from None


def _check_name(name: str, member: str) -> None:
    parts = PurePosixPath(member.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or "\0" in member or ":" in member[:2]:
        raise archive_reasons.member_outside(name)


def _suffix(member: str) -> str:
    suffix = PurePosixPath(member).suffix.lower()
    return suffix if suffix.isascii() and suffix[1:].isalnum() else ""


def _write(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    target: Path,
    name: str,
    left: int,
    limits: Limits,
) -> int:
    """The number of bytes written. The sum of the member is checked by the reader of the zip."""
    if info.flag_bits & _ENCRYPTED:
        raise archive_reasons.encrypted(name)
    written = 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with archive.open(info) as source, os.fdopen(descriptor, "wb") as out:
        while block := source.read(CHUNK):
            written += len(block)
            grown = written > limits.ratio_from and written > limits.ratio * info.compress_size
            if written > left or grown:
                raise archive_reasons.archive_bomb(name, limits.unpacked, limits.ratio)
            out.write(block)
    return written
