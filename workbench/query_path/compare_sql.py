"""The one statement of the compare tier, and what it is asked with: digests, as parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from workbench.engine.duckdb import identifier, literal
from workbench.model.comparison import MALFORMED, MATCH, NO_MATCH, NOT_FOUND
from workbench.query_path.bound import Prepared
from workbench.query_path.whole import Settle

Digests = Sequence[str | None]


@dataclass(frozen=True)
class Digested:
    """Digests by column's name, all of one length. ``entity`` is the entity key; ``known`` and
    ``secret`` narrow it, the latter by columns whose values are not granted. The keys of a row
    that is malformed are None throughout."""

    resource: str
    entity: Mapping[str, Digests]
    known: Mapping[str, Digests]
    secret: Mapping[str, Digests]
    columns: Mapping[str, Digests]

    @property
    def keys(self) -> dict[str, Digests]:
        return {**self.entity, **self.known, **self.secret}

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """The rows that are looked up."""
        first = next(iter(self.entity.values()))
        return tuple(i for i, key in enumerate(first) if key is not None)


def lookup(asked: Digested, membership_told: bool, settle: Settle) -> Prepared:
    """For each asked row and column match, no_match or malformed, in the order asked; not_found
    where the contract tells membership.

    Key and value are joined on together, so that a key that is not there costs what a wrong value
    costs. Of several rows with one key any may match.
    """
    keys, columns = list(asked.keys), list(asked.columns)
    given = [*asked.keys.values(), *asked.columns.values()]
    names = [*(f"k{i}" for i in range(len(keys))), *(f"v{i}" for i in range(len(columns)))]
    split = [f"string_split(${i}::VARCHAR, ',')" for i in range(1, len(names) + 1)]
    lists = ", ".join(f"nullif(unnest({s}), '') AS {n}" for s, n in zip(split, names, strict=True))
    parts = [f"asked AS (SELECT generate_subscripts({split[0]}, 1) AS i, {lists})"]
    table = identifier(asked.resource)
    same = " AND ".join(f"t.{identifier(name)} = a.k{i}" for i, name in enumerate(keys))
    found = f"SELECT DISTINCT a.i FROM asked AS a JOIN {table} AS t ON {same}"  # noqa: S608
    parts += [
        f"m{i} AS ({found} AND t.{identifier(name)} = a.v{i})" for i, name in enumerate(columns)
    ]
    if membership_told:
        parts.append(f"there AS ({found})")
    shown = ", ".join(_outcome(i, name, membership_told) for i, name in enumerate(columns))
    joined = [f"m{i}" for i in range(len(columns))] + (["there"] if membership_told else [])
    joins = "".join(f" LEFT JOIN {name} ON {name}.i = a.i" for name in joined)
    sql = f"WITH {', '.join(parts)} SELECT {shown} FROM asked AS a{joins} ORDER BY a.i"  # noqa: S608
    arrays = [pa.array([_joined(column)], pa.string()) for column in given]
    numbers = [str(i) for i in range(1, len(arrays) + 1)]
    return Prepared(sql, pa.RecordBatch.from_arrays(arrays, numbers), settle=settle)


def _joined(column: Digests) -> str | None:
    """As one text: the engine takes a list value by value, 60 times slower. A digest has no comma,
    and is not empty."""
    return ",".join(value or "" for value in column) if column else None


def _outcome(index: int, name: str, membership_told: bool) -> str:
    cases = [("a.k0 IS NULL", MALFORMED), (f"m{index}.i IS NOT NULL", MATCH)]
    if membership_told:
        cases.append(("there.i IS NULL", NOT_FOUND))
    whens = " ".join(f"WHEN {when} THEN {literal(then)}" for when, then in cases)
    return f"CASE {whens} ELSE {literal(NO_MATCH)} END AS {identifier(name)}"


def row_of(parts: Mapping[str, Digests], row: int) -> Iterator[str]:
    """The digests of one row that is looked up."""
    for column in parts.values():
        value = column[row]
        assert value is not None  # a row without its whole key is malformed, and not looked up
        yield value
