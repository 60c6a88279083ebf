"""Each way to get a contract wrong, with the line, the key and what to write instead."""

# ruff: noqa: E501 (the tables of mistakes read better with long lines)
from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from catalogue_texts import CONTRACT, line_of, write_texts

from workbench.catalogue.city import check_city
from workbench.catalogue.contracts import contract_of
from workbench.declared.findings import Severity
from workbench.declared.yaml import parse
from workbench.model.contract import (
    Classification,
    Column,
    Delivery,
    Identifier,
    Level,
    OpenType,
    Personal,
    QualityRule,
    SharingMode,
    SharingType,
)

WHOLE = [
    # written, instead written, line that begins with, key, problem, fix
    ("apiVersion: v3.1.0", "apiVersion: v2.2.2", "apiVersion", "apiVersion", "v3", "v3.1.0"),
    ("kind: DataContract", "kind: Table", "kind", "kind", "DataContract", "DataContract"),
    ("name: 人员", "nmae: 人员", "nmae", "nmae", "unknown key", "name"),
    ("status: active", "status: alive", "status", "status", "unknown status", "active"),
    ("version: 1.0.0", "version: 1.0", "version", "version", "text", '"1.0"'),
    ("version: 1.0.0", "version: 007", "version", "version", "leading zero", '"007"'),
    ("    path: data/person.csv", "    path: ../person.csv", "    path", "servers[../person.csv].path",
     "inside", "relative"),
    ("    path: data/person.csv", "    path: /etc/passwd", "    path", "servers[/etc/passwd].path",
     "inside", "relative"),
    ("    format: csv", "    format: cvs", "    format", "servers[data/person.csv].format",
     "not read", "Did you mean csv?"),
    ("    encoding: GB18030", "    encoding: big5", "    encoding",
     "servers[data/person.csv].encoding", "unknown encoding", "utf-8"),
    ("    encoding: GB18030", "    delimiter: ';;'", "    delimiter",
     "servers[data/person.csv].delimiter", "one character", ","),
    ("    encoding: GB18030", "    encodnig: GB18030", "    encodnig",
     "servers[data/person.csv].encodnig", "unknown key", "encoding"),
    ("  - name: person", "  - name: information_schema", "  - name: inf", "schema[information_schema].name",
     "engine", "house_prices"),
    ("  - name: person", "  - name: 'a b'", "  - name: 'a", "schema[a b].name", "letter", "house_prices"),
]  # fmt: skip
COLUMN = [
    ("      - name: county", "      - name: ID", "      - name: ID", "schema[person].properties[ID].name",
     "name of id", "Rename"),
    ("      - name: county", "      - name: 'a\"b'", "      - name: 'a",
     "schema[person].properties[a\"b].name", "quotes", "underscores"),
    ("        physicalType: DATE", "        physicalTyp: DATE", "        physicalTyp:",
     "schema[person].properties[born].physicalTyp", "unknown key", "physicalType"),
    ("        physicalType: DATE", "        physicalType: DAET", "        physicalType: DAET",
     "schema[person].properties[born].physicalType", "not supported", "Did you mean DATE?"),
    ("        physicalType: DATE", "        physicalType: INTEGER[]", "        physicalType: INTEGER[]",
     "schema[person].properties[born].physicalType", "not supported", "INTEGER"),
    ("        physicalType: DATE", "        physicalType: DATE\n        logicalType: number",
     "        logicalType: number", "schema[person].properties[born].logicalType", "does not fit", "date"),
    ("        physicalType: DATE", "        physicalType: DATE\n        physicalName: b",
     "        physicalName", "schema[person].properties[born].physicalName", "by name", "Remove"),
    ("        physicalType: DATE", "        physicalType: DATE\n        properties: [{name: x}]",
     "        properties: [", "schema[person].properties[born].properties", "nested", "one column"),
    ("        required: true", "        required: yes", "        required",
     "schema[person].properties[id].required", "true or false", "Write true or false."),
    ("        unique: true", "        unique: 'true'", "        unique",
     "schema[person].properties[id].unique", "true or false", "Write true or false."),
    ("general-3", "3", "        classification: 3",
     "schema[person].properties[county].classification", "must be text", '"3"'),
    ("general-3", "generl", "        classification: generl",
     "schema[person].properties[county].classification", "GB/T 43697", "Did you mean general?"),
    ("general-3", "general-0", "        classification: general-0",
     "schema[person].properties[county].classification", "GB/T 43697", "general"),
    ("general-3", "机密", "        classification: 机密",
     "schema[person].properties[county].classification", "secrets", "out of the workbench"),
    ("general-3", "Top Secret", "        classification: Top",
     "schema[person].properties[county].classification", "secrets", "out of the workbench"),
    ("{property: personal, value: sensitive}", "{property: personal, value: maybe}", "{property: personal",
     "schema[person].properties[id].customProperties[personal].value", "'maybe'", "sensitive"),
    ("{property: personal, value: sensitive}", "{property: personl, value: sensitive}",
     "{property: personl", "schema[person].properties[id].customProperties[personl].value", "unknown key",
     "Did you mean personal?"),
    ("{property: personal, value: sensitive}", "{property: personal, value: 'no'}",
     "{property: personal", "schema[person].properties[id].customProperties[personal].value",
     "personal information", "sensitive"),
    ("{property: personal, value: sensitive}", "{property: secrecy, value: work}\n"
     "          - {property: personal, value: sensitive}", "{property: secrecy",
     "schema[person].properties[id].customProperties[secrecy].value", "secrets", "out of the workbench"),
    ("{property: entityKey, value: true}", "{property: identifier, value: credit_code}",
     "{property: identifier, value: credit_code}",
     "schema[person].properties[id].customProperties[identifier].property", "twice", "Keep one"),
    ("        physicalType: VARCHAR\n        classification: general-3",
     "        physicalType: BIGINT\n        classification: general-3",
     "        physicalType: BIGINT", "schema[person].properties[county].physicalType", "loses zeros", "VARCHAR"),
    ("minimum: 0,", "minimun: 0,", "        logicalTypeOptions: {minimun",
     "schema[person].properties[income].logicalTypeOptions.minimun", "not checked", "Did you mean minimum?"),
    ("minimum: 0,", "minimum: '0',", "        logicalTypeOptions: {minimum: '0'",
     "schema[person].properties[income].logicalTypeOptions.minimum", "number", "without quotes"),
    ("minimum: 0,", "minimum: 2000000,", "        logicalTypeOptions: {minimum: 2",
     "schema[person].properties[income].logicalTypeOptions", "above", "Swap"),
    ("pattern: '[0-9]{4}'", "pattern: '[0-9'", "        logicalTypeOptions: {pattern",
     "schema[person].properties[note].logicalTypeOptions.pattern", "pattern is wrong", "RE2"),
    ("pattern: '[0-9]{4}'", "pattern: '(?=x)y'", "        logicalTypeOptions: {pattern",
     "schema[person].properties[note].logicalTypeOptions.pattern", "look-around", "RE2"),
    ("minLength: 4,", "minLength: -1,", "        logicalTypeOptions: {pattern",
     "schema[person].properties[note].logicalTypeOptions.minLength", "number", "without quotes"),
    ("        physicalType: bool", "        physicalType: bool\n        enum: [{value: 'yes'}]",
     "        enum:", "schema[person].properties[married].enum[0].value", "does not fit", "true or false"),
    ("        physicalType: bool", "        physicalType: bool\n        enum: [{valeu: true}]",
     "        enum:", "schema[person].properties[married].enum[0].valeu", "unknown key", "value"),
]  # fmt: skip
QUALITY = [
    ("{metric: nullValues,", "{metric: nulValues,", "{metric: nulValues",
     "schema[person].properties[income].quality[nulValues].metric", "unknown metric", "nullValues"),
    ("mustBeLessThan: 5", "mustBeLessThn: 5", "{metric: nullValues",
     "schema[person].properties[income].quality[nullValues].mustBeLessThn", "unknown key", "mustBeLessThan"),
    ("mustBeLessThan: 5", "mustBeLessThan: 5, mustBe: 1", "{metric: nullValues",
     "schema[person].properties[income].quality[nullValues]", "exactly one", "mustBe: 0"),
    ("mustBeLessThan: 5", "mustBe: none", "{metric: nullValues",
     "schema[person].properties[income].quality[nullValues].mustBe", "number", "without quotes"),
    ("mustBeLessThan: 5", "mustBe: []", "{metric: nullValues",
     "schema[person].properties[income].quality[nullValues].mustBe", "number", "without quotes"),
    ("[county, born]", "[county, [born]]", "{metric: duplicate",
     "schema[person].quality[duplicateValues].arguments.properties", "list of values", "[a, b]"),
    ("unit: percent", "unit: permille", "{metric: nullValues",
     "schema[person].properties[income].quality[nullValues].unit", "unknown unit", "percent"),
    ("{metric: nullValues,", "{metric: rowCount,", "{metric: rowCount, mustBeLess",
     "schema[person].properties[income].quality[rowCount].metric", "level", "schema object"),
    ("{metric: rowCount,", "{metric: nullValues,", "{metric: nullValues, mustBeBetween",
     "schema[person].quality[nullValues].metric", "level", "a column"),
    ("{metric: rowCount,", "{type: sql, query: select 1,", "{type: sql",
     "schema[person].quality[0]", "no SQL", "Write one of"),
    ("[1, 100]", "[100, 1]", "{metric: rowCount",
     "schema[person].quality[rowCount].mustBeBetween", "above", "smaller"),
    ("properties: [county, born]", "properties: [county, bron]", "{metric: duplicate",
     "schema[person].quality[duplicateValues].arguments.properties[1]", "no column bron", "Did you mean born?"),
    (", arguments: {properties: [county, born]}", "", "{metric: duplicate",
     "schema[person].quality[duplicateValues].arguments", "names no columns", "properties"),
]  # fmt: skip
SHARING = [
    ("  - {property: libraryKind, value: base}\n", "", "customProperties:\n  - {property: titleEn",
     "customProperties.libraryKind", "missing", "Add libraryKind"),
    ("{property: libraryKind, value: base}", "{property: libraryKind, value: basis}",
     "  - {property: libraryKind", "customProperties[libraryKind].value", "'basis'", "base"),
    ("{property: provider, value: health}", "{property: provider, value: helth}", "  - {property: provider",
     "customProperties[provider].value", "no department helth", "Did you mean health?"),
    ("{property: sharingType, value: conditional}", "{property: sharingTyp, value: conditional}",
     "  - {property: sharingTyp", "customProperties[sharingTyp].value", "unknown key", "sharingType"),
    ("  - {property: sharingMode, value: obtain}\n", "", "  - {property: sharingType",
     "customProperties[sharingType].value", "without a sharing mode", "view, compare"),
    ("  - {property: sharingConditions, value: {scope: 发改委, purpose: 分析}}\n", "",
     "  - {property: sharingType", "customProperties[sharingType].value", "Heilongjiang 2025 art. 21",
     "{scope:"),
    ("scope: 发改委, ", "", "  - {property: sharingConditions",
     "customProperties[sharingConditions].value.scope", "no scope", "{scope:"),
    ("purpose: 分析", "purpose: 暂无", "  - {property: sharingConditions",
     "customProperties[sharingConditions].value.purpose", "no purpose", "purpose: for what"),
    ("{scope: 发改委, purpose: 分析}", "按需提供", "  - {property: sharingConditions",
     "customProperties[sharingConditions].value", "apart", "{scope:"),
    ("value: 个人信息}", "value: '-'}", "  - {property: sharingReason",
     "customProperties[sharingReason].value", "Binzhou 2023 art. 20", "why it cannot"),
    ("  - {property: legalBasis, value: 某法第一条}\n", "", "customProperties:\n  - {property: titleEn",
     "customProperties", "Binzhou 2023 art. 20", "name the law"),
    ("{property: sharingType, value: conditional}", "{property: sharingType, value: unconditional}",
     "  - {property: sharingConditions", "customProperties[sharingConditions].value",
     "unconditional sharing with conditions", "conditional"),
    ("  - {property: openConditions, value: 科研机构}\n", "", "customProperties:\n  - {property: titleEn",
     "customProperties", "without a condition", "openConditions"),
    ("{property: openType, value: conditional}", "{property: openType, value: not_open}",
     "  - {property: openConditions", "customProperties[openConditions].value", "not opened", "openType"),
    ("value: 2026-01-31}", "value: 31.1.2026}", "  - {property: obtainedOn",
     "customProperties[obtainedOn].value", "not a date", "2026-11-30"),
    ("{property: x-ours, value: anything}", "{property: secrecy, value: 秘密}", "  - {property: secrecy",
     "customProperties[secrecy].value", "Changde 2016 art. 26", "out of the workbench"),
    ("status: active", "status: active\ntags: [涉密]", "tags:", "tags[0]", "secrets", "out of the workbench"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "begins", "key", "problem", "fix"), [*WHOLE, *COLUMN, *QUALITY, *SHARING]
)
def test_a_mistake_is_found_with_line_key_and_fix(
    tmp_path: Path, old: str, new: str, begins: str, key: str, problem: str, fix: str
) -> None:
    assert old in CONTRACT
    text = CONTRACT.replace(old, new, 1)
    findings = check_city(write_texts(tmp_path, contract=text))
    errors = [f for f in findings if f.severity is Severity.error]
    hits = [f for f in errors if f.key == key and problem in f.problem.en]
    assert hits, [(f.key, f.problem.en) for f in findings]
    assert hits[0].file == "data_contracts/resources/person.odcs.yaml"
    assert hits[0].line == line_of(text, begins)
    assert fix in hits[0].fix.en
    assert hits[0].problem.zh != hits[0].problem.en


NOT_SHARED = (
    CONTRACT[: CONTRACT.index("customProperties:\n  - {property: titleEn")]
    + """\
customProperties:
  - {property: provider, value: health}
  - {property: libraryKind, value: base}
  - {property: sharingType, value: not_shared}
  - {property: legalBasis, value: 某法第一条}
"""
)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("  - {property: legalBasis, value: 某法第一条}\n", "", "Foshan 2019 art. 5(3)"),
        ("某法第一条", "暂无", "Aba 2024 art. 24"),
        ("某法第一条}", "某法第一条}\n  - {property: sharingMode, value: obtain}", "only compare"),
        ("某法第一条}", "某法第一条}\n  - {property: openType, value: unconditional}", "public"),
        (
            "某法第一条}",
            "某法第一条}\n  - {property: sharingConditions, value: {scope: x, purpose: y}}",
            "no sharing conditions",
        ),
    ],
)
def test_what_not_shared_rules_out(tmp_path: Path, old: str, new: str, problem: str) -> None:
    good = contract_of(parse(NOT_SHARED.encode(), "x"), tmp_path)
    assert [f for f in good.findings if f.severity is Severity.error] == []
    found = contract_of(parse(NOT_SHARED.replace(old, new).encode(), "x"), tmp_path).findings
    assert [problem in f.problem.en for f in found if f.severity is Severity.error] == [True]


def test_warnings_do_not_stop_a_contract(tmp_path: Path) -> None:
    text = CONTRACT.replace("path: data/person.csv", "path: data/gone.csv").replace(
        "name: county", "name: 县 区"
    )
    text = text.replace("[county, born]", "[born]")
    found = contract_of(parse(text.encode(), "x"), tmp_path)
    assert found.resource is not None
    assert {f.severity for f in found.findings} == {Severity.warning}
    assert [f.problem.en for f in found.findings] == [
        "县 区 has to stand in double quotes in SQL",
        "without a classification it cannot be granted (GB/T 43697)",
        "data/gone.csv is not there",
    ]


def test_personal_columns_in_an_open_resource_are_pointed_out(tmp_path: Path) -> None:
    text = CONTRACT.replace("openType, value: conditional", "openType, value: unconditional")
    text = text.replace("  - {property: openConditions, value: 科研机构}\n", "")
    found = contract_of(parse(text.encode(), "x"), tmp_path).findings
    (warning,) = [f for f in found if "personal information" in f.problem.en]
    assert warning.severity is Severity.warning
    assert warning.problem.en.endswith(": id")


def test_a_link_out_of_the_city_is_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "city"
    root.mkdir()
    (tmp_path / "secret.csv").write_text("x")
    (root / "data").mkdir()
    (root / "data" / "person.csv").symlink_to(tmp_path / "secret.csv")
    found = contract_of(parse(CONTRACT.encode(), "x"), root).findings
    assert any("inside the city" in f.problem.en for f in found)


def test_one_contract_holds_one_table(tmp_path: Path) -> None:
    both = CONTRACT.replace("customProperties:\n  - {property: titleEn", "  - name: other\n"
                            "customProperties:\n  - {property: titleEn")  # fmt: skip
    found = contract_of(parse(both.encode(), "x"), tmp_path)
    assert found.resource is None
    assert "exactly one" in found.findings[0].problem.en


def test_several_mistakes_are_found_at_once(tmp_path: Path) -> None:
    text = CONTRACT.replace("kind:", "knid:").replace("general-3", "generl")
    text = text.replace("unit: percent", "unit: permille").replace("value: base", "value: basis")
    found = contract_of(parse(text.encode(), "x"), tmp_path).findings
    assert (
        len([f for f in found if f.severity is Severity.error]) == 5
    )  # knid is also a missing kind


def test_what_a_contract_says(tmp_path: Path) -> None:
    resource = contract_of(parse(CONTRACT.encode(), "x"), tmp_path).resource
    assert resource is not None
    assert (resource.name, resource.title.zh, resource.title.en) == ("person", "人员", "People")
    assert resource.department == resource.provider == "health"
    assert resource.sharing.type is SharingType.conditional
    assert resource.sharing.mode is SharingMode.obtain
    assert resource.sharing.conditions == "范围：发改委；用途：分析；理由：个人信息"
    assert resource.open_type is OpenType.conditional
    assert resource.obtained_on == date(2026, 1, 31)
    assert resource.deliveries == (Delivery("data/person.csv", "csv", "gb18030"),)
    important = Classification(Level.important)
    assert resource.column("ID") == Column(
        "id", "VARCHAR", classification=important, personal=Personal.sensitive,
        identifier=Identifier.resident_id, entity_key=True, required=True, unique=True,
    )  # fmt: skip
    assert resource.column("income") == Column(
        "income", "DECIMAL(18,2)", classification=important, minimum=0, maximum=1_000_000
    )
    assert resource.column("note") == Column(
        "note", "VARCHAR", pattern="[0-9]{4}", min_length=4, max_length=4
    )
    assert resource.quality == (
        QualityRule("rowCount", "", "mustBeBetween", (1, 100)),
        QualityRule("duplicateValues", "", "mustBe", 0,
                    arguments=(("properties", ("county", "born")),)),
        QualityRule("nullValues", "income", "mustBeLessThan", 5, "percent"),
    )  # fmt: skip


def test_a_primary_key_is_required_and_unique_alone_or_as_a_whole(tmp_path: Path) -> None:
    one = CONTRACT.replace("- name: county", "- name: county\n        primaryKey: true")
    resource = contract_of(parse(one.encode(), "x"), tmp_path).resource
    assert resource is not None
    county = resource.column("county")
    assert county is not None
    assert (county.required, county.unique) == (True, True)

    two = one.replace("- name: born", "- name: born\n        primaryKey: true")
    resource = contract_of(parse(two.encode(), "x"), tmp_path).resource
    assert resource is not None
    county = resource.column("county")
    assert county is not None
    assert (county.required, county.unique) == (True, False)
    assert resource.quality[-1].arguments == (("properties", ("county", "born")),)
