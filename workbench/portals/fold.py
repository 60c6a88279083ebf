"""Spellings that mean one thing, and only those: width, case and spaces do not count.

Nothing else is taken for the same: 每季 and 每季度 are two spellings, and a mapping names both.
"""

from __future__ import annotations

from unicodedata import normalize


def fold(text: str) -> str:
    """Width and compatible forms (NFKC), case, and every space taken out.

    Twice, because folding the case can make a new compatible form: the result folds to itself.
    """
    return _once(_once(text))


def _once(text: str) -> str:
    return "".join(normalize("NFKC", normalize("NFKC", text).casefold()).split())
