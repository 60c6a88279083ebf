"""Sentences of a brief: templates whose holes are figures of a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

from workbench.reports import printing
from workbench.reports.asking import Row
from workbench.reports.book import entry_of, there
from workbench.reports.context import Context
from workbench.reports.model import Paragraph, Run
from workbench.reports.outline import HOLE, TextBlock, holes
from workbench.ui.page_filter import Words


def paragraphs(context: Context, block: TextBlock) -> Iterator[Paragraph]:
    """One for the first row, or for each; without a row the sentence that has no figures."""
    rows = context.answer.rows if block.each else context.answer.rows[:1]
    style: Literal["lead", "body"] = "lead" if block.lead else "body"
    for number, row in enumerate(rows):
        yield Paragraph(style=style, text=said(context, block, row, number))
    if not rows:
        yield Paragraph(style=style, text=_plain(block.sentences[-1]))


PLACE = re.compile(r"\{(\d+)\}")
SENTENCE, FIGURE = "sentence", "sentence_figure"


def told(context: Context) -> Iterator[Paragraph]:
    """The sentences of the analysis, in their order. What has no value is a name, not a figure."""
    for row in context.answer.rows:
        if row["part"] == SENTENCE:
            used = {
                str(each["measure"]).partition(" ")[0]: each
                for each in context.answer.rows
                if each["part"] == FIGURE and each["subject"] == row["subject"]
            }
            known = {name: _told(context, row, name, each) for name, each in used.items()}
            zh = tuple(_placed(row["text_zh"], "zh", known))
            yield Paragraph(style="lead", text=zh + tuple(_placed(row["text_en"], "en", known)))


def _told(context: Context, sentence: Row, name: str, row: Row) -> Run:
    text = Words(zh=row["text_zh"], en=row["text_en"])
    if not there(row["value"]):
        return Run(zh=text.zh, en=text.en)
    subject = [*str(row["measure"]).split(" "), "", "", ""][2]
    of = printing.named(subject, context.outline) if subject else context.block.title
    place = str(sentence["subject"])
    what = Words(zh=f"第{place}句·{of.zh}", en=f"Sentence {place}, {of.en}")
    number = context.book.add(
        f"{context.answer.block}/{sentence['subject']}/{row['measure']}",
        what,
        row["value"],
        text,
        entry=entry_of(row, context.block.entry),
        asked=context.asked,
    )
    return context.book.run(text, number)


def _placed(text: str, language: str, known: Mapping[str, Run]) -> Iterator[Run]:
    at = 0
    for found in PLACE.finditer(text):
        yield _only(Run(zh=text[at : found.start()], en=text[at : found.start()]), language)
        yield _only(known[found[1]], language)
        at = found.end()
    yield _only(Run(zh=text[at:], en=text[at:]), language)


def said(context: Context, block: TextBlock, row: Row, number: int) -> tuple[Run, ...]:
    """The first sentence whose holes all have a value."""
    for sentence in block.sentences:
        if all(_filled(row, name) for name in holes(sentence)):
            return _filled_in(context, sentence, row, number)
    return _plain(block.sentences[-1])


def _filled(row: Row, name: str) -> bool:
    value = row.get(name)
    return there(value) or (isinstance(value, str | date) and bool(value))


def _plain(sentence: Words) -> tuple[Run, ...]:
    return (Run(zh=sentence.zh, en=sentence.en),)


def _filled_in(context: Context, sentence: Words, row: Row, number: int) -> tuple[Run, ...]:
    """Languages order their figures differently: the runs of a sentence are those of the Chinese
    one with no English, and then those of the English one with no Chinese. A figure that stands
    in both is one figure."""
    known: dict[str, Run] = {}
    zh = tuple(_pieces(context, sentence.zh, "zh", row, number, known))
    en = tuple(_pieces(context, sentence.en, "en", row, number, known))
    return zh + en


def _pieces(
    context: Context, text: str, language: str, row: Row, number: int, known: dict[str, Run]
) -> Iterator[Run]:
    at = 0
    for found in HOLE.finditer(text):
        yield _only(Run(zh=text[at : found.start()], en=text[at : found.start()]), language)
        for run in _hole(context, row, found[1], found[2] or "", number, known):
            yield _only(run, language)
        at = found.end()
    yield _only(Run(zh=text[at:], en=text[at:]), language)


def _only(run: Run, language: str) -> Run:
    """It stands in one language alone."""
    if language == "zh":
        return run.model_copy(update={"en": ""})
    return run.model_copy(update={"zh": ""})


def _hole(
    context: Context, row: Row, name: str, way: str, number: int, known: dict[str, Run]
) -> Iterator[Run]:
    value = row[name]
    if not there(value):
        named = printing.word(value, context.outline, context.subject(row))
        yield Run(zh=named.zh, en=named.en)
        return
    spec = context.spec(row, name)
    word = printing.direction(value, spec) if way == "change" else None
    if word is not None:
        yield Run(zh=word.zh, en=f"{word.en} ")
    key = f"{name}|{way}"
    if key not in known:
        known[key] = _figure(context, row, name, way, number)
    yield known[key]


def _figure(context: Context, row: Row, name: str, way: str, number: int) -> Run:
    spec, value = context.spec(row, name), row[name]
    if way == "change" and printing.direction(value, spec) is None:
        text = printing.UNCHANGED
    else:
        text = printing.size(value, spec) if way else printing.number(value, spec)
    entered = context.figure(row, name, text, at=str(number + 1))
    return context.book.run(text, entered)
