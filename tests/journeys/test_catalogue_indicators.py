"""Catalogue-side indicators and scores of departments equal a recomputation in plain Polars, which
reads the portals' file on its own: made-up entries with every oddity, and four real portals."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from attacks.served import PASSWORD, served
from catalogue_truth import ASKED, BLANK, EVERY, FREE, LIVE, LOOSE, STILL, Truth, truths
from commands import Said, here
from judged_catalogue import REAL
from shipped import ROOT, shipped_city

from workbench.assessment.catalogues.definition import MAKES, SCENARIO
from workbench.assessment.catalogues.rating import rated
from workbench.assessment.catalogues.reading import load
from workbench.assessment.catalogues.statements import as_kpi
from workbench.catalogue.regulations import known_regulations
from workbench.cli.assess_catalogues import plain
from workbench.extracts.versions import Extracts
from workbench.kpi.statements import drill
from workbench.portals.importing import Wish, import_file
from workbench.portals.mapping import load_mapping
from workbench.store.layout import Layout

AS_OF = date(2023, 6, 30)
CITIES = ("aba", "dazhou", "shanghai", "guiyang")
DECLARED = load(ROOT, known_regulations(ROOT))
Told = Mapping[str, Any]


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


# Four real portals --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[Told], Path]]:
    """Imported, rated and kept by the commands, under the grant of an analyst."""
    if not REAL.is_file():
        pytest.skip(f"{REAL} is not there: the real catalogues are outside the sources")
    city = tmp_path_factory.mktemp("real") / "city"
    shutil.copytree(ROOT / "data_contracts", city / "data_contracts")
    day = AS_OF.isoformat()
    where = ("--city", str(city))
    worked(here("catalogue", "import", str(REAL), "--as-of", day, "--obtained", day, *where))
    session = {"XDG_STATE_HOME": str(city / "session")}
    with served(city) as gateway:
        gateway.add("ran", "data_bureau")
        words = ("--url", gateway.http, "--user", "ran", "--password-stdin")
        worked(here("login", *words, given=PASSWORD + "\n", **session))
        portals = [word for name in CITIES for word in ("--portal", name)]
        options = ("--as-of", day, *portals, "--keep", "--json", *where)
        yield json.loads(worked(here("assess", "catalogues", *options, **session)).stdout), city


def worked(done: Said) -> Said:
    assert done.returncode == 0, done.stderr
    return done


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
