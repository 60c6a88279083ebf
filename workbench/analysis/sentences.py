"""Three sentences on what changed, each figure of them a row that a page can link. Pure.

A ``sentence`` has its text with ``{1}``, ``{2}`` where figures stand; the row ``sentence_figure``
of the same subject whose ``measure`` begins with that number has the figure, as it is written in
both languages, and names after it the part, the subject and the measure that it is of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from workbench.analysis.definition import PLACE, Analysis, Kind, Sentence
from workbench.analysis.figures import WHOLE
from workbench.analysis.rows import one
from workbench.economy.frames import add_months
from workbench.economy.signals import COLOURS, MEANING
from workbench.errors import Text


@dataclass(frozen=True)
class Figure:
    """A figure, or a name, of a sentence: how it is written, and the row that it is of."""

    said: Text
    part: str
    subject: str
    measure: str
    value: float | None
    row: Mapping[str, object]


class Absent(Exception):
    """A figure of the sentence is withheld or not there; it says which."""


@dataclass(frozen=True)
class Found:
    """The rows of the month so far, to take figures from."""

    rows: pl.DataFrame
    analysis: Analysis
    month: date

    def row(self, part: str, subject: str, measure: str, **where: object) -> Mapping[str, object]:
        """The newest row of these that has a value. Raises Absent."""
        chosen = self.all(part, measure, **where).filter(pl.col("subject") == subject)
        if chosen.is_empty():
            raise Absent(f"{part} {subject} {measure}")
        return chosen.sort("period").row(-1, named=True)

    def all(self, part: str, measure: str, **where: object) -> pl.DataFrame:
        same = [
            pl.col(name).is_null() if value is None else pl.col(name) == value
            for name, value in where.items()
        ]
        mine = (pl.col("part") == part) & (pl.col("measure") == measure)
        return self.rows.filter(mine, *same).drop_nulls("value")

    @property
    def whole(self) -> dict[str, None]:
        """What ``row`` and ``all`` take for figures of all counties and industries."""
        return dict.fromkeys(self.analysis.by)

    def title(self, headline: str) -> Text:
        return self.analysis.headline(headline).title.text()

    def name(self, code: object) -> Text:
        """Of a county or an industry; the code where the file gives it none."""
        named = self.analysis.names.get(str(code))
        return named.text() if named is not None else Text(str(code), str(code))


def sentence_rows(analysis: Analysis, rows: pl.DataFrame, month: date) -> list[pl.DataFrame]:
    """``rows``: those of the month's other parts."""
    found = Found(rows, analysis, month)
    out: list[pl.DataFrame] = []
    for number, sentence in enumerate(analysis.sentences, 1):
        out += _said(str(number), sentence, found)
    return out


def _said(subject: str, sentence: Sentence, found: Found) -> list[pl.DataFrame]:
    try:
        figures = _MADE[sentence.kind](sentence, found)
    except Absent:
        text = sentence.otherwise.text()
        return [
            one("sentence", subject, "text", found.month, None, 0, state="suppressed", said=text)
        ]
    names = list(dict.fromkeys(PLACE.findall(sentence.text.zh) + PLACE.findall(sentence.text.en)))
    text = Text(_numbered(sentence.text.zh, names), _numbered(sentence.text.en, names))
    used = [figures[name] for name in names]
    entry = max((int(str(each.row["entry"])) for each in used), default=0)
    return [
        one("sentence", subject, "text", found.month, None, entry, said=text),
        *(_figure(subject, number, each, found.analysis.by) for number, each in enumerate(used, 1)),
    ]


def _numbered(text: str, names: Sequence[str]) -> str:
    return PLACE.sub(lambda match: f"{{{names.index(match[1]) + 1}}}", text)


def _figure(subject: str, number: int, figure: Figure, by: Sequence[str]) -> pl.DataFrame:
    row, entry = figure.row, int(str(figure.row["entry"]))
    key = next((f"{name}:{row[name]}" for name in by if row[name] is not None), WHOLE)
    return one(
        "sentence_figure", subject, f"{number} {figure.part} {figure.subject} {figure.measure}",
        _period(row), figure.value, entry, state=str(row["state"]), said=figure.said,
        key=key,
    )  # fmt: skip


# ---- figures of each kind


def _lights(_: Sentence, found: Found) -> dict[str, Figure]:
    now = found.row("light", "total", "score", period=found.month)
    before = found.row("light", "total", "score", period=add_months(found.month, -1))
    colour = found.row("light", "total", "colour", period=found.month)
    counted = found.row("light", "total", "counted", period=found.month)
    meaning = MEANING[COLOURS[int(_value(colour)) - 1]]
    return {
        "points": _number(now, 1),
        "before": _number(before, 1),
        "colour": _named(meaning, colour),
        "counted": _number(counted, 0),
    }


def _moves(_: Sentence, found: Found) -> dict[str, Figure]:
    """The headlines whose growth gained most and least on the month before, of those whose both
    figures stand; what is published is a month behind."""
    moves: list[Pair] = []
    rates = found.all("headline", "year_on_year", **found.whole).sort("period")
    near = rates.filter(pl.col("period") >= add_months(found.month, -1))
    for row in near.unique("subject", keep="last", maintain_order=True).to_dicts():
        moves += _against(row, found)
    if len(moves) < 2:
        raise Absent("moves")
    moves.sort(key=lambda each: _value(each[0]) - _value(each[1]))
    (down, down_before), (up, up_before) = moves[0], moves[-1]
    return {
        "up": _named(found.title(str(up["subject"])), up),
        "up_rate": _percent(up),
        "up_before": _percent(up_before),
        "down": _named(found.title(str(down["subject"])), down),
        "down_rate": _percent(down),
        "down_before": _percent(down_before),
    }


Pair = tuple[Mapping[str, object], Mapping[str, object]]


def _against(row: Mapping[str, object], found: Found) -> Iterable[Pair]:
    try:
        before = found.row(
            "headline", str(row["subject"]), "year_on_year",
            **found.whole, period=add_months(_period(row), -1),
        )  # fmt: skip
    except Absent:
        return []
    return [(row, before)]


def _period(row: Mapping[str, object]) -> date:
    period = row["period"]
    assert isinstance(period, date)
    return period


def _where(sentence: Sentence, found: Found) -> dict[str, Figure]:
    """The county and the industry that moved the headline most, the way it moved itself."""
    name = sentence.headline or ""
    total = found.row("driver", name, "total", period=found.month)
    out = {"headline": _named(found.title(name), total), "rate": _percent(total)}
    for dimension in ("county", "industry"):
        steps = found.all("driver", "points").filter(
            (pl.col("subject") == name)
            & pl.col(dimension).is_not_null()
            & ~pl.col(dimension).is_in(["withheld", "others"])
        )
        if steps.is_empty():
            raise Absent(dimension)
        row = steps.sort("value", descending=_value(total) >= 0).row(0, named=True)
        out[dimension] = _named(found.name(row[dimension]), row)
        out[f"{dimension}_points"] = _points(row)
    return out


def _progress(sentence: Sentence, found: Found) -> dict[str, Figure]:
    name = sentence.headline or ""
    done = found.row("progress", name, "done")
    return {
        "headline": _named(found.title(name), done),
        "done": _percent(done, sign=False),
        "due": _percent(found.row("progress", name, "due_history"), sign=False),
        "needed": _percent(found.row("progress", name, "growth_needed")),
    }


def _outlook(sentence: Sentence, found: Found) -> dict[str, Figure]:
    name = sentence.headline or ""
    row = found.row("nowcast", name, "growth")
    period = _period(row)
    quarter = (period.month - 1) // 3 + 1
    said = Text(f"{period.year} 年第 {quarter} 季度", f"Q{quarter} of {period.year}")
    low, high = ({**row, "value": row[side]} for side in ("low", "high"))
    return {
        "headline": _named(found.title(name), row),
        "quarter": _named(said, row),
        "rate": _percent(row),
        "low": _percent(low),
        "high": _percent(high),
    }


def _ends(sentence: Sentence, found: Found) -> dict[str, Figure]:
    """Where it grew fastest and slowest in the month, of the first dimension; of equals the first
    by code."""
    name, by = sentence.headline or "", found.analysis.by[0]
    whole = found.row("headline", name, "year_on_year", **found.whole, period=found.month)
    parts = found.all("headline", "year_on_year", period=found.month).filter(
        (pl.col("subject") == name) & pl.col(by).is_not_null()
    )
    if parts.is_empty():
        raise Absent(by)
    first = parts.sort("value", by, descending=[True, False]).row(0, named=True)
    last = parts.sort("value", by).row(0, named=True)
    return {
        "headline": _named(found.title(name), whole),
        "rate": _percent(whole),
        "first": _named(found.name(first[by]), first),
        "first_rate": _percent(first),
        "last": _named(found.name(last[by]), last),
        "last_rate": _percent(last),
    }


_MADE: Mapping[Kind, Callable[[Sentence, Found], dict[str, Figure]]] = {
    Kind.lights: _lights,
    Kind.moves: _moves,
    Kind.where: _where,
    Kind.progress: _progress,
    Kind.outlook: _outlook,
    Kind.ends: _ends,
}


# ---- how a figure is written


def _value(row: Mapping[str, object]) -> float:
    return float(str(row["value"]))


def _of(row: Mapping[str, object], said: Text, value: float | None) -> Figure:
    part, subject, measure = (str(row[name]) for name in ("part", "subject", "measure"))
    return Figure(said, part, subject, measure, value, row)


def _named(said: Text, row: Mapping[str, object]) -> Figure:
    return _of(row, said, None)


def _number(row: Mapping[str, object], decimals: int) -> Figure:
    text = f"{_value(row):,.{decimals}f}"
    return _of(row, Text(text, text), _value(row))


def _percent(row: Mapping[str, object], *, sign: bool = True) -> Figure:
    value = _value(row)
    text = f"{value:+.1f}%" if sign else f"{value:.1f}%"
    return _of(row, Text(text.replace("-", "−"), text.replace("-", "−")), value)


def _points(row: Mapping[str, object]) -> Figure:
    text = f"{_value(row):+.2f}".replace("-", "−")
    return _of(row, Text(f"{text} 个百分点", f"{text} points"), _value(row))
