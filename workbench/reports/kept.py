"""Where briefs are kept: one folder of the city, each brief under the digest of its content.

``DIGEST/brief.json`` is the document; its renderings lie beside it. Nothing there is changed: what
has another content has another digest. A file that does not have the digest of its folder is
refused.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from workbench.errors import Code, Text, simple
from workbench.reports.model import Document

CONTENT = "brief.json"


@dataclass(frozen=True)
class Kept:
    """Briefs in ``folder``."""

    folder: Path

    def keep(self, document: Document) -> str:
        """Its digest; the same document is kept once."""
        content = document.canonical()
        digest = hashlib.sha256(content).hexdigest()
        self.write(digest, CONTENT, content)
        return digest

    def write(self, digest: str, name: str, content: bytes) -> Path:
        """A rendering of a brief that is kept, in the place of an equal one."""
        place = self.folder / digest
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = place / name
        if path.exists() and path.read_bytes() == content:
            return path
        placed(path, content)
        return path

    def document(self, digest: str) -> Document:
        """Raises InvalidInput where there is none, or it was changed on disk."""
        path = self.folder / digest / CONTENT
        if not path.is_file():
            raise _absent(digest)
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise _changed(digest)
        return read(content)

    def digests(self) -> Iterator[str]:
        if self.folder.is_dir():
            yield from sorted(p.parent.name for p in self.folder.glob(f"*/{CONTENT}"))

    def find(self, start: str) -> str:
        """The digest that begins so. Raises InvalidInput where none does, or several."""
        found = [digest for digest in self.digests() if digest.startswith(start)]
        if len(found) != 1 or not start:
            raise _absent(start) if not found else _several(start, found)
        return found[0]

    def of_month(self, outline: str, month: date) -> list[str]:
        """Drafts and signed ones, by digest."""
        known = ((digest, self.document(digest)) for digest in self.digests())
        return [d for d, one in known if (one.outline, one.month) == (outline, month)]


def read(content: bytes) -> Document:
    """The document of a brief's JSON. Raises InvalidInput for what is none."""
    try:
        return Document.model_validate_json(content)
    except ValidationError as error:
        raise simple(
            Code.invalid_request,
            "这不是简报的 JSON。",
            "This is not the JSON of a brief.",
            next=Text("用 report monthly 重新生成。", "Make it anew with report monthly."),
        ) from error


def placed(path: Path, content: bytes) -> None:
    """The whole file or none of it, of its owner alone. Raises OSError."""
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _absent(digest: str) -> Exception:
    return simple(
        Code.invalid_request,
        f"没有摘要为 {digest or '（空）'} 的简报。",
        f"No brief has the digest {digest or '(none)'}.",
        next=Text("workbench report list 列出各份简报。", "See workbench report list."),
        subject=digest,
    )


def _several(start: str, found: list[str]) -> Exception:
    return simple(
        Code.invalid_request,
        f"有 {len(found)} 份简报的摘要以 {start} 开头。",
        f"{len(found)} briefs have digests that begin with {start}.",
        next=Text("多写几位。", "Write more of it."),
        subject=start,
    )


def _changed(digest: str) -> Exception:
    return simple(
        Code.invalid_request,
        f"简报 {digest[:12]} 的内容与其摘要不符：文件在磁盘上被改动。",
        f"The brief {digest[:12]} is not what its digest says: the file was changed on disk.",
        next=Text("不要使用；重新生成并签发。", "Do not use it; draft and sign it anew."),
        subject=digest,
    )
