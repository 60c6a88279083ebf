"""Assessments under way, sheets and appeals as people read them in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.cli.common import out, said
from workbench.cli.findings import folded_table
from workbench.errors import Language, Text

Answer = Mapping[str, Any]
STATES = {
    "drafted": Text("初稿", "drafted"),
    "shown": Text("部门核对与申诉", "shown to departments"),
    "decided": Text("待签署", "to be signed"),
    "signed_once": Text("一人已签署", "signed once"),
    "published": Text("已公布", "published"),
    "returned": Text("已退回", "returned"),
    "withdrawn": Text("已撤回", "withdrawn"),
    "appealed": Text("待评议", "to be decided"),
    "accepted": Text("已接受", "accepted"),
    "refused": Text("不予接受", "refused"),
}
OUTCOMES = {
    "done": Text("已改进", "done"),
    "partly": Text("部分改进", "partly"),
    "not_done": Text("未改进", "not done"),
    "unknown": Text("无法判断", "unknown"),
}
ROWS = {
    "rated": Text("计分", "rated"),
    "not_applicable": Text("不适用", "not applicable"),
    "too_few": Text("样本不足", "too few"),
    "missing": Text("没有数值", "no value"),
}
LIGHTS = {
    "green": Text("绿", "green"),
    "yellow": Text("黄", "yellow"),
    "red": Text("红", "red"),
}
_SHORT = 12
_MOST = 5
"""Items that a cell names; the sheet in JSON has all of them."""


def print_lines(rows: Sequence[Answer], language: Language) -> None:
    table = _table(
        "编号 方案 年度 状态 申诉截止 考核文件 签署",
        "id scheme year state appeals-until run signed",
    )
    for row in rows:
        title = row["title"][language] + _synthetic(row)
        table.add_row(
            row["id"], title, str(row["year"]), _word(STATES, row["state"], language),
            row["until"] or "", row["run"][:_SHORT], ", ".join(row["signed_by"]),
        )  # fmt: skip
    out().print(table)


def print_sheet(found: Answer, language: Language) -> None:
    console = out()
    console.print(_heading(found, language), markup=False)
    _print_rows(found["rows"], language)
    if found["advice"]:
        console.print(
            said("改进建议（可挽回的分，从多到少）", "What could be won back, most first")
        )
        table = _table("指标 可挽回 事项", "indicator points items")
        for one in found["advice"]:
            table.add_row(one["title"][language], one["gain"], _items(one["items"]))
        console.print(table)
    if found["followed"]:
        console.print(said("上年建议的落实", "What came of last year's advice"))
        table = _table("指标 上年可挽回 结果 仍存在", "indicator points outcome still")
        for one in found["followed"]:
            outcome = _word(OUTCOMES, one["outcome"], language)
            still = ", ".join(one["still"])
            table.add_row(one["title"][language], one["gain"], outcome, still)
        console.print(table)
    if found["appeals"]:
        print_appeals(found["appeals"])


def print_results(found: Answer, language: Language) -> None:
    console = out()
    if found["draft"]:
        console.print(said("未公布", "Not published"))
    table = _table(
        "名次 部门 得分 等级 同组名次 初稿得分", "rank department score grade group draft"
    )
    for one in found["places"]:
        group = f"{one['group']} {one['group_rank']}/{one['group_among']}".strip()
        table.add_row(
            str(one["rank"]), one["title"][language], one["score"], one["grade"][language],
            group, one["was_score"] or "",
        )  # fmt: skip
    console.print(table)
    for light, names in found["lights"].items():
        console.print(f"{_word(LIGHTS, light, language)}: {', '.join(names)}", markup=False)
    if found["unrated"]:
        console.print(said("无得分：", "No score: ") + ", ".join(found["unrated"]), markup=False)


def print_appeals(rows: Sequence[Answer]) -> None:
    table = _table(
        "编号 部门 指标 事项 应计为 状态 理由 决定理由",
        "id department indicator item amount state why because",
    )  # fmt: skip
    for row in rows:
        state = STATES[row["state"]]
        table.add_row(
            row["id"], row["department"], row["indicator"], row["item"], row["amount"],
            said(state.zh, state.en), row["why"], row["because"],
        )  # fmt: skip
    out().print(table)


def _print_rows(rows: Sequence[Answer], language: Language) -> None:
    table = _table(
        "指标 状态 量 得分 权重 分 不合要求的事项",
        "indicator state value score weight points short",
    )
    for row in rows:
        against = [item for item in row["items"] if item["against"]]
        table.add_row(
            f"{row['title'][language]} ({row['indicator']})",
            _word(ROWS, row["state"], language), row["value"] or "",
            row["score"] or "", row["weight"], row["points"] or "", _items(against),
        )  # fmt: skip
    out().print(table)


def _heading(found: Answer, language: Language) -> str:
    line, place = found["line"], found["place"]
    draft = said("（未公布）", " (not published)") if found["draft"] else ""
    told = f"{found['title'][language]} · {line['title'][language]} {line['year']}{draft}"
    told += _synthetic(line)
    if place is None:
        return f"{told}: {said('无得分', 'no score')}"
    was = f"（{place['was_score']}）" if place["was_score"] else ""
    rank = f"{place['rank']}/{place['among']}"
    return f"{told}: {place['score']}{was}, {rank}, {place['grade'][language]}"


def _synthetic(line: Answer) -> str:
    return said("（合成）", " (synthetic)") if line["synthetic"] else ""


def _items(items: Sequence[Answer]) -> str:
    named = [f"{item['day']} {item['item']}" for item in items[:_MOST]]
    more = len(items) - len(named)
    if more:
        named.append(said(f"另有 {more} 项", f"{more} more"))
    return "\n".join(named)


def _word(words: Mapping[str, Text], word: str, language: Language) -> str:
    return words[word].said(language)


def _table(zh: str, en: str) -> Any:
    return folded_table(*said(zh, en).split())
