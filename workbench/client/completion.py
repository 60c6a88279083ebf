"""Completion of table and column names, from what is granted and from nothing else.

Works in ``%%sql`` cells, ``%sql`` lines and inside ``connection.sql("...")``. The names come from
``tables()``, which lists granted columns only: what is withheld cannot shape a completion.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, context_matcher

from workbench.client.base import BaseConnection
from workbench.errors import WorkbenchError
from workbench.model.tier import STATEMENT_TIERS

log = logging.getLogger(__name__)

KEPT_SECONDS = 30.0
"""How long the names of a scenario are kept (our default): a new grant shows up after that."""

Tables = Mapping[str, tuple[str, ...]]
_CELL = re.compile(r"\s*%%sql\b([^\n]*)(?:\n|$)")
_LINE = re.compile(r"(?:^|\n|=)[ \t]*%sql[ \t]+([^\n]*)$")
_CALL = re.compile(
    r"(?P<object>[^\W\d]\w*)\.sql\(\s*r?(?P<quote>\"\"\"|'''|\"|')(?P<sql>(?:(?!(?P=quote)).)*)$",
    re.DOTALL,
)
_SCENARIO = re.compile(r"scenario\s*=\s*['\"]([^'\"]+)['\"]")
_QUALIFIED = re.compile(r'(?:(\w+)|"([^"]+)")\.(\w*)$')
_WORD = re.compile(r"\w*$")
_TABLES_NEXT = re.compile(r"\b(?:from|join|describe|summarize|into|pivot|unpivot)\s+\w*$", re.I)
_NAMED = re.compile(r"\b(?:from|join)\s+(\w+)(?:\s+(?:as\s+)?(\w+))?", re.I)
_PLAIN = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Place:
    """Where the cursor is. ``before`` and ``whole`` are SQL; without SQL a scenario is next."""

    scenario: str
    connection: str
    before: str
    whole: str
    in_header: bool = False


def place_of(text: str, cursor: int) -> Place | None:
    """The SQL around ``cursor`` (an offset into ``text``); None in ordinary Python."""
    before = text[:cursor]
    cell = _CELL.match(text)
    if cell is not None:
        words = [w for w in cell[1].split() if not w.startswith("-")]
        if cursor < cell.end() or "\n" not in before:
            return Place("", "", before, "", in_header=True)
        scenario = words[0] if words and words[1:2] != ["<<"] else ""
        return Place(scenario, "", text[cell.end() : cursor], text[cell.end() :])
    line = _LINE.search(before)
    if line is not None:
        scenario, _, sql = line[1].partition(" ")
        return Place(scenario, "", sql, sql) if sql else Place("", "", before, "", in_header=True)
    call = _CALL.search(before)
    if call is not None:
        after = text[cursor:].split("\n\n", 1)[0]
        named = _SCENARIO.search(after)
        return Place(named[1] if named else "", call["object"], call["sql"], call["sql"] + after)
    return None


def candidates(place: Place, tables: Tables) -> tuple[str, list[tuple[str, str]]]:
    """``(fragment, [(text, kind), ...])`` that fit at ``place``; kind is table or column."""
    qualified = _QUALIFIED.search(place.before)
    if qualified is not None:
        owner, fragment = qualified[1] or qualified[2], qualified[3]
        table = _meant(owner, place.whole, tables)
        return fragment, _fitting(fragment, ((c, "column") for c in tables.get(table, ())))
    word = _WORD.search(place.before)
    fragment = word.group() if word else ""
    names = ((name, "table") for name in tables)
    if _TABLES_NEXT.search(place.before):
        return fragment, _fitting(fragment, names)
    used = [t for t in tables if re.search(rf"(?<!\w){re.escape(t)}(?!\w)", place.whole, re.I)]
    columns = dict.fromkeys(c for t in used or tables for c in tables[t])
    return fragment, _fitting(fragment, [*((c, "column") for c in columns), *names])


def _meant(owner: str, sql: str, tables: Tables) -> str:
    """The table behind a name or an alias."""
    folded = {name.casefold(): name for name in tables}
    aliases = {m[2].casefold(): m[1].casefold() for m in _NAMED.finditer(sql) if m[2]}
    return folded.get(aliases.get(owner.casefold(), owner.casefold()), "")


def _fitting(fragment: str, names: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    start = fragment.casefold()
    return [(quoted(n), kind) for n, kind in names if n.casefold().startswith(start)]


def quoted(name: str) -> str:
    """``name`` as SQL takes it: quoted where it is not a plain identifier."""
    return name if _PLAIN.fullmatch(name) else '"' + name.replace('"', '""') + '"'


class GrantedCompleter:
    """``matcher`` goes into ``Completer.custom_matchers``.

    ``connection_of`` gives the connection of a variable's name, or with "" the notebook's own.
    """

    def __init__(
        self,
        connection_of: Callable[[str], BaseConnection | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection_of = connection_of
        self._clock = clock
        self._kept: dict[tuple[int, str], tuple[float, Tables]] = {}

        @context_matcher(identifier="workbench.granted")  # type: ignore[untyped-decorator]
        def matcher(context: CompletionContext) -> dict[str, Any]:
            return self.complete(context.full_text, _offset(context))

        self.matcher = matcher

    def complete(self, text: str, cursor: int) -> dict[str, Any]:
        """An IPython SimpleMatcherResult; empty outside SQL, or where the gateway is silent."""
        place = place_of(text, cursor)
        connection = self._connection_of(place.connection) if place is not None else None
        if place is None or connection is None:
            return {"completions": [], "suppress": False}
        try:
            fragment, found = self._found(place, connection)
        except WorkbenchError as error:
            log.debug("completion: %s", error.code)
            fragment, found = "", []
        return {
            "completions": [SimpleCompletion(text=name, type=kind) for name, kind in found],
            "matched_fragment": fragment,
            "ordered": True,
            "suppress": True,
        }

    def _found(self, place: Place, connection: BaseConnection) -> tuple[str, list[tuple[str, str]]]:
        if place.in_header:
            fragment = re.search(r"\S*$", place.before)
            start = fragment.group() if fragment and not fragment.group().startswith("%") else ""
            names = [str(row["scenario"]) for row in connection.scenarios()]
            return start, [(n, "scenario") for n in names if n.startswith(start)]
        return candidates(place, self._tables(connection, place.scenario))

    def _tables(self, connection: BaseConnection, scenario: str) -> Tables:
        key = (id(connection), scenario)
        kept = self._kept.get(key)
        if kept is not None and self._clock() - kept[0] < KEPT_SECONDS:
            return kept[1]
        tables: dict[str, tuple[str, ...]] = {}
        for row in connection.tables(scenario or None):
            if set(STATEMENT_TIERS).isdisjoint(row.get("tiers", STATEMENT_TIERS)):
                continue  # what is only viewed or compared is no name for a statement
            tables[row["table"]] = (*tables.get(row["table"], ()), row["column"])
        self._kept[key] = (self._clock(), tables)
        return tables


def _offset(context: CompletionContext) -> int:
    """The cursor as an offset into the whole text; IPython gives line and column."""
    lines = context.full_text.split("\n")
    return sum(len(line) + 1 for line in lines[: context.cursor_line]) + context.cursor_position
