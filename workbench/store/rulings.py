"""What procedures decided about resources: kept once, and never changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, insert, select

from workbench.errors import Text
from workbench.model.contract import OpenType, SharingType
from workbench.model.procedure import Effect
from workbench.model.ruling import Ruling
from workbench.store.tables import rulings

if TYPE_CHECKING:
    from workbench.store.session import Store


class Rulings:
    """Of one store. Changed in the transaction of the procedure's step."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, decided: Iterable[Ruling]) -> None:
        """Every process that serves the city is told (``Store.version``)."""
        rows = [_row(one) for one in decided]
        if not rows:
            return
        with self._store.writing() as connection:
            connection.execute(insert(rulings), rows)
            self._store.changed(connection)

    def all(self) -> tuple[Ruling, ...]:
        """The oldest first."""
        return self._find()

    def of(self, procedure_id: str) -> tuple[Ruling, ...]:
        return self._find(rulings.c.procedure_id == procedure_id)

    def _find(self, *conditions: Any) -> tuple[Ruling, ...]:
        order = (rulings.c.at, rulings.c.procedure_id, rulings.c.step, rulings.c.effect)
        query = select(rulings).where(*conditions).order_by(*order)
        with self._store.reading() as connection:
            return tuple(_ruling(row) for row in connection.execute(query))


def _row(one: Ruling) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in _PLAIN},
        **{name: (getattr(one, name) or "") for name in _TYPES},
        "effect": one.effect.value,
        "title_zh": one.title.zh,
        "title_en": one.title.en,
    }


def _ruling(row: Row[Any]) -> Ruling:
    plain = {name: getattr(row, name) for name in _PLAIN}
    return Ruling(
        **plain,
        effect=Effect(row.effect),
        title=Text(row.title_zh, row.title_en),
        sharing=_sharing(row.sharing),
        opening=_opening(row.opening),
        was_sharing=_sharing(row.was_sharing),
        was_opening=_opening(row.was_opening),
    )


def _sharing(word: str) -> SharingType | None:
    return SharingType(word) if word else None


def _opening(word: str) -> OpenType | None:
    return OpenType(word) if word else None


_TYPES = ("sharing", "opening", "was_sharing", "was_opening")
_PLAIN = (
    "procedure_id", "step", "resource", "at", "since", "until", "regulation", "article",
    "contract", "text",
)  # fmt: skip
