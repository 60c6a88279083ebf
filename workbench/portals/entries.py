"""Lines of a portal into entries: each field as it is understood, beside it as it was spelt. Pure.

What a mapping does not know stays as it is, with no normalised value. Spellings are looked up once
for each that occurs, not once a line: a catalogue has few.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from workbench.catalogue.date_forms import FORMS, moment
from workbench.portals import reasons
from workbench.portals.delivered import Aside, Delivered, Line
from workbench.portals.fold import fold
from workbench.portals.frequency import Frequency, due_on
from workbench.portals.headings import Found, find
from workbench.portals.mapping import PortalMapping
from workbench.portals.mapping_schema import Field

TEXTS = (Field.title, Field.department, Field.domain, Field.industry)
DATES = (Field.publish_date, Field.update_date)
_NAMES = {Field.format: "formats", Field.rows: "row_count"}
_COUNT = re.compile(r"[0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5}")
_LIST = re.compile(r"[\s,，、;；|/\[\]'\"]+")
_EDGES = " \t\r\n\u3000\u00a0\ufeff"


@dataclass(frozen=True)
class Entries:
    """``frame``: a row each entry (see ``columns_of``); ``aside``: lines that are none."""

    frame: pl.DataFrame
    aside: tuple[Line, ...]
    found: Found
    mapping: PortalMapping

    @property
    def lines(self) -> int:
        return self.frame.height + len(self.aside)


def spelt(field: Field) -> str:
    """The column that holds a field as the portal wrote it."""
    return f"{named(field)}_spelt"


def named(field: Field) -> str:
    return _NAMES.get(field, field.value)


def entries_of(delivered: Delivered, mapping: PortalMapping, portal: str | None) -> Entries:
    """All lines of ``delivered``, of ``portal`` or of the portals that a column names.

    Raises InvalidInput where neither says whose they are, or no line is an entry.
    """
    found = find(delivered.headings, mapping)
    if portal is None and Field.portal not in found.places:
        raise reasons.no_portal(delivered.name)
    raw = _raw(delivered, found, portal)
    kept = raw.filter(pl.col("aside").is_null()).drop("aside")
    if kept.is_empty():
        raise reasons.no_entries(delivered.name)
    dropped = raw.filter(pl.col("aside").is_not_null()).select("line_no", "aside")
    aside = (*delivered.aside, *(Line(n, Aside(why)) for n, why in dropped.iter_rows()))
    frame = _understood(kept, mapping)
    return Entries(frame, tuple(sorted(aside, key=lambda a: a.number)), found, mapping)


def _raw(delivered: Delivered, found: Found, portal: str | None) -> pl.DataFrame:
    """The fields as texts without blanks at their edges; null where nothing stands."""
    columns: dict[str, Any] = {"line_no": pl.Series(delivered.numbers, dtype=pl.Int64)}
    for field in Field:
        at = found.places.get(field)
        values = [None] * len(delivered.rows) if at is None else [r[at] for r in delivered.rows]
        columns[field.value] = pl.Series(values, dtype=pl.String)
    texts = [f.value for f in Field]
    frame = pl.DataFrame(columns).with_columns(
        pl.col(texts).str.strip_chars(_EDGES).replace("", None)
    )
    if portal is not None:
        frame = frame.with_columns(pl.lit(portal).alias("portal"))
    why = (
        pl.when(pl.col("title").is_null())
        .then(pl.lit(Aside.no_title.value))
        .when(pl.col("portal").is_null())
        .then(pl.lit(Aside.no_portal.value))
    )
    return frame.with_columns(why.alias("aside"))


def _understood(raw: pl.DataFrame, mapping: PortalMapping) -> pl.DataFrame:
    def empty(text: str) -> bool:
        return fold(text) in mapping.placeholders

    placeheld = [f for f in Field if f is not Field.portal]
    said = raw.with_columns(
        _each(raw, f, empty, pl.Boolean).fill_null(value=False).alias(f"_{f.value}")
        for f in placeheld
    )
    frame = said.with_columns(
        *(_text(f) for f in (Field.department, Field.domain, Field.industry)),
        _each(raw, Field.open_type, lambda t: mapping.open_types.get(fold(t)), pl.String),
        _each(raw, Field.frequency, lambda t: mapping.frequencies.get(fold(t)), pl.String),
        *(_each(raw, f, lambda t: day_of(t, mapping), pl.Date) for f in DATES),
        _each(raw, Field.format, formats_of, pl.String).alias("formats"),
        _each(raw, Field.rows, count_of, pl.Int64).alias("row_count"),
        *(pl.col(f.value).alias(spelt(f)) for f in _SPELT),
        _each(raw, Field.portal, lambda t: _portal(t, mapping), pl.String).alias("portal_name"),
        _placeholders(placeheld),
    )
    return frame.with_columns(_due(frame))


_SPELT = (Field.open_type, Field.frequency, *DATES, Field.format, Field.rows)


def _text(field: Field) -> pl.Expr:
    return pl.when(~pl.col(f"_{field.value}")).then(pl.col(field.value)).alias(field.value)


def _placeholders(fields: Sequence[Field]) -> pl.Expr:
    """``department=暂无; domain=无``: what stood where nothing was filled in."""
    each = [
        pl.when(pl.col(f"_{f.value}")).then(pl.format("{}={}", pl.lit(f.value), pl.col(f.value)))
        for f in fields
    ]
    return (
        pl.concat_str(each, separator="; ", ignore_nulls=True)
        .replace("", None)
        .alias("placeholders")
    )


def _each(frame: pl.DataFrame, field: Field, meaning: Callable[[str], Any], kind: Any) -> pl.Expr:
    """``meaning`` of each spelling that occurs, in the place of the spelling."""
    seen = frame.get_column(field.value).drop_nulls().unique(maintain_order=True).to_list()
    known = {text: value for text in seen if (value := meaning(text)) is not None}
    return (
        pl.col(field.value)
        .replace_strict(
            pl.Series(list(known), dtype=pl.String),
            pl.Series(list(known.values()), dtype=kind),
            default=None,
            return_dtype=kind,
        )
        .alias(field.value)
    )


def _due(frame: pl.DataFrame) -> pl.Expr:
    pairs = frame.select("frequency", "update_date").unique().drop_nulls()
    known = {
        (word, day): due
        for word, day in pairs.iter_rows()
        if (due := due_on(Frequency(word), day)) is not None
    }
    values = [known.get(pair) for pair in frame.select("frequency", "update_date").iter_rows()]
    return pl.lit(pl.Series(values, dtype=pl.Date)).alias("due_on")


def _portal(key: str, mapping: PortalMapping) -> str:
    name = mapping.portals.get(fold(key))
    return key if name is None else name.zh


# Single spellings ---------------------------------------------------------------------------------


def day_of(text: str, mapping: PortalMapping) -> date | None:
    """The day in the first form of the mapping that fits, None where none does."""
    for form in mapping.dates:
        if (found := moment(text, form)) is not None:
            return found.date()
    return None


def is_impossible(text: str, mapping: PortalMapping) -> bool:
    """It has the form of a date, and there is no such day (2022-02-30)."""
    formed = any(FORMS[form].fullmatch(text) for form in mapping.dates)
    return formed and day_of(text, mapping) is None


def formats_of(text: str) -> str | None:
    """``["XLS", "csv"]``, ``xls/csv`` and ``xls，csv``: ``xls, csv``; None where none is named."""
    names = dict.fromkeys(part.casefold() for part in _LIST.split(text) if part)
    return ", ".join(names) or None


def count_of(text: str) -> int | None:
    """``10,713`` and ``10713``; anything else is no number."""
    return int(text.replace(",", "")) if _COUNT.fullmatch(text) else None


def as_mapping(frame: pl.DataFrame, column: str) -> Mapping[str, int]:
    """How often each value of a column occurs, most frequent first, then by the value."""
    counted = frame.get_column(column).drop_nulls().value_counts()
    rows = sorted(counted.iter_rows(), key=lambda row: (-row[1], row[0]))
    return {str(value): int(count) for value, count in rows}
