"""What departments have on record: a month's rows of each resource of the seven libraries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from workbench.simulation.economy.course import Month
from workbench.simulation.economy.events import Event
from workbench.simulation.economy.firms import REGIONS, Firms, Floats, Ints, Place

REGION_REST = 0.3
"""Of an exporter's sales abroad, what goes to other regions than its main one (ours)."""
KEPT_DEPOSITS = 9.0
"""Deposits of a county: so many months of the wages and margins that are paid in it (ours)."""


def monthly(firms: Firms, places: Sequence[Place], month: Month) -> dict[str, pl.DataFrame]:
    """By the name of the resource."""
    return {name: made(firms, places, month) for name, made in _MADE.items()}


def _keyed(firms: Firms, month: Month, at: Ints, **columns: Floats | Ints) -> pl.DataFrame:
    whole = [pl.Series(name, np.asarray(values, np.int64)) for name, values in columns.items()]
    months = pl.repeat(month.first, len(at), dtype=pl.Date, eager=True).alias("month")
    return pl.DataFrame([firms.code.gather(at), months, *whole])


def _invoices(firms: Firms, places: Sequence[Place], month: Month) -> pl.DataFrame:
    partners = np.maximum(1, np.round((month.sales / 30_000) ** 0.5))
    return _keyed(
        firms, month, month.at, sales=month.sales, purchases=month.purchases, partners=partners
    )


def _taxes(firms: Firms, places: Sequence[Place], month: Month) -> pl.DataFrame:
    kinds = {"vat": month.vat, "income_tax": month.income_tax, "other_tax": month.other_tax}
    paid = np.sum([np.asarray(values, np.int64) for values in kinds.values()], axis=0)
    return _keyed(firms, month, month.at, **kinds, tax_paid=paid)


def _insured(firms: Firms, places: Sequence[Place], month: Month) -> pl.DataFrame:
    return _keyed(
        firms, month, month.at, insured=month.people, joined=month.joined, left_jobs=month.left,
        wage_base=month.wages,
    )  # fmt: skip


def _power(firms: Firms, places: Sequence[Place], month: Month) -> pl.DataFrame:
    return _keyed(firms, month, month.at, power_kwh=month.power, gas_m3=month.gas)


def _loans(firms: Firms, places: Sequence[Place], month: Month) -> pl.DataFrame:
    some = month.loans >= 100_000
    return _keyed(
        firms, month, month.at[some], balance=month.loans[some], new_loans=month.lent[some],
        overdue=month.overdue[some],
    )  # fmt: skip


def _output(firms: Firms, places: Sequence[Place], month: Month) -> pl.DataFrame:
    """Of those that have to report it."""
    large = firms.large[month.at]
    return _keyed(
        firms, month, month.at[large], output_value=month.output[large],
        sales_value=np.round(month.sales[large]),
    )  # fmt: skip


def _customs(firms: Firms, places: Sequence[Place], month: Month) -> pl.DataFrame:
    """A row for each enterprise and region."""
    trades = month.exports > 0
    at, main = month.at[trades], firms.region[month.at[trades]]
    rest = (main + 1 + month.number % (len(REGIONS) - 1)) % len(REGIONS)
    rows = []
    for region, part in ((main, 1.0 - REGION_REST), (rest, REGION_REST)):
        frame = _keyed(
            firms, month, at, exports=np.round(month.exports[trades] * part),
            imports=np.round(month.imports[trades] * part),
        )  # fmt: skip
        rows.append(frame.with_columns(pl.Series("region", pl.Series(REGIONS).gather(region))))
    return pl.concat(rows).select("credit_code", "month", "region", "exports", "imports")


def _banks(firms: Firms, places: Sequence[Place], month: Month) -> pl.DataFrame:
    """Deposits and loans of each county, of all that bank there."""
    count, county = len(places), firms.county[month.at]
    margin = month.sales * np.maximum(firms.margin[month.at], 0.0)
    saved = np.bincount(county, month.wages + margin, count) * KEPT_DEPOSITS
    loans = np.bincount(county, month.loans, count)
    return pl.DataFrame(
        {
            "county_code": [place.code for place in places],
            "month": [month.first] * count,
            "deposits": np.round(saved).astype(np.int64),
            "loans": np.round(loans * 1.4).astype(np.int64),  # and those of households
        }
    )


Made = Callable[[Firms, Sequence[Place], Month], pl.DataFrame]
_MADE: Mapping[str, Made] = {
    "invoice_monthly": _invoices,
    "tax_monthly": _taxes,
    "insured_monthly": _insured,
    "power_monthly": _power,
    "loan_monthly": _loans,
    "output_monthly": _output,
    "customs_monthly": _customs,
    "bank_monthly": _banks,
}


def truth(
    events: Sequence[Event], code: pl.Series, industries: Sequence[str], places: Sequence[Place],
    month_of: Callable[[int], date],
) -> list[dict[str, object]]:  # fmt: skip
    """Events as they are written down, with what they are about by its code."""
    areas: dict[str, Sequence[str]] = {
        "industry_shock": industries,
        "county_slump": [place.code for place in places],
    }
    return [
        {
            "kind": event.kind,
            "subject": str(areas.get(event.kind, code)[event.subject]),
            "from": month_of(event.start).isoformat(),
            "until": (month_of(event.ends) - timedelta(days=1)).isoformat(),
            "over": event.over,
            "depth": round(event.depth, 4),
            "innocent": event.innocent,
        }
        for event in events
    ]
