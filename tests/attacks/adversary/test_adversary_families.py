"""Each family is a real attack where statements are judged alone, and nothing where all is
refused; the truth it is measured by is what it says it is."""

from __future__ import annotations

from functools import cache

import polars as pl
import pytest

from .attacker import BUDGET, Attacker, OutOfBudgetError, Quantity
from .families import FAMILIES, Family
from .oracles import ASKING_PRIOR, Account, Oracle, Primary, opened
from .run import attack, priors
from .silent import Silent, Withholding
from .truth import DIMENSIONS, TARGETS, VERSIONS, Truth, cell_of, described, truth

pytestmark = pytest.mark.slow  # much of it is seen by faster tests beside it; `make test-slow`

SEED = 3
PLAYED = [f for f in FAMILIES if not f.skip]
SHARE = 0.6
"""Of its targets a family gets at least this many right, where a prior gets one in sixteen."""


@cache
def known() -> Truth:
    return truth(SEED)


@cache
def primary() -> Primary:
    return Primary(known())


@cache
def prior(quantity: Quantity) -> dict[int, float]:
    family = next(f for f in PLAYED if f.quantity == quantity)
    return priors(primary(), known(), [family])[quantity]


def _attacked(family: Family, oracle: Oracle) -> tuple[int, int, bool, int]:
    score = attack(family, known(), oracle, prior(family.quantity))
    assert score.asked <= BUDGET
    return score.hits, score.prior, score.above, score.tried


@pytest.mark.parametrize("family", PLAYED, ids=lambda f: f.name)
def test_it_succeeds_where_statements_are_judged_alone(family: Family) -> None:
    oracle = Primary(known()) if family.versions else primary()
    hits, before, above, tried = _attacked(family, oracle)
    assert above
    assert hits >= max(SHARE * tried, before + 5)


@pytest.mark.slow
@pytest.mark.parametrize("family", PLAYED, ids=lambda f: f.name)
def test_it_learns_nothing_where_it_is_refused(family: Family) -> None:
    oracle = Silent(Primary(known()) if family.versions else primary())
    hits, before, above, _ = _attacked(family, oracle)
    assert (hits, above) == (before, False)


@pytest.mark.parametrize("name", ["complements", "moments"])
def test_it_learns_nothing_where_every_cell_is_withheld(name: str) -> None:
    family = next(f for f in PLAYED if f.name == name)
    hits, before, above, _ = _attacked(family, Withholding(primary()))
    assert (hits, above) == (before, False)


def test_what_is_left_out_says_why() -> None:
    assert {f.name for f in FAMILIES if f.skip} == {"noise"}
    assert len({f.name for f in FAMILIES}) == len(FAMILIES)


def test_a_family_cannot_ask_more_than_its_budget() -> None:
    attacker = Attacker(primary(), known(), "x", Quantity(), known().targets, {}, {}, budget=1)
    attacker.total()
    with pytest.raises(OutOfBudgetError):
        attacker.total()


def test_the_attackers_desk_knows_whom_a_statement_chooses() -> None:
    attacker = Attacker(primary(), known(), "x", Quantity(), known().targets, {}, {})
    assert attacker.total("size = 'S'", ["county"]) >= 5
    for units, told in attacker.equations.rows:
        assert sum(known().turnovers[u] for u in units) == told


def test_the_gateway_answers_as_the_rules_alone_where_nobody_asked_before() -> None:
    """A gateway that answers nothing would make every attack fail: it answers an honest table."""
    sql = "SELECT county, count(*) AS n, sum(turnover) AS s FROM firm GROUP BY county"
    wanted = primary().ask(ASKING_PRIOR, sql)
    with opened("gateway", known(), ["honest"]) as gateway:
        found = gateway.ask(Account("honest"), sql)
        again = gateway.ask(Account("honest", 1, second=True), "SELECT count(*) AS n FROM month")
        assert gateway.ask(Account("honest"), "SELECT max(turnover) FROM firm") is None
    assert wanted is not None
    assert found is not None
    assert again is not None
    assert again["n"].to_list() == [known().months.height]
    assert found.height == wanted.height
    shown = found.drop_nulls("s")
    assert shown.height >= 0.8 * wanted.height
    sums = known().firms[0].group_by("county").agg(pl.col("turnover").sum())
    truths = dict(sums.iter_rows())
    assert {c: s for c, _, s in shown.select("county", "n", "s").rows()} == {
        c: truths[c] for c in shown["county"]
    }


# The truth ----------------------------------------------------------------------------------------


def test_a_seed_is_one_city_for_ever() -> None:
    again = truth(SEED)
    assert all(a.equals(b) for a, b in zip(again.firms, known().firms, strict=True))
    assert (again.targets, again.known) == (known().targets, known().known)
    assert truth(SEED + 1).targets != known().targets


def test_its_shape_is_what_the_attacks_assume() -> None:
    it = known()
    first = it.firms[0]
    assert 400 <= first.height <= 600
    assert len(it.targets) == TARGETS
    assert not set(it.targets) & it.known
    assert abs(len(it.known) - first.height / 10) <= 1
    cells = first.group_by("county", "industry").len()
    assert cells.height < first["county"].n_unique() * first["industry"].n_unique(), "empty cells"
    assert first["turnover"].is_duplicated().sum() > 5, "ties"
    assert (first["turnover"] == 0).any()
    assert first["county"].value_counts()["count"].max() > 3 * first.height / 30


def test_the_months_add_up_to_the_year() -> None:
    it = known()
    sums = dict(it.months.group_by("number").agg(pl.col("turnover").sum()).iter_rows())
    assert sums == dict(it.firms[0].select("number", "turnover").iter_rows())
    assert it.months.height < 12 * it.firms[0].height, "some began during the year"
    assert cell_of(7, 1) in it.monthly or cell_of(7, 12) in it.monthly


def test_targets_are_described_by_their_dimensions() -> None:
    register = known().firms[0]
    for number in known().targets:
        mine = described(register, number)
        same = register.filter(pl.all_horizontal(*(pl.col(n) == v for n, v in mine.items())))
        assert same["number"].to_list() == [number]
        assert set(mine) <= set(DIMENSIONS)


def test_versions_differ_in_who_came_went_and_was_restated() -> None:
    it = known()
    assert len(it.firms) == VERSIONS
    assert 16 <= len(it.events) <= 20
    assert it.restated
    for unit in it.events:
        held = [unit in set(frame["unit"]) for frame in it.firms]
        assert any(held)
        assert not all(held)
