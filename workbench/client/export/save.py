"""``release.save(path)``: write beside, have it recorded, then keep it with its receipt.

::

    write to a temporary name  →  digest  →  POST /exports (judged, in the ledger, signed)
        refused: the temporary file is removed        granted: receipt, then the file, by renaming

Where something of it is disputed and its form has no place to say so, that is written before the
file as well.

So there is never half a file, no file without its receipt, and none that the ledger does not
know; where the machine fails between the entry and the renaming, the ledger knows a file that
never was.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

import pyarrow as pa

from workbench.client.export import disputed, write_csv, write_parquet, write_xlsx
from workbench.client.export.forms import Changed, Form, Noted, form_of
from workbench.client.values import unique_names
from workbench.errors import Code, Language, Text, simple
from workbench.model.dispute import disputes
from workbench.model.receipt import Change

if TYPE_CHECKING:
    from workbench.client.release import Release

Exporter: TypeAlias = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Hands an order (``POST /exports``) to the gateway that released the result; gives its receipt."""

RECEIPT = ".receipt.json"
MAX_NAME = 255 - max(len(RECEIPT), len(disputed.SUFFIX))
"""Bytes of a file's name, so that the names of what lies beside it are ones as well."""


@dataclass(frozen=True)
class Saved:
    """A file that was kept. ``digest`` is its SHA-256; ``changes`` what its form could not hold;
    ``disputed`` the file beside it that says what of it is disputed, where something is."""

    path: Path
    receipt: Path
    rows: int
    digest: str
    ledger_position: int
    changes: tuple[Changed, ...] = ()
    language: Language = "en"
    disputed: Path | None = None

    def __repr__(self) -> str:
        told = Text(
            f"已保存 {self.path}（{self.rows:,} 行，账本第 {self.ledger_position} 条），"
            f"回执 {self.receipt.name}",
            f"Saved {self.path} ({self.rows:,} rows, ledger entry {self.ledger_position}), "
            f"receipt {self.receipt.name}",
        )
        lines = [told.said(self.language), *(c.text.said(self.language) for c in self.changes)]
        if self.disputed is not None:
            name = self.disputed.name
            said = Text(f"含有争议的数据，见 {name}", f"It holds disputed data: see {name}")
            lines.append(said.said(self.language))
        return "\n  ".join(lines)


def save(release: Release, path: Path, *, overwrite: bool, caption: str = "") -> Saved:
    """Raises InvalidInput for a path or a form that does not do, and what the gateway says."""
    path = path.expanduser()
    form = form_of(path)
    receipt = path.with_name(path.name + RECEIPT)
    mark = disputed.beside(path) if form in disputed.NO_PLACE else None
    exporter = release.exporter
    if exporter is None:
        raise no_gateway()
    _check_path(path, overwrite, *filter(None, (path, receipt, mark)))
    with _beside(path) as (temporary, out):
        changes = _written(release, form, out, path.parent, caption)
        digest = _digest(out)
        answer = exporter(order_of(release, path.name, form.value, digest, changes))
        _keep_receipt(answer, receipt, overwrite)
        told = _disputes(release, answer) if mark else ()
        try:
            if mark and told:
                _keep(disputed.text_of(path.name, told), mark, overwrite)
            _place(temporary, path, overwrite)
        except BaseException:
            if not overwrite:  # of an older file there may be nothing else left
                _drop(receipt, *((mark,) if mark and told else ()))
            raise
    if mark and not told:
        _drop(mark)  # of the older file in this place
    _sync_folder(path.parent)
    position, marked = int(answer["receipt"]["ledger_position"]), mark if told else None
    return Saved(path, receipt, release.rows, digest, position, changes, release.language, marked)


def _disputes(release: Release, answer: Mapping[str, Any]) -> tuple[str, ...]:
    """As of the answer, whose values the file has, and as of the export: what is settled since may
    stand in the file as it was."""
    return disputes((*release.info.notes, *map(str, answer["receipt"]["obligations"])))


def _written(
    release: Release, form: Form, out: BinaryIO, folder: Path, caption: str
) -> tuple[Changed, ...]:
    noted = Noted()
    table = _named_apart(release.table, noted)
    match form:
        case Form.parquet:
            write_parquet.write(table, out, noted)
        case Form.csv:
            write_csv.write(table, out, noted)
            if caption:
                write_csv.add_line(caption, out)
        case Form.xlsx:
            about = f"{release.caption('zh')}\n{release.caption('en')}"
            write_xlsx.write(table, out, noted, about, folder)
    out.flush()
    os.fsync(out.fileno())
    return noted.all()


def _named_apart(table: pa.Table, noted: Noted) -> pa.Table:
    names = unique_names(table.column_names)
    for old, new in zip(table.column_names, names, strict=True):
        if old != new:
            noted.add(Change.renamed, new)
    return table.rename_columns(names).replace_schema_metadata(table.schema.metadata)


def order_of(
    release: Release, name: str, form: str, digest: str, changes: tuple[Changed, ...] = ()
) -> dict[str, Any]:
    """What ``POST /exports`` is told of a file."""
    return {
        "release": release.info.id,
        "digest": digest,
        "format": form,
        "name": name,
        "rows": release.rows,
        "columns": release.table.num_columns,
        "changes": [change.kind.value for change in changes],
    }


def _digest(out: BinaryIO) -> str:
    found = hashlib.sha256()
    out.seek(0)
    while part := out.read(1 << 20):
        found.update(part)
    return found.hexdigest()


@contextmanager
def _beside(path: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A new file of its owner alone beside ``path``, gone in the end unless it was renamed."""
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w+b") as out:
            yield temporary, out
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _place(temporary: Path, path: Path, overwrite: bool) -> None:
    """Give the file its name; a file that came there meanwhile stays, unless it may go."""
    if not overwrite:
        try:
            path.hardlink_to(temporary)
            return
        except FileExistsError:
            raise _is_there(path) from None
        except OSError:  # a file system without hard links
            if path.exists():
                raise _is_there(path) from None
    temporary.replace(path)


def _keep_receipt(answer: Mapping[str, Any], receipt: Path, overwrite: bool) -> None:
    text = json.dumps(answer, ensure_ascii=False, indent=2) + "\n"
    _keep(text.encode(), receipt, overwrite)


def _keep(content: bytes, path: Path, overwrite: bool) -> None:
    with _beside(path) as (temporary, out):
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
        _place(temporary, path, overwrite)


def _drop(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # a network folder may know no sync; the file is there all the same
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _check_path(path: Path, overwrite: bool, *all_of_it: Path) -> None:
    if len(path.name.encode()) > MAX_NAME or not path.name.isprintable():
        raise simple(
            Code.invalid_request,
            "文件名过长，或含有不可见字符。",
            "The file's name is too long, or holds characters that cannot be seen.",
            next=Text(f"最多 {MAX_NAME} 字节。", f"It may have {MAX_NAME} bytes."),
        )
    if not path.parent.is_dir():
        raise simple(
            Code.invalid_request,
            f"目录 {path.parent} 不存在。",
            f"The folder {path.parent} is not there.",
            next=Text("请先建立目录，或换一个路径。", "Make it first, or name another path."),
            subject=str(path),
        )
    for there in all_of_it:
        if there.is_dir() or (there.exists() and not overwrite):
            raise _is_there(there)


def _is_there(path: Path) -> Exception:
    return simple(
        Code.invalid_request,
        f"{path} 已存在。",
        f"{path} is there already.",
        next=Text(
            "请换一个文件名，或用 save(…, overwrite=True) 覆盖。",
            "Name another file, or replace it with save(..., overwrite=True).",
        ),
        subject=str(path),
    )


def _unwritable(path: Path, error: OSError) -> Exception:
    why = error.strerror or type(error).__name__
    return simple(
        Code.invalid_request,
        f"无法写入 {path}：{why}",
        f"{path} cannot be written: {why}",
        next=Text(
            "请检查目录的权限和剩余空间，或换一个路径。",
            "Look at the folder's permissions and free space, or name another path.",
        ),
        subject=str(path),
    )


def no_gateway() -> Exception:
    return simple(
        Code.invalid_request,
        "这个结果不是从网关连接得到的，不能保存。",
        "This result did not come over a connection to a gateway, and cannot be saved.",
        why=Text(
            "每次导出都要由网关记入账本并出具回执。",
            "The gateway records each export and gives a receipt for it.",
        ),
        next=Text("请用 connection.sql(…) 重新查询。", "Ask again with connection.sql(...)."),
    )
