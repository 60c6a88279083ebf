"""Reports of an assessment: the figures are those of the run, what is not published says so on each
page, equal runs give equal files, and nothing is decided."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import docx
import pytest
from python_calamine import CalamineWorkbook
from reported_run import REASON, run, told
from shipped import ROOT

from workbench.cli.assess_report_files import _xlsx as xlsx
from workbench.errors import InvalidInput
from workbench.reports import assessment_paper as paper
from workbench.reports.assessment import Kind, Report
from workbench.reports.assessment_articles import articles
from workbench.reports.assessment_city import of_city
from workbench.reports.assessment_department import of_department
from workbench.reports.assessment_funding import of_funding
from workbench.reports.model import Table

RUN = run()
FACTS = told(RUN)


@pytest.fixture(scope="module")
def ben() -> Report:
    return of_department(FACTS, "ben")


@pytest.fixture(scope="module")
def city() -> Report:
    return of_city(FACTS)


def rows(found: Report, caption: str) -> list[list[str]]:
    """Of the table, in English."""
    tables = (one for each in found.sections for one in each.blocks if isinstance(one, Table))
    table = next(one for one in tables if one.caption.en.startswith(caption))
    return [["".join(run.en for run in cell) for cell in row] for row in table.rows]


def text(found: Report) -> str:
    return json.dumps(found.model_dump(mode="json"), ensure_ascii=False)


def test_what_was_provided_stands_apart_from_what_was_used(ben: Report) -> None:
    assert rows(ben, "Data provided") == [
        ["Reviewed on time", "rated", "80.0 %", "8 / 10", "49.0–94.3 %"]
    ]
    assert [row[0] for row in rows(ben, "Management")] == ["Incidents"]
    used = next(one for one in ben.sections if one.id == "used")
    assert not any(isinstance(one, Table) for one in used.blocks)
    assert "No indicator of this part applies" in text(ben)


def test_points_and_advice_are_those_of_the_run(ben: Report) -> None:
    points = {row[0]: row[2:6] for row in rows(ben, "Points by indicator")}
    (sheet,) = (one for one in FACTS["sheets"] if one["department"] == "ben")
    names = ("score", "weight", "points", "lost")
    assert points == {row["title"]["en"]: [row[n] for n in names] for row in sheet["rows"]}
    (advice,) = rows(ben, "Advice")
    assert advice[:2] == ["Reviewed on time", "12.00"]
    assert advice[3] == "ben-1 (2025-06-02); ben-2 (2025-06-02)"
    listed = rows(ben, "Items that were not as wanted")
    assert [row[2] for row in listed] == ["ben-1", "ben-2"]


def test_items_that_are_not_printed_are_counted() -> None:
    found = of_department(FACTS, "cai", most=3)
    assert [row[2] for row in rows(found, "Items that were not")] == ["cai-0", "cai-1", "cai-2"]
    assert "Reviewed on time: 1 more are not listed" in text(found)


def test_a_department_is_told_what_was_decided_on_its_own_appeals_alone(ben: Report) -> None:
    assert rows(ben, "What was decided") == [["Reviewed on time", "ben-1", "refused", REASON]]
    assert "What was decided on appeals" not in text(of_department(FACTS, "ana"))


def test_the_city_s_report_has_every_place_and_no_event_and_nobody_s_words(city: Report) -> None:
    ranked = rows(city, "Scores and ranks")
    assert [(row[0], row[1], row[2]) for row in ranked] == [
        (str(one["rank"]), one["title"]["en"], one["score"]) for one in FACTS["ranking"]
    ]
    assert rows(city, "Data provided")[0][:3] == ["Reviewed on time", "3", "76.7 %"]
    whole = text(city)
    for department in ("ana", "ben", "cai"):
        assert not re.search(rf"\b{department}-\d", whole)
        assert f"{department}.pdf" not in whole
    assert REASON not in whole


def test_the_heat_of_a_dimension_is_what_was_got_of_what_was_to_be_had(city: Report) -> None:
    shares = {row[0]: row[1:] for row in rows(city, "Points got of those")}
    assert shares["ben office"] == ["80.0 %", "100.0 %"]
    assert shares["cai office"] == ["60.0 %", "80.0 %"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("published", [True, False])
def test_what_is_not_published_says_so_on_every_page(language: Any, published: bool) -> None:
    found = of_city(told(RUN, published=published))
    mark = {"zh": "草稿", "en": "DRAFT"}[language]
    said = paper.plain(found, language)
    assert said["draft"] == ("" if published else mark)
    assert ("4711" in said["foot"]) is published
    assert FACTS["digest"][:12] in said["foot"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(xlsx(found, language)))
    assert len(book.sheet_names) > 5
    for name in book.sheet_names:
        first = book.get_sheet_by_name(name).to_python()[0][0]
        assert (first == mark) is not published, name


@pytest.mark.parametrize("published", [True, False])
def test_the_header_of_a_document_bears_the_mark(published: bool) -> None:
    found = of_department(told(RUN, "ana", published=published), "ana")
    header = docx.Document(io.BytesIO(paper.docx(found, "zh"))).sections[0].header
    assert ('string="草稿"' in header._element.xml) is not published


def test_a_ledger_that_nobody_could_ask_counts_as_not_published() -> None:
    found = of_city({**FACTS, "status": {"state": "unknown"}})
    assert paper.mark(found, "en") == "DRAFT"
    assert "No ledger was at hand" in " ".join(paper.seal(found, "en"))


def test_digest_and_position_stand_in_every_report(ben: Report, city: Report) -> None:
    for found in (ben, city):
        for language in ("zh", "en"):
            about = "\n".join(paper.about(found, language))
            for one in (FACTS["digest"], FACTS["position"]["hash"]):
                assert one in about
            whole = json.dumps(paper.plain(found, language), ensure_ascii=False)
            assert FACTS["digest"] in whole
            assert ("合成数据" if language == "zh" else "Synthetic data") in whole


def test_equal_runs_give_equal_files(ben: Report) -> None:
    again = of_department(told(run()), "ben")
    assert paper.pdf(ben, "zh") == paper.pdf(again, "zh")
    assert paper.docx(ben, "zh") == paper.docx(again, "zh")
    assert xlsx(ben, "zh") == xlsx(again, "zh")


def test_numbers_in_a_workbook_are_numbers(ben: Report) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(xlsx(ben, "en")))
    points = book.get_sheet_by_name("Points by indicator").to_python()
    assert points[0][0] == "DRAFT"
    assert points[1][0] == "Indicator"
    assert points[2][4] == 48.0


def test_each_thing_that_the_article_asks_for_has_its_place(city: Report) -> None:
    """The section that is named is there, in both reports; what no text orders is said."""
    found = (
        of_department(told(run("changde-2016", "28")), "ben"),
        of_city(told(run("changde-2016", "28"))),
    )
    for each, whose in zip(found, ("department", "city"), strict=True):
        titles = {section.title.en for section in each.sections}
        named = 0
        for article in articles().ordered("changde-2016")[0]:
            for one in getattr(article, whose):
                for title in re.findall(r'"([^"]+)"', one.stands.en):
                    assert title in titles
                    named += 1
        assert named >= 3
        assert "does not say what a yearly report contains" not in text(each)
    assert "does not say what a yearly report contains" in text(city)


def test_a_kpi_that_ships_stands_in_a_part() -> None:
    shipped = {path.stem for path in (ROOT / "data_contracts" / "kpis").glob("*.yaml")}
    assert shipped == set(articles().part_of)


def test_the_annex_has_the_dimensions_of_its_article_and_decides_nothing() -> None:
    found = of_funding(told(run("binzhou-2023", "40, 42")))
    assert found.kind is Kind.funding
    points = rows(found, "The points that count")
    assert [row[0] for row in points] == ["ana office", "ben office", "cai office"]
    assert [row[3:] for row in points] == [["36.00 / 40.00"], ["40.00 / 40.00"], ["32.00 / 40.00"]]
    decisions = rows(found, "Decisions")
    assert {len(row) for row in decisions} == {4}
    assert all(cell == "" for row in decisions for cell in row[1:])
    assert "this system decides nothing" in text(found)


def test_where_the_article_speaks_of_the_whole_result_all_of_it_stands_in_the_annex() -> None:
    found = of_funding(told(run("foshan-2019", "43")))
    assert [len(row) for row in rows(found, "The points that count")] == [5, 5, 5]


def test_there_is_no_annex_where_no_article_orders_one() -> None:
    with pytest.raises(InvalidInput, match="does not make results count"):
        of_funding(FACTS)


def test_a_department_without_a_score_is_no_zero() -> None:
    bare = {**FACTS, "ranking": [one for one in FACTS["ranking"] if one["department"] != "ben"]}
    said = text(of_department(bare, "ben"))
    assert "This is not a score of zero" in said
    assert "没有得分" in said


def test_names_of_sheets_fit_and_differ(city: Report) -> None:
    for language in ("zh", "en"):
        names = [name for name, _, _ in paper.sheets(city, language)]
        assert len({name.casefold() for name in names}) == len(names)
        assert all(len(name) <= 31 for name in names)


def test_files_are_named_after_whom_they_are_of(ben: Report, city: Report, tmp_path: Path) -> None:
    assert paper.stem(ben, "trial", "ben") == "report-2025-trial-of-ben"
    assert paper.stem(city, "trial") == "report-2025-trial-city"
