"""Briefs of one city: made by whoever is connected, kept under the city, shown once signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from workbench.cli.report_ledger import Signing, signings, unsigned
from workbench.client.connection import Connection
from workbench.client.export.document import keep_document
from workbench.errors import Code, Language, Text, WorkbenchError, simple
from workbench.gateway.state import State
from workbench.reports.asking import ask
from workbench.reports.docx_file import docx_of
from workbench.reports.kept import Kept, placed
from workbench.reports.making import brief
from workbench.reports.model import Document, Seal
from workbench.reports.outline import Outline
from workbench.reports.pdf_file import check_fonts, pdf
from workbench.reports.plain import Paper
from workbench.ui.page_filter import Words

FOLDER = "briefs"
"""Of the city's state."""
LANGUAGES: tuple[Language, ...] = ("zh", "en")
Form = Literal["docx", "pdf"]
RENDER: Mapping[str, Callable[[Paper], bytes]] = {"docx": docx_of, "pdf": pdf}


@dataclass(frozen=True)
class Briefs:
    """``kind``: the procedure by which briefs of ``outline`` are signed."""

    state: State
    outline: Outline
    outline_digest: str
    city: Words

    @property
    def kept(self) -> Kept:
        return Kept(self.state.layout.state / FOLDER)

    def signings(self) -> dict[str, Signing]:
        return signings(self.state.store.journal, self.outline.sign_off)

    def make(
        self, connection: Connection, month: date, told: Callable[[str], object]
    ) -> tuple[Document, str]:
        """The month's brief and its digest: asked under the grants of whoever is connected, entered
        with every release that it is made of, then kept. Raises as the gateway does, and
        Unavailable where no data reach into the month."""
        check_fonts()
        answers = ask(connection, self.outline, month, told)
        before = self.signed(_month_before(month))
        made = brief(self.outline, answers, month, self.city, before, self.outline_digest)
        if not made.asked or made.as_of < month:
            raise _too_early(month, made.as_of)
        found = [each.release for each in answers.values() if each.release is not None]
        keep_document(found, f"{stem(made)}.json", made.canonical())
        return made, self.kept.keep(made)

    def signed(self, month: date) -> Document | None:
        """The month's brief that was signed last; None where none was."""
        found = self.signings()
        known = [found[d] for d in self.kept.of_month(self.outline.id, month) if d in found]
        done = [each for each in known if each.signed]
        if not done:
            return None
        newest = max(done, key=lambda each: each.seal().position)
        return self.kept.document(newest.digest)

    def to_compare(self, month: date) -> Document:
        """The month's signed brief; where none is signed, its only draft. Raises InvalidInput."""
        found = self.signed(month)
        if found is not None:
            return found
        drafts = self.kept.of_month(self.outline.id, month)
        if len(drafts) != 1:
            raise _none_signed(month, len(drafts))
        return self.kept.document(drafts[0])

    def seal(self, digest: str) -> Seal:
        """Raises Refused where it is not signed."""
        found = self.signings().get(digest)
        if found is None:
            raise unsigned(digest)
        return found.seal()

    def rendered(self, digest: str) -> list[str]:
        """Every file of a signed brief, kept under the city for its readers; the names of those
        that were not there. Raises Refused where it is not signed, Unavailable without fonts."""
        document, seal = self.kept.document(digest), self.seal(digest)
        made = []
        for language in LANGUAGES:
            for form in RENDER:
                name = f"{stem(document)}.{language}.{form}"
                if not (self.kept.folder / digest / name).exists():
                    check_fonts()
                    content = RENDER[form](Paper(document, language, seal))
                    made.append(self.kept.write(digest, name, content).name)
        return made

    def written(
        self,
        digest: str,
        folder: Path,
        languages: tuple[Language, ...],
        forms: tuple[Form, ...],
        seal: Seal | None,
    ) -> list[Path]:
        """The files of a brief that is kept, in ``folder``; its JSON beside them. Files of a signed
        one are kept under the city too."""
        document = self.kept.document(digest)
        folder.mkdir(parents=True, exist_ok=True)
        out = [_put(folder / f"{stem(document)}.json", document.canonical())]
        for language in languages:
            paper = Paper(document, language, seal)
            for form in forms:
                content = RENDER[form](paper)
                name = f"{stem(document)}.{language}{'' if seal else '.draft'}.{form}"
                if seal is not None:
                    self.kept.write(digest, name, content)
                out.append(_put(folder / name, content))
        return out


def stem(document: Document) -> str:
    """What its files are called: ``brief-2026-09``."""
    return f"brief-{document.month:%Y-%m}"


def _put(path: Path, content: bytes) -> Path:
    try:
        placed(path, content)
    except OSError as error:
        raise simple(
            Code.invalid_request,
            f"无法写入 {path}：{error.strerror}",
            f"{path} cannot be written: {error.strerror}",
            next=Text("换一个目录。", "Name another folder."),
            subject=str(path),
        ) from error
    return path


def _too_early(month: date, as_of: date) -> WorkbenchError:
    return simple(
        Code.extract_missing,
        f"{month:%Y-%m} 还没有数据：数据只到 {as_of}。",
        f"There are no data of {month:%Y-%m} yet: they end on {as_of}.",
        next=Text(
            "先运行 workbench libraries run 和 workbench analysis run。",
            "Run workbench libraries run and workbench analysis run first.",
        ),
        subject=f"{month:%Y-%m}",
    )


def _none_signed(month: date, drafts: int) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"{month:%Y-%m} 没有已签发的简报，草稿有 {drafts} 份。",
        f"No brief of {month:%Y-%m} is signed, and there are {drafts} drafts.",
        next=Text("先签发一份。", "Sign one first."),
        subject=f"{month:%Y-%m}",
    )


def _month_before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
