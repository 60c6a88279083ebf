"""A run as a table, as JSON or as a workbook. Equal runs give equal bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from rich.console import Console
from rich.table import Table

from workbench.cli.assess_xlsx import workbook
from workbench.cli.common import PIPE_WIDTH, language, out, said
from workbench.cli.findings import folded_table
from workbench.declared.findings import named
from workbench.errors import Text

Told = Mapping[str, Any]
_STATES = {
    "rated": Text("已评", "rated"),
    "not_applicable": Text("不适用", "not applicable"),
    "too_few": Text("样本不足", "too few"),
    "missing": Text("缺值", "missing"),
}
_SYNTHETIC = Text(
    "合成数据：城市和其中发生的事均为模拟", "synthetic: the city and its events are made up"
)
_RANKING = (
    "名次 部门 得分 等次 组内名次 较上年 名次区间(95%)",
    "rank department score grade rank-in-group change ranks-(95%)",
)
_SHEET = (
    "指标 状态 值 样本 区间(95%) 得分 权重 分 失分",
    "indicator state value sample interval-(95%) score weight points lost",
)
_ITEMS = "指标 日期 事项 计 分母 使之降低", "indicator day item counts of lowers-it"


def only(told: dict[str, Any], department: str | None) -> dict[str, Any]:
    """Of one department alone. Raises InvalidInput where it is not in the run."""
    if department is None:
        return told
    sheets = {sheet["department"]: sheet for sheet in told["sheets"]}
    missing = Text(f"考核中没有部门 {department}。", f"{department} is not in this run.")
    sheet = named(sheets, department, missing)
    places = [one for one in told["ranking"] if one["department"] == department]
    kept = {name: one for name, one in told.items() if name not in ("scores", "tied", "without")}
    return {**kept, "sheets": [sheet], "ranking": places, "unrated": []}


def content(told: Told, form: str, department: str | None = None) -> bytes:
    """``table``, ``json`` or ``xlsx``."""
    if form == "json":
        text = json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True)
        return f"{text}\n".encode()
    if form == "xlsx":
        return workbook(head_lines(told), list(_tables(told)), str(told["as_of"]))
    kept = io.StringIO()
    _print(Console(file=kept, width=PIPE_WIDTH, highlight=False, markup=False), told, department)
    return kept.getvalue().encode()


def printed(told: Told, department: str | None = None) -> None:
    _print(out(), told, department)


def head_lines(told: Told) -> list[str]:
    """What it is of, and by which it can be checked."""
    position = told["position"]
    lines = [
        f"{told['title'][language()]}  {told['city'][language()]}  {told['year']}",
        said(f"截至 {told['as_of']}", f"as of {told['as_of']}"),
        said("摘要", "digest") + f" {told['digest']}",
        said("台账位置", "ledger position") + f" {position['seq']} {position['hash']}",
    ]
    if told["synthetic"]:
        lines.insert(1, _SYNTHETIC.said(language()))
    if told["amends"] is not None:
        run, count = told["amends"]["run"], len(told["amends"]["decided"])
        zh = f"更正 {run}，依据 {count} 项申诉决定"
        lines.append(said(zh, f"amends {run} by {count} decisions"))
    if told["previous"] is not None:
        before = told["previous"]
        lines.append(said("上年", "the year before") + f" {before['year']} {before['run']}")
    return lines


def _print(console: Console, told: Told, department: str | None) -> None:
    for line in head_lines(told):
        console.print(line)
    tables = list(_tables(told))
    for name, headings, rows in tables if department else tables[:1]:
        console.print(name)
        console.print(_table(headings, rows))
    if told["unrated"]:
        names = said("、", ", ").join(one["title"][language()] for one in told["unrated"])
        console.print(said(f"没有得分：{names}", f"No score: {names}"))
    titles = {one["department"]: one["title"][language()] for one in told["ranking"]}
    for group in told.get("tied", []):
        if len(group["departments"]) > 1:
            names = said("、", ", ").join(titles[name] for name in group["departments"])
            console.print(said(f"名次不可区分：{names}", f"Not to be told apart: {names}"))


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    made = folded_table(*headings)
    for row in rows:
        made.add_row(*row)
    return made


def _tables(told: Told) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """Name, headings and rows: the ranking, the rows of the sheets, and the items behind them."""
    yield said("排名", "Ranking"), _headings(_RANKING), [_place(one) for one in told["ranking"]]
    several = len(told["sheets"]) != 1
    first = [said("部门", "department")] if several else []
    sheets, items = [], []
    for sheet in told["sheets"]:
        lead = [sheet["title"][language()]] if several else []
        for row in sheet["rows"]:
            sheets.append([*lead, *_row(row)])
            items += [[*lead, *each] for each in _items(row)]
    yield said("得分表", "Sheets"), [*first, *_headings(_SHEET)], sheets
    yield said("事项与证据", "Items and evidence"), [*first, *_headings(_ITEMS)], items


def _headings(both: tuple[str, str]) -> list[str]:
    return [one.replace("-", " ") for one in said(*both).split()]


def _place(place: Told) -> list[str]:
    firm, change = place["firm"], place["change"]
    title = place["group_title"]
    called = place["group"] if title is None else title[language()]
    group = f"{place['group_rank']}/{place['group_among']} {called}".rstrip()
    told = "-"
    if change is not None:
        told = f"{_signed(change['score'])} ({_signed(str(change['rank']))})"
    return [
        f"{place['rank']}/{place['among']}",
        place["title"][language()],
        place["score"],
        place["grade"][language()] + (said(" 否决", " veto") if place["vetoed"] else ""),
        group,
        told,
        "-" if firm is None else f"{firm['low']}-{firm['high']}",
    ]


def _signed(number: str) -> str:
    return number if number.startswith("-") else f"+{number}"


def _row(row: Told) -> list[str]:
    interval = row["interval"]
    ends = "-" if interval is None else "-".join(f"{100 * end:.1f}" for end in interval) + " %"
    state = _STATES[row["state"]].said(language())
    if row["vetoed"]:
        state += said("，否决", ", veto")
    return [
        row["title"][language()],
        state,
        _value(row),
        "-" if row["sample"] is None else _number(row["sample"]),
        ends,
        *("-" if row[name] is None else row[name] for name in ("score", "weight", "points")),
        row["lost"],
    ]


def _value(row: Told) -> str:
    if row["value"] is None:
        return "-"
    if row["figure"] == "ratio":
        return f"{float(100 * Fraction(row['value'])):.1f} %"
    return _number(row["value"])


def _number(exact: str) -> str:
    """A whole number as it is, another to two digits."""
    value = Fraction(exact)
    return str(value) if value.denominator == 1 else f"{float(value):.2f}"


def _items(row: Told) -> Iterator[list[str]]:
    title = row["title"][language()]
    for one in row["items"]:
        lowers = said("是", "yes") if one["against"] else ""
        yield [title, one["day"], one["item"], _number(one["amount"]), _number(one["of"]), lowers]
    for file in row["evidence"]:
        yield [title, "", f"{file['file']} sha256:{file['sha256']}", "", "", ""]
