"""The page of all portals' open catalogues: nothing before an import, then the figures of plain
Polars; what is not open is in no panel, no filter and no KPI (Foshan 2019 art. 14)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from commands import here
from judged_catalogue import REAL
from shipped import ROOT

from workbench.client import connect
from workbench.client.connection import Connection
from workbench.errors import Code
from workbench.extracts.versions import Extracts
from workbench.gateway.assemble import open_workbench
from workbench.gateway.doors import Gateway
from workbench.model.actor import Role
from workbench.portals.extract import RESOURCE, stored
from workbench.portals.same import Rule, Scope, same_items
from workbench.portals.words import load_words
from workbench.store.layout import Layout
from workbench.ui.build import build, now
from workbench.ui.page_file import load_page
from workbench.ui.view import Drawn, NotDrawn, State, View

PAGE = load_page(ROOT / "dashboards" / "pages" / "open_catalogue.yaml")
SHIPPED = ROOT / "data_contracts" / "samples" / "catalogue_aba.csv"
AS_OF = "2023-06-30"
HEADINGS = "资源名称,提供部门,所属领域,开放类型,更新周期,发布日期,更新日期\n"
CITY = """\
公交线路,交通局,交通,无条件,每月,2022-01-05,2023-06-02
公交线路,交通局,交通,无条件,每月,2022-01-05,2023-05-31
公交站点,交通局,交通,无条件,每月,2022-01-05,2023-05-02
企业名录（2022）,市场监管局,经济,有条件,每年,2022-01-05,2022-06-30
企业名录(2022),税务局,经济,无条件,每年,2022-01-05,2021-01-05
实时路况,交通局,交通,无条件,实时,2022-01-05,2020-01-05
线索名单,公安局,秘密领域,不开放,每月,2022-01-05,2022-06-02
企业名录（2022）,国安局,经济,不开放,每年,2022-01-05,2022-06-30
未定类型,待定局,待定领域,内部,每月,2022-01-05,2023-06-02
"""
COUNTY = "公园,城管局,生活,有条件,每季度,2023-06-15,\n"
SECRET = ("线索名单", "公安局", "秘密领域", "国安局", "未定类型", "待定局", "待定领域", "not_open")


@contextmanager
def page_of(city: Path, *files: tuple[Path, str]) -> Iterator[Connection]:
    """What the page's own subject asks, after these files were imported for these portals."""
    shutil.copytree(ROOT / "data_contracts", city / "data_contracts")
    for file, portal in files:
        words = ["catalogue", "import", str(file), "--as-of", AS_OF, "--obtained", AS_OF]
        words += ["--portal", portal] if portal else []
        done = here(*words, "--city", str(city), "--json")
        assert done.returncode == 0, done.stderr
    with open_workbench(city, now) as bench:
        bench.store.users.add("leader", "a long enough password", "data_bureau", {Role.leader})
        served = Gateway(bench, "1")
        token = bench.auth.page_session("open_catalogue", "leader")
        with connect(served.http, token=token, progress=False) as connection:
            yield connection
        served.stop()


def table(view: View, title: str) -> pl.DataFrame:
    found = next(p for p in view.panels if p.panel.title.en.startswith(title))
    assert isinstance(found, Drawn), found
    return found.release.pl()


def glance(view: View) -> Mapping[str, float]:
    return table(view, "At a glance").row(0, named=True)


@pytest.mark.slow
def test_nothing_is_imported_yet_and_every_panel_says_so(tmp_path: Path) -> None:
    with page_of(tmp_path / "city") as connection:
        view = build(PAGE, connection)
    assert {type(p) for p in view.panels} == {NotDrawn}
    assert {p.state for p in view.panels if isinstance(p, NotDrawn)} == {State.unavailable}
    assert view.refusal is not None, "told once, not fifteen times"
    (reason,) = view.refusal.reasons
    assert reason.code is Code.extract_missing
    assert RESOURCE in reason.said("zh")
    assert RESOURCE in reason.said("en")


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    folder = tmp_path_factory.mktemp("two")
    (folder / "city.csv").write_text(HEADINGS + CITY, encoding="utf-8")
    (folder / "county.csv").write_text(HEADINGS + COUNTY, encoding="utf-8")
    files = (folder / "city.csv", "江城市"), (folder / "county.csv", "山县")
    with page_of(folder / "city", *files) as connection:
        yield connection


@pytest.mark.slow
def test_two_portals_counted_by_hand(two: Connection) -> None:
    view = build(PAGE, two)
    assert glance(view) == {
        "entries": 7, "portals": 2, "departments": 4, "free": 5 / 7,
        "on_time": 3 / 5, "overdue": 2, "stale": 1, "duplicates": 1, "undated": 1,
    }  # fmt: skip
    late = table(view, "Overdue").select("title", "days_late").rows()
    assert late == [("企业名录(2022)", 541), ("公交站点", 28)]
    assert table(view, "Stale").get_column("title").to_list() == ["企业名录(2022)"]
    assert table(view, "Duplicates").get_column("title").to_list() == ["公交线路"]
    (several,) = table(view, "One number").iter_rows(named=True)
    assert several["offered_by"] == "市场监管局、税务局"
    assert {f.filter.id: f.value for f in view.filters}["as_of"] == AS_OF
    days = [option.value for option in view.filters[0].options]
    assert days == ["2023-06-30", "2023-05-31", "2023-03-31", "2022-12-31"]


@pytest.mark.slow
def test_what_is_not_open_is_nowhere(two: Connection) -> None:
    view = build(PAGE, two)
    shown = [p.release.pl().write_csv() for p in view.panels if isinstance(p, Drawn)]
    shown += [f"{o.value} {o.label}" for f in view.filters for o in f.options]
    assert len(shown) > 20
    assert any("公交站点" in text for text in shown)
    for word in SECRET:
        assert not [text for text in shown if word in text], word


@pytest.mark.slow
def test_a_portal_and_another_day_narrow_it(two: Connection) -> None:
    one = glance(build(PAGE, two, {"portal": "江城市"}))
    assert (one["entries"], one["portals"], one["departments"]) == (6, 1, 3)
    before = build(PAGE, two, {"as_of": "2023-05-31"})
    assert glance(before)["entries"] == 6, "the park was published in June"
    late = table(before, "Overdue").get_column("title").to_list()
    assert late == ["企业名录(2022)"], "what is due on 2 June is in time on 31 May"
    assert glance(before)["on_time"] == 3 / 4, "what was updated in June is not judged as of May"


@pytest.mark.slow
def test_the_shipped_list_of_aba(tmp_path: Path) -> None:
    """The command of docs/catalogues.md, on the city as it ships."""
    raw = pl.read_csv(SHIPPED, try_parse_dates=True)
    with page_of(tmp_path / "city", (SHIPPED, "aba")) as connection:
        found = glance(build(PAGE, connection))
    assert found["entries"] == raw.height == 7379
    assert found["departments"] == raw["department"].n_unique()
    assert found["free"] == pytest.approx((raw["open_type"] == "无条件").mean())
    assert found["on_time"] == pytest.approx(judged(raw)["in_time"].mean())
    assert found["overdue"] == (~judged(raw)["in_time"]).sum()


EVERY = {"每日": "1d", "每天": "1d", "每周": "1w", "每月": "1mo", "每季度": "3mo", "每半年": "6mo",
         "每年": "12mo"}  # fmt: skip


def judged(raw: pl.DataFrame) -> pl.DataFrame:
    """Entries with a cycle that ends and a date of update by the day, and whether in time."""
    every = pl.col("update_freq").replace_strict(EVERY, default=None, return_dtype=pl.String)
    day = pl.lit(date.fromisoformat(AS_OF))
    known = raw.with_columns(every=every).filter(
        pl.col("every").is_not_null() & (pl.col("update_date") <= day)
    )
    return known.with_columns(in_time=pl.col("update_date").dt.offset_by(pl.col("every")) >= day)


@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_file(), reason=f"{REAL.name} is not there")
def test_seventeen_portals_and_the_items_that_several_offer(tmp_path: Path) -> None:
    """Also: the page's rule for one number, one source is that of ``catalogue same``."""
    city = tmp_path / "city"
    with page_of(city, (REAL, "")) as connection:
        view = build(PAGE, connection)
    version = Extracts(Layout(city).extracts).latest(RESOURCE)
    assert version is not None
    rows = stored(version.files).filter(pl.col("open_type").is_in(["unconditional", "conditional"]))
    found = glance(view)
    assert (found["entries"], found["portals"]) == (rows.height, rows["portal"].n_unique())
    assert found["entries"] == 43_372 - 1_648
    items = same_items(rows, load_words(city))
    alike = [i for i in items if i.rule is Rule.exact and i.scope is Scope.departments]
    told = table(view, "One number")
    expected = {(i.portal_name, "、".join(sorted(set(i.departments)))) for i in alike}
    offered = {(r["portal_name"], "、".join(sorted(r["offered_by"].split("、"))))
               for r in told.iter_rows(named=True)}  # fmt: skip
    print(len(alike), told.height, found)
    assert told.height == len(alike) > 50
    assert offered == expected
