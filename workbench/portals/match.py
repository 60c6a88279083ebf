"""A demand against the catalogue: entries that may meet it, with the words that say so, or nothing.

H11 (Heilongjiang 2025) orders that needs and data be matched. A person decides; what is offered
here says why. An entry that has too little of what was asked is no answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.portals.search import Asked, Hit, Search

COVER = 0.5
"""The least share of a demand's weight that an entry has to have (our default; measured on the
fifty questions, docs/catalogues.md)."""


@dataclass(frozen=True)
class Matched:
    """``hits``, best first; none is below the threshold."""

    words: tuple[str, ...]
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class NothingFound:
    """No entry has enough of the demand. ``nearest`` is the best of them, to look at: no answer.
    ``missing`` are the words that even that one lacks."""

    words: tuple[str, ...]
    missing: tuple[str, ...]
    nearest: Hit | None


def match(search: Search, demand: Asked, cover: float = COVER) -> Matched | NothingFound:
    """What may meet the demand."""
    found = search.ask(demand)
    hits = tuple(hit for hit in found.hits if hit.cover >= cover)
    if hits:
        return Matched(found.words, hits)
    nearest = max(found.hits, key=lambda hit: hit.cover, default=None)
    there = {e.asked for e in nearest.evidence} if nearest else set()
    return NothingFound(found.words, tuple(w for w in found.words if w not in there), nearest)
