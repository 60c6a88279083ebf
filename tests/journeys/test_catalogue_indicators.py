"""Catalogue-side indicators and scores of departments equal a recomputation in plain Polars, which
reads the portals' file on its own: made-up entries with every oddity, and four real portals."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from catalogue_truth import ASKED, BLANK, EVERY, FREE, LIVE, LOOSE, STILL, Truth, truths
from commands import here
from judged_catalogue import REAL
from rated_city import AS_OF, CITIES, Told, rated_city, signed_in, worked
from shipped import ROOT, shipped_city

from workbench.assessment.catalogues.definition import MAKES, SCENARIO
from workbench.assessment.catalogues.rating import rated
from workbench.assessment.catalogues.reading import load
from workbench.assessment.catalogues.statements import as_kpi
from workbench.catalogue.regulations import known_regulations
from workbench.cli.assess_catalogues import RULES, plain
from workbench.client import connect
from workbench.client.connection import Connection
from workbench.extracts.versions import Extracts
from workbench.gateway.assemble import open_workbench
from workbench.gateway.doors import Gateway
from workbench.kpi.statements import drill
from workbench.model.actor import Role
from workbench.portals.importing import Wish, import_file
from workbench.portals.mapping import load_mapping
from workbench.store.layout import Layout
from workbench.ui.build import build, now
from workbench.ui.page_file import load_page
from workbench.ui.view import Drawn, View

DECLARED = load(ROOT, known_regulations(ROOT))
PAGE = load_page(ROOT / "dashboards" / "pages" / "catalogue_ratings.yaml")


def agrees(told: Told, truth: Truth) -> None:
    """Every figure, state, treatment, score and rank, exactly."""
    assert told["entries"] == truth.entries
    assert [sheet["department"] for sheet in told["sheets"]] == truth.departments
    assert told["treatments"] == truth.treatments
    for name, figures in truth.figures.items():
        found = {
            who: tuple(None if one[key] is None else Fraction(one[key])
                       for key in ("value", "counted", "sample"))
            for who, one in told["figures"][name].items()
        }  # fmt: skip
        assert found == figures, name
    for sheet in told["sheets"]:
        who = sheet["department"]
        for row in sheet["rows"]:
            assert row["state"] == truth.state(row["indicator"], who), (who, row)
        assert Fraction(sheet["covered"]) == truth.covered[who], who
        assert (sheet["total"] and Fraction(sheet["total"])) == truth.totals.get(who), who
        assert sheet["published"] == truth.published.get(who), who
    assert {one["department"]: one["rank"] for one in told["ranking"]} == truth.ranks
    assert told["with_score"] == len(truth.totals)
    assert told["rated_by"] == {name: truth.rated(name) for name in told["rated_by"]}


# Made up ------------------------------------------------------------------------------------------


def made_up(count: int, seed: int) -> pl.DataFrame:
    """Entries in which every treatment meets what it is about."""
    choose = random.Random(seed)
    days = ("2023-06-29", "2023-05-31", "2023-03-31", "2022-12-30", "2021-01-05", "2022-02-30", "",
            "1970-01-01", "9999-12-31", "2023-07-01", "暂无", "无", "去年")  # fmt: skip
    fields: dict[str, tuple[str, ...]] = {
        "department": ("交通局", "民政局", "税务局", "水务局", "体育局", "暂无", ""),
        "domain": ("交通", "交通", "交通", "默认主题", ""),
        "open_type": (*FREE, *ASKED, "不开放", "随便", ""),
        "update_freq": (*EVERY, *EVERY, *LIVE, *LOOSE, *STILL, *BLANK[:2], "自定义", ""),
        "publish_date": ("2022-06-30", "2022-06-30", "2023-06-01", "2023-07-02", "其他", ""),
        "update_date": days,
        "format": ("xls", '["xls", "csv"]', "[]", "无", ""),
        "row_count": ("10", "1,008", "0", "-", ""),
    }
    rows = [
        {"city": choose.choice(("甲", "乙")), "title": f"目录{choose.randrange(count // 3)}",
         "industry": "", **{name: choose.choice(values) for name, values in fields.items()}}
        for _ in range(count)
    ]  # fmt: skip
    return pl.DataFrame(rows)


def imported(raw: pl.DataFrame, folder: Path) -> duckdb.DuckDBPyConnection:
    """An engine with what the scenario grants of the entries."""
    raw.write_csv(folder / "portals.csv")
    (folder / "work").mkdir()
    wish = Wish(folder / "portals.csv", None, AS_OF, AS_OF)
    found = import_file(wish, load_mapping(None, ROOT), folder / "work").rows
    use = shipped_city().scenarios[SCENARIO].resources[0]
    (scope,) = use.rows
    open_ = found.filter(pl.col(scope.column).is_in(scope.values))
    engine = duckdb.connect()
    engine.register("catalogue_entries", open_.select(c.name for c in use.columns).to_arrow())
    return engine


Answers = dict[str, list[dict[str, Any]]]


def asked(engine: duckdb.DuckDBPyConnection) -> Answers:
    return {
        name: engine.execute(drill(as_kpi(one, DECLARED.oddities, AS_OF))).pl().to_dicts()
        for name, one in DECLARED.indicators.items()
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[pl.DataFrame, Answers]:
    raw = made_up(900, 11)
    return raw, asked(imported(raw, tmp_path_factory.mktemp("small")))


def test_made_up_entries_equal_their_recomputation(small: tuple[pl.DataFrame, Answers]) -> None:
    expected = truths(small[0], AS_OF)
    found = rated(DECLARED, small[1], AS_OF)
    assert sorted(expected) == [one.portal for one in found] == ["乙", "甲"]
    for one in found:
        agrees(plain(DECLARED, one), expected[one.portal])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_other_made_up_entries_equal_theirs(tmp_path: Path, seed: int) -> None:
    """Few entries too: departments of none, of too few, and without a score."""
    raw = made_up((60, 150, 900)[seed % 3], seed)
    found = rated(DECLARED, asked(imported(raw, tmp_path)), AS_OF)
    expected = truths(raw, AS_OF)
    assert sorted(expected) == [one.portal for one in found]
    for one in found:
        agrees(plain(DECLARED, one), expected[one.portal])


def test_every_treatment_that_is_declared_occurs_and_adds_up(
    small: tuple[pl.DataFrame, Answers],
) -> None:
    found = rated(DECLARED, small[1], AS_OF)
    for name, indicator in DECLARED.indicators.items():
        met = {kind for one in found for _, kind in one.treatments[name]}
        assert met == {"counted", *(each.oddity for each in indicator.treatments)}, name
        for one in found:
            assert sum(one.treatments[name].values()) == one.entries, name


def test_the_order_of_rows_makes_no_difference(small: tuple[pl.DataFrame, Answers]) -> None:
    def told(answers: Answers) -> str:
        return json.dumps([plain(DECLARED, one) for one in rated(DECLARED, answers, AS_OF)])

    shuffled = {name: random.Random(3).sample(rows, len(rows)) for name, rows in small[1].items()}
    assert shuffled != small[1]
    assert told(shuffled) == told(small[1])


def test_the_page_calls_everything_as_the_files_do() -> None:
    """A page cannot refer to the titles of another file."""
    titles = {one.id: one.title for one in (*DECLARED.indicators.values(),
                                            *DECLARED.oddities.values())}  # fmt: skip
    assert len(titles) == len(DECLARED.indicators) + len(DECLARED.oddities), "one name, one thing"
    for name, title in titles.items():
        label = PAGE.labels[name]
        assert (label.zh, label.en) == (title.zh, title.en), name
    assert {*RULES} <= {*PAGE.labels}
    for grade in DECLARED.scheme.grades:
        assert PAGE.labels[grade.title.zh].en == grade.title.en


# Four real portals --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Told], Path]:
    city = tmp_path_factory.mktemp("real") / "city"
    return rated_city(city), city


@pytest.mark.slow
@pytest.mark.parametrize("city", CITIES)
def test_departments_of_a_real_portal_equal_their_recomputation(
    real: tuple[list[Told], Path], city: str
) -> None:
    told = next(one for one in real[0] if one["portal"] == city)
    raw = pl.read_csv(REAL, infer_schema=False).filter(pl.col("city") == city)
    (truth,) = truths(raw, AS_OF).values()
    agrees(told, truth)
    print(city, told["departments"], told["with_score"], told["rated_by"], truth.treatments)
    assert 30 < told["with_score"] < told["departments"]


@pytest.mark.slow
def test_what_is_kept_is_what_was_told(real: tuple[list[Told], Path]) -> None:
    version = Extracts(Layout(real[1]).extracts).latest(MAKES)
    assert version is not None
    kept = pl.read_parquet(list(version.files))
    scores = kept.filter(pl.col("part") == "score")
    assert scores.height == sum(one["departments"] for one in real[0])
    found = {
        (portal, who): (score, rank)
        for portal, who, score, rank in scores.drop_nulls("score")
        .select("portal", "department", "score", "rank").iter_rows()
    }  # fmt: skip
    assert found == {
        (one["portal"], place["department"]): (float(place["score"]), place["rank"])
        for one in real[0] for place in one["ranking"]
    }  # fmt: skip
    treated = kept.filter(pl.col("part") == "treatment").group_by(
        "portal", "indicator", "treatment"
    )
    assert {row[:3]: row[3] for row in treated.agg(pl.col("entries").sum()).iter_rows()} == {
        (one["portal"], name, kind): count
        for one in real[0] for name, kinds in one["treatments"].items()
        for kind, count in kinds.items()
    }  # fmt: skip


@pytest.fixture(scope="module")
def leader(real: tuple[list[Told], Path]) -> Iterator[Connection]:
    """What the page's own subject asks."""
    with open_workbench(real[1], now) as bench:
        bench.store.users.add("leader", "a long enough password", "data_bureau", {Role.leader})
        gateway = Gateway(bench, "1")
        token = bench.auth.page_session("catalogue_ratings", "leader")
        with connect(gateway.http, token=token, progress=False) as connection:
            yield connection
        gateway.stop()


def table(view: View, title: str) -> pl.DataFrame:
    found = next(panel for panel in view.panels if panel.panel.title.en == title)
    assert isinstance(found, Drawn), found
    return found.release.pl()


@pytest.mark.slow
@pytest.mark.parametrize("city", CITIES)
def test_the_page_shows_what_the_file_gives(
    real: tuple[list[Told], Path], leader: Connection, city: str
) -> None:
    name = next(one["portal_name"] for one in real[0] if one["portal"] == city)
    raw = pl.read_csv(REAL, infer_schema=False).filter(pl.col("city") == city)
    (truth,) = truths(raw, AS_OF).values()
    view = build(PAGE, leader, {"portal": name})
    assert all(isinstance(panel, Drawn) for panel in view.panels)
    kinds = truth.treatments["on_time"]
    assert table(view, "At a glance").row(0, named=True) == {
        "entries": truth.entries,
        "departments": len(truth.departments),
        "scored": len(truth.totals),
        "timely": truth.rated("on_time"),
        "recent": truth.rated("age"),
        "undue": sum(kinds.get(kind, 0) for kind in ("irregular", "real_time", "static")),
    }
    every = table(view, "All departments").select("department", "score", "rank", "time_share")
    assert sorted(every.rows()) == sorted(
        (who, _float(truth.published.get(who)), truth.ranks.get(who), _value(truth, who))
        for who in truth.departments
    )
    treated = table(view, "Entries by what is odd").select("indicator", "treatment", "entries")
    assert set(treated.rows()) == {
        (name, kind, count) for name, kinds in truth.treatments.items()
        for kind, count in kinds.items()
    }  # fmt: skip
    bands = table(view, "Distribution of scores")
    assert bands["departments"].sum() == len(truth.totals)
    (portal,) = table(view, "How many departments can be rated").filter(portal_name=name).rows()
    told = [truth.rated(each) for each in ("on_time", "age", "described", "data_behind")]
    assert [*portal[1:]] == [AS_OF, truth.entries, len(truth.departments), len(truth.totals), *told]


def _float(text: str | None) -> float | None:
    return None if text is None else float(text)


def _value(truth: Truth, who: str) -> float | None:
    found = truth.figures["on_time"].get(who)
    return None if found is None or found[0] is None else float(found[0])


@pytest.mark.slow
def test_a_department_narrows_its_sheet(real: tuple[list[Told], Path], leader: Connection) -> None:
    one = next(one for one in real[0] if one["portal"] == "dazhou")
    who = one["ranking"][0]["department"]
    view = build(PAGE, leader, {"portal": one["portal_name"], "department": who})
    sheet = table(view, "Sheet of a department")
    assert set(sheet["department"]) == {who}
    assert sheet["points"].sum() == pytest.approx(float(one["ranking"][0]["score"]), abs=0.005)
    assert table(view, "All departments")["department"].to_list() == [who]


@pytest.mark.slow
def test_the_command_in_a_city_with_its_own_list_and_with_none(tmp_path: Path) -> None:
    city = tmp_path / "city"
    shutil.copytree(ROOT / "data_contracts", city / "data_contracts")
    where, day = ("--city", str(city)), AS_OF.isoformat()
    with signed_in(city) as session:
        none = here("assess", "catalogues", *where, **session)
        assert none.returncode == 5, none.stderr
        assert "catalogue_entries" in none.stderr
        sample = str(ROOT / "data_contracts" / "samples" / "catalogue_aba.csv")
        words = ("--portal", "aba", "--obtained", day, "--as-of", day)
        worked(here("catalogue", "import", sample, *words, *where))
        shown = worked(here("assess", "catalogues", *where, **session)).stdout
        wrong = here("assess", "catalogues", "--portal", "abba", *where, **session)
    assert "2023-06-30" in shown, "as of the day on which the list was obtained"
    assert "7,379" in shown
    assert "Updated irregularly" in shown
    assert "6,045" in shown
    assert wrong.returncode == 2
    assert "abba" in wrong.stderr
