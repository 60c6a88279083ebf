"""What an engine's error may say: how the statement is at fault, never a value of the data.

An error leaves without a release in the ledger and without its limits, so that a value in it would
be a second way out. Names, types and what the statement itself spells out stay.
"""

from __future__ import annotations

import re

LONGEST = 200
"""Characters of an error about data; what is longer can only be data (our default)."""

_ABOUT_THE_STATEMENT = frozenset(
    {
        "ParserException", "SyntaxException", "BinderException", "CatalogException",
        "PermissionException", "OutOfMemoryException", "InterruptException",
        "TransactionException", "DependencyException",
    }
)  # fmt: skip
_HEAD = re.compile(r"(?P<kind>[A-Za-z][A-Za-z ]*?) Error: ")
_QUOTED = re.compile(r"(?<=[\s(:])(?P<mark>['\"])(?P<value>.*)(?P=mark)", re.DOTALL)
_NUMBER = re.compile(r"(?<![A-Za-z_0-9])[+-]?\d[\d.]*(?:[eE][+-]?\d+)?")
_FREE = re.compile(r"(: |\()(?!…).*", re.DOTALL)


def told(error: Exception, statement: str) -> tuple[str, str]:
    """The engine's class and text for ``error``.

    An error in the middle of a result comes through Arrow as an OSError: the engine's class is
    then read from the head of its text.
    """
    text = str(error).split("\n\nLINE ")[0]
    name = type(error).__name__
    head = _HEAD.match(text)
    if isinstance(error, OSError | ValueError) and head:
        name = "".join(word.capitalize() for word in head["kind"].split()) + "Exception"
    if name in _ABOUT_THE_STATEMENT:
        return name, text
    return name, without_values(text, statement)


def without_values(text: str, statement: str) -> str:
    """``text`` with quoted values and numbers put out that ``statement`` does not contain.

    What follows a colon or a bracket is free text (a pattern, a made-up error): it stays only
    where the statement spells it out.
    """
    head = _HEAD.match(text)
    start = head.end() if head else 0
    body = text[start:].split("\n")[0].replace(" can't ", " cannot ")
    body = _QUOTED.sub(lambda m: m[0] if m["value"] in statement else _put_out(m["mark"]), body)
    body = _FREE.sub(lambda m: m[0] if m[0].strip(": ()") in statement else m[1] + "…", body)
    body = _NUMBER.sub(lambda m: m[0] if m[0] in statement else "…", body)
    return (text[:start] + body)[:LONGEST]


def _put_out(mark: str) -> str:
    return f"{mark}…{mark}"
