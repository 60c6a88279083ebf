"""``bands`` and ``membershipTold``: exact, rising, of the column's type, and kept on writing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from catalogue_texts import CONTRACT, line_of

from workbench.catalogue.contracts import contract_of
from workbench.catalogue.write import odcs_of, to_yaml
from workbench.declared.findings import Severity
from workbench.declared.yaml import parse
from workbench.model.contract import FigureStatus

COLUMNS = {
    "income": ("        physicalType: DECIMAL(18, 2)", "DECIMAL(18,2)"),
    "born": ("        physicalType: DATE", "DATE"),
    "married": ("        physicalType: bool", "BOOLEAN"),
}


def with_bands(column: str, bands: str, type_: str = "") -> str:
    line, _ = COLUMNS[column]
    said = f"        physicalType: {type_}" if type_ else line
    if column == "income":
        said += "\n        customProperties:\n          - {property: bands, value: " + bands + "}"
        return CONTRACT.replace(line, said, 1)
    return CONTRACT.replace(line, f"{said}\n        customProperties:\n          - {{property: "
                            f"bands, value: {bands}}}", 1)  # fmt: skip


@pytest.mark.parametrize(
    ("column", "type_", "bands", "expected"),
    [
        ("income", "", "[100000, 1000000]", (Decimal(100000), Decimal(1000000))),
        ("income", "", "[1000000.00]", (Decimal(1000000),)),
        ("income", "", "[0.1, 0.25]", (Decimal("0.1"), Decimal("0.25"))),
        ("income", "DECIMAL(38,4)", '["12345678901234567890.1234"]',
         (Decimal("12345678901234567890.1234"),)),
        ("income", "BIGINT", "[-5, 0, 9007199254740993]",
         (Decimal(-5), Decimal(0), Decimal(9007199254740993))),
        ("income", "DOUBLE", "[0.5, 1e6]", (Decimal("0.5"), Decimal(1000000))),
        ("born", "", "[1960-01-01, '2000-01-01']", (date(1960, 1, 1), date(2000, 1, 1))),
        ("born", "TIMESTAMP", "['2000-01-01T08:00:00']", (datetime(2000, 1, 1, 8),)),
    ],
)  # fmt: skip
def test_edges_are_exact_and_survive_writing(
    tmp_path: Path, column: str, type_: str, bands: str, expected: tuple[object, ...]
) -> None:
    found = contract_of(parse(with_bands(column, bands, type_).encode(), "x"), tmp_path)
    assert [f for f in found.findings if f.severity is Severity.error] == []
    assert found.resource is not None
    read = found.resource.column(column)
    assert read is not None
    assert read.bands == expected
    again = contract_of(parse(to_yaml(odcs_of(found.resource)).encode(), "x"), tmp_path).resource
    assert again is not None
    assert again.column(column) == read


@pytest.mark.parametrize(
    ("column", "type_", "bands", "problem", "fix"),
    [
        ("income", "", "[2, 1]", "rise strictly", "[100000, 1000000]"),
        ("income", "", "[1, 1.0]", "rise strictly", "[100000, 1000000]"),
        ("income", "", "[]", "at least one", "[100000, 1000000]"),
        ("income", "", "['many']", "does not fit", "1000000"),
        ("income", "", "['1_000']", "does not fit", "1000000"),
        ("income", "", "['NaN']", "does not fit", "1000000"),
        ("income", "", "[true]", "does not fit", "without quotes"),
        ("income", "", "5", "list", "[a, b]"),
        ("income", "BIGINT", "[0.5]", "does not fit", "whole number"),
        ("income", "TINYINT", "[200]", "does not fit", "whole number"),
        ("born", "", "[20000101]", "does not fit", "2026-11-30"),
        ("born", "", "['2000-02-30']", "does not fit", "2026-11-30"),
        ("married", "", "[true]", "not for BOOLEAN", "Remove bands"),
        ("born", "VARCHAR", "[a, b]", "not for VARCHAR", "Remove bands"),
    ],
)
def test_a_wrong_edge_is_found_on_its_line(
    tmp_path: Path, column: str, type_: str, bands: str, problem: str, fix: str
) -> None:
    text = with_bands(column, bands, type_)
    found = contract_of(parse(text.encode(), "x"), tmp_path).findings
    hits = [f for f in found if f.severity is Severity.error and problem in f.problem.en]
    assert len(hits) == 1, [f.problem.en for f in found]
    assert hits[0].line == line_of(text, "          - {property: bands")
    assert fix in hits[0].fix.en


def test_how_final_the_figures_are(tmp_path: Path) -> None:
    silent = contract_of(parse(CONTRACT.encode(), "x"), tmp_path).resource
    assert silent is not None
    assert silent.figure_status is FigureStatus.final
    assert "figureStatus" not in to_yaml(odcs_of(silent))
    line = "  - {property: libraryKind, value: base}\n"
    for status in FigureStatus:
        given = line + f"  - {{property: figureStatus, value: {status}}}\n"
        told = contract_of(parse(CONTRACT.replace(line, given).encode(), "x"), tmp_path).resource
        assert told is not None
        assert told.figure_status is status
        again = contract_of(parse(to_yaml(odcs_of(told)).encode(), "x"), tmp_path).resource
        assert again is not None
        assert again.figure_status is status
    wrong = CONTRACT.replace(line, line + "  - {property: figureStatus, value: prelim}\n")
    found = contract_of(parse(wrong.encode(), "x"), tmp_path).findings
    (error,) = [f for f in found if f.severity is Severity.error]
    assert "preliminary" in error.fix.en


def test_whether_a_comparison_may_tell_that_a_key_is_missing(tmp_path: Path) -> None:
    silent = contract_of(parse(CONTRACT.encode(), "x"), tmp_path).resource
    assert silent is not None
    assert silent.membership_told is False
    line = "  - {property: libraryKind, value: base}\n"
    text = CONTRACT.replace(line, line + "  - {property: membershipTold, value: true}\n")
    told = contract_of(parse(text.encode(), "x"), tmp_path).resource
    assert told is not None
    assert told.membership_told is True
    again = contract_of(parse(to_yaml(odcs_of(told)).encode(), "x"), tmp_path).resource
    assert again is not None
    assert again.membership_told is True
    wrong = text.replace("membershipTold, value: true", "membershipTold, value: 'yes'")
    found = contract_of(parse(wrong.encode(), "x"), tmp_path).findings
    assert [f.fix.en for f in found if f.severity is Severity.error] == ["Write true or false."]
