"""``workbench audit enterprise``: by whom the data of one person or firm could have been seen,
asked of the gateway by an auditor who signed in with ``workbench login``."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console

from workbench.cli.common import out, reported, said
from workbench.cli.findings import folded_table
from workbench.cli.login import CaOption, UrlOption


def enterprise(
    scenario: Annotated[str, typer.Option("--scenario", "-s", help="应用场景 / Scenario")] = "",
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="从这一天起 / From this day on"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")] = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """谁可能看到过某企业或个人的数据：代码从标准输入读取。/ Who could have seen one firm's data."""
    from workbench.client.connection import connect

    with reported():
        key = _key()
        day = since.date() if since else None
        found = connect(url, ca=str(ca) if ca else None).trail.enterprise(key, scenario, day)
        if as_json:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            _show(found)


def _key() -> str:
    """Never of the command line, which other programs of the machine can read."""
    if sys.stdin.isatty():
        asked: str = typer.prompt(said("统一社会信用代码或其他实体键", "Credit code or other key"))
        return asked
    return sys.stdin.readline().strip()


def _show(found: Mapping[str, Any]) -> None:
    table = folded_table(
        said("人员", "person"), said("部门", "department"), said("应用场景", "scenario"),
        said("资源", "resource"), said("读取的列", "columns read"), said("次数", "results"),
        said("最近", "last"),
    )  # fmt: skip
    for one in found["people"]:
        columns = ", ".join(column["name"] for column in one["columns"])
        table.add_row(
            one["person"], one["department"], one["scenario"], one["resource"], columns,
            str(one["releases"]), one["last"][:10],
        )  # fmt: skip
    console = out()
    if found["scenario_gone"] is None:
        _print_held(found, console)
        console.print(table)
        _print_unfinished(found, console)
    console.print(said(found["note"]["zh"], found["note"]["en"]))


def _print_held(found: Mapping[str, Any], console: Console) -> None:
    held = ", ".join(one["resource"] for one in found["resources"]) or said("无", "none")
    console.print(said(f"含其数据的资源：{held}", f"Resources that hold rows of it: {held}"))
    for one in found["looked_at"]:
        columns = ", ".join(one["columns"])
        console.print(
            said(
                f"已查 {one['resource']}，按 {columns}",
                f"Looked at: {one['resource']}, by {columns}",
            )
        )
    for one in found["not_looked_at"]:
        why = said(one["why"]["zh"], one["why"]["en"])
        console.print(
            said(f"未查 {one['resource']}：{why}", f"Not looked at: {one['resource']}: {why}")
        )


def _print_unfinished(found: Mapping[str, Any], console: Console) -> None:
    """What keeps the table from being the whole answer."""
    more = found["people_total"] - len(found["people"])
    if more:
        console.print(said(f"另有 {more} 人未列出。", f"{more} more people are not listed."))
    if found["behind"]:
        console.print(
            said(
                f"账本中还有 {found['behind']} 条未计入，稍后再查。",
                f"{found['behind']} entries of the ledger are not counted yet: ask again in a "
                "moment.",
            )
        )
