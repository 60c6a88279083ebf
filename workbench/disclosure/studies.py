"""What the cells of a Block tell of whom, as questions to its rows, for the guard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from workbench.disclosure.aggregates import Kind
from workbench.disclosure.cells import ALL, Block
from workbench.disclosure.counts import keys_of, left_out_sql
from workbench.disclosure.rules import cell_sql

ROWS = ""
"""In ``Told.column``: how many rows there are, and nothing of their values."""


@dataclass(frozen=True)
class Told:
    """That a figure tells a sum of ``column`` of ``resource``, over the units of the block's
    entity number ``entity`` for which ``guard`` holds. ``measure`` holds the amounts; None where
    each row is 1."""

    figure: int
    guard: int
    entity: int
    resource: str
    column: str
    measure: int | None


@dataclass(frozen=True)
class Study:
    """Questions to the block ``name``. ``cells``: a number ``cell`` for each released cell and
    ``s0 ..`` why each figure is withheld. ``members``, by the number of the entity whose units are
    asked for: each row with the number of its cell in each grouping, ``c0 ..`` (``groupings`` says
    which keys each of them keeps), the guards ``g1 ..``, its ``unit`` and ``entity``, the measures
    ``m0 ..`` that are theirs, and of how many rows it is one (``often``).

    ``pieced``: where cells are put together by lists, alternatives or exclusions."""

    name: str
    cells: str
    members: Mapping[int, str]
    groupings: tuple[tuple[int, ...], ...]
    told: tuple[Told, ...]
    pieced: Pieced | None = None


@dataclass(frozen=True)
class Pieced:
    """More questions, where cells are put together. The members have, beside, each row's piece,
    ``p0`` (of ``guards`` with pieces of their own ``p1 ..``) and, of each grouping, ``h0 ..``: the
    number of its cell were it not for what is put together. ``left_out``, by entity: the same of
    the rows that were left out. ``keys``: whether groups are put together, so that one cell is what
    another one leaves out."""

    left_out: Mapping[int, str]
    guards: frozenset[int]
    keys: bool

    def chosen(self, guard: int) -> bool:
        """Whether rows of a guard are a set of their own, not all, put into classes."""
        return bool(self.left_out) or guard in self.guards


def study(block: Block, name: str, ctes: Sequence[tuple[str, str]]) -> Study | None:
    """None where nobody is protected, or nothing is told of rows but that they are there."""
    told = tuple(_told(block))
    if not told:
        return None
    with_ = "WITH " + ", ".join(f"{each} {body}" for each, body in ctes)
    why = "".join(f", s{i}" for i in range(len(block.figures)))
    cells = f"{with_} SELECT {cell_sql(block, name)} AS cell{why} FROM {name}"
    groupings = tuple(_groupings(block))
    rows = f"WITH {name}_rows {dict(ctes)[f'{name}_rows']}"
    members = {
        entity: f"{rows} {_members(block, name, entity, told)}"
        for entity in dict.fromkeys(each.entity for each in told)
    }
    return Study(name, cells, members, groupings, told, _pieced(block, name, members))


def _pieced(block: Block, name: str, entities: Iterable[int]) -> Pieced | None:
    if not block.pieced:
        return None
    rows = f"WITH {name}_rows AS NOT MATERIALIZED ({left_out_sql(block)})"
    guards = [f"g{i}" for i in range(len(block.guards)) if i != ALL]
    items = ", ".join(["p0", *guards, *_without(block)])
    left_out = {
        entity: f"{rows} SELECT e{entity} AS entity, {items} FROM {name}_rows "
        f"WHERE u{entity} IS NOT NULL"
        for entity in entities
        if block.choosing
    }
    return Pieced(left_out, frozenset(block.guard_pieces), bool(block.put_together))


def _without(block: Block) -> list[str]:
    """The numbers of a row's cells, by the keys that are not put together alone."""
    kept = [tuple(k for k in g if k not in block.put_together) for g in _groupings(block)]
    return [
        f"hash({', '.join(['0', *(f'k{k}' for k in keys)])}) AS h{i}" for i, keys in enumerate(kept)
    ]


def _members(block: Block, name: str, entity: int, told: Sequence[Told]) -> str:
    """Where tables are joined, rows that differ in the other one's units only are counted."""
    items = [f"{_number(block, kept)} AS c{i}" for i, kept in enumerate(_groupings(block))]
    items += [f"g{i}" for i in range(len(block.guards)) if i != ALL]
    items += [f"u{entity} AS unit", f"e{entity} AS entity"]
    own = dict.fromkeys(t.measure for t in told if t.entity == entity and t.measure is not None)
    items += [f"m{i}::DOUBLE AS m{i}" for i in own]
    if block.pieced:
        items += ["p0", *(f"p{g}" for g in block.guard_pieces), *_without(block)]
    many = len(block.rows.tables) > 1
    items.append("count(*) AS often" if many else "1::BIGINT AS often")
    there = f"FROM {name}_rows WHERE u{entity} IS NOT NULL"
    return f"SELECT {', '.join(items)} {there}{' GROUP BY ALL' if many else ''}"


def _groupings(block: Block) -> Iterator[tuple[int, ...]]:
    """The keys that each grouping of the block keeps, the finest first."""
    every = tuple(range(len(block.keys)))
    if not block.grouping:
        yield every
        return
    for length in range(len(every), -1, -1):
        if block.grouping == "ROLLUP":
            yield every[:length]
        else:
            yield from combinations(every, length)


def _number(block: Block, kept: tuple[int, ...]) -> str:
    """The number of a row's cell in one grouping, as ``cell_sql`` gives it."""
    if not block.grouping:
        return f"hash({', '.join(keys_of(block)) or '0'})"
    count = len(block.keys)
    gid = sum(1 << (count - 1 - i) for i in range(count) if i not in kept)
    shown = [f"k{i}" if i in kept else "NULL" for i in range(count)]
    return f"hash({', '.join(shown)}, {gid}::BIGINT)"


def _told(block: Block) -> Iterator[Told]:
    for number, figure in enumerate(block.figures):
        if figure.aggregate.kind is Kind.number:
            for resource, i in _first_of_each(block).items():
                yield Told(number, figure.support, i, resource, ROWS, None)
            continue
        for measure in figure.measures:
            resource, column = block.measures[measure].origin
            if resource in _first_of_each(block):
                entity = _first_of_each(block)[resource]
                yield Told(number, figure.support, entity, resource, column, measure)


def _first_of_each(block: Block) -> dict[str, int]:
    """The entity of each protected resource. Where one is joined to itself it is by the key of its
    entities, so that whichever stands for all."""
    found: dict[str, int] = {}
    for i, entity in enumerate(block.rows.entities):
        found.setdefault(entity.resource, i)
    return found
