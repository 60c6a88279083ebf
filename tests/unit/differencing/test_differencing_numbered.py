"""Numbers given without sorting are those that sorting gives, of whatever values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.disclosure.differencing.numbered import distinct, numbered

CLOSE = st.lists(st.integers(-20, 20), max_size=60)
WIDE = st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20)


@given(CLOSE | WIDE)
def test_it_numbers_as_sorting_does(values: list[int]) -> None:
    array = np.array(values, np.int64)
    wanted, at = np.unique(array, return_inverse=True)
    found, here = numbered(array)
    assert found.dtype == array.dtype
    assert found.tolist() == wanted.tolist()
    assert here.tolist() == at.tolist()
    assert distinct([array, array[::-1]]).tolist() == wanted.tolist()


@pytest.mark.parametrize("low", [0, 2**64 - 9])
def test_hashes_may_lie_anywhere(low: int) -> None:
    hashes = np.array([low + 8, low, low + 3, low], np.uint64)
    found, here = numbered(hashes)
    assert found.dtype == np.uint64
    assert [int(each) for each in found] == [low, low + 3, low + 8]
    assert here.tolist() == [2, 0, 1, 0]
