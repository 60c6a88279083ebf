"""Which cell goes where an atom is explained too well: not the totals that have it in them."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.disclosure.differencing.blame import Candidate
from workbench.disclosure.differencing.contributions import Measured
from workbench.disclosure.differencing.hiding import Hiding
from workbench.disclosure.differencing.system import System
from workbench.disclosure.shapes import Rules

BY = Measured(Rules(5, ((2, 0.85),), 0.1), magnitude=True)
# Atoms: a dominated rest, a small one, two industries of the same county, another county in two.
SIZES = np.array([51, 6, 60, 90, 20, 280])
TOTAL, COUNTY, LARGE, OTHER, ACROSS = range(5)
TOLD = np.array(
    [
        [1, 1, 1, 1, 1, 1],  # the city
        [1, 1, 1, 1, 0, 0],  # the county
        [0, 0, 0, 1, 0, 0],
        [0, 0, 1, 0, 0, 0],
        [0, 1, 0, 0, 1, 0],  # the small one's industry, in both counties
    ],
    np.float32,
)


def system() -> tuple[System, list[Candidate]]:
    made = System(BY)
    labels = np.repeat(np.arange(6), SIZES)
    amounts = np.ones(len(labels))
    amounts[:2] = 230.0, 130.0  # two hold nearly all of the rest
    amounts[51:57] = 25.0
    made.atoms.grow(np.arange(len(labels)), amounts)
    cells = [Candidate(np.flatnonzero(row[labels] > 0)) for row in TOLD]
    return made, cells


def test_one_that_follows_from_others_hides_nothing() -> None:
    told = np.vstack([TOLD, [0, 0, 0, 0, 1, 1]]).astype(np.float32)  # the other county, too
    hiding = Hiding(told, SIZES, 0)
    rows = {number: number for number in (TOTAL, COUNTY)}
    assert hiding.best(rows, {TOTAL: 1.0, COUNTY: 1.0}) is None
    rows |= {LARGE: LARGE, OTHER: OTHER}
    assert hiding.best(rows, {TOTAL: 1.0, COUNTY: 1.0, LARGE: 9.0, OTHER: 6.0}) == OTHER


def test_the_leverage_is_that_of_the_projection() -> None:
    rows = TOLD * np.sqrt(SIZES)
    basis, _ = np.linalg.qr(rows.T)
    assert Hiding(TOLD, SIZES, 0).leverage == pytest.approx(float((basis[0] ** 2).sum()))


def test_nothing_hides_where_there_is_nothing_to_withhold() -> None:
    assert Hiding(TOLD, SIZES, 0).best({}, {}) is None


def test_totals_stay_where_an_inner_cell_hides_the_rest() -> None:
    made, cells = system()
    shown = made.told(cells)
    assert [n for n, told in enumerate(shown) if not told] == [ACROSS]  # was: the county
