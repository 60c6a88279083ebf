"""The rows in which alerts are kept, as the contracts of their resources have them.

A row for each alert and month in which it holds: ``status`` is ``new`` in the month in which it was
raised and ``on`` after it, under the same ``alert_id``. An id is random: it says nothing of whom
the alert is on, so that it may stand where not everybody may know that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from math import exp, log1p
from typing import Any

import polars as pl

from workbench.economy.frames import MONTH, add_months
from workbench.economy.warning import episodes
from workbench.economy.warning_robust import SUBJECT
from workbench.extracts.versions import Extracts
from workbench.warnings.definition import Rule

ENTERPRISE = "enterprise"
OPEN = "open"
ALMOST_ALL = 0.9999
"""A loss of all has no logarithm (ours)."""
_BOTH: Mapping[str, Any] = {
    "alert_id": pl.String,
    "month": pl.Date,
    "rule": pl.String,
    "raised": pl.Date,
    "status": pl.String,
    "level": pl.String,
}
_FOUND: Mapping[str, Any] = {
    "score": pl.Float64,
    "since": pl.Date,
    "depth": pl.Float64,
    "evidence": pl.String,
    "entry": pl.Int64,
}
ENTERPRISES: Mapping[str, Any] = {
    **_BOTH,
    "credit_code": pl.String,
    "enterprise_name": pl.String,
    "county": pl.String,
    "industry": pl.String,
    **_FOUND,
}
AREAS: Mapping[str, Any] = {**_BOTH, "kind": pl.String, "area": pl.String, **_FOUND}
COUNTED: Mapping[str, Any] = {
    **_BOTH,
    "credit_code": pl.String,
    "county": pl.String,
    "industry": pl.String,
    "outcome": pl.String,
}


def rows_of(extracts: Extracts, name: str, schema: Mapping[str, Any]) -> pl.DataFrame:
    """All that is kept in a resource of the run's own; empty where nothing is."""
    version = extracts.latest(name)
    if version is None:
        return pl.DataFrame(schema=dict(schema))
    found = pl.read_parquet(list(version.files))
    return found.select(pl.col(column).cast(kind) for column, kind in schema.items())


def of_month(
    rule: Rule,
    month: date,
    found: pl.DataFrame,
    before: pl.DataFrame,
    new_id: Callable[[date], str],
    entry: int,
) -> pl.DataFrame:
    """``_BOTH``, ``_FOUND`` and ``subject`` of a rule's alerts in a month. ``before``: rows of the
    same rule (with ``subject``) of the months in which an alert still counts as the same."""
    whose = episodes(found, before.select(SUBJECT, "level")).filter(pl.col("state") != "over")
    last = before.sort("month").group_by(SUBJECT).last().select(SUBJECT, "alert_id", "raised")
    rows = found.join(whose.select(SUBJECT, "state"), on=SUBJECT).join(last, on=SUBJECT, how="left")
    new = rows["state"] == "new"
    ids = [
        new_id(month) if fresh else known
        for fresh, known in zip(new, rows["alert_id"], strict=True)
    ]
    evidence = [_text(rule, each) for each in rows.iter_rows(named=True)]
    return rows.with_columns(
        pl.Series("alert_id", ids, pl.String),
        pl.Series("evidence", evidence, pl.String),
        rule=pl.lit(rule.id),
        raised=pl.when(pl.col("state") == "new").then(pl.lit(month)).otherwise("raised"),
        status=pl.col("state"),
        entry=pl.lit(entry, pl.Int64),
    ).select(SUBJECT, *_BOTH, *_FOUND)


def of_enterprises(
    rows: pl.DataFrame, register: pl.DataFrame, names: Mapping[str, str]
) -> pl.DataFrame:
    """As ENTERPRISES; without a name where the register has none."""
    named = rows.join(register.select(SUBJECT, "county", "industry"), on=SUBJECT, how="left")
    return named.with_columns(
        pl.col(SUBJECT).alias("credit_code"),
        pl.col(SUBJECT).replace_strict(dict(names), default=None, return_dtype=pl.String)
        .alias("enterprise_name"),
    ).select(pl.col(n).cast(kind) for n, kind in ENTERPRISES.items())  # fmt: skip


def of_areas(rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    """As AREAS."""
    named = rows.with_columns(pl.lit(kind).alias("kind"), pl.col(SUBJECT).alias("area"))
    return named.select(pl.col(n).cast(kind_) for n, kind_ in AREAS.items())


def counted(enterprises: pl.DataFrame, outcomes: Mapping[str, str]) -> pl.DataFrame:
    """As COUNTED: without names and evidence, with what became of each alert (``OPEN`` where
    nothing has yet)."""
    became = pl.col("alert_id").replace_strict(dict(outcomes), default=OPEN, return_dtype=pl.String)
    return enterprises.with_columns(became.alias("outcome")).select(
        pl.col(n).cast(kind) for n, kind in COUNTED.items()
    )


def present(rows: pl.DataFrame) -> dict[str, str]:
    """The level of each alert in the last month that is kept of it, by id."""
    last = rows.sort("month").group_by("alert_id").last()
    return dict(last.select("alert_id", "level").iter_rows())


def _text(rule: Rule, row: Mapping[str, Any]) -> str:
    """By input, ``[month, value, usual]``, the last month last; from the month of the change on
    with a fourth number, below which an alert of the rule begins (``_share_left``)."""
    found: dict[str, list[list[Any]]] = {}
    for one in row["evidence"]:
        line = [f"{one[MONTH]:%Y-%m}", _short(one["value"]), _short(one["usual"])]
        left = _share_left(rule, one["input"], one[MONTH], row)
        alarm = [_short(one["usual"] * left)] if left is not None and one["usual"] else []
        found.setdefault(one["input"], []).append([*line, *alarm])
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _share_left(rule: Rule, name: str, month: date, row: Mapping[str, Any]) -> float | None:
    """The part of the usual that is left where an alert would just have begun; None before the
    change, of inputs in which a loss does not show, and of rules that count events too.

    The score is the loss (a logarithm) over the panel's own noise, so that the loss at which it
    reaches the first level is in proportion (ours: the noise and the time of the change as they
    are).
    """
    loss, area = rule.detector.loss, rule.detector.area_loss
    shows = 1.0 if area is not None else loss.losses.get(name, 0.0) if loss is not None else 0.0
    late = loss.lags.get(name, 0) if loss is not None else 0
    counts = loss is not None and loss.events
    if counts or shows <= 0 or month < add_months(row["since"], -late) or not row["score"] > 0:
        return None
    whole = -log1p(-min(row["depth"], ALMOST_ALL))
    return exp(-shows * whole * rule.levels.blue / row["score"])


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")
