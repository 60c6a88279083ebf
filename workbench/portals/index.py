"""The search index of the catalogue: one SQLite file with FTS5, made from an extract's rows.

It is derived: made anew whenever the extract, the words or this module's form of it change, and
deleted without loss.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from workbench.portals.fold import fold
from workbench.portals.words import Words

FORM = 1
"""Of the tables below: an index of another form is made anew."""
_TABLES = """
CREATE TABLE about (key TEXT NOT NULL);
CREATE TABLE entries (
  row INTEGER PRIMARY KEY, entry_id TEXT, title TEXT, department TEXT, portal TEXT,
  portal_name TEXT, domain TEXT, open_type TEXT, frequency TEXT, update_date TEXT,
  folded_title TEXT, folded_department TEXT, repeats INTEGER
);
CREATE VIRTUAL TABLE words USING fts5(
  title, who, domain, tokenize = "unicode61 remove_diacritics 0"
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, 'row');
"""
_KEPT = (
    "entry_id",
    "title",
    "department",
    "portal",
    "portal_name",
    "domain",
    "open_type",
    "frequency",
    "update_date",
)


def key_of(extract: str, words: Words) -> str:
    """What an index hangs on. ``extract`` is the digest of the version."""
    return f"{FORM} {extract} {words.version}"


def build(rows: pl.DataFrame, words: Words, key: str, target: Path) -> None:
    """The index of ``rows`` (columns of ``catalogue_entries``) in the place of ``target``.

    Repeats of one title by one department of one portal stand once, with their number; the first
    line stands for them. Readable by its owner alone; replaced whole.
    """
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(handle)
    try:
        with sqlite3.connect(name) as db:
            db.executescript(_TABLES)
            _fill(db, _once(rows), words)
            db.execute("INSERT INTO about VALUES (?)", (key,))
        db.close()
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def opened(target: Path) -> Iterator[sqlite3.Connection]:
    """The index, to be read only."""
    db = sqlite3.connect(f"{target.absolute().as_uri()}?mode=ro", uri=True)
    try:
        yield db
    finally:
        db.close()


def is_current(target: Path, key: str) -> bool:
    """Whether an index with this key lies there; one that cannot be read is none."""
    if not target.is_file():
        return False
    try:
        with opened(target) as db:
            return bool(db.execute("SELECT key FROM about").fetchone() == (key,))
    except sqlite3.DatabaseError:
        return False


def _once(rows: pl.DataFrame) -> pl.DataFrame:
    folded = rows.select(
        *(pl.col(name).cast(pl.String) for name in _KEPT),
        pl.Series("folded_title", [fold(t) for t in rows.get_column("title")]),
        pl.Series("folded_department", [fold(d or "") for d in rows.get_column("department")]),
    )
    keys = ["portal", "folded_department", "folded_title", "open_type"]
    return folded.group_by(keys, maintain_order=True).agg(
        *(pl.col(name).first() for name in _KEPT if name not in keys), pl.len().alias("repeats")
    )


def _fill(db: sqlite3.Connection, rows: pl.DataFrame, words: Words) -> None:
    columns = (*_KEPT, "folded_title", "folded_department", "repeats")
    marks = ", ".join("?" * (len(columns) + 1))
    listed = list(rows.select(columns).iter_rows())
    db.executemany(
        f"INSERT INTO entries VALUES ({marks})", ((n, *row) for n, row in enumerate(listed))
    )
    db.executemany(
        "INSERT INTO words (rowid, title, who, domain) VALUES (?, ?, ?, ?)",
        (
            (n, _cut(words, row[1]), _cut(words, f"{row[2] or ''} {row[4]}"), _cut(words, row[5]))
            for n, row in enumerate(listed)
        ),
    )


def _cut(words: Words, text: str | None) -> str:
    return " ".join(words.cut_finely(text or ""))
