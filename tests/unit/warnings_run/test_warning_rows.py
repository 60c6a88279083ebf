"""What is kept of alerts from month to month, and what became of them. Frames in and out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from workbench.catalogue.regulations import known_regulations
from workbench.economy.warning import SCHEMA
from workbench.warnings import kept
from workbench.warnings.definition import Rule, load_rules
from workbench.warnings.life import precision

SHIPPED = Path(__file__).parents[3] / "workbench/simulation/shipped/city"
AUGUST, SEPTEMBER = date(2026, 8, 1), date(2026, 9, 1)
EVIDENCE = [
    {"input": "power", "month": AUGUST, "value": 1234567.891, "usual": 2e6},
    {"input": "power", "month": SEPTEMBER, "value": None, "usual": 2e6},
]


@pytest.fixture(scope="module")
def stop() -> Rule:
    return load_rules(SHIPPED, known_regulations(SHIPPED))["stop"]


def found(month: date, **levels: str) -> pl.DataFrame:
    rows = [
        {
            "subject": subject, "month": month, "level": level, "score": 9.0, "since": month,
            "depth": 0.5, "evidence": EVIDENCE,
        }
        for subject, level in levels.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(SCHEMA))


def before(*rows: tuple[str, date, str, date, str]) -> pl.DataFrame:
    names = {"subject": pl.String, "month": pl.Date, "alert_id": pl.String}
    return pl.DataFrame(rows, schema={**names, "raised": pl.Date, "level": pl.String}, orient="row")


def numbered() -> Iterator[str]:
    yield from (f"n{i}" for i in range(100))


def kept_of(rule: Rule, month: date, now: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    ids = numbered()
    return kept.of_month(rule, month, now, earlier, lambda _: next(ids), 7).sort("subject")


def test_an_alert_that_goes_on_keeps_its_id_and_one_that_is_new_gets_one(stop: Rule) -> None:
    earlier = before(("a", AUGUST, "w1", AUGUST, "blue"), ("gone", AUGUST, "w2", AUGUST, "red"))
    rows = kept_of(stop, SEPTEMBER, found(SEPTEMBER, a="red", b="yellow"), earlier)
    assert rows.select("subject", "alert_id", "status", "raised", "level").rows() == [
        ("a", "w1", "on", AUGUST, "red"),
        ("b", "n0", "new", SEPTEMBER, "yellow"),
    ]
    assert rows["entry"].to_list() == [7, 7]


def test_a_month_without_an_alarm_between_makes_no_other_alert(stop: Rule) -> None:
    """July and August as ``quiet`` says; nothing in August."""
    earlier = before(("a", date(2026, 7, 1), "w1", date(2026, 6, 1), "red"))
    rows = kept_of(stop, SEPTEMBER, found(SEPTEMBER, a="blue"), earlier)
    assert rows.select("alert_id", "status", "raised").rows() == [("w1", "on", date(2026, 6, 1))]


def test_a_month_without_alerts_keeps_no_row_in_the_form_of_any_other(stop: Rule) -> None:
    none = kept_of(stop, SEPTEMBER, found(SEPTEMBER), before())
    register = pl.DataFrame(
        schema={"subject": pl.String, "county": pl.String, "industry": pl.String}
    )
    assert dict(kept.of_enterprises(none, register, {}).schema) == dict(kept.ENTERPRISES)
    assert dict(kept.of_areas(none, "county").schema) == dict(kept.AREAS)
    assert kept.counted(pl.DataFrame(schema=dict(kept.ENTERPRISES)), {}).is_empty()


def test_evidence_is_by_input_and_month_and_no_longer_than_it_has_to_be(stop: Rule) -> None:
    (text,) = kept_of(stop, SEPTEMBER, found(SEPTEMBER, a="red"), before())["evidence"]
    shown = json.loads(text)["power"]
    assert [line[:3] for line in shown] == [["2026-08", 1234570.0, 2e6], ["2026-09", None, 2e6]]


def test_where_an_alert_begins_stands_from_the_change_on_where_a_loss_shows(stop: Rule) -> None:
    """Half is lost at a score of 9: at the first level's score so much less of the logarithm."""
    (text,) = kept_of(stop, SEPTEMBER, found(SEPTEMBER, a="red"), before())["evidence"]
    august, september = json.loads(text)["power"]
    assert len(august) == 3  # before the change
    loss = stop.detector.loss
    assert loss is not None
    left = 0.5 ** (loss.losses["power"] * stop.levels.blue / 9.0)
    assert september[3] == pytest.approx(2e6 * left, rel=1e-5)
    control = loss.model_copy(update={"losses": {**loss.losses, "power": 0.0}})
    rule = stop.model_copy(update={"detector": stop.detector.model_copy(update={"loss": control})})
    (text,) = kept_of(rule, SEPTEMBER, found(SEPTEMBER, a="red"), before())["evidence"]
    assert all(len(line) == 3 for line in json.loads(text)["power"])


def test_who_is_counted_has_no_name_and_what_became_of_it(stop: Rule) -> None:
    rows = kept_of(stop, SEPTEMBER, found(SEPTEMBER, a="red", b="red"), before())
    register = pl.DataFrame({"subject": ["a", "b"], "county": ["1", "2"], "industry": ["3", "4"]})
    firms = kept.of_enterprises(rows, register, {"a": "甲公司"})
    assert firms["enterprise_name"].to_list() == ["甲公司", None]
    told = kept.counted(firms, {"n0": "confirmed"})
    assert told["outcome"].to_list() == ["confirmed", "open"]
    assert {"enterprise_name", "evidence", "score", "depth"}.isdisjoint(told.columns)


def test_precision_is_confirmed_over_closed_and_none_where_none_is() -> None:
    rows = [(f"w{i}", "stop", AUGUST if i < 4 else SEPTEMBER) for i in range(6)]
    twice = [*rows, *rows[:3]]  # those that went on
    alerts = pl.DataFrame(
        twice, schema={"alert_id": pl.String, "rule": pl.String, "raised": pl.Date}, orient="row"
    )
    became = {"w0": "confirmed", "w1": "confirmed", "w2": "harmless", "w3": "false_alarm"}
    whole, august, september = precision(alerts, became)
    assert (whole.raised, whole.closed, whole.precision) == (6, 4, 0.5)
    assert (august.month, august.confirmed, august.harmless, august.false_alarms) == (
        "2026-08", 2, 1, 1,
    )  # fmt: skip
    assert (september.raised, september.precision) == (2, None)
