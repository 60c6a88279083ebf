"""Privacy budgets: what each grant has spent, and the noisy figures that it has bought with it.

A figure is bought once. It is kept under a keyed digest of what it tells, so that whoever asks
again gets the very same number, and neither pays nor averages the noise away. All changes are made
under the store's write lock: of two questions at once the second sees what the first has spent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from workbench.store.tables import noise_budgets, noise_cells

if TYPE_CHECKING:
    from workbench.store.session import Store

_AT_ONCE = 1000
"""Digests in one statement: a database limits its parameters."""


class Overspent(Exception):
    """It would go past the budget; nothing was taken. All in millionths of epsilon."""

    def __init__(self, spent: int, needed: int, total: int) -> None:
        super().__init__(f"{needed} needed, {spent} of {total} spent")
        self.spent, self.needed, self.total = spent, needed, total


@dataclass(frozen=True)
class Purchase:
    """Figures that are bought together: ``cost`` (millionths of epsilon) for all ``cells``
    (digests), or nothing where each of them was paid for before."""

    cost: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Paid:
    """What was charged now, and what the grant has spent in all, in millionths of epsilon."""

    charged: int
    spent: int


class NoiseBudgets:
    """The budgets of one store. Safe for threads and processes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def spent(self, grant: str) -> int:
        """Millionths of epsilon that the grant of this id has spent."""
        with self._store.reading() as connection:
            return _spent(connection, grant)

    def pay(self, grant: str, wanted: Sequence[Purchase], total: int) -> Paid:
        """Charge what of ``wanted`` was not paid for yet. Raises ``Overspent``, having taken
        nothing, where the grant would have spent more than ``total``."""
        with self._store.writing() as connection:
            spent = _spent(connection, grant)
            known = _found(connection, [cell for each in wanted for cell in each.cells])
            new = [each for each in wanted if any(cell not in known for cell in each.cells)]
            cost = sum(each.cost for each in new)
            if not new:
                return Paid(0, spent)
            if spent + cost > total:
                raise Overspent(spent, cost, total)
            _spend(connection, grant, spent + cost)
            cells = dict.fromkeys(cell for each in new for cell in each.cells)
            _bought(connection, [cell for cell in cells if cell not in known])
        return Paid(cost, spent + cost)

    def figures(self, cells: Sequence[str]) -> Mapping[str, int | None]:
        """Of those that were paid for the noisy figure; None where it was not drawn yet."""
        with self._store.reading() as connection:
            return _found(connection, cells)

    def drawn(self, values: Mapping[str, int]) -> Mapping[str, int]:
        """Keep what was drawn for cells that were paid for. Returns what stands there: of two
        draws at once the first."""
        with self._store.writing() as connection:
            kept = _found(connection, list(values))
            if kept.keys() != values.keys():
                raise LookupError("a figure that was not paid for")
            rows = [{"at": cell, "drawn": values[cell]} for cell, v in kept.items() if v is None]
            if rows:
                here = noise_cells.c.cell == bindparam("at")
                setting = update(noise_cells).where(here).values(value=bindparam("drawn"))
                connection.execute(setting, rows)
        return {cell: values[cell] if found is None else found for cell, found in kept.items()}


def _spent(connection: Connection, grant: str) -> int:
    wanted = select(noise_budgets.c.spent).where(noise_budgets.c.grant_id == grant)
    return int(connection.execute(wanted).scalar_one_or_none() or 0)


def _spend(connection: Connection, grant: str, spent: int) -> None:
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(noise_budgets).values(grant_id=grant, spent=spent)
    key = noise_budgets.primary_key.columns
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_={"spent": spent}))


def _bought(connection: Connection, cells: Sequence[str]) -> None:
    rows = [{"cell": cell, "value": None} for cell in cells]
    connection.execute(noise_cells.insert(), rows)


def _found(connection: Connection, cells: Sequence[str]) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for some in _parts(cells):
        wanted = select(noise_cells.c.cell, noise_cells.c.value).where(noise_cells.c.cell.in_(some))
        found.update((cell, value) for cell, value in connection.execute(wanted))
    return found


def _parts(cells: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(cells), _AT_ONCE):
        yield cells[start : start + _AT_ONCE]
