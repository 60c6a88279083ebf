"""Quality rules of a contract: the library metrics of ODCS, which ingest checks."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from open_data_contract_standard.model import DataQuality

from workbench.declared.findings import Path, suggest
from workbench.declared.notes import Notes
from workbench.errors import Text
from workbench.model.contract import QualityRule

_METRICS: Mapping[str, frozenset[str]] = {
    "nullValues": frozenset(),
    "missingValues": frozenset({"missingValues"}),
    "invalidValues": frozenset({"validValues", "pattern"}),
    "duplicateValues": frozenset({"properties"}),
    "rowCount": frozenset(),
}
"""Each metric with the arguments that it takes."""

_TABLE = frozenset({"rowCount", "duplicateValues"})
_UNITS = ("rows", "percent")
_COMPARES = (
    "mustBe",
    "mustNotBe",
    "mustBeGreaterThan",
    "mustBeGreaterOrEqualTo",
    "mustBeLessThan",
    "mustBeLessOrEqualTo",
    "mustBeBetween",
    "mustNotBeBetween",
)


def read(
    rules: Sequence[DataQuality] | None,
    base: Path,
    notes: Notes,
    columns: Collection[str],
    column: str = "",
) -> tuple[QualityRule, ...]:
    """The rules at ``base``; ``column`` is "" for rules over the table, ``columns`` its columns.

    A rule of type ``text`` is a sentence for people: it is kept in the file and checks nothing.
    """
    out = []
    for index, rule in enumerate(rules or ()):
        here = (*base, "quality", index)
        if rule.type == "text":
            continue
        found = _rule(rule, here, notes, columns, column)
        if found is not None:
            out.append(found)
    return tuple(out)


def _rule(
    rule: DataQuality, here: Path, notes: Notes, columns: Collection[str], column: str
) -> QualityRule | None:
    metric = rule.metric or rule.rule or ""
    if rule.type not in (None, "library") or rule.query or rule.implementation:
        notes.error(here, _ONLY_LIBRARY, suggest("", _METRICS))
        return None
    if metric not in _METRICS:
        problem = Text(f"未知的质量指标 {metric}", f"unknown metric {metric}")
        notes.error((*here, "metric"), problem, suggest(metric, _METRICS))
        return None
    if metric == "rowCount" if column else metric not in _TABLE:
        notes.error((*here, "metric"), _wrong_level(metric), _MOVE)
    arguments = _arguments(rule, metric, here, notes, columns, bool(column))
    compare, operand = _compare(rule, here, notes)
    if rule.unit not in (None, *_UNITS):
        problem = Text(f"未知的单位 {rule.unit}", f"unknown unit {rule.unit}")
        notes.error((*here, "unit"), problem, suggest(rule.unit, _UNITS))
    if not compare:
        return None
    return QualityRule(
        metric, column, compare, operand, rule.unit or "rows", arguments, rule.name or ""
    )


def _arguments(
    rule: DataQuality,
    metric: str,
    here: Path,
    notes: Notes,
    columns: Collection[str],
    of_column: bool,
) -> tuple[tuple[str, object], ...]:
    given: dict[str, Any] = rule.arguments or {}
    known = _METRICS[metric] - ({"properties"} if of_column else set())
    for name, value in given.items():
        path = (*here, "arguments", name)
        if name not in known:
            problem = Text(f"{metric} 没有参数 {name}", f"{metric} has no argument {name}")
            notes.error(path, problem, suggest(name, known))
        elif name == "pattern":
            check_pattern(value, path, notes)
        elif not _is_list_of_values(value):
            notes.error(path, _NOT_LIST, _GIVE_LIST)
        elif name == "properties":
            _check_columns(value, path, notes, columns)
    if metric == "duplicateValues" and not of_column and "properties" not in given:
        notes.error((*here, "arguments"), _NO_PROPERTIES, _GIVE_PROPERTIES)
    return tuple((k, tuple(v) if isinstance(v, list) else v) for k, v in given.items())


def _is_list_of_values(value: object) -> bool:
    if not isinstance(value, list) or not value:
        return False
    return all(item is None or isinstance(item, str | int | float) for item in value)


def _check_columns(names: list[Any], path: Path, notes: Notes, columns: Collection[str]) -> None:
    for index, name in enumerate(names):
        if not isinstance(name, str) or name not in columns:
            problem = Text(f"没有数据项 {name}", f"there is no column {name}")
            notes.error((*path, index), problem, suggest(name, columns))


def _compare(
    rule: DataQuality, here: Path, notes: Notes
) -> tuple[str, float | tuple[float, float]]:
    given = {name: getattr(rule, name) for name in _COMPARES if getattr(rule, name) is not None}
    if len(given) != 1:
        notes.error(here, _ONE_COMPARE, _GIVE_COMPARE)
        return "", 0.0
    name, operand = next(iter(given.items()))
    if name.endswith("Between"):
        low, high = operand
        if low > high:
            notes.error((*here, name), _BOUNDS, _SWAP)
        return name, (float(low), float(high))
    if isinstance(operand, bool) or not isinstance(operand, int | float):
        notes.error((*here, name), _NOT_NUMBER, _GIVE_NUMBER)
        return "", 0.0
    return name, float(operand)


def check_pattern(pattern: object, path: Path, notes: Notes) -> None:
    """A pattern must mean the same to every engine here: no look-around, no back-references."""
    if not isinstance(pattern, str):
        notes.error(path, _PATTERN_TEXT, _QUOTE_PATTERN)
        return
    try:
        re.compile(pattern)
    except re.error as error:
        problem = Text(f"正则表达式有误（{error}）", f"the pattern is wrong ({error})")
        notes.error(path, problem, _MEND_PATTERN)
        return
    if re.search(r"\(\?(=|!|<=|<!|>|P=)|\\[1-9]", pattern):
        notes.error(path, _LOOK_AROUND, _MEND_PATTERN)


def _wrong_level(metric: str) -> Text:
    return Text(f"{metric} 写在了错误的层级", f"{metric} stands at the wrong level")


_ONLY_LIBRARY = Text(
    "只检查 ODCS 库内指标，不执行 SQL 或自定义规则",
    "only the library metrics of ODCS are checked; no SQL and no custom rule is run",
)
_MOVE = Text(
    "rowCount 写在表上；nullValues、missingValues、invalidValues 写在数据项上。",
    "Put rowCount on the schema object; nullValues, missingValues and invalidValues on a column.",
)
_NOT_LIST = Text("应为非空的值列表", "this must be a list of values, with something in it")
_GIVE_LIST = Text("写成 [a, b]。", "Write [a, b].")
_NO_PROPERTIES = Text(
    "表级重复检查没有说明看哪些数据项", "a duplicate check over the table names no columns"
)
_GIVE_PROPERTIES = Text(
    "加上 arguments: {properties: [数据项, ...]}。", "Add arguments: {properties: [COLUMN, ...]}."
)
_ONE_COMPARE = Text("应有且只有一个比较（mustBe…）", "exactly one comparison (mustBe...) is needed")
_GIVE_COMPARE = Text("例如 mustBe: 0。", "For example mustBe: 0.")
_BOUNDS = Text("下限大于上限", "the lower bound is above the upper one")
_SWAP = Text("把较小的写在前面。", "Put the smaller one first.")
_NOT_NUMBER = Text("应为数", "this must be a number")
_GIVE_NUMBER = Text("写成不带引号的数。", "Write a number without quotes.")
_PATTERN_TEXT = Text("正则表达式应为文字", "a pattern must be text")
_QUOTE_PATTERN = Text("用单引号括起来。", "Put it in single quotes.")
_LOOK_AROUND = Text(
    "不支持环视和反向引用", "look-around and back-references are not supported in patterns"
)
_MEND_PATTERN = Text(
    "改用 RE2 支持的写法，例如 '[0-9]{6}'。", "Write it in RE2's syntax, e.g. '[0-9]{6}'."
)
