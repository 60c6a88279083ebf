"""One reminder: one entry and one message, or neither, and never twice."""

from __future__ import annotations

from workbench.errors import Code, Conflict, WorkbenchError, simple
from workbench.ledger.record import Ledger
from workbench.model.entry import Draft
from workbench.store.messages import Message, Messages


def remind(messages: Messages, ledger: Ledger, message: Message, draft: Draft) -> int:
    """1 where it was said now, 0 where it had been said. Raises Unavailable."""
    if messages.has(message.key):
        return 0

    def doing() -> None:
        if not messages.make(message):
            raise _said_already()

    try:
        ledger.record(draft, doing=doing)
    except Conflict:
        return 0
    return 1


def _said_already() -> WorkbenchError:
    return simple(Code.moved_on, "已经提醒过。", "This was said already.")
