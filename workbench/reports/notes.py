"""Data notes and annexes of a brief: its sources, and where each of its figures comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from workbench.reports import printing
from workbench.reports.model import (
    Asked,
    Block,
    Figure,
    Head,
    Paragraph,
    Run,
    Section,
    Table,
    Text,
    Version,
)
from workbench.ui.numbers import MISSING
from workbench.ui.page_filter import Words

SHORT = 12
"""Of a digest, so many signs are printed; the JSON beside the brief has all of it."""
_SYNTHETIC = ("合成", "synthetic")
_DASH = Run(zh=MISSING, en=MISSING)


def versions(asked: Sequence[Asked]) -> list[Version]:
    """Each resource version behind the brief, once, by name."""
    found = {(v.resource, v.version): v for one in asked for v in one.sources}
    return [found[key] for key in sorted(found)]


def synthetic(asked: Sequence[Asked]) -> bool:
    titles = [f"{v.title.zh} {v.title.en}".casefold() for v in versions(asked)]
    return any(word in title for word in _SYNTHETIC for title in titles)


def as_of(asked: Sequence[Asked], month: date) -> date:
    """The newest date of the data; the month's first day where no source says one."""
    return max((v.data_date for v in versions(asked) if v.data_date), default=month)


def sources(asked: Sequence[Asked], caveat: Words, title: Words) -> Iterator[Block]:
    if synthetic(asked):
        yield Paragraph(text=(Run(zh=_MADE_UP.zh, en=_MADE_UP.en),))
    yield Paragraph(text=(Run(zh=caveat.zh, en=caveat.en),))
    yield Paragraph(text=(Run(zh=_PROTECTED.zh, en=_PROTECTED.en),))
    for said in _told(asked):
        yield Paragraph(style="note", text=_both(said))
    heads = [
        ("资源", "Resource", 2.6),
        ("提供部门", "Provider", 1.9),
        ("数据日期", "Data date", 1.0),
    ]
    heads += [("取得日期", "Obtained", 1.0), ("版本", "Version", 0.7)]
    rows = tuple(_source(version) for version in versions(asked))
    yield Table(caption=title, heads=_heads(heads), rows=rows, small=True)


def _told(asked: Sequence[Asked]) -> Iterator[Words]:
    """What came with the answers, such as ``resource: 中文 / English``; once for all resources of
    which the same is said."""
    said: dict[str, list[str]] = {}
    for note in sorted({note for one in asked for note in one.notes}):
        name, colon, text = note.partition(": ")
        known = any(name == v.resource for one in asked for v in one.sources)
        said.setdefault(text if colon and known else note, []).extend([name] if known else [])
    for text, names in said.items():
        zh, slash, en = text.partition(" / ")
        who = ", ".join(names)
        if not slash:
            zh = en = text
        yield Words(zh=f"{who}：{zh}" if who else zh, en=f"{who}: {en}" if who else en)


def _source(one: Version) -> tuple[Text, ...]:
    return (
        _both(one.title),
        _both(one.provider),
        _day(one.data_date),
        _day(one.obtained_on),
        _plain(f"v{one.version}"),
    )


def annex(figures: Sequence[Figure], asked: Sequence[Asked]) -> Section:
    """Figure → statement → ledger entry → version of the resource."""
    return Section(
        id="annex",
        title=Words(zh="附录：数字出处", en="Annex: where each figure comes from"),
        blocks=(_how(), _statements(asked), _figures(figures, asked)),
        annex=True,
    )


def _how() -> Paragraph:
    return Paragraph(
        style="note",
        text=(Run(zh=_HOW.zh, en=_HOW.en),),
    )


def _statements(asked: Sequence[Asked]) -> Table:
    heads = [("语句", "Statement", 0.7), ("所在", "Block", 1.4), ("摘要", "Digest", 1.5)]
    heads += [("账本", "Entry", 0.8), ("数据版本", "Versions", 3.2)]
    rows = []
    for one in asked:
        read = ", ".join(f"{v.resource} v{v.version}" for v in one.sources)
        name, entry = _plain(f"S{one.number}"), _plain(str(one.entry))
        digest = _plain(one.digest[:SHORT])
        rows.append((name, _plain(one.block), digest, entry, _plain(read)))
    caption = Words(zh="语句与数据版本", en="Statements and versions of data")
    return Table(caption=caption, heads=_heads(heads), rows=tuple(rows), small=True)


def _figures(figures: Sequence[Figure], asked: Sequence[Asked]) -> Table:
    heads = [("编号", "No.", 0.6), ("数字", "Figure", 3.6), ("印出", "As printed", 1.5)]
    heads += [("语句", "Statement", 0.8), ("账本", "Entry", 0.9)]
    rows = [row for _, part in groupby(figures, _together) for row in _lines(list(part))]
    caption = Words(zh="数字与账本", en="Figures and ledger entries")
    return Table(caption=caption, heads=_heads(heads), rows=tuple(rows), small=True)


def _together(figure: Figure) -> tuple[object, ...]:
    """The points of a course that are drawn and not printed stand in one line."""
    if figure.zh or figure.en:
        return (figure.number,)
    return ("drawn", figure.asked, figure.key)


def _lines(part: list[Figure]) -> Iterator[tuple[Text, ...]]:
    first, last = part[0], part[-1]
    number = _span(first.number, last.number)
    entries = sorted({one.entry for one in part if one.entry is not None})
    entry = _plain(_span(entries[0], entries[-1])) if entries else (_DASH,)
    said = _both(Words(zh=first.zh, en=first.en)) if first.zh else _both(_DRAWN)
    what = first.what if first is last or not first.period else _course(first, last)
    asked = _plain(f"S{first.asked}") if first.asked else (_DASH,)
    yield (_plain(number), _both(what), said, asked, entry)


def _course(first: Figure, last: Figure) -> Words:
    assert first.period is not None
    assert last.period is not None
    zh, en = first.what.zh, first.what.en
    since, until = printing.month_short(first.period).zh, printing.month_short(last.period).zh
    return Words(zh=f"{zh}—{until}", en=f"{en} to {until}") if since else first.what


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _heads(found: Sequence[tuple[str, str, float]]) -> tuple[Head, ...]:
    return tuple(Head(title=Words(zh=zh, en=en), width=width) for zh, en, width in found)


def _both(words: Words) -> Text:
    return (Run(zh=words.zh, en=words.en),)


def _plain(text: str) -> Text:
    return (Run(zh=text, en=text),)


def _day(day: date | None) -> Text:
    return _plain(day.isoformat()) if day else (_DASH,)


_DRAWN = Words(zh="（图中）", en="(drawn)")
_MADE_UP = Words(
    zh="本简报全部数据为合成数据，只用于演示，不反映任何真实地区的经济情况。",
    en="All data of this brief are synthetic. They are for demonstration and tell nothing of any "
    "real place.",
)
_PROTECTED = Words(
    zh="数字均为经网关放行的统计。企业过少或个别企业占比过大的数字不放行，标“未放行”；"
    "由它算出的数字也不放行，不作估计。",
    en="Every figure is a statistic that the gateway released. What is of too few enterprises, or "
    "of one that is too large, is withheld and marked so; what would be calculated from it is "
    "withheld too, and nothing is guessed in its place.",
)
_HOW = Words(
    zh="正文中数字右上角的编号指向下表。“账本”列：数字表为统计放行时的账本序号，语句表为本次读取的账本序号。"
    "完整摘要和每个数字的原值见随附的 JSON 文件。",
    en="The small number behind a figure points to the tables below. Entries: in the table of "
    "figures, the entry of the ledger under which the statistic was released; in that of "
    "statements, the one under which it was read for this brief. Whole digests and exact values "
    "stand in the JSON file beside this document.",
)
