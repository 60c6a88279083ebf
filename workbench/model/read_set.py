"""What a statement reads, as far as its text tells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StatementKind(StrEnum):
    query = "query"
    explain = "explain"
    state = "state"
    """Makes or changes something inside the worker: temporary tables, macros, transactions."""
    forbidden = "forbidden"
    unknown = "unknown"


OWN = "own"
"""The schema of tables that a person brought along; nothing that is granted stands in it."""


@dataclass(frozen=True)
class ReadSet:
    """Tables, columns and functions that a statement names.

    ``columns`` are ``(table, column)`` with the table's real name; ``stars`` are tables read
    whole; ``loose`` are columns that could belong to any of ``tables``. ``created`` names the
    temporary relations that it makes. ``complete`` is False where the text could not be read to
    the end: whoever records it must then assume that everything in the workspace was read.
    ``normal`` is the statement with its literals taken out. ``aliases`` are names that the
    statement gives itself (of columns in its results, subqueries and table expressions).
    Tables of the person's own stand among ``tables`` as ``own.NAME``.
    """

    kind: StatementKind
    tables: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    stars: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    created: tuple[str, ...] = ()
    normal: str = ""
    complete: bool = True
    aliases: tuple[str, ...] = ()

    @property
    def own(self) -> tuple[str, ...]:
        """Folded names, without the schema, of the person's own tables that it names."""
        found = (name.removeprefix(f"{OWN}.") for name in self.tables if name.startswith(f"{OWN}."))
        return tuple(dict.fromkeys(name.casefold() for name in found))
