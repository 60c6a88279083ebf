"""Cells and blocks of the reports of an assessment: figures as they are printed, exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal

from workbench.reports.assessment import Facts, words
from workbench.reports.model import (
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
from workbench.ui.numbers import MISSING
from workbench.ui.page_filter import Words

Column = tuple[str, str, float, bool]
"""Chinese and English head, width beside the others, whether it holds numbers."""
NONE: Text = (Run(zh=MISSING, en=MISSING),)
STATES: Mapping[str, Words] = {
    "rated": Words(zh="已评", en="rated"),
    "not_applicable": Words(zh="不适用", en="not applicable"),
    "too_few": Words(zh="样本不足", en="too few"),
    "missing": Words(zh="缺值", en="missing"),
}
LIGHTS: Mapping[str, Words] = {
    "green": Words(zh="绿", en="green"),
    "yellow": Words(zh="黄", en="yellow"),
    "red": Words(zh="红", en="red"),
}


def plain(text: str | None) -> Text:
    """The same in both languages; a dash for nothing."""
    return (Run(zh=text, en=text),) if text else NONE


def both(zh: str, en: str) -> Text:
    return (Run(zh=zh, en=en),)


def said(found: Facts) -> Text:
    """Of ``{zh, en}``."""
    return (Run(zh=found["zh"], en=found["en"]),)


def lit(found: Words, light: str) -> Text:
    return (Run(zh=found.zh, en=found.en, light=light),)


def paragraph(zh: str, en: str, style: Literal["lead", "body", "note"] = "body") -> Paragraph:
    return Paragraph(style=style, text=both(zh, en))


def table(
    zh: str, en: str, columns: Sequence[Column], rows: Sequence[Sequence[Text]], *,
    small: bool = False,
) -> Table:  # fmt: skip
    heads = tuple(
        Head(title=Words(zh=one, en=other), width=width, number=number)
        for one, other, width, number in columns
    )
    cells = tuple(tuple(row) for row in rows)
    return Table(caption=Words(zh=zh, en=en), heads=heads, rows=cells, small=small)


def bars(caption: Words, points: Sequence[tuple[Words, float, str]]) -> Chart:
    """Lying bars; the text stands beside each."""
    series = Series(
        name=caption,
        points=tuple(
            Point(name=name, value=value, text=Words(zh=text, en=text))
            for name, value, text in points
        ),
    )
    zh = "；".join(f"{name.zh} {text}" for name, _, text in points)
    en = "; ".join(f"{name.en} {text}" for name, _, text in points)
    told = Words(zh=f"{caption.zh}：{zh}", en=f"{caption.en}: {en}")
    return Chart(chart=ChartKind.bars, caption=caption, told=told, series=(series,))


def figure(row: Facts, unit: Facts | None) -> Text:
    """A row's value with its unit; a share in percent, to one digit, half to even."""
    if row["value"] is None:
        return NONE
    if row["figure"] == "ratio":
        return plain(percent(Fraction(row["value"])))
    number = amount(row["value"])
    if unit is None:
        return plain(number)
    return both(f"{number} {unit['zh']}", f"{number} {unit['en']}")


def percent(share: Fraction) -> str:
    tenths = round(share * 1000)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10} %"


def amount(exact: str) -> str:
    """A whole number as it is, another to two digits."""
    value = Fraction(exact)
    return str(value) if value.denominator == 1 else two(value)


def two(value: Fraction) -> str:
    """To two digits, half to even."""
    return f"{float(round(value, 2)):.2f}"


def points(sheet: Facts, dimension: str) -> tuple[Fraction, Fraction]:
    """Got in a dimension, and to be had there; 0 of 0 where nothing of it counts."""
    rows = [row for row in sheet["rows"] if row["dimension"] == dimension]
    got = sum((Fraction(row["points"] or 0) for row in rows), Fraction(0))
    return got, sum((Fraction(row["weight"]) for row in rows), Fraction(0))


def behind(row: Facts) -> Text:
    """What a figure is made of: of a ratio both counts, else how many items."""
    if row["value"] is None or row["sample"] is None:
        return NONE
    if row["figure"] == "ratio":
        return plain(f"{amount(row['counted'])} / {amount(row['sample'])}")
    if row["measure"] == "manual":
        return both(f"证明 {len(row['evidence'])} 件", f"{len(row['evidence'])} files of proof")
    count = amount(row["sample"])
    return both(f"{count} 项", f"{count} items")


def interval(row: Facts) -> Text:
    if row["interval"] is None:
        return NONE
    low, high = (percent(Fraction(str(end))) for end in row["interval"])
    return plain(f"{low.removesuffix(' %')}–{high}")


def state(row: Facts) -> Text:
    found = STATES[row["state"]]
    if row["vetoed"]:
        return both(f"{found.zh}，否决", f"{found.en}, veto")
    return both(found.zh, found.en)


def grade(place: Facts) -> Text:
    found = words(place["grade"])
    if place["vetoed"]:
        found = Words(zh=f"{found.zh}（一票否决）", en=f"{found.en} (veto)")
    return lit(found, place["light"])


def signed(number: str) -> str:
    return number if number.startswith("-") else f"+{number}"


def joined(names: Sequence[Words]) -> Words:
    """A list in both languages; a dash for none."""
    if not names:
        return Words(zh=MISSING, en=MISSING)
    return Words(zh="、".join(one.zh for one in names), en=", ".join(one.en for one in names))
