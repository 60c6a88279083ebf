"""``:name`` and ``$name`` in a statement: bound to values, never replaced by them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.errors import Code, Text, simple

_TOKEN = re.compile(
    r"""
      (?P<comment>--[^\n]*|/\*)
    | (?P<dollar>\$(?P<tag>[A-Za-z_]\w*|)\$.*?\$(?P=tag)\$)
    | (?P<escape>(?<!\w)[eE]'(?:\\.|''|[^'\\])*')
    | (?P<text>'(?:''|[^'])*'|"(?:""|[^"])*")
    | (?P<other>::|:=)
    | (?P<param>(?<![\w$])\$(?P<named>[^\W\d]\w*))
    | (?P<colon>(?<![\w'")\]}\[:]):(?P<coloned>[^\W\d]\w*))
    """,
    re.VERBOSE | re.DOTALL,
)
"""Strings, quoted names, dollar quotes and comments are passed over whole. A colon right after a
name, a closing bracket, a quote or ``[`` is a slice, a struct or a cast (``l[a:b]``, ``{'k':v}``),
not a parameter; there, ``$name`` works."""


def bind(sql: str, namespace: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """``sql`` with ``$name`` for each ``:name``, and the values of the names.

    Raises InvalidInput(invalid_request) for a name that ``namespace`` has not.
    """
    out, end, values = [], 0, dict[str, Any]()
    for found in _placeholders(sql):
        name = found["named"] or found["coloned"]
        if name not in namespace:
            raise _unknown(name)
        values[name] = namespace[name]
        out += [sql[end : found.start()], f"${name}"]
        end = found.end()
    return "".join([*out, sql[end:]]), values


def passages(sql: str) -> Iterator[tuple[int, int, str]]:
    """``(start, end, kind)`` of what no engine reads as code: ``text`` (a string in any notation),
    ``name`` (in double quotes) and ``comment``."""
    position = 0
    while (found := _TOKEN.search(sql, position)) is not None:
        start, position = found.span()
        if found["comment"]:
            if found["comment"] == "/*":
                position = _comment_end(sql, position)
            yield start, position, "comment"
        elif found["text"] and found["text"].startswith('"'):
            yield start, position, "name"
        elif found["dollar"] or found["escape"] or found["text"]:
            yield start, position, "text"


def _placeholders(sql: str) -> Iterator[re.Match[str]]:
    position = 0
    while (found := _TOKEN.search(sql, position)) is not None:
        position = found.end()
        if found["comment"] == "/*":
            position = _comment_end(sql, position)
        elif found["param"] or found["colon"]:
            yield found


def _comment_end(sql: str, position: int) -> int:
    """After the comment opened before ``position``; comments nest, as in PostgreSQL."""
    depth = 1
    for mark in re.compile(r"/\*|\*/").finditer(sql, position):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(sql)


def _unknown(name: str) -> Exception:
    return simple(
        Code.invalid_request,
        f"语句使用了参数 {name}，但没有名为 {name} 的变量。",
        f"The statement has a parameter {name}, and there is no variable {name}.",
        next=Text(
            f"请先给 {name} 赋值；文本中的冒号请放在引号内。",
            f"Give {name} a value first; a colon inside text belongs between quotes.",
        ),
        subject=name,
    )
