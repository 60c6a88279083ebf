"""What numbers say of a combination of atoms, it is entity by entity: whoever is in several parts,
whatever the signs, and where all is zero."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.disclosure.differencing.atoms import Atoms
from workbench.disclosure.differencing.contributions import Measured
from workbench.disclosure.shapes import Rules

RULES = Rules(k=3, dominance=((1, 0.7), (2, 0.85)), p=0.1)
AMOUNTS = st.sampled_from([0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 40.0])


@st.composite
def cases(draw: st.DrawFn) -> tuple[Atoms, np.ndarray]:
    signed, magnitude = draw(st.booleans()), draw(st.booleans())
    size = draw(st.integers(6, 40))
    people = draw(st.integers(3, size))
    entities = np.array([draw(st.integers(0, people - 1)) for _ in range(size)])
    amounts = np.array([draw(AMOUNTS) * (draw(st.sampled_from([1, -1])) if signed else 1)
                        for _ in range(size)])  # fmt: skip
    atoms = Atoms(Measured(RULES, magnitude, signed))
    atoms.grow(entities, amounts if magnitude else np.ones(size))
    cuts = draw(st.integers(1, 4))
    of = np.array([draw(st.integers(0, cuts - 1)) for _ in range(size)])
    for part in range(cuts):
        units = np.flatnonzero(of == part)
        if units.size:
            atoms.cut(units)
    weights = [0.0, *(draw(st.sampled_from([-2.0, -1.0, 0.0, 1.0, 1.0, 3.0]))
                      for _ in range(len(atoms) - 1))]  # fmt: skip
    return atoms, np.array([weights])


@settings(max_examples=400, deadline=None)
@given(cases())
def test_what_is_clear_passes(case: tuple[Atoms, np.ndarray]) -> None:
    atoms, rows = case
    if atoms._clearly(rows)[0]:
        assert atoms.exactly(rows[0])


def test_a_sum_of_zeros_alone_is_never_clear() -> None:
    atoms = Atoms(Measured(RULES, magnitude=True))
    atoms.grow(np.arange(20), np.repeat([0.0, 7.0], 10))
    atoms.cut(np.arange(10))
    rows = np.array([[0.0, 1.0]])
    assert not atoms.exactly(rows[0])
    assert not atoms._clearly(rows)[0]
    assert not atoms.judged(rows)[0]


def test_signed_amounts_of_many_are_clear() -> None:
    """Else each difference from what was told would be looked at entity by entity."""
    atoms = Atoms(Measured(RULES, magnitude=True, signed=True))
    atoms.grow(np.tile(np.arange(500), 2), np.tile([4.0, -3.0, 5.0, 4.0, 6.0], 200))
    atoms.cut(np.arange(400))
    assert atoms._clearly(np.array([[0.0, 1.0]]))[0]
