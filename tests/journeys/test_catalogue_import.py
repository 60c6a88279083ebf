"""From portals' files to an officer's search, by the commands, in a city of its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from commands import here
from judged_catalogue import REAL, judged_text, ndcg, precision, questions

from workbench.extracts.versions import Extracts
from workbench.portals import index
from workbench.portals.extract import RESOURCE, stored
from workbench.portals.match import COVER
from workbench.portals.search import Asked, Search
from workbench.portals.words import load_words
from workbench.store.layout import Layout

ROOT = Path(__file__).parents[2]
HEADINGS = "资源名称,提供部门,开放类型,更新周期\n"
ONE = f"{HEADINGS}低保名单,民政局,无条件,每月\n秘密名单,民政局,不开放,每月\n"
TWO = f"{HEADINGS}公园,园林局,有条件,隔三差五\n"

real = pytest.mark.skipif(not REAL.is_file(), reason=f"{REAL.name} is not there")


@pytest.fixture
def city(tmp_path: Path) -> Path:
    made = tmp_path / "city"
    assert here("init", str(made)).returncode == 0
    return made


@pytest.fixture(scope="module")
def real_city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, Any]]:
    made = tmp_path_factory.mktemp("real")
    shutil.copytree(ROOT / "data_contracts", made / "data_contracts")
    return made, run(made, "import", str(REAL), "--as-of", "2023-06-30")


def run(city: Path, *words: str, code: int = 0) -> Any:
    done = here("catalogue", *words, "--city", str(city), "--json")
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout) if done.stdout else done.stderr


def rows(city: Path) -> pl.DataFrame:
    version = Extracts(Layout(city).extracts).latest(RESOURCE)
    assert version is not None
    return stored(version.files)


def test_two_portals_one_again_and_undone(city: Path) -> None:
    one, two = city / "one.csv", city / "two.csv"
    one.write_text(ONE, encoding="utf-8")
    two.write_bytes(TWO.encode("gb18030"))
    first = run(city, "import", str(one), "--portal", "one")
    assert (first["entries"], first["accepted"], first["set_aside"]) == (2, 2, 0)
    second = run(city, "import", str(two), "--portal", "two")
    assert second["findings"]["unknown_frequency"] == 1
    assert second["unknown_spellings"] == [
        {"field": "frequency", "spelling": "隔三差五", "count": 1}
    ]
    assert second["seconds"] > 0
    again = run(city, "import", str(two), "--portal", "two")
    assert again["ingest"]["outcome"] == "unchanged"
    assert rows(city).get_column("title").to_list() == ["低保名单", "秘密名单", "公园"]

    one.write_text(ONE.replace("低保名单", "低保花名册"), encoding="utf-8")
    third = run(city, "import", str(one), "--portal", "one")
    assert third["ingest"]["version"] == second["ingest"]["version"] + 1
    assert rows(city).get_column("title").to_list() == ["低保花名册", "秘密名单", "公园"]
    found = run(city, "search", "低保名单")
    assert [hit["title"] for hit in found["hits"]] == ["低保花名册"]

    number = str(third["ingest"]["version"])
    undone = here(
        "recall", RESOURCE, "--version", number, "--reason", "try", "--city", str(city)
    )  # fmt: skip
    assert undone.returncode == 0, undone.stderr
    assert rows(city).get_column("title").to_list() == ["低保名单", "秘密名单", "公园"]
    assert [hit["title"] for hit in run(city, "search", "低保")["hits"]] == ["低保名单"]


def test_what_is_not_open_and_what_is_not_there(city: Path, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(ONE, encoding="utf-8")
    done = here("catalogue", "search", "名单", "--city", str(city))
    assert (done.returncode, "No portal's catalogue" in done.stderr) == (5, True)
    run(city, "import", str(tmp_path / "one.csv"), "--portal", "one")
    assert [h["title"] for h in run(city, "search", "秘密名单")["hits"]] == ["低保名单"]
    officer = run(city, "search", "秘密名单", "--officer")
    assert officer["hits"][0]["title"] == "秘密名单"
    assert run(city, "match", "需要月球的地图")["found"] is False
    assert run(city, "match", "需要低保名单")["hits"][0]["title"] == "低保名单"
    out = tmp_path / "open.json"
    assert here("catalogue", "dcat", str(out), "--city", str(city)).returncode == 0
    assert "秘密" not in out.read_text(encoding="utf-8")
    assert here("catalogue", "dcat", str(out), "--city", str(city)).returncode == 2


def test_a_file_that_cannot_be_read_leaves_all_as_it_was(city: Path, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(ONE, encoding="utf-8")
    run(city, "import", str(tmp_path / "one.csv"), "--portal", "one")
    (tmp_path / "bad.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    said = run(city, "import", str(tmp_path / "bad.csv"), "--portal", "one", code=2)
    assert "no heading for the title" in said
    assert rows(city).height == 2
    told = tmp_path / "findings.csv"
    words = ("import", str(tmp_path / "one.csv"), "--portal", "two", "--findings", str(told))
    run(city, *words)
    header = told.read_text(encoding="utf-8-sig").splitlines()[0]
    assert header == "portal,line_no,kind,field,value"
    assert run(city, *words, code=2)  # the file of findings is there: nothing is overwritten


@real
def test_every_entry_of_the_seventeen_portals_is_counted(
    real_city: tuple[Path, Mapping[str, Any]],
) -> None:
    """Counted a second time here, by plain Polars on the file."""
    city, told = real_city
    raw = pl.read_csv(REAL, infer_schema=False)
    assert told["entries"] == told["accepted"] == raw.height == 43_372
    assert told["portals"] == dict(raw.get_column("city").value_counts().iter_rows())
    assert len(told["portals"]) == 17
    judged = told["findings"]
    assert judged["missing_update_date"] == raw.get_column("update_date").null_count()
    assert judged["missing_open_type"] == raw.get_column("open_type").null_count()
    assert judged["unknown_frequency"] == 1  # 自定义
    exact = raw.height - raw.unique(["city", "title", "department"]).height
    assert exact == 3_246
    assert judged["duplicate"] >= exact
    kept = rows(city)
    spelt = dict(kept.get_column("frequency_spelt").drop_nulls().value_counts().iter_rows())
    assert spelt == dict(raw.get_column("update_freq").drop_nulls().value_counts().iter_rows())
    assert told["seconds"] < 60
    other = raw.filter(pl.col("update_freq").is_in(["其他"])).height
    unknown = kept.get_column("frequency").null_count()
    assert unknown == judged["missing_frequency"] + judged["unknown_frequency"] + other


@real
@pytest.mark.slow
def test_the_fifty_questions_are_answered_as_well_as_measured(
    real_city: tuple[Path, Mapping[str, Any]], tmp_path: Path
) -> None:
    """A floor below what was measured (docs/catalogues.md), for each set by itself."""
    city, _ = real_city
    entries = rows(city)
    texts = {
        e: judged_text(t, d, p)
        for e, t, d, p in entries.select("entry_id", "title", "department", "portal").iter_rows()
    }
    words = load_words(city)
    index.build(entries, words, "one", tmp_path / "index.sqlite")
    gains: dict[str, list[float]] = {"a": [], "b": []}
    firsts: dict[str, list[float]] = {"a": [], "b": []}
    with index.opened(tmp_path / "index.sqlite") as db:
        search = Search(db, words)
        for question in questions():
            hits = search.ask(Asked(question.ask, officer=True)).hits
            every = [question.grade(text) for text in texts.values()]
            if not any(every):
                assert all(hit.cover < COVER for hit in hits), question.ask
                continue
            grades = [question.grade(texts[hit.entry_id]) for hit in hits]
            gains[question.set].append(ndcg(grades, every))
            firsts[question.set].append(precision(grades))
    assert sum(map(len, gains.values())) == 43
    for name, floor in (("a", 0.95), ("b", 0.90)):
        assert sum(gains[name]) / len(gains[name]) > floor
        assert sum(firsts[name]) / len(firsts[name]) > 0.95


@real
@pytest.mark.slow
def test_the_same_item_of_several_departments_is_found_with_its_lines(
    real_city: tuple[Path, Mapping[str, Any]],
) -> None:
    """Chizhou's yearbook tables stand under up to three departments, one of them with the year
    written otherwise."""
    city, _ = real_city
    told = run(city, "same", "--portal", "池州")
    item = next(i for i in told["items"] if "体育活动基本情况" in i["offers"][0]["title"])
    assert len(item["departments"]) >= 3
    raw = pl.read_csv(REAL, infer_schema=False).with_row_index("line", offset=2)
    for offer in item["offers"]:
        line = raw.row(by_predicate=pl.col("line") == offer["line_no"], named=True)
        assert (line["title"], line["department"]) == (offer["title"], offer["department"])
