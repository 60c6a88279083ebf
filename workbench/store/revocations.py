"""Grants that were taken back before their end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from workbench.errors import Code, simple
from workbench.store.tables import revocations

if TYPE_CHECKING:
    from workbench.store.session import Store


@dataclass(frozen=True)
class Revocation:
    grant_id: str
    revoked_on: date
    by: str
    reason: str
    at: datetime


class Revocations:
    """A revocation is final: access comes back only by a new grant."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def revoke(self, grant_id: str, on: date, by: str, reason: str) -> None:
        """Take the grant back from ``on``; ``InvalidInput`` where it already was, or a field is
        empty."""
        if not (grant_id and by.strip() and reason.strip()):
            raise simple(
                Code.invalid_request,
                "撤销授权须写明授权编号、经办人和理由。",
                "A revocation needs the grant, who revokes it, and a reason.",
            )
        with self._store.writing() as connection:
            known = connection.execute(
                select(revocations.c.revoked_on).where(revocations.c.grant_id == grant_id)
            ).scalar_one_or_none()
            if known is not None:
                raise simple(
                    Code.invalid_request,
                    f"授权 {grant_id} 已于 {known} 撤销。",
                    f"Grant {grant_id} was already revoked on {known}.",
                    subject=grant_id,
                )
            row = {"grant_id": grant_id, "revoked_on": on, "by": by, "reason": reason}
            connection.execute(insert(revocations).values(**row, at=self._clock()))
            self._store.changed(connection)

    def get(self, grant_id: str) -> Revocation | None:
        query = select(revocations).where(revocations.c.grant_id == grant_id)
        with self._store.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else Revocation(**row._mapping)

    def all(self) -> Mapping[str, date]:
        """Day of revocation by id of the grant."""
        with self._store.reading() as connection:
            rows = connection.execute(select(revocations.c.grant_id, revocations.c.revoked_on))
            return {row.grant_id: row.revoked_on for row in rows}

    def listed(self) -> tuple[Revocation, ...]:
        """With who, why and when; in the order in which they were made."""
        with self._store.reading() as connection:
            rows = connection.execute(select(revocations).order_by(revocations.c.at))
            return tuple(Revocation(**row._mapping) for row in rows)
