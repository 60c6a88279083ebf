"""From a page's file to its values: found, read, and judged by itself. No query runs here.

What hangs on the city (the scenario, the grants) is judged by ``workbench pages check``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath

from workbench.declared import schema
from workbench.declared.findings import Finding, Path, raise_errors
from workbench.declared.notes import Notes
from workbench.declared.yaml import Document, read
from workbench.errors import Code, Text, simple
from workbench.ui.page import Page
from workbench.ui.page_rules import judge

FOLDERS = ("pages", "dashboards/pages")
"""Where a page's file is looked for, in the working folder and each one above it."""


@dataclass(frozen=True)
class PageFile:
    """``page`` is None where the file has errors; ``places`` are the panels' in the document."""

    path: FilePath
    document: Document
    page: Page | None
    findings: tuple[Finding, ...]

    @property
    def places(self) -> tuple[Path, ...]:
        sections = self.page.sections if self.page else ()
        return tuple(
            ("sections", s, "panels", p)
            for s, section in enumerate(sections)
            for p in range(len(section.panels))
        )


def find_page(name: str, start: FilePath) -> FilePath:
    """The file of the page, looked for from ``start`` upwards. Raises InvalidInput."""
    if not name.isidentifier():
        raise simple(
            Code.invalid_request,
            "页面名只能由字母、数字和下划线组成。",
            "A page's name is made of letters, digits and underscores.",
        )
    for folder in (start, *start.parents):
        for inner in FOLDERS:
            path = folder / inner / f"{name}.yaml"
            if path.is_file():
                return path
    raise simple(
        Code.invalid_request,
        f"没有名为 {name} 的页面。",
        f"There is no page called {name}.",
        next=Text(
            f"页面文件应为 dashboards/pages/{name}.yaml。",
            f"Its file would be dashboards/pages/{name}.yaml.",
        ),
        subject=name,
    )


def load_page(path: FilePath) -> Page:
    """The page in this file. Raises InvalidInput with every finding."""
    stat = path.stat() if path.is_file() else None
    return _loaded(path, stat.st_mtime_ns if stat else 0, stat.st_size if stat else 0)


@lru_cache(64)
def _loaded(path: FilePath, changed: int, size: int) -> Page:
    """Kept by the file's time and size: the leaders' server reads a page at each visit."""
    found = read_page(path)
    raise_errors(found.findings)
    if found.page is None:  # an unreadable file has an error, which was raised
        raise AssertionError(path)
    return found.page


def read_page(path: FilePath, label: str = "") -> PageFile:
    """The page with all that is wrong with its file; ``label`` stands in the findings."""
    document = read(path, label or f"{path.parent.name}/{path.name}")
    if document.value is None:
        return PageFile(path, document, None, document.findings)
    page, misfits = schema.validate(Page, document.value, document)
    found = [*document.findings, *misfits]
    if page is not None:
        notes = Notes(document)
        judge(page, notes)
        found += notes.found
        if not path.stem.isidentifier():
            problem = Text(f"{path.stem} 不能作页面名", f"{path.stem} cannot be a page's name")
            fix = Text("文件名用字母、数字和下划线。", "Name the file by letters, digits and _.")
            found.append(document.finding((), problem, fix))
        page = page.model_copy(update={"name": path.stem})
    return PageFile(path, document, page, tuple(found))
