"""Identifiers of made-up enterprises that are right by form and check characters."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

_ALPHABET = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", np.uint8)
_CREDIT = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])
"""Weights of GB 32100-2015."""
_BODY = np.array([3, 7, 9, 10, 5, 8, 4, 2])
"""Weights of GB 11714-1997, the organisation code that stands inside."""
_SPREAD, _ROOM = 611_953_387, 31**6
"""A prime that scatters numbers over the room: codes of neighbours do not look alike."""

Digits = NDArray[np.int64]


def credit_codes(divisions: NDArray[np.str_], seed: int) -> pl.Series:
    """One for each enterprise, all different; ``divisions``: six digits, where it registered."""
    count = len(divisions)
    numbers = ((np.arange(count, dtype=np.int64) + seed * 7_919) * _SPREAD) % _ROOM
    body = np.empty((count, 8), np.int64)
    body[:, 0], body[:, 1] = _at("M"), _at("A")  # as numbers are given out since 2015
    for place in range(7, 1, -1):
        numbers, body[:, place] = np.divmod(numbers, 31)
    head = np.empty((count, 8), np.int64)
    head[:, 0], head[:, 1] = _at("9"), _at("1")
    head[:, 2:] = divisions.astype("S6").view(np.uint8).reshape(count, 6) - ord("0")
    digits = np.hstack([head, body, _body_check(body)[:, None]])
    check = (31 - digits @ _CREDIT % 31) % 31
    text = _ALPHABET[np.hstack([digits, check[:, None]])]
    return pl.Series("credit_code", text.view("S18").ravel().astype("U18"), pl.String)


def another_check(code: str) -> str:
    """The code with a check character that is not its own: typed wrongly."""
    letters = _ALPHABET.tobytes().decode()
    return code[:-1] + letters[(letters.index(code[-1]) + 1) % len(letters)]


def _at(letter: str) -> int:
    return int(np.flatnonzero(ord(letter) == _ALPHABET)[0])


def _body_check(body: Digits) -> Digits:
    """0 to 9 or X. Letters count as 10 to 35 there, over an alphabet that leaves none out."""
    letters = _ALPHABET[body].astype(np.int64)
    values = np.where(letters >= ord("A"), letters - ord("A") + 10, letters - ord("0"))
    check = (11 - values @ _BODY % 11) % 11  # 11 is written 0
    found: Digits = np.where(check == 10, _at("X"), check)
    return found
