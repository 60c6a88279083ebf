"""One declared file, from its path to its value or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path as FilePath
from typing import Generic, NamedTuple, TypeVar

from pydantic import BaseModel

from workbench.declared import schema
from workbench.declared.findings import Finding, raise_errors
from workbench.declared.notes import Notes
from workbench.declared.yaml import Document, read
from workbench.errors import Text

Model = TypeVar("Model", bound=BaseModel)


class Declared(NamedTuple, Generic[Model]):
    """A file that was read. ``value`` is None where it has errors."""

    document: Document
    value: Model | None
    findings: tuple[Finding, ...]


def read_file(
    model: type[Model], path: FilePath, root: FilePath, judge: Callable[[Model, Notes], None]
) -> Declared[Model]:
    """The file with all that is wrong with it. ``judge`` notes what the form of ``model`` does not
    show; it is asked of all that has this form."""
    document = read(path, path.relative_to(root).as_posix())
    if document.value is None:
        return Declared(document, None, document.findings)
    value, misfits = schema.validate(model, document.value, document)
    notes = Notes(document, [*document.findings, *misfits])
    if value is not None:
        judge(value, notes)
    return Declared(document, value if not notes.found else None, tuple(notes.found))


def sound(files: Iterable[Declared[Model]]) -> list[Model]:
    """The values of files. Raises InvalidInput with every error of every file."""
    read_ = list(files)
    raise_errors(finding for file in read_ for finding in file.findings)
    return [file.value for file in read_ if file.value is not None]


def judge_name(name: str, stem: str, notes: Notes) -> None:
    """Its id is the name of its file."""
    if name != stem:
        fix = Text(f"写 {stem}，或给文件改名。", f"Write {stem}, or rename the file.")
        notes.error(("id",), Text("编号与文件名不同", "the id is not the file's name"), fix)
