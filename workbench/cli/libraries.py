"""``workbench libraries``: check and list the libraries of a city, work out their indicators."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress

from workbench.cli.common import CityOption, city_root, err, language, opened, out, reported, said
from workbench.cli.findings import folded_table, show_findings
from workbench.cli.ingest_desk import Desk
from workbench.declared.findings import named
from workbench.errors import Text, WorkbenchError
from workbench.gateway.ruled import city_now

if TYPE_CHECKING:
    from workbench.cli.libraries_run import Done
    from workbench.libraries.definition import Library

app = typer.Typer(help="七库与指标 / Libraries and their indicators", no_args_is_help=True)
MONTH = ["%Y-%m"]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]


@app.command()
def check(city: CityOption = None, as_json: JsonOption = False) -> None:
    """检查库文件，不读数据 / Check the files of libraries; no data is read

    0：没有错误；2：有错误 / 0: no errors; 2: errors
    """
    from workbench.catalogue.city import load_city
    from workbench.catalogue.regulations import known_regulations
    from workbench.libraries import check as checks
    from workbench.libraries.definition import read_libraries

    with reported():
        root = city_root(city)
        found = load_city(root)
        files = read_libraries(root, known_regulations(root))
    findings = [finding for file in files for finding in file.findings]
    findings += [finding for file in files for finding in checks.check(file, found)]
    show_findings(findings, as_json=as_json)


@app.command(name="list")
def list_(city: CityOption = None, as_json: JsonOption = False) -> None:
    """列出各库的指标 / List the indicators of each library"""
    with reported():
        found = _libraries(city)
    rows = [
        {
            "library": library.id,
            "indicator": each.id,
            "title": each.title.text().said(language()),
            "unit": each.unit.text().said(language()),
            "formula": each.formula,
            "kind": each.kind.value,
        }
        for library in found.values()
        for each in library.indicators
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    names = said("库 指标 名称 单位 公式", "library indicator title unit formula").split()
    table = folded_table(*names)
    for row in rows:
        table.add_row(*(row[k] for k in ("library", "indicator", "title", "unit", "formula")))
    out().print(table)


@app.command()
def run(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[LIBRARY]...", help="库编号 / Ids of libraries")
    ] = None,
    month: Annotated[
        datetime, typer.Option(formats=MONTH, help="算到这个月 / Up to this month")
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
    """按本人的授权经网关计算各月指标并入库 / Work out indicators by month, under your own grants

    已入库的月份不再计算；中断后再运行即可续算。 / Months that are there are left alone; run it
    again after an interruption.
    """
    from workbench.cli.libraries_run import Maker
    from workbench.client.connection import connect

    hidden = as_json or not err().is_terminal
    with (
        opened(city) as state,
        Progress(console=err(), transient=True, disable=hidden) as bar,
    ):
        found = city_now(state)
        chosen = _chosen(_libraries(city), names or [])
        desk = Desk(state, found)
        first, last = (since or month).date(), month.date()
        task = bar.add_task(said("计算", "working out"), total=None)
        with connect(url=url, user=user, progress=False) as connection:
            maker = Maker(found, desk.shelf(), connection)
            done, refused = maker.run_all(
                chosen,
                first,
                last,
                lambda one: bar.update(task, description=f"{one.library} {one.month:%Y-%m}"),
            )
    _say(done, as_json)
    if refused:
        with reported():
            raise WorkbenchError.of(refused)


def _say(done: list[Done], as_json: bool) -> None:
    if as_json:
        lines = [
            {**one.__dict__, "month": f"{one.month:%Y-%m}", "left": [str(it) for it in one.left]}
            for one in done
        ]
        typer.echo(json.dumps(lines, ensure_ascii=False, indent=2))
        return
    for one in done:
        shown = said("未放行", "withheld")
        out().print(
            f"  {one.library} {one.month:%Y-%m}: {one.figures:,} ({one.withheld:,} {shown})"
        )
        _say_left(one)
    if not done:
        out().print(
            said(
                "没有新算出的月份：月份按先后补，最后一个已有月份之前的不再补算。",
                "No month was added: they are added in order, and none before the last one that"
                " is kept.",
            )
        )


def _say_left(one: Done) -> None:
    """What has no figures, and why: a month is kept with it withheld, and never as if whole."""
    for each in one.left:
        why = each.why.what.said(language())
        if each.dimension is None:
            text = said(f"{each.base} 整项未放行", f"{each.base}: nothing of it is released")
        else:
            text = said(
                f"{each.base} 未按 {each.dimension} 分", f"{each.base}: not by {each.dimension}"
            )
        out().print(f"    {text}{said('：', '. ')}{why}", markup=False, soft_wrap=True)


def _chosen(known: dict[str, Library], names: list[str]) -> list[Library]:
    """Raises InvalidInput for a name that is none, with the nearest."""
    chosen = [
        named(known, name, Text(f"没有库 {name}。", f"There is no library called {name}."))
        for name in names
    ]
    return chosen or list(known.values())


def _libraries(city: Any) -> dict[str, Library]:
    from workbench.catalogue.regulations import known_regulations
    from workbench.libraries.definition import load_libraries

    root = city_root(city)
    return load_libraries(root, known_regulations(root))
