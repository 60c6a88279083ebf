"""Structure against published tables and independent arithmetic."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.economy import structure
from workbench.errors import InvalidInput

HOLUKULUKU = pl.DataFrame(
    {
        "region": ["Holukuluku"] * 4,
        "industry": ["I", "II", "III", "IV"],
        "start": [500, 100, 200, 200],
        "end": [1000, 100, 250, 280],
    }
)
"""G. Krumme, University of Washington, Geography 350, "Shift & Share Table with Excel Explanations"
(faculty.washington.edu/krumme/350/ssexcel.html): the nation's industries have 10, 20, 40 and 30 %
of its employment and grow by 10, 20, 30 and 40 %."""
NATION = pl.DataFrame(
    {
        "industry": ["I", "II", "III", "IV"],
        "start": [10.0, 20.0, 40.0, 30.0],
        "end": [11.0, 24.0, 52.0, 42.0],
    }
)


def test_shift_share_as_published() -> None:
    """National 290, differential 420, composition -80 of a growth of 630; by industry 450, -20,
    -10, 0 and -95, -9, 2, 22."""
    out = structure.shift_share(HOLUKULUKU, NATION)
    assert out["change"].sum() == 630
    assert out["national"].sum() == pytest.approx(290)
    assert out["competitive"].to_list() == pytest.approx([450, -20, -10, 0], abs=1e-9)
    assert out["mix"].to_list() == pytest.approx([-95, -9, 2, 22])


def test_location_quotient_as_published() -> None:
    """The same table: 5, 0.5, 0.5, 0.667."""
    local = HOLUKULUKU.select("region", "industry", value="start")
    out = structure.location_quotient(local, NATION.select("industry", value="start"))
    assert out["quotient"].to_list() == pytest.approx([5, 0.5, 0.5, 2 / 3])


def test_concentration_as_published() -> None:
    """US Department of Justice, "Herfindahl-Hirschman Index": 30, 30, 20 and 20 per cent: 2,600."""
    out = structure.concentration(pl.DataFrame({"entity": list("abcd"), "value": [30, 30, 20, 20]}))
    assert out["hhi_points"].item() == pytest.approx(2600)
    assert out["cr"].item() == pytest.approx(100)


TABLE = st.lists(
    st.tuples(st.floats(1, 1e5), st.floats(0, 1e5), st.floats(1, 1e5), st.floats(0, 1e5)),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=examples(20))
@given(TABLE)
def test_the_parts_of_shift_share_sum_to_the_change(rows: list[tuple[float, ...]]) -> None:
    frame = pl.DataFrame(
        {
            "region": ["a", "b"] * len(rows),
            "industry": [str(i) for i in range(len(rows)) for _ in "ab"],
            "start": [v for r in rows for v in (r[0], r[2])],
            "end": [v for r in rows for v in (r[1], r[3])],
        }
    )
    out = structure.shift_share(frame.sample(fraction=1, shuffle=True, seed=1))
    parts = out["national"] + out["mix"] + out["competitive"]
    assert np.allclose(parts, out["change"], atol=1e-6)
    # Over all regions nobody gains on the others, and no mix differs from the whole.
    assert out["competitive"].sum() == pytest.approx(0, abs=1e-5)
    assert out["mix"].sum() == pytest.approx(0, abs=1e-5)


@settings(deadline=None, max_examples=examples(20))
@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=30), st.floats(0.1, 10))
def test_concentration_against_numpy(values: list[float], by: float) -> None:
    frame = pl.DataFrame({"entity": [str(i) for i in range(len(values))], "value": values})
    out = structure.concentration(frame.reverse().with_columns(pl.col("value") * by))
    shares = np.sort(np.array(values) / np.sum(values))[::-1]
    hhi = out["hhi"].item()
    assert 1 / len(values) - 1e-12 <= hhi <= 1 + 1e-12
    assert hhi == pytest.approx(float(shares @ shares))
    assert out["cr"].item() == pytest.approx(float(shares[:4].sum() * 100))


def test_groups_and_empty_totals() -> None:
    frame = pl.DataFrame(
        {"county": ["x", "x", "y"], "entity": ["a", "b", "c"], "value": [1.0, 1.0, 0.0]}
    )
    out = structure.concentration(frame, ["county"])
    assert out["hhi"].to_list() == [0.5, None]
    assert out["entities"].to_list() == [2, 0]


@pytest.mark.parametrize("value", [None, -1.0])
def test_shares_need_all_parts_and_no_negative_ones(value: float | None) -> None:
    frame = pl.DataFrame({"entity": ["a", "b"], "value": [1.0, value]})
    with pytest.raises(InvalidInput):
        structure.concentration(frame)


def test_an_industry_that_the_nation_does_not_have() -> None:
    with pytest.raises(InvalidInput):
        structure.shift_share(HOLUKULUKU, NATION.head(3))
