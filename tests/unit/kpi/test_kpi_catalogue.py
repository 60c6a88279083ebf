"""The KPIs over real catalogues equal their recomputation in plain Polars, which reads the portals'
file on its own: no mapping, no entry, no finding and no statement of the product is used in it."""

from __future__ import annotations

import json
import random
import shutil
from datetime import date
from pathlib import Path
from typing import Any
from unicodedata import normalize

import duckdb
import polars as pl
import pytest
from attacks.served import PASSWORD
from commands import here
from judged_catalogue import REAL
from shipped import ROOT, shipped_city
from towns import Town

from workbench.catalogue.regulations import known_regulations
from workbench.client import connect
from workbench.gateway.assemble import open_workbench
from workbench.gateway.doors import Gateway
from workbench.kpi import statements
from workbench.kpi.definition import load_kpis
from workbench.model.actor import Role
from workbench.portals.importing import Wish, import_file
from workbench.portals.mapping import load_mapping
from workbench.ui.build import now
from workbench.ui.page_file import load_page

SCENARIO = "open_catalogue"
KPIS = {k: v for k, v in load_kpis(ROOT, known_regulations(ROOT)).items() if v.scenario == SCENARIO}
OBTAINED = date(2023, 6, 30)
BY = ("portal", "department")
Small = tuple[pl.DataFrame, duckdb.DuckDBPyConnection]
Figures = dict[tuple[str, str], tuple[int, int]]
"""Portal and department -> numerator and denominator."""

EVERY = {"每日": "1d", "每天": "1d", "每周": "1w", "每月": "1mo", "每季度": "3mo", "每半年": "6mo",
         "每年": "12mo"}  # fmt: skip
ENDLESS = ("实时", "即时", "不定期", "不定期更新", "静态数据")
FREE, ASKED = ("无条件", "无条件开放"), ("有条件", "有条件开放")
BLANK = ("暂无", "无", "其他", "默认主题", "默认行业")
FIELDS = ("title", "department", "domain", "industry", "open_type", "update_freq", "publish_date",
          "update_date", "format", "row_count")  # fmt: skip


# Once more --------------------------------------------------------------------------------------


def again(raw: pl.DataFrame) -> dict[str, Figures]:
    """Of the file's own columns, ``city`` for the portal."""
    entries = _opened(raw.select("city", *FIELDS))
    periodic = entries.filter(pl.col("every").is_not_null())
    known = periodic.filter(pl.col("updated") <= OBTAINED)
    due = pl.col("updated").dt.offset_by(pl.col("every"))
    return {
        "catalogue_on_time": _figures(known, due >= OBTAINED),
        "catalogue_dated": _figures(periodic, pl.col("updated").is_not_null()),
        "catalogue_unconditional": _figures(entries, pl.col("open_type").is_in(FREE)),
        "catalogue_findings": _figures(entries, pl.col("wrong")),
    }


def _opened(raw: pl.DataFrame) -> pl.DataFrame:
    """What is open; whether it repeats another is asked of all of the portal's entries."""
    text = raw.with_columns(pl.col(FIELDS).str.strip_chars().replace("", None))
    blank = [pl.col(name).is_in(BLANK).fill_null(value=False) for name in FIELDS]
    noted = text.with_columns(
        every=pl.col("update_freq").replace_strict(EVERY, default=None, return_dtype=pl.String),
        published=pl.col("publish_date").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False),
        updated=pl.col("update_date").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False),
        repeated=_alike(text),
        held=pl.any_horizontal(blank),
    )
    told = noted.with_columns(wrong=_wrong(), who=_department())
    return told.filter(pl.col("open_type").is_in([*FREE, *ASKED]))


def _wrong() -> pl.Expr:
    needed = ("department", "update_freq", "publish_date", "update_date")
    missing = [pl.col(name).is_null() for name in needed]
    known = pl.col("update_freq").is_in([*EVERY, *ENDLESS, *BLANK]).fill_null(value=True)
    no_day = [pl.col(n).is_not_null() & pl.col(d).is_null()
              for n, d in (("publish_date", "published"), ("update_date", "updated"))]  # fmt: skip
    before = (pl.col("updated") < pl.col("published")).fill_null(value=False)
    return pl.any_horizontal(pl.col("repeated"), pl.col("held"), *missing, ~known, *no_day, before)


def _alike(text: pl.DataFrame) -> pl.Series:
    """All but the first of a portal's entries of one department and title."""
    seen, found = set[tuple[str, ...]](), []
    for row in text.select("city", "department", "title").iter_rows():
        key = tuple("".join(normalize("NFKC", one or "\0").casefold().split()) for one in row)
        found.append(key in seen)
        seen.add(key)
    return pl.Series(found, dtype=pl.Boolean)


def _department() -> pl.Expr:
    held = pl.col("department").is_in(BLANK)
    return pl.when(held).then(None).otherwise(pl.col("department")).fill_null("未填写")


def _figures(entries: pl.DataFrame, hit: pl.Expr) -> Figures:
    counted = entries.group_by("city", "who").agg(hit.sum().alias("hits"), pl.len().alias("all"))
    return {(city, who): (hits, total) for city, who, hits, total in counted.iter_rows()}


def told(rows: list[dict[str, Any]]) -> Figures:
    return {
        (row["portal"], row["department"]): (int(row["numerator"]), int(row["denominator"]))
        for row in rows
    }


# Small, made up ---------------------------------------------------------------------------------


def made_up(count: int = 200) -> pl.DataFrame:
    """Entries in which every rule of the KPIs meets what it is about."""
    choose = random.Random(5)
    every = (*EVERY, *ENDLESS, "其他", "自定义", "")
    kinds = (*FREE, *ASKED, "不开放", "随便", "")
    names = ("交通局", "民政局", "税务局", "暂无", "")
    days = ("2023-06-29", "2023-06-30", "2023-05-31", "2023-03-31", "2022-12-30", "2022-02-30", "")
    rows = [
        {
            "city": choose.choice(("甲", "乙")),
            "title": f"目录{choose.randrange(70)}",
            "department": choose.choice(names),
            "domain": choose.choice(("交通", "交通", "交通", "暂无", "")),
            "industry": "",
            "open_type": choose.choice(kinds),
            "update_freq": choose.choice(every),
            "publish_date": choose.choice(("2022-06-30", "2022-06-30", "2023-06-01", "")),
            "update_date": choose.choice((*days, "2023-07-01")),
            "format": "xls",
            "row_count": "10",
        }
        for _ in range(count)
    ]
    return pl.DataFrame(rows)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """The entries as they are imported, and an engine that has what the scenario grants."""
    folder = tmp_path_factory.mktemp("catalogue")
    made_up().write_csv(folder / "portals.csv")
    (folder / "work").mkdir()
    wish = Wish(folder / "portals.csv", None, OBTAINED, OBTAINED)
    found = import_file(wish, load_mapping(None, ROOT), folder / "work").rows
    (use,) = shipped_city().scenarios[SCENARIO].resources
    (scope,) = use.rows
    open_ = found.filter(pl.col(scope.column).is_in(scope.values))
    engine = duckdb.connect()
    granted = open_.select(column.name for column in use.columns)
    engine.register("catalogue_entries", granted.to_arrow())
    return pl.read_csv(folder / "portals.csv", infer_schema=False), engine


@pytest.mark.parametrize("name", sorted(KPIS))
def test_each_equals_its_recomputation(small: Small, name: str) -> None:
    raw, engine = small
    sql = statements.figure(KPIS[name], OBTAINED, by=BY)
    found = told(engine.execute(sql).to_arrow_table().to_pylist())
    expected = again(raw)[name]
    assert found == expected
    hits, all_ = (sum(one[at] for one in expected.values()) for at in (0, 1))
    assert 0 < hits < all_ < raw.height, "every rule leaves something out"


def test_as_of_a_day_before_the_list_was_obtained_none_applies(small: Small) -> None:
    for kpi in KPIS.values():
        rows = small[1].execute(statements.figure(kpi, date(2023, 6, 29))).fetchall()
        assert [(row[-2], row[-1]) for row in rows] == [(None, 0)], kpi.id


def test_the_scenario_grants_no_column_that_nothing_uses() -> None:
    """The fewest columns (Foshan 2019 art. 5(4))."""
    page = load_page(ROOT / "dashboards" / "pages" / f"{SCENARIO}.yaml")
    asked = [kpi.items for kpi in KPIS.values()]
    asked += [one.query for one in (*page.panels, *page.filters)] + list(page.tables.values())
    (use,) = shipped_city().scenarios[SCENARIO].resources
    words = " ".join(asked)
    assert [c.name for c in use.columns if c.name not in words] == []


# Seventeen portals ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not REAL.is_file():
        pytest.skip(f"{REAL} is not there: the real catalogues are outside the sources")
    city = tmp_path_factory.mktemp("real") / "city"
    shutil.copytree(ROOT / "data_contracts", city / "data_contracts")
    day = OBTAINED.isoformat()
    done = here("catalogue", "import", str(REAL), "--as-of", day, "--obtained", day,
                "--city", str(city), "--json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["accepted"] == 43_372
    return city


@pytest.mark.slow
def test_of_seventeen_real_portals_by_the_gateway(real: Path) -> None:
    """Asked under the grant of the scenario, by portal and department."""
    expected = again(pl.read_csv(REAL, infer_schema=False))
    with open_workbench(real, now) as bench:
        bench.store.users.add("ran", PASSWORD, "data_bureau", {Role.analyst})
        gateway = Gateway(bench, "1")
        with connect(gateway.http, user="ran", password=PASSWORD, progress=False) as client:
            for name, kpi in KPIS.items():
                sql = statements.figure(kpi, OBTAINED, by=BY)
                found = told(client.sql(sql, scenario=SCENARIO).arrow().to_pylist())
                assert found == expected[name], name
                assert len(found) > 400
                hits, all_ = (sum(one[at] for one in found.values()) for at in (0, 1))
                print(name, hits, all_, round(hits / all_, 4))
        gateway.stop()


@pytest.mark.slow
def test_what_was_never_imported_keeps_no_other_kpi_from_its_reader(tmp_path: Path) -> None:
    """Named, it is an error; where all are computed, it is told as left out."""
    city = tmp_path / "city"
    shutil.copytree(ROOT / "data_contracts", city / "data_contracts")
    words = ("--city", str(city), "--json")
    with open_workbench(city, now) as bench:
        bench.store.users.add("ran", PASSWORD, "data_bureau", {Role.analyst})
        gateway = Gateway(bench, "1")
        town = Town(gateway, tmp_path, "aba-2024")  # type: ignore[arg-type]  # it asks for its address
        named = town.say("ran", "kpi", "compute", "catalogue_on_time", *words)
        every = town.say("ran", "kpi", "compute", *words)
        gateway.stop()
    assert named.returncode != 0
    assert "catalogue_entries" in named.stderr
    assert every.returncode == 0, every.stderr
    left = {one["kpi"]: one["left_out"] for one in json.loads(every.stdout) if one["left_out"]}
    assert "catalogue_entries" in left["catalogue_on_time"]["en"]
