"""Consent of whom the data are about: in which scenario their rows may be used, and since when.

Foshan 2019 art. 31: a person or firm decides whether their sensitive data may be used in a certain
scenario. What is kept of them is a keyed digest of their entity key, never the key itself.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum, auto
from typing import Any

from workbench.model.canonical import digest
from workbench.model.contract import Column, Identifier, Resource

_WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SPACES = " \t\r\n\u00a0\u2002\u2003\u2009\u200b\u202f\u3000\ufeff"


def _spellings() -> Mapping[str, str]:
    """Character -> the one that it is written as: half width, and upper case of Latin letters."""
    plain = {small: small.upper() for small in map(chr, range(ord("a"), ord("z") + 1))}
    wide = {character: plain.get(narrow, narrow) for character, narrow in _WIDE.items()}
    return plain | wide


SPELLINGS = _spellings()
FROM = "".join(SPELLINGS) + _SPACES
TO = "".join(SPELLINGS.values())
"""What is beyond the length of ``TO`` is left out. A workspace is filtered by the same two (SQL's
``translate``), so that a key is spelt alike on both sides."""

CHECKED = (Identifier.resident_id, Identifier.credit_code)
"""Identifiers of one person or firm wherever they stand: tables may share a consent by them."""

_TABLE = {ord(one): ord(other) for one, other in SPELLINGS.items()} | {
    ord(space): None for space in _SPACES
}


@dataclass(frozen=True)
class ConsentRule:
    """What a scenario says of a resource: ``subject`` is the column that tells whom a row is about.

    Not ``required``: consents are collected, and no row is left out yet.
    """

    subject: str
    required: bool = True


@dataclass(frozen=True)
class ConsentState:
    """The version of a scenario's consents. ``changes`` counts all of them, ``withdrawals`` those
    that took something away; ``lapsed`` is the last day of the consents that ended last."""

    scenario: str
    changes: int = 0
    withdrawals: int = 0
    lapsed: date | None = None

    def narrowed_since(self, before: ConsentState) -> bool:
        """Whether somebody who consented then may not do so any more. What runs out later ends on
        a later day; ``lapsed`` goes back where whose consent ran out gives it again."""
        ended = self.lapsed is not None and (before.lapsed is None or self.lapsed > before.lapsed)
        return ended or self.withdrawals != before.withdrawals

    def to_dict(self) -> dict[str, Any]:
        """As an entry of this scenario keeps it."""
        lapsed = self.lapsed and self.lapsed.isoformat()
        return {"changes": self.changes, "withdrawals": self.withdrawals, "lapsed": lapsed}

    @classmethod
    def of(cls, scenario: str, told: Mapping[str, Any]) -> ConsentState:
        """What ``to_dict`` gave."""
        lapsed = told["lapsed"] and date.fromisoformat(told["lapsed"])
        return cls(scenario, told["changes"], told["withdrawals"], lapsed)


def normal(identifier: str) -> str:
    """An entity key as it is compared: half width, Latin letters in upper case, without spaces."""
    return identifier.translate(_TABLE)


def consent_key(mask_key: bytes, scenario: str) -> bytes:
    """The key of one scenario's digests: of nobody can be told that they consented in two."""
    root = hmac.new(mask_key, b"consent", hashlib.sha256).digest()
    return hmac.new(root, scenario.encode(), hashlib.sha256).digest()


def kind_of(resource: Resource, column: Column) -> str:
    """What kind of key ``column`` holds. A number of one register's own is nobody in another."""
    if column.identifier in CHECKED:
        return column.identifier.value
    return f"{resource.name}.{column.name}"


def kind_key(key: bytes, kind: str) -> bytes:
    """The key of the digests of one kind, in the scenario of ``key``."""
    return hmac.new(key, kind.casefold().encode(), hashlib.sha256).digest()


def subject_of(key: bytes, kind: str, identifier: str) -> str:
    """32 hex digits that stand for whom the data are about; ``key`` is the scenario's. Raises
    ValueError for nobody."""
    text = normal(identifier)
    if not text:
        raise ValueError("no identifier")
    return digest(kind_key(key, kind), text)


class Ended(StrEnum):
    withdrawn = "withdrawn"
    replaced = "replaced"
    """By a later one of the same subject."""


@dataclass(frozen=True)
class Given:
    """One consent: of whom (a keyed digest), since when, and its last day, if it has one.
    ``kind`` is that of the key which ``subject`` stands for (``kind_of``)."""

    subject: str
    given_on: date
    until: date | None = None
    kind: str = ""


class Basis(StrEnum):
    """What says that somebody consents."""

    person = "person"
    """They, now: their consent is recorded by itself."""
    listed = "listed"
    """A line of a list, of a day."""
    undated = "undated"
    """One that does not say when: it may be older than all that is known."""


class Fate(Enum):
    """What becomes of a consent that is to be recorded."""

    new = auto()
    replacing = auto()
    unchanged = auto()
    withdrawn_since = auto()
    given_later = auto()


@dataclass(frozen=True)
class Wanted:
    """A consent that is to be recorded. A list may have been made before what is recorded since."""

    given: Given
    basis: Basis = Basis.listed

    def fate(self, stands: tuple[date, date | None] | None, withdrawn_on: date | None) -> Fate:
        """``stands``: since when and until when the same subject consents already; without it
        ``withdrawn_on`` is the day on which they last took a consent back."""
        if stands is None:
            renewed = withdrawn_on is None or self._renews(withdrawn_on)
            return Fate.new if renewed else Fate.withdrawn_since
        given_on, until = stands
        later = self.basis is not Basis.undated and self.given.given_on > given_on
        if until == self.given.until:
            return Fate.replacing if later else Fate.unchanged
        return Fate.replacing if self._replaces(given_on) else Fate.given_later

    def _renews(self, withdrawn_on: date) -> bool:
        """Whether it is of after a withdrawal; on the same day only the person can say so."""
        if self.basis is Basis.person:
            return self.given.given_on >= withdrawn_on
        return self.basis is Basis.listed and self.given.given_on > withdrawn_on

    def _replaces(self, given_on: date) -> bool:
        """Whether it may stand in the place of one that was given then."""
        return self.basis is not Basis.undated and self.given.given_on >= given_on


@dataclass(frozen=True)
class Change:
    """What is about to happen to a scenario's consents; ``number`` counts their changes.

    ``ends`` maps a subject to the number of the change that gave the consent which ends now.
    ``unchanged``: how many asked for what stands already. ``narrows``: whether somebody is out.
    Left as they are: ``withdrawn_since`` they were given, and what was ``given_later``.
    """

    scenario: str
    number: int
    by: str
    at: datetime
    given: tuple[Given, ...]
    ends: Mapping[str, int]
    how: Ended
    unchanged: int
    narrows: bool
    withdrawn_since: int = 0
    given_later: int = 0

    @property
    def empty(self) -> bool:
        return not self.given and not self.ends

    def digest(self) -> str:
        """SHA-256 in hex over all that changes: what the ledger keeps of it."""
        return digest_of(
            [given_line(one, self.by) for one in self.given],
            [ended_line(subject, self.how, self.by) for subject in self.ends],
        )


@dataclass(frozen=True)
class ConsentCounts:
    """How many consents of a scenario stand today, were withdrawn, and ran out."""

    standing: int
    withdrawn: int
    lapsed: int


def given_line(one: Given, by: str) -> str:
    until = "" if one.until is None else one.until.isoformat()
    return f"{one.subject} {one.given_on.isoformat()} {until} {by} {one.kind}"


def ended_line(subject: str, how: str, by: str) -> str:
    return f"{subject} {how} {by}"


def digest_of(given: Iterable[str], ended: Iterable[str]) -> str:
    """SHA-256 in hex over the lines of one change, in whatever order."""
    lines = ("given", *sorted(given), "ended", *sorted(ended))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
