"""What a statement reads, as far as its text tells. It explains and records; it does not enforce.

The text is cut into tokens by DuckDB's lexer; sqlglot then reads it with every literal replaced,
so that no literal can come out in a ReadSet. What cannot be read gives ``complete=False``.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise

import sqlglot
from sqlglot.dialects.duckdb import DuckDB

from workbench.model.read_set import OWN, ReadSet, StatementKind
from workbench.sql.found import Found
from workbench.sql.normal import parseable, without_literals
from workbench.sql.parser import engine_functions
from workbench.sql.relations import relation_positions
from workbench.sql.resolve import read
from workbench.sql.statements import Tokens, innermost, kind_of, lead, opens, sets_variable, split
from workbench.sql.tokens import TokenKind, Unreadable, readable, tokens
from workbench.sql.words import words

MAX_CHARACTERS = 60_000
"""Longer statements are not parsed: sqlglot reads about 150 kB a second (our default)."""
MAX_SLOW_NESTING = 5
"""sqlglot tries a type name before a bracket twice or more, so its time grows exponentially with
their nesting (measured: 8 levels 13 ms, 16 levels 4.5 s)."""

_SLOW = {
    name.split()[-1].lower()
    for name, token_type in DuckDB.Tokenizer.KEYWORDS.items()
    if token_type in DuckDB.Parser.TYPE_TOKENS
} | {"if"}
_NO_READS = words("begin start commit end rollback abort deallocate")
_LISTINGS = words("tables all")

# It would repeat statements it does not know; nothing of a statement belongs in a log.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


def inspect(sql: str, known: Collection[str] = ()) -> ReadSet:
    """The ReadSet of ``sql``. Never raises, whatever the text.

    ``known``: folded names of the catalogue, which may stand in ``normal`` even where they are
    written in quotes or in Chinese (see ``normal.without_literals``).
    """
    try:
        found = tokens(readable(sql))
    except Unreadable:
        return ReadSet(StatementKind.unknown, complete=False)
    normal = without_literals(found, known)
    parts = split(found)
    if len(parts) != 1:
        return ReadSet(StatementKind.unknown, normal=normal, complete=False)
    return replace(_one(parts[0]), normal=normal)


def _one(part: Tokens) -> ReadSet:
    kind, inside = kind_of(part), innermost(part)
    called = _called(inside)
    if kind in (StatementKind.forbidden, StatementKind.unknown) or lead(inside) == "execute":
        return ReadSet(kind, _own_named(inside), functions=called, complete=False)
    if _reads_nothing(inside):
        return ReadSet(kind)
    found = _parsed(inside)
    if found is None:
        return ReadSet(
            kind,
            _own_named(inside),
            functions=called,
            created=_variable(inside),
            complete=False,
        )
    return ReadSet(
        kind,
        tables=tuple(found.tables),
        columns=tuple(found.columns),
        stars=tuple(found.stars),
        loose=tuple(found.loose),
        functions=called,
        created=tuple(found.created) + _variable(inside),
        complete=found.complete and not _text_as_relation(inside),
        aliases=tuple(found.aliases),
    )


def _parsed(part: Tokens) -> Found | None:
    if _slow(part):
        return None
    text = parseable(part)
    if lead(part) == "show":
        text = "describe" + text[len("show") :]
    if len(text) > MAX_CHARACTERS:
        return None
    try:
        (tree,) = sqlglot.parse(text, read="duckdb")
        return read(tree) if tree is not None else None
    except Exception:  # noqa: BLE001 - a parser of another's; None says that it could not read it
        return None


def _slow(part: Tokens) -> bool:
    """Whether type names before brackets are nested too deep."""
    open_brackets: list[bool] = []
    for index, token in enumerate(part):
        change = opens(token)
        if change > 0:
            before = part[index - 1] if index else None
            open_brackets.append(before is not None and before.folded in _SLOW)
            if sum(open_brackets[-64:]) > MAX_SLOW_NESTING or len(open_brackets) > 64:
                return True
        elif change < 0 and open_brackets:
            open_brackets.pop()
    return False


def _reads_nothing(part: Tokens) -> bool:
    word = lead(part)
    if word in _NO_READS or (word == "reset" and sets_variable(part)):
        return True
    if word in ("show", "describe", "desc"):
        return len(part) == 1 or part[1].folded in _LISTINGS
    return False


def _own_named(part: Tokens) -> tuple[str, ...]:
    """The person's own tables that a text names which could not be read: as ``own.NAME``."""
    found: dict[str, None] = {}
    for schema, dot, name in zip(part, part[1:], part[2:], strict=False):
        if schema.word and schema.folded == OWN and dot.is_symbol(".") and name.word:
            found[f"{OWN}.{name.text}"] = None
    return tuple(found)


def _variable(part: Tokens) -> tuple[str, ...]:
    """SET VARIABLE keeps what it read; whoever calls ``getvariable`` afterwards may release it."""
    return ("getvariable",) if sets_variable(part) else ()


def _called(part: Tokens) -> tuple[str, ...]:
    """Names before a parenthesis, as all functions are and some aliases; of the keywords only
    those of which the engine has a function."""
    found: dict[str, None] = {}
    for token, after in pairwise(part):
        if token.word and after.is_symbol("("):
            name = token.folded
            if token.kind is not TokenKind.keyword or name in engine_functions():
                found[name] = None
    return tuple(found)


def _text_as_relation(part: Tokens) -> bool:
    return any(part[i].kind is TokenKind.string for i in relation_positions(part))
