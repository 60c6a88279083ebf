"""A contract that a procedure brings: what stands against it, each mistake with its line and fix.

Read by the reader of contracts. What a change of an entry may not do is what other procedures, or
the operator, are for: another type, another provider, another source of the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.catalogue.contracts import Contract
from workbench.catalogue.published import contract_in
from workbench.declared.findings import Finding, errors, suggest
from workbench.errors import Text
from workbench.model.contract import Resource
from workbench.model.lookup import Resources


@dataclass(frozen=True)
class Place:
    """Where a contract is to stand: ``known`` is the resource that it changes, None for a new
    entry; ``provider`` whose it is."""

    root: Path
    resources: Mapping[str, Resource]
    departments: Mapping[str, Text]
    known: Resource | None
    provider: str


def contract_findings(text: str, label: str, place: Place) -> tuple[Finding, ...]:
    """Errors alone; ``label`` stands for the file's name. Empty: it can be published."""
    found = contract_in(text, place.root, label)
    wrong = errors(found.findings)
    if wrong or found.resource is None:
        return tuple(wrong)
    made, about = found.resource, _new if place.known is None else _changed
    return tuple(_at(found, *one) for one in (*_of_both(made, place), *about(made, place)))


_Wrong = tuple[str, Text, Text]
"""At which of ``Contract.places``, what, and how it is mended."""


def _of_both(made: Resource, place: Place) -> Iterator[_Wrong]:
    if made.provider != place.provider:
        fix = Text(f"写 {place.provider}。", f"Write {place.provider}.")
        yield "provider", _PROVIDER, fix
    if made.department not in place.departments and made.department != made.provider:
        problem = Text(f"没有部门 {made.department}", f"there is no department {made.department}")
        yield "department", problem, suggest(made.department, place.departments)


def _new(made: Resource, place: Place) -> Iterator[_Wrong]:
    if Resources.of(place.resources).named(made.name) is not None:
        yield "name", _TAKEN, _TAKEN_FIX
    if made.attached is not None or made.deliveries:
        yield "name", _SERVERS, _NO_SERVERS


def _changed(made: Resource, place: Place) -> Iterator[_Wrong]:
    assert place.known is not None  # the caller looked
    known = place.known
    own = known.contract or known
    if made.name != known.name:
        yield "name", _OTHER_NAME, Text(f"写 {known.name}。", f"Write {known.name}.")
    if made.sharing.type not in (own.sharing.type, known.sharing.type):
        yield "name", _TYPE, _TYPE_FIX
    if made.open_type not in (own.open_type, known.open_type):
        yield "name", _TYPE, _TYPE_FIX
    if (made.attached, made.deliveries) != (own.attached, own.deliveries):
        yield "name", _SERVERS, _SAME_SERVERS


def _at(found: Contract, where: str, problem: Text, fix: Text) -> Finding:
    return found.places[where].error(problem, fix)


_PROVIDER = Text("提供部门不是办理中写明的部门", "the provider is not that of the procedure")
_TAKEN = Text("目录中已有同名的表", "the catalogue has a table of this name")
_TAKEN_FIX = Text(
    "另取一个名称；要变更已有条目，用 catalogue_change。",
    "Take another name; to change an entry, open catalogue_change.",
)
_OTHER_NAME = Text("表名与所变更的资源不同", "the table is not the resource that is changed")
_TYPE = Text("变更目录条目不能改变共享或开放类型", "a change of an entry changes no type")
_TYPE_FIX = Text(
    "照原类型填写；要变更类型，办理 reclassification_* 或 dispute_type。",
    "Leave it as it is; a type is changed by reclassification_* or dispute_type.",
)
_SERVERS = Text(
    "数据从何处读取（servers）由运行人员决定",
    "where rows are read from (servers) is the operator's",
)
_NO_SERVERS = Text(
    "只可写到达文件的名称模式，其余删去。", "Name patterns of files that arrive, and no others."
)
_SAME_SERVERS = Text("servers 照原契约填写。", "Leave the servers as the contract has them.")
