"""``workbench analysis``: check and list what a month's analysis looks at, and make one."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress

from workbench.cli.common import CityOption, city_root, err, language, opened, out, reported, said
from workbench.cli.findings import folded_table, show_findings
from workbench.cli.ingest_desk import Desk
from workbench.gateway.ruled import city_now

if TYPE_CHECKING:
    from workbench.analysis.definition import Analysis
    from workbench.cli.analysis_run import Done
    from workbench.libraries.definition import Library

app = typer.Typer(help="月度研判 / The month's analysis", no_args_is_help=True)
MONTH = ["%Y-%m"]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]


@app.command()
def check(city: CityOption = None, as_json: JsonOption = False) -> None:
    """检查研判文件，不读数据 / Check the files of analyses; no data is read

    0：没有错误；2：有错误 / 0: no errors; 2: errors
    """
    from workbench.analysis import check as checks
    from workbench.analysis.reading import read_analyses
    from workbench.analysis.targets_file import check as check_targets
    from workbench.analysis.targets_file import read_targets
    from workbench.catalogue.city import load_city

    with reported():
        root = city_root(city)
        found = load_city(root)
        libraries = _libraries(city)
        files = read_analyses(root)
    findings = [finding for file in files for finding in file.findings]
    findings += [each for file in files for each in checks.check(file, libraries, found)]
    analyses = [file.value for file in files if file.value is not None]
    for targets in read_targets(root):
        findings += [*targets.findings, *check_targets(targets, libraries, analyses)]
    show_findings(findings, as_json=as_json)


@app.command(name="list")
def list_(city: CityOption = None, as_json: JsonOption = False) -> None:
    """列出研判的指标 / List the headlines that are looked at"""
    with reported():
        found = _analyses(city)
    rows = [
        {
            "analysis": analysis.id,
            "headline": each.id,
            "title": each.title.text().said(language()),
            "of": each.indicator or each.published or "",
            "basis": each.basis.text().said(language()),
        }
        for analysis in found.values()
        for each in analysis.headlines
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = folded_table(*said("研判 编号 名称 来源 口径", "analysis id title of basis").split())
    for row in rows:
        table.add_row(*row.values())
    out().print(table)


@app.command()
def run(
    month: Annotated[
        datetime, typer.Option(formats=MONTH, help="研判到这个月 / Up to this month")
    ] = ...,  # type: ignore[assignment]
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=MONTH, help="从这个月起，默认同一个月 / From this month on"),
    ] = None,
    url: Annotated[str | None, typer.Option(help="网关地址 / Address of the gateway")] = None,
    user: Annotated[str | None, typer.Option(help="用户名 / Your user name")] = None,
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """按本人的授权，由已放行的指标作出月度研判并入库 / Analyse months from released indicators

    先运行 workbench libraries run。已入库的月份不再计算。 / Run `workbench libraries run` before.
    Months that are there are left alone.
    """
    from workbench.cli.analysis_run import Analyst
    from workbench.client.connection import connect

    hidden = as_json or not err().is_terminal
    done: list[Done] = []
    with (
        opened(city) as state,
        Progress(console=err(), transient=True, disable=hidden) as bar,
    ):
        found = city_now(state)
        shelf = Desk(state, found).shelf()
        task = bar.add_task(said("研判", "analysing"), total=None)
        with connect(url=url, user=user, progress=False) as connection:
            analyst = Analyst(found, _libraries(city), shelf, connection)
            for analysis in _analyses(city).values():
                for one in analyst.run(analysis, (since or month).date(), month.date()):
                    bar.update(task, description=f"{one.analysis} {one.month:%Y-%m}")
                    done.append(one)
    _say(done, as_json)


def _say(done: list[Done], as_json: bool) -> None:
    if as_json:
        lines = [{**one.__dict__, "month": f"{one.month:%Y-%m}"} for one in done]
        typer.echo(json.dumps(lines, ensure_ascii=False, indent=2))
        return
    for one in done:
        shown = said("未放行", "withheld")
        out().print(
            f"  {one.analysis} {one.month:%Y-%m}: {one.figures:,} ({one.withheld:,} {shown})"
        )
    if not done:
        out().print(said("没有新作出的月份。", "No month was added."))


def _analyses(city: Any) -> dict[str, Analysis]:
    from workbench.analysis.reading import load_analyses

    return load_analyses(city_root(city))


def _libraries(city: Any) -> dict[str, Library]:
    from workbench.catalogue.regulations import known_regulations
    from workbench.libraries.definition import load_libraries

    root = city_root(city)
    return load_libraries(root, known_regulations(root))
