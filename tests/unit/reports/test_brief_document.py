"""A brief as a value: each figure knows its statement and entry; what is withheld is said so."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_brief import CITY, MONTH, answered, made, outline

from workbench.client.export.document import keep_document
from workbench.errors import Code, Refused, StatementWrong, WorkbenchError, simple
from workbench.reports.asking import ask
from workbench.reports.changes import differing
from workbench.reports.kept import Kept
from workbench.reports.making import brief
from workbench.reports.model import Document, Paragraph, Table


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    return made(tmp_path_factory.mktemp("brief"))


def said(document: Document, section: int, block: int, language: str) -> str:
    found = document.sections[section].blocks[block]
    assert isinstance(found, Paragraph)
    return "".join(getattr(run, language) for run in found.text)


def test_a_sentence_says_its_figures_in_the_order_of_each_language(document: Document) -> None:
    assert said(document, 0, 0, "zh") == "税收1.95亿元，同比下降3.1%。"
    assert said(document, 0, 0, "en") == "down 3.1% on a year before: Taxes, 194.90 million yuan."
    numbers = {run.figure for run in document.sections[0].blocks[0].text if run.figure}  # type: ignore[union-attr]
    assert len(numbers) == 2
    assert said(document, 0, 2, "zh") == "合计 38 分，过热。"
    assert said(document, 0, 2, "en") == "too hot: 38 points."


def test_each_figure_knows_where_it_comes_from(document: Document) -> None:
    assert [figure.number for figure in document.figures] == [*range(1, len(document.figures) + 1)]
    by = {figure.key: figure for figure in document.figures}
    tax = by["all.2/taxes/value"]
    assert (tax.value, tax.zh, tax.entry) == (194901882.0, "1.95亿元", 447)
    assert tax.asked is not None
    asked = document.asked[tax.asked - 1]
    assert (asked.block, asked.statement) == ("all.2", "select rows")
    assert len(asked.digest) == 64
    assert asked.sources


def test_what_is_withheld_is_said_and_never_guessed(document: Document) -> None:
    table = document.sections[1].blocks[1]
    assert isinstance(table, Table)
    assert [cell[0].zh for cell in table.rows[1]] == ["就业", "未放行", "未放行", "未放行"]
    assert not [f for f in document.figures if f.key.startswith("all.2/jobs")]
    assert table.rows[0][3][0].light == "light_blue"


def test_what_has_no_data_yet_is_said(document: Document) -> None:
    assert "尚无数据" in said(document, 1, 4, "zh")


def test_a_table_of_too_few_is_withheld_and_the_others_stand(tmp_path: Path) -> None:
    found, fake = outline(tmp_path), answered()
    few = simple(Code.near_unique, "几乎都不同", "The values are nearly all different.")
    fake.answer("select steps", few)
    document = brief(found, ask(fake, found, MONTH), MONTH, CITY, None)
    assert "withheld, there are too few" in said(document, 1, 3, "en")
    assert document.figures
    fake.answer("select steps", simple(Code.not_granted, "未授权", "It is not granted."))
    with pytest.raises(WorkbenchError):  # any other refusal is the brief's
        ask(fake, found, MONTH)


def test_the_parameters_are_in_the_digest_of_a_statement(tmp_path: Path) -> None:
    one, other = made(tmp_path), made(tmp_path, month=made(tmp_path).month.replace(month=8))
    assert one.asked[0].parameters == {"month": "2026-09-01"}
    assert one.asked[0].digest != other.asked[0].digest
    assert one.asked[3].digest == other.asked[3].digest  # it names no month


def test_a_column_that_is_not_there_is_told(tmp_path: Path) -> None:
    found = outline(tmp_path)
    fake = answered()
    fake.answer("select rows", fake.sql("select told").table)
    with pytest.raises(StatementWrong, match=r"all\.2 has no column"):
        ask(fake, found, made(tmp_path).month)


def test_a_document_is_read_back_as_it_was(document: Document, tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept")
    digest = kept.keep(document)
    assert digest == document.digest
    assert kept.document(digest) == document
    assert kept.find(digest[:6]) == digest
    path = tmp_path / "kept" / digest / "brief.json"
    path.write_bytes(path.read_bytes().replace(b"1.95", b"2.95"))
    with pytest.raises(Exception, match="changed on disk"):
        kept.document(digest)


def test_what_changed_and_what_was_revised(tmp_path: Path) -> None:
    before = made(tmp_path, course=1.4e8, month=made(tmp_path).month.replace(month=8))
    now = made(tmp_path, before=before)
    found = differing(before, now)
    assert [each.key for each in found.revised] == ["all.3/value"]
    (revised,) = found.revised
    assert (revised.before.value, revised.now.value) == (1.4e8, 1.5e8)
    assert now.before == before.digest
    text = " ".join(f"{f.zh} {f.key}" for f in now.figures if f.key.startswith("changes/"))
    assert "1.40亿元" in text
    assert "+1,000.00万元" in text
    again = differing(now, made(tmp_path, before=now))
    assert again.revised == ()


def test_each_release_is_entered_with_the_documents_digest(tmp_path: Path) -> None:
    fake, found = answered(), outline(tmp_path)
    answers = ask(fake, found, made(tmp_path).month)
    releases = [each.release for each in answers.values() if each.release]
    keep_document(releases, "brief-2026-09.json", b"{}")
    assert len(fake.exported) == len(releases) == 6
    assert {order["format"] for order in fake.exported} == {"json"}
    fake.refuses_exports = simple(Code.export_not_allowed, "不可。", "No.")
    with pytest.raises(Refused, match="No"):
        keep_document(releases, "brief-2026-09.json", b"{}")
