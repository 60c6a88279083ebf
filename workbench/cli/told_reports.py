"""``workbench told``: how much statistics have told, and output checking, as whoever signed in with
``workbench login``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import Annotated, Any

import typer

from workbench.cli.common import out, reported, said
from workbench.cli.findings import folded_table
from workbench.cli.login import CaOption, UrlOption

app = typer.Typer(
    help="统计已告知多少；输出核查 / How much statistics have told; output checking",
    invoke_without_command=True,
)

ResourceOption = Annotated[str, typer.Option("--resource", "-r", help="数据资源 / Resource")]
DepartmentOption = Annotated[
    str, typer.Option("--department", "-d", help="被告知的部门，页面写 page:编号 / Who was told")
]
LimitOption = Annotated[int, typer.Option(min=1, max=500, help="条数 / How many")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
DayOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="日期 / Day")]
WAIT_SECONDS = 150.0
"""As long as the gateway works at one (see ``gateway.looking``), and a little."""


@app.callback()
def told(
    ctx: typer.Context,
    resource: ResourceOption = "",
    department: DepartmentOption = "",
    limit: LimitOption = 50,
    offset: Annotated[int, typer.Option(min=0, help="跳过几条 / Leave out the first")] = 0,
    as_json: AsJson = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """每个部门、每个资源一行：统计已告知多少 / A line for each department and resource"""
    if ctx.invoked_subcommand:
        return
    with reported(), closing(_connected(url, ca)) as client:
        found = client.told.list(resource, department, limit=limit, offset=offset)
        _printed(found) if as_json else _show_lines(found)


@app.command("detail")
def detail(
    resource: str,
    department: str,
    as_json: AsJson = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """按列：可区分到多细 / By column: how fine the parts are that can be told apart"""
    with reported(), closing(_connected(url, ca)) as client:
        found = client.told.detail(resource, department, wait=WAIT_SECONDS)
        _printed(found) if as_json else _show_detail(found)


@app.command("open")
def open_(
    resource: str,
    department: str,
    as_json: AsJson = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """尚存风险：两个部门合并可推出什么 / What stays open: what two departments would determine"""
    with reported(), closing(_connected(url, ca)) as client:
        found = client.told.open(resource, department, wait=WAIT_SECONDS)
        _printed(found) if as_json else _show_open(found)


@app.command("releases")
def releases(
    resource: ResourceOption = "",
    department: DepartmentOption = "",
    person: Annotated[str, typer.Option(help="人员 / Person")] = "",
    scenario: Annotated[str, typer.Option("--scenario", "-s", help="应用场景 / Scenario")] = "",
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="起 / From this day")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="止 / To this day")
    ] = None,
    withheld: Annotated[
        bool, typer.Option("--withheld", help="只列有未放行的 / Only where something is withheld")
    ] = False,
    before: Annotated[
        int | None, typer.Option(min=1, help="账本编号之前 / Before this entry")
    ] = None,
    limit: LimitOption = 50,
    as_json: AsJson = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """统计层的每次放行，新的在前 / Each release of statistics, the newest first"""
    with reported(), closing(_connected(url, ca)) as client:
        found = client.told.releases(
            since=since.date() if since else None,
            until=until.date() if until else None,
            withheld=withheld,
            before=before,
            limit=limit,
            resource=resource,
            department=department,
            person=person,
            scenario=scenario,
        )
        _printed(found) if as_json else _show_releases(found)


def _connected(url: str | None, ca: Any) -> Any:
    from workbench.client.connection import connect

    return connect(url, ca=str(ca) if ca else None)


def _printed(found: Mapping[str, Any]) -> None:
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))


# Tables -------------------------------------------------------------------------------------------


def _show_lines(found: Mapping[str, Any]) -> None:
    table = folded_table(
        said("资源", "resource"), said("被告知的部门", "told to"), said("放行", "releases"),
        said("已告知单元格", "cells told"), said("未放行", "withheld"), said("规则", "rules"),
        said("首次", "first"), said("最近", "last"), said("簿", "book"),
    )  # fmt: skip
    for line in found["lines"]:
        table.add_row(
            line["resource"],
            line["department"],
            str(line["releases"]),
            f"{line['cells']:,}",
            f"{line['withheld']:,}",
            _rules(line["rules"] or []),
            (line["first"] or "")[:10],
            (line["last"] or "")[:10],
            _book(line),
        )
    out().print(table)
    shown, total = len(found["lines"]), found["total"]
    out().print(said(f"{shown} 条，共 {total} 条", f"{shown} of {total}"))
    if found["is_behind"]:
        told = "账本中还有条目未计入，稍后再看。", "Not all is counted yet: look again in a moment."
        out().print(said(*told))


def _book(line: Mapping[str, Any]) -> str:
    if line["book"]:
        return said("有", "yes")
    if line["destroyed"]:
        return said(f"{line['destroyed'][:10]} 已销毁", f"destroyed {line['destroyed'][:10]}")
    return said("无", "none")


def _rules(rules: list[Mapping[str, Any]]) -> str:
    return "; ".join(f"{said(**r['told'])} {r['figures']:,}" for r in rules)


def _show_detail(found: Mapping[str, Any]) -> None:
    table = folded_table(
        said("列", "column"), said("已告知单元格", "cells told"), said("差分未放行", "withheld"),
        said("可区分部分", "parts"), said("最小", "smallest"), said("中位", "median"),
        said("涉及个体占比", "entities"), said("严格", "strict"),
    )  # fmt: skip
    for column in found["columns"]:
        parts = column["parts"]
        fine = ["", "", "", "", ""] if parts is None else [
            f"{parts['parts']:,}", _size(parts["smallest"]), _size(parts["median"]),
            "" if column["percent"] is None else f"{column['percent']} %",
            said("是", "yes") if parts["strict"] else said("否", "no"),
        ]  # fmt: skip
        told, withheld = f"{column['cells']:,}", f"{column['withheld']:,}"
        table.add_row(said(**column["title"]), told, withheld, *fine)
    out().print(table)
    _not_ready(found)


def _size(size: Mapping[str, Any]) -> str:
    if size["number"] is None:
        return said(f"少于 {size['fewer_than']}", f"fewer than {size['fewer_than']}")
    return f"{size['number']:,}"


def _show_open(found: Mapping[str, Any]) -> None:
    table = folded_table(
        said("列", "column"), said("与谁合并", "together with"),
        said("可推出的部分", "parts that follow"), said("确切", "exactly"),
        said("组合", "in sums of a few"), said("范围过窄", "bounded closely"),
    )  # fmt: skip
    for pair in [*found["alone"], *found["pairs"]]:
        other = pair["other"] or said("（仅本簿）", "(its own book)")
        table.add_row(said(**pair["title"]), other, *_follows(pair["follows"]))
    console = out()
    console.print(table)
    for spent in found["noise"]:
        console.print(f"{spent['grant']}: ε {spent['spent']} / {spent['total']}")
    for limit in found["limits"]:
        console.print(f"- {said(**limit)}")
    _not_ready(found)


def _follows(found: Mapping[str, Any] | None) -> tuple[str, str, str, str]:
    if found is None:
        return said("未算完", "not worked out"), "", "", ""
    least = said("至少 ", "at least ") if found["at_least"] else ""
    close = said("未算完", "not worked out") if found["bounded"] is None else found["bounded"]
    return f"{least}{found['parts']}", str(found["determined"]), str(found["combined"]), str(close)


def _not_ready(found: Mapping[str, Any]) -> None:
    if not found["ready"]:
        out().print(
            said("仍在计算，请稍后再看。", "Still being worked out: look again in a moment.")
        )


def _show_releases(found: Mapping[str, Any]) -> None:
    table = folded_table(
        said("编号", "entry"), said("时间", "when"), said("人员", "person"),
        said("部门", "department"), said("场景", "scenario"), said("语句", "statement"),
        said("已告知", "told"),
        said("未放行", "withheld"), said("规则", "rules"), "ε",
    )  # fmt: skip
    for line in found["lines"]:
        told = said("未新增", "nothing new") if line["cells"] is None else f"{line['cells']:,}"
        table.add_row(
            str(line["seq"]),
            line["at"][:16].replace("T", " "),
            line["viewer"] or line["person"],
            line["department"],
            line["scenario"],
            line["statement"],
            told,
            f"{line['withheld']:,}",
            _rules(line["rules"]),
            "" if line["epsilon"] is None else str(line["epsilon"]),
        )
    out().print(table)
    if found["before"] is not None:
        number = found["before"]
        out().print(said(f"更早的：--before {number}", f"older ones: --before {number}"))
