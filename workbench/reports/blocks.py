"""From an answer to a block of the document: cards, tables, charts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from workbench.reports import printing
from workbench.reports.asking import Row
from workbench.reports.book import there
from workbench.reports.context import Context
from workbench.reports.model import (
    Block,
    Card,
    Cards,
    Chart,
    ChartKind,
    Head,
    Paragraph,
    Point,
    Run,
    Series,
    Table,
    Text,
)
from workbench.reports.outline import CardsBlock, ChartBlock, TableBlock, TextBlock, ToldBlock
from workbench.reports.sentences import paragraphs, told
from workbench.ui.page_filter import Words

NOT_YET = Words(zh="“{title}”：尚无数据。", en="{title}: there are no data yet.")
TOO_FEW = Words(
    zh="“{title}”：数量过少，不予公布。",
    en="{title}: withheld, there are too few of them.",
)
NO_ROWS = Words(
    zh="“{title}”：本月没有可以显示的数字。",
    en="{title}: there is nothing to show for this month.",
)


def made(context: Context) -> Iterator[Block]:
    block = context.block
    if context.answer.release is None:
        yield _note(TOO_FEW if context.answer.too_few else NOT_YET, block.title)
        return
    if not context.answer.rows and not isinstance(block, TextBlock):
        yield _note(NO_ROWS, block.title)
        return
    match block:
        case TextBlock():
            yield from paragraphs(context, block)
        case ToldBlock():
            yield from told(context)
        case CardsBlock():
            yield cards(context, block)
        case TableBlock():
            yield table(context, block)
        case ChartBlock():
            yield from charts(context, block)
    if block.note is not None:
        yield Paragraph(style="note", text=(Run(zh=block.note.zh, en=block.note.en),))


def _note(said: Words, title: Words) -> Paragraph:
    zh, en = said.zh.format(title=title.zh), said.en.format(title=title.en)
    return Paragraph(style="note", text=(Run(zh=zh, en=en),))


def cards(context: Context, block: CardsBlock) -> Cards:
    found = []
    for row in context.answer.rows:
        under: Text = ()
        if block.change:
            said = context.columns.get(block.change)
            label = said.label if said and said.label else Words(zh="变动", en="Change")
            text = Run(zh=f"{label.zh} ", en=f"{label.en} ")
            under = (text, context.run(row, block.change, signed=True))
        value = context.run(row, block.value)
        found.append(Card(label=context.name(row), value=value, under=under))
    return Cards(cards=tuple(found))


def table(context: Context, block: TableBlock) -> Table:
    heads = [Head(title=block.first, width=1.6)]
    for name, column in block.columns.items():
        words = any(isinstance(row[name], str) for row in context.answer.rows)
        numeric = not column.light and not words
        title = column.label or Words(zh=name, en=name)
        heads.append(Head(title=title, number=numeric))
    rows = tuple(_cells(context, block, row) for row in context.answer.rows)
    return Table(caption=block.title, heads=tuple(heads), rows=rows)


def _cells(context: Context, block: TableBlock, row: Row) -> tuple[Text, ...]:
    name = context.name(row)
    first: Text = (Run(zh=name.zh, en=name.en),)
    return (first, *((context.run(row, column),) for column in block.columns))


def charts(context: Context, block: ChartBlock) -> Iterator[Block]:
    """A chart of one figure that is missing is still a chart; one without any is told in words."""
    rows = context.answer.rows
    if not any(there(row[block.value]) for row in rows):
        yield _note(NO_ROWS, block.title)
        return
    kept = list(_parted(rows, block.series))
    series = tuple(_series(context, block, name, part) for name, part in kept)
    spec = context.spec(rows[0], block.value)
    yield Chart(
        chart=block.chart,
        caption=block.title,
        told=_told(block, series),
        series=series,
        unit=spec.unit,
        form=printing.form(spec).value,
    )


def _parted(rows: tuple[Row, ...], column: str) -> Iterator[tuple[Any, list[Row]]]:
    parts: dict[Any, list[Row]] = {}
    for row in rows:
        parts.setdefault(row[column] if column else None, []).append(row)
    yield from parts.items()


def _series(context: Context, block: ChartBlock, name: Any, rows: list[Row]) -> Series:
    said = block.title if name is None else printing.named(name, context.outline)
    last = max((i for i, row in enumerate(rows) if _known(block, row)), default=-1)
    points = []
    for number, row in enumerate(rows):
        printed = block.chart in (ChartKind.bars, ChartKind.waterfall) or number == last
        points.append(_point(context, block, row, name, printed))
    return Series(name=said, points=tuple(points))


def _known(block: ChartBlock, row: Row) -> bool:
    return there(row[block.value]) and not (block.expected and row[block.expected])


def _point(context: Context, block: ChartBlock, row: Row, series: Any, printed: bool) -> Point:
    subject = context.subject(row)
    name = printing.month_short(subject) if isinstance(subject, date) else context.name(row)
    total = bool(block.total and row[block.total])
    if not there(row[block.value]):
        absent = context.absent(row) if printed else None
        return Point(name=name, value=None, text=absent, total=total)
    spec = context.spec(row, block.value)
    signed = block.chart is ChartKind.waterfall and not total
    said = printing.number(row[block.value], spec, signed=signed) if printed else None
    expected = bool(block.expected and row[block.expected])
    return Point(
        name=name,
        value=float(row[block.value]),
        figure=context.figure(row, block.value, said, series=series, expected=expected),
        low=_bound(row, block.low),
        high=_bound(row, block.high),
        expected=expected,
        total=total,
        text=said,
    )


def _bound(row: Row, column: str) -> float | None:
    return float(row[column]) if column and there(row[column]) else None


def _told(block: ChartBlock, series: tuple[Series, ...]) -> Words:
    """What is drawn, from where to where, in words."""
    names = [point.name for each in series for point in each.points]
    zh = f"{block.title.zh}：{names[0].zh} 至 {names[-1].zh}"
    en = f"{block.title.en}: {names[0].en} to {names[-1].en}"
    return Words(zh=zh, en=en)
