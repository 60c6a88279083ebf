"""What stands in every report of an assessment: which article asks for what, what is not known
here, and by what the report can be checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from workbench.reports import assessment_cells as cells
from workbench.reports.assessment import Facts, words
from workbench.reports.assessment_articles import Asks, articles
from workbench.reports.model import Block, Paragraph, Section, Table, Text
from workbench.reports.notes import SHORT
from workbench.ui.page_filter import Words

ITEMS_IN_PRINT = 30
"""Of an indicator, so many items are printed; a workbook has all of them (ours)."""


def opening(facts: Facts) -> Iterator[Paragraph]:
    """What all readers are to know first."""
    if facts["synthetic"]:
        yield cells.paragraph(
            "本报告全部数据为合成数据，只用于演示，不反映任何真实地区和部门的情况。",
            "All data of this report are synthetic. They are for demonstration and tell nothing "
            "of any real place or department.",
        )
    if facts["amends"] is not None:
        amends = facts["amends"]
        count, draft = len(amends["decided"]), amends["run"][:SHORT]
        yield cells.paragraph(
            f"得分已按 {count} 项申诉决定复算；初稿仍保留（摘要 {draft}）。",
            f"Scores were worked out anew by {count} decisions on appeals; the draft is kept "
            f"(digest {draft}).",
        )


def unknown(extra: Sequence[Words] = ()) -> Section:
    """What the platform cannot know, in plain words."""
    told = [*extra, *articles().unknown]
    blocks = tuple(cells.paragraph(f"· {one.zh}", f"· {one.en}") for one in told)
    title = Words(zh="本报告不能说明的", en="What this report cannot say")
    return Section(id="unknown", title=title, blocks=blocks)


def annex(
    facts: Facts, whose: Literal["department", "city"] | None, before: Sequence[Block] = ()
) -> Section:
    """``before``: what else belongs there. ``whose``: None where no yearly report is meant."""
    blocks: list[Block] = [*before]
    if whose is not None:
        blocks += _asked(facts, whose)
    blocks += _scheme(facts)
    blocks += [_file(facts), _versions(facts)]
    return Section(
        id="annex",
        title=Words(zh="附录：依据与出处", en="Annex: articles and sources"),
        blocks=tuple(blocks),
        annex=True,
    )


def _asked(facts: Facts, whose: Literal["department", "city"]) -> Iterator[Block]:
    found, is_ordered = articles().ordered(facts["regulation"])
    if not is_ordered:
        other = articles().otherwise
        yield cells.paragraph(other.zh, other.en, "note")
    rows = [
        _ask(f"{each.regulation} {each.articles}", one)
        for each in found
        for one in (each.department if whose == "department" else each.city)
    ]
    yield cells.table(
        "条文要求与本报告", "What the articles ask for, and this report",
        [("条文", "Article", 1.1, False), ("要求", "Asks for", 1.5, False),
         ("所在", "Where it stands", 2.0, False), ("本系统不掌握", "Not known here", 2.0, False)],
        rows, small=True,
    )  # fmt: skip


def _ask(article: str, one: Asks) -> list[Text]:
    told = (one.asks, one.stands, one.lacks)
    return [cells.plain(article), *(cells.both(each.zh, each.en) for each in told)]


def _scheme(facts: Facts) -> Iterator[Block]:
    about = facts["about"]
    reading = words(about["reading"])
    yield cells.paragraph(reading.zh, reading.en, "note")
    rows = [
        [
            cells.said(one["title"]),
            cells.plain(one["weight"]),
            cells.plain(one["articles"]),
            cells.said(one["because"]),
        ]
        for one in about["dimensions"]
    ]
    yield cells.table(
        "维度、权重与条文", "Dimensions, weights and articles",
        [("维度", "Dimension", 1.2, False), ("权重", "Weight", 0.6, True),
         ("条文", "Articles", 1.0, False), ("权重的理由", "Why it weighs so", 3.4, False)],
        rows, small=True,
    )  # fmt: skip


def _file(facts: Facts) -> Table:
    """By what it can be checked."""
    title, position = words(facts["title"]), facts["position"]
    rows: list[list[Text]] = [
        _line(
            "方案", "Scheme", f"{title.zh}（{facts['scheme']}）", f"{title.en} ({facts['scheme']})"
        ),
        _line("法规与条文", "Regulation and articles", *(2 * [_cited(facts)])),
        _line("封存文件 SHA-256", "Frozen file, SHA-256", *(2 * [facts["digest"]])),
        _line("台账位置", "Ledger position", *(2 * [f"{position['seq']} {position['hash']}"])),
        _line("软件版本", "Software", *(2 * [facts["software"]])),
    ]
    if facts["amends"] is not None:
        rows.append(_line("所更正的初稿", "The draft it amends", *(2 * [facts["amends"]["run"]])))
    if facts["previous"] is not None:
        before = f"{facts['previous']['year']} {facts['previous']['run']}"
        rows.append(_line("上年的考核", "The year before", before, before))
    zh = "用 workbench assess replay FILE 可由封存文件重新评分并核对"
    en = "workbench assess replay FILE works the scores out again from the frozen file"
    heads = [("项", "What", 1.2, False), ("值", "Value", 4.0, False)]
    return cells.table(f"核对依据（{zh}）", f"To check it by ({en})", heads, rows, small=True)


def _cited(facts: Facts) -> str:
    return f"{facts['regulation']} {facts['articles']}"


def _line(zh: str, en: str, told_zh: str, told_en: str) -> list[Text]:
    return [cells.both(zh, en), cells.both(told_zh, told_en)]


def _versions(facts: Facts) -> Table:
    rows = [
        [
            cells.plain(one["resource"]),
            cells.plain(f"v{one['version']}"),
            cells.plain(str(one["data_date"] or "")),
            cells.plain(one["digest"]),
        ]
        for one in facts["versions"]
    ]
    return cells.table(
        "所用数据的版本", "Versions of the data behind it",
        [("资源", "Resource", 1.0, False), ("版本", "Version", 0.5, False),
         ("数据日期", "Data date", 0.8, False), ("摘要", "Digest", 4.8, False)],
        rows, small=True,
    )  # fmt: skip
