"""``workbench pages``: check the pages of a city, list them."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from workbench.catalogue.city import load_city
from workbench.cli.common import CityOption, city_root, language, out, reported, utc_now
from workbench.cli.findings import folded_table, show_findings
from workbench.declared.findings import errors
from workbench.errors import Code, Text, simple
from workbench.model.days import day_of

app = typer.Typer(help="检查与列出页面 / Check and list the pages", no_args_is_help=True)
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]


@app.command()
def check(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[PAGE]...", help="页面名 / Names of pages")
    ] = None,
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """检查页面文件，不运行任何查询 / Check the files of pages; no query runs

    0：没有错误（可有提醒）；2：有错误 / 0: no errors (warnings allowed); 2: errors
    """
    checked = _checked(city, names or [])
    show_findings([finding for one in checked for finding in one.findings], as_json=as_json)


@app.command(name="list")
def list_(city: CityOption = None, as_json: JsonOption = False) -> None:
    """列出页面 / List the pages"""
    rows = [
        {
            "page": one.name,
            "title": one.page.title.said(language()) if one.page else "",
            "scenario": one.page.scenario if one.page else "",
            "as": one.page.runs_as.value if one.page else "",
            "panels": len(one.page.panels) if one.page else 0,
            "errors": len(errors(one.findings)),
        }
        for one in _checked(city, [])
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    made = folded_table(*(rows[0] if rows else ()))
    for row in rows:
        made.add_row(*(str(value) for value in row.values()))
    out().print(made)


def _checked(city: Any, names: list[str]) -> list[Any]:
    from workbench.pages.check import check_page, page_files

    with reported():
        root = city_root(city)
        found = load_city(root)
        files = {path.stem: path for path in page_files(root)}
        for name in names:
            if name not in files:
                raise _unknown(name, sorted(files))
        wanted = [files[name] for name in names or sorted(files)]
        return [check_page(path, root, found, day_of(utc_now())) for path in wanted]


def _unknown(name: str, known: list[str]) -> Exception:
    return simple(
        Code.invalid_request,
        f"没有名为 {name} 的页面。",
        f"There is no page called {name}.",
        next=Text(f"现有页面：{'、'.join(known)}", f"There are: {', '.join(known)}"),
    )
