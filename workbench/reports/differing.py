"""The section of a brief that says what changed against the month before's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from workbench.reports import printing
from workbench.reports.book import Book
from workbench.reports.changes import Moved, compare
from workbench.reports.context import shown_of
from workbench.reports.model import (
    Block,
    Document,
    Figure,
    FigureForm,
    Head,
    Paragraph,
    Run,
    Table,
    Text,
)
from workbench.reports.outline import ChangesBlock
from workbench.ui.page import Form
from workbench.ui.page_filter import Words

NO_BRIEF = Words(
    zh="没有上月已签发的简报，不作对比。",
    en="There is no signed brief of the month before to compare with.",
)
NO_REVISIONS = Words(
    zh="上月简报中的历史数字没有修订。",
    en="No earlier figure of the month before's brief was revised.",
)


def blocks(book: Book, block: ChangesBlock, before: Document | None) -> Iterator[Block]:
    if before is None:
        yield _said(NO_BRIEF)
        return
    found = compare(before.figures, tuple(book.figures))
    moved = _once(each for each in found.moved if _of(each.now, block) and not _light(each))
    yield _table(book, block.title, moved[: block.most])
    if found.revised:
        yield _table(book, _REVISED, list(found.revised[: block.most]))
        more = len(found.revised) - block.most
        if more > 0:
            zh, en = (
                f"另有 {more} 处修订，见随附 JSON。",
                f"{more} more were revised: see the JSON.",
            )
            yield Paragraph(style="note", text=(Run(zh=zh, en=en),))
    else:
        yield _said(NO_REVISIONS)


def _once(rows: Iterable[Moved]) -> list[Moved]:
    """A figure that stands in a card and in a table is told once."""
    known = {(each.before.value, each.now.value, each.now.spec): each for each in reversed([*rows])}
    return list(reversed(known.values()))


def _of(figure: Figure, block: ChangesBlock) -> bool:
    return figure.key.partition(".")[0] in block.of


def _light(each: Moved) -> bool:
    """A colour is no number to take another from."""
    return each.now.zh[-1:].isalpha() and not any(c.isdigit() for c in each.now.zh)


def _table(book: Book, title: Words, rows: Sequence[Moved]) -> Table:
    heads = (
        Head(title=Words(zh="数字", en="Figure"), width=2.4),
        Head(title=Words(zh="上期简报", en="Brief before"), number=True),
        Head(title=Words(zh="本期简报", en="This brief"), number=True),
        Head(title=Words(zh="变动", en="Change"), number=True),
    )
    return Table(caption=title, heads=heads, rows=tuple(_row(book, each) for each in rows))


def _row(book: Book, each: Moved) -> tuple[Text, ...]:
    name = Run(zh=each.now.what.zh, en=each.now.what.en)
    key = f"changes/{each.key}" + (f"/{each.period:%Y-%m}" if each.period else "")
    spec = each.now.spec
    numbers = [("before", each.before.value), ("now", each.now.value)]
    cells: list[Text] = [(name,)]
    for part, value in numbers:
        said = printing.number(value, shown_of(spec))
        entry = (each.before if part == "before" else each.now).entry
        number = book.add(
            f"{key}/{part}", each.now.what, value, said, entry=entry, asked=None, spec=spec
        )
        cells.append((book.run(said, number),))
    said = changed(each)
    number = book.add(
        f"{key}/change", each.now.what, each.change, said, entry=each.now.entry, asked=None,
        spec=spec,
    )  # fmt: skip
    return (*cells, (book.run(said, number),))


def changed(each: Moved) -> Words:
    """The difference as it is printed."""
    return printing.number(each.change, shown_of(_as_change(each.now.spec)), signed=True)


def _as_change(spec: FigureForm) -> FigureForm:
    """Percent differ by percentage points."""
    if spec.form in (Form.percent.value, Form.share.value):
        decimals = 1 if spec.decimals is None else spec.decimals
        return FigureForm(form=Form.points.value, decimals=decimals)
    return spec


def _said(words: Words) -> Paragraph:
    return Paragraph(text=(Run(zh=words.zh, en=words.en),))


_REVISED = Words(zh="修订的历史数字", en="Earlier figures that were revised")
