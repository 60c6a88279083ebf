"""A zip file that is the same bytes wherever it is made, and of which any changed byte is refused.

Members are stored, not deflated: what zlib makes of them differs from build to build. The manifest
has the SHA-256 of each, so that what was changed is told by its name. Who rebuilds the whole file
with other content gets another digest of it: that is what the ledger has.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from hashlib import sha256

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.ledger.chain import canonical

MANIFEST = "manifest.json"
_DATE = (1980, 1, 1, 0, 0, 0)
"""Of every member: none that means anything."""
_UNIX = 3
_OWNER_READS = 0o100400 << 16
_VERSION = 20
_NAME = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)?\.(json|yaml)")
_DIRECTORY = "(zip)"
"""What is told where a byte of no member was changed."""


def packed(members: Mapping[str, bytes]) -> bytes:
    """The file, with its manifest. Raises ValueError for a member that is called as the manifest,
    or otherwise than ``name.json`` or ``folder/name.yaml``."""
    if MANIFEST in members:
        raise ValueError(f"{MANIFEST} is made here")
    if strange := [name for name in members if not _NAME.fullmatch(name)]:
        raise ValueError(f"no names of members: {strange}")
    listed = {name: sha256(content).hexdigest() for name, content in members.items()}
    manifest = canonical({"members": listed}).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted({**members, MANIFEST: manifest}.items()):
            archive.writestr(_dated(name), content)
    return out.getvalue()


def unpacked(raw: bytes) -> dict[str, bytes]:
    """The members without the manifest. Raises InvalidInput for what is no such file, or is not
    as it was made, with the name of the member."""
    members = dict(_members(raw))
    manifest = members.pop(MANIFEST, None)
    if manifest is None:
        raise altered(MANIFEST)
    for name, digest in _listed(manifest).items():
        if name not in members or sha256(members[name]).hexdigest() != digest:
            raise altered(name)
    made = packed(members)
    if made != raw:
        raise altered(_changed(made, raw))
    return members


def digest_of(raw: bytes) -> str:
    """By which a file is known: SHA-256 of all of it, in hex (``sha256sum FILE``)."""
    return sha256(raw).hexdigest()


def _dated(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _DATE)
    info.create_system, info.external_attr = _UNIX, _OWNER_READS
    info.create_version = info.extract_version = _VERSION
    return info


def _members(raw: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise _no_archive() from error
    with archive:
        for info in archive.infolist():
            if not _NAME.fullmatch(info.filename):
                raise altered(_DIRECTORY)
            yield info.filename, _content(archive, info)


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    is_plain = info.compress_type == zipfile.ZIP_STORED and not info.flag_bits
    if not is_plain or info.file_size != info.compress_size:
        raise altered(info.filename)
    try:
        return archive.read(info)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise altered(info.filename) from error


def _listed(manifest: bytes) -> Mapping[str, str]:
    try:
        found = json.loads(manifest)["members"]
    except (ValueError, KeyError, TypeError) as error:
        raise altered(MANIFEST) from error
    if not isinstance(found, dict):
        raise altered(MANIFEST)
    return found


def _changed(made: bytes, raw: bytes) -> str:
    """The member in which the two differ first."""
    both = zip(made, raw, strict=False)
    at = next((n for n, (one, other) in enumerate(both) if one != other), min(len(made), len(raw)))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        if at >= archive.start_dir:
            return _DIRECTORY
        before = [info for info in archive.infolist() if info.header_offset <= at]
    return max(before, key=lambda info: info.header_offset).filename


def altered(member: str) -> WorkbenchError:
    """InvalidInput, with the member as its subject."""
    return simple(
        Code.invalid_request,
        f"封存文件已被改动：{member}。",
        f"The frozen file was changed: {member}.",
        why=Text(
            "成员的内容与清单中的 SHA-256 不符，或文件不是按规则生成的。",
            "The member is not what its SHA-256 in the manifest says, or not as it was made.",
        ),
        next=Text(
            "不要使用；取原件，其摘要见台账中的考核运行记录。",
            "Do not use it; take the original, whose digest the ledger has with the run.",
        ),
        subject=member,
    )


def _no_archive() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "这不是封存的考核文件，或者文件不完整。",
        "This is no frozen assessment, or it is not whole.",
        next=Text(
            "给出 workbench assess run 写下的 zip 文件。",
            "Name a zip file that workbench assess run wrote.",
        ),
        subject=_DIRECTORY,
    )
