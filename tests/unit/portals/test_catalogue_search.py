"""Search, matching, one source, DCAT: on a small catalogue that can be read with the eye."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from conftest import Import

from workbench.errors import Text
from workbench.model.contract import OpenType
from workbench.portals import index
from workbench.portals.dcat import ACCESS, CONTEXT, FREQUENCY, Publisher, open_catalogue
from workbench.portals.extract import merged
from workbench.portals.frequency import Frequency
from workbench.portals.match import Matched, NothingFound, match
from workbench.portals.same import Rule, Scope, place_of, same_items
from workbench.portals.search import Asked, Search
from workbench.portals.words import Words

HEADINGS = "资源名称,提供部门,开放类型,更新周期,更新日期"
LINES = (
    "城市低保人员花名册,民政局,无条件,每月,2024-01-02",
    "农村最低生活保障对象名单,民政局,有条件,每月,2024-01-02",
    "低保资金发放统计,财政局,无条件,每年,2024-01-02",
    "涉密低保核查名单,民政局,不予开放,每月,2024-01-02",
    "低保家庭来源不明的名单,民政局,随意,每月,2024-01-02",
    "公共厕所位置,城管局,无条件,每年,2024-01-02",
    "公厕分布,住建局,无条件,每年,2024-01-02",
    "企业注销登记信息,市场监管局,无条件,实时,2024-01-02",
    "企业注销登记信息,市场监管局,无条件,实时,2024-01-02",
    "人口数2020年,统计局,无条件,每年,2024-01-02",
    "人口数（2021年）,公安局,无条件,每年,2024-01-02",
    "常住人口变动情况一览表,统计局,无条件,每年,2024-01-02",
    "常住人口变动,公安局,无条件,每年,2024-01-02",
    "水库水位,汶川县水务局,无条件,每天,2024-01-02",
    "水库水位,理县水务局,无条件,每天,2024-01-02",
    "学校名单,教育局,无条件,每年,2024-01-02",
    "学校名单,财政局,无条件,每年,2024-01-02",
)


@pytest.fixture
def rows(imported: Import) -> pl.DataFrame:
    return imported("\n".join((HEADINGS, *LINES)), portal="试城").rows


@pytest.fixture
def search(rows: pl.DataFrame, words: Words, tmp_path: Path) -> Iterator[Search]:
    target = tmp_path / "index.sqlite"
    index.build(rows, words, "one", target)
    with index.opened(target) as db:
        yield Search(db, words)


def titles(search: Search, text: str, **more: object) -> list[str]:
    return [hit.title for hit in search.ask(Asked(text, **more)).hits]  # type: ignore[arg-type]


def test_a_word_finds_how_else_it_is_spelt(search: Search) -> None:
    assert titles(search, "低保名单")[:2] == ["城市低保人员花名册", "农村最低生活保障对象名单"]
    assert set(titles(search, "厕所")) == {"公共厕所位置", "公厕分布"}


def test_what_is_not_open_is_for_officers(search: Search) -> None:
    """Foshan 2019 art. 14; an open type that is not understood is no promise either."""
    hidden = {"涉密低保核查名单", "低保家庭来源不明的名单"}
    assert not hidden & set(titles(search, "低保名单"))
    assert hidden <= set(titles(search, "低保名单", officer=True))
    asked = Asked("低保", types=(OpenType.not_open,))
    assert search.ask(asked).hits == ()  # to ask for the type opens nothing
    assert titles(search, "低保", types=(OpenType.not_open,), officer=True) == ["涉密低保核查名单"]


def test_filters_and_repeats(search: Search) -> None:
    assert titles(search, "低保", department="财政") == ["低保资金发放统计"]
    assert titles(search, "低保", portal="别处") == []
    (hit,) = search.ask(Asked("企业注销")).hits
    assert hit.repeats == 2
    assert [(e.asked, e.found, e.where) for e in hit.evidence] == [
        ("企业", "企业", "title"),
        ("注销", "注销", "title"),
    ]


def test_of_titles_with_the_same_words_the_shorter_goes_first(
    imported: Import, words: Words, tmp_path: Path
) -> None:
    rows = imported("title\n一个关于水质以及其他许多事项的很长的标题\n水质\n").rows
    index.build(rows, words, "two", tmp_path / "two.sqlite")
    with index.opened(tmp_path / "two.sqlite") as db:
        found = Search(db, words).ask(Asked("水质", officer=True)).hits
    assert [len(hit.title) for hit in found] == [2, 20]


@pytest.mark.parametrize("text", ["", "  ", "。，！", '"', "NEAR(", "a AND b", "*", "'; DROP"])
def test_no_text_breaks_the_search(search: Search, text: str) -> None:
    assert len(search.ask(Asked(text, officer=True)).hits) <= 10


def test_equal_scores_go_by_title(search: Search) -> None:
    assert titles(search, "学校名单")[:2] == ["学校名单", "学校名单"]
    found = search.ask(Asked("学校名单")).hits
    assert [h.department for h in found[:2]] == sorted(["教育局", "财政局"])
    assert search.ask(Asked("学校名单")).hits == found


def test_a_demand_is_matched_with_its_words_or_not_at_all(search: Search) -> None:
    found = match(search, Asked("为发放救助，需要核对企业是否已经注销", officer=True))
    assert isinstance(found, Matched)
    assert [h.title for h in found.hits] == ["企业注销登记信息"]
    nothing = match(search, Asked("需要月球土壤的化学成分", officer=True))
    assert isinstance(nothing, NothingFound)
    assert "月球" in nothing.missing
    partly = match(search, Asked("需要企业的碳排放配额清缴", officer=True))
    assert isinstance(partly, NothingFound)
    assert partly.nearest is not None
    assert partly.nearest.title == "企业注销登记信息"


def test_an_index_of_other_rows_or_words_is_not_current(
    rows: pl.DataFrame, words: Words, tmp_path: Path
) -> None:
    target = tmp_path / "index.sqlite"
    assert not index.is_current(target, "one")
    index.build(rows, words, "one", target)
    assert index.is_current(target, "one")
    assert not index.is_current(target, "two")
    assert target.stat().st_mode & 0o777 == 0o600
    with index.opened(target) as db, pytest.raises(sqlite3.OperationalError):
        db.execute("DELETE FROM entries")
    target.write_bytes(b"not an index")
    assert not index.is_current(target, "one")


def test_one_item_of_several_departments(rows: pl.DataFrame, words: Words) -> None:
    found = {(i.offers[0].title, i.rule, i.scope): i for i in same_items(rows, words)}
    assert set(found) == {
        ("学校名单", Rule.exact, Scope.departments),
        ("水库水位", Rule.exact, Scope.places),
        ("常住人口变动情况一览表", Rule.near, Scope.departments),
    }
    near = found["常住人口变动情况一览表", Rule.near, Scope.departments]
    assert near.departments == ("公安局", "统计局")
    assert [offer.line_no for offer in near.offers] == [13, 14]


@pytest.mark.parametrize(
    ("department", "place"),
    [("汶川县", "汶川县"), ("汶川县水务局", "汶川县"), ("市市场监管局", ""), ("统计局", ""),
     ("贵州省黔东南州商务局", "黔东南州"), ("青龙街道", "青龙街道")],
)  # fmt: skip
def test_the_place_of_a_department(department: str, place: str) -> None:
    assert place_of(department) == place


# The open catalogue -------------------------------------------------------------------------------

TERMS = {
    "dcat:Catalog": ({"dct:title", "dct:description", "dct:publisher"}, {"dcat:dataset",
                     "dct:modified", "dct:language"}),
    "dcat:Dataset": ({"dct:title", "dct:description"}, {"dct:identifier", "dct:publisher",
                     "dct:accessRights", "dct:provenance", "dct:accrualPeriodicity", "dct:issued",
                     "dct:modified", "dcat:keyword"}),
    "foaf:Agent": ({"foaf:name"}, set()),
    "dct:ProvenanceStatement": (set(), {"dct:description"}),
}  # fmt: skip
"""Class -> (mandatory, also allowed) properties of DCAT-AP 3.0 that are used here; the range of
``dct:provenance`` is that of DCMI Metadata Terms."""


def check(node: object) -> int:
    """Nodes of the document that are of a known class; fails at what the vocabulary lacks."""
    if isinstance(node, list):
        return sum(map(check, node))
    if not isinstance(node, dict):
        return 0
    if "@value" in node:
        assert set(node) <= {"@value", "@language", "@type"}
        assert isinstance(node["@value"], str)
        return 0
    if "@type" not in node:
        assert set(node) == {"@id"}
        assert node["@id"].startswith("http://publications.europa.eu/resource/authority/")
        return 0
    mandatory, more = TERMS[node["@type"]]
    used = {key for key in node if not key.startswith("@")}
    assert mandatory <= used <= mandatory | more
    assert all(key.partition(":")[0] in CONTEXT for key in used)
    return 1 + sum(check(node[key]) for key in used)


def test_the_open_catalogue_is_dcat_without_what_is_not_open(rows: pl.DataFrame) -> None:
    made = open_catalogue(rows, Publisher(Text("试城", "Try"), "urn:try:"))
    document = json.loads(json.dumps(made.document, ensure_ascii=False))
    assert check(document) == 2 + 3 * made.datasets  # each with its publisher and provenance
    assert dict(made.left_out) == {"not_open": 1, "open_type_missing_or_unknown": 1}
    assert made.datasets == len(document["dcat:dataset"]) == len(LINES) - 2
    text = json.dumps(document, ensure_ascii=False)
    assert "涉密" not in text
    assert "来源不明" not in text
    ids = [d["@id"] for d in document["dcat:dataset"]]
    assert len(set(ids)) == len(ids)
    first = document["dcat:dataset"][0]
    assert first["dct:modified"] == {"@value": "2024-01-02", "@type": "xsd:date"}


def test_every_frequency_and_open_type_has_its_term() -> None:
    assert set(FREQUENCY) == set(Frequency)
    assert set(ACCESS) == set(OpenType) - {OpenType.not_open}


def test_a_portal_is_replaced_and_the_others_stay(imported: Import) -> None:
    one = imported("title\n甲\n乙\n", portal="one").rows
    two = imported("title\n丙\n", portal="two", name="two.csv").rows
    both = merged(merged(None, one), two)
    assert both.get_column("title").to_list() == ["甲", "乙", "丙"]
    again = imported("title\n丁\n", portal="one", name="again.csv").rows
    assert merged(both, again).get_column("title").to_list() == ["丁", "丙"]
