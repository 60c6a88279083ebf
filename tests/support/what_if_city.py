"""A sample city whose indicators are made up with a known elasticity: 48 months of five libraries,
delivered as a month's run would leave them, without the hour that 48 runs take."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import polars as pl
from commands import here

from workbench.economy.frames import add_months

FIRST, MONTHS = date(2022, 10, 1), 48
COUNTIES = ("371602", "371603", "371621")
INDUSTRIES = ("17", "33", "38")
ELASTICITY = 0.5
"""Of wages to exports, as planted."""
HIDDEN = ("371621", "38")
"""A county and an industry whose exports are withheld throughout."""


def exports(number: int) -> float:
    """Of the city in a month: a cycle, and yearly changes that differ from month to month."""
    return 1e8 * math.exp(0.25 * math.sin(number / 5.3) + 0.1 * math.sin(number * 1.7))


def totals(number: int) -> dict[str, float]:
    sold = exports(number)
    wobble = 0.03 * math.sin(number * 2.9)
    wages = 5e7 * (sold / 1e8) ** ELASTICITY * math.exp(wobble + 0.002 * number)
    return {
        "exports": sold,
        "imports": sold * 0.4,
        "wage_total": wages,
        "insured_people": 5e4 + 100 * number,
        "vat_revenue": wages * 0.3,
        "invoiced_sales": wages * 9,
        "industrial_output": wages * 7,
        "power_used": wages * 2,
        "gas_used": wages * 0.1,
    }


LIBRARIES = {
    "trade": ("exports", "imports"),
    "employment": ("wage_total", "insured_people"),
    "tax": ("vat_revenue", "invoiced_sales"),
    "energy": ("power_used", "gas_used"),
    "market": ("industrial_output",),
}
_SHARES = {None: 1.0, "371602": 0.5, "371603": 0.3, "371621": 0.2}
_PARTS = {None: 1.0, "17": 0.6, "33": 0.3, "38": 0.1}


def indicators(library: str, months: int = MONTHS, scale: float = 1.0) -> pl.DataFrame:
    """Rows as a library keeps them; gas is withheld but for four months."""
    rows = [
        (name, add_months(FIRST, number), county, industry,
         None if hidden else value * scale * _SHARES[county] * _PARTS[industry],
         "suppressed" if hidden else "released", number + 1)
        for number in range(months)
        for name, value in totals(number).items()
        if name in LIBRARIES[library]
        for county in _SHARES
        for industry in _PARTS
        for hidden in (_withheld(name, number, county, industry),)
    ]  # fmt: skip
    names = ["indicator", "month", "county", "industry", "value", "state", "entry"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return (
        frame.with_columns(pl.lit(None, pl.String).alias("region")) if library == "trade" else frame
    )


def _withheld(name: str, number: int, county: str | None, industry: str | None) -> bool:
    if name == "gas_used":
        return number >= 4
    return name == "exports" and (county == HIDDEN[0] or industry == HIDDEN[1])


def deliver(city: Path, library: str, months: int = MONTHS, scale: float = 1.0) -> None:
    file = city.parent / f"{library}.parquet"
    indicators(library, months, scale).write_parquet(file)
    done = here("ingest", f"{library}_indicators", str(file), "--city", str(city))
    assert done.returncode == 0, done.stderr


def make(root: Path, months: int = 15) -> Path:
    """The city at ``root``, with its extracts and its made-up indicators."""
    city = root / "city"
    words = ("--enterprises", "3000", "--months", str(months))
    built = here("sample", "build", "--city", str(city), *words)
    assert built.returncode == 0, built.stderr
    for library in LIBRARIES:
        deliver(city, library)
    return city
