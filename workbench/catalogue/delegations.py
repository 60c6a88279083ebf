"""``data_contracts/delegations.yaml``: who decides for a provider, for which region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path as FilePath

from pydantic import Field

from workbench.catalogue.scenario_schema import NonEmpty, Strict
from workbench.declared import schema
from workbench.declared.findings import Finding, suggest
from workbench.declared.notes import Notes
from workbench.declared.yaml import read
from workbench.errors import Text
from workbench.model.delegation import Delegation
from workbench.regulations.profile import Profile

FILE = FilePath("data_contracts") / "delegations.yaml"


class DelegationSpec(Strict):
    provider: str = NonEmpty
    division: str = Field(pattern=r"^\d{6}$")
    to: str = NonEmpty
    on: date
    reference: str = NonEmpty


class DelegationsFile(Strict):
    delegations: list[DelegationSpec]


def read_delegations(
    root: FilePath, divisions: Mapping[str, str], profile: Profile | None
) -> tuple[tuple[Delegation, ...], list[Finding]]:
    """``divisions``: each department of the city with its region's code, or empty. None without
    the file; an error where the regulation knows no delegation."""
    if not (root / FILE).is_file():
        return (), []
    document = read(root / FILE, FILE.as_posix())
    notes = Notes(document, list(document.findings))
    if document.value is None:
        return (), notes.found
    spec, misfits = schema.validate(DelegationsFile, document.value, document)
    notes.extend(misfits)
    if spec is None:
        return (), notes.found
    if profile is None or profile.delegation is None:
        notes.error(("delegations",), _NOT_ORDERED, _REMOVE)
    return tuple(_judged(spec.delegations, divisions, notes)), notes.found


def _judged(
    specs: list[DelegationSpec], divisions: Mapping[str, str], notes: Notes
) -> Iterator[Delegation]:
    seen: set[tuple[str, str]] = set()
    for index, spec in enumerate(specs):
        here = ("delegations", index)
        for key in ("provider", "to"):
            name = getattr(spec, key)
            if name not in divisions:
                problem = Text(
                    f"city.yaml 里没有部门 {name}", f"city.yaml has no department {name}"
                )
                notes.error((*here, key), problem, suggest(name, divisions))
        if spec.to in divisions and divisions[spec.to] != spec.division:
            notes.error((*here, "to"), _other_region(spec, divisions[spec.to]), _SAME_REGION)
        if (spec.provider, spec.division) in seen:
            notes.error(here, _TWICE, _KEEP_ONE)
        seen.add((spec.provider, spec.division))
        yield Delegation(**spec.model_dump())


def _other_region(spec: DelegationSpec, division: str) -> Text:
    known = division or "—"
    return Text(
        f"{spec.to} 的行政区划是 {known}，不是 {spec.division}",
        f"{spec.to} is of {known}, not of {spec.division}",
    )


_NOT_ORDERED = Text("该法规没有规定委托审核", "the regulation knows no delegation of reviews")
_REMOVE = Text("删除这个文件。", "Remove the file.")
_SAME_REGION = Text(
    "只能委托该区域的对口部门；在 city.yaml 里写明它的 division。",
    "Only the counterpart of that region can decide; name its division in city.yaml.",
)
_TWICE = Text("同一部门、同一区域写了两次", "one provider and region stand there twice")
_KEEP_ONE = Text("只保留一处。", "Keep one of them.")
