"""What a desk is asked and what it answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.client.base import BaseConnection
from workbench.client.connection import Connection
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.ui.panels import Context

Json = dict[str, Any]
LIMIT = 50
"""Lines of a list that are shown at once (our default)."""


@dataclass(frozen=True)
class Asked:
    """Which part of the list: from which line on, under which filters ("" or absent: all)."""

    offset: int = 0
    filters: Mapping[str, str] = field(default_factory=dict)

    def filter(self, key: str) -> str:
        return self.filters.get(key, "").strip()


ALL = Asked()


@dataclass(frozen=True)
class Act:
    """A form that was sent. ``item`` is "" where it belongs to the desk as a whole; ``seen`` is the
    version of the item that was looked at; ``key`` names the command, so that it is done once."""

    item: str
    event: str
    seen: int
    values: Mapping[str, Any]
    key: str

    def text(self, name: str) -> str:
        return str(self.values.get(name) or "").strip()

    def number(self, name: str) -> int:
        """0 where nothing was written. Raises InvalidInput for what is no whole number."""
        written = self.text(name)
        try:
            return int(written or 0)
        except ValueError:
            raise simple(
                Code.invalid_request,
                f"{written[:40]} 不是整数。",
                f"{written[:40]} is not a whole number.",
                next=Text("请填写数字。", "Write a number."),
                subject=name,
            ) from None


@dataclass(frozen=True)
class Acted:
    """``told`` is what came of it; then the item as it is now, a form to go on with, or a file."""

    told: str = ""
    item: Json | None = None
    form: Json | None = None
    download: Json | None = None


class Desk(ABC):
    """``ask`` and what follows raise WorkbenchError; ``shows`` only draws what ``ask`` was told.
    ``lives``: an open page asks again by itself."""

    lives = True

    @abstractmethod
    def ask(self, client: Connection, asked: Asked) -> Any:
        """What the gateway says, in no language yet."""

    @abstractmethod
    def shows(self, answer: Any, asked: Asked, context: Context) -> Json:
        """The list as the board draws it."""

    @abstractmethod
    def item(self, client: Connection, id: str, context: Context) -> Json:  # noqa: A002
        """One line, opened."""

    @abstractmethod
    def act(self, client: Connection, act: Act, context: Context) -> Acted:
        """A form that was sent."""


def connected(client: BaseConnection) -> Connection:
    """A desk works at a gateway. Raises InvalidInput for what only stands in for one."""
    if isinstance(client, Connection):
        return client
    raise simple(
        Code.invalid_request,
        "办理台需要网关。",
        "A desk needs a gateway.",
        next=Text("请用 connect() 连接。", "Use connect()."),
    )


def no_such_step(event: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"这里没有操作 {event[:40]}。",
        f"There is no step {event[:40]} here.",
        next=Text("请重新打开页面。", "Open the page again."),
        subject=event[:40],
    )


def no_such_line(name: str) -> WorkbenchError:
    return simple(
        Code.not_found,
        f"列表中没有 {name[:80]}。",
        f"The list has no {name[:80]}.",
        next=Text("请刷新列表。", "Ask for the list again."),
        subject=name[:80],
    )
