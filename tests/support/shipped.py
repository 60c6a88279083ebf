"""The city of this repository, read once for all tests of a process: it is frozen, and it takes
half a second."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from workbench.catalogue.city import City, load_city

ROOT = Path(__file__).parents[2]


@cache
def shipped_city() -> City:
    return load_city(ROOT)
