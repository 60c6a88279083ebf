"""``workbench assess``: check and list the schemes by which departments are scored."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli import (
    assess_catalogues,
    assess_process,
    assess_report,
    assess_run,
    assess_watch,
    assess_weights,
)
from workbench.cli.common import CityOption, city_root, language, out, reported, said
from workbench.cli.findings import folded_table, show_findings
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.assessment.scheme import Scheme
    from workbench.kpi.definition import Kpi
    from workbench.regulations.profile import Profile

app = typer.Typer(help="考核评估 / Assessment of departments", no_args_is_help=True)
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]


@app.command()
def check(city: CityOption = None, as_json: JsonOption = False) -> None:
    """检查考核方案，不读数据 / Check the schemes; no data is read

    0：没有错误；2：有错误 / 0: no errors; 2: errors
    """
    from workbench.assessment import check as checks
    from workbench.assessment.reading import read_schemes
    from workbench.assessment.values import findings_of
    from workbench.catalogue.city import load_city
    from workbench.catalogue.regulations import known_regulations
    from workbench.kpi.definition import load_kpis

    with reported():
        root = city_root(city)
        found = load_city(root)
        regulations = known_regulations(root)
        kpis = load_kpis(root, regulations)
        files = read_schemes(root, regulations)
    findings = [finding for file in files for finding in file.findings]
    for file in files:
        if file.value is not None:
            profile = _profile(file.value.regulation, root)
            findings += checks.check(file, checks.Known(found, kpis, profile))
    schemes = {Path(file.document.file).stem: file.value for file in files}
    findings += assess_weights.findings(root, schemes)
    findings += findings_of(root, schemes, found.departments)
    findings += assess_catalogues.findings(root, found, _profile)
    findings += assess_watch.findings(root)
    show_findings(findings, as_json=as_json)


def _profile(regulation: str, root: Path) -> Profile | None:
    """None where its file has none, or is wrong: ``contracts check`` tells what is."""
    from workbench.catalogue.regulations import load_profile

    try:
        return load_profile(regulation, root).profile
    except WorkbenchError:
        return None


@app.command(name="list")
def list_(city: CityOption = None, as_json: JsonOption = False) -> None:
    """列出考核方案及其维度和权重 / List the schemes with their dimensions and weights"""
    with reported():
        rows = _rows(city_root(city))
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    zh = "方案 名称 条款 本市法规 维度与权重 本市不适用"
    table = folded_table(*said(zh, "scheme title articles city's dimensions not-here").split())
    for row in rows:
        is_own = said("是", "yes") if row["of_the_city"] else said("否", "no")
        title = row["title"][language()]
        cited = f"{row['regulation']} {row['articles']}"
        absent = ", ".join(row["not_here"])
        table.add_row(row["scheme"], title, cited, is_own, _dimensions(row), absent)
    out().print(table)


def _rows(root: Path) -> list[dict[str, Any]]:
    from workbench.assessment.reading import load_schemes
    from workbench.catalogue.city import load_city
    from workbench.catalogue.regulations import known_regulations
    from workbench.kpi.definition import load_kpis

    regulations = known_regulations(root)
    own = load_city(root).regulation.id
    absent = _absent(load_kpis(root, regulations), _profile(own, root))
    schemes = load_schemes(root, regulations).values()
    return [_row(scheme, own, absent) for scheme in schemes]


def _absent(kpis: Mapping[str, Kpi], profile: Profile | None) -> set[str]:
    """KPIs that apply to nobody in the city: its regulation sets no deadline for them."""
    from workbench.kpi.leaving import left_out

    if profile is None:
        return set()
    return {name for name, kpi in kpis.items() if left_out(kpi, profile) is not None}


def _row(scheme: Scheme, own: str, absent: Collection[str]) -> dict[str, Any]:
    return {
        "scheme": scheme.id,
        "title": scheme.title.model_dump(),
        "regulation": scheme.regulation,
        "articles": scheme.articles,
        "of_the_city": scheme.regulation == own,
        "evaluator": scheme.evaluator,
        "indicators": len(scheme.indicators),
        "manual": sum(each.measure.manual is not None for each in scheme.indicators),
        "kpis": list(scheme.kpis),
        "not_here": [one.id for one in scheme.indicators if one.measure.kpi in absent],
        "dimensions": [
            {
                "dimension": each.id,
                "title": each.title.model_dump(),
                "weight": str(each.weight),
                "articles": each.articles,
                "indicators": [one.id for one in each.indicators],
            }
            for each in scheme.dimensions
        ],
    }


def _dimensions(row: dict[str, Any]) -> str:
    told = (f"{each['title'][language()]} {each['weight']}" for each in row["dimensions"])
    return said("、", ", ").join(told)


app.command(name="weights")(assess_weights.weights)
app.command(name="catalogues")(assess_catalogues.catalogues)
app.command(name="run")(assess_run.run)
app.command(name="show")(assess_run.show)
app.command(name="replay")(assess_run.replay)
app.command(name="watch")(assess_watch.watch)
assess_process.register(app)
assess_report.register(app)
