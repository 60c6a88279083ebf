"""Signal lights of the headlines, and their sum (``economy.signals``). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from workbench.analysis import figures as f
from workbench.analysis.course import Course
from workbench.analysis.definition import Component, Lights
from workbench.analysis.rows import PROVISIONAL, made, refused
from workbench.economy import signals
from workbench.economy.frames import add_months, every
from workbench.errors import Text, WorkbenchError

TOTAL = "total"
CARRIED = 2
"""Months that the light of a published figure lasts beyond it (ours)."""
_UNKNOWN: signals.Cuts = (1.0, 2.0, 3.0, 4.0)
"""Thresholds of a light that has none: it has no values either."""


@dataclass(frozen=True)
class Lit:
    """``lights``: series, month, value, points, colour; ``total``: month, points, counted, of,
    percent, colour; ``judged``: by headline, the figures that its light is of, with states;
    ``without``: why a light has no thresholds."""

    lights: pl.DataFrame
    total: pl.DataFrame
    judged: Mapping[str, pl.DataFrame]
    without: Mapping[str, Text]


def lit(said: Lights, courses: Mapping[str, Course], month: date) -> Lit:
    """As it stands at ``month``: thresholds by history are those of its own past until then."""
    judged = {
        each.headline: _judged(each, courses[each.headline], month) for each in said.components
    }
    without: dict[str, Text] = {}
    found = [_light(each, judged[each.headline], without) for each in said.components]
    panel = signals.Panel(tuple(found), _cuts(said.totals), said.source.text(), said.least)
    frame = pl.concat(
        [_series(name, rows, month, name in without) for name, rows in judged.items()]
    )
    lights = signals.lights(frame, panel)
    return Lit(lights, signals.total(lights, panel), judged, without)


def _judged(component: Component, course: Course, month: date) -> pl.DataFrame:
    """key, month, value, held, entry, state of the whole city; empty where there is none."""
    frame = course.measures.get(component.transformation.value)
    rows = f.of_key(course.measures[course.rate_name] if frame is None else frame)
    return _carried(rows, month) if course.headline.published is not None else rows


def _carried(rows: pl.DataFrame, month: date) -> pl.DataFrame:
    """What is published comes out a month late, and not in January: its newest figure stands for
    ``CARRIED`` months more, and is provisional there."""
    if rows.is_empty():
        return rows
    months = pl.DataFrame({f.MONTH: every(rows[f.MONTH].to_list()[0], month)})
    whole = months.join(rows, on=f.MONTH, how="left", maintain_order="left")
    known = pl.col(f.VALUE).is_null() & pl.col(f.VALUE).forward_fill(CARRIED).is_not_null()
    return whole.with_columns(
        pl.col(f.KEY).fill_null(f.WHOLE),
        pl.col(f.VALUE).forward_fill(CARRIED),
        pl.col(f.HELD).fill_null(False),
        pl.col(f.ENTRY).forward_fill(CARRIED).fill_null(0),
        pl.when(known).then(pl.lit(PROVISIONAL)).otherwise(pl.col("state").fill_null("empty")).alias("state"),
    )  # fmt: skip


def _light(component: Component, rows: pl.DataFrame, without: dict[str, Text]) -> signals.Light:
    name = component.headline
    if component.thresholds is not None:
        return signals.Light(name, _cuts(component.thresholds), component.inverted)
    assert component.history is not None
    known = rows.select(pl.lit(name).alias("series"), f.MONTH, f.VALUE)
    try:
        cuts = signals.from_history(known, _cuts(component.history)).get(name)
    except WorkbenchError as error:
        without[name] = error.reasons[0].what
        cuts = None
    if cuts is None:
        without.setdefault(name, Text("没有历史数据。", "There is no history."))
    return signals.Light(name, cuts or _UNKNOWN, component.inverted)


def _cuts(cuts: tuple[float, ...]) -> signals.Cuts:
    a, b, c, d = cuts
    return (a, b, c, d)


def _series(name: str, rows: pl.DataFrame, month: date, unknown: bool) -> pl.DataFrame:
    """With a row for the month itself, so that a light that is off is there."""
    value = pl.lit(None, pl.Float64) if unknown else pl.col(f.VALUE)
    own = rows.select(pl.lit(name).alias("series"), f.MONTH, value.alias(f.VALUE))
    if not (own[f.MONTH] == month).any():
        now = pl.DataFrame({"series": [name], f.MONTH: [month], f.VALUE: [None]}, own.schema)
        own = pl.concat([own, now])
    return own


def light_rows(found: Lit, month: date, history: int) -> list[pl.DataFrame]:
    """``colour`` (1 to 5 points, its meaning as text) and ``judged`` (the figure that the light is
    of) for each headline; ``score``, ``counted`` and ``colour`` of the total."""
    since = add_months(month, -history)
    out = []
    for name, judged in found.judged.items():
        own = found.lights.filter((pl.col("series") == name) & (pl.col(f.MONTH) > since))
        rows = own.join(judged.select(f.MONTH, "state", f.ENTRY), on=f.MONTH, how="left")
        rows = rows.with_columns(
            period=f.MONTH,
            state=pl.col("state").fill_null("empty"),
            entry=pl.col(f.ENTRY).fill_null(0),
        )
        if name in found.without:
            out.append(refused("light", name, "colour", month, found.without[name], held=False))
        else:
            out.append(made("light", name, "colour", _worded(rows.with_columns(value="points"))))
        out.append(made("light", name, "judged", rows))
    return [*out, *_total_rows(found, month, since)]


def _total_rows(found: Lit, month: date, since: date) -> list[pl.DataFrame]:
    entry = max((int(rows[f.ENTRY].max() or 0) for rows in found.judged.values()), default=0)  # type: ignore[arg-type]
    known = found.total.filter((pl.col(f.MONTH) > since) & (pl.col(f.MONTH) <= month))
    state = (
        pl.when(pl.col("points").is_null()).then(pl.lit("suppressed")).otherwise(pl.lit("released"))
    )
    rows = known.with_columns(period=f.MONTH, state=state, entry=pl.lit(entry))
    levels = {colour.value: float(number + 1) for number, colour in enumerate(signals.COLOURS)}
    level = pl.col("colour").replace_strict(levels, default=None, return_dtype=pl.Float64)
    counted = rows.with_columns(value=pl.col("counted"), state=pl.lit("released"))
    return [
        made("light", TOTAL, "score", rows.with_columns(value="points")),
        made("light", TOTAL, "counted", counted),
        made("light", TOTAL, "colour", _worded(rows.with_columns(value=level))),
    ]


def _worded(rows: pl.DataFrame) -> pl.DataFrame:
    said = {
        language: {
            colour.value: signals.MEANING[colour].said(language) for colour in signals.COLOURS
        }
        for language in ("zh", "en")
    }
    colour = pl.col("colour")
    return rows.with_columns(
        text_zh=colour.replace_strict(said["zh"], default=None, return_dtype=pl.String),
        text_en=colour.replace_strict(said["en"], default=None, return_dtype=pl.String),
    )
