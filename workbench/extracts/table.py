"""The table of text: its columns, its parts, and rows of text into it.

Everything is read as text first, so that a bad value can be located and judged by our rules and
not by an engine's guess.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import duckdb
import pyarrow as pa
from duckdb.func import ARROW, SPECIAL

from workbench.errors import Text
from workbench.extracts import misreads
from workbench.extracts.conversion import Misread, converter
from workbench.extracts.faults import Unfit
from workbench.extracts.strict import StrictType
from workbench.model.contract import Column

STAGED = "staged"
"""The table of text; its ``rowid`` numbers the rows of the whole delivery from 0."""
BATCH = 20_000
"""Rows that are handed to the engine at once (our default)."""


@dataclass(frozen=True)
class Field:
    """A column of the contract with its type; ``text`` is its SQL in the table of text.

    ``raw`` is SQL of the text as it was delivered, which a mapping may have made ``text`` of.
    """

    column: Column
    type: StrictType
    text: str

    @property
    def value(self) -> str:
        return self.type.value(self.text)

    @property
    def raw(self) -> str:
        return self.text if self.column.reading is None else f"raw_{self.text}"

    def stored(self, delivered: str) -> str:
        """SQL for what a row holds of this column, from SQL of the delivered text."""
        if self.column.reading is None:
            return delivered
        return f"read_{self.text}({delivered}), {_unmarked(delivered)}"


def _unmarked(delivered: str) -> str:
    return f"CASE WHEN starts_with({delivered}, chr(0)) THEN NULL ELSE {delivered} END"


@dataclass(frozen=True)
class Part:
    """The rows of one file in the table: ``start`` is the first rowid, ``rows`` their number.

    ``first`` is the number of the file's first data record (2 after a heading in row 1);
    ``skips`` says, for each record that is not in the table, how many before it are.
    """

    file: str
    start: int
    rows: int
    first: int
    skips: tuple[int, ...] = ()

    def row(self, rowid: int) -> int:
        """The record's number in its file, as a spreadsheet shows it."""
        order = rowid - self.start
        return self.first + order + bisect_right(self.skips, order)


@dataclass(frozen=True)
class Read:
    """What reading one file (or one sheet) gave."""

    part: Part
    unfit: tuple[Unfit, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Staged:
    parts: tuple[Part, ...]
    fields: tuple[Field, ...]
    unfit: tuple[Unfit, ...]
    warnings: tuple[Text, ...] = ()

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)

    def locate(self, rowid: int) -> tuple[str, int]:
        """``(file, row)`` of a row of the table."""
        part = next(p for p in self.parts if p.start <= rowid < p.start + p.rows)
        return part.file, part.row(rowid)


def fields_of(types: Sequence[tuple[Column, StrictType]]) -> tuple[Field, ...]:
    return tuple(Field(c, t, f"c{i}") for i, (c, t) in enumerate(types))


def create(con: duckdb.DuckDBPyConnection, fields: Sequence[Field]) -> None:
    """The empty table, and a function for each column that has a mapping."""
    columns = []
    for field in fields:
        columns.append(f"{field.text} VARCHAR")
        if field.column.reading is not None:
            columns.append(f"{field.raw} VARCHAR")
            _create_function(con, field)
    con.execute(f"CREATE TABLE {STAGED} ({', '.join(columns)})")


def _create_function(con: duckdb.DuckDBPyConnection, field: Field) -> None:
    reading = field.column.reading
    if reading is None:
        raise ValueError(field.column.name)
    convert = converter(reading, field.type)

    def one(text: str | None) -> str | None:
        if text is None or text.startswith("\0"):
            return text
        try:
            return convert(text)
        except Misread:
            return misreads.mark("read")

    def many(texts: pa.ChunkedArray) -> pa.Array:
        listed = texts.to_pylist()
        known = {text: one(text) for text in set(listed)}
        return pa.array([known[text] for text in listed], pa.string())

    con.create_function(
        f"read_{field.text}",
        many,
        ["VARCHAR"],
        "VARCHAR",
        type=ARROW,
        null_handling=SPECIAL,
    )


def insert(
    con: duckdb.DuckDBPyConnection,
    fields: Sequence[Field],
    places: Sequence[int | None],
    rows: Iterable[Sequence[str | None]],
) -> int:
    """Append rows of text; ``places``: where each field stands in a row. The number of rows."""
    taken = [place for place in places if place is not None]
    chosen = ", ".join(
        field.stored("NULL" if place is None else f"v{taken.index(place)}")
        for field, place in zip(fields, places, strict=True)
    )
    count = 0
    for batch in _batches(rows):
        arrays = [pa.array([row[place] for row in batch], pa.string()) for place in taken]
        incoming = pa.table(arrays, names=[f"v{i}" for i in range(len(taken))])
        con.register("incoming", incoming)
        try:
            con.execute(f"INSERT INTO {STAGED} SELECT {chosen} FROM incoming")
        finally:
            con.unregister("incoming")
        count += len(batch)
    return count


def _batches(
    rows: Iterable[Sequence[str | None]],
) -> Iterator[list[Sequence[str | None]]]:
    stream = iter(rows)
    while batch := list(islice(stream, BATCH)):
        yield batch


def skips_of(rows: Sequence[int], first: int) -> tuple[int, ...]:
    """``Part.skips`` of the records with these numbers, in order, that are not in the table."""
    return tuple(row - first - i for i, row in enumerate(rows))
