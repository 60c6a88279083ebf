"""Commands that are done once, however often they are sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from workbench.errors import WorkbenchError
from workbench.model.actor import Actor
from workbench.sharing import refusals
from workbench.sharing.sent import key_of
from workbench.store.cases import Cases, Done

Kept = TypeVar("Kept")


class Once(Generic[Kept]):
    """``commands`` keeps what was done; ``look`` gives what it was done to, for who may see it."""

    def __init__(self, commands: Cases, look: Callable[[str, Actor], Kept]) -> None:
        self._commands, self._look = commands, look

    def do(self, actor: Actor, key: str, told: str, work: Callable[[], Kept]) -> tuple[Kept, bool]:
        """What came of ``work``, and whether it had been done before: what was done under this key
        is answered again, also where it turns out only at the end that somebody sent it twice, or
        that a commit in doubt stood. Raises what ``work`` raises, InvalidInput where another
        command had this key."""
        repeated = self._repeated(actor, key, told)
        if repeated is not None:
            return repeated, True
        try:
            return work(), False
        except WorkbenchError:
            repeated = self._repeated(actor, key, told)
            if repeated is None:
                raise
            return repeated, True

    def keep(
        self,
        actor: Actor,
        key: str,
        told: str,
        id: str,  # noqa: A002
        version: int,
        at: datetime,
    ) -> None:
        """In the transaction of what was done; nothing without a key."""
        if key:
            self._commands.keep_done(Done(key_of(actor, key), told, id, version, at))

    def _repeated(self, actor: Actor, key: str, told: str) -> Kept | None:
        done = self._commands.done(key_of(actor, key)) if key else None
        if done is None:
            return None
        if done.digest != told:
            raise refusals.same_key(key)
        return self._look(done.case_id, actor)
