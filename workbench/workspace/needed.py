"""Columns that choose a grant's rows: where the contract has one no more, nothing can be given."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.errors import Code, Text, simple
from workbench.model.contract import Column, Resource


def by_name(resource: Resource) -> Mapping[str, Column]:
    """The contract's columns by folded name."""
    return {column.name.casefold(): column for column in resource.columns}


def needed(name: str, columns: Mapping[str, Column]) -> Column:
    """Of ``columns`` (see ``by_name``) the one that a grant chooses its rows by.

    Raises InvalidInput (invalid_contract): to leave its condition out would give more rows than
    were granted.
    """
    found = columns.get(name.casefold())
    if found is not None:
        return found
    raise simple(
        Code.invalid_contract,
        f"授权按数据项 {name} 选取行，而契约中已没有该数据项。",
        f"A grant chooses its rows by the column {name}, which the contract has no more.",
        why=Text(
            "去掉这个条件，就会多给未经授权的行，因此一行也不给。",
            "Without that condition rows would be given that nobody granted, so none is.",
        ),
        rule=Text("授权限定的行范围。", "The scope of rows that the grant is limited to."),
        next=Text(
            f"请提供部门在契约中恢复 {name}，或重新决定该授权的行范围。",
            f"Ask the provider to put {name} back into the contract, or to decide anew which rows "
            "the grant gives.",
        ),
        subject=name,
    )
