"""What forecasts and the nowcast of the headlines are worth: rolling origin, next to repeating last
year, over a synthetic city of 30,000 enterprises and six years.

Totals of the city are taken straight from the extracts by the libraries' own statements, without a
gateway and with nothing withheld; from there on it is the code of ``workbench analysis run``.
``WORKBENCH_CITIES`` as in ``libraries``.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from tests.bench.city import folder
from tests.bench.libraries import LAST, built_city, months_before, raw
from tests.bench.measure import table
from workbench.analysis.month import Given, analysed
from workbench.analysis.prices import Indices
from workbench.analysis.published import Releases
from workbench.analysis.reading import load_analyses
from workbench.analysis.statements import asked, kept, used
from workbench.analysis.targets_file import load_targets
from workbench.catalogue.city import City, load_city
from workbench.catalogue.regulations import known_regulations
from workbench.extracts.versions import Extracts
from workbench.libraries import statements
from workbench.libraries.definition import Library, load_libraries
from workbench.libraries.rows import Released, rows
from workbench.store.layout import Layout

NAME = "forecasts"
SIZE, QUICK = (30_000, 72), (3_000, 48)
ANALYSIS = "economic_overview"
WANTED = 0.8


def run(quick: bool) -> dict[str, Any]:
    enterprises, months = QUICK if quick else SIZE
    with folder() as place:
        kept_in = Path(os.environ.get("WORKBENCH_CITIES", place))
        return _judged(built_city(kept_in, enterprises, months), enterprises, months)


def _judged(root: Path, enterprises: int, months: int) -> dict[str, Any]:
    city, libraries = load_city(root), load_libraries(root, known_regulations(root))
    (analysis,) = (one for one in load_analyses(root).values() if one.forecast is not None)
    with raw(Extracts(Layout(root).extracts), list(libraries.values())) as engine:
        for name in used(analysis, libraries):
            _total(engine, city, libraries[name], months)
        _views(engine, root, [analysis.published, analysis.prices and analysis.prices.resource])
        texts = asked(analysis, libraries, LAST)
        given = Given(
            {
                name: _read(engine, texts[libraries[name].makes]).select(*kept(analysis))
                for name in used(analysis, libraries)
            },
            Releases(_read(engine, texts[str(analysis.published)]), 0),
            Indices(_read(engine, texts[analysis.prices.resource]), 0)
            if analysis.prices is not None
            else Indices(),
            load_targets(root),
        )
    made = analysed(analysis, libraries, given, LAST)
    title = {each.id: each.title.en for each in analysis.headlines}
    return {
        "enterprises": enterprises,
        "months": months,
        "method": analysis.forecast.method if analysis.forecast is not None else "",
        "forecasts": [{"headline": title[name], **_told(made, "forecast", name)} for name in title],
        "nowcasts": [
            {"headline": title.get(name, name), **_told(made, "nowcast", name)}
            for name in sorted(set(made.filter(part="nowcast")["subject"].to_list()))
        ],
    }


def _total(engine: duckdb.DuckDBPyConnection, city: City, library: Library, months: int) -> None:
    """The whole city's figures of each month, in a table of the name that the library makes."""
    columns = [column.name for column in city.resources[library.makes].columns]
    of_months = []
    for number in range(months):
        month = months_before(LAST, number)
        found = {name: Released(_whole(engine, library, name, month), 0) for name in library.bases}
        of_months.append(rows(library, month, found, columns))
    engine.register(library.makes, pl.concat(of_months).to_arrow())


def _whole(
    engine: duckdb.DuckDBPyConnection, library: Library, name: str, month: date
) -> pl.DataFrame:
    text = statements.of_base(library, name, month, without=tuple(library.bases[name].by))
    return _read(engine, text)


def _views(engine: duckdb.DuckDBPyConnection, root: Path, names: list[str | None]) -> None:
    extracts = Extracts(Layout(root).extracts)
    for name in filter(None, names):
        version = extracts.latest(name)
        assert version is not None, name
        files = ", ".join(f"'{file}'" for file in version.files)
        engine.execute(f"create or replace view {name} as select * from read_parquet([{files}])")


def _read(engine: duckdb.DuckDBPyConnection, text: str) -> pl.DataFrame:
    return pl.DataFrame(engine.execute(text).fetch_arrow_table())


def _told(made: pl.DataFrame, part: str, subject: str) -> dict[str, Any]:
    """Measures of the month by name, and why there are none."""
    found = made.filter(part=part, subject=subject, month=LAST)
    measures: dict[str, Any] = {
        row["measure"]: row["value"]
        for row in found.iter_rows(named=True)
        if row["value"] is not None
    }
    said = [text for text in found["text_en"].to_list() if text]
    return {**measures, "said": said[0] if said else ""}


def report(figures: dict[str, Any]) -> str:
    judged = [one for one in figures["forecasts"] if "mase" in one]
    short = [one for one in figures["forecasts"] if "mase" not in one]
    lines = [
        [one["headline"], f"{one['origins']:.0f}", f"{one['mase']:.2f}", f"{one['naive_mase']:.2f}",
         f"{one['coverage']:.0%}", f"{one['naive_coverage']:.0%}"]
        for one in judged
    ]  # fmt: skip
    lines += [
        [f"**nowcast**: {one['headline']}", f"{one.get('quarters', 0):.0f} quarters",
         f"{one['mase']:.2f}", f"{one['naive_mase']:.2f}", f"{one['coverage']:.0%}", ""]
        for one in figures["nowcasts"]
        if "mase" in one
    ]  # fmt: skip
    better = sum(one["mase"] < one["naive_mase"] for one in judged)
    narrow = sum(one["coverage"] < WANTED - 0.05 for one in judged)
    return f"""## forecasts

{figures["enterprises"]:,} enterprises × {figures["months"]} months (synthetic), {
        LAST:%B %Y}, horizon 6 months, {figures["method"]}, rolling
origin; MASE below that of the naive forecast (repeating last year) is better, and {
        WANTED:.0%} of what came should lie in the interval.

{table(["headline", "origins", "MASE", "naive", "in the interval", "naive's"], lines)}

{better} of {len(judged)} beat repeating last year. **The intervals of {narrow} hold less than {
        WANTED - 0.05:.0%} of what came.**{
        f" Not judged: {', '.join(one['headline'] for one in short)}." if short else ""
    }
"""
