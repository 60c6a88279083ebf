"""Session options of Flight SQL: where one stands, and why one cannot move.

There are no sessions. A connection sees one catalog and one schema, those of the workspace of its
scenario, and says so to a driver that asks. The scenario is chosen by a header and not by the
catalog: a query belongs to exactly one scenario, so no second catalog could ever be joined.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway.flightsql import parse
from workbench.gateway.metadata import CATALOG, SCHEMA
from workbench.wire import SCENARIO_HEADER, bare

_HERE = {"catalog": CATALOG, "schema": SCHEMA}


def options() -> bytes:
    """The answer to GetSessionOptions."""
    return bare(
        "GetSessionOptionsResult", session_options=[_entry(*item) for item in _HERE.items()]
    )


def change(body: bytes) -> bytes:
    """The answer to SetSessionOptions: fine for what is so already, else InvalidInput."""
    for name, value in _asked(body):
        if _HERE.get(name) != value:
            raise _refused(name)
    return bare("SetSessionOptionsResult")


def _asked(body: bytes) -> Iterator[tuple[str, str]]:
    for entry in parse("SetSessionOptionsRequest", body).session_options:
        found = parse("SessionEntry", entry)
        yield found.key, parse("SessionOptionValue", found.value).string_value


def _entry(name: str, value: str) -> bytes:
    return bare("SessionEntry", key=name, value=bare("SessionOptionValue", string_value=value))


def _refused(name: str) -> WorkbenchError:
    said = name[:64] if name.isprintable() else "?"
    return simple(
        Code.invalid_request,
        f"不能设置会话选项 {said}。",
        f"The session option {said} cannot be set.",
        why=Text(
            f"一个连接只有一个目录 {CATALOG} 和一个模式 {SCHEMA}，属于一个应用场景。",
            f"A connection has one catalog, {CATALOG}, and one schema, {SCHEMA}: "
            "those of its scenario.",
        ),
        next=Text(
            f"要换应用场景，请在连接时设置请求头 {SCENARIO_HEADER}"
            f"（adbc.flight.sql.rpc.call_header.{SCENARIO_HEADER}）。",
            f"To work under another scenario, connect with the header {SCENARIO_HEADER} "
            f"(adbc.flight.sql.rpc.call_header.{SCENARIO_HEADER}).",
        ),
        subject=said,
    )
