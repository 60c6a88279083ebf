"""One declared file, from its path to its value or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path as FilePath
from typing import TypeVar

from pydantic import BaseModel

from workbench.declared import schema
from workbench.declared.findings import Finding
from workbench.declared.notes import Notes
from workbench.declared.yaml import Document, read
from workbench.errors import Text

Model = TypeVar("Model", bound=BaseModel)


def read_file(
    model: type[Model], path: FilePath, root: FilePath, judge: Callable[[Model, Notes], None]
) -> tuple[Document, Model | None, tuple[Finding, ...]]:
    """The document, its value (None where it has errors), and its findings. ``judge`` notes what
    one value alone does not show; it is asked of all that has the form of ``model``."""
    document = read(path, path.relative_to(root).as_posix())
    if document.value is None:
        return document, None, document.findings
    value, misfits = schema.validate(model, document.value, document)
    notes = Notes(document, [*document.findings, *misfits])
    if value is not None:
        judge(value, notes)
    return document, value if not notes.found else None, tuple(notes.found)


def judge_name(name: str, stem: str, notes: Notes) -> None:
    """Its id is the name of its file."""
    if name != stem:
        fix = Text(f"写 {stem}，或给文件改名。", f"Write {stem}, or rename the file.")
        notes.error(("id",), Text("编号与文件名不同", "the id is not the file's name"), fix)
