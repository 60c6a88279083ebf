"""``workbench contracts``: check the contracts of a city, list its resources, show one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text as Cell

from workbench.catalogue.city import City
from workbench.catalogue.write import odcs_of, to_yaml
from workbench.cli.common import CityOption, city_root, language, out, reported, said
from workbench.cli.findings import folded_table, show_findings
from workbench.declared.findings import suggest
from workbench.errors import Code, simple
from workbench.gateway.ruled import city_at, findings_at
from workbench.model.contract import Resource

app = typer.Typer(
    help="检查与查看数据契约 / Check and read the data contracts", no_args_is_help=True
)
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]


@app.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="城市目录 / Folder of the city")
    ] = None,
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """检查契约、场景和 city.yaml / Check contracts, scenarios and city.yaml

    0：没有错误（可有提醒）；2：有错误 / 0: no errors (warnings allowed); 2: errors
    """
    with reported():
        # A folder named here may lack city.yaml: that is then one of the findings.
        root = folder.resolve() if folder and folder.is_dir() else city_root(folder or city)
        findings = findings_at(root)
    show_findings(findings, as_json=as_json)


@app.command(name="list")
def list_(city: CityOption = None, as_json: JsonOption = False) -> None:
    """列出资源 / List the resources"""
    with reported():
        found = city_at(city_root(city))
    if as_json:
        rows = [_summary(found, r) for r in found.resources.values()]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = folded_table(
        said("资源", "Resource"), said("标题", "Title"), said("提供部门", "Provider"),
        said("共享类型", "Sharing"), said("方式", "Mode"), said("场景", "Scenarios"),
    )  # fmt: skip
    for resource in found.resources.values():
        row = _summary(found, resource)
        provider = found.departments[resource.provider].said(language())
        cells = (row["name"], resource.title.said(language()), provider, row["sharing_type"],
                 row["sharing_mode"], ", ".join(row["scenarios"]))  # fmt: skip
        table.add_row(*map(Cell, cells))
    _wide().print(table)


@app.command()
def show(
    resource: Annotated[str, typer.Argument(metavar="RESOURCE", help="资源的表名 / Its name")],
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """显示一个资源的契约（按读取结果）/ Show one contract, as it was read"""
    with reported():
        found = city_at(city_root(city))
        if resource not in found.resources:
            raise simple(
                Code.invalid_request,
                f"没有资源 {resource}。",
                f"There is no resource {resource}.",
                next=suggest(resource, found.resources),
            )
    contract = odcs_of(found.resources[resource])
    text = json.dumps(contract, ensure_ascii=False, indent=2) if as_json else to_yaml(contract)
    typer.echo(text.rstrip("\n"))


def _wide() -> Console:
    """Files and pipes have no width: take enough for one line each."""
    console = out()
    if not console.is_terminal:
        console.width = 200
    return console


def _summary(city: City, resource: Resource) -> dict[str, Any]:
    using = [s.id for s in city.scenarios.values()
             if any(use.resource == resource.name for use in s.resources)]  # fmt: skip
    return {
        "name": resource.name,
        "title": {"zh": resource.title.zh, "en": resource.title.en},
        "provider": resource.provider,
        "sharing_type": resource.sharing.type.value,
        "sharing_mode": resource.sharing.mode.value if resource.sharing.mode else "",
        "columns": len(resource.columns),
        "scenarios": using,
    }
