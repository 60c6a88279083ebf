"""``workbench kpi``: check, list and show the KPIs of a city, compute them, deliver their facts."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.common import CityOption, city_root, err, language, out, reported, said
from workbench.cli.findings import folded_table, show_findings
from workbench.errors import Text

if TYPE_CHECKING:
    from workbench.kpi.definition import Kpi

app = typer.Typer(help="共享指标 / Sharing KPIs", no_args_is_help=True)
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
DAY = ["%Y-%m-%d"]


@app.command()
def check(city: CityOption = None, as_json: JsonOption = False) -> None:
    """检查指标文件和指标页，不读数据 / Check the files of KPIs and their page; no data is read

    0：没有错误；2：有错误 / 0: no errors; 2: errors
    """
    from workbench.catalogue.city import load_city
    from workbench.catalogue.regulations import known_regulations
    from workbench.kpi import check as checks
    from workbench.kpi.definition import read_kpis

    with reported():
        root = city_root(city)
        found = load_city(root)
        files = read_kpis(root, known_regulations(root))
    findings = [finding for file in files for finding in file.findings]
    for file in files:
        findings += checks.check(file, found)
    known = {file.value.id: file.value for file in files if file.value is not None}
    findings += checks.check_page(root, known)
    show_findings(findings, as_json=as_json)


@app.command(name="list")
def list_(city: CityOption = None, as_json: JsonOption = False) -> None:
    """列出指标，含不计算的及原因 / List the KPIs, also those left out, and why"""
    kpis, why = _declared(city)
    rows = [_line(kpi, why[kpi.id]) for kpi in kpis.values()]
    if as_json:
        _echo(rows)
        return
    headings = ("指标", "名称", "条款", "不计算的原因"), ("KPI", "title", "articles", "left out")
    table = folded_table(*headings[0 if language() == "zh" else 1])
    for kpi in kpis.values():
        left = why[kpi.id]
        title = Text(kpi.title.zh, kpi.title.en).said(language())
        table.add_row(kpi.id, title, kpi.cited, left.said(language()) if left else "")
    out().print(table)


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="指标编号 / Id of the KPI")],
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """一个指标怎样定义、怎样计算 / How one KPI is defined and computed"""
    from workbench.kpi import statements
    from workbench.kpi.definition import named

    kpis, why = _declared(city)
    with reported():
        kpi = named(kpis, name)
    told = _line(kpi, why[name]) | {
        "formula": kpi.formula.model_dump(),
        "denominator": kpi.denominator.model_dump() if kpi.denominator else None,
        "note": kpi.note.model_dump() if kpi.note else None,
        "scenario": kpi.scenario,
        "groups": list(kpi.groups),
        "statement": statements.figure(kpi),
        "drill_down": statements.drill(kpi),
    }
    if as_json:
        _echo(told)
        return
    for key, value in told.items():
        text = value.get(language()) if isinstance(value, dict) and language() in value else value
        out().print(f"{key}: {text}")


@app.command()
def compute(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="指标编号 / Ids of KPIs")
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option("--by", help="按列分组，如 department / Group by a column")
    ] = None,
    items: Annotated[
        bool, typer.Option("--items", help="列出数字背后的事项 / List what is behind the figure")
    ] = False,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=DAY, help="截至日期 / As of this day")
    ] = None,
    url: Annotated[str | None, typer.Option(help="网关地址 / Address of the gateway")] = None,
    user: Annotated[str | None, typer.Option(help="用户名 / Your user name")] = None,
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """按本人的授权经网关计算 / Compute under your own grants, by the gateway"""
    from workbench.cli.kpi_compute import Wanted, computed, print_computed
    from workbench.client.connection import connect
    from workbench.kpi.definition import named

    kpis, why = _declared(city)
    with reported():
        chosen = [named(kpis, name) for name in names] if names else list(kpis.values())
        day = as_of.date() if as_of else None
        wanted = Wanted(tuple(by or ()), items, day, every=not names)
        with connect(url=url, user=user, progress=False) as connection:
            found = [computed(kpi, why[kpi.id], wanted, connection) for kpi in chosen]
    if as_json:
        _echo(found)
        return
    print_computed(found)


@app.command()
def deliver(
    day: Annotated[
        datetime | None,
        typer.Option("--day", formats=DAY, help="到这一天，默认昨天 / Up to this day (yesterday)"),
    ] = None,
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """把已过完的各天的治理数据入库 / Deliver the facts of all days that are over

    网关运行时每十分钟自动检查。 / A running gateway looks every ten minutes.
    """
    from workbench.gateway.delivering import open_delivering

    with reported(), open_delivering(city_root(city)) as delivering:
        console = err()

        def told(one: Any) -> None:
            if console.is_terminal and not as_json:
                console.print(f"{one.resource}  {one.day}  +{one.added}")

        done = delivering.look(told) if day is None else delivering.up_to(day.date(), told)
    if as_json:
        _echo([{**one.__dict__, "day": one.day.isoformat()} for one in done])
        return
    rows = sum(one.added for one in done)
    out().print(
        said(
            f"{len(done)} 次入库，{rows} 行。" if done else "没有要入库的：都已是最新。",
            f"{len(done)} deliveries, {rows} rows." if done else "Nothing is owed.",
        )
    )


def _declared(city: Any) -> tuple[dict[str, Kpi], dict[str, Text | None]]:
    """The KPIs of the city, and why each is left out, if it is."""
    from workbench.catalogue.regulations import known_regulations, load_profile
    from workbench.kpi.definition import load_kpis
    from workbench.kpi.leaving import left_out

    with reported():
        root = city_root(city)
        kpis = load_kpis(root, known_regulations(root))
        profile = load_profile(_regulation(root), root).profile
    return kpis, {name: left_out(kpi, profile) for name, kpi in kpis.items()}


def _regulation(root: Any) -> str:
    from workbench.catalogue.city import load_city

    return load_city(root).regulation.id


def _line(kpi: Kpi, why: Text | None) -> dict[str, Any]:
    return {
        "kpi": kpi.id,
        "title": kpi.title.model_dump(),
        "unit": kpi.unit.model_dump(),
        "form": kpi.form.value,
        "direction": kpi.direction.value,
        "articles": kpi.cited,
        "needs_deadline": kpi.needs_deadline.value if kpi.needs_deadline else None,
        "left_out": {"zh": why.zh, "en": why.en} if why else None,
    }


def _echo(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
