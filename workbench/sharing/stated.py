"""Whether a text says anything: a reason of characters that nobody sees is none. Pure."""

from __future__ import annotations

from unicodedata import category

_UNSEEN = ("C", "Z", "M")
"""Controls, formats (zero-width ones among them) and what is not assigned; spaces and lines; marks,
which are seen only on another character."""
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and a symbol by their category, and blank to the eye."""


def is_stated(text: str) -> bool:
    """Whether there is a character in it that can be seen."""
    return any(category(c)[0] not in _UNSEEN and c not in _FILLERS for c in text)
