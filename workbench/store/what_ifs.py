"""Named cases of what-if questions. One that is deleted is marked, and can be restored."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, func, insert, or_, select, update

from workbench.model.what_if import Estimate, Outcome, Supposed, WhatIf
from workbench.store.tables import what_ifs

if TYPE_CHECKING:
    from workbench.store.session import Store

MOST = 200
"""Cases of one answer (our default)."""
_PLAIN = ("id", "department", "name", "scenario", "maker", "made", "deleted", "version")


class WhatIfs:
    """Of one store. A change is made in the transaction of its entry in the ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, case: WhatIf) -> None:
        body = asdict(case)
        plain = {name: body.pop(name) for name in _PLAIN}
        text = json.dumps(body, ensure_ascii=False, sort_keys=True, allow_nan=False)
        with self._store.writing() as connection:
            connection.execute(insert(what_ifs).values(**plain, body=text))

    def mark(self, id: str, seen: int, deleted: datetime | None) -> bool:  # noqa: A002
        """Delete or restore the case as it was looked at; False where it has moved on since."""
        mine = (what_ifs.c.id == id, what_ifs.c.version == seen)
        change = update(what_ifs).where(*mine).values(deleted=deleted, version=seen + 1)
        with self._store.writing() as connection:
            return connection.execute(change).rowcount == 1

    def get(self, id: str) -> WhatIf | None:  # noqa: A002
        return self._one(what_ifs.c.id == id)

    def named(self, department: str, name: str) -> WhatIf | None:
        """Also one that is deleted: its name is not given to another one."""
        return self._one(what_ifs.c.department == department, what_ifs.c.name == name)

    def find(
        self,
        department: str,
        scenarios: Iterable[str],
        *,
        deleted: bool = False,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[tuple[WhatIf, ...], int]:
        """Those of the department and of these scenarios, the newest first, and how many there are.
        ``deleted``: those that were deleted, else those that were not."""
        gone = what_ifs.c.deleted.is_not(None) if deleted else what_ifs.c.deleted.is_(None)
        mine = (
            gone,
            or_(what_ifs.c.department == department, what_ifs.c.scenario.in_(sorted(scenarios))),
        )
        page = select(what_ifs).where(*mine).order_by(what_ifs.c.made.desc(), what_ifs.c.id)
        count = select(func.count()).select_from(what_ifs).where(*mine)
        with self._store.reading() as connection:
            rows = connection.execute(page.limit(min(limit, MOST)).offset(offset)).all()
            return tuple(map(_case, rows)), int(connection.execute(count).scalar_one())

    def _one(self, *conditions: Any) -> WhatIf | None:
        with self._store.reading() as connection:
            row = connection.execute(select(what_ifs).where(*conditions)).first()
        return None if row is None else _case(row)


def _case(row: Row[Any]) -> WhatIf:
    body = json.loads(row.body)
    found = body.pop("outcome")
    estimates = tuple(Estimate(**one) for one in found.pop("estimates"))
    return WhatIf(
        **{name: getattr(row, name) for name in _PLAIN},
        supposed=Supposed(**body.pop("supposed")),
        outcome=Outcome(**found, estimates=estimates),
        versions={name: tuple(one) for name, one in body.pop("versions").items()},
        **body,
    )
