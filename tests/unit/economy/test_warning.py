"""Early warning on panels whose losses are known: who alarms, who must not, and what is told."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import polars as pl
import pytest

from workbench.economy import warning
from workbench.economy.frames import add_months
from workbench.economy.warning import AreaLoss, Levels, Loss
from workbench.errors import InvalidInput

FIRST, MONTHS, FIRMS = date(2023, 1, 1), 36, 400
LAST = add_months(FIRST, MONTHS - 1)
LEVELS = Levels(blue=5, yellow=8, orange=12, red=16)
FALLEN, RESTING, METERED, SHUT, YOUNG = 0, 1, 2, 3, 4
ACTIVITY = Loss(losses={"power": 1, "invoices": 1}, windows=(2, 3, 4), lasting=2, least=0.3)


@cache
def values() -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    """Firms of four industries with a season each and two counties; noise of 5 and 12 %."""
    rng = np.random.default_rng(11)
    size = rng.lognormal(10.0, 1.2, (FIRMS, 1))
    month = np.arange(MONTHS)
    season = np.stack([0.4 * np.cos(2 * np.pi * (month - peak) / 12) for peak in (1, 4, 8, 11)])
    level = size * np.exp(season[np.arange(FIRMS) % 4])
    return {
        "power": level * rng.lognormal(0.0, 0.05, level.shape),
        "invoices": 7 * level * rng.lognormal(0.0, 0.12, level.shape),
    }


def frame(power: np.ndarray, invoices: np.ndarray) -> pl.DataFrame:  # type: ignore[type-arg]
    """NaN is no record."""
    firm, month = np.divmod(np.arange(power.size), MONTHS)
    return pl.DataFrame(
        {
            "subject": [f"F{number:04}" for number in firm],
            "month": [add_months(FIRST, int(number)) for number in month],
            "power": power.ravel(),
            "invoices": invoices.ravel(),
            "county": [f"c{number % 3 % 2}" for number in firm],
            "industry": [f"i{number % 4}" for number in firm],
        }
    ).with_columns(pl.col("power", "invoices").fill_nan(None))


def changed(**changes: float) -> pl.DataFrame:
    """With FALLEN having lost 60 % for three months, and the other four as their names say."""
    power, invoices = values()["power"].copy(), values()["invoices"].copy()
    for record in (power, invoices):
        record[FALLEN, -3:] *= 0.4
        record[SHUT, -4:] *= 0.1
        record[YOUNG, : MONTHS - 4] = np.nan
        record[YOUNG, -2:] *= 0.1
    power[RESTING, -1] *= 0.05
    power[METERED, -2] = 0.0
    power[METERED, -1] *= 2.0
    made = frame(power, invoices)
    shut = pl.col("subject") == f"F{SHUT:04}"
    return made.with_columns(closed=pl.when(shut).then(LAST))


def found(panel: pl.DataFrame, how: Loss = ACTIVITY, month: date = LAST) -> pl.DataFrame:
    return warning.alerts("loss", how, LEVELS, panel, month)


def test_who_lost_alarms_and_the_innocent_do_not() -> None:
    """A month without power, a meter that is changed, one that the register closed, and one that is
    too young to have a usual."""
    alerts = found(changed())
    assert alerts["subject"].to_list() == ["F0000"]
    row = alerts.row(0, named=True)
    assert row["since"] == add_months(LAST, -2)
    assert row["depth"] == pytest.approx(0.6, abs=0.06)
    assert row["score"] >= 8
    assert row["level"] == LEVELS_OF[sum(row["score"] >= cut for cut in LEVELS.scores) - 1]
    assert alerts.schema == pl.Schema(warning.SCHEMA)


LEVELS_OF = ("blue", "yellow", "orange", "red")


def test_evidence_is_the_value_next_to_what_the_season_lets_expect() -> None:
    shown = pl.DataFrame(found(changed())["evidence"].to_list()[0])
    power = values()["power"][FALLEN]
    mine = shown.filter(pl.col("input") == "power").sort("month")
    assert mine["value"].to_list()[:-3] == pytest.approx(power[-12:-3].tolist())
    assert mine["value"].to_list()[-3:] == pytest.approx((power[-3:] * 0.4).tolist())
    expected = np.array(mine["usual"].to_list())
    assert np.abs(np.log(expected / power[-12:])).max() < 0.2  # the season alone moves it by 0.8


def test_an_industry_that_falls_as_a_whole_makes_no_alerts_of_firms() -> None:
    power, invoices = values()["power"].copy(), values()["invoices"].copy()
    for record in (power, invoices):
        record[1::4, -3:] *= 0.5
    panel = frame(power, invoices)
    assert found(panel).is_empty()
    how = AreaLoss(
        area="industry", of=("power", "invoices"), windows=(2, 3), reference=4, history=6
    )
    area = warning.alerts("area_loss", how, Levels(blue=3, yellow=4, orange=5, red=6), panel, LAST)
    assert area["subject"].to_list() == ["i1"]
    assert area["depth"][0] == pytest.approx(0.5, abs=0.05)


def test_january_and_february_are_one_for_areas() -> None:
    """A festival that moves from February to January is no fall of February."""
    power, invoices = values()["power"].copy(), values()["invoices"].copy()
    for record in (power, invoices):
        record[1::4, 13] *= 0.5  # February 2024
        record[1::4, 24] *= 0.5  # January 2025
    how = AreaLoss(
        area="industry", of=("power", "invoices"), windows=(1, 2), reference=4, history=6
    )
    levels = Levels(blue=3, yellow=4, orange=5, red=6)
    for month in (date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)):
        panel = frame(power, invoices)
        assert warning.alerts("area_loss", how, levels, panel, month).is_empty(), month


def test_a_control_takes_off_what_it_explains() -> None:
    """Where both fall alike the power is explained by the invoices; alone it is not."""
    power, invoices = values()["power"].copy(), values()["invoices"].copy()
    drift = np.random.default_rng(3).normal(0.0, 0.5, (FIRMS, 1)) * (np.arange(MONTHS) >= 33)
    power, invoices = power * np.exp(drift), invoices * np.exp(drift)
    power[7, -3:] *= 0.35
    how = Loss(losses={"power": 1, "invoices": 0}, windows=(3,), lasting=2, least=0.3)
    alone = Loss(losses={"power": 1}, windows=(3,), lasting=2, least=0.3)
    panel = frame(power, invoices)
    levels = Levels(blue=2.5, yellow=8, orange=12, red=16)
    said = [warning.alerts("loss", each, levels, panel, LAST)["subject"] for each in (how, alone)]
    assert said[0].to_list() == ["F0007"]
    assert "F0007" not in said[1].to_list()


def test_events_count_by_how_rare_they_are() -> None:
    rng = np.random.default_rng(5)
    counts = rng.poisson(0.01, (FIRMS, MONTHS)).astype(float)
    counts[9, -4:] = 1.0
    panel = frame(values()["power"], values()["invoices"]).with_columns(late=counts.ravel())
    how = Loss(losses={"power": 1}, events={"late": 20}, windows=(4,), least=0)
    low = Levels(blue=3.5, yellow=8, orange=12, red=16)
    alerts = warning.alerts("loss", how, low, panel, LAST)
    assert "F0009" in alerts["subject"].to_list()


def test_of_two_people_one_is_no_evidence() -> None:
    rng = np.random.default_rng(6)
    people = np.repeat(rng.integers(2, 60, (FIRMS, 1)), MONTHS, axis=1).astype(float)
    people[:, :] += rng.integers(0, 2, people.shape)
    people[10], people[11] = 2.0, 40.0
    people[10, -3:], people[11, -3:] = 1.0, 20.0
    panel = frame(people, values()["invoices"])
    how = Loss(losses={"power": 1}, units={"power": 1}, windows=(3,), lasting=3, least=0.2)
    assert found(panel, how)["subject"].to_list() == ["F0011"]


def test_records_that_are_late_are_compared_with_those_that_they_are_of() -> None:
    power = values()["power"].copy()
    invoices = power.copy()
    invoices[:, :-1] *= np.exp(np.random.default_rng(8).normal(0.0, 0.6, (FIRMS, MONTHS - 1)))
    power[:, 1:] = invoices[:, :-1] * 3.0  # a month later, and of the same figures
    power[12, -2:] *= 0.6
    panel = frame(power, invoices)
    losses = {"power": 1.0, "invoices": 0.0}
    right = Loss(losses=losses, lags={"invoices": 1}, windows=(2,), lasting=2, least=0.2)
    wrong = right.model_copy(update={"lags": {}})
    levels = Levels(blue=2.5, yellow=8, orange=12, red=16)
    said = [warning.alerts("loss", each, levels, panel, LAST)["subject"] for each in (right, wrong)]
    assert said[0].to_list() == ["F0012"]
    assert "F0012" not in said[1].to_list()
    assert warning.months_needed(right) == warning.months_needed(wrong) + 1


def test_later_months_change_nothing() -> None:
    before = add_months(LAST, -6)
    whole = changed()
    part = whole.filter(pl.col("month") <= before)
    assert found(whole, month=before).equals(found(part, month=before))


def test_rows_in_any_order_give_the_same() -> None:
    mixed = changed().sample(fraction=1.0, shuffle=True, seed=1)
    assert found(mixed).equals(found(changed()))


def test_an_episode_is_new_once_and_may_climb() -> None:
    def alerts(**levels: str) -> pl.DataFrame:
        rows = {"subject": list(levels), "level": list(levels.values())}
        return pl.DataFrame(rows, schema={"subject": pl.String, "level": pl.String})

    said = warning.episodes(alerts(a="red", b="blue", d="blue"), alerts(a="blue", c="red", d="red"))
    assert said.rows() == [
        ("a", "on", "red", "blue", True),
        ("b", "new", "blue", None, False),
        ("c", "over", None, "red", False),
        ("d", "on", "blue", "red", False),
    ]
    first = warning.episodes(alerts(a="red"), alerts())
    assert first.rows() == [("a", "new", "red", None, False)]


def test_records_become_a_panel() -> None:
    june, july = date(2025, 6, 1), date(2025, 7, 1)
    power = pl.DataFrame({"subject": ["a", "b"], "month": [june, june], "power": [1, 2]})
    sales = pl.DataFrame({"subject": ["a"], "month": [july], "sales": [3.0]})
    late = pl.DataFrame({"subject": ["a", "z"], "month": [june, june], "late": [2, 9]})
    register = pl.DataFrame(
        {"subject": ["a"], "county": ["c"], "industry": ["i"], "closed": [None]}
    )
    made = warning.together(
        {"late": late, "power": power, "sales": sales}, register, frozenset({"late"})
    )
    rows = made.sort("month").select("subject", "month", "power", "sales", "late").rows()
    assert rows == [("a", june, 1.0, None, 2.0), ("a", july, None, 3.0, 0.0)]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda f: f.drop("county"), "Columns are missing: county"),
        (lambda f: pl.concat([f, f.tail(1)]), "several rows"),
        (lambda f: f.with_columns(power=-pl.col("power")), "negative"),
        (lambda f: f.with_columns(power=pl.col("power").cast(pl.String)), "no numbers"),
    ],
)
def test_a_panel_that_is_none_is_refused(spoil, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput, match=said):
        found(spoil(changed()))


def test_a_detector_takes_its_own_parameters() -> None:
    with pytest.raises(InvalidInput, match="no parameters of"):
        warning.alerts("area_loss", ACTIVITY, LEVELS, changed(), LAST)


def test_nobody_there_is_nobody_alarming() -> None:
    assert found(changed(), month=add_months(LAST, 1)).schema == pl.Schema(warning.SCHEMA)
