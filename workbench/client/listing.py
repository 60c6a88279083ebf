"""Small tables of metadata: what is granted, what was used, what is in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from workbench.client.tables import html_table, html_text, printable, text_table
from workbench.errors import Language


@dataclass(frozen=True)
class Listing:
    """Rows (mappings) with a title; iterates over the mappings, prints as a table.

    ``columns`` are the keys to show, in order; ``detail.outcome`` reaches into a mapping. A value
    that is a list or a mapping is shown in short; the mapping itself keeps it whole.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    language: Language = "en"

    @classmethod
    def of(cls, title: str, rows: Sequence[Mapping[str, Any]], language: Language) -> Listing:
        """All keys that occur, in the order of their first appearance."""
        keys = dict.fromkeys(key for row in rows for key in row)
        return cls(title, tuple(keys), tuple(rows), language)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(self.rows)

    def __getitem__(self, index: int) -> Mapping[str, Any]:
        return self.rows[index]

    def only(self, *columns: str) -> Listing:
        """The same rows, printing these alone: ``usage().only("seq", "detail.outcome")``."""
        return replace(self, columns=columns)

    @property
    def _header(self) -> list[str]:
        return [key.rpartition(".")[2] for key in self.columns]

    def _cells(self) -> list[list[str | None]]:
        return [
            [_short(_value(row, key), self.language) for key in self.columns] for row in self.rows
        ]

    def __repr__(self) -> str:
        if not self.rows:
            return f"{printable(self.title)}: {self._nothing()}"
        return f"{printable(self.title)}\n{text_table(self._header, self._cells())}"

    def _repr_html_(self) -> str:
        inner = html_table(self._header, self._cells()) if self.rows else self._nothing()
        return f'<div class="workbench-listing"><b>{html_text(self.title)}</b> {inner}</div>'

    def _nothing(self) -> str:
        return "无" if self.language == "zh" else "nothing"


def _value(row: Mapping[str, Any], key: str) -> Any:
    """The value under ``key``, or under its parts one within the other; None where it is not."""
    found: Any = row.get(key)
    if found is None and "." in key:
        found = row
        for part in key.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _short(value: Any, language: Language) -> str | None:
    if value is None:
        return None
    if isinstance(value, Mapping):
        if set(value) == {"zh", "en"}:
            return str(value[language])
        return ", ".join(f"{key}={_short(item, language)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        if value and all(isinstance(item, str) for item in value):
            return ", ".join(value)
        return ", ".join(str(_first(item, language)) for item in value)
    return str(value)


def _first(item: Any, language: Language) -> str | None:
    """The name of a thing in a list: a column of a grant by its name."""
    if isinstance(item, Mapping):
        named = item.get("name", item.get("column"))
        return str(named) if named is not None else _short(item, language)
    if isinstance(item, (list, tuple)) and item:
        return str(item[0])
    return _short(item, language)
