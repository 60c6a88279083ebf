"""Messages to people: made in the transaction of what they tell, sent by whoever comes to it.

A message has a key that says what it is about, so that nobody makes it twice; and a time of the
next try, which whoever sends it moves ahead first: a second sender passes it over, and after the
death of the first one it is tried again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from workbench.store.tables import messages

if TYPE_CHECKING:
    from workbench.store.session import Store


OF_A_DATE = frozenset({"due_soon", "due_today", "overdue", "ends_soon", "expired"})
"""Kinds of message that a date makes (``sharing.reminders``); the others are told of a step."""


@dataclass(frozen=True)
class Message:
    """``recipient`` is ``department:ID`` or ``role:ROLE``; ``body`` is JSON."""

    key: str
    case_id: str
    kind: str
    recipient: str
    body: str
    made: datetime
    sent: datetime | None = None
    next: datetime | None = None
    tries: int = 0
    trouble: str = ""


class Messages:
    """The outbox of one store. Safe for threads and processes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def has(self, key: str) -> bool:
        with self._store.reading() as connection:
            found = connection.execute(select(messages.c.key).where(messages.c.key == key)).first()
        return found is not None

    def make(self, message: Message) -> bool:
        """Put it into the outbox, to be sent at once. False where it was made before."""
        with self._store.writing() as connection:
            if self.has(message.key):
                return False
            row = {**message.__dict__, "next": message.next or message.made}
            connection.execute(insert(messages).values(row))
        return True

    def claim(self, now: datetime, hold: timedelta, most: int = 50) -> tuple[Message, ...]:
        """Those to be sent now, the oldest first. Nobody else gets them before ``hold`` is over."""
        due = select(messages).where(messages.c.sent.is_(None), messages.c.next <= now)
        with self._store.writing() as connection:
            rows = connection.execute(due.order_by(messages.c.next, messages.c.key).limit(most))
            found = tuple(Message(**row._mapping) for row in rows)
            taken = update(messages).where(messages.c.key.in_([m.key for m in found]))
            connection.execute(taken.values(next=now + hold, tries=messages.c.tries + 1))
        return found

    def sent(self, key: str, at: datetime) -> None:
        self._set(key, sent=at, next=None, trouble="")

    def failed(self, key: str, again: datetime, trouble: str) -> None:
        self._set(key, next=again, trouble=trouble)

    def count_reminders(self) -> int:
        """How many were made because of a date, and not of a step."""
        query = (
            select(func.count()).select_from(messages).where(messages.c.kind.in_(sorted(OF_A_DATE)))
        )
        with self._store.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def waiting(self) -> int:
        """How many are not sent yet."""
        query = select(func.count()).select_from(messages).where(messages.c.sent.is_(None))
        with self._store.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def of_case(self, case_id: str) -> tuple[Message, ...]:
        query = select(messages).where(messages.c.case_id == case_id).order_by(messages.c.made)
        with self._store.reading() as connection:
            return tuple(Message(**row._mapping) for row in connection.execute(query))

    def _set(self, key: str, **values: object) -> None:
        with self._store.writing() as connection:
            connection.execute(update(messages).where(messages.c.key == key).values(**values))
