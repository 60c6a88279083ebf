"""What ``workbench pages check`` says of each mistake: what is wrong, and what to write."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import duckdb

from workbench.declared.findings import Finding, Severity, suggest
from workbench.declared.yaml import Document
from workbench.errors import Code, Reason, Text
from workbench.model.scenario import Scenario
from workbench.ui.page import Chart, Page, Panel, RunsAs
from workbench.ui.queries import MACRO

Column = tuple[str, str]
"""A column of a result: its name and the engine's name for its type."""
Said = tuple[Text, Text]
"""The problem and its fix."""
_UNKNOWN_TABLE = re.compile(r"Table with name (\S+) does not exist")
_UNKNOWN_COLUMN = (
    re.compile(r'column "?([^"\s]+)"? not found'),
    re.compile(r'does not have a column named "([^"]+)"'),
)
_CANDIDATES = re.compile(r"Candidate bindings: (.*)")
_NUMBER = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|BIGNUM|DECIMAL.*")
_DRAWS_NO_NUMBERS = frozenset({Chart.table, Chart.signals, Chart.sentences})
_FIGURES = ("value", "plan", "size")


@dataclass(frozen=True)
class Names:
    """What a statement may name: tables that are granted, the page's own in their order, columns
    that are granted."""

    tables: frozenset[str]
    own: tuple[str, ...]
    columns: frozenset[str]


@dataclass(frozen=True)
class OfColumn:
    column: str
    said: Said


def not_taken(error: duckdb.Error, names: Names) -> Said:
    """A statement that the engine does not bind."""
    said, _, rest = str(error).partition("\n")
    if (table := _UNKNOWN_TABLE.search(said)) is not None:
        return _no_table(table[1], names)
    for pattern in _UNKNOWN_COLUMN:
        if (column := pattern.search(said)) is not None:
            candidates = _CANDIDATES.search(rest)
            near = re.findall(r'"([^"]+)"', candidates[1]) if candidates else []
            problem = Text(f"没有列 {column[1]}", f"there is no column {column[1]}")
            return problem, suggest(column[1].rpartition(".")[2], {*near, *names.columns})
    words = said.partition(": ")[2] or said
    problem = Text(
        f"引擎不接受这条语句，它的原话：{words}", f"the engine does not take it: {words}"
    )
    return problem, _fix_of(error)


def _fix_of(error: duckdb.Error) -> Text:
    if isinstance(error, duckdb.ConversionException):
        return Text(
            "检查转换的类型，以及筛选的 type、options 和 default。",
            "Check what is cast, and the filter's type, options and default.",
        )
    return Text("按原话改写语句。", "Write it anew by what the engine says.")


def _no_table(name: str, names: Names) -> Said:
    if name in names.own:
        problem = Text(f"表 {name} 写在用到它的表之后", f"{name} stands after what uses it")
        return problem, Text(f"在 tables 中把 {name} 移到前面。", f"Move {name} up in tables.")
    problem = Text(f"没有授权的表 {name}", f"no table {name} is granted")
    return problem, suggest(name, {*names.tables, *names.own})


def refused(reason: Reason, scenario: str, query: str) -> Said:
    """A statement that the query path would refuse. A page asks by its scenario: what a person
    would do next (paste a draft, look at rows) is not what its author does."""
    step = _STEPS.get(reason.code)
    fix = step(scenario) if step is not None else reason.next
    if reason.code is Code.statement_wrong and MACRO.search(query):
        fix = _WHERE_OR_AND
    fix = fix or Text("改写语句。", "Write it anew.")
    return _bare(reason.what), _with_rule(fix, reason.rule)


def _bare(what: Text) -> Text:
    """A sentence as the problem of a finding, which has no full stop."""
    return Text(what.zh.rstrip("。"), what.en.rstrip("."))


def _with_rule(fix: Text, rule: Text | None) -> Text:
    if rule is None:
        return fix
    return Text(f"{fix.zh}（依据：{rule.zh.rstrip('。')}）", f"{fix.en} ({rule.en.rstrip('.')})")


def _not_granted(scenario: str) -> Text:
    return Text(
        f"从语句中去掉它，或在 data_contracts/scenarios/ 的场景 {scenario} 中申请加上。",
        f"Take it out of the statement, or apply for it in the scenario {scenario} under "
        "data_contracts/scenarios/.",
    )


def _no_mode(scenario: str) -> Text:
    return Text(
        f"页面只能查询：从语句中去掉它，或在场景 {scenario} 中申请 obtain 或 statistics 方式。",
        f"A page can only query: take it out of the statement, or apply in the scenario {scenario} "
        "for mode obtain or statistics.",
    )


_STEPS = {Code.not_granted: _not_granted, Code.mode_not_available: _no_mode}
_WHERE_OR_AND = Text(
    "检查拼写；语句自己有 where 时接 {and 筛选名}，没有时写 {where 筛选名}。",
    "Check the spelling; after a where of its own a statement has {and NAME}, else {where NAME}.",
)


def of_columns(panel: Panel, found: Sequence[Column]) -> Iterator[OfColumn]:
    """What the panel names and its result has not, or has otherwise than the chart draws it."""
    types, count = dict(found), Counter(name for name, _ in found)
    for name in panel.named:
        if name not in types:
            problem = Text(f"结果中没有列 {name}", f"the result has no column {name}")
            yield OfColumn(name, (problem, _columns(found)))
        elif count[name] > 1:
            problem = Text(f"结果有几列都叫 {name}", f"several columns are called {name}")
            fix = Text("用 as 给每列一个名称。", "Give each a name of its own by as.")
            yield OfColumn(name, (problem, fix))
        elif _no_number(panel, name, types[name]):
            problem = Text(
                f"列 {name} 不是数（引擎的类型名：{types[name]}）",
                f"column {name} holds no numbers ({types[name]})",
            )
            fix = Text(
                f"图 {panel.chart} 要画数：在 query 中用 CAST 转换，或写另一列。",
                f"A {panel.chart} draws numbers: CAST it in the query, or name another column.",
            )
            yield OfColumn(name, (problem, fix))


def _no_number(panel: Panel, name: str, type_: str) -> bool:
    if panel.chart in _DRAWS_NO_NUMBERS or _NUMBER.fullmatch(type_):
        return False
    roles = (*_FIGURES, "by") if panel.chart is Chart.scatter else _FIGURES
    compared = panel.compare.column if panel.compare else ""
    return name == compared or any(name in panel.role(role) for role in roles)


def _columns(found: Sequence[Column]) -> Text:
    shown = ", ".join(dict.fromkeys(name for name, _ in found))
    return Text(f"结果的列：{shown}", f"The result's columns: {shown}")


def no_notebook(document: Document, name: str) -> Finding:
    found = document.finding(
        (),
        Text(f"没有 dashboards/{name}.ipynb", f"there is no dashboards/{name}.ipynb"),
        Text(
            f'建立笔记本，一个代码格：from workbench.ui import show; show("{name}")',
            f'Make the notebook with one cell: from workbench.ui import show; show("{name}")',
        ),
    )
    return replace(found, severity=Severity.warning)


def not_listed(document: Document, page: Page, scenario: Scenario) -> Finding:
    if page.runs_as is RunsAs.viewer:
        problem = Text(
            f"场景 {scenario.id} 没有使用部门，没有人能以自己的授权打开",
            f"scenario {scenario.id} has no departments: nobody could open it by their own grants",
        )
        fix = Text(
            "在场景中写 departments，或改为 as: page。", "Name departments, or use as: page."
        )
        return document.finding(("as",), problem, fix)
    problem = Text(
        f"页面 {page.name} 没有在场景 {scenario.id} 中登记",
        f"the page {page.name} is not registered in scenario {scenario.id}",
    )
    fix = Text(
        f"在 data_contracts/scenarios/ 的该场景中写 pages: [{{id: {page.name}, viewers: […]}}]。",
        f"Write pages: [{{id: {page.name}, viewers: [...]}}] in that scenario's file under "
        "data_contracts/scenarios/.",
    )
    return document.finding(("scenario",), problem, fix)
