"""The key covers all that shaped a workspace, and nothing about who holds it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.model.grant import ColumnGrant, Mask, MaskKind, Operator, RowCondition, Use


def test_equal_grants_share_a_key_whoever_holds_them(spec_of):
    assert spec_of().key() == spec_of(department="other").key()
    swapped = (ColumnGrant("town"), ColumnGrant("id"))
    assert spec_of().key() == spec_of(columns=swapped).key()


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": (ColumnGrant("id"),)},
        {"columns": (ColumnGrant("id"), ColumnGrant("town", Use.join_key))},
        {"columns": (ColumnGrant("id"), ColumnGrant("town", mask=Mask(MaskKind.pseudonym)))},
        {"rows": (RowCondition("town", Operator.eq, ("T1",)),)},
        {"version": 1},
        {"floor": 51},
    ],
)
def test_whatever_shapes_it_changes_the_key(spec_of, changes):
    assert spec_of(**changes).key() != spec_of().key()


def test_mask_key_scenario_and_contract_version_change_the_key(spec_of):
    spec = spec_of()
    (table,) = spec.tables
    newer = replace(table, resource=replace(table.resource, version="2"))
    for other in (
        replace(spec, mask_key_id="key-2"),
        replace(spec, scenario="other"),
        replace(spec, tables=(newer,)),
    ):
        assert other.key() != spec.key()
