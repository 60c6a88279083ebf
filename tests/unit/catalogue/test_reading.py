"""The mapping of delivered files in a contract: each mistake with its line, and what is read."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from pydantic import BaseModel

from workbench.catalogue.contracts import Contract, contract_of
from workbench.catalogue.date_forms import FORMS, ONLY_TIMESTAMP, moment
from workbench.catalogue.reading_schema import DeliveryProperties, ReadProperties
from workbench.catalogue.types import NOT_STORED
from workbench.catalogue.write import odcs_of, to_yaml
from workbench.declared.findings import errors
from workbench.declared.yaml import parse
from workbench.model.contract import Delivery, Reading, Resource

REPOSITORY = Path(__file__).resolve().parents[3]
PAGE = (REPOSITORY / "docs" / "deliveries.md").read_text("utf-8")
CONTRACT = """apiVersion: v3.1.0
kind: DataContract
id: tax
name: 税收
version: 1.0.0
servers:
  - server: quarterly
    type: local
    path: 税收_*.xlsx
    format: xlsx
    customProperties:
      - {property: sheets, value: [一季度, 二季度]}
      - {property: headerRow, value: 3}
      - {property: footer, value: [合计]}
      - {property: mergedCells, value: repeat}
schema:
  - name: tax
    properties:
      - name: unit
        physicalType: VARCHAR
        classification: general
        customProperties:
          - {property: sourceName, value: [单位名称, 单位]}
          - {property: read, value: {trim: true, digits: fullwidth}}
      - name: amount
        physicalType: DECIMAL(18,2)
        classification: general
        customProperties:
          - {property: sourceName, value: 税额（万元）}
          - {property: read, value: {thousands: ",", unit: {"": 10000, 亿元: 100000000, "%": 0.01}, negative: triangle, prefix: ¥, nullWords: [暂无]}}
      - name: day
        physicalType: DATE
        classification: general
        customProperties:
          - {property: read, value: {date: [yyyy年M月d日, yyyy/M/d]}}
      - name: done
        physicalType: BOOLEAN
        classification: general
        customProperties:
          - {property: read, value: {trueWords: [是], falseWords: [否]}}
customProperties:
  - {property: provider, value: tax_bureau}
  - {property: libraryKind, value: base}
  - {property: sharingType, value: unconditional}
"""  # noqa: E501

MISTAKES = [
    # written, instead written, the problem, what to write
    ("headerRow, value: 3", "headrRow, value: 3", "unknown key headrRow", "headerRow"),
    ("headerRow, value: 3", "headerRow, value: 0", "out of range", "of at least 1"),
    ("footer, value: [合计]", "footer, value: []", "empty", "at least one"),
    ("mergedCells, value: repeat", "mergedCells, value: fill", "not a known value", "repeat"),
    ("format: xlsx", "format: csv", "sheets means nothing for csv", "it is for: xlsx"),
    ("format: xlsx", "format: zip", "which files of the archive", "*.csv"),
    ("format: xlsx", "format: xls", "not read", "xlsx"),
    ("path: 税收_*.xlsx", "path: 2024/税收_*.xlsx", "without folders", "tax_*.xlsx"),
    ("trim: true", "trm: true", "unknown key trm", "trim"),
    ("trim: true", "trim: 1", "true or false", "true or false"),
    ("digits: fullwidth", "digits: full", "not a known value", "fullwidth"),
    ("trim: true,", "thousands: ',',", "thousands means nothing for text", "integer"),
    ('thousands: ","', 'thousands: "."', "not a known value", "'"),
    ("亿元: 100000000", "亿元: 0", "a positive number", "万元: 10000"),
    ("亿元: 100000000", "亿元: -1", "a positive number", "万元: 10000"),
    ("亿元: 100000000", '亿元: "1e4"', "a positive number", "万元: 10000"),
    ("亿元: 100000000", '" 亿元": 1', "no spaces", "万元: 10000"),
    ("亿元: 100000000", "m2: 1", "no digits", "万元: 10000"),
    ("yyyy年M月d日", "yy年M月d日", "not a form of a date", "yyyy年M月d日"),
    ("yyyy年M月d日", "yyyy-M-d H:mm", "not a form of a date", "yyyy-M-d"),
    ("[yyyy年M月d日, yyyy/M/d]", "[d/M/yyyy, M/d/yyyy]", "which day is 02/03/2024", "Keep the one"),
    ("trueWords: [是], falseWords: [否]", "trueWords: [是]", "given together", "falseWords"),
    ("falseWords: [否]", "falseWords: [是]", "given twice", "Keep one"),
    ("value: 税额（万元）", "value: 单位", "means both", "Rename"),
    ("value: 税额（万元）", "value: UNIT", "means both", "Rename"),
    ("[单位名称, 单位]", "[单位, 单位]", "given twice", "企业名称"),
    ("[单位名称, 单位]", "['']", "empty", "企业名称"),
]


def read(text: str, root: Path) -> Contract:
    return contract_of(parse(text.encode(), "tax.odcs.yaml"), root)


@pytest.mark.parametrize(("old", "new", "problem", "fix"), MISTAKES)
def test_each_mistake_names_its_line_and_the_cure(
    old: str, new: str, problem: str, fix: str, tmp_path: Path
) -> None:
    text = CONTRACT.replace(old, new)
    assert text != CONTRACT
    found = errors(read(text, tmp_path).findings)
    assert found
    at_fault = [f for f in found if problem in f.problem.en]
    assert at_fault, [f.problem.en for f in found]
    assert any(fix in f.fix.en for f in at_fault), [f.fix.en for f in at_fault]
    assert all(1 < f.line <= len(text.splitlines()) for f in at_fault)
    assert all(f.problem.zh and f.fix.zh for f in at_fault)


def test_what_a_contract_says_is_what_is_read(tmp_path: Path) -> None:
    found = read(CONTRACT, tmp_path)
    assert not errors(found.findings)
    resource = found.resource
    assert resource is not None
    assert resource.deliveries == ()
    assert resource.arrivals == (
        Delivery(
            "税收_*.xlsx",
            "xlsx",
            sheets=("一季度", "二季度"),
            header_row=3,
            footer=("合计",),
            merged_cells="repeat",
        ),
    )
    unit, amount, day, done = resource.columns
    assert unit.source_names == ("单位名称", "单位")
    assert unit.reading == Reading(trim=True, digits="fullwidth")
    assert amount.reading == Reading(
        thousands=",",
        units=(("", "10000"), ("亿元", "100000000"), ("%", "0.01")),
        negative="triangle",
        prefixes=("¥",),
        null_words=("暂无",),
    )
    assert day.reading == Reading(dates=("yyyy年M月d日", "yyyy/M/d"))
    assert done.reading == Reading(yes=("是",), no=("否",))


def test_a_mapping_written_back_is_read_equal(tmp_path: Path) -> None:
    resource = read(CONTRACT, tmp_path).resource
    assert resource is not None
    archive = Delivery("a.zip", "zip", members="*.jsonl", member_names="gbk", missing_keys="null")
    whole = replace(resource, deliveries=(archive,))
    again = read(to_yaml(odcs_of(whole)), tmp_path)
    assert not errors(again.findings)
    found = again.resource
    assert isinstance(found, Resource)
    assert (found.deliveries, found.arrivals) == (whole.deliveries, whole.arrivals)
    assert [(c.source_names, c.reading) for c in found.columns] == [
        (c.source_names, c.reading) for c in whole.columns
    ]


@pytest.mark.parametrize("type_", sorted(NOT_STORED))
def test_a_type_that_no_extract_holds_is_an_error_of_the_contract(
    type_: str, tmp_path: Path
) -> None:
    text = CONTRACT.replace("physicalType: BOOLEAN", f"physicalType: {type_}")
    (found,) = errors(read(text, tmp_path).findings)
    assert "cannot hold" in found.problem.en
    assert "BIGINT" in found.fix.en


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_form_of_a_date_reads_its_own_example(form: str) -> None:
    example = _EXAMPLES.get(form) or re.sub(
        "[a-zA-Z]+", lambda m: _PARTS.get(m[0], m[0]), form.replace("T", "@")
    ).replace("@", "T")
    found = moment(example, form)
    assert found is not None, example
    assert found.year == 2024
    assert moment(f"{example} ", form) is None
    assert (found.hour, found.minute) == ((8, 5) if form in ONLY_TIMESTAMP else (0, 0))


_PARTS = {"yyyy": "2024", "M": "3", "d": "5", "MM": "03", "yyyyMM": "202403", "H": "8"}
_PARTS |= {"yyyyMMdd": "20240305", "yyyyMMddHHmmss": "20240305080507", "HH": "08"}
_PARTS |= {"mm": "05", "ss": "07", "m": "5", "s": "7"}
_EXAMPLES = {
    "二〇二四年三月五日": "二〇二四年三月五日",
    "excelSerial": "45356",
    "yyyy-MM-ddTHH:mm:ss+08:00": "2024-03-05T08:05:07+08:00",
}


def test_no_day_of_1900_is_read_from_a_serial_that_spreadsheets_count_wrongly() -> None:
    assert moment("60", "excelSerial") is None
    assert str(moment("61", "excelSerial")) == "1900-03-01 00:00:00"


def aliases(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("Keys of a server", aliases(DeliveryProperties)),
        ("Keys of `read`", aliases(ReadProperties)),
        ("Forms of a date", set(FORMS)),
    ],
)
def test_the_page_names_the_keys_of_the_schema_and_no_other(heading: str, known: set[str]) -> None:
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)) == known


def test_the_example_of_the_page_is_a_contract_without_errors(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(apiVersion.*?)```", PAGE, re.DOTALL)
    found = read(example, tmp_path)
    assert not errors(found.findings)
    assert found.resource is not None
    used = {f.name for c in found.resource.columns if c.reading for f in fields(Reading)
            if getattr(c.reading, f.name)}  # fmt: skip
    assert len(used) >= 6
