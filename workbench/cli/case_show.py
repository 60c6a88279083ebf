"""Cases as people read them in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from workbench.cli.common import out, said
from workbench.cli.due_show import Answer, print_count, print_due_table
from workbench.cli.findings import folded_table
from workbench.errors import Language


def print_case(case: Answer, language: Language) -> None:
    console = out()
    facts = Table.grid(padding=(0, 2))
    for heading, value in _facts(case, language):
        facts.add_row(heading, value)
    console.print(facts)
    console.print(_columns(case))
    _print_review(case.get("review"), language)
    _print_uniqueness(case.get("uniqueness"), language)
    for step in case["steps"]:
        flag = f"  ⚑ {step['flag'][language]}" if step.get("flag") else ""
        why = "；".join(part for part in (step["reason"], step["basis"]) if part)
        line = f"{step['number']}. {step['at'][:16]}  {step['told'][language]}  {step['actor']}"
        console.print(f"{line}  {why}{flag}".rstrip())
    if case["can"]:
        can = "、".join(case["can"]) if language == "zh" else ", ".join(case["can"])
        console.print(said(f"您现在可以：{can}", f"You may now: {can}"))


def print_list(found: Answer) -> None:
    table = folded_table(
        said("案件", "case"), said("状态", "state"), said("申请部门", "applies"),
        said("提供部门", "provides"), said("资源", "resource"), said("应用场景", "scenario"),
        said("期限", "due"), said("授权至", "until"),
    )  # fmt: skip
    for row in found["cases"]:
        state = said(row["told"]["zh"], row["told"]["en"])
        table.add_row(
            row["id"], state, row["department"], row["provider"], row["resource"],
            row["scenario"], row["due"] or "", row["until"],
        )  # fmt: skip
    out().print(table)
    print_count(len(found["cases"]), found["total"])


def print_due(found: Sequence[Answer]) -> None:
    print_due_table(
        found, said("案件", "case"), said("资源", "resource"), lambda row: str(row["resource"])
    )


def _facts(case: Answer, language: Language) -> list[tuple[str, str]]:
    granted = case["granted"] or {}
    return [
        (said("案件", "case"), f"{case['id']}  v{case['version']}"),
        (said("状态", "state"), case["told"][language]),
        (said("申请", "applies"), f"{case['department']}（{case['applicant']}）"),
        (said("资源", "resource"), f"{case['resource']}（{case['provider']}）"),
        (said("应用场景", "scenario"), case["scenario"]),
        (said("履职依据", "duty"), case["duty_basis"]),
        (said("用途", "what for"), case["reason"]),
        (said("法规", "regulation"), f"{case['regulation']} · {case['decider']}"),
        (said("期限", "due"), _clock(case["clock"])),
        (said("授权至", "until"), granted.get("until") or case["asked"]["until"]),
    ]


def _clock(clock: Answer | None) -> str:
    if clock is None:
        return said("无", "none runs")
    if clock["due"] is None:
        return {
            "none": said("法规没有规定期限", "the regulation gives no number"),
            "unknown": said("法规文本缺失，期限未知", "unknown: that part of the text is missing"),
        }[clock["state"]]
    article = said(f"第{clock['article']}条", f"art. {clock['article']}")
    more = said("，暂定：该年放假安排未公布", "; provisional: that year is not announced yet")
    return f"{clock['due']}（{article}{more if clock['provisional'] else ''}）"


def _columns(case: Answer) -> Table:
    granted = {line["name"]: line for line in (case["granted"] or {}).get("columns", [])}
    table = folded_table(
        said("列", "column"), said("申请的用法", "asked as"), said("批准", "granted as"),
        said("理由", "argument"),
    )  # fmt: skip
    for line in case["asked"]["columns"]:
        got = granted.get(line["name"])
        shown = "—" if case["granted"] is None else _use(got) if got else said("未批准", "no")
        table.add_row(line["name"], _use(line), shown, line["argument"])
    return table


def _use(line: Answer) -> str:
    return f"{line['use']} {line['mask']}".rstrip()


def _print_review(review: Answer | None, language: Language) -> None:
    if review is None:
        return
    console = out()
    if review["conditions"]:
        console.print(said("目录载明的条件：", "conditions of the entry: ") + review["conditions"])
    for remark in review["remarks"]:
        console.print(f"• {remark['what'][language]}")
    held = ", ".join(f"{line['name']} ({_use(line)})" for line in review["held"])
    where = ", ".join(review["held_in"])
    nothing = said("无", "nothing")
    console.print(
        said(f"该部门已有：{held or nothing}", f"held already: {held or nothing}")
        + (f" [{where}]" if where else "")
    )
    console.print(said("合计可见：", "in all: ") + ", ".join(review["union"]))


def _print_uniqueness(found: Answer | None, language: Language) -> None:
    if found is None:
        return
    console = out()
    if found["why"] is not None:
        console.print(found["why"][language])
        return
    what = said("行", "rows") if found["of_rows"] else said("主体", "entities")
    by = ", ".join(found["columns"]) or said("（无）", "(nothing)")
    console.print(
        said(
            f"可识别程度：按 {by}，{found['entities']:,} 个{what}中"
            f"有 {found['alone']:,} 个独一无二，{found['small']:,} 个所在的组少于 5 个。",
            f"Told apart by {by}: of {found['entities']:,} {what}, {found['alone']:,} stand alone, "
            f"{found['small']:,} in a group of fewer than 5.",
        )
    )
    if found["consenting"]:
        console.print(
            said("只计同意用于本场景的主体。", "Only of those who consent to the scenario.")
        )
    if found["direct"]:
        names = ", ".join(found["direct"])
        console.print(said(f"直接标识：{names}", f"Identify by themselves: {names}"))
