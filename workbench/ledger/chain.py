"""What one entry is and how entries are chained. Pure: no clock, no store, no file.

::

    body     = canonical JSON of the draft, its seq, its time and its seal
    seal     = HMAC(audit key, previous ‖ body without the seal)
    hash     = SHA-256(previous ‖ body)
    previous = hash of the entry before, GENESIS for the first

The hash lets anyone check the order; the seal keeps someone who can write to the database, but
has no key, from adding an entry. The full statement is outside the chain, encrypted; the body
holds its keyed digest, so that it can be neither guessed from the chain nor exchanged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Protocol

from workbench.ledger.seal import Sealer
from workbench.model.entry import Draft, Entry, EntryFilter, Filed

GENESIS = "0" * 64
"""What stands for the hash before the first entry."""

SEPARATOR = "\n"
"""Around each name in the ``resources`` key, so that one name is no part of another."""

_LONE = re.compile("[\ud800-\udfff]")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f]")


class Journal(Protocol):
    """Where entries are kept. Every method raises ``Unavailable`` when the store cannot answer."""

    def ready(self) -> None:
        """Raises RuntimeError where this thread is inside a transaction: what is appended must be
        durable when ``append`` returns."""

    def append(
        self,
        compose: Callable[[tuple[int, str] | None], Sequence[Filed]],
        doing: Callable[[], object] | None = None,
    ) -> None:
        """In one transaction: ``doing``; then give ``compose`` the last entry's seq and hash,
        under a lock that no other writer passes, and keep what it returns, durably."""

    def head(self) -> Entry | None: ...

    def at(self, seq: int) -> Filed | None: ...

    def walk(self, after: int | None = None) -> Iterator[Filed]:
        """All entries by seq, or those after one, a page in memory at a time. One that cannot be
        read has no body."""

    def hashes(self, seqs: Sequence[int]) -> Mapping[int, str]: ...

    def find(self, wanted: EntryFilter) -> tuple[Filed, ...]: ...

    def open_releases(self) -> tuple[Filed, ...]: ...

    def stray_statements(self) -> Iterator[int]:
        """The seq of each kept statement that has no entry."""


def canonical(value: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no spaces; NaN and infinity are no JSON. Lone surrogates, which
    UTF-8 does not have, stay escaped.

    >>> canonical({"b": "市", "a": 1})
    '{"a":1,"b":"市"}'
    """
    return _LONE.sub(lambda found: f"\\u{ord(found[0]):04x}", _ENCODER.encode(value))


def _mapping(value: object) -> dict[Any, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_mapping
)


def stamp(at: datetime) -> str:
    """UTC with microseconds, fixed width: texts sort as times do. A naive time is refused."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def link(previous: str, body: str) -> str:
    """SHA-256 over ``previous ‖ body``, in hex. ``previous`` has a fixed length."""
    return sha256((previous + body).encode()).hexdigest()


def compose(draft: Draft, last: tuple[int, str] | None, at: datetime, sealer: Sealer) -> Filed:
    """The entry that follows the one of this seq and hash, with its keys and its encrypted
    statement. ``at`` is aware."""
    seq, previous = (1, GENESIS) if last is None else (last[0] + 1, last[1])
    fields: dict[str, Any] = {
        "v": 1,
        "seq": seq,
        "at": stamp(at),
        "event": draft.event.value,
        "actor": draft.actor,
        "department": draft.department,
        "viewer": draft.viewer,
        "scenario": draft.scenario,
        "purpose": draft.purpose,
        "approver": draft.approver,
        "content": {name: list(columns) for name, columns in draft.content.items()},
        "method": draft.method,
        "medium": draft.medium,
        "release": draft.release,
        "detail": draft.detail,
        "statement": sealer.digest(seq, draft.secret) if draft.secret else "",
    }
    unsealed = canonical(fields)
    body = with_seal(unsealed, sealer.seal(previous, unsealed))
    sealed = sealer.encrypt(seq, draft.secret) if draft.secret else None
    entry = Entry(seq, at.astimezone(UTC), body, previous, link(previous, body))
    return Filed(entry, keys(fields), sealed)


NAMES = (
    "actor",
    "approver",
    "at",
    "content",
    "department",
    "detail",
    "event",
    "medium",
    "method",
    "purpose",
    "release",
    "scenario",
    "seal",
    "seq",
    "statement",
    "v",
    "viewer",
)
"""The fields of a body, in their order."""

_AFTER_SEAL = ',"seq":'
_SEAL = ',"seal":"'
_SEAL_SIZE = 64


def with_seal(unsealed: str, seal: str) -> str:
    """The canonical body from its canonical form without the seal.

    After the seal come only seq, statement, v and viewer: the last ``,"seq":`` is the outer one,
    because a quotation mark inside a text is escaped.
    """
    at = unsealed.rindex(_AFTER_SEAL)
    return f'{unsealed[:at]}{_SEAL}{seal}"{unsealed[at:]}'


def without_seal(body: str) -> tuple[str, str] | None:
    """The opposite: the form without the seal, and the seal; None where there is none."""
    at = body.rfind(_SEAL)
    end = at + len(_SEAL) + _SEAL_SIZE
    if at < 0 or body[end : end + 1] != '"':
        return None
    return body[:at] + body[end + 1 :], body[at + len(_SEAL) : end]


def fields_of(body: str) -> dict[str, Any] | None:
    """The fields of a body, None where it is not canonical JSON (somebody rewrote it)."""
    try:
        fields = json.loads(body)
        known = isinstance(fields, dict) and canonical(fields) == body
    except (ValueError, TypeError, RecursionError):
        return None
    return fields if known else None


def keys(fields: Mapping[str, Any]) -> dict[str, str]:
    """What an entry is found by; the verifier compares these with what the store has beside it."""
    found = {
        name: _plain(str(fields.get(name, "")))
        for name in ("event", "actor", "viewer", "scenario", "release")
    }
    content = fields.get("content")
    names = [_plain(name) for name in sorted(content)] if isinstance(content, Mapping) else []
    found["resources"] = SEPARATOR.join(["", *names, ""]) if names else ""
    return found


def _plain(text: str) -> str:
    """Storable everywhere: PostgreSQL has no NUL in text, UTF-8 no lone surrogate."""
    if text.isprintable():  # no control character, no lone surrogate
        return text
    escaped = _UNPRINTABLE.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    return escaped.encode("utf-8", "backslashreplace").decode()


def plain_filter(wanted: EntryFilter) -> EntryFilter:
    """The filter with its texts as ``keys`` writes them."""
    return replace(
        wanted,
        person=_plain(wanted.person),
        scenario=_plain(wanted.scenario),
        resource=_plain(wanted.resource),
        event=_plain(wanted.event),
        release=_plain(wanted.release),
    )
