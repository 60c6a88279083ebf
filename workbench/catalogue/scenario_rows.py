"""The row scope of a scenario: column, operator, values, each checked against the column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.catalogue import types
from workbench.catalogue.scenario_schema import RowSpec
from workbench.catalogue.types import Family
from workbench.declared.findings import Path, suggest
from workbench.declared.notes import Notes
from workbench.errors import Text
from workbench.model.contract import Column, Resource
from workbench.model.grant import Operator, RowCondition, Scalar

_NO_VALUE = (Operator.is_null, Operator.is_not_null)
_SEVERAL = (Operator.in_, Operator.not_in, Operator.between)
_ORDERED = (Operator.lt, Operator.le, Operator.gt, Operator.ge, Operator.between)


def row_conditions(
    specs: Sequence[RowSpec], resource: Resource, base: Path, notes: Notes
) -> tuple[RowCondition, ...]:
    """Conditions joined by AND; a row scope may use columns that are not granted."""
    out = []
    for index, spec in enumerate(specs):
        here = (*base, index)
        column = resource.column(spec.column)
        if column is None:
            problem = Text(
                f"{resource.name} 没有数据项 {spec.column}",
                f"{resource.name} has no column {spec.column}",
            )
            names = [c.name for c in resource.columns]
            notes.error((*here, "column"), problem, suggest(spec.column, names))
        else:
            out.append(_condition(spec, column, here, notes))
    return tuple(out)


def _condition(spec: RowSpec, column: Column, here: Path, notes: Notes) -> RowCondition:
    operator = Operator(spec.op)
    _check_operator(operator, column, here, notes)
    values = tuple(
        value
        for path, given in _given(spec, operator, here, notes)
        if (value := _value(given, column, operator, path, notes)) is not None
    )
    if operator is Operator.between and len(values) == 2 and _falls(values):
        notes.error((*here, "values"), _BOUNDS, _SWAP)
    return RowCondition(column.name, operator, values)


def _given(spec: RowSpec, operator: Operator, here: Path, notes: Notes) -> list[tuple[Path, Any]]:
    """The values as written, each with its path; the wrong number of them is an error."""
    one, several = spec.value is not None, spec.values is not None
    if operator in _NO_VALUE:
        if one or several:
            notes.error(here, _SPARE, _DROP_VALUE)
        return []
    if operator not in _SEVERAL:
        if several or not one:
            notes.error(here, _ONE, _GIVE_ONE)
            return []
        return [((*here, "value"), spec.value)]
    wanted = 2 if operator is Operator.between else None
    if one or not spec.values or (wanted and len(spec.values) != wanted):
        notes.error(here, _LIST_OF_TWO if wanted else _LIST, _GIVE_LIST)
        return []
    return [((*here, "values", i), value) for i, value in enumerate(spec.values)]


def _value(
    given: Any, column: Column, operator: Operator, path: Path, notes: Notes
) -> Scalar | None:
    value = types.fit(given, column.type)
    if isinstance(value, Text):
        problem = Text(
            f"取值与 {column.name} 的类型 {column.type} 不符",
            f"the value does not fit {column.name}, which is {column.type}",
        )
        notes.error(path, problem, value)
        return None
    if operator is Operator.starts_with and not value:
        notes.error(path, _EMPTY_PREFIX, _GIVE_PREFIX)
        return None
    return value


def _check_operator(operator: Operator, column: Column, here: Path, notes: Notes) -> None:
    family = types.family(column.type)
    wrong = (operator is Operator.starts_with and family is not Family.text) or (
        operator in _ORDERED and family is Family.boolean
    )
    if wrong:
        problem = Text(
            f"{operator} 不能用于 {column.type} 列 {column.name}",
            f"{operator} does not work on {column.name}, which is {column.type}",
        )
        notes.error((*here, "op"), problem, Text("改用 = 或 in。", "Use = or in."))


def _falls(values: tuple[Scalar, ...]) -> bool:
    low, high = values
    return low > high  # type: ignore[operator]  # both fit one type


_BOUNDS = Text("下限大于上限，一行也不会有", "the lower bound is above the upper one: no row fits")
_SWAP = Text("把较小的写在前面。", "Put the smaller one first.")
_SPARE = Text("is null 和 is not null 不带值", "is null and is not null take no value")
_DROP_VALUE = Text("删除 value。", "Remove the value.")
_ONE = Text("此运算符带一个值", "this operator takes one value")
_GIVE_ONE = Text("写 value: 值（不是 values）。", "Write value: VALUE (not values).")
_LIST = Text("此运算符带一个非空列表", "this operator takes a list with something in it")
_LIST_OF_TWO = Text("between 带两个值", "between takes two values")
_GIVE_LIST = Text("写 values: [值, 值]。", "Write values: [VALUE, VALUE].")
_EMPTY_PREFIX = Text("空的开头匹配所有行", "an empty beginning fits every row")
_GIVE_PREFIX = Text("写出开头的文字。", "Write the beginning.")
