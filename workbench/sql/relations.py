"""Where in a statement a relation is named."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.sql.statements import Tokens, lead, opens
from workbench.sql.tokens import Token, TokenKind
from workbench.sql.words import words

_EXPECT = words("join into describe desc summarize show table update truncate")
_ENDS_FROM = words(
    "where group having order limit offset qualify window select set union except intersect "
    "returning when"
)
_FROM_IS_AN_ARGUMENT = words("extract substring trim overlay position")


@dataclass
class _Frame:
    """One level of brackets. ``in_from``: a comma is followed by a relation; ``expects``: the
    next token names one; ``argument``: FROM here belongs to a function (EXTRACT(x FROM y))."""

    in_from: bool = False
    expects: bool = False
    argument: bool = False


def relation_positions(tokens: Tokens) -> tuple[int, ...]:
    """Indices of the tokens that begin the name of a relation (or a table function).

    Where the grammar leaves it open, a position is given rather than left out.
    """
    return tuple(_Walk(tokens).positions())


class _Walk:
    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._stack = [_Frame()]
        self._using = lead(tokens) in ("merge", "delete")

    def positions(self) -> list[int]:
        return [i for i, token in enumerate(self._tokens) if self._step(i, token)]

    def _step(self, index: int, token: Token) -> bool:
        """Move past ``token``; True where it begins the name of a relation."""
        frame, change = self._stack[-1], opens(token)
        if change > 0:
            self._open(index, frame)
        elif change < 0:
            if len(self._stack) > 1:
                self._stack.pop()
        elif token.is_symbol(",") or token.is_symbol(":"):
            frame.expects = frame.in_from  # FROM a, b and FROM alias: a
        elif token.kind is TokenKind.keyword and self._keyword(index, token.text, frame):
            pass
        else:
            expected, frame.expects = frame.expects, False
            return expected and (token.word or token.kind is TokenKind.string)
        return False

    def _open(self, index: int, frame: _Frame) -> None:
        expects, frame.expects = frame.expects, False
        before = self._tokens[index - 1] if index else None
        argument = before is not None and before.word and before.folded in _FROM_IS_AN_ARGUMENT
        self._stack.append(_Frame(in_from=expects, expects=expects, argument=argument))

    def _keyword(self, index: int, word: str, frame: _Frame) -> bool:
        """Whether the keyword only moved the frame, and names nothing itself."""
        if word == "from":
            if not frame.argument and not self._distinct_from(index):
                frame.in_from = frame.expects = True
        elif word in ("pivot", "unpivot", "pivot_wider", "pivot_longer"):
            statement = frame.expects or not frame.in_from
            frame.in_from, frame.expects = frame.in_from and not statement, statement
        elif word == "values":
            frame.expects = False
            if index and self._tokens[index - 1].is_symbol("("):
                frame.in_from = False  # (VALUES (...), (...)): its commas part rows
        elif word in _ENDS_FROM:
            frame.in_from = frame.expects = False
        elif word in _EXPECT or (word == "using" and self._using):
            frame.expects = True
        else:
            return word == "lateral"
        return True

    def _distinct_from(self, index: int) -> bool:
        """x IS [NOT] DISTINCT FROM y."""
        before = self._tokens[max(0, index - 2) : index]
        return (
            len(before) == 2
            and before[1].is_keyword("distinct")
            and before[0].is_keyword("is", "not")
        )
