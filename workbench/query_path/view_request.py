"""What a page of a view asks for, read strictly: the template has these fields and no other.

::

    {"do": "view", "resource": "enterprise", "columns": ["name", "county"] | null,
     "where": [["county", "=", ["Wenchuan"]]], "order_by": [["name", "asc"]],
     "page": 1, "rows": 50 | null}

There is no expression and no function in it: names, operators of a closed set, and values.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from workbench.errors import Code, Text, simple
from workbench.model.grant import Operator

VIEW = "view"
MAX_NAME, MAX_TEXT = 128, 2_000
"""Characters of a name, and of a text to compare with (our defaults, as all below)."""
MAX_COLUMNS, MAX_CONDITIONS, MAX_VALUES, MAX_ORDERS = 300, 20, 500, 10
MAX_NUMBER = 1_000_000
"""Of a page, and of its rows: below any limit that a city may set for itself."""

_FIELDS = frozenset({"do", "resource", "columns", "where", "order_by", "page", "rows"})
_VALUES: Mapping[Operator, tuple[int, int]] = {
    Operator.in_: (1, MAX_VALUES),
    Operator.not_in: (1, MAX_VALUES),
    Operator.between: (2, 2),
    Operator.is_null: (0, 0),
    Operator.is_not_null: (0, 0),
}
"""Fewest and most values of an operator; of all others exactly one."""
_DIRECTIONS = ("asc", "desc")

Json = str | int | float | bool


@dataclass(frozen=True)
class Filter:
    """``column op values``; a page's filters are joined by AND."""

    column: str
    op: Operator
    values: tuple[Json, ...] = ()


@dataclass(frozen=True)
class Order:
    column: str
    descending: bool = False


@dataclass(frozen=True)
class ViewRequest:
    """``columns`` None: all that may be seen. ``rows`` None: as many as a page may have."""

    resource: str
    columns: tuple[str, ...] | None = None
    where: tuple[Filter, ...] = ()
    order_by: tuple[Order, ...] = ()
    page: int = 1
    rows: int | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """All columns that it names: shown, filtered and sorted by."""
        used = [*(f.column for f in self.where), *(o.column for o in self.order_by)]
        return tuple(dict.fromkeys((*(self.columns or ()), *used)))

    @property
    def text(self) -> str:
        """All of it, values too: for the sealed part of the ledger."""
        asked = {
            "do": VIEW,
            "resource": self.resource,
            "columns": None if self.columns is None else list(self.columns),
            "where": [[f.column, f.op.value, list(f.values)] for f in self.where],
            "order_by": [[o.column, _DIRECTIONS[o.descending]] for o in self.order_by],
            "page": self.page,
            "rows": self.rows,
        }
        return json.dumps(asked, ensure_ascii=False)

    def normal(self, known: Collection[str]) -> str:
        """Names and operators without a value, for the ledger. A name that the catalogue does not
        know (``known``, folded) may be a value in its place, and is left out too."""

        def shown(name: str) -> str:
            return name if name.casefold() in known else '"?"'

        columns = "*" if self.columns is None else ", ".join(map(shown, self.columns))
        parts = [f"VIEW {shown(self.resource)} ({columns})"]
        if self.where:
            tests = (f"{shown(f.column)} {_operator(f)}" for f in self.where)
            parts.append(f"WHERE {' AND '.join(tests)}")
        if self.order_by:
            orders = (f"{shown(o.column)}{' DESC' * o.descending}" for o in self.order_by)
            parts.append(f"ORDER BY {', '.join(orders)}")
        return " ".join((*parts, "PAGE ? ROWS ?"))


def _operator(one: Filter) -> str:
    return one.op.value.upper() + " ?" * bool(one.values)


def parse(body: Mapping[str, Any]) -> ViewRequest:
    """Raises InvalidInput(invalid_request) for anything that is not exactly such a request."""
    unknown = sorted(map(str, body.keys() - _FIELDS))
    if unknown:
        _wrong("有不认识的字段。", "It has a field that a view does not know.", _KNOWN)
    columns = body.get("columns")
    return ViewRequest(
        _name(body.get("resource"), "resource"),
        None if columns is None else _columns(columns),
        tuple(_filter(one) for one in _list(body.get("where"), "where", MAX_CONDITIONS)),
        _orders(body.get("order_by")),
        _number(body.get("page", 1), "page"),
        None if body.get("rows") is None else _number(body["rows"], "rows"),
    )


def _columns(value: Any) -> tuple[str, ...]:
    names = tuple(_name(one, "columns") for one in _list(value, "columns", MAX_COLUMNS))
    if not names:
        _wrong("没有写列。", "It names no column.", _LEAVE_OUT)
    _once(names, "columns")
    return names


def _orders(value: Any) -> tuple[Order, ...]:
    found = []
    for one in _list(value, "order_by", MAX_ORDERS):
        if not isinstance(one, list) or len(one) != 2 or one[1] not in _DIRECTIONS:
            _wrong("排序写法有误。", "An order is a column and asc or desc.", _CLIENT, "order_by")
        found.append(Order(_name(one[0], "order_by"), one[1] == "desc"))
    _once([one.column for one in found], "order_by")
    return tuple(found)


def _filter(value: Any) -> Filter:
    if not isinstance(value, list) or len(value) != 3 or not isinstance(value[2], list):
        _wrong("筛选写法有误。", "A filter is a column, an operator and values.", _CLIENT, "where")
    op = _operator_named(value[1])
    values = tuple(_value(one) for one in value[2])
    fewest, most = _VALUES.get(op, (1, 1))
    if not fewest <= len(values) <= most:
        several = f"{fewest}" if fewest == most else f"{fewest}-{most}"
        _wrong(
            f"运算符 {op} 要 {several} 个值。", f"The operator {op} takes {several} value(s).",
            _CLIENT, "where",
        )  # fmt: skip
    return Filter(_name(value[0], "where"), op, values)


def _operator_named(value: Any) -> Operator:
    if not isinstance(value, str) or value not in set(Operator):
        _wrong("没有这个运算符。", "There is no such operator.", _OPERATORS, "where")
    return Operator(value)


def _value(value: Any) -> Json:
    if isinstance(value, float) and not math.isfinite(value):
        _wrong("数值必须有限。", "A number has to be finite.", _CLIENT, "where")
    if not isinstance(value, str | int | float | bool):
        _wrong("值的类型不对。", "A value is text, a number or a boolean.", _NULLS, "where")
    if isinstance(value, str) and not _fits(value, MAX_TEXT):
        _wrong("文字太长或无法编码。", "A text is too long or cannot be encoded.", _CLIENT, "where")
    return value


def _number(value: Any, field: str) -> int:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not 1 <= value <= MAX_NUMBER:
        _wrong(
            f"{field} 必须是 1 到 {MAX_NUMBER:,} 的整数。",
            f"{field} is a whole number from 1 to {MAX_NUMBER:,}.",
            _CLIENT,
            field,
        )
    return int(value)


def _name(value: Any, field: str) -> str:
    if not isinstance(value, str) or not value or not _fits(value, MAX_NAME):
        _wrong(f"{field} 中的名称有误。", f"A name in {field} is not one.", _NAMES, field)
    return value


def _list(value: Any, field: str, most: int) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > most:
        _wrong(
            f"{field} 必须是列表，最多 {most} 项。",
            f"{field} is a list of {most} at most.",
            _CLIENT,
            field,
        )
    return value


def _once(names: Collection[str], field: str) -> None:
    if len({name.casefold() for name in names}) < len(names):
        _wrong(f"{field} 中有重复的列。", f"A column stands in {field} twice.", _NAMES, field)


def _fits(text: str, most: int) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return len(text) <= most


_CLIENT = Text(
    '例如 client.view("企业表", where={"county": "汶川县"}, order_by="name", page=1)。',
    'For example client.view("enterprise", where={"county": "Wenchuan"}, order_by="name").',
)
_KNOWN = Text(f"可用：{'、'.join(sorted(_FIELDS))}", f"There are: {', '.join(sorted(_FIELDS))}")
_LEAVE_OUT = Text("全部列请不写 columns。", "For all columns leave columns out.")
_NAMES = Text(
    "列名须与 tables() 所列一致，不能是表达式。",
    "A name is one of those that tables() lists; no expression.",
)
_OPERATORS = Text(f"可用：{'、'.join(Operator)}", f"There are: {', '.join(Operator)}")
_NULLS = Text("空值请用 is null 或 is not null。", "For no value use is null or is not null.")


def _wrong(zh: str, en: str, next_: Text, subject: str = "") -> NoReturn:
    raise simple(
        Code.invalid_request,
        f"查阅请求有误：{zh}",
        f"The request for a view is wrong: {en}",
        why=Text(
            "查阅按固定模板进行，没有表达式和函数。",
            "A view is a fixed template, without expressions and functions.",
        ),
        next=next_,
        subject=subject,
    )
