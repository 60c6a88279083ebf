"""A statement without its literals: for the ledger (``?``), and for a parser (harmless ones)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from workbench.sql.statements import Tokens
from workbench.sql.tokens import Token, TokenKind

_LONG_NUMBER = re.compile(r"\d{6,}")


def without_literals(tokens: Tokens, known: Collection[str] = ()) -> str:
    """``tokens`` on one line, for the ledger: every literal is ``?``, comments are gone.

    A name in quotes may be a value in the wrong quotes, and so may a bare one that is not ASCII
    or holds a long number; such names stay only if ``known`` (folded names of the catalogue)
    has them. All else stays as written.
    """
    return "".join(_joined(tokens, lambda token: _shown(token, known)))


def parseable(tokens: Tokens) -> str:
    """``tokens`` with every literal replaced by one that says nothing, so that no other lexer ever
    reads a string, a number or a comment of the statement's own."""
    return "".join(_joined(tokens, _harmless))


def _joined(tokens: Tokens, shown: Callable[[Token], str]) -> Iterator[str]:
    before: Token | None = None
    for token in tokens:
        if before is not None and before.kind is TokenKind.number and _stuck(token):
            continue  # 0x1F is 0 and x1F to the lexer: part of the literal, not a name
        text = shown(token)
        literal = token.kind in (TokenKind.string, TokenKind.number)
        if before is not None and (token.gap or (literal and before.word) or _after(before, token)):
            yield " "
        yield text
        before = token


def _stuck(token: Token) -> bool:
    return token.kind is TokenKind.name and not token.gap


def _after(before: Token, token: Token) -> bool:
    return before.kind in (TokenKind.string, TokenKind.number) and token.word


def _shown(token: Token, known: Collection[str]) -> str:
    if token.kind in (TokenKind.string, TokenKind.number):
        return "?"
    plain = token.kind in (TokenKind.keyword, TokenKind.symbol) or (
        token.kind is TokenKind.name and token.raw.isascii() and not _LONG_NUMBER.search(token.raw)
    )
    if plain or token.folded in known:
        return token.raw
    return '"?"' if token.kind is TokenKind.quoted else "?"


def _harmless(token: Token) -> str:
    if token.kind is TokenKind.string:
        return "'x'"
    if token.kind is TokenKind.number:
        return "[1]" if token.raw.startswith(".") and not token.gap else "1"
    return token.raw
