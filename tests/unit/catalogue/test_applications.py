"""Applications and terms as people write them: strict, with the place of each mistake."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError
from shipped import shipped_city

from workbench.catalogue.applications import (
    ApplicationSpec,
    TermsSpec,
    application_in,
    application_of,
    terms_in,
    terms_of,
)
from workbench.declared.yaml import parse
from workbench.errors import InvalidInput
from workbench.model.case import Application, Terms
from workbench.model.contract import SharingMode
from workbench.model.grant import ColumnGrant, MaskKind, Operator, RowCondition, Use

RESOURCES = shipped_city().resources
TAX = RESOURCES["enterprise_tax_synthetic"]
GOOD = """
application:
  scenario: tax_structure
  department: drc
  resource: Enterprise_Tax_Synthetic
  mode: obtain
  until: 2027-06-30
  duty_basis: 三定方案
  reason: 月度分析
  users: [zhang]
  columns:
    credit_code: join_key
    town_code: {use: value, mask: {kind: division, level: county}}
    tax_paid: {use: statistics, argument: 比较税负}
  rows:
    - {column: tax_year, op: ">=", value: 2024}
"""


def asked(text: str = GOOD) -> Application:
    return application_of(application_in(parse(text.encode(), "a.yaml")), RESOURCES)


def test_it_is_read_as_a_scenario_is() -> None:
    found = asked()
    assert found.resource == "enterprise_tax_synthetic"
    assert (found.mode, found.until, found.users) == (
        SharingMode.obtain,
        date(2027, 6, 30),
        ("zhang",),
    )
    key, town, tax = found.columns
    assert key.grant == ColumnGrant("credit_code", Use.join_key)
    assert town.grant.mask is not None
    assert town.grant.mask.kind is MaskKind.division
    assert (tax.grant.use, tax.argument) == (Use.statistics, "比较税负")
    assert found.rows == (RowCondition("tax_year", Operator.ge, (2024,)),)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  mode: obtain\n", "", "a.yaml:2"),
        ("mode: obtain", "mode: everything", "a.yaml:6"),
        ("until: 2027-06-30", "until: soon", "a.yaml:7"),
        ("resource: E", "resuorce: E", "unknown key resuorce"),
        ("credit_code: join_key", "credit_cod: join_key", "no column credit_cod"),
        ("use: statistics, argument", "use: statistics, arguement", "unknown key arguement"),
        ("mask: {kind: division, level: county}", "mask: {kind: division, level: moon}", "moon"),
        ("value: 2024", "value: many", "tax_year"),
        ("Enterprise_Tax_Synthetic", "nothing", "no resource nothing"),
    ],
)
def test_a_mistake_is_told_with_its_place(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(InvalidInput) as raised:
        asked(GOOD.replace(old, new))
    told = " ".join(f"{reason.subject} {reason.what.en}" for reason in raised.value.reasons)
    assert said in told


def test_a_key_that_nobody_knows_is_refused_by_the_wire_too() -> None:
    """A mask that was misspelt would be no mask."""
    plain = application_in(parse(GOOD.encode(), "a.yaml")).model_dump(mode="json")
    plain["columns"]["town_code"] = {"use": "value", "maks": {"kind": "pseudonym"}}
    with pytest.raises(ValidationError, match="maks"):
        ApplicationSpec.model_validate(plain)


HAD = Terms(
    columns=(ColumnGrant("tax_year"), ColumnGrant("tax_paid")),
    mode=SharingMode.obtain,
    until=date(2027, 6, 30),
    rows=(RowCondition("tax_year", Operator.ge, (2024,)),),
)


def test_terms_that_say_nothing_are_all_that_was_asked_for() -> None:
    assert terms_of(TermsSpec(), HAD, TAX) == HAD


def test_terms_say_what_is_left() -> None:
    text = """
terms:
  columns: {tax_paid: statistics}
  until: 2026-12-31
  rows:
    - {column: town_code, op: starts with, value: "5132"}
  added_conditions: 每月报告
"""
    found = terms_of(terms_in(parse(text.encode(), "t.yaml")), HAD, TAX)
    assert found.columns == (ColumnGrant("tax_paid", Use.statistics),)
    assert (found.until, found.mode) == (date(2026, 12, 31), SharingMode.obtain)
    assert found.rows == (*HAD.rows, RowCondition("town_code", Operator.starts_with, ("5132",)))
    assert found.added_conditions == "每月报告"


def test_terms_of_an_unknown_column_are_refused() -> None:
    with pytest.raises(InvalidInput, match="no column moon"):
        terms_of(TermsSpec.model_validate({"columns": {"moon": "value"}}), HAD, TAX)
