"""Contracts that a procedure published: a text in the place of a file, read by the same reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from workbench.catalogue.contracts import SUFFIX, Contract, contract_of
from workbench.declared.findings import Finding, Severity
from workbench.declared.yaml import parse
from workbench.errors import Text

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


def overlaid(files: Iterable[Contract], decided: Iterable[Contract]) -> Iterator[Finding]:
    """A warning for each file that does not say what was published in its place."""
    over = {one.name.casefold(): one for one in decided}
    for one in files:
        other = over.get(one.name.casefold())
        if other is None or other.resource == one.resource:
            continue
        problem = Text(
            f"不采用此文件：{other.file.removeprefix(LABEL)} 已发布该资源的契约",
            f"this file is not used: the contract of its resource was published by {other.file}",
        )
        yield Finding(one.file, 1, "", problem, _AS_PUBLISHED, Severity.warning)


_AS_PUBLISHED = Text(
    "用 workbench contracts show 资源 查看并写入此文件；要再变更，办理 catalogue_change。",
    "Write what workbench contracts show RESOURCE prints into it; to change it again, open "
    "catalogue_change.",
)
