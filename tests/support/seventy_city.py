"""The shipped city with its real 70-city series, taken through the product: ingest, library and
analysis, each by its command at a real gateway under a statistician's grants."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl
from attacks.served import PASSWORD, served
from commands import Said, here
from shipped import ROOT

from workbench.extracts.versions import Extracts
from workbench.store.layout import Layout
from workbench.ui.view import Drawn, View

CSV = ROOT / "data_contracts" / "samples" / "house_prices.csv"
PERSON = "lin"


def seventy_city(root: Path, first: str, last: str, analysed: Sequence[str]) -> Path:
    """``first``, ``last``: months of the library; ``analysed``: those that are analysed."""
    for part in ("data_contracts", "dashboards", "notebooks"):
        shutil.copytree(ROOT / part, root / part)
    worked(here("ingest", "house_prices", str(CSV), "--city", str(root)))
    with served(root) as gateway:
        gateway.add(PERSON, "statistics")
        session = {"XDG_STATE_HOME": str(root / "session")}
        words = ("--url", gateway.http, "--user", PERSON, "--password-stdin")
        worked(here("login", *words, given=PASSWORD + "\n", **session))
        where = ("--url", gateway.http, "--city", str(root), "--json")
        span = ("--from", first, "--month", last)
        worked(here("libraries", "run", "house_prices", *span, *where, **session))
        for month in analysed:
            worked(here("analysis", "run", "--month", month, *where, **session))
    return root


def worked(done: Said) -> None:
    assert done.returncode == 0, done.stderr


def kept(root: Path, name: str) -> pl.DataFrame:
    found = Extracts(Layout(root).extracts).latest(name)
    assert found is not None
    return pl.read_parquet(list(found.files))


def month_of(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def chosen(rows: pl.DataFrame, month: date, part: str, subject: str, measure: str) -> pl.DataFrame:
    return rows.filter(
        pl.col("month") == month,
        pl.col("part") == part,
        pl.col("subject") == subject,
        pl.col("measure") == measure,
    )


def table(view: View, title: str) -> pl.DataFrame:
    found = next(panel for panel in view.panels if panel.panel.title.en == title)
    assert isinstance(found, Drawn), found
    return found.release.pl()
