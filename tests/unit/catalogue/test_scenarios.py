"""Each way to get a scenario wrong, and the grants that a right one gives."""

# ruff: noqa: E501 (the table of mistakes reads better with long lines)
from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from catalogue_texts import CONTRACT, SCENARIO, line_of, write_texts

from workbench.catalogue.city import check_city, load_city
from workbench.catalogue.scenarios import grants_of
from workbench.declared.findings import Severity
from workbench.errors import InvalidInput
from workbench.model.contract import SharingMode
from workbench.model.grant import (
    ColumnGrant,
    DisclosureRules,
    Mask,
    MaskKind,
    Operator,
    OriginKind,
    RowCondition,
    Use,
)

R = "resources[person]"
WRONG = [
    # written, instead written, line that begins with, key, problem, fix
    ("purpose: 研究\n", "", "id: income", "purpose", "missing", "Add purpose"),
    ("purpose: 研究", "purpsoe: 研究", "purpsoe", "purpsoe", "unknown key", "purpose"),
    ('version: "1"', "version: 1", "version", "version", "must be text", '"1"'),
    ("id: income_study", "id: 收入/研究", "id", "id", "letters", "house_price_watch"),
    ("valid_until: 2027-12-31\n", "", "id: income", "valid_until", "missing", "Add valid_until"),
    ("valid_until: 2027-12-31", "valid_until: 2027", "valid_until", "valid_until", "not a date", "2026-11-30"),
    ("valid_until: 2027-12-31", "valid_until: 2025-12-31", "valid_until", "valid_until", "before", "Mend"),
    ("valid_until: 2027-12-31", "valid_until: 2027-02-30", "valid_until", "valid_until", "not a date", "2026"),
    ("departments: [drc]\npages", "departments: [dcr]\npages", "departments", "departments[0]",
     "no department dcr", "Did you mean drc?"),
    ("departments: [drc]\npages", "departments: drc\npages", "departments", "departments", "list", "[drc]"),
    ("departments: [drc]\npages", "departments: [drc, drc]\npages", "departments", "departments[1]",
     "twice", "Keep one"),
    ("viewers: [wang], viewer_departments: [drc]", "viewers: []", "  - {id: overview", "pages[overview]",
     "nobody", "viewers"),
    ("viewer_departments: [drc]}", "viewer_departments: [health, police]}", "  - {id: overview",
     "pages[overview].viewer_departments[1]", "no department police", "drc"),
    ("resource: person", "resource: persons", "  - resource", "resources[persons].resource",
     "no resource persons", "Did you mean person?"),
    ("    mode: obtain", "    mode: copy", "    mode", f"{R}.mode", "'copy'", "obtain"),
    ("    mode: obtain\n", "", "  - resource", f"{R}.mode", "missing", "Add mode"),
    ("      married: value", "      maried: value", "      maried", f"{R}.columns.maried", "no column",
     "Did you mean married?"),
    ("      married: value", "      MARRIED: value\n      married: value", "      married",
     f"{R}.columns.married", "twice", "Keep one"),
    ("      married: value", "      note: value", "      note", f"{R}.columns.note",
     "without a classification cannot be granted", "in the contract"),
    ("      married: value", "      married: vlaue", "      married", f"{R}.columns.married",
     "'vlaue'", "Did you mean value?"),
    ("      married: value", "      married: {use: value, maks: pseudonym}", "      married",
     f"{R}.columns.married.maks", "unknown key", "mask"),
    ("      married: value", "      married: {use: value, mask: pseudonym}", "      married",
     f"{R}.columns.married.mask.kind", "does not fit married (BOOLEAN)", "No mask"),
    ("      id: join_key", "      id: {use: join_key, mask: pseudonym}", "      id: {",
     f"{R}.columns.id.mask", "use value", "Remove the mask"),
    ("mask: {kind: division, level: city}", "mask: {kind: date, level: month}", "      county",
     f"{R}.columns.county.mask.kind", "does not fit", "pseudonym, partial, division"),
    ("mask: {kind: division, level: city}", "mask: {kind: industry, level: group}", "      county",
     f"{R}.columns.county.mask.kind", "does not fit", "division"),
    ("mask: {kind: division, level: city}", "mask: {kind: division, level: village}", "      county",
     f"{R}.columns.county.mask.level", "level village", "province"),
    ("mask: {kind: division, level: city}", "mask: {kind: division}", "      county",
     f"{R}.columns.county.mask.level", "level None", "province"),
    ("mask: {kind: division, level: city}", "mask: {kind: partial}", "      county",
     f"{R}.columns.county.mask", "which characters", "keep_first"),
    ("mask: {kind: division, level: city}", "mask: {kind: partial, keep_first: -1}", "      county",
     f"{R}.columns.county.mask.keep_first", "out of range", "at least 0"),
    ("mask: {kind: division, level: city}", "mask: {kind: division, level: city, width: 3}", "      county",
     f"{R}.columns.county.mask.width", "no width", "level"),
    ("mask: {kind: date, level: year}", "mask: {kind: bucket, width: 3}", "      born",
     f"{R}.columns.born.mask.kind", "does not fit", "date"),
    ("mask: {kind: bucket, width: 1000}", "mask: {kind: division, level: city}", "      income",
     f"{R}.columns.income.mask.kind", "does not fit", "bucket"),
    ("mask: {kind: bucket, width: 1000}", "mask: {kind: bucket}", "      income",
     f"{R}.columns.income.mask", "exactly one", "width"),
    ("mask: {kind: bucket, width: 1000}", "mask: {kind: bucket, width: 0}", "      income",
     f"{R}.columns.income.mask.width", "above 0", "width"),
    ("mask: {kind: bucket, width: 1000}", "mask: {kind: bucket, edges: [1, 5, 5]}", "      income",
     f"{R}.columns.income.mask.edges", "rise", "edges"),
    ("column: county, op: starts", "column: county_, op: starts", "      - {column: county_",
     f"{R}.rows[county_].column", "no column", "Did you mean county?"),
    ("op: starts with", "op: like", "      - {column: county, op: like", f"{R}.rows[county].op", "'like'",
     "Write one of"),
    ('value: "9901"', "value: 9901", "      - {column: county, op: st", f"{R}.rows[county].value",
     "does not fit county, which is VARCHAR", '"9901"'),
    ("column: born, op: between", "column: born, op: starts with", "      - {column: born",
     f"{R}.rows[born].op", "does not work", "="),
    ("[1950-01-01, 2000-12-31]", "[1950-01-01, '2000']", "      - {column: born",
     f"{R}.rows[born].values[1]", "DATE", "2026-11-30"),
    ("[1950-01-01, 2000-12-31]", "[2000-12-31, 1950-01-01]", "      - {column: born",
     f"{R}.rows[born].values", "no row fits", "smaller"),
    ("[1950-01-01, 2000-12-31]", "[1950-01-01]", "      - {column: born", f"{R}.rows[born]", "two values",
     "values"),
    ("value: 10.5", "value: ten", "      - {column: income", f"{R}.rows[income].value", "DECIMAL(18,2)",
     "without quotes"),
    ("value: 10.5", "values: [10.5]", "      - {column: income", f"{R}.rows[income]", "one value",
     "not values"),
    ("value: true", "value: 1", "      - {column: married", f"{R}.rows[married].value", "BOOLEAN",
     "true or false"),
    ("op: is not null", "op: is not null, value: 1", "      - {column: note", f"{R}.rows[note]",
     "no value", "Remove"),
    ('values: ["990101", "990102"]', "values: []", "      - {column: county, op: in", f"{R}.rows[county]",
     "something in it", "values"),
    ("    disclosure: {k: 5,", "    disclosure: {k: 0,", "    disclosure", f"{R}.disclosure.k",
     "out of range", "at least 1"),
    ("dominance: {n: 2, k: 0.85}", "dominance: {n: 2}", "    disclosure", f"{R}.disclosure.dominance.k",
     "missing", "Add k"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "begins", "key", "problem", "fix"), WRONG)
def test_a_mistake_is_found_with_line_key_and_fix(
    tmp_path: Path, old: str, new: str, begins: str, key: str, problem: str, fix: str
) -> None:
    assert old in SCENARIO
    text = SCENARIO.replace(old, new, 1)
    findings = check_city(write_texts(tmp_path, scenario=text))
    errors = [f for f in findings if f.severity is Severity.error]
    hits = [f for f in errors if f.key == key and problem in f.problem.en]
    assert hits, [(f.key, f.problem.en) for f in findings]
    assert hits[0].file == "data_contracts/scenarios/income_study.yaml"
    assert hits[0].line == line_of(text, begins)
    assert fix in hits[0].fix.en


def test_a_resource_that_is_not_shared_cannot_be_granted(tmp_path: Path) -> None:
    at = CONTRACT.index("customProperties:\n  - {property: titleEn")
    contract = CONTRACT[:at] + (
        "customProperties:\n"
        "  - {property: provider, value: health}\n"
        "  - {property: libraryKind, value: base}\n"
        "  - {property: sharingType, value: not_shared}\n"
        "  - {property: legalBasis, value: 某法第一条}\n"
    )
    found = check_city(write_texts(tmp_path, contract=contract))
    (error,) = [f for f in found if f.severity is Severity.error]
    assert error.key == f"{R}.resource"
    assert "Foshan 2019 art. 12" in error.problem.en
    assert "Aba 2024 art. 25" in error.fix.en


def test_a_scenario_cannot_give_more_than_the_contract(tmp_path: Path) -> None:
    contract = CONTRACT.replace("sharingMode, value: obtain", "sharingMode, value: statistics")
    found = check_city(write_texts(tmp_path, contract=contract))
    (error,) = [f for f in found if f.severity is Severity.error]
    assert error.key == f"{R}.mode"
    assert error.fix.en == "Write mode: statistics."


def test_modes_and_uses_are_presets_of_what_arrives(tmp_path: Path) -> None:
    scenario = SCENARIO.replace("mode: obtain", "mode: statistics")
    scenario = scenario.replace("married: value", "married: compare")
    root = write_texts(tmp_path, scenario=scenario)
    assert [f for f in check_city(root) if f.file.endswith("income_study.yaml")] == []
    assert load_city(root).scenarios["income_study"].resources[0].mode is SharingMode.statistics

    scenario = SCENARIO.replace("mode: obtain", "mode: view")
    scenario = scenario.replace("married: value", "married: join_key")
    warnings = check_city(write_texts(tmp_path, scenario=scenario))
    assert (Severity.warning, f"{R}.columns.married") in [(f.severity, f.key) for f in warnings]


def test_statistics_need_somebody_to_count(tmp_path: Path) -> None:
    contract = CONTRACT.replace("          - {property: entityKey, value: true}\n", "")
    scenario = SCENARIO.replace("mode: obtain", "mode: statistics")
    found = check_city(write_texts(tmp_path, contract=contract, scenario=scenario))
    (error,) = [f for f in found if f.severity is Severity.error]
    assert error.key == f"{R}.resource"
    assert "entityKey: true" in error.fix.en


def test_a_broken_contract_does_not_make_its_scenarios_wrong(tmp_path: Path) -> None:
    contract = CONTRACT.replace("physicalType: DATE", "physicalType: DAET")
    contract = contract.replace("value: base", "value: basis")
    found = check_city(write_texts(tmp_path, contract=contract))
    assert {f.file for f in found if f.severity is Severity.error} == {
        "data_contracts/resources/person.odcs.yaml"
    }


def test_load_raises_the_errors_with_their_places(tmp_path: Path) -> None:
    text = SCENARIO.replace("purpose: 研究\n", "").replace("value: true", "value: 1")
    with pytest.raises(InvalidInput) as caught:
        load_city(write_texts(tmp_path, scenario=text))
    reasons = caught.value.reasons
    assert [r.subject for r in reasons] == ["data_contracts/scenarios/income_study.yaml:1"]
    assert caught.value.exit_code == 2
    assert "purpose" in reasons[0].what.en
    assert reasons[0].next is not None


def test_what_a_scenario_says(tmp_path: Path) -> None:
    scenario = load_city(write_texts(tmp_path)).scenarios["income_study"]
    (use,) = scenario.resources
    assert use.columns == (
        ColumnGrant("id", Use.join_key),
        ColumnGrant("county", Use.value, Mask(MaskKind.division, level="city")),
        ColumnGrant("born", Use.value, Mask(MaskKind.date, level="year")),
        ColumnGrant("income", Use.value, Mask(MaskKind.bucket, width=1000)),
        ColumnGrant("married", Use.value),
    )
    assert use.rows == (
        RowCondition("county", Operator.starts_with, ("9901",)),
        RowCondition("born", Operator.between, (date(1950, 1, 1), date(2000, 12, 31))),
        RowCondition("income", Operator.ge, (10.5,)),
        RowCondition("married", Operator.eq, (True,)),
        RowCondition("note", Operator.is_not_null),
        RowCondition("county", Operator.in_, ("990101", "990102")),
    )
    assert use.disclosure == DisclosureRules(5, 2, 0.85, 10)
    assert scenario.pages[0].viewers == {"wang"}


def test_departments_and_pages_get_a_grant_for_each_resource(tmp_path: Path) -> None:
    scenario = load_city(write_texts(tmp_path)).scenarios["income_study"]
    department, page = grants_of(scenario)
    assert department.id == "income_study/drc/person"
    assert (page.id, page.department) == ("income_study/page:overview/person", "page:overview")
    assert department.origin.kind is OriginKind.scenario
    assert department.origin.reference == "income_study@1"
    assert department.origin.approver == "主管部门"
    assert (department.valid_from, department.valid_until) == (date(2026, 1, 2), date(2027, 12, 31))
    assert department.columns == page.columns == scenario.resources[0].columns
    assert department.rows == scenario.resources[0].rows
    assert department.mode is SharingMode.obtain
