"""The noise: OpenDP's discrete Laplace on whole numbers, its scale, and the error to expect.

Whole numbers, for the low bits of a float sum with float noise tell what was added up (Mironov
2012, "On significance of the least significant bits for differential privacy").
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from workbench.model.noise import MILLION

CONFIDENCE = 0.95
"""How often a figure is within the error that is told (our default)."""
MECHANISM = "discrete Laplace (OpenDP)"


def scale_of(sensitivity: int, epsilon: int) -> float:
    """The scale at which figures that change by ``sensitivity`` in all (L1) spend no more than
    ``epsilon`` millionths, by OpenDP's own account, which rounds against us."""
    exact = Fraction(sensitivity * MILLION, epsilon)
    scale = float(exact)
    while Fraction(_measurement(scale).map(sensitivity)) > Fraction(epsilon, MILLION):
        scale = math.nextafter(scale * (1 + 2**-40), math.inf)
    return scale


def noised(values: Sequence[int], scale: float) -> list[int]:
    """``values``, each with noise of its own from the system's source of randomness. They stay
    within 64 bits."""
    found: list[int] = _measurement(scale)(list(values)) if values else []
    return found


def error_of(scale: float, confidence: float = CONFIDENCE) -> int:
    """The smallest whole number that the noise is no larger than with this probability.

    Of the discrete Laplace with p = exp(-1 / scale) more than t has 2 p^(t+1) / (1 + p) (Ghosh,
    Roughgarden, Sundararajan 2012, "Universally utility-maximizing privacy mechanisms").
    """
    p = math.exp(-1 / scale)
    return max(math.ceil(-scale * math.log((1 - confidence) * (1 + p) / 2) - 1), 0)


def _measurement(scale: float) -> Any:
    """Imported when first needed: the library is large, and few questions need it."""
    import opendp.prelude as dp

    dp.enable_features("contrib")
    values = dp.vector_domain(dp.atom_domain(T="i64"))
    return dp.m.make_laplace(values, dp.l1_distance(T="i64"), scale)
