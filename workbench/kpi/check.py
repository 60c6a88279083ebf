"""KPIs against the city: what each one reads is granted to its scenario and exists, its items have
the columns that its figure needs, and the page shows what is declared. No data is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath

import duckdb

from workbench.catalogue.city import City
from workbench.declared.file import Declared
from workbench.declared.findings import Finding, suggest
from workbench.declared.yaml import Document, read
from workbench.engine.granted import ONLY_GRANTED, does_not_hold, granted
from workbench.errors import Text
from workbench.kpi import statements
from workbench.kpi.definition import Kpi

PAGE = FilePath("dashboards") / "pages" / "sharing_kpis.yaml"
PREFIX = "kpi_"
"""A table of a page that is called so holds the items of the KPI whose id follows."""


def check(file: Declared[Kpi], city: City) -> Iterator[Finding]:
    """Against the scenario whose grants it asks under."""
    kpi, document = file.value, file.document
    if kpi is None:
        return
    scenario = city.scenarios.get(kpi.scenario)
    if scenario is None:
        problem = Text(f"没有应用场景 {kpi.scenario}", f"there is no scenario {kpi.scenario}")
        yield document.finding(("scenario",), problem, suggest(kpi.scenario, city.scenarios))
        return
    with granted(scenario, city) as engine:
        yield from _bound(kpi, document, engine)


def check_page(root: FilePath, kpis: Mapping[str, Kpi], page: FilePath = PAGE) -> Iterator[Finding]:
    """The page's copies of the items are those of the files; a page cannot refer to them."""
    if not (root / page).is_file():
        return
    document = read(root / page, page.as_posix())
    tables = document.value.get("tables") if isinstance(document.value, dict) else None
    for name, text in (tables or {}).items():
        if not name.startswith(PREFIX):
            continue
        kpi = kpis.get(name.removeprefix(PREFIX))
        if kpi is None:
            problem = Text(f"没有指标 {name[4:]}", f"there is no KPI {name[4:]}")
            yield document.finding(("tables", name), problem, suggest(name[4:], kpis))
        elif _folded(text) != _folded(kpi.items):
            fix = Text(
                f"照抄 data_contracts/kpis/{kpi.id}.yaml 的 items。",
                f"Copy items of data_contracts/kpis/{kpi.id}.yaml.",
            )
            yield document.finding(("tables", name), _DIFFERS, fix)


def _bound(kpi: Kpi, document: Document, engine: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    try:
        described = engine.execute(kpi.items).description or []
    except duckdb.Error as error:
        yield document.finding(("items",), does_not_hold(error), ONLY_GRANTED)
        return
    found = {str(column[0]) for column in described}
    for name in kpi.needs:
        if name not in found:
            problem = Text(f"结果缺少列 {name}", f"the items have no column {name}")
            fix = Text(f"写 … as {name}。", f"Write ... as {name}.")
            yield document.finding(("items",), problem, fix)
    if found >= set(kpi.needs):
        try:
            engine.execute(statements.figure(kpi, by=("department", *kpi.groups)))
        except duckdb.Error as error:
            said = str(error).partition("\n")[0]
            problem = Text(f"算不出数（引擎的原话：{said}）", f"no figure comes of it ({said})")
            yield document.finding(("items",), problem, _NUMBERS)


def _folded(text: object) -> str:
    return re.sub(r"\s+", " ", str(text)).strip().rstrip(";")


_DIFFERS = Text("与指标文件的 items 不同", "it is not what the KPI's file says under items")
_NUMBERS = Text(
    "numerator、denominator、amount 须为数，day 须为日期。",
    "numerator, denominator and amount are numbers, day is a date.",
)
