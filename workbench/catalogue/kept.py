"""What the files gave when they were read last, so that one edit does not cost reading them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.catalogue.contracts import Contract, read_contract
from workbench.catalogue.files import Stamp, Stamps
from workbench.catalogue.findings import errors
from workbench.catalogue.scenarios import Known, ScenarioFile, read_scenario
from workbench.model.contract import Resource

Progress = Callable[[int, int], None]
"""Told after each file: how many are done, and of how many."""


def in_silence(done: int, total: int) -> None:
    """No progress is shown."""


@dataclass(frozen=True)
class _Read:
    """A scenario file with what it was judged by."""

    stamp: Stamp
    file: ScenarioFile
    departments: frozenset[str] | None
    resources: Mapping[str, Resource | None]

    def holds(self, stamp: Stamp, known: Known) -> bool:
        return (
            stamp == self.stamp
            and self.departments == _departments(known)
            and all(known.folded.get(n) is r for n, r in self.resources.items())
        )


class Kept:
    """Reads contracts and scenarios, each again only after its file has changed (or, for a
    scenario, a resource that it uses). What has an error is always read again, and so is every
    file of which there is no stamp. Not for several threads at once.
    """

    def __init__(self) -> None:
        self._stamps: Stamps = {}
        self._contracts: dict[str, tuple[Stamp, Contract]] = {}
        self._scenarios: dict[str, _Read] = {}

    def start(self, stamps: Stamps) -> None:
        """The files are now as ``stamps`` say, looked at before any of them is read."""
        self._stamps = stamps
        for kept in (self._contracts, self._scenarios):
            for gone in kept.keys() - stamps.keys():
                del kept[gone]

    def contract(self, path: Path, root: Path) -> Contract:
        label = path.relative_to(root).as_posix()
        stamp = self._stamps.get(label)
        known = self._contracts.get(label)
        if known is not None and known[0] == stamp:
            return known[1]
        found = read_contract(path, root)
        if stamp is not None and not errors(found.findings):
            self._contracts[label] = stamp, found
        return found

    def scenario(self, path: Path, root: Path, known: Known) -> ScenarioFile:
        label = path.relative_to(root).as_posix()
        stamp = self._stamps.get(label)
        before = self._scenarios.get(label)
        if stamp is not None and before is not None and before.holds(stamp, known):
            return before.file
        found = read_scenario(path, root, known)
        if stamp is not None and not errors(found.findings):
            resources = {name: known.folded.get(name) for name in found.resources}
            self._scenarios[label] = _Read(stamp, found, _departments(known), resources)
        return found


def _departments(known: Known) -> frozenset[str] | None:
    return None if known.departments is None else frozenset(known.departments)
