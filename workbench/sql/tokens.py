"""A statement as tokens of DuckDB's own lexer: a second lexer could be out of step with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import duckdb

UNICODE_SPACES = (
    "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u202f\u205f\u2060\u3000\ufeff"
)
"""What DuckDB's parser takes for a space outside quotes (measured on 1.5.5). ``tokenize`` does
not, so they are made spaces first."""

_TO_SPACES = str.maketrans(dict.fromkeys(UNICODE_SPACES, " "))
_SPACED_TAG = re.compile(rf"\$[A-Za-z_\u0080-\U0010ffff]*[{UNICODE_SPACES}]")
_PLUS_RUN = re.compile(r"(?:\+|-(?!-)){33,}")
_OPERATOR_RUN = re.compile(r"[-+*/<>=~!@#%^&|`?]{257,}")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NAME = re.compile(r"[A-Za-z_\u0080-\U0010ffff][\w$\u0080-\U0010ffff]*")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_SYMBOL = re.compile(r"\$\d+|(?:(?!--|/\*)[^\s\w\"'])+")


class Unreadable(Exception):
    """The text cannot be given to a lexer at all. ``args[0]`` is one of ``PROBLEMS``."""


class TokenKind(StrEnum):
    name = "name"
    quoted = "quoted"
    keyword = "keyword"
    symbol = "symbol"
    string = "string"
    number = "number"


@dataclass(frozen=True, slots=True)
class Token:
    """``text`` is what SQL compares: lower case for keywords, unquoted for quoted names, the
    content for plain strings, empty for numbers. ``raw`` is the text as written."""

    kind: TokenKind
    text: str
    raw: str
    start: int
    gap: bool
    """Something (a space, a comment) stands before it."""

    @property
    def word(self) -> bool:
        return self.kind in (TokenKind.name, TokenKind.quoted, TokenKind.keyword)

    @property
    def folded(self) -> str:
        return self.text.casefold()

    def is_keyword(self, *names: str) -> bool:
        return self.kind is TokenKind.keyword and self.text in names

    def is_symbol(self, text: str) -> bool:
        return self.kind is TokenKind.symbol and self.text == text


def readable(sql: str) -> str:
    """``sql`` as DuckDB's parser will see it: odd spaces made plain ones.

    Raises Unreadable where the lexer would be misled or kept busy: DuckDB stops at a NUL byte; a
    dollar quote whose tag holds an odd space has two readings; a run of ``+`` is lexed in cubic
    time and one of ``/*`` in quadratic (both measured: minutes for 200 kB).
    """
    if "\0" in sql:
        raise Unreadable("nul")
    if _LONE_SURROGATE.search(sql):
        raise Unreadable("surrogate")
    if _PLUS_RUN.search(sql) or _OPERATOR_RUN.search(sql):
        raise Unreadable("operators")
    if not sql.isascii():
        found = _SPACED_TAG.search(sql)
        if found and "$" in sql[found.end() :]:
            raise Unreadable("dollar")
        return sql.translate(_TO_SPACES)
    return sql


def tokens(sql: str) -> tuple[Token, ...]:
    """The tokens of ``readable`` text; comments are left out. Text after an unterminated quote or
    comment gives no tokens."""
    return tuple(_tokens(sql, duckdb.tokenize(sql)))


def _tokens(sql: str, found: Sequence[tuple[int, object]]) -> Iterator[Token]:
    starts = _characters(sql, [int(offset) for offset, _ in found])
    end = 0
    for index, (_, kind) in enumerate(found):
        start = starts[index]
        until = starts[index + 1] if index + 1 < len(starts) else len(sql)
        token = _token(sql, start, until, kind, gap=start > end)
        yield token
        end = start + len(token.raw) if _ends_here(token) else start


def _ends_here(token: Token) -> bool:
    """Whether ``raw`` ends with the token. A literal's may run on into a comment."""
    if token.kind is TokenKind.string:
        return token.raw.endswith(("'", "$"))
    return token.kind is not TokenKind.number or token.raw[-1].isalnum()


def _characters(sql: str, offsets: list[int]) -> list[int]:
    """The lexer counts bytes of UTF-8; Python counts characters."""
    if sql.isascii():
        return offsets
    data, out, at, seen = sql.encode(), [], 0, 0
    for offset in offsets:
        at += len(data[seen:offset].decode(errors="replace"))
        seen = offset
        out.append(at)
    return out


def _token(sql: str, start: int, until: int, kind: object, gap: bool) -> Token:
    region = sql[start:until]
    if kind == duckdb.token_type.string_const:
        return Token(TokenKind.string, _content(region), region, start, gap)
    if kind == duckdb.token_type.numeric_const:
        return Token(TokenKind.number, "", region, start, gap)
    if region.startswith('"'):
        quoted = _QUOTED.match(region)
        raw = quoted.group() if quoted else region
        text = quoted.group(1).replace('""', '"') if quoted else ""
        return Token(TokenKind.quoted, text, raw, start, gap)
    name = _NAME.match(region)
    if name is not None:
        if kind == duckdb.token_type.identifier:
            return Token(TokenKind.name, name.group(), name.group(), start, gap)
        return Token(TokenKind.keyword, name.group().lower(), name.group(), start, gap)
    symbol = _SYMBOL.match(region)
    raw = symbol.group() if symbol else region[:1]
    return Token(TokenKind.symbol, raw, raw, start, gap)


def _content(region: str) -> str:
    """What a string literal says, as far as it could be the name of a relation."""
    text = region.strip()
    if text.startswith("$"):
        tag = text[: text.index("$", 1) + 1] if "$" in text[1:] else text
        return text.removeprefix(tag).removesuffix(tag)
    start = text.find("'")
    plain = text[start + 1 : text.rfind("'")].replace("''", "'")
    escaped = text[:1] in ("e", "E")
    return re.sub(r"\\.", "", plain, flags=re.DOTALL) if escaped else plain
