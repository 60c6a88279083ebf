"""What a comparison asks: keys, and for each the values to hold against what is there."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from workbench.errors import Code, Reason, Text, WorkbenchError, simple

On: TypeAlias = "str | Sequence[str] | Mapping[str, str]"
Values: TypeAlias = "Sequence[Any] | Mapping[str, Sequence[Any]]"

DO = "compare"
MATCH, NO_MATCH, NOT_FOUND, MALFORMED = "match", "no_match", "not_found", "malformed"
_FIELDS = frozenset({"do", "resource", "on", "columns", "keys", "values", "hashed"})
_SCALARS = (str, int, float, bool, type(None))


@dataclass(frozen=True)
class Comparison:
    """``keys`` and ``values`` are columns: one tuple for each name of ``on`` and of ``columns``,
    all of one length. Without ``columns`` there is one column of values, for the only column that
    may be compared. ``hashed``: keys and values are digests (``canonical.digest``) or None."""

    resource: str
    on: tuple[str, ...]
    columns: tuple[str, ...]
    keys: tuple[tuple[Any, ...], ...]
    values: tuple[tuple[Any, ...], ...]
    hashed: bool = False

    def __post_init__(self) -> None:
        """Raises InvalidInput(invalid_request)."""
        names = [*self.on, *self.columns]
        if not self.resource or not self.on or not all(names):
            raise _bad("需要资源名和键列名。", "A resource and key columns must be named.")
        if len({name.casefold() for name in names}) < len(names):
            raise _bad("列名重复。", "A column is named twice.")
        if len(self.keys) != len(self.on) or len(self.values) != max(len(self.columns), 1):
            raise _bad("每个列需要一列取值。", "Each named column needs its own values.")
        if len({len(column) for column in (*self.keys, *self.values)}) > 1:
            raise _bad("键与值的个数不同。", "Keys and values are not equally many.")

    def __len__(self) -> int:
        return len(self.keys[0])

    def normal(self, known: Collection[str] = ()) -> str:
        """Names and counts, without a key or a value, for the ledger. A name that is not ``known``
        (folded) may be a value in its place, and is left out too."""

        def shown(*names: str) -> str:
            return ", ".join(name if name.casefold() in known else '"?"' for name in names)

        how = " HASHED" if self.hashed else ""
        columns = f"ON ({shown(*self.on)}) WITH ({shown(*self.columns)})"
        return f"COMPARE {shown(self.resource)} {columns} KEYS {len(self)}{how}"

    def to_body(self) -> dict[str, Any]:
        """As the template has it: JSON values only."""
        return {
            "do": DO,
            "resource": self.resource,
            "on": list(self.on),
            "columns": list(self.columns),
            "keys": [[_sent(v) for v in column] for column in self.keys],
            "values": [[_sent(v) for v in column] for column in self.values],
            "hashed": self.hashed,
        }

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Comparison:
        """Read strictly. Raises InvalidInput(invalid_request)."""
        names = [body.get("on"), body.get("columns", [])]
        tables = [body.get("keys"), body.get("values")]
        sound = (
            body.keys() <= _FIELDS
            and isinstance(body.get("resource"), str)
            and isinstance(body.get("hashed", False), bool)
            and all(_is_list(part, (str,)) for part in names)
            and all(isinstance(table, list) for table in tables)
            and all(_is_list(column, _SCALARS) for table in tables for column in table or ())
        )
        if not sound:
            raise _bad("核验请求的字段有误。", "The fields of the comparison are wrong.")
        on, columns = (tuple(part or ()) for part in names)
        keys, values = (tuple(tuple(c) for c in table or ()) for table in tables)
        return cls(body["resource"], on, columns, keys, values, body.get("hashed", False))

    @classmethod
    def of(cls, resource: str, on: On, keys: Iterable[Any], values: Values) -> Comparison:
        """From what a person writes: ``on`` names the key column, or several, or maps the one key
        column to the compared one; ``keys`` holds scalars, or a list for each composite key;
        ``values`` a list, or a mapping of compared columns to lists.

        Raises InvalidInput(invalid_request).
        """
        named, paired = _on(on)
        columns, compared = _values(values, paired)
        return cls(resource, named, columns, _keys(keys, len(named)), compared)


def _on(on: On) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The key columns, and the compared column where a mapping names it."""
    if isinstance(on, str):
        return (on,), ()
    if isinstance(on, Mapping):
        if len(on) != 1:
            raise _bad("on 为映射时只能有一对。", "A mapping in `on` has one pair.")
        return tuple(map(str, on)), tuple(map(str, on.values()))
    return tuple(map(str, on)), ()


def _values(
    values: Values, paired: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
    if not isinstance(values, Mapping):
        return paired, (_column(values),)
    if paired:
        raise _bad("核验的列写了两次。", "The compared column is named in `on` and in `values`.")
    if not values:
        raise _bad("没有要核验的列。", "No column is compared.")
    return tuple(map(str, values)), tuple(_column(column) for column in values.values())


def _keys(keys: Iterable[Any], width: int) -> tuple[tuple[Any, ...], ...]:
    listed = _column(keys)
    if width == 1:
        single = [k[0] if isinstance(k, list | tuple) and len(k) == 1 else k for k in listed]
        return (tuple(single),)
    if any(not isinstance(key, list | tuple) or len(key) != width for key in listed):
        raise _bad(
            f"每个键需要 {width} 个取值。", f"Each key is a list of {width} values, one a column."
        )
    return tuple(tuple(key[i] for key in listed) for i in range(width))


def _column(values: Any) -> tuple[Any, ...]:
    """A list, or anything that holds a column: of pandas, Polars or Arrow. Missing is None."""
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise _bad("键和值须为列表。", "Keys and values are lists.")
    for name in ("to_pylist", "to_list", "tolist"):
        listed = getattr(values, name, None)
        if callable(listed):
            return tuple(None if _missing(v) else v for v in listed())
    return tuple(_plain(v) for v in values)


def _missing(value: Any) -> bool:
    if isinstance(value, float):
        return math.isnan(value)
    return type(value).__name__ in ("NAType", "NaTType")


def _plain(value: Any) -> Any:
    """A scalar of NumPy as the value it holds."""
    item = getattr(value, "item", None)
    return item() if callable(item) else value


def _sent(value: Any) -> Any:
    """Exact as text where JSON has no such value."""
    finite = not isinstance(value, float) or math.isfinite(value)
    return value if finite and isinstance(value, _SCALARS) else str(value)


def _is_list(value: Any, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, list) and all(isinstance(item, kinds) for item in value)


def _bad(zh: str, en: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"无法核验：{zh}",
        f"This cannot be compared: {en}",
        next=Text(
            '例如 client.compare("person", on={"id": "name"}, keys=["1"], values=["张伟"])；'
            "见 docs/compare.md。",
            'For example client.compare("person", on={"id": "name"}, keys=["1"], values=["Zhang"]);'
            " see docs/compare.md.",
        ),
    )


def not_of_type(resource: str, column: str, type_: str, place: int, wanted: Text) -> Reason:
    """What is said of a value that is none of its column's type; never the value."""
    return Reason(
        Code.invalid_request,
        Text(
            f"第 {place} 个取值不是列 {resource}.{column} 的类型 {type_}。",
            f"Value {place} is no {type_}, the type of the column {resource}.{column}.",
        ),
        Text(
            "取值按列的类型严格读取，不作猜测；尚未计数。",
            "Values are read strictly as the column's type; nothing was counted.",
        ),
        next=Text(f"需要：{wanted.zh}。", f"Wanted: {wanted.en}."),
        subject=f"{resource}.{column}",
    )
