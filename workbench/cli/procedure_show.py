"""Procedures as people read them in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from workbench.cli.common import out, said
from workbench.cli.due_show import Answer, print_count, print_due_table
from workbench.cli.findings import folded_table
from workbench.errors import Language


def print_kinds(found: Answer, language: Language) -> None:
    console = out()
    table = folded_table(
        said("事项", "kind"), said("名称", "title"), said("条款", "article"),
        said("发起", "opened by"), said("字段", "fields"),
    )  # fmt: skip
    for kind in found["kinds"]:
        opens = "\n".join(
            f"{one['event']} ({one['told'][language]}; {', '.join(one['by'])})"
            for one in kind["opens"]
        )
        table.add_row(
            kind["id"], kind["title"][language], _article(kind), opens, _fields(kind, language)
        )
    console.print(found["regulation"], markup=False)
    console.print(table)
    if found["unreadable"]:
        names = ", ".join(found["unreadable"])
        console.print(
            said(
                f"这些定义有误（workbench procedures check）：{names}",
                f"Not sound (workbench procedures check): {names}",
            ),
            markup=False,
        )


def print_procedure(procedure: Answer, language: Language) -> None:
    console = out()
    facts = Table.grid(padding=(0, 2))
    for heading, value in _facts(procedure, language):
        facts.add_row(heading, value)
    console.print(facts)
    for step in procedure["steps"]:
        console.print(_step(step, language), markup=False)
    for one in procedure["offers"]:
        needs = f"：{'、'.join(one['needs'])}" if one["needs"] else ""
        line = f"→ {one['event']}（{one['told'][language]}，{_article(one)}）{needs}"
        console.print(line, markup=False)


def print_list(found: Answer) -> None:
    table = folded_table(
        said("事项", "procedure"), said("名称", "kind"), said("状态", "state"),
        said("发起部门", "opened by"), said("提供部门", "provider"), said("资源", "resource"),
        said("期限", "due"),
    )  # fmt: skip
    for row in found["procedures"]:
        title, state = row["title"], row["told"]
        table.add_row(
            row["id"], said(title["zh"], title["en"]), said(state["zh"], state["en"]),
            row["department"], row["provider"], row["resource"], row["due"] or "",
        )  # fmt: skip
    out().print(table)
    print_count(len(found["procedures"]), found["total"])


def print_due(found: Sequence[Answer]) -> None:
    print_due_table(
        found,
        said("事项", "procedure"),
        said("名称", "kind"),
        lambda row: said(row["title"]["zh"], row["title"]["en"]),
    )


def _fields(kind: Answer, language: Language) -> str:
    return "\n".join(
        f"{one['name']}{'?' if one['optional'] else ''}: {one['title'][language]} ({one['kind']})"
        for one in kind["fields"]
    )


def _article(one: Answer) -> str:
    if one["ours"]:
        return said("我们的默认", "our default")
    return said(f"第{one['article']}条", f"art. {one['article']}")


def _facts(found: Answer, language: Language) -> list[tuple[str, str]]:
    facts = [
        (said("事项", "procedure"), f"{found['id']}  v{found['version']}"),
        (said("名称", "kind"), f"{found['title'][language]}（{found['kind']}，{_article(found)}）"),
        (said("状态", "state"), found["told"][language]),
        (said("发起", "opened by"), f"{found['department']}（{found['opener']}）"),
        (said("提供部门", "provider"), found["provider"]),
        (said("法规", "regulation"), f"{found['regulation']} · {found['decider']}".rstrip(" ·")),
        (said("期限", "due"), _clock(found["clock"])),
    ]
    sealed = said("（已封存，仅办理人可见）", "(sealed: read by those who deal with it)")
    values = [
        (one["title"][language], one["text"] if one["text"] is not None else sealed)
        for one in found["values"]
    ]
    return [*facts, *values]


def _clock(clock: Answer | None) -> str:
    if clock is None:
        return said("无", "none runs")
    if clock["due"] is None:
        return {
            "none": said("法规没有规定期限", "the regulation gives no number"),
            "unknown": said("法规文本缺失，期限未知", "unknown: that part of the text is missing"),
        }[clock["state"]]
    notes = [clock["whose"]]
    if clock["state"] == "named":
        notes.append(said("办理人定", "named by who acted"))
    elif clock["state"] == "ours":
        notes.append(said("本平台默认，非法规规定", "our default, of no regulation"))
    elif clock["article"]:
        notes.append(said(f"第{clock['article']}条", f"art. {clock['article']}"))
    if clock["provisional"]:
        notes.append(said("暂定", "provisional"))
    return f"{clock['due']}（{'，'.join(notes)}）"


def _step(step: Answer, language: Language) -> str:
    parts = [f"{step['number']}. {step['at'][:16]}  {step['told'][language]}  {step['actor']}"]
    why = "；".join(part for part in (step["reason"], step["basis"]) if part)
    if why:
        parts.append(why)
    if step["evidence"]:
        parts.append(f"sha256:{step['evidence'][:16]}…")
    if step["by_hand"]:
        done = "、".join(one[language] for one in step["effects"])
        parts.append(said(f"由人完成：{done}", f"by hand: {done}"))
    if step["late"]:
        parts.append(said(f"超期 {step['late']} 天", f"{step['late']} days late"))
    return "  ".join(parts)
