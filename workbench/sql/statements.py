"""What kind of statement it is, and the statements inside a statement."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.model.read_set import StatementKind
from workbench.sql.tokens import Token, TokenKind
from workbench.sql.words import words

Tokens = Sequence[Token]

QUERIES = words(
    "select from with values table show describe desc summarize pivot unpivot pivot_wider "
    "pivot_longer"
)
STATE = (
    words(  # what is written lands in the worker's temporary schema: granted tables are read-only
        "create insert update delete merge truncate drop alter comment "
        # transactions and prepared statements end with the worker
        "begin start commit end rollback abort prepare execute deallocate"
    )
)
FORBIDDEN = words(  # files and other databases
    "attach detach copy export import load install "
    # settings and the instance; CALL runs any table function
    "set reset use pragma call "
    # maintenance of storage that nobody here owns
    "checkpoint force vacuum analyze"
)
_WRAPPERS = ("explain", "prepare")
_MAIN = QUERIES | {"insert", "update", "delete", "merge"}
_OPENERS, _CLOSERS = frozenset("([{"), frozenset(")]}")


def split(tokens: Tokens) -> tuple[Tokens, ...]:
    """The statements between semicolons, without the empty ones."""
    out: list[list[Token]] = [[]]
    for token in tokens:
        if token.is_symbol(";"):
            out.append([])
        else:
            out[-1].append(token)
    return tuple(part for part in out if part)


def lead(tokens: Tokens) -> str:
    """The word that says what the statement does: the first one, or for WITH the one after the
    common table expressions. Empty where the first token is no word."""
    first = _first(tokens)
    if first is None or not first.word or first.kind is TokenKind.quoted:
        return ""
    return _after_with(tokens) if first.text.lower() == "with" else first.text.lower()


def inner(tokens: Tokens) -> Tokens | None:
    """The statement inside EXPLAIN or PREPARE; None for every other statement."""
    word = lead(tokens)
    if word == "explain":
        rest = list(tokens[1:])
        if rest and rest[0].is_keyword("analyze", "analyse", "verbose"):
            rest = rest[1:]
        return rest[_closing(rest) + 1 :] if _options(rest) else rest
    if word == "prepare":
        found = next((i for i, t in enumerate(tokens) if t.is_keyword("as")), len(tokens))
        return tokens[found + 1 :]
    return None


def kind_of(tokens: Tokens) -> StatementKind:
    """By the leading word. SET VARIABLE and RESET VARIABLE change the worker's own state."""
    word = lead(tokens)
    if word in _WRAPPERS:
        kind = _plain_kind(innermost(tokens))
        if kind in (StatementKind.forbidden, StatementKind.unknown):
            return kind
        return StatementKind.explain if word == "explain" else StatementKind.state
    return _plain_kind(tokens)


def innermost(tokens: Tokens) -> Tokens:
    """The statement itself, without EXPLAIN and PREPARE around it; empty where more than two of
    them are stacked, which no use needs."""
    for _ in range(3):
        inside = inner(tokens)
        if inside is None:
            return tokens
        tokens = inside
    return ()


def _plain_kind(tokens: Tokens) -> StatementKind:
    word = lead(tokens)
    if sets_variable(tokens) or word in STATE:
        return StatementKind.state
    if word in QUERIES:
        return StatementKind.query
    return StatementKind.forbidden if word in FORBIDDEN else StatementKind.unknown


def sets_variable(tokens: Tokens) -> bool:
    """SET VARIABLE or RESET VARIABLE."""
    return (
        len(tokens) > 2
        and tokens[0].is_keyword("set", "reset")
        and tokens[1].is_keyword("variable")
        and not (tokens[2].is_symbol("=") or tokens[2].is_keyword("to"))
    )


def _first(tokens: Tokens) -> Token | None:
    return next((t for t in tokens if not t.is_symbol("(")), None)


def _after_with(tokens: Tokens) -> str:
    depth = start = 0
    while start < len(tokens) and tokens[start].is_symbol("("):
        start += 1
    for token in tokens[start + 1 :]:
        depth += opens(token)
        if depth == 0 and token.kind is TokenKind.keyword and token.text in _MAIN:
            return token.text
    return "with"


def opens(token: Token) -> int:
    """1 for an opening bracket, -1 for a closing one, else 0."""
    if token.kind is not TokenKind.symbol:
        return 0
    return (token.text in _OPENERS) - (token.text in _CLOSERS)


def _options(tokens: Tokens) -> bool:
    """EXPLAIN (ANALYZE, FORMAT json): options, and not a query in parentheses."""
    if len(tokens) < 2 or not tokens[0].is_symbol("("):
        return False
    return tokens[1].word and tokens[1].folded not in QUERIES


def _closing(tokens: Tokens) -> int:
    depth = 0
    for index, token in enumerate(tokens):
        depth += opens(token)
        if depth == 0:
            return index
    return len(tokens)
