"""The ledger's journal as rows; ``ledger.chain.Journal`` in terms of the shared values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, and_, func, insert, or_, select
from sqlalchemy.exc import SQLAlchemyError

from workbench.model.entry import Entry, EntryFilter, Event, Filed
from workbench.store.appending import Compose, row_of
from workbench.store.tables import entries, statements

if TYPE_CHECKING:
    from workbench.store.session import Store

PAGE = 2000
"""Entries in memory at a time while walking."""

_KEYS = ("event", "actor", "viewer", "scenario", "release", "resources")
_FILED = select(entries, statements.c.sealed).outerjoin(
    statements, statements.c.seq == entries.c.seq
)
_INSERT, _INSERT_SEALED = insert(entries), insert(statements)  # built once: this path is hot
_LAST = select(entries.c.seq, entries.c.hash).order_by(entries.c.seq.desc()).limit(1)


class Entries:
    def __init__(self, store: Store) -> None:
        self._store = store

    def ready(self) -> None:
        """See ``Journal``."""
        if self._store.is_writing:
            raise RuntimeError("an entry is appended in a transaction of its own")

    def append(self, compose: Compose, doing: Callable[[], object] | None = None) -> None:
        """See ``Journal``."""
        self.ready()
        if doing is None:
            self._store.appender.append(compose)
            return
        with self._store.writing() as connection:
            doing()
            last = connection.execute(_LAST).first()
            filed = compose(None if last is None else (last.seq, last.hash))
            connection.execute(_INSERT, [_row(one) for one in filed])
            sealed = [
                {"seq": one.entry.seq, "sealed": one.sealed}
                for one in filed
                if one.sealed is not None
            ]
            if sealed:
                connection.execute(_INSERT_SEALED, sealed)

    def head(self) -> Entry | None:
        found = self._read(_FILED.order_by(entries.c.seq.desc()).limit(1))
        return found[0].entry if found else None

    def at(self, seq: int) -> Filed | None:
        with self._store.reading() as connection:
            found = connection.execute(select(entries.c.seq).where(entries.c.seq == seq)).first()
            if found is None:
                return None
            try:
                row = connection.execute(_FILED.where(entries.c.seq == seq)).one()
            except (SQLAlchemyError, ValueError, TypeError):
                return _unreadable(seq)
            return _filed(row)

    def walk(self, after: int | None = None) -> Iterator[Filed]:
        """See ``Journal``."""
        page = _FILED.order_by(entries.c.seq).limit(PAGE)
        while found := self._read(page if after is None else page.where(entries.c.seq > after)):
            yield from found
            after = found[-1].entry.seq

    def _read(self, query: Select[Any]) -> tuple[Filed, ...]:
        with self._store.reading() as connection:
            try:
                return tuple(_filed(row) for row in connection.execute(query))
            except (SQLAlchemyError, ValueError, TypeError):
                # A row that was tampered with need not even be readable: then one at a time.
                only = query.with_only_columns(entries.c.seq, maintain_column_froms=True)
                seqs = [int(row.seq) for row in connection.execute(only)]
        return tuple(filed for seq in seqs if (filed := self.at(seq)) is not None)

    def hashes(self, seqs: Sequence[int]) -> Mapping[int, str]:
        wanted = select(entries.c.seq, entries.c.hash).where(entries.c.seq.in_(seqs))
        with self._store.reading() as connection:
            try:
                return {row.seq: row.hash for row in connection.execute(wanted)}
            except SQLAlchemyError:
                found = {seq: self.at(seq) for seq in seqs}
        return {seq: filed.entry.hash for seq, filed in found.items() if filed is not None}

    def find(self, wanted: EntryFilter) -> tuple[Filed, ...]:
        query = _narrowed(_FILED, wanted).order_by(entries.c.seq.desc()).limit(wanted.limit)
        return self._read(query)

    def open_releases(self) -> tuple[Filed, ...]:
        closing = entries.alias()
        closed = (
            select(closing.c.seq)
            .where(closing.c.release == entries.c.release, closing.c.release != "")
            .where(closing.c.event == Event.release_closed.value)
            .exists()
        )
        query = (
            _FILED.where(entries.c.event == Event.release_opened.value, entries.c.release != "")
            .where(~closed)
            .order_by(entries.c.seq)
        )
        return self._read(query)

    def stray_statements(self) -> Iterator[int]:
        query = (
            select(statements.c.seq)
            .outerjoin(entries, statements.c.seq == entries.c.seq)
            .where(entries.c.seq.is_(None))
            .order_by(statements.c.seq)
        )
        with self._store.reading() as connection:
            found = [int(row.seq) for row in connection.execute(query)]
        yield from found


def _narrowed(query: Select[Any], wanted: EntryFilter) -> Select[Any]:
    column = entries.c
    conditions = [
        column[name] == value
        for name in ("scenario", "event", "release")
        if (value := getattr(wanted, name))
    ]
    if wanted.person:
        conditions.append(or_(column.actor == wanted.person, column.viewer == wanted.person))
    if wanted.resource:
        # Both databases compare it exactly so; LIKE is blind to case in SQLite alone.
        without = func.replace(column.resources, f"\n{wanted.resource}\n", "")
        conditions.append(without != column.resources)
    if wanted.since is not None:
        conditions.append(column.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(column.at < wanted.until)
    if wanted.before is not None:
        conditions.append(column.seq < wanted.before)
    if wanted.after is not None:
        conditions.append(column.seq > wanted.after)
    return query.where(and_(*conditions)) if conditions else query


def _row(filed: Filed) -> dict[str, Any]:
    return dict(zip(entries.c.keys(), row_of(filed), strict=True))


def _filed(row: Row[Any]) -> Filed:
    """A row as values. SQLite keeps any type in any column: another type is unreadable."""
    keys = {name: value for name, value in row._mapping.items() if name in _KEYS}
    texts = (row.body, row.previous, row.hash, *keys.values())
    sealed_ok = row.sealed is None or isinstance(row.sealed, bytes)
    if not (all(isinstance(text, str) for text in texts) and isinstance(row.at, datetime)):
        return _unreadable(row.seq)
    sealed = row.sealed if sealed_ok else b""
    return Filed(Entry(row.seq, row.at, row.body, row.previous, row.hash), keys, sealed)


def _unreadable(seq: int) -> Filed:
    return Filed(Entry(seq, datetime.min.replace(tzinfo=UTC), "", "", ""), {})
