"""A month's brief, from its outline and what the gateway answered. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from workbench.reports import blocks, differing, notes
from workbench.reports.asking import Answer
from workbench.reports.book import Book
from workbench.reports.context import Context
from workbench.reports.model import Block, Document, Section
from workbench.reports.outline import BlockSpec, ChangesBlock, NotesBlock, Outline
from workbench.ui.page_filter import Words


def brief(
    outline: Outline,
    answers: Mapping[str, Answer],
    month: date,
    city: Words,
    before: Document | None = None,
    outline_digest: str = "",
) -> Document:
    """``answers``: by block (``asking.ask``). ``before``: the month before's signed brief."""
    book = Book()
    numbers = {name: book.opened(answer) for name, answer in answers.items()}
    sections = [
        Section(
            id=section.id,
            title=section.title,
            blocks=tuple(
                made
                for place, block in enumerate(section.blocks, start=1)
                for made in _made(
                    outline, book, f"{section.id}.{place}", block, answers, numbers, before
                )
            ),
        )
        for section in outline.sections
    ]
    sections.append(notes.annex(book.figures, book.asked))
    return Document(
        outline=outline.id,
        outline_digest=outline_digest,
        title=outline.title,
        city=city,
        issuer=outline.issuer,
        month=month,
        as_of=notes.as_of(book.asked, month),
        synthetic=notes.synthetic(book.asked),
        before=before.digest if before else "",
        sections=tuple(sections),
        figures=tuple(book.figures),
        asked=tuple(book.asked),
    )


def _made(
    outline: Outline,
    book: Book,
    name: str,
    block: BlockSpec,
    answers: Mapping[str, Answer],
    numbers: Mapping[str, int | None],
    before: Document | None,
) -> Iterator[Block]:
    if isinstance(block, ChangesBlock):
        yield from differing.blocks(book, block, before)
    elif isinstance(block, NotesBlock):
        yield from notes.sources(book.asked, outline.caveat, block.title)
    else:
        yield from blocks.made(Context(outline, book, block, answers[name], numbers[name]))
