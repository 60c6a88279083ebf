"""``element``: the data element of a column, a name without blanks, kept on writing."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalogue_texts import CONTRACT

from workbench.catalogue.contracts import contract_of
from workbench.catalogue.write import odcs_of, to_yaml
from workbench.declared.findings import Severity
from workbench.declared.yaml import parse

INCOME = "        physicalType: DECIMAL(18, 2)"


def contract(element: str) -> bytes:
    said = (
        f"{INCOME}\n        customProperties:\n          - {{property: element, value: {element}}}"
    )
    return CONTRACT.replace(INCOME, said, 1).encode()


@pytest.mark.parametrize("name", ["annual_turnover", "年营业额", "DE01.00.041.00"])
def test_the_data_element_is_read_and_written(tmp_path: Path, name: str) -> None:
    found = contract_of(parse(contract(name), "x"), tmp_path).resource
    assert found is not None
    assert [c.element for c in found.columns if c.name == "income"] == [name]
    again = contract_of(parse(to_yaml(odcs_of(found)).encode(), "x"), tmp_path).resource
    assert again is not None
    assert again.column("income") == found.column("income")


@pytest.mark.parametrize("name", ["'annual turnover'", "'a:b'", "·element", f"{'x' * 65}", "7"])
def test_what_is_no_name_is_an_error(tmp_path: Path, name: str) -> None:
    found = contract_of(parse(contract(name), "x"), tmp_path)
    errors = [f for f in found.findings if f.severity is Severity.error]
    assert len(errors) == 1
    assert "element" in str(errors[0])
