"""What the statements of an outline gave: rows, and the release that they came in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workbench.client.base import BaseConnection
from workbench.client.release import Release
from workbench.errors import TOO_FEW, Code, Text, WorkbenchError, simple
from workbench.reports.outline import Asking, Outline

Row = Mapping[str, Any]
TOLD = ("part", "subject", "measure", "value", "text_zh", "text_en")
"""Columns of a block of sentences that the analysis made."""


@dataclass(frozen=True)
class Answer:
    """``release`` None: the resource has no data yet, and the block is optional; or, with
    ``too_few``, it is about too few for the statement to be asked."""

    block: str
    statement: str
    parameters: Mapping[str, str]
    rows: tuple[Row, ...]
    release: Release | None
    too_few: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of the statement and its parameters."""
        asked = {"parameters": dict(self.parameters), "statement": self.statement}
        text = json.dumps(asked, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def ask(
    connection: BaseConnection,
    outline: Outline,
    month: date,
    told: Callable[[str], object] = lambda block: None,
) -> dict[str, Answer]:
    """By block, as whoever is connected. ``told`` hears of each before it is asked.

    Raises as the gateway does, and StatementWrong for a column that the outline names and the
    answer has not.
    """
    found: dict[str, Answer] = {}
    for name, block in outline.asking():
        told(name)
        found[name] = _asked(connection, outline, name, block, month)
    return found


def _asked(
    connection: BaseConnection, outline: Outline, name: str, block: Asking, month: date
) -> Answer:
    given = {"month": month} if "$month" in block.statement else {}
    said = {key: value.isoformat() for key, value in given.items()}
    text, scenario = block.statement.strip(), block.scenario or outline.scenario
    try:
        release = connection.sql(text, scenario=scenario, parameters=given or None)
    except WorkbenchError as error:
        if block.optional and error.code is Code.extract_missing:
            return Answer(name, text, said, (), None)
        if error.code in TOO_FEW:
            return Answer(name, text, said, (), None, too_few=True)
        raise
    for column in columns_of(block):
        if column not in release.columns:
            raise _no_column(name, column)
    return Answer(name, text, said, tuple(release.pl().to_dicts()), release)


def columns_of(block: Asking) -> tuple[str, ...]:
    """The columns that it names."""
    roles = (
        "by",
        "entry",
        "state",
        "value",
        "change",
        "series",
        "low",
        "high",
        "expected",
        "total",
    )
    named = [getattr(block, role, "") for role in roles]
    listed = block.columns if block.kind == "table" else TOLD if block.kind == "told" else ()
    return tuple(dict.fromkeys(name for name in (*named, *listed) if name))


def _no_column(block: str, column: str) -> WorkbenchError:
    return simple(
        Code.statement_wrong,
        f"简报 {block} 的结果没有列 {column}。",
        f"The answer of {block} has no column {column}.",
        next=Text("运行 workbench report check。", "Run workbench report check."),
        subject=block,
    )
