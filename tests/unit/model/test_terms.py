"""The digest of what a grant gives stands in the ledger: its form is never changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from workbench.model.contract import SharingMode
from workbench.model.grant import (
    ColumnGrant,
    Grant,
    Mask,
    MaskKind,
    Operator,
    Origin,
    OriginKind,
    RowCondition,
    Use,
)
from workbench.model.terms import Taken, terms_digest

TOP = Mask(MaskKind.coding, bottom=Decimal("0"), top=Decimal("99.5"))
ROWS = (
    RowCondition("division", Operator.in_, ("0101", "0102")),
    RowCondition("day", Operator.ge, (date(2026, 1, 1),)),
)
GRANT = Grant(
    "w/d/t", "w", "d", "t",
    (ColumnGrant("id", Use.join_key), ColumnGrant("pay", mask=TOP), ColumnGrant("name")),
    SharingMode.obtain, Origin(OriginKind.scenario, "w@1", "x"), ROWS,
)  # fmt: skip
KEPT = "0e512bbf90cda5563c077da564a9fc1fd25ad95d6ea7d27ee2369690535b873f"


def test_the_form_in_the_ledger_stays() -> None:
    assert terms_digest(GRANT, ["id", "pay"]) == KEPT


@pytest.mark.parametrize(
    "same",
    [
        replace(GRANT, rows=ROWS[::-1]),
        replace(GRANT, rows=(replace(ROWS[0], values=("0102", "0101")), ROWS[1])),
        replace(GRANT, columns=GRANT.columns[:2]),
        replace(GRANT, columns=(ColumnGrant("PAY", mask=TOP), ColumnGrant("ID", Use.join_key))),
        replace(GRANT, valid_until=date(2030, 1, 1), origin=replace(GRANT.origin, approver="y")),
    ],
)
def test_what_gives_the_same_has_the_same_digest(same: Grant) -> None:
    assert terms_digest(same, ["pay", "ID"]) == KEPT


@pytest.mark.parametrize(
    "other",
    [
        replace(GRANT, rows=()),
        replace(GRANT, rows=(replace(ROWS[0], op=Operator.not_in), ROWS[1])),
        replace(GRANT, rows=(replace(ROWS[0], values=(101, 102)), ROWS[1])),
        replace(GRANT, columns=(GRANT.columns[0], ColumnGrant("pay"))),
        replace(
            GRANT,
            columns=(GRANT.columns[0], ColumnGrant("pay", mask=replace(TOP, top=Decimal(90)))),
        ),
        replace(GRANT, columns=(ColumnGrant("id"), GRANT.columns[1])),
        replace(GRANT, columns=GRANT.columns[1:]),
    ],
)
def test_what_gives_less_or_other_has_another(other: Grant) -> None:
    assert terms_digest(other, ["id", "pay"]) != KEPT


def test_what_was_taken_is_read_as_it_was_written() -> None:
    taken = Taken.under(GRANT, ["id", "pay"])
    assert Taken.of(taken.to_list()) == taken
    assert taken.given_by(GRANT, ["id", "pay"])
    assert not taken.given_by(GRANT, ["id", "name"])
