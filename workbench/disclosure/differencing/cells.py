"""From a study's answers to candidates, and from verdicts to what is barred."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from workbench.disclosure.cells import ALL
from workbench.disclosure.differencing.contributions import Floats, Ints, Mask
from workbench.disclosure.differencing.known import Hashes
from workbench.disclosure.rules import Barred, Missing
from workbench.disclosure.studies import Study, Told

ELEMENT = "·element"
"""In place of a resource, where cells tell of a data element; no resource is named so."""
_DIGITS = 11
"""Significant digits by which amounts of an entity are the same (ours)."""
Place = tuple[str, int, int]
"""A figure of a cell: block, figure, number of the cell."""


@dataclass(frozen=True, order=True)
class Subject:
    """Of what cells tell: a column of a resource, its rows, or a data element, whichever resource
    holds it."""

    resource: str
    column: str

    @staticmethod
    def of_element(name: str) -> Subject:
        return Subject(ELEMENT, name)

    @property
    def is_element(self) -> bool:
        return self.resource == ELEMENT


@dataclass(frozen=True)
class Cell:
    """A cell that a statement would show: units (one hash a row, maybe several times), whom they
    are about, what each contributes, and how often it stands there. ``places``: the figures that
    show it, as (block, figure, number of the cell)."""

    units: Hashes
    entities: Hashes
    amounts: Floats
    often: Ints
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Answers:
    """What a worker answered to one study; ``members``, and what was ``left_out``, by the number of
    the entity."""

    study: Study
    cells: pa.Table
    members: Mapping[int, pa.Table]
    left_out: Mapping[int, pa.Table] = field(default_factory=dict)


def cells_of(
    all_: Sequence[Answers],
    gone: Collection[Place] = frozenset(),
    elements: Mapping[Subject, str] = MappingProxyType({}),
) -> dict[Subject, list[Cell]]:
    """By subject, the cells of a statement, without what is ``gone``, in the order in which they
    are judged: block by block, the largest first, so that what has to go is small. What tells of a
    column that holds one of the ``elements`` tells of that element as well."""
    found: dict[Subject, list[Cell]] = defaultdict(list)
    for answers in all_:
        for subject, figures in told_together(answers.study):
            cells = sorted(_cells(answers, figures, gone), key=_size)
            found[subject] += cells
            if subject in elements:
                whole = Subject.of_element(elements[subject])
                found[whole] += [_by_entity(cell) for cell in cells]
    return found


def _by_entity(cell: Cell) -> Cell:
    """The cell with a unit for what it tells of each entity: a year, and its months put together,
    are the same unit wherever they stand."""
    entities, at = np.unique(cell.entities, return_inverse=True)
    held: Floats = np.bincount(at, weights=cell.amounts * cell.often).astype(np.float64)
    amounts = _digits(held)
    units = entities ^ _mixed(amounts)
    return Cell(units, entities, amounts, np.ones(len(units), np.int64), cell.places)


def _digits(amounts: Floats) -> Floats:
    """Without the last digits: sums of floating point numbers differ by their order."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 10.0 ** (_DIGITS - 1 - np.floor(np.log10(np.abs(amounts))))
        found: Floats = np.where(amounts == 0.0, 0.0, np.rint(amounts * scale) / scale)
    return found


def told_together(study: Study) -> list[tuple[Subject, list[Told]]]:
    """The figures that tell of the same rows of the same subject."""
    same: dict[tuple[Subject, int, int], list[Told]] = defaultdict(list)
    for told in study.told:
        same[Subject(told.resource, told.column), told.entity, told.guard].append(told)
    return [(subject, figures) for (subject, _, _), figures in same.items()]


def fired(
    all_: Sequence[Answers], barred: Mapping[str, Barred], pieced: Collection[Place] = frozenset()
) -> dict[str, int]:
    """How many figures each rule withholds; ``pieced`` are those of what is barred whose set was
    put together of small pieces."""
    counted: Counter[str] = Counter()
    for answers in all_:
        for name in answers.cells.column_names:
            if name != "cell":
                counted.update(w for w in answers.cells.column(name).to_pylist() if w is not None)
        block = answers.study.name
        for figure, cells in barred.get(block, {}).items():
            small = sum((block, figure, cell) in pieced for cell in cells)
            counted.update({Missing.pieces: small, Missing.differencing: len(cells) - small})
    return {str(rule): number for rule, number in sorted(counted.items()) if number}


def _size(cell: Cell) -> tuple[float, int]:
    return -float(np.abs(cell.amounts * cell.often).sum()), cell.places[0][2]


def _cells(answers: Answers, figures: Sequence[Told], gone: Collection[Place]) -> Iterator[Cell]:
    one = figures[0]
    shown = {told.figure: shown_cells(answers.cells, told.figure) for told in figures}
    members = answers.members[one.entity]
    some = rows_of_guard(members, one.guard)
    units, entities, amounts, often = contributions(members, some, one.measure)
    for grouping in range(len(answers.study.groupings)):
        numbers = numbers_of(members, f"c{grouping}")[some]
        order = np.argsort(numbers, kind="stable")
        starts = np.flatnonzero(np.diff(numbers[order], prepend=numbers[order][:1] + np.uint64(1)))
        for part in np.split(order, starts)[1:]:
            number = int(numbers[part[0]])
            places = tuple(
                (answers.study.name, told.figure, number)
                for told in figures
                if number in shown[told.figure]
                and (answers.study.name, told.figure, number) not in gone
            )
            if places:
                yield Cell(units[part], entities[part], amounts[part], often[part], places)


def shown_cells(cells: pa.Table, figure: int) -> frozenset[int]:
    """The cells whose figure is not withheld by a rule of its own."""
    numbers, why = cells.column("cell").to_pylist(), cells.column(f"s{figure}").to_pylist()
    return frozenset(n for n, reason in zip(numbers, why, strict=True) if reason is None)


def rows_of_guard(members: pa.Table, guard: int) -> Mask:
    if guard == ALL:
        return np.ones(members.num_rows, np.bool_)
    return np.array(members.column(f"g{guard}").to_numpy(), dtype=np.bool_)


def contributions(
    members: pa.Table, some: Mask, measure: int | None
) -> tuple[Hashes, Hashes, Floats, Ints]:
    """Units, entities, amounts, and how often, of some rows."""
    units, entities = numbers_of(members, "unit")[some], numbers_of(members, "entity")[some]
    often = members.column("often").to_numpy()[some]
    if measure is None:
        return units, entities, np.ones(len(units)), often
    held = members.column(f"m{measure}").to_numpy()[some]
    amounts = np.nan_to_num(held.astype(np.float64), nan=0.0)
    return units ^ _mixed(amounts), entities, amounts, often


def _mixed(amounts: Floats) -> Hashes:
    """Bits that tell amounts apart: a row with another amount is another unit."""
    bits: Hashes = amounts.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return bits ^ (bits >> np.uint64(29))


def numbers_of(members: pa.Table, name: str) -> Hashes:
    numbers: Hashes = np.asarray(members.column(name).to_numpy(), dtype=np.uint64)
    return numbers


def barred(
    all_: Iterable[tuple[Cell, bool]], gone: Collection[Place] = frozenset()
) -> dict[str, dict[int, list[int]]]:
    """By block and figure the cells that may not be told: those of which it was judged so, and
    those that were ``gone`` before."""
    found: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    refused = {place for cell, shown in all_ if not shown for place in cell.places}
    for block, figure, number in sorted(refused | set(gone)):
        found[block][figure].append(number)
    return {block: dict(figures) for block, figures in found.items()}
