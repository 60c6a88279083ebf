"""What the files gave when they were read last, so that one edit does not cost reading them all."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.catalogue import bulk
from workbench.catalogue.contracts import Contract, read_contract
from workbench.catalogue.files import Stamp, Stamps
from workbench.catalogue.scenarios import Known, ScenarioFile, read_scenario
from workbench.declared.findings import errors
from workbench.errors import Text
from workbench.model.contract import Resource

Progress = Callable[[int, int], None]
"""Told after each file: how many are done, and of how many."""

PATIENCE_SECONDS = 2.0
"""Whoever waits longer is told how far it is, and again each time (our default)."""


def in_silence(done: int, total: int) -> None:
    """No progress is shown."""


def told(say: Callable[[Text], None], clock: Callable[[], float] = time.monotonic) -> Progress:
    """A progress that speaks to whoever has waited for a while."""
    spoken = clock()

    def progress(done: int, total: int) -> None:
        nonlocal spoken
        if done < total and clock() - spoken >= PATIENCE_SECONDS:
            spoken = clock()
            say(Text(f"读取契约 {done:,}/{total:,}", f"reading contracts {done:,}/{total:,}"))

    return progress


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

    def contracts(self, paths: Sequence[Path], root: Path, progress: Progress) -> list[Contract]:
        """Those of ``paths``, in their order. Many that have to be read are read on all cores."""
        unread = [path for path in paths if self._known(path.relative_to(root).as_posix()) is None]
        done, total = 0, len(paths)
        count = bulk.processes(len(unread), bulk.cores())
        ahead: dict[Path, Contract] = {}
        for path, found in bulk.read_many(unread, root, count) if count else ():
            ahead[path] = found
            done += 1
            progress(done, total)
        out = []
        for path in paths:
            out.append(self._contract(path, root, ahead.get(path)))
            if path not in ahead:
                done += 1
                progress(done, total)
        return out

    def _known(self, label: str) -> Contract | None:
        known = self._contracts.get(label)
        return known[1] if known is not None and known[0] == self._stamps.get(label) else None

    def _contract(self, path: Path, root: Path, ahead: Contract | None) -> Contract:
        label = path.relative_to(root).as_posix()
        known = self._known(label)
        if known is not None:
            return known
        stamp = self._stamps.get(label)
        found = read_contract(path, root) if ahead is None else ahead
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
