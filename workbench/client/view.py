"""A page of a view as the template asks for it, from what people write.

::

    client.view("enterprise", ["name", "county"], where={"county": "Wenchuan"},
                order_by="-registered_on", page=2)
    client.view("enterprise", where=[("capital", "between", (100, 500)), ("name", "is not null")])
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from operator import index
from typing import Any, TypeAlias

from workbench.errors import Code, Text, WorkbenchError, simple

Where: TypeAlias = Mapping[str, Any] | Sequence[Sequence[Any]]
OrderBy: TypeAlias = str | Sequence[str]

_BITS = 128
"""Of the largest integer that a column can hold."""
_NO_VALUE = frozenset({"is null", "is not null"})
_SEVERAL = frozenset({"in", "not in", "between"})
_EMPTY = {"=": "is null", "!=": "is not null"}


def view_body(
    resource: str,
    columns: str | Sequence[str] | None,
    where: Where | None,
    order_by: OrderBy | None,
    page: int,
    rows: int | None,
) -> dict[str, Any]:
    """The request as JSON values. What a page may be is for the gateway to judge.

    Raises InvalidInput(invalid_request) for what cannot be written as such a request.
    """
    return {
        "do": "view",
        "resource": _name(resource),
        "columns": None if columns is None else _listed(columns),
        "where": [_filter(*_three(one)) for one in _conditions(where)],
        "order_by": [_order(one) for one in _listed(order_by or ())],
        "page": _number(page),
        "rows": None if rows is None else _number(rows),
    }


def _listed(names: str | Sequence[str]) -> list[str]:
    return [_name(name) for name in ([names] if isinstance(names, str) else names)]


def _name(name: Any) -> str:
    if not isinstance(name, str):
        raise _wrong("列名和资源名写成文字。", "Names of columns and of a resource are text.")
    return name


def _number(value: Any) -> int:
    try:
        return value if isinstance(value, bool) else index(value)
    except TypeError:
        raise _wrong("page 和 rows 是整数。", "page and rows are whole numbers.") from None


def _conditions(where: Where | None) -> Iterable[Sequence[Any]]:
    """A mapping says ``column: value``; a list of values means any of them, None no value."""
    if not isinstance(where, Mapping):
        return where or ()
    return [
        (column, "in" if isinstance(value, list | tuple | set | frozenset) else "=", value)
        for column, value in where.items()
    ]


def _three(condition: Sequence[Any]) -> tuple[Any, str, Any]:
    if isinstance(condition, str) or len(condition) not in (2, 3):
        raise _wrong("每个条件写成 (列, 运算符, 值)。", "A condition is (column, operator, value).")
    column, operator, *value = condition
    return _name(column), " ".join(str(operator).casefold().split()), value[0] if value else None


def _filter(column: Any, operator: str, value: Any) -> list[Any]:
    if value is None and operator in _EMPTY:
        operator = _EMPTY[operator]
    if operator in _NO_VALUE and value is None:
        return [column, operator, []]
    several = operator in _SEVERAL and isinstance(value, list | tuple | set | frozenset)
    return [column, operator, [_plain(one) for one in (value if several else (value,))]]


def _order(name: str) -> list[str]:
    return [name[1:], "desc"] if name.startswith("-") else [name, "asc"]


def _plain(value: Any) -> str | int | float | bool:
    """As JSON has it: dates as ISO text, a decimal in all its digits."""
    if hasattr(value, "item"):  # a number of NumPy's
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        raise _wrong("数值必须有限。", "A number has to be finite.")
    if isinstance(value, int) and value.bit_length() > _BITS:
        raise _wrong("数值太大。", "The number is too large.")
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal) and value.is_finite():
        return format(value, "f")
    raise _wrong(
        f"类型 {type(value).__name__} 不能作为筛选值。",
        f"A {type(value).__name__} cannot be a value to filter by.",
    )


def _wrong(zh: str, en: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        zh,
        en,
        next=Text(
            '例如 where={"county": "汶川县"}，或 where=[("capital", ">=", 100)]。',
            'For example where={"county": "Wenchuan"}, or where=[("capital", ">=", 100)].',
        ),
    )


def viewing_only(call: str) -> WorkbenchError:
    """``call`` hands a result on; that of a view is not offered (it is a reminder, no wall)."""
    return simple(
        Code.export_not_allowed,
        f"查阅（view）的结果只供查看，不提供 {call}。",
        f"A page of a view is for looking at; {call} is not offered for it.",
        why=Text(
            "该资源以查阅方式共享：每次查看都记入账本，并带有您的水印。",
            "Its resource is shared in mode view: each look is in the ledger and carries your "
            "watermark.",
        ),
        rule=Text("场景文件中该资源的 mode: view。", "mode: view of the resource in the scenario."),
        next=Text(
            "请直接显示结果；需要计算或保存的，请申请以 statistics 或 obtain 方式共享。",
            "Show it as it is; to compute with it or to keep it, apply for the mode statistics or "
            "obtain.",
        ),
    )
