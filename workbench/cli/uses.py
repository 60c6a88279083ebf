"""``workbench uses``: who uses the data that your department provides, as whoever signed in with
``workbench login``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from workbench.cli.common import out, reported, said
from workbench.cli.findings import folded_table
from workbench.cli.login import CaOption, UrlOption

app = typer.Typer()


@app.command("uses")
def uses(
    scenario: Annotated[str, typer.Option("--scenario", "-s", help="应用场景 / Scenario")] = "",
    resource: Annotated[str, typer.Option(help="数据资源 / Resource")] = "",
    department: Annotated[
        str, typer.Option(help="使用部门，页面写 page:编号 / Who holds the grant; page:ID")
    ] = "",
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="从这一天起计数 / Count from this day"),
    ] = None,
    idle: Annotated[
        bool, typer.Option("--idle", help="久未使用的在前 / What is unused for longest first")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="条数 / How many")] = 50,
    offset: Annotated[int, typer.Option(min=0, help="跳过几条 / Leave out the first")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")] = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """谁在使用本部门提供的数据 / Who uses what your department provides"""
    from workbench.client.connection import connect

    with reported():
        found = connect(url, ca=str(ca) if ca else None).uses.list(
            since=since.date() if since else None,
            order="idle" if idle else "recent",
            limit=limit,
            offset=offset,
            scenario=scenario,
            resource=resource,
            department=department,
        )
        if as_json:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            _show(found)


def _show(found: Mapping[str, Any]) -> None:
    table = folded_table(
        said("授权", "grant"), said("使用方", "used by"), said("资源", "resource"),
        said("状态", "state"), said("用过的列", "columns used"), said("人数", "people"),
        said("次数", "results"), said("最近使用", "last"), said("视为闲置", "dormant on"),
    )  # fmt: skip
    for line in found["lines"]:
        used = sum(column["last"] is not None for column in line["columns"])
        dormant = line["dormant"] or {}
        table.add_row(
            line["grant"],
            line["department"],
            line["resource"],
            said(line["told"]["zh"], line["told"]["en"]),
            f"{used} / {len(line['columns'])}",
            str(line["people_total"]),
            str(line["releases"]),
            (line["last"] or "")[:10],
            dormant.get("day") or "",
        )
    console = out()
    console.print(table)
    shown, total = len(found["lines"]), found["total"]
    console.print(said(f"{shown} 条，共 {total} 条", f"{shown} of {total}"))
    if found["is_behind"]:
        number = found["behind"]
        console.print(
            said(
                f"账本中还有{f' {number} 条' if number else '条目'}未计入，稍后再看。",
                f"{number or 'Some'} entries of the ledger are not counted yet: look again in a "
                "moment.",
            )
        )
