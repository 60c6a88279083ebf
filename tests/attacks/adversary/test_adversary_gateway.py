"""The real query path against every family, ten seeds: no attack gets more than the prior."""

from __future__ import annotations

from functools import cache

import pytest

from .families import FAMILIES
from .run import play
from .scorer import Score, table

SEEDS = range(10)
PLAYED = [f.name for f in FAMILIES if not f.skip]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200)]


@cache
def scores() -> dict[str, Score]:
    found = play(SEEDS, "gateway", jobs=2)
    print("\n" + table(found))
    return {score.family: score for score in found}


@pytest.mark.parametrize("family", PLAYED)
def test_no_family_gets_more_than_the_prior(family: str) -> None:
    score = scores()[family]
    assert score.asked > 0
    assert not score.above, table([score])


def test_the_prior_was_answered_and_is_no_straw_man() -> None:
    """It asks one table and is right of one in thirty at least: else every guess would beat it."""
    found = scores()["single"]
    assert found.prior >= found.tried / 30
