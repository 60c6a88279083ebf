"""Chances by name: each part of a city has its own, so that one part does not move another."""

from __future__ import annotations

import zlib

import numpy as np


def chance(seed: int, name: str, number: int = 0) -> np.random.Generator:
    """``number``: of a month, so that its figures do not depend on how many months there are."""
    return np.random.default_rng([seed, zlib.crc32(name.encode()), number])


def between(chance: np.random.Generator, least: float, most: float) -> float:
    return float(chance.uniform(least, most))


def whole(chance: np.random.Generator, least: int, most: int) -> int:
    """Both included."""
    return int(chance.integers(least, most + 1))
