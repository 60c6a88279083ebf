"""The page of the open catalogue over real portals: its figures are those of plain Polars."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from workbench.client import connect
from workbench.client.connection import Connection
from workbench.gateway.assemble import open_workbench
from workbench.gateway.doors import Gateway
from workbench.model.actor import Role
from workbench.ui.build import build, now
from workbench.ui.page_file import load_page
from workbench.ui.view import Drawn, View

ROOT = Path(__file__).parents[2]
PORTALS = ROOT.parent / "shared" / "data" / "portal_catalogues.csv.gz"
PAGE = ROOT / "dashboards" / "pages" / "aba_catalogue.yaml"
AS_OF = date(2023, 6, 30)
COLUMNS = (
    "title",
    "department",
    "domain",
    "open_type",
    "update_freq",
    "publish_date",
    "update_date",
)
DAYS = {"每日": 1, "每天": 1, "每周": 7, "每月": 31, "每季度": 92, "每半年": 183, "每年": 366}
OPEN = {"无条件开放": "无条件", "有条件开放": "有条件"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PORTALS.is_file(), reason=f"{PORTALS.name} is not there"),
]


def portal(name: str) -> pl.DataFrame:
    """One portal's entries in the columns of the shipped contract."""
    frame = pl.read_csv(PORTALS, infer_schema=False).filter(pl.col("city") == name)
    return frame.select(
        pl.int_range(1, pl.len() + 1).alias("entry_no"),
        *(pl.col(c).str.strip_chars().replace("", None) for c in COLUMNS),
    ).with_columns(
        pl.col("open_type").replace(OPEN),
        pl.col("title").fill_null("暂无"),
        pl.col("publish_date", "update_date").str.to_date(strict=False),
    )


@pytest.fixture(scope="module", params=["dazhou", "shanghai", "guiyang"])
def shown(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[pl.DataFrame, View, Connection]]:
    city = tmp_path_factory.mktemp(request.param)
    shutil.copytree(ROOT / "data_contracts", city / "data_contracts")
    frame = portal(request.param)
    frame.write_csv(city / "portal.csv")
    command = [Path(sys.executable).with_name("workbench"), "ingest", "catalogue_aba"]
    done = subprocess.run(
        [*map(str, command), str(city / "portal.csv"), "--city", str(city)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    with open_workbench(city, now) as bench:
        bench.store.users.add("leader", "a long enough password", "data_bureau", {Role.leader})
        served = Gateway(bench, "1")
        token = bench.auth.page_session("aba_catalogue", "leader")
        with connect(served.http, token=token, progress=False) as connection:
            yield frame, build(load_page(PAGE), connection), connection
        served.stop()


def table(view: View, title: str) -> pl.DataFrame:
    found = next(p for p in view.panels if p.panel.title.en.startswith(title))
    assert isinstance(found, Drawn), found
    return found.release.pl()


def due(frame: pl.DataFrame) -> pl.DataFrame:
    days = pl.col("update_freq").replace_strict(DAYS, default=None, return_dtype=pl.Int64)
    late = (pl.lit(AS_OF) - pl.col("update_date")).dt.total_days() - days
    return frame.with_columns(late=late).filter(days.is_not_null())


def test_at_a_glance(shown: tuple[pl.DataFrame, View, Connection]) -> None:
    frame, view, _ = shown
    told = table(view, "At a glance").row(0, named=True)
    assert told["entries"] == frame.height
    assert told["departments"] == frame["department"].n_unique()
    assert told["open_share"] == pytest.approx(
        (frame["open_type"] == "无条件").sum() / frame.height
    )
    on_time = (due(frame)["late"] <= 0).fill_null(False).mean()
    assert told["on_time"] == pytest.approx(on_time)
    surplus = frame.height - frame.select("department", "title").n_unique()
    assert told["duplicates"] == surplus
    assert told["undated"] == frame["update_date"].null_count()


def test_departments_and_what_is_late(shown: tuple[pl.DataFrame, View, Connection]) -> None:
    frame, view, _ = shown
    counted = frame.group_by("department").len("entries")
    first = counted.sort(["entries", "department"], descending=[True, False]).head(20)
    assert table(view, "Entries by department").rows() == first.rows()
    late = due(frame).filter((pl.col("late") > 0) | pl.col("late").is_null())
    assert table(view, "Overdue").height == late.height
    repeats = frame.group_by("department", "title").len().filter(pl.col("len") > 1)
    found = next(p for p in view.panels if p.panel.title.en.startswith("Likely duplicates"))
    assert isinstance(found, Drawn)
    assert found.release.rows == repeats.height
    assert table(view, "All entries").height == frame.height


def test_a_choice_narrows_the_page(shown: tuple[pl.DataFrame, View, Connection]) -> None:
    frame, view, connection = shown
    department = view.filters[1].options[0].value
    own = frame.filter(pl.col("department") == department)
    chosen = build(load_page(PAGE), connection, {"department": department})
    assert table(chosen, "At a glance")["entries"].item() == own.height
    by_domain = table(chosen, "Entries by domain")
    assert by_domain["entries"].sum() <= own.height
