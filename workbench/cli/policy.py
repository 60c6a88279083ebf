"""``workbench policy test FILE``: a list of queries with what each must give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table

from workbench.cli.common import err, language, out, reported, said
from workbench.errors import Text

app = typer.Typer(help="授权能放行什么、不能放行什么 / What a grant lets through, and what not")


@app.callback()
def _noun() -> None:
    """Keeps ``test`` a command of its own."""


@app.command("test")
def run_file(
    file: Annotated[Path, typer.Argument(help="策略测试文件（YAML 或 JSON）/ The file of tests")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON 报告 / Print JSON")] = False,
) -> None:
    """在临时城市里逐条运行；全部成立才退出 0。/ Run every line; exit 0 only if all hold."""
    from workbench.trial.run import Line, run
    from workbench.trial.schema import parse

    with reported():
        form = parse(file)
        with Progress(console=err(), transient=True, disable=as_json) as progress:
            task = progress.add_task(said("查询", "queries"), total=len(form.queries))
            lines: list[Line] = run(form, file.parent, lambda _: progress.advance(task))
    failed = [line for line in lines if not line.holds]
    if as_json:
        print(json.dumps(_report(file, lines), ensure_ascii=False, indent=2))
    else:
        out().print(_table(lines))
        out().print(
            said(
                f"{len(lines)} 条，{len(failed)} 条不成立",
                f"{len(lines)} lines, {len(failed)} do not hold",
            ),
            style="red" if failed else "green",
        )
    raise typer.Exit(1 if failed else 0)


def _report(file: Path, lines: list[Any]) -> dict[str, Any]:
    return {
        "file": file.name,
        "holds": all(line.holds for line in lines),
        "total": len(lines),
        "failed": sum(not line.holds for line in lines),
        "queries": [line.to_dict() for line in lines],
    }


def _table(lines: list[Any]) -> Table:
    table = Table(box=None)
    for title in (
        "#", said("成立", "holds"), said("结果", "outcome"), said("规则", "rule"), "ms", "SQL",
        said("说明", "message"),
    ):  # fmt: skip
        table.add_column(title, overflow="fold")
    for line in lines:
        seen = "; ".join(f"{s.canary} @ {s.where}" for s in line.sightings)
        message = seen or ("" if line.holds else _first(line.outcome.said))
        table.add_row(
            str(line.number),
            "✓" if line.holds else "✗",
            line.outcome.what,
            line.outcome.code or "",
            f"{line.milliseconds:.0f}",
            line.query.text[:80],
            message,
            style=None if line.holds else "red",
        )
    return table


def _first(text: Text | None) -> str:
    return text.said(language()).split("\n")[0] if text is not None else ""
