"""What a workspace accepts, by statement, function and relation: the second layer.

The first is the worker itself, which can reach nothing. This one runs in the gateway, before
anything else, and again in the worker. It reads DuckDB's own tokens and asks DuckDB's own parser;
unknown means refuse.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

import duckdb

from workbench.errors import Reason
from workbench.model.read_set import StatementKind
from workbench.sql import refusals
from workbench.sql.functions import RELATIONS, SYSTEM_VIEWS, Topic, classified, topic_of
from workbench.sql.parser import engine_functions, statement_types
from workbench.sql.relations import relation_positions
from workbench.sql.statements import (
    FORBIDDEN,
    QUERIES,
    STATE,
    Tokens,
    innermost,
    kind_of,
    lead,
    sets_variable,
    split,
)
from workbench.sql.tokens import Token, TokenKind, Unreadable, readable, tokens
from workbench.sql.words import words

_TYPES = words(
    "SELECT EXPLAIN CREATE INSERT UPDATE DELETE MERGE_INTO DROP ALTER TRANSACTION PREPARE EXECUTE"
)
"""Statement types of DuckDB that may run. SELECT covers SHOW, DESCRIBE and PRAGMA, so the leading
word is looked at as well. SET runs only as SET VARIABLE."""

_TEMPORARY = words("table view macro function sequence type")
_CHANGEABLE = _TEMPORARY | {"index"}
_ALTERABLE = words("table view sequence")
_SHOWN_ELSEWHERE = words("databases schemas variables settings")
_PATH = re.compile(r"[/\\*?:\[]|\.\w{2,8}$")
_DATA_SUFFIX = words("csv tsv txt parquet json jsonl ndjson xlsx gz zst db duckdb arrow")


def screen(sql: str) -> tuple[Reason, ...]:
    """Why the workspace does not accept ``sql``; empty where it does. Never raises on any text."""
    try:
        text = readable(sql)
    except Unreadable as problem:
        return (refusals.unreadable(str(problem)),)
    parts = split(tokens(text))
    if len(parts) != 1:
        return (refusals.several() if parts else _nothing(text),)
    found = tuple(dict.fromkeys((*_statement(parts[0]), *_names(parts[0]))))
    return found or _parsed(text, parts[0])


def _nothing(text: str) -> Reason:
    """No token: only comments, or a quote or comment that never ends."""
    try:
        statement_types(text)
    except duckdb.Error as error:
        return refusals.bad_syntax(_first_line(error))
    return refusals.empty()


def _statement(part: Tokens) -> Iterator[Reason]:
    part = innermost(part)
    word = lead(part)
    if not part:
        yield refusals.no_statement("")
    elif kind_of(part) is StatementKind.forbidden:
        yield refusals.statement_refused(word)
    elif kind_of(part) is StatementKind.unknown:
        yield _unknown(part, word)
    elif word == "create":
        yield from _create(part)
    elif word in ("drop", "alter"):
        what = part[1].folded if len(part) > 1 else ""
        if what not in (_CHANGEABLE if word == "drop" else _ALTERABLE):
            yield refusals.statement_refused(f"{word} {what}".strip())


def _unknown(part: Tokens, word: str) -> Reason:
    if part[0].kind is TokenKind.keyword:
        return refusals.statement_refused(word)
    known = sorted(QUERIES | STATE | FORBIDDEN | {"explain"})
    return refusals.no_statement(next(iter(difflib.get_close_matches(word, known, 1, 0.75)), ""))


def _create(part: Tokens) -> Iterator[Reason]:
    words = [t.folded for t in part[1:8] if t.word]
    if words[:2] == ["or", "replace"]:
        words = words[2:]
    temporary = words[:1] in (["temp"], ["temporary"])
    what = [w for w in words[temporary:] if w != "recursive"][:1]
    if what in (["index"], ["unique"]):
        return
    if not what or what[0] not in _TEMPORARY:
        yield refusals.statement_refused(" ".join(["create", *what]))
    elif not temporary:
        yield refusals.not_temporary(what[0])
    elif what[0] in ("macro", "function"):
        name = _created_name(part, what[0])
        if name is not None and name.folded in engine_functions():
            yield refusals.shadows(name.folded)


def _created_name(part: Tokens, what: str) -> Token | None:
    """The last part of the name: it stands before the parameters' parenthesis."""
    start = next((i for i, t in enumerate(part) if t.word and t.folded == what), len(part))
    for before, token in zip(part[start:], part[start + 1 :], strict=False):
        if token.is_symbol("(") and before.word:
            return before
    return None


def _names(part: Tokens) -> Iterator[Reason]:
    positions = frozenset(relation_positions(part))
    starts = _dotted_starts(part)
    for index, token in enumerate(part):
        if index in positions and token.kind is TokenKind.string:
            yield from _text_as_relation(token)
        if token.word:
            as_relation = starts[index] in positions
            if as_relation and not _dot(part, index + 1) and _file(part, starts[index], index):
                yield refusals.file_as_table()
            yield from _named(part, index, as_relation)
        if token.folded in _SHOWN_ELSEWHERE and _shown(part, index):
            yield refusals.statement_refused("show databases")


def _named(part: Tokens, index: int, as_relation: bool) -> Iterator[Reason]:
    """A function is a name before a parenthesis, whatever stands between them or before it."""
    name = part[index].folded
    if index + 1 < len(part) and part[index + 1].is_symbol("("):
        topic = None if _named_here(part, index) else _topic(part, index, as_relation)
        if topic is not None:
            yield refusals.function_refused(name, topic)
    elif name in SYSTEM_VIEWS and not _aliased(part, index):
        yield refusals.system_relation(name)


def _topic(part: Tokens, index: int, as_relation: bool) -> Topic | None:
    name = part[index].folded
    known = name in engine_functions()
    if known and not classified(name):
        return Topic.unknown
    if topic_of(name) is None and _by_name(part, index, as_relation and known):
        return Topic.text
    return topic_of(name)


def _by_name(part: Tokens, index: int, as_relation: bool) -> bool:
    """``FROM histogram('any_view', 'column')`` takes a relation's name; so might any function of
    the engine that is not on the list of those that may stand there. The aggregate is fine."""
    name = part[index].folded
    if as_relation:
        return name not in RELATIONS
    second = part[index + 2] if index + 2 < len(part) else None
    return name == "histogram" and second is not None and second.kind is TokenKind.string


def _dotted_starts(part: Tokens) -> list[int]:
    """For each token the index at which its dotted name (a.b.c) begins."""
    out: list[int] = []
    for index in range(len(part)):
        dotted = index >= 2 and part[index - 1].is_symbol(".") and part[index - 2].word
        out.append(out[index - 2] if dotted else index)
    return out


def _dot(part: Tokens, index: int) -> bool:
    return index < len(part) and part[index].is_symbol(".")


def _text_as_relation(token: Token) -> Iterator[Reason]:
    if token.folded in SYSTEM_VIEWS:
        yield refusals.system_relation(token.folded)
    yield refusals.file_as_table()


def _file(part: Tokens, start: int, end: int) -> bool:
    """Whether the relation's name, from ``start`` to ``end``, is one of a file."""
    names = part[start : end + 1 : 2]
    if any(n.kind is TokenKind.quoted and _PATH.search(n.text) for n in names):
        return True
    return len(names) > 1 and names[-1].folded in _DATA_SUFFIX and names[0].folded not in _SCHEMAS


_SCHEMAS = frozenset(("main", "temp", "memory", "workspace"))


def _named_here(part: Tokens, index: int) -> bool:
    """INSERT INTO name (a), WITH name(a) AS: a name with a list of columns, not a call."""
    return index > 0 and part[index - 1].is_keyword("into", "with", "recursive")


def _aliased(part: Tokens, index: int) -> bool:
    return index > 0 and part[index - 1].is_keyword("as")


def _shown(part: Tokens, index: int) -> bool:
    """SHOW DATABASES and its relatives, as a statement or in parentheses."""
    if index == 0 or not part[index - 1].is_keyword("show", "describe", "desc", "summarize"):
        return False
    return index == 1 or part[index - 2].is_symbol("(")


def _parsed(text: str, part: Tokens) -> tuple[Reason, ...]:
    try:
        types = statement_types(text)
    except duckdb.Error as error:
        return (refusals.bad_syntax(_first_line(error)),)
    allowed = _TYPES | {"SET"} if sets_variable(part) else _TYPES
    if not types:
        return (refusals.empty(),)
    return () if set(types) <= allowed else (refusals.statement_refused(lead(part)),)


def _first_line(error: duckdb.Error) -> str:
    return str(error).split("\n", 1)[0].removeprefix("Parser Error: ")[:200]
