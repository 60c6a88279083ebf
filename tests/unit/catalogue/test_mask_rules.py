"""The masks that a provider accepts, in the contract and against a scenario; coding bounds."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from catalogue_texts import CONTRACT, SCENARIO, line_of, write_texts

from workbench.catalogue.city import check_city, load_city
from workbench.catalogue.contracts import contract_of
from workbench.catalogue.write import odcs_of, scenario_dict, to_yaml
from workbench.declared.findings import Severity
from workbench.declared.yaml import parse
from workbench.model.contract import MaskRule
from workbench.model.grant import Mask, MaskKind
from workbench.policy.visible import mask_text

COUNTY = "          - {property: identifier, value: division_code}\n"
BORN = "        physicalType: DATE\n"
INCOME = "        physicalType: DECIMAL(18, 2)\n"
R = "resources[person].columns"


def contract(value: str, column: str = "county", name: str = "masks") -> str:
    line = f"          - {{property: {name}, value: {value}}}\n"
    if column == "county":
        return CONTRACT.replace(COUNTY, COUNTY + line, 1)
    anchor = {"born": BORN, "income": INCOME}[column]
    return CONTRACT.replace(anchor, f"{anchor}        customProperties:\n{line}", 1)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("county", "[pseudonym, {kind: division, levels: [county, city]}]",
         (MaskRule("pseudonym"), MaskRule("division", ("county", "city")))),
        ("county", "[{kind: division}]", (MaskRule("division"),)),
        ("born", "[{kind: date, levels: [week, year]}]", (MaskRule("date", ("week", "year")),)),
        ("income", "[bucket, coding]", (MaskRule("bucket"), MaskRule("coding"))),
    ],
)  # fmt: skip
def test_what_a_provider_accepts_is_read_and_written(
    tmp_path: Path, column: str, value: str, expected: tuple[MaskRule, ...]
) -> None:
    found = contract_of(parse(contract(value, column).encode(), "x"), tmp_path)
    assert [f for f in found.findings if f.severity is Severity.error] == []
    assert found.resource is not None
    read = found.resource.column(column)
    assert read is not None
    assert (read.masks, read.mask_required) == (expected, False)
    again = contract_of(parse(to_yaml(odcs_of(found.resource)).encode(), "x"), tmp_path).resource
    assert again is not None
    assert again.column(column) == read


@pytest.mark.parametrize(
    ("column", "value", "problem", "fix"),
    [
        ("county", "[]", "no mask is listed", "[pseudonym]"),
        ("county", "pseudonym", "list", "[pseudonym]"),
        ("county", "[psuedonym]", "not a known value", "pseudonym"),
        ("county", "[{kind: date, levels: [year]}]", "does not fit county", "division"),
        ("county", "[industry]", "does not fit county", "pseudonym, partial, division"),
        ("county", "[{kind: division, levels: [twon]}]", "level twon", "Did you mean town?"),
        ("county", "[{kind: division, levels: []}]", "no level", "remove levels"),
        ("county", "[{kind: pseudonym, levels: [city]}]", "has no levels", "Remove levels"),
        ("county", "[pseudonym, pseudonym]", "listed twice", "one of them"),
        ("county", "[{kind: division, level: city}]", "unknown key level", "levels"),
        ("born", "[{kind: date, levels: [day]}]", "level day", "week"),
        ("born", "[coding]", "does not fit born", "date"),
    ],
)
def test_a_wrong_list_is_found_on_its_line(
    tmp_path: Path, column: str, value: str, problem: str, fix: str
) -> None:
    text = contract(value, column)
    found = contract_of(parse(text.encode(), "x"), tmp_path).findings
    hits = [f for f in found if f.severity is Severity.error and problem in f.problem.en]
    assert len(hits) == 1, [f.problem.en for f in found]
    assert hits[0].line == line_of(text, "          - {property: masks")
    assert fix in hits[0].fix.en


def errors(root: Path, contract_text: str, scenario: str) -> list[tuple[str, int, str, str, str]]:
    findings = check_city(write_texts(root, contract=contract_text, scenario=scenario))
    return [
        (f.file, f.line, f.key, f.problem.en, f.fix.en)
        for f in findings
        if f.severity is Severity.error
    ]


@pytest.mark.parametrize(
    ("accepts", "key", "problem", "fix"),
    [
        ("[pseudonym]", "county.mask.kind", "does not accept the mask division",
         "It accepts: pseudonym."),
        ("[pseudonym, {kind: division, levels: [county]}]", "county.mask.level",
         "does not accept the level city", "It accepts: pseudonym; division (county)."),
    ],
)  # fmt: skip
def test_a_scenario_that_masks_otherwise_is_wrong(
    tmp_path: Path, accepts: str, key: str, problem: str, fix: str
) -> None:
    (found,) = errors(tmp_path, contract(accepts), SCENARIO)
    assert found[:3] == (
        "data_contracts/scenarios/income_study.yaml",
        line_of(SCENARIO, "      county:"),
        f"{R}.{key}",
    )
    assert problem in found[3]
    assert fix in found[4]


@pytest.mark.parametrize(
    "accepts", ["[division]", "[{kind: division, levels: [city]}]", "[partial, division]"]
)
def test_one_that_masks_as_accepted_is_right(tmp_path: Path, accepts: str) -> None:
    assert errors(tmp_path, contract(accepts), SCENARIO) == []


def test_a_plain_value_where_a_mask_is_required_is_wrong(tmp_path: Path) -> None:
    required = contract("true", "county", "maskRequired")
    assert errors(tmp_path, required, SCENARIO) == []  # it is masked there
    plain = SCENARIO.replace("{use: value, mask: {kind: division, level: city}}", "value")
    (found,) = errors(tmp_path, required, plain)
    assert found[:3] == (
        "data_contracts/scenarios/income_study.yaml",
        line_of(plain, "      county:"),
        f"{R}.county",
    )
    assert "asks for a mask on county" in found[3]
    assert "county: {use: value, mask: pseudonym}" in found[4]
    both = required.replace(COUNTY, COUNTY + "          - {property: masks, value: "
                            "[{kind: division, levels: [county, city]}]}\n", 1)  # fmt: skip
    (found,) = errors(tmp_path, both, plain)
    assert "mask: {kind: division, level: city}" in found[4]
    assert errors(tmp_path, both, plain.replace("county: value", "county: join_key")) == []
    assert errors(tmp_path, both, SCENARIO) == []


def test_a_mask_is_advised_that_is_itself_accepted(tmp_path: Path) -> None:
    """For each kind that fits income: what the error says to write is right when it is written."""
    for kind in ("pseudonym", "partial", "bucket", "coding"):
        listed = f"value: [{kind}]}}\n"
        required = "          - {property: maskRequired, value: true}\n"
        text = contract(f"[{kind}]", "income").replace(listed, listed + required, 1)
        plain = SCENARIO.replace("{use: value, mask: {kind: bucket, width: 1000}}", "value")
        (found,) = errors(tmp_path, text, plain)
        advised = found[4].split("income: ", 1)[1].split("}. ")[0] + "}"
        assert errors(tmp_path, text, plain.replace("income: value", f"income: {advised}")) == []


@pytest.mark.parametrize(
    ("mask", "expected", "shown"),
    [
        ("{kind: coding, bottom: 0, top: 50000000}", (0, 50_000_000), "coding:0..50000000"),
        ("{kind: coding, top: 0.25}", (None, Decimal("0.25")), "coding:..0.25"),
        ('{kind: coding, bottom: "-1234567890123456.78"}', (Decimal("-1234567890123456.78"), None),
         "coding:-1234567890123456.78.."),
    ],
)  # fmt: skip
def test_bounds_of_a_coding_are_exact(
    tmp_path: Path, mask: str, expected: tuple[object, object], shown: str
) -> None:
    scenario = SCENARIO.replace("{kind: bucket, width: 1000}", mask)
    city = load_city(write_texts(tmp_path, scenario=scenario))
    granted = city.scenarios["income_study"].resources[0].columns[3]
    assert granted.mask is not None
    assert (granted.mask.kind, granted.mask.bottom, granted.mask.top) == (
        MaskKind.coding, *expected,
    )  # fmt: skip
    assert mask_text(granted.mask) == shown
    again = to_yaml(scenario_dict(city.scenarios["income_study"]))
    assert load_city(write_texts(tmp_path, scenario=again)).scenarios == city.scenarios


@pytest.mark.parametrize(
    ("column", "mask", "key", "problem"),
    [
        ("income", "{kind: coding}", "mask", "neither bottom nor top"),
        ("income", "{kind: coding, bottom: 5, top: 5}", "mask.top", "below top"),
        ("income", "{kind: coding, bottom: 9, top: 5}", "mask.top", "below top"),
        ("income", "{kind: coding, top: many}", "mask.top", "does not fit"),
        ("income", "{kind: coding, top: 0.125}", "mask.top", "does not fit into DECIMAL(18,2)"),
        ("income", "{kind: coding, top: 1e17}", "mask.top", "does not fit into DECIMAL(18,2)"),
        ("income", "{kind: coding, top: true}", "mask.top", ""),
        ("income", "{kind: coding, width: 5, top: 1}", "mask.width", "has no width"),
        ("income", "{kind: bucket, width: 5, top: 1}", "mask.top", "has no top"),
        ("county", "{kind: coding, top: 1}", "mask.kind", "does not fit county"),
        ("born", "{kind: coding, top: 1}", "mask.kind", "does not fit born"),
        ("born", "{kind: date, level: day}", "mask.level", "level day is not known"),
        ("county", "{kind: industry, level: class}", "mask.kind", "does not fit county"),
    ],
)
def test_a_wrong_coding_or_level_is_found_on_its_line(
    tmp_path: Path, column: str, mask: str, key: str, problem: str
) -> None:
    line = next(line for line in SCENARIO.splitlines() if line.startswith(f"      {column}:"))
    scenario = SCENARIO.replace(line, f"      {column}: {{use: value, mask: {mask}}}")
    found = errors(tmp_path, CONTRACT, scenario)
    assert any(
        one[1] == line_of(scenario, f"      {column}:")
        and one[2] == f"{R}.{column}.{key}"
        and problem in one[3]
        for one in found
    ), found


@pytest.mark.parametrize("level", ["week", "month", "quarter", "year"])
def test_levels_of_a_date(tmp_path: Path, level: str) -> None:
    scenario = SCENARIO.replace("{kind: date, level: year}", f"{{kind: date, level: {level}}}")
    assert errors(tmp_path, CONTRACT, scenario) == []
    city = load_city(write_texts(tmp_path, scenario=scenario))
    granted = city.scenarios["income_study"].resources[0].columns[2]
    assert granted.mask == Mask(MaskKind.date, level=level)
