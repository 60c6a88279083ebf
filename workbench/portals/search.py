"""Ranked search in the index: FTS5 finds candidates by bm25, words decide their order.

The score of an entry is the sum, over the words of the question, of the word's weight (the inverse
document frequency of BM25: Robertson and Zaragoza 2009) times how well the entry has it; times the
share of the question's weight that the entry has, so that two words of two go before many of one;
by the length of the title. Figures below are our defaults, chosen on the questions of set a
(docs/catalogues.md). Equal scores go by title, then by department and entry.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workbench.model.contract import OpenType
from workbench.portals.fold import fold
from workbench.portals.words import Words

CANDIDATES = 400
"""Entries that FTS5 hands on, best by bm25 first."""
SAME, NEAR, WITHIN, WHO, DOMAIN = 0.95, 0.4, 0.6, 0.7, 0.3
"""For a word spelt otherwise; one that is near; one within another word of the title; one in the
name of department or portal; one in the domain. The word itself in the title counts 1."""
LENGTH = 0.06
"""How much each word of a title takes from its score."""
_WEIGHTS = "5.0, 2.0, 1.0"
"""Of title, department with portal, and domain in bm25."""
OPEN = (OpenType.unconditional, OpenType.conditional)


@dataclass(frozen=True)
class Asked:
    """``department`` and ``portal`` are parts of names; ``officer``: entries that are not open, or
    whose open type is not known, are seen too (Foshan 2019 art. 14 keeps them from the public)."""

    text: str
    department: str = ""
    portal: str = ""
    types: tuple[OpenType, ...] = ()
    officer: bool = False
    limit: int = 10


@dataclass(frozen=True)
class Evidence:
    """``asked`` occurs in the entry as ``found``, in ``where`` (title, department, domain)."""

    asked: str
    found: str
    where: str


@dataclass(frozen=True)
class Hit:
    """``cover``: the share of the question's weight that the entry has (0 to 1). ``repeats``: how
    many lines say the same."""

    entry_id: str
    title: str
    department: str | None
    portal: str
    portal_name: str
    open_type: str | None
    frequency: str | None
    update_date: str | None
    repeats: int
    score: float
    cover: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Result:
    """``words`` are those that were looked for; ``total`` entries have at least one of them."""

    words: tuple[str, ...]
    total: int
    hits: tuple[Hit, ...]


class Search:
    """Over one index. Not for several threads at once: SQLite's connections are not."""

    def __init__(self, db: sqlite3.Connection, words: Words) -> None:
        self._db, self._words = db, words
        self._weights: dict[str, float] = {}

    @cached_property
    def _size(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM entries").fetchone()[0])

    def ask(self, asked: Asked) -> Result:
        """The best entries for the question. No entry at all for one without words."""
        shares = self._words.asked(asked.text)
        looked_for = tuple(shares)
        if not looked_for:
            return Result((), 0, ())
        spellings = {w: tuple(self._spellings(w)) for w in looked_for}
        every = sorted({found for each in spellings.values() for found, _ in each})
        query = " OR ".join('"' + word + '"' for word in every)
        where, values = _where(asked)
        counting = _COUNT.format(where=where) if where else _COUNT_ALL
        total = self._db.execute(counting, (query, *values)).fetchone()[0]
        rows = self._db.execute(_FIND.format(where=where), (query, *values)).fetchall()
        hits = [self._hit(row, shares, spellings) for row in rows]
        hits.sort(key=lambda h: (-h.score, h.title, h.department or "", h.entry_id))
        return Result(looked_for, int(total), tuple(hits[: asked.limit]))

    def _spellings(self, word: str) -> Iterator[tuple[str, float]]:
        """A word and what may stand for it, each with how much it counts, best first."""
        yield word, 1.0
        seen = {word}
        for others, share in ((self._words.same, SAME), (self._words.near, NEAR)):
            for other in others.get(word, ()):
                if other not in seen:
                    seen.add(other)
                    yield other, share

    def _weight(self, word: str) -> float:
        """A word that no entry has weighs most: what is asked for and not there must show."""
        if word not in self._weights:
            found = self._db.execute("SELECT doc FROM vocabulary WHERE term = ?", (word,))
            count = next(iter(found), (0,))[0]
            self._weights[word] = math.log(1 + (self._size - count + 0.5) / (count + 0.5))
        return self._weights[word]

    def _hit(
        self,
        row: Sequence[object],
        shares: Mapping[str, float],
        spellings: Mapping[str, tuple[tuple[str, float], ...]],
    ) -> Hit:
        places = _Places(*map(str, row[-4:]))
        reached = whole = 0.0
        evidence: list[Evidence] = []
        for word, each in spellings.items():
            weight = self._weight(word) * shares[word]
            best = max(
                ((*places.find(s), s, share) for s, share in each), key=lambda f: f[0] * f[3]
            )
            worth, where, found, share = best
            whole += weight
            reached += weight * worth * share
            if worth:
                evidence.append(Evidence(word, found, where))
        cover = reached / whole
        score = reached * cover / (1 + LENGTH * len(places.title))
        said: tuple[Any, ...] = (*row[:9], round(score, 6), round(cover, 4), tuple(evidence))
        return Hit(*said)


class _Places:
    """Where the words of an entry stand."""

    def __init__(self, folded_title: str, title: str, who: str, domain: str) -> None:
        self.folded_title = folded_title
        self.title = title.split()
        self._title, self._who = frozenset(self.title), frozenset(who.split())
        self._domain = frozenset(domain.split())

    def find(self, word: str) -> tuple[float, str]:
        """How much the best place counts, and its name."""
        if word in self._title:
            return 1.0, "title"
        if word in self._who:
            return WHO, "department"
        if word in self.folded_title:
            return WITHIN, "title"
        return (DOMAIN, "domain") if word in self._domain else (0.0, "")


def _where(asked: Asked) -> tuple[str, list[str]]:
    """Conditions of ours with the values bound."""
    parts: list[str] = []
    values: list[str] = []
    types = set(asked.types or OpenType)
    if not asked.officer:
        types &= set(OPEN)
    if asked.types or not asked.officer:
        parts.append(f"e.open_type IN ({', '.join('?' * len(types))})")
        values += sorted(t.value for t in types)
    if asked.department:
        parts.append("instr(e.folded_department, ?) > 0")
        values.append(fold(asked.department))
    if asked.portal:
        parts.append("(instr(lower(e.portal), ?) > 0 OR instr(lower(e.portal_name), ?) > 0)")
        values += [fold(asked.portal)] * 2
    return "".join(f" AND {part}" for part in parts), values


_FROM = "FROM words JOIN entries e ON e.row = words.rowid WHERE words MATCH ?{where}"
_COUNT_ALL = "SELECT count(*) FROM words WHERE words MATCH ?"
_COUNT = f"SELECT count(*) {_FROM}"
_FIND = (
    "SELECT e.entry_id, e.title, e.department, e.portal, e.portal_name, e.open_type, e.frequency, "
    f"e.update_date, e.repeats, e.folded_title, words.title, words.who, words.domain {_FROM} "
    f"ORDER BY bm25(words, {_WEIGHTS}), e.row LIMIT {CANDIDATES}"
)
