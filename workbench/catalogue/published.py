"""Contracts that a procedure published: a text in the place of a file, read by the same reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from workbench.catalogue.contracts import SUFFIX, Contract, contract_of
from workbench.declared.yaml import parse

LABEL = "procedure "
"""What such a contract is called where a file's name stands, with the procedure's id."""


def contract_in(text: str, root: Path, label: str) -> Contract:
    """As ``contracts.read_contract``; ``label`` stands for the file's name in findings."""
    return contract_of(parse(text.encode(), label), root)


def table_named(text: str) -> str:
    """The name of the table that a sound contract is about; empty where it names none."""
    return contract_in(text, Path("/"), f"contract{SUFFIX}").name


def published(texts: Mapping[str, str], root: Path) -> tuple[Contract, ...]:
    """``texts`` by the id of the procedure that published each."""
    return tuple(contract_in(text, root, f"{LABEL}{name}") for name, text in sorted(texts.items()))


def put_over(files: Iterable[Contract], decided: Iterable[Contract]) -> list[Contract]:
    """What was published stands in the place of the file of the same table."""
    over = {one.name.casefold(): one for one in decided}
    kept = [one for one in files if one.name.casefold() not in over]
    return [*kept, *over.values()]
