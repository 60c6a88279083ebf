"""``workbench derive``: results that are proposed as resources, for those who run the city."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from workbench.cli.common import (
    CityOption,
    city_root,
    opened,
    out,
    reported,
    said,
    utc_now,
    visible,
)
from workbench.cli.findings import folded_table
from workbench.gateway.derived_files import Place

app = typer.Typer(help="派生资源的提议 / Proposed derived resources", no_args_is_help=True)
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="提议编号 / Id of the proposal")]


@app.command(name="list")
def list_(city: CityOption = None, as_json: JsonOption = False) -> None:
    """列出待办的提议 / List the proposals that wait"""
    with reported():
        found = list(Place(city_root(city)).all())
    if as_json:
        typer.echo(json.dumps([one.to_dict() for one in found], ensure_ascii=False, indent=2))
        return
    names = said("编号 名称 提出者 部门 场景 行数", "id name person department scenario rows")
    table = folded_table(*names.split())
    for one in found:
        cells = (one.id, one.name, one.person, one.department, one.scenario, f"{one.rows:,}")
        table.add_row(*map(visible, cells))
    out().print(table)


@app.command()
def show(id: IdArgument, city: CityOption = None) -> None:  # noqa: A002
    """查看一项提议的契约和条件 / Show the contract and the conditions of a proposal"""
    with reported():
        place = Place(city_root(city))
        found = place.get(id)
        text = place.contract(id).read_text(encoding="utf-8")
    for term in found.terms:
        typer.echo(said(f"# 条件：{term}", f"# Condition: {term}"))
    typer.echo(text)


@app.command()
def accept(
    id: IdArgument,  # noqa: A002
    terms_read: Annotated[
        bool,
        typer.Option(
            "--terms-read", help="来源的条件已读且允许 / Its conditions were read, and allow it"
        ),
    ] = False,
    city: CityOption = None,
) -> None:
    """登记为资源：写入契约，按契约入库 / Take it in: its contract, and its rows through ingest"""
    from workbench.cli.derive_accept import Accepting

    with opened(city) as state:
        report = Accepting(state, utc_now).accept(id, terms_read=terms_read)
    typer.echo(
        said(
            f"已登记 {report.resource}：{report.accepted:,} 行。要使用它，请写进应用场景。",
            f"{report.resource} is there: {report.accepted:,} rows. A scenario has to grant it.",
        )
    )


@app.command()
def refuse(
    id: IdArgument,  # noqa: A002
    why: Annotated[str, typer.Option("--why", help="理由，记入账本 / Why; it is recorded")],
    city: CityOption = None,
) -> None:
    """不予登记，移除其数据 / Refuse it; its rows are removed"""
    from workbench.cli.derive_accept import Accepting

    with opened(city) as state:
        found = Accepting(state, utc_now).refuse(id, why)
    typer.echo(said(f"已不予登记 {found.name}。", f"{found.name} was refused."))
