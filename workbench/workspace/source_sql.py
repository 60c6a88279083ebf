"""The one SELECT that a source is asked: granted columns as text, rows by the grant's scope.

It is written here and not left to the engine's pushdown, so that it is certain what the source
sends: no column that is not granted, no row out of scope. Values come as text in one form for each
type, and what they are is decided after they have arrived (``puller``). The row scope is worked out
by the source; it must find the very rows that the engine would, so comparisons are by bytes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.catalogue.types import Family, family
from workbench.model.grant import Operator


@dataclass(frozen=True)
class Item:
    """A column that is wanted: its ``name`` and ``type`` in the contract, and its name there."""

    name: str
    source: str
    type: str

    @property
    def family(self) -> Family:
        return family(self.type)


@dataclass(frozen=True)
class Found:
    """A column as the source has it. ``readable`` is False where the account may not."""

    name: str
    type: str
    readable: bool = True


@dataclass(frozen=True)
class Fitted:
    """How one column is asked for, as SQL of the source.

    ``text``: its value as text. ``value``: what the row scope compares. ``plain``: the bare column
    where ``=`` in the source's own collation finds at least what is equal by bytes, so that an
    index helps. ``odd``: TRUE for a value that cannot be compared as the contract's type.
    """

    text: str
    value: str
    plain: str = ""
    odd: str = ""


@dataclass(frozen=True)
class Condition:
    """A row condition; ``values`` are canonical text of the column's type."""

    item: Item
    op: Operator
    values: tuple[str, ...] = ()


class Dialect(ABC):
    """One kind of source."""

    tagged_text = False
    """Whether text comes with a ``t`` before it (and ``x`` for what was no text)."""

    @abstractmethod
    def quoted(self, name: str) -> str:
        """An identifier."""

    @abstractmethod
    def table(self, schema: str, table: str) -> str: ...

    @abstractmethod
    def lookup(self, schema: str, table: str, names: Sequence[str] | None) -> str:
        """A SELECT of ``name, type, readable`` (texts) of these columns, or of all."""

    @abstractmethod
    def fit(self, item: Item, type_: str) -> Fitted | None:
        """None where the source's type is not one that the contract's may come from."""

    @abstractmethod
    def literal(self, value: str, item: Item) -> str:
        """A constant to compare with ``Fitted.value``."""

    def plain_literal(self, value: str, item: Item) -> str:
        """A constant to compare with ``Fitted.plain``."""
        return self.literal(value, item)

    @abstractmethod
    def starts_with(self, fitted: Fitted, value: str, item: Item) -> str: ...

    def is_null(self, item: Item) -> str:
        return f"{self.quoted(item.source)} IS NULL"

    def same(self, one: str, other: str) -> bool:
        """Whether two names mean one column here."""
        return one == other

    def limited(self, sql: str, seconds: int) -> str:
        """The statement with its deadline, where it is part of the statement."""
        return sql


def select(
    dialect: Dialect,
    table: str,
    items: Sequence[Item],
    fitted: Mapping[str, Fitted],
    conditions: Sequence[Condition],
    rows: int,
) -> str:
    """``fitted`` by the source's name. At most ``rows`` + 1 rows: one more tells of too many."""
    listed = ", ".join(f"{fitted[i.source].text} AS c{n}" for n, i in enumerate(items))
    scope = where(dialect, fitted, conditions)
    return f"SELECT {listed} FROM {table}{scope} LIMIT {rows + 1}"  # noqa: S608


def odd_rows(
    dialect: Dialect,
    table: str,
    fitted: Mapping[str, Fitted],
    conditions: Sequence[Condition],
) -> tuple[list[str], str]:
    """The columns of the row scope that may hold what cannot be compared, and a SELECT that counts
    such values in each; "" where no column may."""
    names = list(dict.fromkeys(c.item.source for c in conditions if fitted[c.item.source].odd))
    counts = ", ".join(
        f"CAST(coalesce(sum(CASE WHEN {fitted[name].odd} THEN 1 ELSE 0 END), 0) AS CHAR) AS c{n}"
        for n, name in enumerate(names)
    )
    return names, f"SELECT {counts} FROM {table}" if names else ""  # noqa: S608


def where(dialect: Dialect, fitted: Mapping[str, Fitted], conditions: Sequence[Condition]) -> str:
    parts = [_condition(dialect, fitted[c.item.source], c) for c in conditions]
    return " WHERE " + " AND ".join(parts) if parts else ""


def _condition(dialect: Dialect, fitted: Fitted, condition: Condition) -> str:
    item, op = condition.item, condition.op
    values = [dialect.literal(v, item) for v in condition.values]
    match op:
        case Operator.is_null:
            return f"({dialect.is_null(item)})"
        case Operator.is_not_null:
            return f"(NOT ({dialect.is_null(item)}))"
        case Operator.in_ | Operator.eq:
            return _one_of(dialect, fitted, condition, values)
        case Operator.not_in | Operator.ne:
            return f"({fitted.value} NOT IN ({', '.join(values)}))"
        case Operator.between:
            return f"({fitted.value} >= {values[0]} AND {fitted.value} <= {values[1]})"
        case Operator.starts_with:
            return f"({dialect.starts_with(fitted, condition.values[0], item)})"
        case _:
            return f"({fitted.value} {op} {values[0]})"


def _one_of(dialect: Dialect, fitted: Fitted, condition: Condition, values: Sequence[str]) -> str:
    by_bytes = f"{fitted.value} IN ({', '.join(values)})"
    if not fitted.plain:
        return f"({by_bytes})"
    plain = ", ".join(dialect.plain_literal(v, condition.item) for v in condition.values)
    return f"({fitted.plain} IN ({plain}) AND {by_bytes})"
