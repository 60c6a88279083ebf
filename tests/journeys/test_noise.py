"""Figures with noise by the product's own client, through a real gateway, store and ledger."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from noisy_city import COUNTIES, FIRM, FIRMS, PAYMENT, SMALL, Noising, deliver, make, noising

from workbench.client.release import Release
from workbench.errors import (
    Code,
    InvalidInput,
    LimitReached,
    Refused,
    Unavailable,
    WorkbenchError,
)
from workbench.model.entry import Draft, Event
from workbench.query_path import noisy_run
from workbench.store.noise import Purchase

BY_COUNTY = (
    "select county, count(*) n, count(distinct code) firms, sum(turnover) t from firm "
    "where county in ('north', 'south', 'west', 'moon') group by county"
)
NORTH = "select count(*) n from firm where county = 'north' and size >= 2"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("noise")


@pytest.fixture(scope="module")
def city(folder: Path) -> Iterator[Noising]:
    with noising(make(folder)) as found:
        yield found


def rows(release: Release) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = release.table.to_pylist()
    return found


def refusal(city: Noising, text: str, **more: Any) -> WorkbenchError:
    with pytest.raises(WorkbenchError) as caught:
        city.client().noisy(text, **more)
    return caught.value


# An answer ----------------------------------------------------------------------------------------


def test_an_answer_has_every_group_that_was_named_and_says_how_noisy_it_is(city: Noising) -> None:
    found = city.client().noisy(BY_COUNTY)
    assert found.columns == ("county", "n", "firms", "t")
    assert [row["county"] for row in rows(found)] == ["moon", *COUNTIES]
    noise = found.noise
    assert noise is not None
    assert noise["epsilon"] == noise["charged"] == 0.499998  # three equal shares of 0.5
    assert (noise["total"], noise["left"]) == (50, 50 - noise["spent"])
    told = noise["figures"]
    assert told["n"]["error"] == told["firms"]["error"] == 18
    assert (told["t"]["unit"], told["t"]["per_entity"]) == (0.01, 2000)
    for row in rows(found):
        # Five times the error that holds in 95 % of cases is passed once in some million draws.
        there = 0 if row["county"] == "moon" else FIRMS // 3
        assert abs(row["n"] - there) <= 5 * told["n"]["error"]
        assert isinstance(row["t"], Decimal)
        assert row["t"] == round(row["t"], 2)
        assert abs(row["t"] - there * 1045) <= 5 * Decimal(told["t"]["error"]) + 1000


def test_without_named_groups_they_are_those_of_the_contract(city: Noising) -> None:
    found = city.client().noisy("select county, count(*) n from firm group by county", 0.45)
    assert [row["county"] for row in rows(found)] == ["east", *COUNTIES, None]


def test_a_release_says_of_itself_that_it_is_noisy(city: Noising) -> None:
    found = city.client().noisy(NORTH, 0.4)
    assert (found.info.tier, found.info.mode, found.withheld) == ("statistics", "statistics", 0)
    assert "carry noise" in found.caption("en")
    assert "within n ±" in found.caption("en")
    assert "加了噪声" in found.caption("zh")
    assert found.disclosure.protected == ("firm",)
    assert "Privacy budget" in repr(found.disclosure)
    assert "加了噪声" in found.disclosure._repr_html_() or "noise" in found.disclosure._repr_html_()
    assert found.disclosure.to_dict()["noise"] == found.noise


def test_the_ledger_has_the_charge_before_the_release_and_the_release_says_it(
    city: Noising,
) -> None:
    found = city.client().noisy("select count(*) from firm where size = 3", 0.3)
    spent = city.entries(Event.noise_spent)[-1]
    opened = city.entries(Event.release_opened)[-1]
    assert spent["release"] == opened["release"] == found.info.id
    assert spent["seq"] < opened["seq"] == found.info.ledger_seq
    assert spent["detail"] == {
        "resource": "firm", "grant": FIRM, "charged": 0.3, "total": 50,
        "spent": city.spent() / 1e6, "left": 50 - city.spent() / 1e6,
    }  # fmt: skip
    noise = {"epsilon": 0.3, "charged": 0.3, "spent": city.spent() / 1e6}
    assert opened["detail"]["noise"] == {**noise, "left": 50 - city.spent() / 1e6}
    assert (spent["actor"], spent["department"]) == ("li", "user")


def test_the_errors_of_many_cells_are_as_told(city: Noising) -> None:
    """Two thousand groups with nobody in them: what comes is the noise alone."""
    found = city.client().noisy(
        "select size, count(*) n from firm where size between 1001 and 3000 group by size", 0.01
    )
    error = (found.noise or {})["figures"]["n"]["error"]
    drawn = [row["n"] for row in rows(found)]
    assert len(drawn) == 2000
    within = sum(abs(value) <= error for value in drawn) / 2000
    assert 0.92 < within < 0.98  # 0.95, six standard deviations of 0.005 to each side
    assert abs(sum(drawn) / 2000) < 6 * 141.4 / 2000**0.5
    assert min(drawn) < 0 < max(drawn)


# The same question --------------------------------------------------------------------------------


def _rewritten(number: int) -> str:
    """One of fifty texts for NORTH."""
    counties = ["county = 'north'", "'north' = county", "county in ('north')",
                "not county <> 'north'", "county in ('north', 'north')"]  # fmt: skip
    sizes = ["size >= 2", "size > 1", "not size < 2", "2 <= size", "size > 1.5"]
    county, size = counties[number % 5], sizes[number // 5 % 5]
    return f"{county} and {size}" if number < 25 else f"({size}) AND ({county})"


def test_neither_repeating_nor_rewriting_nor_another_person_gives_another_value(
    city: Noising,
) -> None:
    first = rows(city.client().noisy(NORTH))
    spent, entries = city.spent(), len(city.entries(Event.noise_spent))
    texts = [f"SELECT COUNT(*) AS n FROM firm f WHERE {_rewritten(i)}" for i in range(50)]
    assert len(set(texts)) == 50
    for number, text in enumerate([*texts, *[NORTH] * 3]):
        found = city.client("wang" if number % 2 else "li").noisy(text)
        assert rows(found) == first, text
        assert (found.noise or {})["charged"] == 0
    assert (city.spent(), len(city.entries(Event.noise_spent))) == (spent, entries)


@pytest.mark.slow
def test_a_thousand_repeats_give_one_value(city: Noising) -> None:
    first = rows(city.client().noisy(BY_COUNTY))
    spent = city.spent()
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda _: rows(city.client().noisy(BY_COUNTY)), range(1000))
        assert all(each == first for each in found)
    assert city.spent() == spent


def test_a_cell_is_the_same_in_a_group_and_alone(city: Noising) -> None:
    grouped = "select county, count(*) n from firm where county in ('north', 'south') group by 1"
    by_county = {row["county"]: row["n"] for row in rows(city.client().noisy(grouped))}
    spent = city.spent()
    for county, n in by_county.items():
        alone = city.client().noisy(f"select count(*) n from firm where county = '{county}'")
        assert rows(alone) == [{"n": n}]
    assert city.spent() == spent
    wider = city.client().noisy(grouped.replace("'south'", "'south', 'west'"))
    assert {row["county"]: row["n"] for row in rows(wider)}.items() >= by_county.items()
    assert city.spent() == spent + 500_000  # one county more is a new figure


def test_less_noise_is_another_figure_that_is_paid_for(city: Noising) -> None:
    text = "select count(*) from firm where size = 1"
    spent = city.spent()
    for epsilon in (0.2, 0.1, 0.2, "0.100"):
        city.client().noisy(text, epsilon)
    assert city.spent() == spent + 300_000


def test_a_new_version_is_a_new_question_of_the_same_budget(city: Noising, folder: Path) -> None:
    text = "select count(*) n from firm where size in (0, 1, 2)"
    before, spent = rows(city.client().noisy(text)), city.spent()
    deliver(folder, city.root, 24_000)
    after = rows(city.client().noisy(text))
    assert city.spent() == spent + 500_000
    assert abs(after[0]["n"] - 14_400) < 100 < abs(after[0]["n"] - before[0]["n"])
    assert rows(city.client().noisy(text)) == after


# The budget ---------------------------------------------------------------------------------------


def test_the_budget_is_shown_by_grant_and_each_department_has_its_own(city: Noising) -> None:
    city.client("other").noisy("select count(*) from firm where size = 2", 0.25)
    theirs = {row["resource"]: row for row in city.client("other").noise_budget()}
    assert theirs["firm"] == {
        "resource": "firm", "total": 50.0, "each": 0.5, "spent": 0.25, "left": 49.75, "rows": 1,
        "per_entity": [{"column": "turnover", "most": 2000.0, "unit": 0.01}],
    }  # fmt: skip
    ours = {row["resource"]: row for row in city.client().noise_budget()}
    assert set(ours) == {"firm", "payment", "small"}
    assert ours["firm"]["spent"] == city.spent() / 1e6 > 0.25


def test_a_forecast_says_error_and_charge_and_spends_nothing(city: Noising) -> None:
    text = "select year, count(*), sum(paid) p from payment where year between 1 and 2 group by 1"
    told = city.client().noisy(text, 0.2, forecast=True)
    assert city.spent(PAYMENT) == 0
    by_figure = {row["figure"]: row for row in rows(told)}
    assert {row["charge"] for row in rows(told)} == {0.1}
    assert {row["cells"] for row in rows(told)} == {2}
    given = city.client().noisy(text, 0.2)
    assert city.spent(PAYMENT) == 200_000
    for name, each in (given.noise or {})["figures"].items():
        assert by_figure[name]["error"] == each["error"]
    again = city.client().noisy(text, 0.2, forecast=True)
    assert {row["charge"] for row in rows(again)} == {0}


def test_what_is_spent_teaches_and_what_was_bought_is_given_for_ever(city: Noising) -> None:
    kept = "select count(*) n from small where year = {}"
    bought = [rows(city.client().noisy(kept.format(year))) for year in range(3)]
    error = refusal(city, kept.format(9))
    assert isinstance(error, LimitReached)
    (reason,) = error.reasons
    assert reason.code is Code.noise_budget
    assert "0.3 of 0.35 is spent, 0.05 is left" in reason.what.en
    assert reason.next is not None
    assert "epsilon=0.05" in reason.next.en
    assert city.spent(SMALL) == 300_000
    assert [rows(city.client().noisy(kept.format(year))) for year in range(3)] == bought
    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(lambda i: _took(city, kept.format(100 + i)), range(6)))
    assert taken.count(True) == 1
    assert city.spent(SMALL) == 350_000
    (last,) = refusal(city, kept.format(8), epsilon=0.01).reasons
    assert last.next is not None
    assert "epsilon=" not in last.next.en


def _took(city: Noising, text: str) -> bool:
    try:
        city.client().noisy(text, 0.05)
    except LimitReached:
        return False
    return True


def test_what_the_ledger_does_not_take_is_not_spent(city: Noising) -> None:
    budgets, spent = city.bench.store.allowances.noise, city.spent()
    entries = len(city.entries(Event.noise_spent))

    def paid_and_lost() -> None:
        assert budgets.pay(FIRM, [Purchase(1000, ("f" * 64,))], 10**9).charged == 1000
        raise OSError("the disk is full")

    with pytest.raises(Unavailable):
        city.bench.ledger.record(Draft(Event.noise_spent), doing=paid_and_lost)
    assert city.spent() == spent
    assert budgets.figures(["f" * 64]) == {}
    assert len(city.entries(Event.noise_spent)) == entries


def test_a_question_that_fails_is_paid_for_and_then_answered_for_nothing(
    city: Noising, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, spent = "select count(*) from firm where size = 4", city.spent()

    def broken(*_: object) -> list[int]:
        raise OSError("no randomness")

    with monkeypatch.context() as patch:
        patch.setattr(noisy_run, "noised", broken)
        refusal(city, text)
    assert city.spent() == spent + 500_000
    found = city.client().noisy(text)
    assert (found.noise or {})["charged"] == 0
    assert rows(city.client().noisy(text)) == rows(found)
    assert city.spent() == spent + 500_000


# What is refused ----------------------------------------------------------------------------------


def test_without_a_budget_there_is_no_noise_and_the_next_step_is_told(city: Noising) -> None:
    error = refusal(city, "select count(*) from silent")
    assert isinstance(error, Refused)
    assert error.code is Code.noise_not_offered
    assert error.reasons[0].next is not None
    assert "noise: {epsilon, each}" in error.reasons[0].next.en
    assert refusal(city, "select sum(taxes) from firm").code is Code.noise_not_offered


@pytest.mark.parametrize(
    ("text", "epsilon", "code"),
    [
        (NORTH, 0.6, Code.noise_budget),
        (BY_COUNTY, 0.002, Code.noise_budget),
        ("select avg(turnover) from firm", None, Code.statistics_grammar),
        ("select count(*) from firm join payment using (code)", None, Code.statistics_grammar),
        ("select 1", None, Code.statistics_grammar),
        ("select count(*) from nothing", None, Code.not_found),
        (NORTH, 0, Code.invalid_request),
        (NORTH, "much", Code.invalid_request),
        (NORTH, 0.12345678, Code.invalid_request),
    ],
)
def test_what_is_refused_costs_nothing(city: Noising, text: str, epsilon: Any, code: Code) -> None:
    spent = city.spent()
    assert refusal(city, text, epsilon=epsilon).code is code
    assert city.spent() == spent


@pytest.mark.parametrize(
    "body", [{}, {"sql": 3}, {"sql": NORTH, "more": 1}, {"sql": NORTH, "forecast": 1}]
)
def test_a_request_is_read_strictly(city: Noising, body: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="noisy takes sql"):
        city.client().template({"do": "noisy", **body})


def test_exact_statistics_go_on_as_they_were(city: Noising) -> None:
    found = city.client().sql("select county, count(*) n from firm group by 1 order by 1")
    assert [row["county"] for row in rows(found)] == list(COUNTIES)
    assert found.noise is None
    assert "rules" in repr(found.disclosure).casefold()
