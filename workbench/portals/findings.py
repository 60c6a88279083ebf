"""What is wrong with the entries of a catalogue: declared kinds, each counted and shown. Pure.

An entry may have several findings. Of one field at most one of placeholder, missing and unknown
holds, so that counts add up: understood + placeholder + missing + unknown = entries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import polars as pl

from workbench.errors import Text
from workbench.portals.entries import DATES, Entries, is_impossible, named
from workbench.portals.fold import fold
from workbench.portals.mapping import PortalMapping
from workbench.portals.mapping_schema import Field

SCHEMA = {
    "portal": pl.String,
    "line_no": pl.Int64,
    "kind": pl.String,
    "field": pl.String,
    "value": pl.String,
}
EXAMPLES = 5
"""Lines shown of each kind."""


class Kind(StrEnum):
    duplicate = "duplicate"
    placeholder = "placeholder"
    missing_department = "missing_department"
    missing_open_type = "missing_open_type"
    missing_frequency = "missing_frequency"
    missing_publish_date = "missing_publish_date"
    missing_update_date = "missing_update_date"
    unknown_open_type = "unknown_open_type"
    unknown_frequency = "unknown_frequency"
    unknown_date = "unknown_date"
    unknown_rows = "unknown_rows"
    impossible_date = "impossible_date"
    future_date = "future_date"
    update_before_publish = "update_before_publish"
    overdue = "overdue"


KINDS: Mapping[Kind, Text] = {
    Kind.duplicate: Text(
        "与前面的条目同门户、同部门、同标题", "same portal, department and title as one before"
    ),
    Kind.placeholder: Text("填了暂无、其他一类的占位词", "a placeholder such as 暂无 stands there"),
    Kind.missing_department: Text("没有提供部门", "no department"),
    Kind.missing_open_type: Text("没有开放类型", "no open type"),
    Kind.missing_frequency: Text("没有更新周期", "no update frequency"),
    Kind.missing_publish_date: Text("没有发布日期", "no date of publication"),
    Kind.missing_update_date: Text("没有更新日期", "no date of the last update"),
    Kind.unknown_open_type: Text("开放类型的写法不在映射中", "an open type that the mapping lacks"),
    Kind.unknown_frequency: Text("更新周期的写法不在映射中", "a frequency that the mapping lacks"),
    Kind.unknown_date: Text("日期的写法不在映射中", "a date in a form that the mapping lacks"),
    Kind.unknown_rows: Text("数据量不是数字", "a number of rows that is no number"),
    Kind.impossible_date: Text("没有这一天", "a day that does not exist"),
    Kind.future_date: Text("日期晚于截至日期", "a date after the day of looking"),
    Kind.update_before_publish: Text("更新早于发布", "updated before it was published"),
    Kind.overdue: Text("到截至日期已逾期未更新", "overdue on the day of looking"),
}
_MISSING = {
    Field.department: Kind.missing_department,
    Field.open_type: Kind.missing_open_type,
    Field.frequency: Kind.missing_frequency,
    Field.publish_date: Kind.missing_publish_date,
    Field.update_date: Kind.missing_update_date,
}
_UNKNOWN = {
    Field.open_type: Kind.unknown_open_type,
    Field.frequency: Kind.unknown_frequency,
    Field.publish_date: Kind.unknown_date,
    Field.update_date: Kind.unknown_date,
    Field.rows: Kind.unknown_rows,
}
TIMELESS = frozenset(Kind) - {Kind.future_date, Kind.overdue}
"""Those that do not hang on the day of looking; only they are kept with the entries."""


@dataclass(frozen=True)
class Timeliness:
    """Of the entries with a period and an update date not after ``as_of``: how many are late."""

    as_of: date
    with_period: int
    overdue: int


def findings_of(entries: Entries, as_of: date) -> pl.DataFrame:
    """A row each finding (``SCHEMA``), by portal, line, kind and field."""
    frame, mapping = entries.frame, entries.mapping
    parts = [
        _duplicates(frame),
        *(_placeholder(frame, f) for f in Field if f is not Field.portal),
        *(_missing(frame, f, kind) for f, kind in _MISSING.items()),
        *(_unknown(frame, f, kind, mapping) for f, kind in _UNKNOWN.items()),
        *(_future(frame, f, as_of) for f in DATES),
        _rows(
            frame.filter(pl.col("update_date") < pl.col("publish_date")),
            Kind.update_before_publish,
            Field.update_date,
        ),
        _rows(overdue(frame, as_of), Kind.overdue, Field.update_date),
    ]
    return pl.concat(parts).sort("portal", "line_no", "kind", "field")


def overdue(frame: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Updated by then, and the period since has run out."""
    return frame.filter((pl.col("update_date") <= as_of) & (pl.col("due_on") < as_of))


def timeliness(frame: pl.DataFrame, as_of: date) -> Timeliness:
    due = frame.filter((pl.col("update_date") <= as_of) & pl.col("due_on").is_not_null())
    return Timeliness(as_of, due.height, overdue(frame, as_of).height)


def counts(findings: pl.DataFrame) -> dict[Kind, int]:
    """Every kind, those with nothing too."""
    found = dict(findings.get_column("kind").value_counts().iter_rows())
    return {kind: int(found.get(kind.value, 0)) for kind in Kind}


def examples(findings: pl.DataFrame, kind: Kind) -> list[tuple[str, int, str, str | None]]:
    """``(portal, line, field, value)`` of the first lines."""
    rows = findings.filter(pl.col("kind") == kind.value).head(EXAMPLES)
    return list(rows.select("portal", "line_no", "field", "value").iter_rows())


def unknown(findings: pl.DataFrame, kinds: Sequence[Kind]) -> list[tuple[str, str, int]]:
    """``(field, spelling, count)``, most frequent first: what a mapping does not know yet."""
    rows = findings.filter(pl.col("kind").is_in([k.value for k in kinds]))
    counted = rows.group_by("field", "value").len()
    return sorted(counted.iter_rows(), key=lambda row: (-row[2], row[0], row[1]))


def of_each_entry(findings: pl.DataFrame) -> pl.DataFrame:
    """``portal, line_no, findings``: the kinds that do not hang on the day, by name."""
    kept = findings.filter(pl.col("kind").is_in([k.value for k in TIMELESS]))
    return kept.group_by("portal", "line_no").agg(
        pl.col("kind").unique().sort().str.join(", ").alias("findings")
    )


# The kinds ----------------------------------------------------------------------------------------


def _rows(frame: pl.DataFrame, kind: Kind, field: Field, value: str | None = None) -> pl.DataFrame:
    shown = pl.col(value or f"{named(field)}_spelt")
    return frame.select(
        "portal",
        "line_no",
        pl.lit(kind.value).alias("kind"),
        pl.lit(field.value).alias("field"),
        shown.cast(pl.String).alias("value"),
    )


def _duplicates(frame: pl.DataFrame) -> pl.DataFrame:
    """All but the first of each; without a department they are alike where the title is."""
    keyed = frame.with_columns(
        pl.col("title").map_elements(fold, return_dtype=pl.String).alias("_t"),
        pl.col("department").map_elements(fold, return_dtype=pl.String).alias("_d"),
    )
    nth = pl.int_range(pl.len()).over("portal", "_t", "_d")
    return _rows(keyed.filter(nth > 0), Kind.duplicate, Field.title, "title")


def _placeholder(frame: pl.DataFrame, field: Field) -> pl.DataFrame:
    value = f"_was_{field.value}"
    return _rows(
        frame.filter(pl.col(f"_{field.value}")).with_columns(
            pl.col("placeholders").str.extract(rf"(?:^|; ){field.value}=([^;]*)").alias(value)
        ),
        Kind.placeholder,
        field,
        value,
    )


def _is_missing(field: Field) -> pl.Expr:
    spelling = f"{named(field)}_spelt" if field in _UNKNOWN else field.value
    return pl.col(spelling).is_null() & ~pl.col(f"_{field.value}")


def _missing(frame: pl.DataFrame, field: Field, kind: Kind) -> pl.DataFrame:
    empty = pl.lit(None, pl.String).alias("_none")
    return _rows(frame.filter(_is_missing(field)).with_columns(empty), kind, field, "_none")


def _unknown(frame: pl.DataFrame, field: Field, kind: Kind, mapping: PortalMapping) -> pl.DataFrame:
    not_known = (
        pl.col(named(field)).is_null()
        & pl.col(f"{named(field)}_spelt").is_not_null()
        & ~pl.col(f"_{field.value}")
    )
    rows = _rows(frame.filter(not_known), kind, field)
    if field not in DATES:
        return rows
    spellings = rows.get_column("value").unique().to_list()
    no_day = [text for text in spellings if is_impossible(text, mapping)]
    as_kind = pl.when(pl.col("value").is_in(no_day)).then(pl.lit(Kind.impossible_date.value))
    return rows.with_columns(as_kind.otherwise(pl.col("kind")).alias("kind"))


def _future(frame: pl.DataFrame, field: Field, as_of: date) -> pl.DataFrame:
    return _rows(frame.filter(pl.col(field.value) > as_of), Kind.future_date, field)
