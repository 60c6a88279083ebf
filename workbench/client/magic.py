"""``%%sql`` and ``%sql``: a statement in a cell, its parameters from the notebook's variables.

::

    %load_ext workbench
    %%sql housing                     →  shows the result
    %%sql housing prices <<           →  keeps it as the variable prices
    %%sql --limit-display 10
    %%sql taxes --tier statistics     →  in this tier; by itself in the one that a statement needs
    %%sql taxes --explain             →  what it would give: refused or not, how much withheld
    %%sql taxes --suggest             →  the same, and which coarser statements would show more
    %sql housing select count(*) from house_price
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from IPython.core.magic import Magics, line_cell_magic, magics_class

from workbench.client.base import BaseConnection
from workbench.client.completion import GrantedCompleter
from workbench.client.connection import connect
from workbench.client.explanation import Explanation, without_parameters
from workbench.client.placeholders import bind
from workbench.client.release import SHOWN_ROWS, Release
from workbench.client.teaching import taught
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.tier import STATEMENT_TIERS

_OPTION = re.compile(
    r"\s*(?:--limit-display[ =](?P<limit>\d+)|(?:-c|--connection)[ =](?P<con>\w+)"
    rf"|--tier[ =](?P<tier>{'|'.join(STATEMENT_TIERS)}|auto)\b"
    r"|(?P<explain>--explain)(?=\s|$)|(?P<suggest>--suggest)(?=\s|$))"
)
_CELL = re.compile(r"(?P<scenario>[^\s<]+(?=\s|$)(?!\s*<<))?\s*(?:(?P<name>\w+)\s*<<)?\s*")
_LINE = re.compile(r"(?:(?P<name>\w+)\s*<<\s*)?(?P<first>\S+)(?P<rest>.*)", re.DOTALL)
_STARTS = re.compile(
    r"(?:alter|analyze|begin|call|checkpoint|commit|copy|create|deallocate|delete|desc|describe"
    r"|drop|execute|explain|export|from|import|insert|install|load|merge|pivot|prepare|pragma"
    r"|reset|rollback|select|set|show|summarize|table|truncate|unpivot|update|use|vacuum|values"
    r"|with)\b|\(",
    re.IGNORECASE,
)
"""Words that start a statement; a scenario of such a name has to be made the default."""
_ATTRIBUTE = "_workbench_magics"


@dataclass(frozen=True)
class Request:
    """What one use of the magic asks for. Empty text means "not named"."""

    sql: str
    scenario: str = ""
    name: str = ""
    connection: str = ""
    shown: int = SHOWN_ROWS
    tier: str = ""
    explain: bool = False
    suggest: bool = False


def parse(line: str, cell: str | None) -> Request:
    """Read the magic's line. Raises InvalidInput(invalid_request) with the usage."""
    given: dict[str, str] = {}
    while (option := _OPTION.match(line)) is not None:
        given |= {key: value for key, value in option.groupdict().items() if value is not None}
        line = line[option.end() :]
    more: dict[str, Any] = {
        "connection": given.get("con", ""),
        "shown": int(given.get("limit", SHOWN_ROWS)),
        "tier": given.get("tier", ""),
        "explain": "explain" in given or "suggest" in given,
        "suggest": "suggest" in given,
    }
    if cell is None:
        return _parse_line(line.strip(), more)
    tail = re.split(r"\s(?=-)", line, maxsplit=1)
    if len(tail) == 2:  # options may follow the scenario
        return parse(f"{tail[1]} {tail[0]}", cell)
    found = _CELL.fullmatch(line.strip())
    if found is None or line.strip().startswith("-") or not cell.strip():
        raise _usage()
    return Request(cell.strip(), found["scenario"] or "", found["name"] or "", **more)


def _parse_line(line: str, more: dict[str, Any]) -> Request:
    found = _LINE.fullmatch(line)
    if found is None or line.startswith("-"):
        raise _usage()
    first, rest, name = found["first"], found["rest"], found["name"] or ""
    if _STARTS.match(first):
        return Request(first + rest, "", name, **more)
    if not rest.strip():
        raise _usage()
    return Request(rest.strip(), first, name, **more)


@magics_class
class SqlMagics(Magics):
    """Holds the connection that was made for cells of a notebook without one of its own."""

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self._namespace: dict[str, Any] = shell.user_ns
        self._own: BaseConnection | None = None
        self.completer = GrantedCompleter(self.known)

    @line_cell_magic
    def sql(self, line: str, cell: str | None = None) -> Release | Explanation | None:
        """%%sql [SCENARIO] [name <<] [--limit-display N] [-c CONNECTION] [--tier T] [--explain]
        [--suggest]"""
        connection = self.known("")
        try:
            request = parse(line, cell)
            connection = self._connection(request.connection)
            found = self._answer(connection, request)
        except WorkbenchError as error:
            if connection is not None:
                taught(error, connection.language)
            raise
        if not request.name:
            return found
        self._namespace[request.name] = found
        return None

    def _answer(self, connection: BaseConnection, request: Request) -> Release | Explanation:
        text, values = bind(request.sql, self._namespace)
        scenario, tier = request.scenario or None, request.tier or None
        if not request.explain:
            found = connection.sql(text, scenario, values or None, tier)
            return found.limited(request.shown)
        if values:
            raise without_parameters()
        return connection.explain(text, scenario, tier, suggest=request.suggest)

    def known(self, name: str) -> BaseConnection | None:
        """The connection of this name, or the notebook's only one, or our own; None: not yet."""
        if name:
            value = self._namespace.get(name)
            return value if isinstance(value, BaseConnection) else None
        return self._own or next(iter(self._in_notebook()), None)

    def _connection(self, name: str) -> BaseConnection:
        if name:
            found = self.known(name)
            if found is None:
                raise _no_connection(name)
            return found
        in_notebook = self._in_notebook()
        if len(in_notebook) > 1:
            raise _several()
        if in_notebook:
            return in_notebook[0]
        if self._own is None:
            self._own = connect()
        return self._own

    def _in_notebook(self) -> list[BaseConnection]:
        """The different connections among the notebook's variables (not IPython's own ``_``)."""
        found = {
            id(value): value
            for name, value in self._namespace.items()
            if not name.startswith("_") and isinstance(value, BaseConnection)
        }
        return list(found.values())


def load(shell: Any) -> None:
    """Register the magic and the completer; twice does no harm."""
    unload(shell)
    magics = SqlMagics(shell)
    shell.register_magics(magics)
    shell.Completer.custom_matchers.append(magics.completer.matcher)
    setattr(shell, _ATTRIBUTE, magics)


def unload(shell: Any) -> None:
    magics = getattr(shell, _ATTRIBUTE, None)
    if magics is None:
        return
    shell.Completer.custom_matchers.remove(magics.completer.matcher)
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("sql", None)
    delattr(shell, _ATTRIBUTE)


def _usage() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "%%sql 的写法不对。",
        "This is not how %%sql is used.",
        next=Text(
            "%%sql [场景] [变量名 <<] [--limit-display 行数] [-c 连接变量] "
            "[--tier rows|statistics] [--explain] [--suggest]，语句写在下面的行；"
            "或 %sql [场景] 语句。",
            "%%sql [SCENARIO] [name <<] [--limit-display N] [-c CONNECTION] "
            "[--tier rows|statistics] [--explain] [--suggest] with the statement on the lines "
            "below; or %sql [SCENARIO] STATEMENT.",
        ),
    )


def _no_connection(name: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"变量 {name} 不是平台连接。",
        f"The variable {name} is no connection of the workbench.",
        next=Text(f"{name} = workbench.connect()", f"{name} = workbench.connect()"),
        subject=name,
    )


def _several() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "笔记本中有多个平台连接，请用 -c 指明一个。",
        "The notebook has several connections; name one with -c.",
    )
