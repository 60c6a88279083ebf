"""Tables: the first rows with the panel, the rest in windows, sorted and searched in the kernel."""

from __future__ import annotations

import codecs
from collections import OrderedDict
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from workbench.client.release import Release
from workbench.client.tables import HTML_CELL
from workbench.client.values import is_number, texts
from workbench.ui.page import Page, Panel, Words
from workbench.ui.panels.fields import Field, in_china
from workbench.ui.panels.parts import Content, Context, Task
from workbench.ui.words import Speech

FIRST_ROWS = 60
"""Rows that come with the panel (the contract with the board)."""
_ORDERS = 8
"""Sorted and searched orders of one table that are kept (our default)."""
_SEPARATOR = "\x1f"
_PLAIN_DECIMALS = 6

Sort = tuple[str, bool]
"""Column, and whether downwards."""


def table(task: Task) -> Content:
    names = list(task.release.visible.column_names)
    total, first = rows(task.release, 0, FIRST_ROWS, None, "", task)
    fields = [_head(task, i) for i in range(len(names))]
    return Content(
        table={
            "columns": [{"name": f.name, "label": f.titled, "number": f.number} for f in fields],
            "total": total,
            "rows": first,
            "search": task.panel.view is None,
        },
        data={"columns": [f.titled for f in fields], "rows": [[c or "" for c in r] for r in first]},
        summary=task.speech._(
            "{title}: a table of {rows} rows and {columns} columns.",
            title=task.panel.title.said(task.language),
            rows=f"{total:,}",
            columns=len(names),
        ),
    )


def rows(
    release: Release,
    offset: int,
    limit: int,
    sort: Sort | None,
    search: str,
    task: Task | None = None,
) -> tuple[int, list[list[str | None]]]:
    """How many rows match, and ``limit`` of them from ``offset`` on, as texts.

    Numbers sort as numbers; text by the GB/T 2312 order, which for its 3,755 common characters is
    that of pinyin (each by one reading; rarer characters follow, by radical, then by code point);
    missing cells last. A search finds a part of any cell, upper and lower case alike.
    """
    order = _Orders.of(release).order(sort, search.strip())
    table_ = release.visible
    total = table_.num_rows if order is None else len(order)
    window = (
        table_.slice(offset, limit) if order is None else table_.take(order.slice(offset, limit))
    )
    task = task or _plain_task(release)
    columns = [_cells(task, i, window.column(i), order, offset) for i in range(window.num_columns)]
    return total, [list(row) for row in zip(*columns, strict=True)] if columns else []


def _head(task: Task, position: int) -> Field:
    """The words of a column, whose cells are not read here."""
    visible = task.release.visible
    name = visible.column_names[position]
    return task.head(name, visible.column(position))


def _cells(
    task: Task, position: int, column: pa.ChunkedArray, order: pa.Array | None, offset: int
) -> list[str | None]:
    name = task.release.visible.column_names[position]
    why = task.why.get(name)
    kept: list[str | None] = [None] * len(column)
    if why is not None:
        at = range(offset, offset + len(column))
        places = at if order is None else order.slice(offset, len(column)).to_pylist()
        kept = [why[place] for place in places]
    head = task.head(name, column, texts(in_china(column)), kept)
    return [_cell(head, row) for row in range(len(column))]


def _cell(head: Field, row: int) -> str | None:
    if head.exact[row] is None and head.why[row] is None:
        return None
    text = head.whole(row)
    return text if len(text) <= HTML_CELL else text[: HTML_CELL - 1] + "…"


def _plain_task(release: Release) -> Task:
    """For a caller that has no page at hand."""
    speech = Speech(release.language)
    panel = Panel.model_construct(chart="table", title=Words(zh="表", en="Table"), columns={})
    page = Page.model_construct(columns={})
    return Task(panel, page, release, Context(speech))


# ---- orders


@dataclass(eq=False)
class _Orders:
    """Row numbers by (sort, search), the latest few; sort keys and the text to search, once."""

    table: pa.Table
    kept: OrderedDict[tuple[Sort | None, str], pa.Array | None] = field(default_factory=OrderedDict)
    keys: dict[str, pa.Array] = field(default_factory=dict)
    haystack: pa.Array | None = None

    @staticmethod
    def of(release: Release) -> _Orders:
        if release not in _KNOWN:
            _KNOWN[release] = _Orders(release.visible)
        return _KNOWN[release]

    def order(self, sort: Sort | None, search: str) -> pa.Array | None:
        """None: all rows as they came."""
        asked = (sort, search.casefold())
        if asked not in self.kept:
            self.kept[asked] = self._order(*asked)
            while len(self.kept) > _ORDERS:
                self.kept.popitem(last=False)
        self.kept.move_to_end(asked)
        return self.kept[asked]

    def _order(self, sort: Sort | None, search: str) -> pa.Array | None:
        found = self._found(search) if search else None
        if sort is None:
            return found
        column, down = sort
        whole = pc.sort_indices(
            pa.table({"key": self._key(column)}),
            sort_keys=[("key", "descending" if down else "ascending", "at_end")],
        )
        return whole if found is None else whole.filter(pc.is_in(whole, value_set=found))

    def _key(self, column: str) -> pa.Array:
        if column not in self.keys:
            position = self.table.column_names.index(column)
            self.keys[column] = _sort_key(self.table.column(position))
        return self.keys[column]

    def _found(self, search: str) -> pa.Array:
        if self.haystack is None:
            self.haystack = _haystack(self.table)
        needle = search.replace(_SEPARATOR, " ")
        plain = needle.replace(",", "")
        mask = pc.match_substring(self.haystack, needle)
        if plain != needle and plain.replace(".", "").lstrip("-").isdecimal():
            mask = pc.or_(mask, pc.match_substring(self.haystack, plain))
        return pc.indices_nonzero(mask)


_KNOWN: WeakKeyDictionary[Release, _Orders] = WeakKeyDictionary()


def _haystack(table_: pa.Table) -> pa.Array:
    """One text a row, in lower case: its cells, parted by a sign that no search has."""
    if not table_.num_columns:
        return pa.array([""] * table_.num_rows, pa.string())
    cells = [_searched(column) for column in table_.columns]
    joined = pc.binary_join_element_wise(
        *cells, _SEPARATOR, null_handling="replace", null_replacement=""
    )
    return pc.utf8_lower(joined)


def _searched(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """The texts of a column; cast by Arrow where that writes what ``texts`` does, in a fiftieth of
    the time (it writes small decimals with an exponent)."""
    kind = column.type
    plain = kinds.is_string(kind) or kinds.is_integer(kind) or kinds.is_date32(kind)
    if plain or (kinds.is_decimal(kind) and kind.scale <= _PLAIN_DECIMALS):
        return column.cast(pa.string())
    return pa.array(texts(in_china(column)), pa.string())


def _sort_key(column: pa.ChunkedArray) -> pa.Array:
    kind = column.type
    if is_number(kind) or kinds.is_temporal(kind) or kinds.is_boolean(kind):
        sortable = not kinds.is_interval(kind)
        if sortable:
            return column.combine_chunks()
    return pa.array(_collation(texts(column)), pa.binary())


def _collation(found: list[str | None]) -> list[bytes | None]:
    """GB/T 2312 codes: joined and encoded in one go, for a call a cell would be slow."""
    if any(text is not None and "\n" in text for text in found):
        return [None if t is None else t.lower().encode("gb2312", _RARE) for t in found]
    codes = "\n".join(text or "" for text in found).lower().encode("gb2312", _RARE).split(b"\n")
    return [None if t is None else code for t, code in zip(found, codes, strict=True)]


_RARE = "workbench-rare-last"


def _rare_last(error: UnicodeError) -> tuple[bytes, int]:
    """Characters outside the standard stand behind all of its own, by code point."""
    assert isinstance(error, UnicodeEncodeError)
    chars = error.object[error.start : error.end]
    return b"".join(b"\xff" + ord(char).to_bytes(4) for char in chars), error.end


codecs.register_error(_RARE, _rare_last)
